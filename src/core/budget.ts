/**
 * What a gateway says about money left: a list of limits, not one number.
 * Each level is finite, unlimited or unknown; an effective remaining is the least of the finite ones.
 */
import type { ErrorCode } from './errors.js';
import { type Amount, type Conversion, convert, convertOrThrow, type Unit } from './units.js';

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
  /** True when others than this key draw on it too: an account, an organization. */
  readonly isWider?: boolean;
  /** True for figures that are not a count of the gateway's: our own ledger, or a refusal that was read as "nothing left". */
  readonly hasNoCount?: boolean;
  /** True when `used` is a lower bound, because part of what was spent is not known. */
  readonly isAtLeast?: boolean;
}

export interface BudgetReading {
  readonly gateway: string;
  readonly limits: readonly BudgetLimit[];
  /** Scopes that can also stop calls and could not be read; empty when the reading is complete. */
  readonly unread: readonly string[];
  readonly conversions: readonly Conversion[];
  /** When the figures were true, ISO 8601 UTC. */
  readonly asOf: string;
  /** How far behind the figures may be; `undefined` when the gateway does not say. */
  readonly lagMs: number | undefined;
  /** The gateway's own version, where a reading tells it. */
  readonly version?: string | undefined;
}

/** Why there is no reading. */
export interface UnreadBudget {
  /** For people. */
  readonly error: string;
  /** Where it was a known error. */
  readonly code?: ErrorCode;
}

/** `60 s`, `5 min`, for people. */
export function renderLag(lagMs: number): string {
  return lagMs < 120_000 ? `${Math.round(lagMs / 1000)} s` : `${Math.round(lagMs / 60_000)} min`;
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
  rest: Partial<Pick<BudgetLimit, 'period' | 'resetsAt' | 'isWider' | 'isAtLeast' | 'hasNoCount'>> = {},
): BudgetLimit {
  const { limit = UNKNOWN, used = UNKNOWN, remaining = UNKNOWN } = levels;
  return {
    scope,
    unit,
    limit,
    used,
    remaining: remainingOf({ limit, used, remaining }),
    period: rest.period,
    resetsAt: rest.resetsAt,
    ...(rest.isWider ? { isWider: true } : {}),
    ...(rest.hasNoCount ? { hasNoCount: true } : {}),
    ...(rest.isAtLeast ? { isAtLeast: true } : {}),
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
 * The finite limit with the least left. Limits in units that cannot be compared stand side by side: one with nothing left
 * comes first, then one that can be compared with `preferred`, then the first. `undefined` when no limit is finite.
 */
export function tightestOf(reading: BudgetReading, preferred?: Unit): Tightest | undefined {
  const all = tightestPerUnit(reading);
  const comparable = (unit: Unit) =>
    preferred !== undefined && convert({ unit, value: 0 }, preferred, reading.conversions) !== undefined;
  return (
    all.find(({ remaining }) => remaining.value <= 0) ??
    all.find(({ remaining }) => comparable(remaining.unit)) ??
    all[0]
  );
}

/** One for each group of limits whose units can be compared. */
function tightestPerUnit({ limits, conversions }: BudgetReading): Tightest[] {
  const tightest: Tightest[] = [];
  for (const limit of limits) {
    if (limit.remaining.kind !== 'finite') continue;
    const remaining: Amount = { unit: limit.unit, value: limit.remaining.value };
    const index = tightest.findIndex(
      (other) => convert(remaining, other.remaining.unit, conversions) !== undefined,
    );
    const other = tightest[index];
    if (other === undefined) tightest.push({ limit, remaining });
    else if (isLess(remaining, other.remaining, conversions)) tightest[index] = { limit, remaining };
  }
  return tightest;
}

function isLess(a: Amount, b: Amount, conversions: readonly Conversion[]): boolean {
  return convertOrThrow(a, b.unit, conversions).amount.value < b.value;
}
