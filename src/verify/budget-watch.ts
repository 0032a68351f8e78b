/** Looks at the gateway's own count, and waits for it to follow the calls. */
import { type BudgetLimit, type BudgetReading, tightestOf } from '../core/budget.js';
import { type Count, countOf, movedBetween } from '../core/sighting.js';
import { type Amount, convert } from '../core/units.js';

export interface Look {
  readonly reading: BudgetReading;
  readonly count: Count | undefined;
  /** The finite limit with the least left, and what is left of it. */
  readonly limit: BudgetLimit | undefined;
  readonly remaining: Amount | undefined;
}

export interface WatchOptions {
  /** A reading for one key, or why there is none. */
  readonly read: () => Promise<BudgetReading | { readonly error: string }>;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
  readonly waitMs: number;
}

export interface Followed {
  /** How far the count moved. */
  readonly moved: Amount;
  /** From the last call until it was seen. */
  readonly lagMs: number;
}

const POLL_MS = 1000;

export class BudgetWatch {
  readonly #options: WatchOptions;
  /** Why the last look saw nothing. */
  trouble: string | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  async look(): Promise<Look | undefined> {
    const reading = await this.#options.read();
    if ('error' in reading) {
      this.trouble = reading.error;
      return undefined;
    }
    const tightest = tightestOf(reading);
    return { reading, count: countOf(reading), limit: tightest?.limit, remaining: tightest?.remaining };
  }

  /**
   * Looks until the count has moved enough, or the time is over; the last movement seen, whether it was enough, and whether
   * anything could be seen at all. A look that fails is tried again.
   * @param untilStill also waits until two looks in a row see the same
   */
  async follow(
    from: Count | undefined,
    since: number,
    isEnough: (moved: Amount, reading: BudgetReading) => boolean,
    untilStill = false,
  ): Promise<{ followed: Followed | undefined; isEnough: boolean; isSeen: boolean }> {
    const { now, sleep, waitMs } = this.#options;
    const deadline = now().getTime() + waitMs;
    let followed: Followed | undefined;
    let isSeen = false;
    for (;;) {
      const look = from === undefined ? undefined : await this.look();
      const moved = from && look?.count && movedBetween(from, look.count);
      isSeen ||= look?.count !== undefined;
      let isThere = false;
      if (moved && look && moved.value > 0) {
        const isStill = followed?.moved.value === moved.value;
        if (!isStill) followed = { moved, lagMs: now().getTime() - since };
        isThere = isEnough(moved, look.reading);
        if (isThere && (isStill || !untilStill)) return { followed, isEnough: true, isSeen };
      }
      const left = deadline - now().getTime();
      if (left <= 0 || from === undefined) return { followed, isEnough: isThere, isSeen };
      await sleep(Math.min(POLL_MS, left));
    }
  }
}

/** Nano-USD; `undefined` where no factor is known. */
export function inUsd(amount: Amount | undefined, reading: BudgetReading | undefined): number | undefined {
  return amount && convert(amount, 'usd', reading?.conversions ?? [])?.amount.value;
}
