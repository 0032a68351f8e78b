import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addToTally, EMPTY_TALLY, tallyValue } from '../../src/core/usage.js';

describe('a tally', () => {
  test('sums what is known and counts what is not', () => {
    const values = fc.array(fc.option(fc.nat(1_000_000), { nil: undefined }));
    fc.assert(
      fc.property(values, (list) => {
        const known = list.filter((value) => value !== undefined);
        const tally = list.reduce(addToTally, EMPTY_TALLY);
        expect(tally).toEqual({
          sum: known.reduce((sum, value) => sum + value, 0),
          known: known.length,
          unknown: list.length - known.length,
        });
      }),
    );
  });

  test('of nothing is zero, of unknowns alone is unknown, of reported zeros is zero', () => {
    expect(tallyValue(EMPTY_TALLY)).toBe(0);
    expect(tallyValue(addToTally(EMPTY_TALLY, undefined))).toBeUndefined();
    expect(tallyValue(addToTally(EMPTY_TALLY, 0))).toBe(0);
    expect(tallyValue(addToTally(addToTally(EMPTY_TALLY, undefined), 5))).toBe(5);
  });
});
