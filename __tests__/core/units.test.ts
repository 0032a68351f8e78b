import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AppError } from '../../src/core/errors.js';
import {
  type Conversion,
  convert,
  convertOrThrow,
  isUnit,
  renderAmount,
  renderAmountPlain,
  renderExactly,
  unitName,
} from '../../src/core/units.js';

const quota: Conversion = { unit: 'quota', nanoUsdPerUnit: 2000, source: 'the site says 500,000 per dollar' };
const yuan: Conversion = { unit: 'currency:CNY', nanoUsdPerUnit: 140_000_000, source: 'the site says 7.14' };

describe('convert', () => {
  test('needs no factor between equal units', () => {
    expect(convert({ unit: 'tokens', value: 7 }, 'tokens', [])).toEqual({
      amount: { unit: 'tokens', value: 7 },
      via: [],
    });
  });

  test('says whose factor it used', () => {
    expect(convert({ unit: 'quota', value: 500_000 }, 'usd', [quota])).toEqual({
      amount: { unit: 'usd', value: 1_000_000_000 },
      via: [quota.source],
    });
  });

  test('goes through dollars where two factors are known', () => {
    const converted = convert({ unit: 'quota', value: 70_000 }, 'currency:CNY', [quota, yuan]);
    expect(converted?.amount).toEqual({ unit: 'currency:CNY', value: 1 });
    expect(converted?.via).toEqual([quota.source, yuan.source]);
  });

  test('never guesses a factor', () => {
    expect(convert({ unit: 'credits', value: 1 }, 'usd', [quota])).toBeUndefined();
    expect(convert({ unit: 'usd', value: 1 }, 'tokens', [quota])).toBeUndefined();
    const attempt = () => convertOrThrow({ unit: 'credits', value: 3 }, 'usd', [quota]);
    expect(attempt).toThrow(AppError);
    expect(attempt).toThrow(/3 credits cannot be compared with USD.*quota/);
  });

  test('to dollars and back gives the same amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (value) => {
        const there = convertOrThrow({ unit: 'quota', value }, 'usd', [quota]);
        expect(convertOrThrow(there.amount, 'quota', [quota]).amount.value).toBeCloseTo(value);
      }),
    );
  });
});

test.each([
  [{ unit: 'usd', value: 1_500_000_000 }, '$1.50', '1.5', 'USD'],
  [{ unit: 'tokens', value: 12_345 }, '12,345 tokens', '12345', 'tokens'],
  [{ unit: 'quota', value: 20 }, '20 quota units', '20', 'quota units'],
  [{ unit: 'currency:CREDITS', value: 5e-7 }, '0 CREDITS', '0.0000005', 'CREDITS'],
  [
    { unit: 'tokens', value: 3e21 },
    '3,000,000,000,000,000,000,000 tokens',
    '3000000000000000000000',
    'tokens',
  ],
  [{ unit: 'currency:CNY', value: 3.5 }, '3.5 CNY', '3.5', 'CNY'],
] as const)('%j reads %p to people and %p in an output', (amount, forPeople, plain, name) => {
  expect(renderAmount(amount)).toBe(forPeople);
  expect(renderAmountPlain(amount)).toBe(plain);
  expect(unitName(amount.unit)).toBe(name);
});

describe('a word', () => {
  test.each(['usd', 'tokens', 'credits', 'quota', 'requests', 'currency:EUR', 'currency:CNY'])(
    '%p names a unit',
    (text) => {
      expect(isUnit(text)).toBe(true);
    },
  );

  test.each(['', 'USD', 'token', 'eur', 'EUR', 'currency:', 'currency:E R', ' usd', 'constructor'])(
    '%p names none',
    (text) => {
      expect(isUnit(text)).toBe(false);
    },
  );
});

test('to the last digit, where two amounts would look alike', () => {
  expect(renderExactly({ unit: 'usd', value: 999_600_000 })).toBe('$0.9996');
  expect(renderExactly({ unit: 'usd', value: -200_000_000 })).toBe('-$0.20');
  expect(renderExactly({ unit: 'usd', value: 2_000_000_000 })).toBe('$2');
  expect(renderExactly({ unit: 'currency:CNY', value: 3.504 })).toBe('3.504 CNY');
});
