/**
 * How long an answer can have been that nobody counted: cut, aborted, or without usage. What was streamed is no bound, since
 * reasoning may be hidden; time is. No call of this run was faster than the fastest one seen, times a margin.
 */

/** A provider's load changes from one moment to the next, and with it its speed. */
const MARGIN = 3;
/** Before so many answers have been seen, the reservation stands. */
const LEAST_SAMPLES = 5;
/** An answer this short was mostly waiting, and says nothing of speed. */
const LEAST_TOKENS = 32;

interface Seen {
  samples: number;
  tokensPerMs: number;
}

export class OutputBound {
  readonly #seen = new Map<string, Seen>();

  learn(kind: string, outputTokens: number, durationMs: number): void {
    if (outputTokens < LEAST_TOKENS || durationMs <= 0) return;
    const seen = this.#seen.get(kind) ?? { samples: 0, tokensPerMs: 0 };
    seen.samples += 1;
    seen.tokensPerMs = Math.max(seen.tokensPerMs, outputTokens / durationMs);
    this.#seen.set(kind, seen);
  }

  /** Output tokens at most; never more than was reserved. */
  bound(kind: string, reserved: number, durationMs: number): number {
    const seen = this.#seen.get(kind);
    if (seen === undefined || seen.samples < LEAST_SAMPLES) return reserved;
    return Math.min(reserved, Math.ceil(seen.tokensPerMs * MARGIN * durationMs) + LEAST_TOKENS);
  }
}
