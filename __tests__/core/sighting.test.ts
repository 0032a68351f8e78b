import { describe, expect, test } from '@jest/globals';
import { type BudgetReading, budgetLimit, finite, UNLIMITED } from '../../src/core/budget.js';
import {
  type Count,
  countOf,
  isNoise,
  judgeSharing,
  movedBetween,
  readCount,
  readSighting,
  type Sighting,
} from '../../src/core/sighting.js';

const USD = 1_000_000_000;
const reading = (
  limits: BudgetReading['limits'],
  conversions: BudgetReading['conversions'] = [],
): BudgetReading => ({
  gateway: 'litellm',
  limits,
  unread: [],
  conversions,
  asOf: '2026-11-22T09:00:00.000Z',
  lagMs: undefined,
});
const used = (scope: string, value: number) =>
  budgetLimit(scope, 'usd', { limit: finite(20 * USD), used: finite(value) });
const count = (rest: Partial<Count> = {}): Count => ({
  scope: 'key',
  unit: 'usd',
  value: 3 * USD,
  resetsAt: undefined,
  isWider: false,
  ...rest,
});
const sighting = (rest: Partial<Sighting> = {}): Sighting => ({
  key: 'abc',
  count: count(),
  at: '2026-11-21T09:00:00.000Z',
  runId: '41',
  workflow: 'nightly',
  ...rest,
});

describe('the count of a reading', () => {
  test('is what the key has used', () => {
    expect(countOf(reading([used('key', 3 * USD)]))).toEqual(count());
  });

  test('is that of the key itself where wider ones are told too', () => {
    const account = budgetLimit('account', 'usd', { used: finite(90 * USD) }, { isWider: true });
    expect(countOf(reading([account, used('key', 3 * USD)]))?.scope).toBe('key');
    expect(countOf(reading([account]))).toMatchObject({ scope: 'account', isWider: true });
  });

  test('grows as what is left shrinks, where only that is told', () => {
    const at = (left: number) =>
      countOf(reading([budgetLimit('account', 'credits', { remaining: finite(left) })]));
    expect((at(7)?.value ?? 0) - (at(9)?.value ?? 0)).toBe(2);
  });

  test('is none where neither is told', () => {
    expect(countOf(reading([]))).toBeUndefined();
    expect(countOf(reading([budgetLimit('key', 'usd', { limit: UNLIMITED })]))).toBeUndefined();
  });

  test('belongs to a window', () => {
    const limit = budgetLimit(
      'key',
      'usd',
      { used: finite(1) },
      { period: '1d', resetsAt: '2026-11-23T00:00:00Z' },
    );
    expect(countOf(reading([limit]))?.resetsAt).toBe('2026-11-23T00:00:00Z');
  });
});

describe('how far a count moved', () => {
  test('is the difference', () => {
    expect(movedBetween(count(), count({ value: 5 * USD }))).toEqual({ unit: 'usd', value: 2 * USD });
    expect(movedBetween(count(), count())).toEqual({ unit: 'usd', value: 0 });
  });

  test.each<[string, Partial<Count>]>([
    ['it is another scope', { scope: 'team' }],
    ['it is another unit', { unit: 'quota' }],
    ['a window ended in between', { resetsAt: '2026-12-01T00:00:00Z' }],
    ['somebody set it back', { value: 1 }],
  ])('cannot be told when %s', (_name, rest) => {
    expect(movedBetween(count(), count({ value: 5 * USD, ...rest }))).toBeUndefined();
  });
});

describe('noise', () => {
  const quota = [{ unit: 'quota', nanoUsdPerUnit: 2000, source: 'the site' }] as const;
  test.each([
    ['usd', 0, [], true],
    ['usd', 999_999, [], true],
    ['usd', -999_999, [], true],
    ['usd', 1_000_000, [], false],
    ['usd', -1_000_000, [], false],
    ['quota', 499, quota, true],
    ['quota', 500, quota, false],
    ['tokens', 0, [], true],
    ['tokens', 1, [], false],
  ] as const)('%s %i is noise: see the last column', (unit, value, conversions, expected) => {
    expect(isNoise({ unit, value }, conversions)).toBe(expected);
  });
});

