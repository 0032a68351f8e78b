/**
 * What the gateway's own count said at a moment. Two of them with nothing metered in between show whether others use the
 * same key; one before and one after a run show what the gateway made of it.
 */
import { z } from 'zod';
import type { BudgetLimit, BudgetReading } from './budget.js';
import { type Finding, finding } from './findings.js';
import type { Share } from './thresholds.js';
import { type Amount, type Conversion, convert, isUnit, renderAmount, type Unit } from './units.js';

/** A count that only grows within its window: nano-USD for USD, else units. */
export interface Count {
  readonly scope: string;
  readonly unit: Unit;
  /** Used so far; minus what is left, where only that is told. Differences mean the same. */
  readonly value: number;
  /** End of the window the count belongs to, ISO 8601 UTC; `undefined` when it has none. */
  readonly resetsAt: string | undefined;
  /** True for the count of an account or an organization, which others move by design. */
  readonly isWider: boolean;
}

export interface Sighting {
  /** Fingerprint of gateway, address and key. */
  readonly key: string;
  readonly count: Count;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly runId: string;
  readonly workflow: string;
  /** True where a run of ours has moved the count since, and nobody looked how far. */
  readonly isPassed?: boolean | undefined;
}

/** What `pre` saw of the gateway's count, kept for `post` of the same job. */
export interface BudgetMark {
  /** Id of the gateway whose count it is. */
  readonly gateway: string;
  readonly count: Count;
  /** When it was true, ISO 8601 UTC. */
  readonly at: string;
  readonly conversions: readonly Conversion[];
  /** How much of each limit was used. */
  readonly shares?: readonly Share[] | undefined;
}

const countSchema = z.object({
  scope: z.string(),
  unit: z.string().refine(isUnit),
  value: z.number(),
  resetsAt: z.string().optional(),
  isWider: z.boolean(),
});
const sightingSchema = z.object({
  key: z.string(),
  count: z.unknown(),
  at: z.string(),
  runId: z.string(),
  workflow: z.string(),
  isPassed: z.boolean().optional(),
});

/** A stored count; `undefined` for anything else. */
export function readCount(value: unknown): Count | undefined {
  const count = countSchema.safeParse(value).data;
  return count && { ...count, resetsAt: count.resetsAt };
}

const shareSchema = z.object({
  scope: z.string(),
  unit: z.string(),
  period: z.string().optional(),
  resetsAt: z.string().optional(),
  percent: z.number(),
});
const markSchema = z.object({
  gateway: z.string(),
  count: z.unknown(),
  at: z.string(),
  conversions: z.array(
    z.object({ unit: z.string().refine(isUnit), nanoUsdPerUnit: z.number().positive(), source: z.string() }),
  ),
  shares: z.array(shareSchema).optional(),
});

/** A stored mark; `undefined` for anything else. */
export function readMark(value: unknown): BudgetMark | undefined {
  const mark = markSchema.safeParse(value).data;
  const count = readCount(mark?.count);
  return mark && count && { ...mark, count };
}

/** A stored sighting; `undefined` for anything else. */
export function readSighting(value: unknown): Sighting | undefined {
  const sighting = sightingSchema.safeParse(value).data;
  const count = readCount(sighting?.count);
  return sighting && count && { ...sighting, count };
}

/** The count of the key itself where there is one, else the first that is told; `undefined` when none is. */
export function countOf(reading: BudgetReading): Count | undefined {
  const counts = reading.limits
    .filter(({ hasNoCount }) => !hasNoCount)
    .map(toCount)
    .filter((count) => count !== undefined);
  return counts.find(({ isWider }) => !isWider) ?? counts[0];
}

function toCount({
  scope,
  unit,
  used,
  remaining,
  resetsAt,
  isWider = false,
}: BudgetLimit): Count | undefined {
  if (used.kind === 'finite') return { scope, unit, value: used.value, resetsAt, isWider };
  return remaining.kind === 'finite'
    ? { scope, unit, value: -remaining.value, resetsAt, isWider }
    : undefined;
}

/** False for counts of different things, and when a window ended in between. */
export function isSameCount(before: Count, after: Count): boolean {
  return before.scope === after.scope && before.unit === after.unit && before.resetsAt === after.resetsAt;
}

/** How far a count moved; `undefined` where it is not the same one, or was set back. */
export function movedBetween(before: Count, after: Count): Amount | undefined {
  if (!isSameCount(before, after) || after.value < before.value) return undefined;
  return { unit: after.unit, value: after.value - before.value };
}

/** Smaller movements are rounding: a tenth of a cent. */
const NOISE_NANO_USD = 1_000_000;

export function isNoise(amount: Amount, conversions: readonly Conversion[]): boolean {
  const usd = convert(amount, 'usd', conversions);
  return usd === undefined ? amount.value === 0 : Math.abs(usd.amount.value) < NOISE_NANO_USD;
}

/** A warning when the key's count moved since spendgate last looked, although no run of ours is behind it. */
export function judgeSharing(
  last: Sighting | undefined,
  now: { readonly reading: BudgetReading; readonly workflow: string },
): Finding[] {
  const count = countOf(now.reading);
  if (last === undefined || count === undefined || count.isWider) return [];
  const moved = last.isPassed ? undefined : movedBetween(last.count, count);
  const isMoved = moved !== undefined && !isNoise(moved, now.reading.conversions);
  const isOther = last.workflow !== now.workflow;
  if (!isMoved && !isOther) return [];
  const since = `${last.at} (run ${last.runId} of ${last.workflow})`;
  const message = isMoved
    ? `The count of ${count.scope} moved by ${renderAmount(moved)} since ${since}, and no run that spendgate has finished metering explains it.`
    : `The key of this run was last used by another workflow, at ${since}.`;
  return [
    finding('warning', 'shared-key', 'One key serves many', message, {
      advice:
        'Give each workflow a key of its own: a shared budget can be spent by others between this check and the run.',
    }),
  ];
}
