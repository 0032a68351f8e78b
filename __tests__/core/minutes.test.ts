import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { runnerCost } from '../../src/core/minutes.js';

const MINUTE = 60_000;
const PRICES = new Map([
  ['ubuntu-latest', 6_000_000],
  ['linux', 8_000_000],
]);

describe('started minutes', () => {
  test.each([
    [0, 0],
    [1, 1],
    [MINUTE - 1, 1],
    [MINUTE, 1],
    [MINUTE + 1, 2],
    [10 * MINUTE, 10],
  ])('%i ms are %i', (durationMs, minutes) => {
    expect(runnerCost(durationMs, PRICES, ['linux'])).toEqual({ minutes, costNanoUsd: minutes * 8_000_000 });
  });

  test('never cost less than the time they last, and never a minute more', () => {
    fc.assert(
      fc.property(fc.nat(10 * 24 * 60 * MINUTE), (durationMs) => {
        const { minutes } = runnerCost(durationMs, PRICES, []);
        expect(minutes * MINUTE).toBeGreaterThanOrEqual(durationMs);
        expect((minutes - 1) * MINUTE).toBeLessThan(durationMs === 0 ? 1 : durationMs);
      }),
    );
  });
});

describe('the price', () => {
  test.each<[string, ReadonlyMap<string, number>, readonly string[], number | undefined]>([
    ['is that of the first label that has one', PRICES, ['ubuntu-latest', 'linux'], 6_000_000],
    ['is that of a later label where the first has none', PRICES, ['big-box', 'linux'], 8_000_000],
    ['does not depend on capitals', PRICES, ['Linux'], 8_000_000],
    ['is the one for all others where no label has one', new Map([['', 7]]), ['macos'], 7],
    ['is not known for a label that nobody priced', PRICES, ['windows'], undefined],
    ['is not known without any label', PRICES, [], undefined],
    ['of zero is a price', new Map([['self-hosted', 0]]), ['self-hosted', 'linux'], 0],
  ])('%s', (_name, prices, labels, costNanoUsd) => {
    expect(runnerCost(MINUTE, prices, labels)).toEqual({ minutes: 1, costNanoUsd });
  });
});
