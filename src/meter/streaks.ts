/** Patterns that cost money and lead nowhere: failures in a row, the same request again and again, a cache that is missed. */
import type { RunLimits } from '../core/limits.js';
import type { Usage } from '../core/usage.js';
import { type Stop, stopAt } from './admission.js';

type StreakLimits = Pick<RunLimits, 'maxConsecutiveErrors' | 'maxIdenticalRequests' | 'maxCacheMisses'>;

/** A loop is about what was sent lately: of this many the older half is forgotten. */
const MAX_REMEMBERED = 10_000;

export class Streaks {
  readonly #limits: StreakLimits;
  /** How often each request was sent, by its fingerprint: what was sent lately, and what was sent before. */
  #sent = new Map<string, number>();
  #sentBefore: ReadonlyMap<string, number> = new Map();
  #errors = 0;
  #misses = 0;
  #hasCache = false;

  constructor(limits: StreakLimits) {
    this.#limits = limits;
  }

  noteSent(fingerprintOf: () => string): void {
    if (this.#limits.maxIdenticalRequests === undefined) return;
    const fingerprint = fingerprintOf();
    this.#sent.set(fingerprint, this.#timesSent(fingerprint) + 1);
    if (this.#sent.size < MAX_REMEMBERED / 2) return;
    this.#sentBefore = this.#sent;
    this.#sent = new Map();
  }

  #timesSent(fingerprint: string): number {
    return this.#sent.get(fingerprint) ?? this.#sentBefore.get(fingerprint) ?? 0;
  }

  noteFailure(): void {
    this.#errors += 1;
  }

  /** An answer whose usage does not tell of a cache says nothing of one. */
  noteAnswer({ cacheReadTokens }: Usage): void {
    this.#errors = 0;
    if (cacheReadTokens === undefined) return;
    if (cacheReadTokens > 0) this.#hasCache = true;
    this.#misses = cacheReadTokens > 0 || !this.#hasCache ? 0 : this.#misses + 1;
  }

  /** Before the call with this fingerprint may leave. */
  check(fingerprint: () => string): Stop | undefined {
    const { maxConsecutiveErrors, maxIdenticalRequests, maxCacheMisses } = this.#limits;
    if (maxConsecutiveErrors !== undefined && this.#errors >= maxConsecutiveErrors)
      return stopAt('max-consecutive-errors', `${this.#errors} calls in a row have failed`);
    const sentBefore = maxIdenticalRequests === undefined ? 0 : this.#timesSent(fingerprint());
    if (maxIdenticalRequests !== undefined && sentBefore >= maxIdenticalRequests)
      return stopAt('max-identical-requests', `the very same request was sent ${sentBefore} times`);
    if (maxCacheMisses !== undefined && this.#misses >= maxCacheMisses)
      return stopAt('max-cache-misses', `${this.#misses} calls in a row read nothing from the cache`);
    return undefined;
  }
}
