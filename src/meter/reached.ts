/** Limits that end the run whatever room is left in the others: what is counted in calls, and models without a price. */
import type { LimitName, RunLimits } from '../core/limits.js';
import type { ModelPrice } from '../core/price.js';
import { type Ask, type GuardOptions, type Stop, stopAt } from './admission.js';
import type { Spent } from './books.js';
import { renderState } from './room.js';
import type { Streaks } from './streaks.js';

export function requestsReached({ maxRequests }: RunLimits, { requests }: Spent): Stop | undefined {
  if (maxRequests === undefined || requests < maxRequests) return undefined;
  return stopAt('max-requests', `${requests} of ${maxRequests} calls are made`);
}

/** @param streaks of the run so far */
export function countsReached(
  { isRetry, fingerprint }: Ask,
  limits: RunLimits,
  { spent, streaks }: { spent: Spent; streaks: Streaks },
): Stop | undefined {
  const reached = requestsReached(limits, spent) ?? streaks.check(fingerprint);
  if (reached) return reached;
  const { maxRetries } = limits;
  if (!isRetry || maxRetries === undefined || spent.retries < maxRetries) return undefined;
  return stopAt('max-retries', `${spent.retries} of ${maxRetries} retries are made`);
}

/** For a call in dollars that nobody can price. @param model the one without a price */
export function priceMissing(
  model: string | undefined,
  price: ModelPrice | undefined,
  { limits, onUnpriced, spent }: Pick<GuardOptions, 'limits' | 'onUnpriced'> & { readonly spent: Spent },
): Stop | undefined {
  const { maxCostNanoUsd } = limits;
  if (maxCostNanoUsd === undefined || price !== undefined) return undefined;
  // A gateway may report a cost where the table has no price.
  if (spent.costNanoUsd >= maxCostNanoUsd) return exceeded('max-cost', { limits, spent, inputTokens: 0 });
  if (onUnpriced !== 'block') return undefined;
  return unpricedStop(model ?? 'unnamed');
}

export function unpricedStop(model: string): Stop {
  return stopAt('on-unpriced', `no price is known for the model ${model}`);
}

/** @param call.inputTokens what the next call would need */
export function exceeded(
  limit: LimitName,
  call: { readonly limits: RunLimits; readonly spent: Spent; readonly inputTokens: number },
): Stop {
  return stopAt(limit, renderState(limit, call.limits, call.spent, call.inputTokens));
}
