/**
 * Tokens weighted by what they are worth beside one another: a measure of spend for those who pay no price by the token.
 * Weights are integer thousandths; a sum is rounded up to whole weighted tokens.
 */
import type { Usage } from './usage.js';

export interface TokenWeights {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly output: number;
  readonly reasoning: number;
}

/**
 * How Claude's list prices stand to one another: a cache read a tenth of the input, a write for minutes a quarter more,
 * output five times as much, reasoning as any output.
 * @see https://platform.claude.com/docs/en/about-claude/pricing
 */
export const DEFAULT_WEIGHTS: TokenWeights = {
  input: 1000,
  cacheRead: 100,
  cacheWrite: 1250,
  output: 5000,
  reasoning: 5000,
};

/** `undefined` when input or output was not reported; a part that was not told apart counts as plain input or output. */
export function weighUsage(weights: TokenWeights, usage: Usage): number | undefined {
  const { inputTokens, outputTokens } = usage;
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const cacheRead = Math.min(usage.cacheReadTokens ?? 0, inputTokens);
  const cacheWrite = Math.min(usage.cacheWriteTokens ?? 0, inputTokens - cacheRead);
  const reasoning = Math.min(usage.reasoningTokens ?? 0, outputTokens);
  return Math.ceil(
    ((inputTokens - cacheRead - cacheWrite) * weights.input +
      cacheRead * weights.cacheRead +
      cacheWrite * weights.cacheWrite +
      (outputTokens - reasoning) * weights.output +
      reasoning * weights.reasoning) /
      1000,
  );
}

/** The most these tokens can weigh, whatever parts they turn out to have. */
export function weighAtMost(weights: TokenWeights, inputTokens: number, outputTokens: number): number {
  const { input, output } = dearestWeights(weights);
  return Math.ceil((inputTokens * input + outputTokens * output) / 1000);
}

export function dearestWeights(weights: TokenWeights): Pick<TokenWeights, 'input' | 'output'> {
  return {
    input: Math.max(weights.input, weights.cacheRead, weights.cacheWrite),
    output: Math.max(weights.output, weights.reasoning),
  };
}

/** `input=1 cache-read=0.1 cache-write=1.25 output=5 reasoning=5`. */
export function renderWeights({ input, cacheRead, cacheWrite, output, reasoning }: TokenWeights): string {
  const parts = { input, 'cache-read': cacheRead, 'cache-write': cacheWrite, output, reasoning };
  return Object.entries(parts)
    .map(([name, weight]) => `${name}=${weight / 1000}`)
    .join(' ');
}
