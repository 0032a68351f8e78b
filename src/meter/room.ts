/** How much room the limits leave for one more call, and what a call comes to that nobody counted. */
import type { LimitName, RunLimits } from '../core/limits.js';
import { renderUsd } from '../core/money.js';
import { priceAtMost, pricesAt, priceUsage } from '../core/price.js';
import { longWrites, type Usage } from '../core/usage.js';
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

const UNBOUNDED: Room = { outputTokens: Number.POSITIVE_INFINITY, binding: undefined };

export function roomFor(ticket: Needed, limits: RunLimits, used: Used, weights: TokenWeights): Room {
  const room = worthRoom(tokenRoom(UNBOUNDED, ticket, limits, used), ticket, { limits, used, weights });
  return room.outputTokens < 0 ? { ...room, outputTokens: 0 } : room;
}

/** The first limit of those that leave the least stands. */
function narrower(room: Room, binding: LimitName, outputTokens: number): Room {
  return outputTokens < room.outputTokens || room.binding === undefined ? { outputTokens, binding } : room;
}

function tokenRoom(
  room: Room,
  { inputTokens, asideTokens = 0 }: Needed,
  { maxTokens, maxInputTokens, maxOutputTokens }: RunLimits,
  used: Used,
): Room {
  let least = room;
  if (maxTokens !== undefined) {
    const left = maxTokens - used.inputTokens - used.outputTokens;
    least = narrower(least, 'max-tokens', left - inputTokens - asideTokens);
  }
  if (maxOutputTokens !== undefined)
    least = narrower(least, 'max-output-tokens', maxOutputTokens - used.outputTokens - asideTokens);
  if (maxInputTokens !== undefined) {
    const fits = maxInputTokens - used.inputTokens >= inputTokens;
    least = narrower(least, 'max-input-tokens', fits ? Number.POSITIVE_INFINITY : 0);
  }
  return least;
}

/** With the limits that tell one token from another. */
function worthRoom(
  room: Room,
  { inputTokens, price, mayWriteLongCache, asideTokens = 0, feeNanoUsd = 0 }: Needed,
  run: { readonly limits: RunLimits; readonly used: Used; readonly weights: TokenWeights },
): Room {
  const { maxCostNanoUsd, maxWeightedTokens } = run.limits;
  let least = room;
  if (maxCostNanoUsd !== undefined && price !== undefined) {
    const needed = priceAtMost(price, inputTokens, asideTokens, mayWriteLongCache) + feeNanoUsd;
    const left = maxCostNanoUsd - run.used.costNanoUsd - needed;
    least = narrower(least, 'max-cost', tokensFor(left, pricesAt(price, inputTokens).output / 1e6));
  }
  if (maxWeightedTokens !== undefined) {
    const { output } = dearestWeights(run.weights);
    const left = maxWeightedTokens - run.used.weightedTokens;
    const needed = weighAtMost(run.weights, inputTokens, asideTokens);
    least = narrower(least, 'max-weighted-tokens', tokensFor(left - needed, output / 1000));
  }
  return least;
}

function tokensFor(left: number, perToken: number): number {
  const isFree = perToken === 0 && left >= 0;
  return isFree ? Number.POSITIVE_INFINITY : left / (perToken || 1);
}

/**
 * Cost of a call that told none: exact where its input was told with its cache, else at the dearest rate it can have had.
 * @param inputTokens what it read at most; beyond what it told, all of it at the dearest rate
 */
export function costAtMost(
  { price, mayWriteLongCache, feeNanoUsd = 0 }: Pick<Ticket, 'price' | 'mayWriteLongCache' | 'feeNanoUsd'>,
  usage: Usage,
  inputTokens: number,
  outputTokens: number,
): number {
  if (price === undefined) return feeNanoUsd;
  const told = usage.cacheReadTokens === undefined ? undefined : usage.inputTokens;
  const counted = mayWriteLongCache ? longWrites(usage) : usage;
  const exact = told === undefined ? undefined : priceUsage(price, { ...counted, outputTokens });
  if (told === undefined || exact === undefined)
    return priceAtMost(price, inputTokens, outputTokens, mayWriteLongCache) + feeNanoUsd;
  const whole = priceAtMost(price, Math.max(inputTokens, told), 0, mayWriteLongCache);
  return exact + whole - priceAtMost(price, told, 0, mayWriteLongCache) + feeNanoUsd;
}

/**
 * Weighted tokens of a call: exact where its input was told with its cache, or all of it; else the most it can weigh.
 * @param inputTokens as for its cost
 */
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
  if (exact === undefined) return weighAtMost(weights, inputTokens, outputTokens);
  return exact + weighAtMost(weights, Math.max(0, inputTokens - (usage.inputTokens ?? 0)), 0);
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
