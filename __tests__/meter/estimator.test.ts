import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { InputEstimator } from '../../src/meter/estimator.js';

const bytes = fc.integer({ min: 1, max: 5_000_000 });

describe('before anything is known', () => {
  test('a guess allows for dense text and for what the upstream adds', () => {
    const estimator = new InputEstimator();
    expect(estimator.hasLearned('k')).toBe(false);
    fc.assert(
      fc.property(bytes, (size) =>
        expect(estimator.estimate('k', size)).toBeGreaterThanOrEqual(size / 2 + 1000),
      ),
    );
  });
});

describe('after calls have settled', () => {
  test('the same call is never estimated below what it was', () => {
    const calls = fc.array(fc.tuple(bytes, fc.integer({ min: 0, max: 1_000_000 })), {
      minLength: 1,
      maxLength: 50,
    });
    fc.assert(
      fc.property(calls, (settled) => {
        const estimator = new InputEstimator();
        for (const [size, tokens] of settled) estimator.learn('k', size, tokens);
        for (const [size, tokens] of settled)
          expect(estimator.estimate('k', size)).toBeGreaterThanOrEqual(tokens);
      }),
    );
  });

  test('a longer call is estimated at what the added bytes can hold at most', () => {
    const estimator = new InputEstimator();
    estimator.learn('k', 10_000, 2500);
    expect(estimator.estimate('k', 10_000)).toBe(2750);
    expect(estimator.estimate('k', 12_000)).toBe(3750);
  });

  test('what is added is as dense as the densest that this run has seen, as far as large requests of text alone can tell', () => {
    const estimator = new InputEstimator();
    estimator.learn('k', 1000, 1000);
    estimator.learn('k', 9000, 15_000, 12_000);
    expect(estimator.estimate('k', 2000)).toBe(1100 + 500);
    estimator.learn('k', 10_000, 9000);
    expect(estimator.estimate('k', 20_000)).toBe(9900 + 8000);
    estimator.learn('k', 20_000, 40_000);
    expect(estimator.estimate('k', 30_000)).toBe(44_000 + 10_000);
    expect(estimator.estimate('other', 10_000)).toBe(6000);
  });

  test('one with more pictures is estimated at what these can hold, one with fewer by itself', () => {
    const estimator = new InputEstimator();
    estimator.learn('k', 10_000, 4000, 12_000);
    expect(estimator.estimate('k', 10_000, 24_000)).toBe(4400 + 12_000);
    expect(estimator.estimate('k', 10_000)).toBe(6000);
    estimator.learn('k', 10_000, 2500);
    expect([0, 12_000].map((media) => estimator.estimate('k', 10_000, media))).toEqual([2750, 4400]);
  });

  test('a shorter call is not estimated above the shortest one seen, nor above what it can hold', () => {
    const estimator = new InputEstimator();
    estimator.learn('k', 10_000, 2500);
    expect(estimator.estimate('k', 9000)).toBe(2750);
    expect(estimator.estimate('k', 100)).toBe(100 + 1000);
    estimator.learn('k', 86_000, 21_500);
    expect(estimator.estimate('k', 100)).toBe(100 + 1000);
  });

  test('what the upstream adds to every call is reckoned with in a shorter one', () => {
    const estimator = new InputEstimator();
    estimator.learn('k', 86_000, 41_500);
    expect(estimator.estimate('k', 100)).toBeGreaterThan(20_000);
  });

  test('an estimate never goes far below one token for four bytes, however small a count was reported', () => {
    const estimator = new InputEstimator();
    estimator.learn('k', 10_000, 0);
    expect(estimator.estimate('k', 10_000)).toBe(2000);
  });

  test('kinds do not learn from each other', () => {
    const estimator = new InputEstimator();
    estimator.learn('a', 100, 50);
    expect([estimator.hasLearned('a'), estimator.hasLearned('b')]).toEqual([true, false]);
  });

  test('many samples are thinned out, and an estimate stays close to what was learned', () => {
    const estimator = new InputEstimator();
    for (let call = 1; call <= 2000; call += 1) estimator.learn('k', call * 100, call * 25);
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 200_000 }), (size) => {
        const estimate = estimator.estimate('k', size);
        expect(estimate).toBeGreaterThanOrEqual(size * 0.25);
        expect(estimate).toBeLessThanOrEqual(size * 0.5 + 1000);
      }),
    );
  });
});

describe('input that stands outside of requests', () => {
  test('is as large as the largest whole call with the same things, and a margin', () => {
    const estimator = new InputEstimator();
    expect(estimator.estimateOutside('k', 'a')).toBeUndefined();
    for (const tokens of [1000, 2000, 500]) estimator.learnOutside('k', 'a', tokens);
    expect(estimator.estimateOutside('k', 'a')).toBe(2200);
    expect([estimator.estimateOutside('k', 'b'), estimator.estimateOutside('l', 'a')]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('is forgotten for none, and learned for no more than so many', () => {
    const estimator = new InputEstimator();
    for (let file = 0; file < 1001; file += 1) estimator.learnOutside('k', `${file}`, 10);
    expect(estimator.estimateOutside('k', '0')).toBe(11);
    expect(estimator.estimateOutside('k', '1000')).toBeUndefined();
  });
});
