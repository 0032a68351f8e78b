/** Which shares of which budgets are used, when a share counts as passed, and how often that is said. */

import { type BudgetLimit, type BudgetReading, budgetLimit, finite, percentUsed } from './budget.js';
import { type Finding, finding } from './findings.js';

/** How much of a limit was used when somebody looked. */
export interface Share {
  readonly scope: string;
  readonly unit: string;
  readonly period?: string | undefined;
  readonly resetsAt?: string | undefined;
  /** Not rounded. */
  readonly percent: number;
}

/** A limit, and the highest threshold that its use has passed. */
export interface Crossing {
  readonly limit: BudgetLimit;
  readonly gateway: string;
  /** ISO 8601 UTC. */
  readonly asOf: string;
  /** Not rounded; `undefined` where no limit is told, only that nothing is left. */
  readonly percent: number | undefined;
  readonly threshold: number;
}

/** The end of a budget is always told. */
const END = 100;
const MAX_SHARES = 50;

/** One for each limit that passed a threshold: the highest one passed. Most urgent first. */
export function crossingsOf(reading: BudgetReading, alertAt: readonly number[]): Crossing[] {
  const { gateway, asOf } = reading;
  return reading.limits
    .flatMap((limit): Crossing[] => {
      const percent = percentUsed(limit);
      const threshold = isUsedUp(limit) ? END : highest(alertAt, 0, percent);
      return threshold === undefined ? [] : [{ limit, gateway, asOf, percent, threshold }];
    })
    .toSorted((a, b) => b.threshold - a.threshold || (b.percent ?? END) - (a.percent ?? END));
}

/** Nothing is left, whether or not a limit is told. */
export function isUsedUp({ remaining }: BudgetLimit): boolean {
  return remaining.kind === 'finite' && remaining.value <= 0;
}

/** The highest threshold above `from` that `percent` reaches. */
function highest(alertAt: readonly number[], from: number, percent: number | undefined): number | undefined {
  if (percent === undefined) return undefined;
  const passed = [...alertAt, END].filter((threshold) => threshold > from && percent >= threshold);
  return passed.length === 0 ? undefined : Math.max(...passed);
}

/** Thresholds that are passed along with the highest one; none where no share is known. */
export function lowerOnes({ threshold, percent }: Crossing, alertAt: readonly number[]): number[] {
  return percent === undefined ? [] : alertAt.filter((lower) => lower < threshold);
}

/** What `pre` keeps for `post`. */
export function sharesOf({ limits }: BudgetReading): Share[] {
  return limits.slice(0, MAX_SHARES).flatMap((limit) => {
    const { scope, unit, period, resetsAt } = limit;
    const percent = percentUsed(limit);
    return percent === undefined ? [] : [{ scope, unit, period, resetsAt, percent }];
  });
}

/**
 * A notice for each limit that was moved over a threshold since `before`. A limit that was not seen then, or whose window
 * ended in between, gives none: nobody knows who moved it.
 */
export function passedSince(
  before: readonly Share[],
  reading: BudgetReading,
  alertAt: readonly number[],
): Finding[] {
  return reading.limits.flatMap((limit) => {
    const percent = percentUsed(limit);
    const then = before.find((share) => isSame(share, limit));
    const threshold = then && highest(alertAt, then.percent, percent);
    if (then === undefined || threshold === undefined || percent === undefined) return [];
    const message = `${percent.toFixed(0)} % of the limit on ${limit.scope} is used (${reading.gateway}), and ${then.percent.toFixed(0)} % was when this job began; the alert is set at ${threshold} %.`;
    return [finding('notice', 'budget-alert', `Budget is ${threshold} % used`, message)];
  });
}

/** True when less than the threshold was used before; false where nobody looked at that limit then. */
export function isMoved(before: readonly Share[], { limit, threshold }: Crossing): boolean {
  const then = before.find((share) => isSame(share, limit));
  return then !== undefined && then.percent < threshold;
}

function isSame(share: Share, limit: BudgetLimit): boolean {
  return (
    share.scope === limit.scope &&
    share.unit === limit.unit &&
    share.period === limit.period &&
    share.resetsAt === limit.resetsAt
  );
}

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
const WEEK_HOURS = 7 * DAY_HOURS;
/** A reset that lies further back is not one that a gateway is late with. */
const STALE_MS = DAY_HOURS * HOUR_MS;

/**
 * The period in which a threshold is told once: up to the reset; without one the calendar day, week or month (UTC) that
 * is as long as the window, and the month where there is none. A reset that is told as "in so many seconds" moves by one
 * or two from look to look, so the nearest hour stands for it.
 */
export function periodOf({ resetsAt, period }: BudgetLimit, now: Date): string {
  const reset = Date.parse(resetsAt ?? '');
  if (!Number.isNaN(reset) && reset >= now.getTime() - STALE_MS)
    return `until ${new Date(Math.round(reset / HOUR_MS) * HOUR_MS).toISOString()}`;
  const hours = hoursOf(period);
  if (hours > WEEK_HOURS) return now.toISOString().slice(0, 'YYYY-MM'.length);
  const daysBack = hours > DAY_HOURS ? (now.getUTCDay() + 6) % 7 : 0;
  const first = new Date(now.getTime() - daysBack * DAY_HOURS * HOUR_MS);
  return first.toISOString().slice(0, 'YYYY-MM-DD'.length);
}

const HOURS: ReadonlyMap<string, number> = new Map([
  ['s', 0],
  ['m', 0],
  ['h', 1],
  ['d', DAY_HOURS],
  ['w', WEEK_HOURS],
  ['hourly', 1],
  ['day', DAY_HOURS],
  ['daily', DAY_HOURS],
  ['week', WEEK_HOURS],
  ['weekly', WEEK_HOURS],
]);

/** Length of a window as gateways write it: `1d`, `24 h`, `weekly`; endless where it is longer, or not understood. */
function hoursOf(period: string | undefined): number {
  const [, count = '1', unit = ''] = /^(\d+)?\s*([a-zA-Z]+)$/.exec(period ?? '') ?? [];
  const hours = HOURS.get(unit);
  return hours === undefined ? Number.POSITIVE_INFINITY : Number(count) * hours;
}

/** For a run that the gateway's refusal ended, where no reading shows which budget that was. */
export function refusedCrossing(gateway: string, asOf: string): Crossing {
  const limit = budgetLimit(
    'a budget behind the key of this run',
    'usd',
    { remaining: finite(0) },
    { period: 'day', hasNoCount: true },
  );
  return { limit, gateway, asOf, percent: undefined, threshold: END };
}

/** What tells a limit from all others, without the key it belongs to. A limit that is raised is another one. */
export function identityOf({ scope, unit, limit, period }: BudgetLimit): string[] {
  return [scope, unit, limit.kind === 'finite' ? String(limit.value) : limit.kind, period ?? ''];
}
