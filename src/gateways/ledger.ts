/**
 * No usage API at all: the budget stands in the policy file (`gateway.budgets`), and what was used is what the ledger
 * recorded in the window. Only runs that spendgate metered count, so spend from elsewhere is never seen.
 */

import { type BudgetLimit, budgetLimit, finite } from '../core/budget.js';
import { AppError } from '../core/errors.js';
import type { SpendEntry } from '../core/ledger.js';
import type { BudgetContext, BudgetWindow, Gateway } from '../ports/gateway.js';
import { classify, PROVIDER_RULES } from '../wire/error-body.js';

const DAY_MS = 86_400_000;

async function readBudget({ windows, history, now }: BudgetContext) {
  const { entries, readable, complete, evidence } = await history();
  if (!readable) throw new AppError('store-failed', `The ledger could not be read: ${evidence}.`);
  const isPartial = entries.some(({ partial }) => partial);
  return {
    gateway: 'ledger',
    limits: windows.map((window) => windowLimit(window, entries, now)),
    unread: [
      'spend that spendgate did not meter',
      ...(complete ? [] : [`runs that may be missing from the ledger (${evidence})`]),
      ...(isPartial ? ['the part of recorded runs whose tokens or price were not known'] : []),
    ],
    conversions: [],
    asOf: now.toISOString(),
    lag: undefined,
  };
}

function windowLimit(
  { unit, limit, period }: BudgetWindow,
  entries: readonly SpendEntry[],
  now: Date,
): BudgetLimit {
  const { from, resetsAt } = windowOf(period, now);
  const used = entries
    .filter(({ at }) => Date.parse(at) >= from.getTime())
    .reduce((sum, entry) => sum + (unit === 'usd' ? entry.costNanoUsd : entry.tokens), 0);
  const name = typeof period === 'string' ? period : `${period.rollingMs / 3_600_000} h`;
  return budgetLimit(
    `ledger, ${name}`,
    unit,
    { limit: finite(limit), used: finite(used) },
    { period: name, resetsAt: resetsAt?.toISOString() },
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

export const ledger: Gateway = {
  id: 'ledger',
  summary: 'No usage API: `gateway.budgets` of the policy file minus what the ledger recorded in the window.',
  defaultUrl: undefined,
  requires: ['budgets'],
  readBudget,
  readFailure: (evidence) => classify(evidence, PROVIDER_RULES),
  readCost: () => undefined,
};
