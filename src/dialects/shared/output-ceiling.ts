/** Output ceilings as they are set on a request: what the agent asked for is never raised. */
import type { RequestBody } from '../../ports/dialect.js';

/** Each of these fields holds no more than so many tokens afterwards; one that does already stays as it is. */
export function lowerTo(body: RequestBody, fields: readonly (readonly string[])[], tokens: number): void {
  for (const field of fields) {
    const asked = body.get(...field);
    const isLower = typeof asked === 'number' && asked >= 0 && asked <= tokens;
    if (!isLower) body.set(field, tokens);
  }
}
