/** Output ceilings as they are set on a request: what the agent asked for is never raised. */
import type { RequestBody } from '../../ports/dialect.js';
import { readCount } from '../../wire/values.js';

/** Names that servers know a ceiling by: the one that is not looked at must not be the one that counts. */
const NAMES = ['max_tokens', 'max_completion_tokens', 'max_output_tokens', 'max_new_tokens', 'maxTokens'];

/**
 * The largest ceiling of a request: a gateway that translates may read another name than the API's own. `undefined` where none
 * of its own stands there, or one that only its reader understands.
 */
export function readCeiling(body: RequestBody, own: readonly string[]): number | undefined {
  if (own.every((name) => body.get(name) == null)) return undefined;
  let largest: number | undefined;
  for (const name of NAMES) {
    const value = body.get(name);
    if (value == null) continue;
    const asked = readCount(value);
    if (asked === undefined) return undefined;
    largest = Math.max(asked, largest ?? 0);
  }
  return largest;
}

/** These fields, and whatever other ceiling stands beside them. */
export function lowerAllTo(body: RequestBody, fields: readonly string[], tokens: number): void {
  const others = NAMES.filter((name) => !fields.includes(name) && body.has(name));
  lowerTo(
    body,
    [...fields, ...others].map((name) => [name]),
    tokens,
  );
}

/** Each of these fields holds no more than so many tokens afterwards; one that does already stays as it is. */
export function lowerTo(body: RequestBody, fields: readonly (readonly string[])[], tokens: number): void {
  for (const field of fields) {
    // What is no count, such as 0, some servers take for none at all.
    const asked = readCount(body.get(...field));
    if (asked === undefined || asked > tokens) body.set(field, tokens);
  }
}
