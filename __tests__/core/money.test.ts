import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readCents, readUsd, renderUsd, renderUsdPlain } from '../../src/core/money.js';

const nanoUsd = fc.integer({ min: -1_000_000_000_000_000, max: 1_000_000_000_000_000 });

describe('readUsd and readCents', () => {
  test.each([
    [1.5, 1_500_000_000],
    ['1.5', 1_500_000_000],
    [0, 0],
    ['0', 0],
    ['0.000000001', 1],
    [4.35, 4_350_000_000],
    [-2, -2_000_000_000],
  ])('dollars %p become %p nano-USD', (given, expected) => {
    expect(readUsd(given)).toBe(expected);
  });

  test.each([
    undefined,
    null,
    '',
    '  ',
    'free',
    'NaN',
    '1,50',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    'Infinity',
    {},
    [],
    true,
  ])('a figure that is no number is unknown, never zero: %p', (given) => {
    expect(readUsd(given)).toBeUndefined();
    expect(readCents(given)).toBeUndefined();
  });

  test('a cent is a hundredth of a dollar', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000_000 }), (cents) => {
        expect(readCents(cents)).toBe(cents * 10_000_000);
        expect(readCents(String(cents))).toBe(readCents(cents));
      }),
    );
  });
});

describe('renderUsdPlain', () => {
  test.each([
    [1_500_000_000, '1.5'],
    [0, '0'],
    [1, '0.000000001'],
    [-10_000_000, '-0.01'],
    [9_007_199_254_740_991, '9007199.254740991'],
  ])('%p nano-USD is %p', (given, expected) => {
    expect(renderUsdPlain(given)).toBe(expected);
  });

  test('what was written is read back to the same figure', () => {
    fc.assert(
      fc.property(nanoUsd, (value) => {
        expect(readUsd(renderUsdPlain(value))).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  test('is an exact decimal without exponent for every amount that can be held', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const text = renderUsdPlain(value);
        expect(text).toMatch(/^-?\d+(?:\.\d{0,8}[1-9])?$/);
        const [whole = '', fraction = ''] = text.replace('-', '').split('.');
        expect(BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'))).toBe(
          BigInt(Math.abs(value)),
        );
      }),
    );
  });
});

describe('renderUsd', () => {
  test.each([
    [1_500_000_000, '$1.50'],
    [0, '$0.00'],
    [4_200_000, '$0.0042'],
    [10_000_000, '$0.01'],
    [5, '$0.000000005'],
    [-2_000_000_000, '-$2.00'],
    [1_234_567_890_000_000, '$1,234,567.89'],
  ])('%p nano-USD reads %p', (given, expected) => {
    expect(renderUsd(given)).toBe(expected);
  });

  test('an amount that is not zero never reads as zero', () => {
    fc.assert(
      fc.property(nanoUsd, (value) => {
        expect(/[1-9]/.test(renderUsd(value))).toBe(value !== 0);
      }),
    );
  });
});
