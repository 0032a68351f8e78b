/** The body of an error answer from its text: JSON, or the first error inside a stream that began with 200. */
import { readJson } from './json-answer.js';
import { SseParser } from './sse.js';
import { hasKey } from './values.js';

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
    .find((payload) => errorIn(payload) !== undefined);
}

/**
 * The error that a payload holds, `undefined` where it holds none: its own, that of the `response` it is about, that of a
 * choice, that of a part where the parts come as a list; or the payload itself, where its type says so.
 */
export function errorIn(payload: unknown): unknown {
  if (Array.isArray(payload)) return payload.map(errorIn).find((error) => error !== undefined);
  if (!isObject(payload)) return undefined;
  if (hasKey(payload, 'error') && payload.error) return payload.error;
  if (hasKey(payload, 'response') && isObject(payload.response)) return errorIn(payload.response);
  if (hasKey(payload, 'choices') && Array.isArray(payload.choices)) return errorIn(payload.choices);
  if (!hasKey(payload, 'type') || payload.type !== 'error') return undefined;
  const { type: _type, ...told } = payload;
  return told;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
