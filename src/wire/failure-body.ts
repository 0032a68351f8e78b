/** The body of an error answer from its text: JSON, or the first error inside a stream that began with 200. */
import { readJson } from './json-answer.js';
import { SseParser } from './sse.js';

/** The parsed JSON, the payload of the first event that holds an error, or the text itself. */
export function readFailureBody(text: string, contentType = ''): unknown {
  const isStream = contentType.includes('text/event-stream') || /^\s*(?:event|data|id|retry)?\s*:/.test(text);
  return isStream ? (firstError(text) ?? text) : readJson(text);
}

function firstError(text: string): unknown {
  const parser = new SseParser();
  const events = [...parser.push(Buffer.from(text)), parser.end()];
  return events
    .map((event) => (event?.data ? readJson(event.data.toString('utf8')) : undefined))
    .find((payload) => typeof payload === 'object' && payload !== null && holdsError(payload));
}

/** `response.failed` of the Responses API carries its error one level down. */
function holdsError(payload: object): boolean {
  if ('error' in payload && payload.error) return true;
  const response = 'response' in payload ? payload.response : undefined;
  return typeof response === 'object' && response !== null && 'error' in response && Boolean(response.error);
}
