/**
 * What a meter in the background is told, as one line of JSON over its standard input: nothing of it stands in its
 * arguments or its environment, which other programs of the same user can read.
 */
import { z } from 'zod';
import { attributionSchema } from '../core/attribution.js';
import type { RunLimits } from '../core/limits.js';
import { overridesSchema } from '../core/override.js';
import type { Config } from './config.js';
import type { GatewayConfig } from './gateway-config.js';

const limit = z.number().nonnegative().exactOptional();
const LIMITS = {
  maxCostNanoUsd: limit,
  maxTokens: limit,
  maxInputTokens: limit,
  maxOutputTokens: limit,
  maxRequests: limit,
  maxRetries: limit,
  maxConsecutiveErrors: limit,
  maxIdenticalRequests: limit,
  maxCacheMisses: limit,
  maxWeightedTokens: limit,
  maxSubagents: limit,
  maxSubagentDepth: limit,
  maxSubagentTokens: limit,
  timeoutMs: limit,
  requestMaxInputTokens: limit,
  requestMaxOutputTokens: limit,
} satisfies Record<keyof RunLimits, unknown>;

const weight = z.number().nonnegative();
const weightsSchema = z.object({
  input: weight,
  cacheRead: weight,
  cacheWrite: weight,
  output: weight,
  reasoning: weight,
});
const wrapUpSchema = z.object({ reserve: z.union([z.enum(['auto', 'none']), z.number()]) });

const orderSchema = z.object({
  /** The run's id in the ledger of this job, and the prefix of its calls' ids. */
  runId: z.string(),
  runKey: z.string(),
  task: z.string(),
  agent: z.string(),
  attribution: z.object({ how: z.enum(['metadata', 'tags', 'off']), facts: attributionSchema }),
  /** Written by this very version a moment ago, so it is taken as it is. */
  gateway: z.custom<GatewayConfig>((value) => typeof value === 'object' && value !== null),
  /** Strict: a limit that got lost on the way would be no limit. */
  limits: z.strictObject(LIMITS),
  weights: weightsSchema,
  wrapUp: wrapUpSchema.optional(),
  onUnpriced: z.enum(['warn', 'block']),
  onFallback: z.enum(['warn', 'stop', 'pass']),
  observe: z.boolean(),
  /** Pairs of dialect and URL. */
  upstream: z.array(z.tuple([z.string(), z.string()])).optional(),
  /** Pairs of label and nano-USD per minute. */
  minutePrices: z.array(z.tuple([z.string(), z.number()])).optional(),
  runnerLabels: z.array(z.string()),
  /** For the record. */
  overrides: overridesSchema,
  /** What clients present; absent when they keep credentials of their own. */
  token: z.string().optional(),
  /** What later steps prove themselves with. */
  secrets: z.tuple([z.string(), z.string()]),
  jobDir: z.string(),
  /** Removed when the meter ends. */
  privateDir: z.string(),
  /** Process without which the job is over; absent where nobody can say. */
  workerPid: z.number().int().positive().optional(),
});

export type MeterOrder = z.infer<typeof orderSchema>;
/** What of an order does not follow from the configuration. */
export type OrderRest = Pick<MeterOrder, 'runKey' | 'token' | 'secrets' | 'privateDir' | 'workerPid'>;

export function orderOf(
  { attribution, context, task, overrides, gateway, observe, wrap }: Config,
  rest: OrderRest,
): MeterOrder {
  return {
    ...rest,
    runId: context.runId,
    task,
    agent: wrap.agent,
    attribution,
    gateway,
    limits: wrap.limits,
    weights: wrap.weights,
    wrapUp: wrap.wrapUp,
    onUnpriced: wrap.onUnpriced,
    onFallback: wrap.onFallback,
    observe,
    upstream: wrap.upstream && [...wrap.upstream],
    minutePrices: wrap.runner.prices && [...wrap.runner.prices],
    runnerLabels: [...wrap.runner.labels],
    overrides: overrides.active.map(({ record }) => record),
    jobDir: context.jobDir,
  };
}

/** @throws when the text is no order: then no meter starts. */
export function parseOrder(text: string): MeterOrder {
  return orderSchema.parse(JSON.parse(text));
}

/** The part of the configuration that metering goes by. */
export function meteringConfigOf(order: MeterOrder) {
  return {
    attribution: order.attribution,
    gateway: order.gateway,
    observe: order.observe,
    wrap: {
      limits: order.limits,
      weights: order.weights,
      wrapUp: order.wrapUp,
      onUnpriced: order.onUnpriced,
      onFallback: order.onFallback,
      upstream: order.upstream && new Map(order.upstream),
    },
  };
}
