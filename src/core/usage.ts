/**
 * Tokens of one call and sums over many. `undefined` means "not reported", all the way to the report; zero means zero.
 * Names follow OpenTelemetry `gen_ai.usage.*`: input includes cached tokens, output includes reasoning.
 */

/** Token counts of one call. Cached and cache-write counts are parts of the input, reasoning is a part of the output. */
export interface Usage {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly cacheReadTokens: number | undefined;
  /** All cache writes, of any lifetime. */
  readonly cacheWriteTokens: number | undefined;
  /** The part of the cache writes kept for one hour (dearer than the five-minute ones). */
  readonly cacheWrite1hTokens: number | undefined;
  readonly reasoningTokens: number | undefined;
}

export const USAGE_KEYS = [
  'inputTokens',
  'outputTokens',
  'cacheReadTokens',
  'cacheWriteTokens',
  'cacheWrite1hTokens',
  'reasoningTokens',
] as const satisfies readonly (keyof Usage)[];

export const NO_USAGE: Usage = {
  inputTokens: undefined,
  outputTokens: undefined,
  cacheReadTokens: undefined,
  cacheWriteTokens: undefined,
  cacheWrite1hTokens: undefined,
  reasoningTokens: undefined,
};

/** Where nobody tells which cache writes are kept for an hour, all of them may be. */
export function longWrites(usage: Usage): Usage {
  return { ...usage, cacheWrite1hTokens: usage.cacheWrite1hTokens ?? usage.cacheWriteTokens };
}

/** What one of several models, or one of several steps, used of an answer. */
export interface UsagePart {
  /** `undefined`: the model that answered. */
  readonly model: string | undefined;
  readonly usage: Usage;
}

/** What a call costs beside its tokens at list price. */
export interface Surcharge {
  /** A whole number of times the list price; `undefined` where nobody says. */
  readonly factor?: number | undefined;
  /** For tools that are paid by the use. */
  readonly feeNanoUsd?: number | undefined;
}

/** What one response has reported so far. */
export interface UsageSnapshot {
  /** The model that answered, as the wire names it. */
  readonly model: string | undefined;
  /** False while later payloads may still raise the counts, so also for a stream that was cut. */
  readonly final: boolean;
  readonly usage: Usage;
  /** The wire's own usage object, for a gateway that puts a cost into it. */
  readonly raw: unknown;
  /** What `usage` is the sum of, each with a price of its own; left out where it is one. */
  readonly parts?: readonly UsagePart[] | undefined;
  /** Input of one reading of the request, where it was read several times. */
  readonly inputOnce?: number | undefined;
  readonly surcharge?: Surcharge | undefined;
  /** True where the answer itself has said that nothing follows: it is whole, whoever hangs up after that. */
  readonly hasEnded?: boolean;
  /** What it holds beside tokens of text, with a price that the table does not know, such as `audio`. */
  readonly unpriced?: string | undefined;
}

/** A sum that remembers how many addends were not known. */
export interface Tally {
  /** Sum of the known addends. */
  readonly sum: number;
  /** How many addends were known. */
  readonly known: number;
  /** How many addends were not reported: the true sum is `sum` or more. */
  readonly unknown: number;
}

/** Counts in place, since each call adds to several. */
export class TallyCounter {
  #sum = 0;
  #known = 0;
  #unknown = 0;

  add(value: number | undefined): void {
    if (value === undefined) this.#unknown += 1;
    else {
      this.#sum += value;
      this.#known += 1;
    }
  }

  get tally(): Tally {
    return { sum: this.#sum, known: this.#known, unknown: this.#unknown };
  }
}

export function tallyOf<T>(items: readonly T[], value: (item: T) => number | undefined): Tally {
  const counter = new TallyCounter();
  for (const item of items) counter.add(value(item));
  return counter.tally;
}

/** Value of a tally: `undefined` when addends exist and none of them was known. */
export function tallyValue(tally: Tally): number | undefined {
  return tally.known === 0 && tally.unknown > 0 ? undefined : tally.sum;
}

/** Sum of parts. Input and output are known where all of theirs are; of the others what was reported counts. */
export function sumUsage(parts: readonly Usage[]): Usage {
  const sum = (key: keyof Usage) => tallyValue(tallyOf(parts, (part) => part[key]));
  return {
    inputTokens: sumKnown(parts.map(({ inputTokens }) => inputTokens)),
    outputTokens: sumKnown(parts.map(({ outputTokens }) => outputTokens)),
    cacheReadTokens: sum('cacheReadTokens'),
    cacheWriteTokens: sum('cacheWriteTokens'),
    cacheWrite1hTokens: sum('cacheWrite1hTokens'),
    reasoningTokens: sum('reasoningTokens'),
  };
}

/** Sum of figures; not known when one of them is not. */
export function sumKnown(parts: readonly (number | undefined)[]): number | undefined {
  return parts.reduce<number | undefined>(
    (sum, part) => (sum === undefined || part === undefined ? undefined : sum + part),
    0,
  );
}
