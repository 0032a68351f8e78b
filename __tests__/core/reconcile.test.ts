import { describe, expect, test } from '@jest/globals';
import { type BudgetReading, budgetLimit, finite } from '../../src/core/budget.js';
import { type Reconcilable, reconcile } from '../../src/core/reconcile.js';
import { parseRecord } from '../../src/core/record.js';
import type { Count } from '../../src/core/sighting.js';
import type { Unit } from '../../src/core/units.js';

const USD = 1_000_000_000;
const BEFORE = '2026-11-22T09:00:00.000Z';
const AFTER = '2026-11-22T09:10:00.000Z';

interface Case {
  /** What the gateway counted in between, in its own unit. */
  readonly moved?: number;
  readonly unit?: Unit;
  readonly count?: Partial<Count>;
  readonly after?: Partial<BudgetReading>;
  readonly limit?: { readonly scope?: string; readonly resetsAt?: string; readonly isWider?: boolean };
  readonly record?: object;
  readonly elapsedMs?: number;
  readonly maxDriftPercent?: number;
}

const START: Readonly<Record<string, number>> = { usd: 3 * USD };
const RECORD = { requests: 4, 'input-tokens': 9000, 'output-tokens': 1000, 'total-tokens': 10_000 };

function reconciled({ moved = 0.25 * USD, unit = 'usd', limit = {}, ...rest }: Case = {}) {
  const start = START[unit] ?? 1000;
  const { scope = 'key', resetsAt, isWider = false } = limit;
  const counted = budgetLimit(
    scope,
    unit,
    { used: finite(start + moved) },
    { isWider, ...(resetsAt === undefined ? {} : { resetsAt }) },
  );
  const ask: Reconcilable = {
    before: {
      at: BEFORE,
      count: { scope: 'key', unit, value: start, resetsAt: undefined, isWider: false, ...rest.count },
    },
    after: {
      gateway: 'litellm',
      limits: [counted],
      unread: [],
      conversions: [],
      asOf: AFTER,
      lagMs: undefined,
      ...rest.after,
    },
    record: parseRecord(JSON.stringify({ ...RECORD, 'cost-usd': '0.25', ...rest.record })),
    maxDriftPercent: rest.maxDriftPercent ?? 5,
    elapsedMs: rest.elapsedMs ?? 0,
  };
  const result = reconcile(ask);
  return { ...result, found: result.findings.map(({ level, id }) => `${level} ${id}`) };
}

describe('counts that agree', () => {
  test.each([
    ['equal', 0.25 * USD, 0],
    ['a little more, within `max-drift`', 0.26 * USD, 4],
    ['a little less, within `max-drift`', 0.24 * USD, -4],
  ])('%s: no finding, and the drift is told', (_name, moved, percent) => {
    const { found, driftPercent, fact, mayTrail } = reconciled({ moved });
    expect(found).toEqual([]);
    expect(driftPercent).toBeCloseTo(percent);
    expect(mayTrail).toBe(false);
    expect(fact).toMatch(/^the gateway counted \$0\.2\d00 on key, the meter \$0\.2500$/);
  });

  test('at `max-drift` exactly is within it, and beyond it is not', () => {
    expect(reconciled({ moved: 0.3 * USD, maxDriftPercent: 20 }).found).toEqual([]);
    expect(reconciled({ moved: 0.3 * USD, maxDriftPercent: 19 }).found).toEqual(['warning spend-by-others']);
  });

  test('a difference below a tenth of a cent is rounding, whatever its share', () => {
    const { found, driftPercent } = reconciled({ moved: 1_900_000, record: { 'cost-usd': '0.001' } });
    expect(found).toEqual([]);
    expect(driftPercent).toBeCloseTo(90);
  });

  test('a run without calls at a gateway that counted nothing has no drift', () => {
    const { found, driftPercent } = reconciled({ moved: 0, record: { requests: 0, 'cost-usd': '0' } });
    expect([found, driftPercent]).toEqual([[], 0]);
  });
});

describe('a gateway that counted more', () => {
  test('has others on the same key', () => {
    const { found, findings, driftPercent, mayTrail } = reconciled({ moved: 0.5 * USD });
    expect(found).toEqual(['warning spend-by-others']);
    expect(driftPercent).toBe(100);
    expect(mayTrail).toBe(false);
    expect(findings[0]?.message).toContain(`Between ${BEFORE} and ${AFTER}`);
    expect(findings[0]?.message).toContain('$0.2500 were spent by others on the same key, or past the meter');
    expect(findings[0]?.advice).toMatch(/key of its own/);
  });

  test('may have other prices, unless it was the gateway that said what each call cost', () => {
    const message = (source: string) =>
      reconciled({ moved: 0.5 * USD, record: { 'cost-source': source } }).findings[0]?.message;
    expect(message('price-table')).toContain('prices may also differ');
    expect(message('mixed')).toContain('prices may also differ');
    expect(message('gateway')).not.toContain('prices');
  });

  test('of an account that others use by design is a notice, and blames no key', () => {
    const { found, findings } = reconciled({
      moved: 5 * USD,
      count: { scope: 'account', isWider: true },
      limit: { scope: 'account', isWider: true },
    });
    expect(found).toEqual(['notice spend-by-others']);
    expect(findings[0]?.message).toContain('by others on account');
    expect(findings[0]?.message).not.toContain('same key');
  });

  test('while the run made no call has no percentage, and is told all the same', () => {
    const { found, driftPercent } = reconciled({ moved: 2 * USD, record: { requests: 0, 'cost-usd': '0' } });
    expect([found, driftPercent]).toEqual([['warning spend-by-others'], undefined]);
  });
});

