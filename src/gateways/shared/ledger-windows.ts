/**
 * A budget that stands in the policy file, minus what the ledger recorded in its window: what is left where a gateway has
 * nothing to read. Only runs that spendgate metered count, so spend from elsewhere is never seen.
 */
import { type BudgetLimit, type BudgetReading, budgetLimit, finite } from '../../core/budget.js';
import { AppError } from '../../core/errors.js';
import type { BudgetContext, BudgetWindow } from '../../ports/gateway.js';
import type { SpendHistory } from '../../ports/store.js';

const DAY_MS = 86_400_000;

/** @throws {AppError} `store-failed` when the ledger could not be read. */
export async function readWindows(
  gateway: string,
  { windows, history, now }: BudgetContext,
): Promise<BudgetReading> {
  const { entries, readable, complete, evidence, unseenUntilMs } = await history();
  if (!readable) throw new AppError('store-failed', `The ledger could not be read: ${evidence}.`);
  const isPartial = entries.some(({ partial }) => partial);
  return {
    gateway,
    limits: windows.map((window) => windowLimit(window, { entries, unseenUntilMs }, now)),
    unread: [
      'spend that spendgate did not meter',
      ...(complete ? [] : [`runs that may be missing from the ledger (${evidence})`]),
      ...(isPartial ? ['the part of recorded runs whose tokens or price were not known'] : []),
    ],
    conversions: [],
    asOf: now.toISOString(),
    lagMs: undefined,
  };
}

function windowLimit(
  { unit, limit, period }: BudgetWindow,
  { entries, unseenUntilMs = 0 }: Pick<SpendHistory, 'entries' | 'unseenUntilMs'>,
  now: Date,
): BudgetLimit {
  const { from, resetsAt } = windowOf(period, now);
  const inside = entries.filter(({ at }) => Date.parse(at) >= from.getTime());
  const used = inside.reduce((sum, entry) => sum + (unit === 'usd' ? entry.costNanoUsd : entry.tokens), 0);
  const name = typeof period === 'string' ? period : `${period.rollingMs / 3_600_000} h`;
  return budgetLimit(
    `ledger, ${name}`,
    unit,
    { limit: finite(limit), used: finite(used) },
    {
      period: name,
      resetsAt: resetsAt?.toISOString(),
      hasNoCount: true,
      isAtLeast: unseenUntilMs >= from.getTime() || inside.some(({ partial }) => partial),
    },
  );
}

/** Calendar windows begin at 00:00 UTC (weeks on Monday); a rolling window has no reset. */
function windowOf(period: BudgetWindow['period'], now: Date): { from: Date; resetsAt: Date | undefined } {
  if (typeof period !== 'string')
    return { from: new Date(now.getTime() - period.rollingMs), resetsAt: undefined };
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()];
  if (period === 'month')
    return { from: new Date(Date.UTC(year, month)), resetsAt: new Date(Date.UTC(year, month + 1)) };
  const daysBack = period === 'week' ? (now.getUTCDay() + 6) % 7 : 0;
  const from = new Date(Date.UTC(year, month, day - daysBack));
  return { from, resetsAt: new Date(from.getTime() + (period === 'week' ? 7 : 1) * DAY_MS) };
}
