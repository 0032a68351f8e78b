import { describe, expect, test } from '@jest/globals';
import {
  type BudgetLimit,
  type BudgetReading,
  budgetLimit,
  finite,
  UNLIMITED,
} from '../../src/core/budget.js';
import {
  crossingsOf,
  identityOf,
  lowerOnes,
  passedSince,
  periodOf,
  refusedCrossing,
  sharesOf,
} from '../../src/core/thresholds.js';

const USD = 1_000_000_000;
const AT = [50, 80];
const key = (used: number, rest: Parameters<typeof budgetLimit>[3] = {}) =>
  budgetLimit('key', 'usd', { limit: finite(10 * USD), used: finite(used * USD) }, rest);
const reading = (...limits: BudgetLimit[]): BudgetReading => ({
  gateway: 'litellm',
  limits,
  unread: [],
  conversions: [],
  asOf: '2026-11-22T09:00:00Z',
  lagMs: undefined,
});

describe('what is due from a look at a budget', () => {
  test.each<[string, BudgetLimit, readonly number[], number | undefined]>([
    ['less than the first threshold', key(4.99), AT, undefined],
    ['the first threshold exactly', key(5), AT, 50],
    ['just below the second', key(7.999), AT, 50],
    ['the second', key(8), AT, 80],
    ['everything', key(10), AT, 100],
    ['more than everything', key(12), AT, 100],
    ['everything, where only 50 % is asked for', key(10), [50], 100],
    ['half, where 100 % alone is asked for', key(5), [100], undefined],
    ['everything, where 100 % is asked for twice over', key(10), [100], 100],
    ['a limit of nothing', budgetLimit('key', 'usd', { limit: finite(0), used: finite(0) }), AT, 100],
    ['a balance with something left', budgetLimit('account', 'usd', { remaining: finite(1) }), AT, undefined],
    ['a balance with nothing left', budgetLimit('account', 'usd', { remaining: finite(0) }), AT, 100],
    ['an overdrawn balance', budgetLimit('account', 'usd', { remaining: finite(-5) }), AT, 100],
    ['a limit without a count', budgetLimit('key', 'usd', { limit: finite(USD) }), AT, undefined],
    ['no limit', budgetLimit('key', 'usd', { limit: UNLIMITED, used: finite(99 * USD) }), AT, undefined],
    ['nothing that is known', budgetLimit('key', 'usd', {}), AT, undefined],
  ])('with %s used', (_name, limit, at, threshold) => {
    expect(crossingsOf(reading(limit), at).map((crossing) => crossing.threshold)).toEqual(
      threshold === undefined ? [] : [threshold],
    );
  });

  test('is one for every limit and window, the most urgent first', () => {
    const day = key(6, { period: '1d' });
    const month = key(9, { period: '30d' });
    const team = budgetLimit('team', 'usd', { limit: finite(USD), used: finite(USD) });
    const found = crossingsOf(reading(day, month, key(1), team), AT);
    expect(found.map(({ limit, threshold }) => [limit.scope, limit.period, threshold])).toEqual([
      ['team', undefined, 100],
      ['key', '30d', 80],
      ['key', '1d', 50],
    ]);
  });

  test('takes the thresholds below along, where there is a share at all', () => {
    const lower = (limit: BudgetLimit) =>
      crossingsOf(reading(limit), AT).map((crossing) => lowerOnes(crossing, AT));
    expect(lower(key(6))).toEqual([[]]);
    expect(lower(key(9))).toEqual([[50]]);
    expect(lower(key(10))).toEqual([[50, 80]]);
    expect(lower(budgetLimit('account', 'usd', { remaining: finite(0) }))).toEqual([[]]);
    expect(lowerOnes(refusedCrossing('litellm', '2026-11-22T09:00:00Z'), AT)).toEqual([]);
  });
});

