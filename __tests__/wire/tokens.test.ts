import { expect, test } from '@jest/globals';
import { sumReported, tokenCount, wireCount } from '../../src/wire/tokens.js';

test.each([
  [0, 0],
  [7, 7],
  [null, undefined],
  [undefined, undefined],
])('on the wire %p means %p', (given, expected) => {
  expect(tokenCount.parse(given)).toBe(expected);
  expect(sumReported(wireCount.parse(given))).toBe(expected);
});

test.each([-1, 1.5, '7', Number.NaN, {}])('%p is no count of tokens', (given) => {
  expect(tokenCount.safeParse(given).success).toBe(false);
});

test('a sum leaves out what was not reported, and of nothing reported there is none', () => {
  expect(sumReported(1, undefined, 2)).toBe(3);
  expect(sumReported(0)).toBe(0);
  expect(sumReported(undefined, undefined)).toBeUndefined();
  expect(sumReported()).toBeUndefined();
});
