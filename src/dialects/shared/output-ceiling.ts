/** Output ceilings as they are set on a request: what the agent asked for is never raised. */
import type { RequestBody } from '../../ports/dialect.js';
import { readCount } from '../../wire/values.js';

/** Names that servers know a ceiling by: the one that is not looked at must not be the one that counts. */
const OTHER_NAMES = [
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'max_new_tokens',
  'maxTokens',
];

/** The same, and whatever other ceiling stands beside them. */
export function lowerAllTo(body: RequestBody, fields: readonly string[], tokens: number): void {
  const others = OTHER_NAMES.filter((name) => !fields.includes(name) && body.has(name));
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
