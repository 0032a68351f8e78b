/** What calls cost one by one, and which of them came when the budget was spent. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SpendTrack } from '../../src/verify/spend-track.js';

function trackOf(...costs: number[]): SpendTrack {
  const track = new SpendTrack();
  for (const cost of costs) track.add(cost);
  return track;
}

test('sums up, counts, and knows the dearest', () => {
  const track = trackOf(5, 20, 10);
  expect([track.calls, track.spentNanoUsd, track.dearestNanoUsd]).toEqual([3, 35, 20]);
});

test.each([
  ['the one that spends the last of it is not beyond', [50, 50], 100, 0],
  ['nor is one that goes far over', [50, 90], 100, 0],
  ['every one after it is', [50, 90, 1, 1], 100, 2],
  ['a free one is, too', [100, 0], 100, 1],
  ['with nothing to spend, all are', [1, 1], 0, 2],
])('of the calls %s', (_name, costs, budget, beyond) => {
  expect(trackOf(...costs).callsBeyond(budget)).toBe(beyond);
});

describe('brought to what the gateway counted', () => {
  test('each call costs its share', () => {
    const track = trackOf(100, 100, 100);
    expect(track.callsBeyond(200)).toBe(1);
    track.scaleTo(270);
    expect(track.spentNanoUsd).toBe(270);
    expect(track.callsBeyond(200)).toBe(0);
    track.scaleTo(360);
    expect(track.spentNanoUsd).toBe(360);
    expect(track.dearestNanoUsd).toBeCloseTo(120);
  });

  test('nothing stays nothing', () => {
    const track = trackOf(0, 0);
    track.scaleTo(100);
    expect(track.spentNanoUsd).toBe(0);
  });

  test('the sum is what was counted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 1, max: 1e12 }),
        (costs, counted) => {
          const track = trackOf(...costs);
          track.scaleTo(counted);
          expect(track.spentNanoUsd).toBe(counted);
        },
      ),
    );
  });
});
