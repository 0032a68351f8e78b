/** The gateway's own count of a run against the meter's. */
import { type BudgetReading, renderLag } from './budget.js';
import { type Finding, finding } from './findings.js';
import { NANO_PER_USD, readUsd } from './money.js';
import type { UsageRecord } from './record.js';
import { type Count, countOf, isNoise, movedBetween } from './sighting.js';
import { type Amount, convert, renderAmount, unitName } from './units.js';

export interface Reconciliation {
  /** How far the gateway's count is from the meter's, in percent of the meter's; `undefined` when it cannot be told. */
  readonly driftPercent: number | undefined;
  readonly findings: readonly Finding[];
  /** One line for the report. */
  readonly fact: string;
  /** True when the gateway has counted less than the meter and may only be late. */
  readonly mayTrail: boolean;
}

export interface Reconcilable {
  readonly before: { readonly count: Count; readonly at: string };
  readonly after: BudgetReading;
  readonly record: UsageRecord;
  readonly maxDriftPercent: number;
  /** Time since the run's last call could have been made. */
  readonly elapsedMs: number;
}

export function reconcile(ask: Reconcilable): Reconciliation {
  const { before, after, record } = ask;
  const count = countOf(after);
  const moved = count && movedBetween(before.count, count);
  if (moved === undefined)
    return untold(
      `the count of ${before.count.scope} was set back, or belongs to another window or scope now`,
    );
  const metered = meteredIn(moved, record, after);
  if (metered === 'no rate')
    return untold(
      `the gateway counted ${renderCounted(moved)}, and no rate is known for ${unitName(moved.unit)}: \`rates\` in the policy file gives one`,
    );
  if (metered === undefined) return incomplete(ask, moved);
  return compare(ask, { moved: metered.moved, metered: metered.metered, scope: before.count.scope });
}

/** A run whose figures are lower bounds explains part of the count, and nobody knows how much of the rest. */
function incomplete({ before, after, record }: Reconcilable, moved: Amount): Reconciliation {
  const known = record['cost-usd'] === undefined ? 'nothing' : `$${record['cost-usd']}`;
  const why = record.complete
    ? 'not every call of this run told its tokens or has a price'
    : 'the run was cut short';
  const fact = `the gateway counted ${renderCounted(moved)} on ${before.count.scope}; the meter knows of ${known} for certain, since ${why}`;
  const title = 'The gateway’s count cannot be checked';
  const message = `Between ${before.at} and ${after.asOf} ${fact}.`;
  return {
    driftPercent: undefined,
    findings: isNoise(moved, after.conversions) ? [] : [finding('notice', 'drift-unknown', title, message)],
    fact: `not comparable: ${fact}`,
    mayTrail: false,
  };
}

function untold(why: string): Reconciliation {
  return { driftPercent: undefined, findings: [], fact: `not comparable: ${why}`, mayTrail: false };
}

/** Both figures in one unit: tokens where the gateway counts tokens, else dollars. */
function meteredIn(
  moved: Amount,
  record: UsageRecord,
  { conversions }: BudgetReading,
): { moved: Amount; metered: Amount } | 'no rate' | undefined {
  if (!record.complete) return undefined;
  if (moved.unit === 'tokens') {
    const tokens = record['unreported-requests'] === 0 ? record['total-tokens'] : undefined;
    return tokens === undefined ? undefined : { moved, metered: { unit: 'tokens', value: tokens } };
  }
  const usd = convert(moved, 'usd', conversions)?.amount;
  if (usd === undefined) return 'no rate';
  const cost =
    record['unpriced-requests'] === 0 ? (record.requests === 0 ? 0 : readUsd(record['cost-usd'])) : undefined;
  return cost === undefined ? undefined : { moved: usd, metered: { unit: 'usd', value: cost } };
}

/** Two counts that are set beside each other are shown to a hundredth of a cent. */
function renderCounted(amount: Amount): string {
  return amount.unit === 'usd' ? `$${(amount.value / NANO_PER_USD).toFixed(4)}` : renderAmount(amount);
}

interface Compared {
  readonly moved: Amount;
  readonly metered: Amount;
  readonly scope: string;
}

function compare(ask: Reconcilable, { moved, metered, scope }: Compared): Reconciliation {
  const { after, elapsedMs, maxDriftPercent } = ask;
  const difference: Amount = { unit: moved.unit, value: moved.value - metered.value };
  const driftPercent = percentOf(difference, metered);
  const fact = `the gateway counted ${renderCounted(moved)} on ${scope}, the meter ${renderCounted(metered)}`;
  const isSmall =
    isNoise(difference, after.conversions) ||
    (driftPercent !== undefined && Math.abs(driftPercent) <= maxDriftPercent);
  const isLess = difference.value < 0 && !isSmall;
  const mayTrail = isLess && after.lagMs !== undefined && elapsedMs < after.lagMs;
  if (isSmall) return { driftPercent, findings: [], fact, mayTrail };
  const found = isLess ? countedLess(ask, fact, mayTrail) : spentByOthers(ask, fact, difference);
  return { driftPercent, findings: [found], fact, mayTrail };
}

function percentOf(difference: Amount, metered: Amount): number | undefined {
  if (difference.value === 0) return 0;
  return metered.value === 0 ? undefined : (difference.value / metered.value) * 100;
}

function spentByOthers({ before, after, record }: Reconcilable, fact: string, difference: Amount): Finding {
  const prices =
    record['cost-source'] === 'gateway'
      ? ''
      : ' The gateway’s prices may also differ from the table the meter goes by.';
  const { isWider, scope } = before.count;
  const by = isWider ? `by others on ${scope}` : 'by others on the same key, or past the meter';
  const message = `Between ${before.at} and ${after.asOf} ${fact}. ${renderCounted(difference)} were spent ${by}.${prices}`;
  const title = isWider ? 'Others spent too' : 'Others spent on this key';
  return finding(isWider ? 'notice' : 'warning', 'spend-by-others', title, message, {
    advice:
      'Give this workflow a key of its own, and see that nothing in it calls the gateway past the meter.',
  });
}

function countedLess({ before, after }: Reconcilable, fact: string, mayTrail: boolean): Finding {
  const when = `Between ${before.at} and ${after.asOf} ${fact}.`;
  if (mayTrail)
    return finding(
      'notice',
      'drift-too-early',
      'The gateway has not counted everything yet',
      `${when} Its figures may trail by up to ${renderLag(after.lagMs ?? 0)}.`,
      { advice: 'Raise `reconcile-wait` to compare when the gateway has caught up.' },
    );
  return finding('warning', 'gateway-drift', 'The gateway counted less', when, {
    advice:
      'Its budget lasts longer than the price table says, or it does not see every call: check its prices, or whether it was only late.',
  });
}
