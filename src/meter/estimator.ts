/**
 * How many input tokens a request will cost, before anybody has counted them: learned in this run from the calls that
 * settled, per dialect and model, because only the upstream knows its tokeniser and its hidden prompts.
 */

interface Sample {
  readonly bytes: number;
  readonly mediaTokens: number;
  readonly tokens: number;
}

/** Two bytes a token is denser than any prose or code; it bounds what a longer request adds, unless the run has seen denser. */
const TOKENS_PER_ADDED_BYTE = 0.5;
/** In a smaller request a prompt that the upstream adds would be taken for dense text. */
const LEAST_TELLING_BYTES = 8192;
/** No tokeniser makes more of one. */
const MOST_TOKENS_PER_BYTE = 1;
/** Nothing real has been seen below one token for four bytes of JSON, so no estimate goes far below it. */
export const LEAST_TOKENS_PER_BYTE = 0.2;
const MARGIN = 1.1;
/** A first guess also allows for what the upstream adds itself: tool prompts, templates. */
const FIRST_GUESS_OVERHEAD = 1000;
const MAX_SAMPLES = 256;
/** An agent may name as many files as it likes. */
const MAX_OUTSIDE = 1000;

export class InputEstimator {
  readonly #samples = new Map<string, Sample[]>();
  /** Tokens a byte of the densest call of each kind. */
  readonly #densest = new Map<string, number>();
  readonly #outside = new Map<string, number>();

  /** False until one call of this kind has settled with a reported input. */
  hasLearned(kind: string): boolean {
    return this.#samples.has(kind);
  }

  /**
   * An upper estimate: the nearest smaller call seen, plus what is added to it can hold at most.
   * @param bytes of text
   * @param mediaTokens of what is no text, at most; calls with more of it tell nothing of one with less
   */
  estimate(kind: string, bytes: number, mediaTokens = 0): number {
    const samples = this.#samples.get(kind)?.filter((sample) => sample.mediaTokens <= mediaTokens) ?? [];
    const [smallest] = samples;
    if (smallest === undefined)
      return Math.ceil(bytes * TOKENS_PER_ADDED_BYTE + FIRST_GUESS_OVERHEAD) + mediaTokens;
    const perByte = this.#densest.get(kind) ?? TOKENS_PER_ADDED_BYTE;
    const added = (sample: Sample) =>
      Math.max(0, bytes - sample.bytes) * perByte + mediaTokens - sample.mediaTokens;
    const nearest = samples
      .filter((sample) => sample.bytes <= bytes)
      .reduce((best, sample) => (added(sample) <= added(best) ? sample : best), smallest);
    const addedMedia = mediaTokens - nearest.mediaTokens;
    const learned = nearest.tokens * MARGIN + added(nearest) - addedMedia;
    const text =
      bytes < nearest.bytes ? Math.min(learned, mostOfSmaller(bytes, samples) + mediaTokens) : learned;
    return Math.ceil(Math.max(text, bytes * LEAST_TOKENS_PER_BYTE)) + addedMedia;
  }

  /** Tokens of input that stands outside of requests and never changes; `undefined` before a call with it has settled. */
  estimateOutside(kind: string, identity: string): number | undefined {
    const tokens = this.#outside.get(`${kind} ${identity}`);
    return tokens === undefined ? undefined : Math.ceil(tokens * MARGIN);
  }

  /** @param tokens of a whole call with it: at least those of what stands outside */
  learnOutside(kind: string, identity: string, tokens: number): void {
    const key = `${kind} ${identity}`;
    const known = this.#outside.get(key);
    if (known !== undefined || this.#outside.size < MAX_OUTSIDE)
      this.#outside.set(key, Math.max(tokens, known ?? 0));
  }

  /** Samples are kept in order of size; of equal size the larger count stays. */
  learn(kind: string, bytes: number, tokens: number, mediaTokens = 0): void {
    if (bytes >= LEAST_TELLING_BYTES && mediaTokens === 0)
      this.#noteDensity(kind, (tokens - FIRST_GUESS_OVERHEAD) / bytes);
    const samples = this.#samples.get(kind) ?? [];
    const at = placeOf(samples, { bytes, mediaTokens });
    const next = samples[at];
    const same = next?.bytes === bytes && next.mediaTokens === mediaTokens ? next : undefined;
    if (same !== undefined && same.tokens >= tokens) return;
    const kept = { bytes, mediaTokens, tokens };
    samples.splice(at, same === undefined ? 0 : 1, kept);
    const isFull = samples.length > MAX_SAMPLES;
    this.#samples.set(kind, isFull ? samples.filter((_, index) => index % 2 === 0) : samples);
  }

  #noteDensity(kind: string, tokensPerByte: number): void {
    const known = this.#densest.get(kind) ?? TOKENS_PER_ADDED_BYTE;
    if (tokensPerByte > known) this.#densest.set(kind, Math.min(tokensPerByte, MOST_TOKENS_PER_BYTE));
  }
}

/** Where a sample of this size stands, or belongs. */
function placeOf(samples: readonly Sample[], { bytes, mediaTokens }: Omit<Sample, 'tokens'>): number {
  let [from, until] = [0, samples.length];
  while (from < until) {
    const middle = (from + until) >> 1;
    const { bytes: size = 0, mediaTokens: media = 0 } = samples[middle] ?? {};
    if (size < bytes || (size === bytes && media < mediaTokens)) from = middle + 1;
    else until = middle;
  }
  return from;
}

/**
 * What a request can come to that is smaller than all that were seen: its own bytes, and what the upstream may have added to
 * each of those, which is at most what their text cannot account for.
 */
function mostOfSmaller(bytes: number, samples: readonly Sample[]): number {
  const added = samples.map((seen) => seen.tokens - seen.bytes * LEAST_TOKENS_PER_BYTE);
  return bytes * MOST_TOKENS_PER_BYTE + Math.max(FIRST_GUESS_OVERHEAD, Math.min(...added));
}
