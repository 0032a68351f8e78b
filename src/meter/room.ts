/** How much room the limits leave for one more call, and what a call comes to that nobody counted. */
import type { LimitName, RunLimits } from '../core/limits.js';
import { renderUsd } from '../core/money.js';
import { priceAtMost, pricesAt, priceUsage } from '../core/price.js';
import type { Usage } from '../core/usage.js';
import { dearestWeights, type TokenWeights, weighAtMost, weighUsage } from '../core/weights.js';
import type { Ticket } from './admission.js';

/** Spent, or spent and reserved together. */
export type Used = Pick<Ticket, 'inputTokens' | 'outputTokens' | 'costNanoUsd' | 'weightedTokens'>;

export interface Room {
  /** Output tokens that fit under every limit; infinite without one. */
  readonly outputTokens: number;
  /** The limit that leaves the least. */
  readonly binding: LimitName | undefined;
}

/** What is known of a call before it is decided how long its answer may get. */
export type Needed = Pick<
  Ticket,
  'inputTokens' | 'price' | 'mayWriteLongCache' | 'asideTokens' | 'feeNanoUsd'
>;

export function roomFor(ticket: Needed, limits: RunLimits, used: Used, weights: TokenWeights): Room {
  const rooms = [...tokenRooms(ticket, limits, used), ...worthRooms(ticket, limits, used, weights)];
  const least = rooms.reduce<[LimitName, number] | undefined>(
    (a, b) => (a === undefined || b[1] < a[1] ? b : a),
    undefined,
  );
  return { outputTokens: Math.max(0, least?.[1] ?? Number.POSITIVE_INFINITY), binding: least?.[0] };
}

function tokenRooms(
  { inputTokens, asideTokens = 0 }: Needed,
  { maxTokens, maxInputTokens, maxOutputTokens }: RunLimits,
  used: Used,
): [LimitName, number][] {
  const rooms: [LimitName, number][] = [];
  if (maxTokens !== undefined)
    rooms.push(['max-tokens', maxTokens - used.inputTokens - used.outputTokens - inputTokens - asideTokens]);
  if (maxOutputTokens !== undefined)
    rooms.push(['max-output-tokens', maxOutputTokens - used.outputTokens - asideTokens]);
  if (maxInputTokens !== undefined) {
    const fits = maxInputTokens - used.inputTokens >= inputTokens;
    rooms.push(['max-input-tokens', fits ? Number.POSITIVE_INFINITY : 0]);
  }
  return rooms;
}

/** Output tokens that fit under the limits that tell one token from another. */
function worthRooms(
  { inputTokens, price, mayWriteLongCache, asideTokens = 0, feeNanoUsd = 0 }: Needed,
  { maxCostNanoUsd, maxWeightedTokens }: RunLimits,
  used: Used,
  weights: TokenWeights,
): [LimitName, number][] {
  const rooms: [LimitName, number][] = [];
  if (maxCostNanoUsd !== undefined && price !== undefined) {
    const needed = priceAtMost(price, inputTokens, asideTokens, mayWriteLongCache) + feeNanoUsd;
    const left = maxCostNanoUsd - used.costNanoUsd - needed;
    rooms.push(['max-cost', tokensFor(left, pricesAt(price, inputTokens).output / 1e6)]);
  }
  if (maxWeightedTokens !== undefined) {
    const left = maxWeightedTokens - used.weightedTokens - weighAtMost(weights, inputTokens, asideTokens);
    rooms.push(['max-weighted-tokens', tokensFor(left, dearestWeights(weights).output / 1000)]);
  }
  return rooms;
}

function tokensFor(left: number, perToken: number): number {
  const isFree = perToken === 0 && left >= 0;
  return isFree ? Number.POSITIVE_INFINITY : left / (perToken || 1);
}

/** Cost of a call that told none: exact where its input was told with its cache, else at the dearest rate it can have had. */
export function costAtMost(
  { price, mayWriteLongCache, feeNanoUsd = 0 }: Ticket,
  usage: Usage,
  inputTokens: number,
  outputTokens: number,
): number {
  if (price === undefined) return feeNanoUsd;
  const isTold = usage.inputTokens !== undefined && usage.cacheReadTokens !== undefined;
  const exact = isTold ? priceUsage(price, { ...usage, outputTokens }) : undefined;
  return (exact ?? priceAtMost(price, inputTokens, outputTokens, mayWriteLongCache)) + feeNanoUsd;
}

/** Weighted tokens of a call: exact where its input was told with its cache, or all of it; else the most it can weigh. */
export function weightAtMost(
  weights: TokenWeights,
  usage: Usage,
  inputTokens: number,
  outputTokens: number,
): number {
  const isWhole = usage.outputTokens !== undefined;
  const { output } = dearestWeights(weights);
  const held = isWhole ? weights : { ...weights, output, reasoning: output };
  const isTold = isWhole || usage.cacheReadTokens !== undefined;
  const exact = isTold ? weighUsage(held, { ...usage, outputTokens }) : undefined;
  return exact ?? weighAtMost(weights, inputTokens, outputTokens);
}

/** What is used of a limit, and what the next call would need; for the agent and for a person. */
export function renderState(limit: LimitName, limits: RunLimits, spent: Used, inputTokens: number): string {
  const { inputTokens: input, outputTokens: output, costNanoUsd } = spent;
  const next = `; the next call needs about ${inputTokens} input tokens and an answer`;
  const states: Partial<Record<LimitName, string>> = {
    'max-cost': `${renderUsd(costNanoUsd)} of ${renderUsd(limits.maxCostNanoUsd ?? 0)} are spent${next}`,
    'max-input-tokens': `${input} of ${limits.maxInputTokens} input tokens are used${next}`,
    'max-output-tokens': `${output} of ${limits.maxOutputTokens} output tokens are used`,
    'max-weighted-tokens': `${spent.weightedTokens} of ${limits.maxWeightedTokens} weighted tokens are used${next}`,
    'max-tokens': `${input + output} of ${limits.maxTokens} tokens are used${next}`,
  };
  return states[limit] ?? 'the limit is reached';
}
