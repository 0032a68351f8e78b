import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type BudgetLimit,
  type BudgetReading,
  budgetLimit,
  finite,
  percentUsed,
  tightestOf,
  UNKNOWN,
  UNLIMITED,
} from '../../src/core/budget.js';

const reading = (
  limits: readonly BudgetLimit[],
  conversions: BudgetReading['conversions'] = [],
): BudgetReading => ({
  gateway: 'litellm',
  limits,
  unread: [],
  conversions,
  asOf: '2026-05-01T00:00:00Z',
  lag: undefined,
});

test('a figure that was not reported is unknown, and a reported zero is zero', () => {
  expect(finite(undefined)).toEqual(UNKNOWN);
  expect(finite(0)).toEqual({ kind: 'finite', value: 0 });
});

describe('what is left on a limit', () => {
  test.each([
    ['limit minus used', { limit: finite(10), used: finite(3) }, finite(7)],
    ['below zero when it was overrun', { limit: finite(10), used: finite(12) }, finite(-2)],
    [
      'as the gateway states it, whatever the sums say',
      { limit: finite(10), used: finite(3), remaining: finite(5) },
      finite(5),
    ],
    ['unlimited without a limit', { limit: UNLIMITED, used: finite(3) }, UNLIMITED],
    ['unknown when the use is not known', { limit: finite(10) }, UNKNOWN],
    ['unknown when the limit is not known', { used: finite(10) }, UNKNOWN],
  ])('is %s', (_what, levels, expected) => {
    expect(budgetLimit('key', 'usd', levels).remaining).toEqual(expected);
  });
});

describe('the share used', () => {
  test.each([
    [{ limit: finite(200), used: finite(50) }, 25],
    [{ limit: finite(200), remaining: finite(50) }, 75],
    [{ limit: finite(200), used: finite(300) }, 150],
    [{ limit: finite(0), used: finite(0) }, undefined],
    [{ limit: UNLIMITED, used: finite(50) }, undefined],
    [{ limit: finite(200) }, undefined],
  ])('of %j is %p percent', (levels, expected) => {
    expect(percentUsed(budgetLimit('key', 'usd', levels))).toBe(expected);
  });
});

describe('the tightest limit', () => {
  test('is the finite one with the least left', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 1 }), (values) => {
        const limits = values.map((value, index) =>
          budgetLimit(`s${index}`, 'usd', { remaining: finite(value) }),
        );
        const others = [budgetLimit('u', 'usd', { remaining: UNLIMITED }), budgetLimit('v', 'tokens', {})];
        expect(tightestOf(reading([...others, ...limits]))?.remaining.value).toBe(Math.min(...values));
      }),
    );
  });

  test('does not exist when no limit is finite', () => {
    expect(
      tightestOf(
        reading([budgetLimit('key', 'usd', { remaining: UNLIMITED }), budgetLimit('team', 'usd', {})]),
      ),
    ).toBeUndefined();
  });

  test('is found over different units by a factor that somebody stated', () => {
    const limits = [
      budgetLimit('key', 'usd', { remaining: finite(2_000_000_000) }),
      budgetLimit('account', 'quota', { remaining: finite(500_000) }),
    ];
    const conversions = [{ unit: 'quota' as const, nanoUsdPerUnit: 2000, source: 'site' }];
    expect(tightestOf(reading(limits, conversions))?.limit.scope).toBe('account');
    expect(tightestOf(reading(limits.toReversed(), conversions))?.limit.scope).toBe('account');
    expect(() => tightestOf(reading(limits))).toThrow(/cannot be compared/);
  });
});
