/** Usage APIs answer with JSON, when all is well. What else they answer gets a sentence that says what to check. */
import type { z } from 'zod';
import { AppError, WireFormatError } from '../core/errors.js';
import { RefusedAnswer } from '../core/failure.js';
import type { HttpAnswer } from '../ports/gateway.js';
import { readErrorBody } from './error-body.js';

/** JSON where the text is JSON, else the text itself. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

/**
 * The answer of a usage API in the shape that is needed. `what` names the call, e.g. `litellm GET /key/info`.
 * @throws {RefusedAnswer} for an error status.
 * @throws {AppError} `upstream-failed` for HTML or broken JSON; `wire-format` for another shape.
 */
export function parseAnswer<T>(answer: HttpAnswer, what: string, schema: z.ZodType<T>): T {
  if (answer.status < 200 || answer.status > 299) throw failedAnswer(answer, what);
  const body = readJson(answer.text);
  if (typeof body === 'string')
    throw new AppError('upstream-failed', `${what} answered ${describeText(body)}.`);
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw new WireFormatError(what, parsed.error);
  return parsed.data;
}

/** The error for an answer with an error status, with the gateway's own words. */
export function failedAnswer(answer: HttpAnswer, what: string): RefusedAnswer {
  const body = readJson(answer.text);
  const { message } = readErrorBody(body);
  const said = message === '' ? '' : `: ${isHtml(message) ? 'an HTML page' : message}`;
  const hint =
    answer.status === 401 || answer.status === 403
      ? { hint: 'Check the key, and what it is allowed to read.' }
      : {};
  const { status, headers } = answer;
  return new RefusedAnswer({ status, headers, body }, `${what} answered ${status}${said}`, hint);
}

function describeText(text: string): string {
  if (text.trim() === '') return 'an empty body';
  if (isHtml(text)) return 'an HTML page instead of JSON: check the URL';
  return 'broken or truncated JSON';
}

function isHtml(text: string): boolean {
  return /^\s*</.test(text);
}
