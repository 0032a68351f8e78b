/** Token counts on the wire: providers leave them out, or send `null`, where they mean "not reported"; both are `undefined` in a `Usage`. */
import { z } from 'zod';

/** No call is that large; a figure above it is a mistake, and sums must stay exact. */
const MOST_TOKENS = 10_000_000_000;

const count = z.number().int().nonnegative().max(MOST_TOKENS);

/** As it stands on the wire; read for every call, so that nothing is made of it yet. */
export const wireCount = count.nullish();

export const tokenCount = wireCount.transform((tokens) => tokens ?? undefined);

/** Sum of the parts that were reported; `undefined` when none was. */
export function sumReported(...parts: readonly (number | null | undefined)[]): number | undefined {
  const known = parts.filter((part) => part != null);
  return known.length === 0 ? undefined : known.reduce((sum, part) => sum + part, 0);
}
