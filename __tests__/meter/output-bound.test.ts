import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OutputBound } from '../../src/meter/output-bound.js';

/** Five answers at one token a millisecond; the margin is three, and 32 tokens are free. */
function taught(samples = 5, tokens = 1000, durationMs = 1000): OutputBound {
  const bound = new OutputBound();
  for (let call = 0; call < samples; call += 1) bound.learn('k', tokens, durationMs);
  return bound;
}

describe('output that nobody reported', () => {
  test.each<[string, OutputBound, number, number, number]>([
    [
      'is what the fastest hardware makes in that time, before anything was seen',
      new OutputBound(),
      4000,
      100,
      432,
    ],
    ['is that after four answers', taught(4), 4000, 100, 432],
    ['is what three times the fastest can make in that time, after five', taught(), 4000, 100, 332],
    ['is little for no time at all', taught(), 4000, 0, 32],
    ['is little for a clock that went back', taught(), 4000, -5, 32],
    ['is never more than was reserved', taught(), 4000, 1_000_000, 4000],
    ['is never more than was reserved, before anything was seen', new OutputBound(), 4000, 10_000, 4000],
    ['is never more than was reserved, though that is less than what is free', taught(), 10, 0, 10],
    ['does not learn from short answers', taught(50, 31), 4000, 100, 432],
    ['learns from answers of 32 tokens', taught(5, 32, 32), 4000, 100, 332],
    ['does not learn from answers that took no time', taught(50, 1000, 0), 4000, 100, 432],
    ['does not learn from a clock that went back', taught(50, 1000, -5), 4000, 100, 432],
    [
      'is a token a millisecond at least, however slow the answers were that an agent let it see',
      taught(200, 40, 4000),
      4000,
      100,
      132,
    ],
  ])('%s', (_what, bound, reserved, durationMs, expected) => {
    expect(bound.bound('k', reserved, durationMs)).toBe(expected);
  });

  test('follows the fastest answer, in whatever order they came', () => {
    const bound = taught();
    bound.learn('k', 4000, 1000);
    bound.learn('k', 100, 1000);
    const margin = 1 + 2 * Math.sqrt(5 / 7);
    expect(bound.bound('k', 100_000, 100)).toBe(Math.ceil(4 * margin * 100) + 32);
  });

  test.each([
    [5, 1000, 3],
    [20, 1000, 2],
    [80, 1000, 1.5],
    [1000, 1000, 1.5],
    [80, 4000, 1.5],
    [80, 4001, 3],
  ])(
    'has after %i answers of a second a margin for one of %i ms of %d: the fastest of many alike is hardly outdone',
    (samples, durationMs, margin) => {
      expect(taught(samples).bound('k', 100_000, durationMs)).toBe(margin * durationMs + 32);
    },
  );

  test('is never below what came until then, nor above the reservation', () => {
    expect(taught().bound('k', 4000, 1, 2500)).toBe(2500);
    expect(taught().bound('k', 4000, 1, 9000)).toBe(4000);
  });

  test('is learned for each kind of call alone', () => {
    expect(taught(5, 9000).bound('other', 4000, 100)).toBe(432);
  });

  test('is never below what the fastest call seen would have made, and never above the reservation', () => {
    const answer = fc.record({
      tokens: fc.integer({ min: 32, max: 1e6 }),
      ms: fc.integer({ min: 1, max: 1e6 }),
    });
    fc.assert(
      fc.property(
        fc.array(answer, { minLength: 5, maxLength: 30 }),
        fc.nat(1e6),
        fc.nat(1e6),
        (seen, reserved, ms) => {
          const bound = new OutputBound();
          for (const { tokens, ms: took } of seen) bound.learn('k', tokens, took);
          const fastest = Math.max(...seen.map(({ tokens, ms: took }) => tokens / took));
          const got = bound.bound('k', reserved, ms);
          expect(got).toBeLessThanOrEqual(reserved);
          expect(got).toBeGreaterThanOrEqual(Math.min(reserved, Math.floor(fastest * ms)));
          expect(Number.isInteger(got)).toBe(true);
        },
      ),
    );
  });
});