describe('a key that others use too', () => {
  const now = (value: number) => ({ reading: reading([used('key', value)]), workflow: 'nightly' });

  test('is told with how much, since when and after which run', () => {
    const [found, ...more] = judgeSharing(sighting(), now(4.5 * USD));
    expect(more).toEqual([]);
    expect(found).toMatchObject({ level: 'warning', id: 'shared-key' });
    expect(found?.message).toContain('moved by $1.50 since 2026-11-21T09:00:00.000Z (run 41 of nightly)');
    expect(found?.advice).toMatch(/key of its own/);
  });

  test('is told when another workflow used it, though nothing moved', () => {
    expect(judgeSharing(sighting({ isPassed: true }), now(4.5 * USD))).toEqual([]);
    expect(readSighting(sighting({ isPassed: true }))).toEqual(sighting({ isPassed: true }));
    const [found] = judgeSharing(sighting({ workflow: 'release' }), now(3 * USD));
    expect(found?.message).toContain('another workflow');
    expect(found?.message).toContain('release');
  });

  test.each<[string, Sighting | undefined, number]>([
    ['on the first sight', undefined, 3 * USD],
    ['when nothing moved', sighting(), 3 * USD],
    ['when it moved by less than a tenth of a cent', sighting(), 3 * USD + 999_999],
    ['after the window ended', sighting({ count: count({ resetsAt: '2026-11-22T00:00:00Z' }) }), 9 * USD],
    ['after somebody set the count back', sighting(), 1 * USD],
  ])('is not told %s', (_name, last, value) => {
    expect(judgeSharing(last, now(value))).toEqual([]);
  });

  test('is not told of a count that others move by design, nor of one that says nothing', () => {
    const wide = budgetLimit('account', 'usd', { used: finite(9 * USD) }, { isWider: true });
    const last = sighting({ workflow: 'release', count: count({ scope: 'account', isWider: true }) });
    expect(judgeSharing(last, { reading: reading([wide]), workflow: 'nightly' })).toEqual([]);
    expect(judgeSharing(last, { reading: reading([]), workflow: 'nightly' })).toEqual([]);
  });

  test('is told in the unit of the gateway', () => {
    const last = sighting({ count: count({ scope: 'token', unit: 'quota', value: 100 }) });
    const limit = budgetLimit('token', 'quota', { used: finite(5100) });
    const [found] = judgeSharing(last, { reading: reading([limit]), workflow: 'nightly' });
    expect(found?.message).toContain('5,000 quota units');
  });
});

describe('what was stored', () => {
  test('comes back as it was, through JSON', () => {
    for (const original of [sighting(), sighting({ count: count({ resetsAt: '2026-12-01T00:00:00Z' }) })])
      expect(readSighting(JSON.parse(JSON.stringify(original)))).toEqual(original);
  });

  test.each([
    undefined,
    null,
    'text',
    7,
    [],
    {},
    { ...sighting(), count: undefined },
    { ...sighting(), count: { ...count(), unit: 'bananas' } },
    { ...sighting(), count: { ...count(), value: '3' } },
    { ...sighting(), count: { ...count(), value: null } },
    { ...sighting(), runId: 41 },
    { ...sighting(), at: undefined },
  ])('and is something else is nothing: %j', (value) => {
    expect(readSighting(value)).toBeUndefined();
  });

  test('a count is read by itself too', () => {
    expect(readCount(JSON.parse(JSON.stringify(count({ unit: 'currency:EUR' }))))).toEqual(
      count({ unit: 'currency:EUR' }),
    );
    expect(readCount({ scope: 'key' })).toBeUndefined();
  });
});
