/** Patterns that cost money and lead nowhere: failures in a row, the same request again and again, a cache that is missed. */
import type { RunLimits } from '../core/limits.js';
import type { Usage } from '../core/usage.js';
import { type Stop, stopAt } from './admission.js';

type StreakLimits = Pick<RunLimits, 'maxConsecutiveErrors' | 'maxIdenticalRequests' | 'maxCacheMisses'>;

const MAX_REMEMBERED = 5000;

export class Streaks {
  readonly #limits: StreakLimits;
  /** How often each request was sent, by its fingerprint. */
  readonly #sent = new Map<string, number>();
  #errors = 0;
  #misses = 0;
  #hasCache = false;

  constructor(limits: StreakLimits) {
    this.#limits = limits;
  }

  noteSent(fingerprint: string): void {
    const sent = (this.#sent.get(fingerprint) ?? 0) + 1;
    // The oldest is forgotten first: a loop is about what was sent lately.
    this.#sent.delete(fingerprint);
    this.#sent.set(fingerprint, sent);
    const [oldest] = this.#sent.keys();
    if (this.#sent.size > MAX_REMEMBERED && oldest !== undefined) this.#sent.delete(oldest);
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
  check(fingerprint: string): Stop | undefined {
    const sentBefore = this.#sent.get(fingerprint) ?? 0;
    const { maxConsecutiveErrors, maxIdenticalRequests, maxCacheMisses } = this.#limits;
    if (maxConsecutiveErrors !== undefined && this.#errors >= maxConsecutiveErrors)
      return stopAt('max-consecutive-errors', `${this.#errors} calls in a row have failed`);
    if (maxIdenticalRequests !== undefined && sentBefore >= maxIdenticalRequests)
      return stopAt('max-identical-requests', `the very same request was sent ${sentBefore} times`);
    if (maxCacheMisses !== undefined && this.#misses >= maxCacheMisses)
      return stopAt('max-cache-misses', `${this.#misses} calls in a row read nothing from the cache`);
    return undefined;
  }
}
