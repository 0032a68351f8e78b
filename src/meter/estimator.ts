/**
 * How many input tokens a request will cost, before anybody has counted them: learned in this run from the calls that
 * settled, per dialect and model, because only the upstream knows its tokeniser and its hidden prompts.
 */

interface Sample {
  readonly bytes: number;
  readonly tokens: number;
}

/** Two bytes a token is denser than any prose or code; it bounds what a longer request adds. */
const TOKENS_PER_ADDED_BYTE = 0.5;
/** Nothing real has been seen below one token for four bytes of JSON, so no estimate goes far below it. */
const LEAST_TOKENS_PER_BYTE = 0.2;
const MARGIN = 1.1;
/** A first guess also allows for what the upstream adds itself: tool prompts, templates. */
const FIRST_GUESS_OVERHEAD = 1000;
const MAX_SAMPLES = 256;

export class InputEstimator {
  readonly #samples = new Map<string, Sample[]>();

  /** False until one call of this kind has settled with a reported input. */
  hasLearned(kind: string): boolean {
    return this.#samples.has(kind);
  }

  /** An upper estimate: the nearest shorter call seen, plus what the added bytes can hold at most. */
  estimate(kind: string, bytes: number, hasServerContext = false): number {
    const samples = this.#samples.get(kind);
    if (samples === undefined) return Math.ceil(bytes * TOKENS_PER_ADDED_BYTE + FIRST_GUESS_OVERHEAD);
    // A request that leans on what the server keeps says nothing of its size: the largest call seen stands in.
    const largest = hasServerContext ? Math.max(...samples.map(({ tokens }) => tokens)) : 0;
    const nearest = samples.findLast((sample) => sample.bytes <= bytes) ?? samples[0];
    const added = nearest === undefined ? bytes : Math.max(0, bytes - nearest.bytes);
    const learned = (nearest?.tokens ?? 0) * MARGIN + added * TOKENS_PER_ADDED_BYTE;
    return Math.ceil(
      Math.max(
        learned,
        largest * MARGIN + bytes * TOKENS_PER_ADDED_BYTE * Math.sign(largest),
        bytes * LEAST_TOKENS_PER_BYTE,
      ),
    );
  }

  /** Samples are kept in order of size; of equal size the larger count stays. */
  learn(kind: string, bytes: number, tokens: number): void {
    const samples = this.#samples.get(kind) ?? [];
    const at = placeOf(samples, bytes);
    const same = samples[at]?.bytes === bytes ? samples[at] : undefined;
    const kept = { bytes, tokens: Math.max(tokens, same?.tokens ?? 0) };
    samples.splice(at, same === undefined ? 0 : 1, kept);
    const isFull = samples.length > MAX_SAMPLES;
    this.#samples.set(kind, isFull ? samples.filter((_, index) => index % 2 === 0) : samples);
  }
}

/** Where a sample of this size stands, or belongs. */
function placeOf(samples: readonly Sample[], bytes: number): number {
  let [from, until] = [0, samples.length];
  while (from < until) {
    const middle = (from + until) >> 1;
    if ((samples[middle]?.bytes ?? 0) < bytes) from = middle + 1;
    else until = middle;
  }
  return from;
}
