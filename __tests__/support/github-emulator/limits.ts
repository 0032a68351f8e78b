/**
 * Limits of GitHub that neither the emulator nor the OpenAPI description knows. What the description does know (50
 * annotations, 65,535 characters of a check) is caught before a request comes here.
 */
import { type ApiReply, type ApiRequest, invalid } from '../github/routes.js';

const MAX_BODY = 65_536;

/** @returns the 422 that GitHub answers, `undefined` when the request is within them */
export function beyondLimits({ method, path, body }: ApiRequest): ApiReply | undefined {
  if (method !== 'POST' && method !== 'PATCH') return undefined;
  if (path.startsWith('/issues') && String(body['body'] ?? '').length > MAX_BODY)
    return invalid(`Validation Failed: body is too long (maximum is ${MAX_BODY} characters)`);
  if (!path.startsWith('/check-runs')) return undefined;
  if (body['status'] === 'completed' && body['conclusion'] === undefined)
    return invalid('Invalid request. "conclusion" wasn\'t supplied.');
  const output = body['output'];
  return typeof output === 'object' && output !== null && !('title' in output && 'summary' in output)
    ? invalid('Invalid request. "title" and "summary" weren\'t supplied.')
    : undefined;
}