describe('a gateway that counted less', () => {
  test('does not see every call, or has other prices', () => {
    const { found, driftPercent, findings, mayTrail } = reconciled({ moved: 0.125 * USD });
    expect(found).toEqual(['warning gateway-drift']);
    expect(driftPercent).toBe(-50);
    expect(mayTrail).toBe(false);
    expect(findings[0]?.advice).toMatch(/prices/);
  });

  test.each([
    [0, 60_000, 'notice drift-too-early', true],
    [59_999, 60_000, 'notice drift-too-early', true],
    [60_000, 60_000, 'warning gateway-drift', false],
    [3_600_000, 60_000, 'warning gateway-drift', false],
    [0, undefined, 'warning gateway-drift', false],
  ])('%i ms after the run, with a lag of %p ms, is %s', (elapsedMs, lagMs, expected, mayTrail) => {
    const result = reconciled({ moved: 0, after: { lagMs }, elapsedMs });
    expect(result.found).toEqual([expected]);
    expect(result.mayTrail).toBe(mayTrail);
  });

  test('too early says by how much its figures may trail, and which input to raise', () => {
    const [found] = reconciled({ moved: 0, after: { lagMs: 300_000 } }).findings;
    expect(found?.message).toContain('up to 5 min');
    expect(found?.advice).toContain('`reconcile-wait`');
  });

  test('within the lag, but by no more than `max-drift`, needs no more waiting', () => {
    expect(reconciled({ moved: 0.24 * USD, after: { lagMs: 60_000 } }).mayTrail).toBe(false);
  });
});

describe('counts that cannot be compared', () => {
  test.each<[string, Case, RegExp]>([
    [
      'the window ended in between',
      { limit: { resetsAt: '2026-12-01T00:00:00Z' } },
      /another window or scope/,
    ],
    ['it is the count of another scope now', { limit: { scope: 'team' } }, /another window or scope/],
    ['the count was set back', { moved: -USD }, /another window or scope/],
    ['nothing is counted any more', { after: { limits: [] } }, /another window or scope/],
    ['no rate leads to dollars', { unit: 'quota', moved: 5 }, /counted 5 quota units, and no rate is known/],
  ])('because %s: no drift, no finding, and the reason', (_name, given, reason) => {
    const { driftPercent, found, fact, mayTrail } = reconciled(given);
    expect([driftPercent, found, mayTrail]).toEqual([undefined, [], false]);
    expect(fact).toMatch(/^not comparable: /);
    expect(fact).toMatch(reason);
  });

  test.each<[string, Case, RegExp]>([
    [
      'a call has no price',
      { record: { 'unpriced-requests': 1 } },
      /\$0\.2500 on key; the meter knows of \$0\.25 /,
    ],
    [
      'the cost is not known',
      { record: { 'cost-usd': undefined } },
      /the meter knows of nothing for certain/,
    ],
    ['the run was killed', { record: { complete: false } }, /the meter knows of \$0\.25 for certain/],
    [
      'tokens were not reported',
      { unit: 'tokens', moved: 10_000, record: { 'unreported-requests': 1 } },
      /counted 10,000 tokens on key/,
    ],
    [
      'nobody summed the tokens up',
      { unit: 'tokens', moved: 10_000, record: { 'total-tokens': undefined } },
      /counted 10,000 tokens on key/,
    ],
  ])('because %s: no drift, and a notice of what was counted', (_name, given, reason) => {
    const { driftPercent, found, findings, fact, mayTrail } = reconciled(given);
    expect([driftPercent, found, mayTrail]).toEqual([undefined, ['notice drift-unknown'], false]);
    expect(fact).toMatch(/^not comparable: /);
    expect(fact).toMatch(reason);
    expect(findings[0]?.message).toMatch(reason);
  });

  test('one call without a price hides no fortune that others spent', () => {
    const { findings } = reconciled({ moved: 897 * USD, record: { requests: 500, 'unpriced-requests': 1 } });
    expect(findings.map(({ message }) => message)).toEqual([
      expect.stringContaining('counted $897.0000 on key'),
    ]);
  });

  test('a count that did not move has nothing to tell', () => {
    expect(reconciled({ moved: 0, record: { 'unpriced-requests': 1 } }).found).toEqual([]);
  });

  test('blames the calls for what only a missing rate explains', () => {
    // Every call told its tokens and has a price; nobody said what a quota unit is worth.
    expect(reconciled({ unit: 'quota', moved: 5 }).fact).not.toContain('not every call');
  });
});

describe('other units than dollars', () => {
  test.each([
    [10_000, 0, []],
    [12_500, 25, ['warning spend-by-others']],
    [8_750, -12.5, ['warning gateway-drift']],
  ])('tokens are held against tokens: %i counted', (moved, percent, expected) => {
    const { driftPercent, found, fact } = reconciled({ unit: 'tokens', moved });
    expect([driftPercent, found]).toEqual([percent, expected]);
    expect(fact).toContain('tokens on key, the meter 10,000 tokens');
  });

  test.each([
    [125_000, 0, []],
    [250_000, 100, ['warning spend-by-others']],
  ])('%i quota units are held against dollars, by the factor of the site', (moved, percent, expected) => {
    const conversions = [{ unit: 'quota', nanoUsdPerUnit: 2000, source: 'the site' }] as const;
    const { driftPercent, found } = reconciled({ unit: 'quota', moved, after: { conversions } });
    expect([driftPercent, found]).toEqual([percent, expected]);
  });
});
