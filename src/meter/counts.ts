/** Counts by names that come from outside: neither their number nor their length is without bound. */

const MAX_KEYS = 100;
export const MAX_KEY_LENGTH = 100;

/**
 * Counts one more; returns the name it was counted under.
 * @param rest takes what comes when there are too many names to tell apart
 */
export function countUp(counts: Map<string, number>, key: string, rest: string): string {
  const short = key.slice(0, MAX_KEY_LENGTH);
  const name = counts.has(short) || counts.size < MAX_KEYS ? short : rest;
  counts.set(name, (counts.get(name) ?? 0) + 1);
  return name;
}
