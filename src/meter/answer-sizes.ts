/**
 * How long the answers of this run are, so that a call is neither cut where it would not have to be, nor kept waiting for
 * room that it will not use. Only a matter of comfort: what a call is held at is its ceiling, whatever it turns out to be.
 */

/** Before anything is known, and at most. */
const MOST_COMFORTABLE = 8192;
/** Less than this, and a tool call of any size is cut. */
export const LEAST_COMFORTABLE = 1024;
/** Twice what all but the longest answers took. */
const QUANTILE = 0.95;
const MARGIN = 2;
const LEAST_SAMPLES = 20;
const MAX_SAMPLES = 200;
/** Answers between two looks at all of them. */
const LOOK_EVERY = 10;

export class AnswerSizes {
  readonly #seen = new Map<string, { readonly answers: number[]; learned: number }>();
  readonly #comfortable = new Map<string, number>();

  learn(kind: string, outputTokens: number): void {
    const seen = this.#seen.get(kind) ?? { answers: [], learned: 0 };
    this.#seen.set(kind, seen);
    seen.answers.push(outputTokens);
    if (seen.answers.length > MAX_SAMPLES) seen.answers.shift();
    seen.learned += 1;
    if (seen.learned < LEAST_SAMPLES || seen.learned % LOOK_EVERY !== 0) return;
    const { answers } = seen;
    const long = Float64Array.from(answers).sort()[Math.floor(answers.length * QUANTILE)] ?? MOST_COMFORTABLE;
    this.#comfortable.set(kind, Math.min(MOST_COMFORTABLE, Math.max(LEAST_COMFORTABLE, long * MARGIN)));
  }

  /** Rather than being cut below this, a call waits for the reservations of others. */
  comfortable(kind: string): number {
    return this.#comfortable.get(kind) ?? MOST_COMFORTABLE;
  }
}
