import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tallyOf, tallyValue } from '../../src/core/usage.js';

const sumOf = (...values: readonly (number | undefined)[]) => tallyOf(values, (value) => value);

describe('a tally', () => {
  test('sums what is known and counts what is not', () => {
    const values = fc.array(fc.option(fc.nat(1_000_000), { nil: undefined }));
    fc.assert(
      fc.property(values, (list) => {
        const known = list.filter((value) => value !== undefined);
        const tally = sumOf(...list);
        expect(tally).toEqual({
          sum: known.reduce((sum, value) => sum + value, 0),
          known: known.length,
          unknown: list.length - known.length,
        });
      }),
    );
  });

  test('of nothing is zero, of unknowns alone is unknown, of reported zeros is zero', () => {
    expect(tallyValue(sumOf())).toBe(0);
    expect(tallyValue(sumOf(undefined))).toBeUndefined();
    expect(tallyValue(sumOf(0))).toBe(0);
    expect(tallyValue(sumOf(undefined, 5))).toBe(5);
  });
});
