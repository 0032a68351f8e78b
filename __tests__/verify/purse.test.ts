/** A call that could pass the maximum is not made. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ModelPrice, priceAtMost } from '../../src/core/price.js';
import { NO_USAGE, type Usage } from '../../src/core/usage.js';
import { type Charge, PROMPT_TOKENS_AT_MOST, Purse } from '../../src/verify/purse.js';

const CHAT = 'openai-chat';
const PRICE = { input: 150_000_000, output: 600_000_000 };
const DEAREST = { input: 1_250_000_000, output: 10_000_000_000 };
const usage = (inputTokens: number, outputTokens: number): Usage => ({
  ...NO_USAGE,
  inputTokens,
  outputTokens,
});
const SHORT = usage(14, 2);
const worst = (output: number, price: ModelPrice = PRICE) =>
  priceAtMost(price, PROMPT_TOKENS_AT_MOST, output);

const priced = (maxNanoUsd: number) => new Purse({ maxNanoUsd, price: PRICE, dearest: DEAREST });
const unpriced = (maxNanoUsd: number) => new Purse({ maxNanoUsd, price: undefined, dearest: DEAREST });
const charge = (
  costNanoUsd: number | undefined,
  outputCeiling = 64,
  used: Usage = SHORT,
  dialect = CHAT,
): Charge => ({ costNanoUsd, outputCeiling, usage: used, dialect });

describe('with a price', () => {
  test('a call is affordable when its worst case is, to the last nano-dollar', () => {
    expect(priced(worst(64)).affords(64, CHAT)).toBe(true);
    expect(priced(worst(64) - 1).affords(64, CHAT)).toBe(false);
  });

  test('what was spent is no longer there', () => {
    const purse = priced(worst(64) + 2 * 3300 - 1);
    purse.take(charge(undefined));
    expect(purse.affords(64, CHAT)).toBe(true);
    purse.take(charge(undefined));
    expect(purse.affords(64, CHAT)).toBe(false);
    expect(purse.spentNanoUsd).toBe(6600);
  });

  test('a call that cost what its price says makes the next ones no dearer', () => {
    const purse = priced(1e9);
    purse.take(charge(3300));
    expect(purse.reckon(64, CHAT)).toBe(worst(64));
  });

  test.each([
    ['nothing', undefined],
    ['zero', 0],
    ['less than listed', 1],
  ])('a call that tells a cost of %s is reckoned by its tokens', (_name, cost) => {
    const purse = priced(10 * worst(64));
    purse.take(charge(cost));
    expect(purse.spentNanoUsd).toBe(priceAtMost(PRICE, 14, 2));
    expect(purse.toldNanoUsd).toBe(cost ?? 0);
  });

  test.each([undefined, 0])('and without tokens as its worst case (told: %s)', (cost) => {
    const purse = priced(10 * worst(64));
    purse.take(charge(cost, 64, NO_USAGE));
    expect(purse.spentNanoUsd).toBe(worst(64));
  });

  test('a call that cost more than its price makes the next ones dearer, with a margin', () => {
    const purse = priced(100 * worst(64));
    purse.take(charge(10 * worst(64), 64, usage(PROMPT_TOKENS_AT_MOST, 64)));
    expect(purse.reckon(64, CHAT)).toBe(12 * worst(64));
  });

  test('calls that cost no more than their worst case never pass the maximum', () => {
    const calls = fc.array(
      fc.record({
        ceiling: fc.integer({ min: 1, max: 600 }),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
        isTold: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000_000 }), calls, (maximum, asked) => {
        const purse = priced(maximum);
        let spent = 0;
        for (const { ceiling, share, isTold } of asked) {
          if (!purse.affords(ceiling, CHAT)) continue;
          const cost = Math.floor(worst(ceiling) * share);
          spent += cost;
          purse.take(charge(isTold ? cost : undefined, ceiling, usage(PROMPT_TOKENS_AT_MOST, ceiling)));
        }
        expect(spent).toBeLessThanOrEqual(maximum);
      }),
    );
  });
});

describe('an answer longer than its ceiling', () => {
  test('makes the next ones longer, in its own dialect', () => {
    const purse = priced(1e9);
    purse.take(charge(worst(640), 64, usage(PROMPT_TOKENS_AT_MOST, 640)));
    expect(purse.reckon(32, CHAT)).toBeGreaterThanOrEqual(worst(320));
    expect(purse.reckon(32, 'anthropic-messages')).toBeLessThan(worst(64));
  });

  test('and may pass the maximum alone: that cannot be foreseen', () => {
    const purse = priced(worst(64));
    expect(purse.affords(64, CHAT)).toBe(true);
    purse.take(charge(worst(640), 64, usage(PROMPT_TOKENS_AT_MOST, 640)));
    expect(purse.spentNanoUsd).toBe(worst(640));
    expect(purse.affords(1, CHAT)).toBe(false);
  });
});

describe('without a price', () => {
  test('the dearest of the table is reckoned until a call has told its cost', () => {
    const purse = unpriced(1e9);
    expect([purse.isAssuming, purse.reckon(64, CHAT)]).toEqual([true, worst(64, DEAREST)]);
    // 100 nano-dollars a token, and a margin for output, which costs more than input.
    purse.take(charge(1600));
    expect([purse.isAssuming, purse.reckon(64, CHAT)]).toEqual([
      false,
      100 * 8 * (PROMPT_TOKENS_AT_MOST + 64),
    ]);
    // A long answer has told what output costs.
    purse.take(charge(20_000, 100, usage(100, 100)));
    expect(purse.reckon(64, CHAT)).toBe(100 * 1.5 * (PROMPT_TOKENS_AT_MOST + 64));
  });

  test.each([undefined, 0])(
    'a call that tells a cost of %s teaches nothing, and counts as the dearest',
    (cost) => {
      const purse = unpriced(1e9);
      purse.take(charge(cost));
      expect(purse.isAssuming).toBe(true);
      expect(purse.spentNanoUsd).toBe(priceAtMost(DEAREST, 14, 2));
      purse.take(charge(cost, 64, NO_USAGE));
      expect(purse.spentNanoUsd).toBe(priceAtMost(DEAREST, 14, 2) + worst(64, DEAREST));
    },
  );

  test.each([1, 2, 5, 10])(
    'a long answer is covered by a short one, where output costs %d times input',
    (times) => {
      const cost = (input: number, output: number) => input * 100 + output * 100 * times;
      const purse = unpriced(cost(14, 2) + cost(14, 256) - 1);
      purse.take(charge(cost(14, 2)));
      expect(purse.affords(256, CHAT)).toBe(false);
    },
  );

  test('a count that is higher than what was reckoned is believed, a lower one may only be late', () => {
    const purse = unpriced(10_000_000);
    purse.take(charge(50_000));
    purse.learn(20_000);
    expect(purse.spentNanoUsd).toBe(50_000);
    purse.learn(60_000);
    expect(purse.spentNanoUsd).toBe(60_000);
  });
});

describe('a part of a purse', () => {
  test('holds its own maximum, and the whole’s', () => {
    const whole = priced(3 * worst(64));
    const [first, second] = [whole.part(2 * worst(64)), whole.part(2 * worst(64))];
    for (const purse of [first, first, second]) {
      expect(purse.affords(64, CHAT)).toBe(true);
      purse.take(charge(undefined, 64, NO_USAGE));
    }
    // Nothing is left of the one; of the other something, though not of the whole.
    expect([first.affords(64, CHAT), second.affords(64, CHAT)]).toEqual([false, false]);
    expect([second.spentNanoUsd, whole.spentNanoUsd]).toEqual([worst(64), 3 * worst(64)]);
  });

  test('tells the whole what it learns', () => {
    const whole = unpriced(100_000_000);
    whole.take(charge(10_000, 100, usage(100, 100)));
    const purse = whole.part(100_000_000);
    purse.take(charge(20_000, 100, usage(100, 100)));
    purse.learn(50_000);
    expect([purse.spentNanoUsd, whole.spentNanoUsd]).toEqual([50_000, 60_000]);
  });

  test('for another model goes by that model’s price', () => {
    const whole = priced(1e9);
    expect(whole.partFor(1e9, DEAREST).reckon(64, CHAT)).toBe(worst(64, DEAREST));
    expect(whole.part(1e9).reckon(64, CHAT)).toBe(worst(64));
  });

  test('for another model without a price reckons the dearest', () => {
    expect(priced(1e9).partFor(1e9, undefined).reckon(64, CHAT)).toBe(worst(64, DEAREST));
  });
});
