import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NO_USAGE } from '../../src/core/usage.js';
import { DEFAULT_WEIGHTS, renderWeights, weighAtMost, weighUsage } from '../../src/core/weights.js';

const usage = (parts: Partial<typeof NO_USAGE>) => ({ ...NO_USAGE, ...parts });

describe('weighUsage', () => {
  test.each([
    ['plain input and output', { inputTokens: 1000, outputTokens: 100 }, 1500],
    ['cached input', { inputTokens: 1000, outputTokens: 0, cacheReadTokens: 900 }, 190],
    ['written cache', { inputTokens: 1000, outputTokens: 0, cacheWriteTokens: 400 }, 1100],
    ['fractions, rounded up', { inputTokens: 1, outputTokens: 0, cacheReadTokens: 1 }, 1],
    [
      'tenths that are no binary fractions, exactly',
      { inputTokens: 30, outputTokens: 0, cacheReadTokens: 30 },
      3,
    ],
  ])('%s', (_what, parts, expected) => {
    expect(weighUsage(DEFAULT_WEIGHTS, usage(parts))).toBe(expected);
  });

  test('reasoning may weigh otherwise than other output', () => {
    const weights = { ...DEFAULT_WEIGHTS, reasoning: 1000 };
    expect(weighUsage(weights, usage({ inputTokens: 0, outputTokens: 10, reasoningTokens: 4 }))).toBe(34);
  });

  test.each([{ inputTokens: 5 }, { outputTokens: 5 }, {}])('%j is not known', (parts) => {
    expect(weighUsage(DEFAULT_WEIGHTS, usage(parts))).toBeUndefined();
  });
});

test('no usage weighs more than its tokens can weigh at most', () => {
  const weight = fc.integer({ min: 0, max: 1_000_000 });
  const tokens = fc.nat(1_000_000);
  fc.assert(
    fc.property(
      fc.record({ input: weight, cacheRead: weight, cacheWrite: weight, output: weight, reasoning: weight }),
      fc.record({
        inputTokens: tokens,
        outputTokens: tokens,
        cacheReadTokens: fc.option(tokens, { nil: undefined }),
        cacheWriteTokens: fc.option(tokens, { nil: undefined }),
        reasoningTokens: fc.option(tokens, { nil: undefined }),
      }),
      (weights, parts) => {
        const most = weighAtMost(weights, parts.inputTokens, parts.outputTokens);
        expect(weighUsage(weights, usage(parts))).toBeLessThanOrEqual(most);
      },
    ),
  );
});

test('weights are shown as they are given', () => {
  expect(renderWeights(DEFAULT_WEIGHTS)).toBe('input=1 cache-read=0.1 cache-write=1.25 output=5 reasoning=5');
});
