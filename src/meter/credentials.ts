/**
 * The run token is all that an agent ever holds. Wherever it stands in a request (each API has a header of its own), the
 * real key takes its place on the way out.
 */
import { timingSafeEqual } from 'node:crypto';
import { withoutKey } from '../core/redact.js';
import { without } from './query.js';

const KEY_HEADERS = new Set(['authorization', 'x-api-key', 'x-goog-api-key', 'api-key']);
const BEARER = /^bearer\s+/i;

export interface Credentials {
  /** What the agent must present; `undefined` when it uses credentials of its own. */
  readonly token: string | undefined;
  /** What goes out instead. */
  readonly key: string | undefined;
}

/** True when the request may use the meter: it presents the token, or none is asked for. */
export function isAuthorised({ token }: Credentials, headers: readonly string[], query: string): boolean {
  if (token === undefined) return true;
  const presented = headerValues(headers);
  if (query !== '') presented.push(new URLSearchParams(query).get('key') ?? '');
  return presented.some((value) => equals(value.replace(BEARER, ''), token));
}

/** What goes out under a lower-case name: the key in place of the token, and no other credentials of the client. */
export function passedValue({ token, key }: Credentials, name: string, value: string): string | undefined {
  if (token === undefined || key === undefined || !KEY_HEADERS.has(name)) return value;
  if (!equals(value.replace(BEARER, ''), token)) return undefined;
  return BEARER.test(value) ? `Bearer ${key}` : key;
}

/** An API that takes its key as `?key=` takes it in a header as well, where no redirect or error message repeats it. */
export function swapQuery({ token, key }: Credentials, query: string): { query: string; headers: string[] } {
  if (query === '' || token === undefined || key === undefined) return { query, headers: [] };
  if (new URLSearchParams(query).get('key') !== token) return { query, headers: [] };
  return { query: without(query, ({ name }) => name === 'key'), headers: ['x-goog-api-key', key] };
}

/** Text without the key, wherever an upstream may have repeated it. */
export function redact({ key }: Credentials, text: string): string {
  return withoutKey(text, key);
}

function headerValues(headers: readonly string[]): string[] {
  return headers.filter(
    (_, index) => index % 2 === 1 && KEY_HEADERS.has((headers[index - 1] ?? '').toLowerCase()),
  );
}

function equals(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