describe('the period in which a threshold is told once', () => {
  const now = new Date('2026-11-26T09:00:00.000Z'); // a Thursday

  test.each<[string, string | undefined, string | undefined, string]>([
    ['a reset', '2026-12-01T00:00:00Z', 'month', 'until 2026-12-01T00:00:00.000Z'],
    ['a reset that came a second early', '2026-11-30T23:59:59Z', '1d', 'until 2026-12-01T00:00:00.000Z'],
    ['a reset that came two seconds late', '2026-12-01T00:00:02Z', '1d', 'until 2026-12-01T00:00:00.000Z'],
    ['a reset the gateway is late with', '2026-11-26T00:00:00Z', '1d', 'until 2026-11-26T00:00:00.000Z'],
    ['a reset of long ago', '2026-01-01T00:00:00Z', '30d', '2026-11'],
    ['a reset that is no time', 'tomorrow', undefined, '2026-11'],
    ['no reset and no window', undefined, undefined, '2026-11'],
    ['no reset of a day', undefined, '1d', '2026-11-26'],
    ['no reset of 24 hours', undefined, '24 h', '2026-11-26'],
    ['no reset of an hour', undefined, '1h', '2026-11-26'],
    ['no reset of 30 minutes', undefined, '30m', '2026-11-26'],
    ['no reset of a week', undefined, 'weekly', '2026-11-23'],
    ['no reset of 168 hours', undefined, '168 h', '2026-11-23'],
    ['no reset of 30 days', undefined, '30d', '2026-11'],
    ['no reset of a month', undefined, 'month', '2026-11'],
    ['no reset of a month, written short', undefined, '1M', '2026-11'],
    ['a window that is a word of JavaScript', undefined, 'constructor', '2026-11'],
  ])('with %s', (_name, resetsAt, period, expected) => {
    expect(periodOf(key(9, { resetsAt, period }), now)).toBe(expected);
  });

  test('of a week begins on Monday, on a Sunday too', () => {
    const sunday = new Date('2026-11-29T23:59:00Z');
    expect(periodOf(key(9, { period: '1w' }), sunday)).toBe('2026-11-23');
    expect(periodOf(key(9, { period: '1w' }), new Date('2026-11-30T00:00:00Z'))).toBe('2026-11-30');
  });
});

test('a limit is told from all others by scope, unit, size and window', () => {
  const others = [
    key(1),
    key(1, { period: '1d' }),
    budgetLimit('key', 'usd', { limit: finite(20 * USD) }),
    budgetLimit('key', 'tokens', { limit: finite(10 * USD) }),
    budgetLimit('team', 'usd', { limit: finite(10 * USD) }),
    budgetLimit('key', 'usd', { remaining: finite(0) }),
  ];
  expect(new Set(others.map((limit) => JSON.stringify(identityOf(limit)))).size).toBe(others.length);
  expect(identityOf(key(1))).toEqual(identityOf(key(9)));
});

describe('what moved since `pre` looked', () => {
  const since = (before: BudgetLimit[], after: BudgetLimit[], at: readonly number[] = AT) =>
    passedSince(sharesOf(reading(...before)), reading(...after), at).map(({ title }) => title);

  test.each<[string, BudgetLimit, BudgetLimit, string[]]>([
    ['over the first threshold', key(4), key(6), ['Budget is 50 % used']],
    ['up to a threshold exactly', key(4), key(5), ['Budget is 50 % used']],
    ['over both', key(4), key(9), ['Budget is 80 % used']],
    ['to the end', key(9), key(10), ['Budget is 100 % used']],
    ['between thresholds', key(5), key(7.9), []],
    ['on behind the last threshold', key(8), key(9.9), []],
    ['not at all', key(8), key(8), []],
    ['into another window', key(4, { resetsAt: '2026-11-22' }), key(6, { resetsAt: '2026-11-23' }), []],
  ])('%s', (_name, before, after, titles) => {
    expect(since([before], [after])).toEqual(titles);
  });

  test('of a limit that nobody saw before is not known', () => {
    expect(since([], [key(9)])).toEqual([]);
    expect(since([budgetLimit('key', 'usd', { remaining: finite(9) })], [key(9)])).toEqual([]);
  });

  test('is told with both figures', () => {
    const [found] = passedSince(sharesOf(reading(key(4))), reading(key(9)), AT);
    expect(found).toMatchObject({ level: 'notice', id: 'budget-alert' });
    expect(found?.message).toBe(
      '90 % of the limit on key is used (litellm), and 40 % was when this job began; the alert is set at 80 %.',
    );
  });
});
