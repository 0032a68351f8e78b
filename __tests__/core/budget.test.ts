import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type BudgetLimit,
  type BudgetReading,
  budgetLimit,
  finite,
  percentUsed,
  renderLag,
  tightestOf,
  UNKNOWN,
  UNLIMITED,
} from '../../src/core/budget.js';
import type { Unit } from '../../src/core/units.js';

const reading = (
  limits: readonly BudgetLimit[],
  conversions: BudgetReading['conversions'] = [],
): BudgetReading => ({
  gateway: 'litellm',
  limits,
  unread: [],
  conversions,
  asOf: '2026-05-01T00:00:00Z',
  lagMs: undefined,
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
  });

  test.each<[what: string, left: [Unit, number][], preferred: Unit | undefined, expected: string]>([
    [
      'is the first',
      [
        ['usd', 5],
        ['quota', 1],
        ['tokens', 7],
      ],
      undefined,
      '0 usd',
    ],
    [
      'is the one in the unit that is asked for',
      [
        ['usd', 5],
        ['quota', 1],
        ['tokens', 7],
      ],
      'tokens',
      '2 tokens',
    ],
    [
      'is the least in the unit that is asked for',
      [
        ['tokens', 7],
        ['usd', 5],
        ['tokens', 3],
      ],
      'tokens',
      '2 tokens',
    ],
    [
      'is one with nothing left, whatever is asked for',
      [
        ['tokens', 7],
        ['quota', 0],
      ],
      'tokens',
      '1 quota',
    ],
    [
      'is one that is overdrawn',
      [
        ['usd', 5],
        ['credits', -1],
      ],
      'usd',
      '1 credits',
    ],
    [
      'is the first where none is in the unit that is asked for',
      [
        ['usd', 5],
        ['quota', 1],
      ],
      'tokens',
      '0 usd',
    ],
  ])('of units that nobody compared %s', (_what, left, preferred, expected) => {
    const limits = left.map(([unit, value], index) =>
      budgetLimit(String(index), unit, { remaining: finite(value) }),
    );
    const found = tightestOf(reading(limits), preferred);
    expect(`${found?.limit.scope} ${found?.remaining.unit}`).toBe(expected);
  });

  test('of units that nobody compared never throws, and is never undefined', () => {
    const units = ['usd', 'tokens', 'credits', 'quota', 'currency:CNY'] as const;
    const some = fc.array(fc.tuple(fc.constantFrom(...units), fc.integer({ min: -9, max: 99 })), {
      minLength: 1,
    });
    fc.assert(
      fc.property(some, fc.option(fc.constantFrom(...units), { nil: undefined }), (left, preferred) => {
        const limits = left.map(([unit, value]) => budgetLimit('key', unit, { remaining: finite(value) }));
        const found = tightestOf(reading(limits), preferred);
        expect(found).toBeDefined();
        if (left.some(([, value]) => value <= 0)) expect(found?.remaining.value).toBeLessThanOrEqual(0);
        else if (left.some(([unit]) => unit === preferred)) expect(found?.remaining.unit).toBe(preferred);
      }),
    );
  });
});

test.each([
  [0, '0 s'],
  [1000, '1 s'],
  [60_000, '60 s'],
  [119_999, '120 s'],
  [120_000, '2 min'],
  [5_400_000, '90 min'],
])('a lag of %i ms reads %p', (lagMs, text) => {
  expect(renderLag(lagMs)).toBe(text);
});

test.each(['isWider', 'isAtLeast', 'hasNoCount'] as const)('a limit says %s only where it is so', (flag) => {
  expect(budgetLimit('account', 'usd', {}, { [flag]: true })[flag]).toBe(true);
  for (const rest of [{}, { [flag]: false }])
    expect(budgetLimit('key', 'usd', {}, rest)).not.toHaveProperty(flag);
});
