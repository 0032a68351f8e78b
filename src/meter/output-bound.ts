/**
 * How long an answer can have been that was cut or aborted, so that nobody counted it. What was streamed is no bound, since
 * reasoning may be hidden; time is. No call of this run was faster than the fastest one seen, times a margin; and since the
 * agent can choose to see slow ones, none counts as slower than what providers reach.
 */

/**
 * A provider's load changes from one moment to the next, and with it its speed. The fastest of a few answers may be far
 * outdone by the next one, the fastest of many of such a length hardly.
 */
const MARGIN = 3;
const LEAST_MARGIN = 1.5;
const LEAST_SAMPLES = 5;
/** Tokens in a millisecond. Large models reach a few hundred in a second; hardly a thousand. */
const LEAST_SPEED = 1;
/** While too few answers have been seen to tell: more than the fastest hardware there is. */
const UNKNOWN_SPEED = 4;
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

  /**
   * Output tokens at most; never more than was reserved.
   * @param durationMs from sending the call to its end
   * @param cameTokens what came until then, as far as anybody can tell
   */
  bound(kind: string, reserved: number, durationMs: number, cameTokens = 0): number {
    const most = Math.ceil(this.#speed(kind, durationMs) * Math.max(0, durationMs)) + LEAST_TOKENS;
    return Math.min(reserved, Math.max(most, cameTokens));
  }

  #speed(kind: string, durationMs: number): number {
    const seen = this.#seen.get(kind);
    const alike = seen?.durations.filter((known) => known * ALIKE >= durationMs).length ?? 0;
    const fastest = (seen?.tokensPerMs ?? 0) * marginOf(alike);
    const isKnown = seen !== undefined && seen.durations.length >= LEAST_SAMPLES;
    return Math.max(fastest, isKnown ? LEAST_SPEED : UNKNOWN_SPEED);
  }
}

function marginOf(alike: number): number {
  const spread = (MARGIN - 1) * Math.sqrt(LEAST_SAMPLES / Math.max(LEAST_SAMPLES, alike));
  return Math.max(LEAST_MARGIN, 1 + spread);
}
