import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  costOfAnswer,
  dearestOf,
  dearestPrice,
  findPrice,
  type ModelPrice,
  type PriceTable,
  priceAtMost,
  priceNames,
  pricesAt,
  priceUsage,
  timesPrice,
  windowOf,
} from '../../src/core/price.js';

import { NO_USAGE, type Usage } from '../../src/core/usage.js';

const source = { table: 'test', version: '1', commit: 'none', date: '2026-01-01' };
const table = (...models: string[]): PriceTable => ({
  source,
  models: Object.fromEntries(models.map((name, index) => [name, { input: index + 1, output: index + 1 }])),
});
const usage = (counts: Partial<Usage>): Usage => ({ ...NO_USAGE, ...counts });
const MILLION = 1_000_000;
const dollars = (amount: number): number => Math.round(amount * 1_000_000_000);

describe('findPrice', () => {
  test.each([
    ['claude-sonnet-4-5', 'claude-sonnet-4-5'],
    ['claude-sonnet-4-5', 'claude-sonnet-4-5-20250929'],
    ['claude-sonnet-4-5', 'anthropic/claude-sonnet-4-5'],
    ['claude-sonnet-4-5', 'openrouter/anthropic/claude-sonnet-4-5'],
    ['claude-sonnet-4-5', 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0'],
    ['claude-sonnet-4-5', 'claude-sonnet-4-5@20250929'],
    ['claude-sonnet-4-5', 'claude-sonnet-4-5[1m]'],
    ['claude-sonnet-4-5', 'anthropic/claude-sonnet-4-5:thinking'],
    ['gpt-4o', 'gpt-4o-2024-11-20'],
    ['gemini-2.5-pro', 'vertex_ai/gemini-2.5-pro'],
    ['claude-sonnet-4-5', 'anthropic/claude-sonnet-4.5'],
    ['claude-opus-4-6', 'openrouter/anthropic/claude-opus-4.6'],
  ])('the row %p is the price of %p', (row, model) => {
    expect(findPrice(table(row), model)).toBeDefined();
  });

  test('the id as it stands wins over a shortened one', () => {
    expect(findPrice(table('gpt-4o', 'gpt-4o-2024-05-13'), 'gpt-4o-2024-05-13')?.input).toBe(2);
  });

  test('a dot is a dash only where no row has the dot', () => {
    expect(findPrice(table('gpt-4-1', 'gpt-4.1'), 'openai/gpt-4.1')?.input).toBe(2);
  });

  test('a free variant never gets the paid price, and a paid one never the free', () => {
    expect(
      findPrice(table('deepseek-r1', 'deepseek/deepseek-r1'), 'deepseek/deepseek-r1:free'),
    ).toBeUndefined();
    expect(findPrice(table('deepseek/deepseek-r1:free'), 'deepseek/deepseek-r1')).toBeUndefined();
  });

  test.each(['unheard-of', '', 'constructor', '__proto__', 'toString'])('%p has no price', (model) => {
    expect(findPrice(table('gpt-4o'), model)).toBeUndefined();
  });
});

describe('priceUsage', () => {
  const price: ModelPrice = {
    input: dollars(3),
    output: dollars(15),
    cacheRead: dollars(0.3),
    cacheWrite: dollars(3.75),
    cacheWrite1h: dollars(6),
    tiers: [{ above: 200_000, input: dollars(6), output: dollars(22.5) }],
  };

  test.each<[string, Partial<Usage>, number]>([
    ['plain input and output', { inputTokens: 100_000, outputTokens: 10_000 }, dollars(0.45)],
    [
      'cached input at its own rate',
      { inputTokens: 100_000, cacheReadTokens: 100_000, outputTokens: 0 },
      dollars(0.03),
    ],
    [
      'cache writes at theirs',
      { inputTokens: 100_000, cacheWriteTokens: 100_000, outputTokens: 0 },
      dollars(0.375),
    ],
    [
      'one-hour writes as a part of all writes',
      { inputTokens: 100_000, cacheWriteTokens: 100_000, cacheWrite1hTokens: 40_000, outputTokens: 0 },
      dollars(0.225 + 0.24),
    ],
    ['the whole prompt at the tier it exceeds', { inputTokens: 300_000, outputTokens: 0 }, dollars(1.8)],
    ['the lower tier up to its very edge', { inputTokens: 200_000, outputTokens: 0 }, dollars(0.6)],
    [
      'reasoning as a part of the output',
      { inputTokens: 0, outputTokens: MILLION, reasoningTokens: MILLION },
      dollars(15),
    ],
  ])('charges %s', (_what, counts, expected) => {
    expect(priceUsage(price, usage(counts))).toBe(expected);
  });

  test('a part of a nano-dollar is rounded up, so that nothing is free', () => {
    expect(priceUsage({ input: 1, output: 1 }, usage({ inputTokens: 1, outputTokens: 0 }))).toBe(1);
  });

  test('half a bill is not a bill', () => {
    expect(priceUsage(price, usage({ inputTokens: 5 }))).toBeUndefined();
    expect(priceUsage(price, usage({ outputTokens: 5 }))).toBeUndefined();
  });

  test('cache rates that the table leaves out are the input rate', () => {
    const plain = { input: dollars(3), output: dollars(15) };
    const counts = {
      inputTokens: 9000,
      cacheReadTokens: 3000,
      cacheWriteTokens: 3000,
      cacheWrite1hTokens: 1000,
      outputTokens: 0,
    };
    expect(priceUsage(plain, usage(counts))).toBe(
      priceUsage(plain, usage({ inputTokens: 9000, outputTokens: 0 })),
    );
  });
});

describe('priceAtMost', () => {
  const rate = fc.integer({ min: 0, max: 600_000_000_000 });
  const tokens = fc.integer({ min: 0, max: 10_000_000 });
  const prices = fc
    .tuple(rate, rate, rate, rate, fc.nat(100))
    .map(([input, output, cacheWrite, cacheWrite1h, share]): ModelPrice => {
      return { input, output, cacheWrite, cacheWrite1h, cacheRead: Math.floor((input * share) / 100) };
    });
  const counts = fc.record({
    inputTokens: tokens,
    outputTokens: tokens,
    cacheReadTokens: fc.option(tokens, { nil: undefined }),
    cacheWriteTokens: fc.option(tokens, { nil: undefined }),
    cacheWrite1hTokens: fc.option(tokens, { nil: undefined }),
    reasoningTokens: fc.constant(undefined),
  });

  test('no split of the input into cached, written and plain costs more', () => {
    fc.assert(
      fc.property(prices, counts, (price, reported) => {
        const real = priceUsage(price, reported);
        expect(real).toBeGreaterThanOrEqual(0);
        expect(real).toBeLessThanOrEqual(priceAtMost(price, reported.inputTokens, reported.outputTokens));
      }),
    );
  });

  test('more tokens never cost less', () => {
    const tiered = fc.tuple(prices, tokens, rate).map(([price, above, more]): ModelPrice => {
      return { ...price, tiers: [{ above, input: price.input + more, output: price.output + more }] };
    });
    fc.assert(
      fc.property(tiered, tokens, tokens, tokens, tokens, (price, input, output, moreInput, moreOutput) => {
        const less = priceAtMost(price, input, output);
        expect(priceAtMost(price, input + moreInput, output + moreOutput)).toBeGreaterThanOrEqual(less);
      }),
    );
  });

  test('is an exact sum, rounded up once', () => {
    fc.assert(
      fc.property(rate, rate, tokens, tokens, (input, output, inputTokens, outputTokens) => {
        const exact = BigInt(inputTokens) * BigInt(input) + BigInt(outputTokens) * BigInt(output);
        expect(BigInt(priceAtMost({ input, output }, inputTokens, outputTokens))).toBe(
          (exact + 999_999n) / 1_000_000n,
        );
      }),
    );
  });
});

test('the highest tier that a prompt exceeds holds, and what it leaves out stays', () => {
  const price = {
    input: 1,
    output: 10,
    tiers: [
      { above: 100, input: 2 },
      { above: 200, input: 3, output: 30 },
    ],
  };
  expect([50, 100, 101, 200, 201].map((size) => pricesAt(price, size).input)).toEqual([1, 1, 2, 2, 3]);
  expect(pricesAt(price, 101).output).toBe(10);
  expect(pricesAt(price, 201).output).toBe(30);
});

test('the dearest price is above every model of the table, but for slips of scale', () => {
  const models: Record<string, ModelPrice> = { a: { input: 3, output: 15 }, b: { input: 1, output: 20 } };
  expect(dearestPrice({ source, models })).toEqual({ input: 3, output: 20 });
  expect(dearestPrice({ source, models: {} })).toEqual({ input: 0, output: 0 });
  const slip = { input: dollars(9000), output: dollars(9000) };
  expect(dearestPrice({ source, models: { ...models, slip } })).toEqual({
    input: dollars(150),
    output: dollars(600),
  });
});

describe('the dearest of several models', () => {
  const rate = fc.integer({ min: 0, max: 50 }).map(dollars);
  const optional = fc.option(rate, { nil: undefined });
  const tier = fc.record({ above: fc.constantFrom(100, 200), input: rate, output: rate });
  const model = fc
    .record({ input: rate, output: rate, cacheRead: optional, cacheWrite: optional, cacheWrite1h: optional })
    .chain((row) => fc.option(tier, { nil: undefined }).map((one) => ({ ...row, tiers: one ? [one] : [] })))
    // A cached token never costs more than one that is not.
    .map(({ cacheRead, ...row }) => ({
      ...row,
      cacheRead: cacheRead && Math.min(cacheRead, row.input, ...row.tiers.map(({ input }) => input)),
    }))
    .map((row) => JSON.parse(JSON.stringify(row)) as ModelPrice);
  const count = fc.integer({ min: 0, max: 300 });

  test('holds at least what any of them costs, cached or not', () => {
    fc.assert(
      fc.property(
        fc.array(model, { minLength: 2, maxLength: 4 }),
        count,
        count,
        count,
        (models, input, output, cached) => {
          const dearest = dearestOf(models);
          const told = usage({
            inputTokens: input,
            outputTokens: output,
            cacheReadTokens: Math.min(cached, input),
          });
          for (const one of models) {
            expect(priceAtMost(dearest ?? one, input, output)).toBeGreaterThanOrEqual(
              priceUsage(one, told) ?? 0,
            );
            expect(priceUsage(dearest ?? one, told)).toBeGreaterThanOrEqual(priceUsage(one, told) ?? 0);
          }
        },
      ),
    );
  });

  test('of one is that one, of none is none', () => {
    const one = { input: 1, output: 2 };
    expect(dearestOf([one])).toBe(one);
    expect(dearestOf([])).toBeUndefined();
  });

  test('at a number of times its price each rate is, tiers included', () => {
    const price = { input: 1, output: 2, cacheRead: 3, maxOutput: 9, tiers: [{ above: 7, output: 4 }] };
    expect(timesPrice(price, 2)).toEqual({
      input: 2,
      output: 4,
      cacheRead: 6,
      maxOutput: 9,
      tiers: [{ above: 7, output: 8 }],
    });
  });
});

describe('the names an answer is priced by', () => {
  test.each([
    ['gpt-5', 'gpt-5-2025-08-07', undefined, ['gpt-5-2025-08-07', 'gpt-5']],
    ['smart', 'prod-1', undefined, ['prod-1', 'smart']],
    ['gpt-5', undefined, undefined, ['gpt-5']],
    ['gpt-5-nano', 'claude-opus-5', undefined, ['claude-opus-5']],
    ['gpt-5', 'gpt-5', { servedBy: 'claude-opus-5' }, ['claude-opus-5']],
    ['gpt-5', 'gpt-5', { servedBy: undefined }, []],
    ['smart', 'gpt-5', { servedBy: undefined }, ['gpt-5']],
  ])('asked for %p, answered as %p, %p', (asked, answered, rerouted, names) => {
    expect(priceNames(asked, answered, rerouted)).toEqual(names);
  });
});

describe('costOfAnswer', () => {
  const prices: PriceTable = {
    source,
    models: { a: { input: dollars(1), output: dollars(2) }, free: { input: 0, output: 0 } },
  };
  const answer = { usage: usage({ inputTokens: MILLION, outputTokens: MILLION }) };

  test('a part without a price leaves the cost unknown', () => {
    const parts = [
      { model: undefined, usage: answer.usage },
      { model: 'unheard-of', usage: answer.usage },
    ];
    expect(costOfAnswer(undefined, { ...answer, parts }, prices, ['a'])).toBeUndefined();
    expect(costOfAnswer(undefined, { ...answer, parts: parts.slice(0, 1) }, prices, ['a'])?.nanoUsd).toBe(
      dollars(3),
    );
  });

  test('a told 0 stands for what is free, stored, or without a price', () => {
    const zero = { nanoUsd: 0, source: 'gateway' };
    expect(costOfAnswer(0, answer, prices, ['free'])).toEqual(zero);
    expect(costOfAnswer(0, answer, prices, ['unheard-of'])).toEqual(zero);
    expect(costOfAnswer(0, { ...answer, isStored: true }, prices, ['a'])).toEqual(zero);
    expect(costOfAnswer(0, answer, prices, ['a'])).toEqual({ nanoUsd: dollars(3), source: 'price-table' });
  });
});

describe('windowOf', () => {
  test.each<[string, ModelPrice | undefined, number]>([
    ['is the one in the table', { input: 1, output: 1, maxInput: 200_000 }, 200_000],
    ['is that of the models with large ones, where it is not known', { input: 1, output: 1 }, 1_050_000],
    ['is that without a price', undefined, 1_050_000],
    [
      'is the one in the table, though a part of it costs more',
      { input: 1, output: 1, maxInput: 1_000_000, tiers: [{ above: 200_000, input: 2 }] },
      1_000_000,
    ],
    [
      'is a larger one where that has a price',
      { input: 1, output: 1, maxInput: 200_000, tiers: [{ above: 200_000, input: 2 }] },
      1_050_000,
    ],
  ])('%s', (_what, price, tokens) => {
    expect(windowOf(price)).toBe(tokens);
  });
});
