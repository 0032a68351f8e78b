/** The gateway's own count before and after the run against the meter's, waiting for a gateway that is known to be late. */
import type { BudgetReading } from '../core/budget.js';
import { readUsd } from '../core/money.js';
import { type Reconciliation, reconcile } from '../core/reconcile.js';
import type { UsageRecord } from '../core/record.js';
import { type BudgetMark, countOf, isSameCount } from '../core/sighting.js';
import { passedSince, type Share } from '../core/thresholds.js';
import { type Conversion, convert, type Unit } from '../core/units.js';
import type { MarkFile } from '../ports/run-files.js';
import { type BudgetDeps, readBudget } from './budget-reading.js';
import { passCount, type SightingDeps, saveCount } from './sightings.js';

export interface ReconcileDeps extends BudgetDeps, SightingDeps {
  readonly markFile: MarkFile;
  readonly sleep: (ms: number) => Promise<void>;
}

const POLL_MS = 2000;
const LEAST_DEADLINE_MS = 5000;

export interface Reconciled extends Omit<Reconciliation, 'mayTrail'> {
  /** The gateway's count after the run; `undefined` when it could not be read. */
  readonly after?: BudgetReading;
  /** How much was used when `pre` looked. */
  readonly before?: readonly Share[];
}

/** `undefined` when `pre` left no count in this job. */
export async function reconcileRun(
  deps: ReconcileDeps,
  record: UsageRecord,
): Promise<Reconciled | undefined> {
  const before = deps.markFile.find();
  if (before === undefined || before.gateway !== deps.config.gateway.id || !hasPlace(deps)) return undefined;
  const deadline = deps.clock.now().getTime() + deps.config.post.reconcileWaitMs;
  // A gateway that hangs holds this up no longer than one that is late may.
  const bounded = { ...deps, deadlineMs: Math.max(LEAST_DEADLINE_MS, deps.config.post.reconcileWaitMs) };
  for (;;) {
    const after = await readBudget(bounded);
    if (after === undefined || 'error' in after)
      return { driftPercent: undefined, findings: [], fact: `not read: ${after?.error ?? 'no gateway'}` };
    const { maxDriftPercent } = deps.config.post;
    const elapsedMs = deps.clock.now().getTime() - endOf(record, before);
    const result = reconcile({ before, after, record, maxDriftPercent, elapsedMs });
    const left = deadline - deps.clock.now().getTime();
    if (!result.mayTrail || left <= 0) {
      await remember(deps, before, record, after);
      const { shares = [] } = before;
      const passed = passedSince(shares, after, deps.config.alerts.at);
      return { ...result, findings: [...result.findings, ...passed], after, before: shares };
    }
    await deps.sleep(Math.min(POLL_MS, left));
  }
}

/** False where `post` was not told where the gateway stands. */
function hasPlace({ config, gateways }: ReconcileDeps): boolean {
  const { id, url, budgetUrl } = config.gateway;
  const needsUrl = gateways.find((gateway) => gateway.id === id)?.requires.includes('gateway-url') ?? false;
  return !needsUrl || url !== undefined || budgetUrl !== undefined;
}

/** When the run's last call can have been made; the earliest it can be where the record does not say. */
function endOf(record: UsageRecord, before: BudgetMark): number {
  const startedAt = Date.parse(record['started-at'] ?? '');
  return Number.isNaN(startedAt) ? Date.parse(before.at) : startedAt + (record['duration-ms'] ?? 0);
}

/** What the gateway has not counted yet of this run must not look like the spend of somebody else later. */
async function remember(
  deps: ReconcileDeps,
  before: BudgetMark,
  record: UsageRecord,
  after: BudgetReading,
): Promise<void> {
  const count = countOf(after);
  if (count === undefined) return;
  // A count that began again has nothing of what was there before.
  const expected = isSameCount(before.count, count)
    ? before.count.value + ownSpend(record, count.unit, after.conversions)
    : count.value;
  await saveCount(deps, { ...count, value: Math.max(count.value, expected) });
}

/** What the meter saw of this run in the unit of a count, as far as it is known. */
function ownSpend(record: UsageRecord, unit: Unit, conversions: readonly Conversion[]): number {
  if (unit === 'tokens') return record['total-tokens'] ?? 0;
  const cost = readUsd(record['cost-usd']) ?? 0;
  return convert({ unit: 'usd', value: cost }, unit, conversions)?.amount.value ?? 0;
}

/**
 * Without a look at the gateway, which `wrap` does not take and `post` may have no place for: the count that `pre` saw, and what the meter saw on top of it.
 * So the next `pre` does not take this run for somebody else; without a `pre` in this job it is told that there was one.
 */
export async function rememberRun(deps: Omit<ReconcileDeps, 'sleep'>, record: UsageRecord): Promise<void> {
  const before = deps.markFile.find();
  if (before === undefined && record.requests !== 0) await passCount(deps);
  if (before === undefined || before.gateway !== deps.config.gateway.id) return;
  const { count } = before;
  const own = ownSpend(record, count.unit, before.conversions);
  await saveCount(deps, { ...count, value: count.value + own });
}
