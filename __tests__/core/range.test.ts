import { describe, expect, test } from '@jest/globals';
import { judgeRange } from '../../src/core/range.js';

const range = { min: 5, max: 10 };
const exact = (value: number) => ({ value, exact: true });
const atLeast = (value: number) => ({ value, exact: false });

describe('judgeRange', () => {
  test.each([
    [4, 'below'],
    [5, 'within'],
    [10, 'within'],
    [11, 'above'],
  ])('both bounds belong to the range: %p is %s', (value, verdict) => {
    expect(judgeRange(exact(value), range)).toBe(verdict);
  });

  test.each([
    [{ min: undefined, max: 10 }, 0, 'within'],
    [{ min: 5, max: undefined }, 1e9, 'within'],
    [{ min: 5, max: undefined }, 0, 'below'],
    [{ min: 0, max: 0 }, 0, 'within'],
  ])('an open side of %j lets %p pass: %s', (open, value, verdict) => {
    expect(judgeRange(exact(value), open)).toBe(verdict);
  });

  test('a figure that is not known is judged neither good nor bad', () => {
    expect(judgeRange(undefined, range)).toBe('unknown');
  });

  test('a lower bound is within where it is enough, and nothing is too much', () => {
    const open = { min: 5, max: undefined };
    expect(judgeRange(atLeast(5), open)).toBe('within');
    expect(judgeRange(atLeast(4), open)).toBe('unknown');
  });

  test('a lower bound can prove "above", and nothing else of a range with two ends', () => {
    expect(judgeRange(atLeast(11), range)).toBe('above');
    expect(judgeRange(atLeast(7), range)).toBe('unknown');
    expect(judgeRange(atLeast(1), range)).toBe('unknown');
  });
});
