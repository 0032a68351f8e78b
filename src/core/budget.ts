/**
 * What a gateway says about money left: a list of limits, not one number.
 * Each level is finite, unlimited or unknown; an effective remaining is the least of the finite ones.
 */
import { type Amount, type Conversion, convertOrThrow, type Unit } from './units.js';

/** `value` is nano-USD for USD limits, else a count of the limit's unit. */
export type Level =
  | { readonly kind: 'finite'; readonly value: number }
  | { readonly kind: 'unlimited' }
  | { readonly kind: 'unknown' };

export const UNLIMITED: Level = { kind: 'unlimited' };
export const UNKNOWN: Level = { kind: 'unknown' };

/** `undefined` becomes unknown: a figure that was not reported is not zero. */
export function finite(value: number | undefined): Level {
  return value === undefined ? UNKNOWN : { kind: 'finite', value };
}

/** One limit that can stop calls. */
export interface BudgetLimit {
  /** On what it applies: `key`, `team`, `account`, `key, model gpt-5` … */
  readonly scope: string;
  readonly limit: Level;
  readonly used: Level;
  readonly remaining: Level;
  readonly unit: Unit;
  /** Window, such as `1d`, `month`; `undefined` when the limit never resets or the gateway does not say. */
  readonly period: string | undefined;
  /** ISO 8601 UTC. */
  readonly resetsAt: string | undefined;
}

export interface BudgetReading {
  readonly gateway: string;
  readonly limits: readonly BudgetLimit[];
  /** Scopes that can also stop calls and could not be read; empty when the reading is complete. */
  readonly unread: readonly string[];
  readonly conversions: readonly Conversion[];
  /** When the figures were true, ISO 8601 UTC. */
  readonly asOf: string;
  /** How far behind the figures may be, for people; `undefined` when the gateway does not say. */
  readonly lag: string | undefined;
}

/** The remaining of a limit: as stated, else limit minus used, else unknown. */
export function remainingOf({
  limit,
  used,
  remaining,
}: Pick<BudgetLimit, 'limit' | 'used' | 'remaining'>): Level {
  if (remaining.kind !== 'unknown') return remaining;
  if (limit.kind === 'unlimited') return UNLIMITED;
  if (limit.kind === 'finite' && used.kind === 'finite') return finite(limit.value - used.value);
  return UNKNOWN;
}

/** Builds a limit and derives `remaining` where only limit and used are given. */
export function budgetLimit(
  scope: string,
  unit: Unit,
  levels: Partial<Pick<BudgetLimit, 'limit' | 'used' | 'remaining'>>,
  window: { period?: string | undefined; resetsAt?: string | undefined } = {},
): BudgetLimit {
  const { limit = UNKNOWN, used = UNKNOWN, remaining = UNKNOWN } = levels;
  return {
    scope,
    unit,
    limit,
    used,
    remaining: remainingOf({ limit, used, remaining }),
    period: window.period,
    resetsAt: window.resetsAt,
  };
}

/** Share used in percent, not rounded; `undefined` unless the limit is finite and positive and the use is known. */
export function percentUsed({ limit, used, remaining }: BudgetLimit): number | undefined {
  if (limit.kind !== 'finite' || limit.value <= 0) return undefined;
  if (used.kind === 'finite') return (used.value / limit.value) * 100;
  return remaining.kind === 'finite' ? (1 - remaining.value / limit.value) * 100 : undefined;
}

export interface Tightest {
  readonly limit: BudgetLimit;
  /** What is left, in the limit's own unit. */
  readonly remaining: Amount;
}

/**
 * The finite limit with the least left. `undefined` when no limit is finite.
 * @throws {AppError} `units-not-comparable` when two finite limits have units that cannot be converted.
 */
export function tightestOf(reading: BudgetReading): Tightest | undefined {
  let tightest: Tightest | undefined;
  for (const limit of reading.limits) {
    if (limit.remaining.kind !== 'finite') continue;
    const remaining: Amount = { unit: limit.unit, value: limit.remaining.value };
    if (tightest === undefined || isLess(remaining, tightest.remaining, reading.conversions))
      tightest = { limit, remaining };
  }
  return tightest;
}

function isLess(a: Amount, b: Amount, conversions: readonly Conversion[]): boolean {
  return convertOrThrow(a, b.unit, conversions).amount.value < b.value;
}
