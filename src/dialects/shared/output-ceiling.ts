/** Output ceilings as they are set on a request: what the agent asked for is never raised. */
import type { RequestBody } from '../../ports/dialect.js';
import { readCount } from '../../wire/values.js';

/** Each of these fields holds no more than so many tokens afterwards; one that does already stays as it is. */
export function lowerTo(body: RequestBody, fields: readonly (readonly string[])[], tokens: number): void {
  for (const field of fields) {
    // What is no count, such as 0, some servers take for none at all.
    const asked = readCount(body.get(...field));
    if (asked === undefined || asked > tokens) body.set(field, tokens);
  }
}
