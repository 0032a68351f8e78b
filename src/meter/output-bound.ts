/**
 * How long an answer can have been that nobody counted: cut, aborted, or without usage. What was streamed is no bound, since
 * reasoning may be hidden; time is. No call of this run was faster than the fastest one seen, times a margin.
 */

/**
 * A provider's load changes from one moment to the next, and with it its speed. The fastest of a few answers may be far
 * outdone by the next one, the fastest of many of such a length hardly.
 */
const MARGIN = 3;
const LEAST_MARGIN = 1.5;
/** Before so many answers have been seen, the reservation stands. */
const LEAST_SAMPLES = 5;
/** An answer this short was mostly waiting, and says nothing of speed. */
const LEAST_TOKENS = 32;
/** Nor does one say much of another that took more than so many times as long. */
const ALIKE = 4;
const MAX_SAMPLES = 200;

interface Seen {
  tokensPerMs: number;
  /** How long the last answers took, in milliseconds. */
  readonly durations: number[];
}

export class OutputBound {
  readonly #seen = new Map<string, Seen>();

  learn(kind: string, outputTokens: number, durationMs: number): void {
    if (outputTokens < LEAST_TOKENS || durationMs <= 0) return;
    const seen = this.#seen.get(kind) ?? { tokensPerMs: 0, durations: [] };
    seen.tokensPerMs = Math.max(seen.tokensPerMs, outputTokens / durationMs);
    seen.durations.push(durationMs);
    if (seen.durations.length > MAX_SAMPLES) seen.durations.shift();
    this.#seen.set(kind, seen);
  }

  /** Output tokens at most; never more than was reserved. */
  bound(kind: string, reserved: number, durationMs: number): number {
    const seen = this.#seen.get(kind);
    if (seen === undefined || seen.durations.length < LEAST_SAMPLES) return reserved;
    const alike = seen.durations.filter((known) => known * ALIKE >= durationMs).length;
    const most = seen.tokensPerMs * marginOf(alike) * durationMs;
    return Math.min(reserved, Math.ceil(most) + LEAST_TOKENS);
  }
}

function marginOf(alike: number): number {
  const spread = (MARGIN - 1) * Math.sqrt(LEAST_SAMPLES / Math.max(LEAST_SAMPLES, alike));
  return Math.max(LEAST_MARGIN, 1 + spread);
}
