/**
 * The usage record of a run: what `wrap` writes as output `usage` and `post` reads back. Keys are the output names.
 * A figure that is not known is absent; `unreported-requests` and `unpriced-requests` say when a sum is a lower bound.
 */
import { z } from 'zod';
import { type Attribution, attributionSchema } from './attribution.js';
import { AppError } from './errors.js';
import type { RunLimits, StopReason } from './limits.js';
import type { RunnerCost } from './minutes.js';
import { readUsd, renderUsdPlain } from './money.js';
import { type OverrideRecord, overridesSchema } from './override.js';
import type { Observed } from './range.js';
import { type TelemetryJoin, telemetrySchema } from './telemetry.js';
import type { CostSource, Totals } from './totals.js';
import { type Tally, tallyValue } from './usage.js';
import { type Witness, witnessSchema } from './witness.js';

const count = z.number().int().nonnegative();
const tokens = count.optional();

const modelSchema = z.object({
  model: z.string(),
  requests: count,
  'input-tokens': tokens,
  'output-tokens': tokens,
  'cost-usd': z.string().optional(),
});

/** There are six kinds; a record may come from elsewhere. */
const MAX_CALLERS = 20;
const callerSchema = z.object({
  caller: z.string(),
  /** How many there were; absent where calls do not name who made them. */
  agents: tokens,
  requests: count,
  'failed-requests': count.default(0),
  'refused-requests': count.default(0),
  retries: count.default(0),
  'unreported-requests': count.default(0),
  'input-tokens': tokens,
  'output-tokens': tokens,
  'cost-usd': z.string().optional(),
});

/** Every field is optional on reading: a record may come from another tool. */
const usdText = z
  .union([z.string().regex(/^\d+(\.\d+)?$/, 'must be a decimal number of USD'), z.number().nonnegative()])
  .optional();
/** What a run was held to, by the figures that reports have rows for; none of them where it had no such limit. */
const limitsSchema = z.object({
  'input-tokens': z.number().nonnegative().optional(),
  'output-tokens': z.number().nonnegative().optional(),
  requests: z.number().nonnegative().optional(),
  'cost-usd': usdText,
});
export const recordSchema = z.object({
  version: z.literal(1).default(1),
  /** False when the run was cut off before it could be summed up: every figure is that much or more. */
  complete: z.boolean().default(true),
  'run-id': z.string().optional(),
  task: z.string().optional(),
  agent: z.string().optional(),
  'started-at': z.string().optional(),
  'duration-ms': count.optional(),
  'stop-reason': z.string().optional(),
  'stop-message': z.string().optional(),
  'exit-code': z.number().int().optional(),
  'input-tokens': tokens,
  'output-tokens': tokens,
  'cache-read-tokens': tokens,
  'cache-write-tokens': tokens,
  'reasoning-tokens': tokens,
  'total-tokens': tokens,
  requests: tokens,
  'failed-requests': tokens,
  'refused-requests': tokens,
  retries: tokens,
  'subagent-requests': tokens,
  'other-requests': tokens,
  'unreported-requests': count.default(0),
  'unpriced-requests': count.default(0),
  'cost-usd': usdText,
  'cost-source': z.enum(['gateway', 'price-table', 'mixed', 'unknown']).optional(),
  /** Started minutes of the runner, what they cost, and that together with the calls; absent without a price. */
  'runner-minutes': tokens,
  'runner-cost-usd': usdText,
  'total-cost-usd': usdText,
  models: z.array(modelSchema).default([]),
  /** What the agent says of itself; absent when it left no report. */
  witness: witnessSchema.optional(),
  /** Its telemetry against the meter's calls; absent where none was asked for. */
  telemetry: telemetrySchema.optional(),
  callers: z.array(callerSchema).max(MAX_CALLERS).default([]),
  /** Absent where it is not known under which limits the run was. */
  limits: limitsSchema.optional(),
  /** What somebody decided for this run; absent where nobody did. */
  overrides: overridesSchema.optional(),
  /** Whose the run is; absent where it is not known, or not said as it is said here. */
  attribution: attributionSchema.optional().catch(undefined),
});

export type UsageRecord = z.infer<typeof recordSchema>;

/** What a record says besides the sums. */
export interface RunFacts {
  /** False for a run that was killed: calls in flight are missing. */
  readonly complete: boolean;
  readonly runId: string;
  readonly task: string;
  readonly agent: string;
  readonly startedAt: string;
  readonly durationMs: number | undefined;
  readonly stopReason: StopReason | string | undefined;
  readonly stopMessage: string | undefined;
  readonly exitCode: number | undefined;
  readonly otherRequests: number | undefined;
  /** `undefined` when no price for minutes is given at all. */
  readonly runner?: RunnerCost | undefined;
  /** `undefined` when no agent left a report. */
  readonly witness?: Witness | undefined;
  /** `undefined` where no telemetry was asked for. */
  readonly telemetry?: TelemetryJoin | undefined;
  /** `undefined` where they are not known. */
  readonly limits?: RunLimits | undefined;
  readonly overrides?: readonly OverrideRecord[] | undefined;
  /** `undefined` where it is not known. */
  readonly attribution?: Attribution | undefined;
}

export function recordOf(facts: RunFacts, totals: Totals): UsageRecord {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens } = totals.tokens;
  const input = tallyValue(inputTokens);
  const output = tallyValue(outputTokens);
  return {
    version: 1,
    complete: facts.complete,
    'run-id': facts.runId,
    task: facts.task,
    agent: facts.agent,
    'started-at': facts.startedAt,
    'duration-ms': facts.durationMs,
    'stop-reason': facts.stopReason,
    'stop-message': facts.stopMessage,
    'exit-code': facts.exitCode,
    'input-tokens': input,
    'output-tokens': output,
    'cache-read-tokens': tallyValue(cacheReadTokens),
    'cache-write-tokens': tallyValue(cacheWriteTokens),
    'reasoning-tokens': tallyValue(reasoningTokens),
    'total-tokens': input === undefined || output === undefined ? undefined : input + output,
    requests: totals.requests,
    'failed-requests': totals.failedRequests,
    'refused-requests': totals.refusedRequests,
    retries: totals.retries,
    'subagent-requests': totals.subagentRequests,
    'other-requests': facts.otherRequests,
    'unreported-requests': totals.unreportedRequests,
    'unpriced-requests': totals.costNanoUsd.unknown,
    'cost-usd': renderCost(totals.costNanoUsd),
    'cost-source': totals.costSource satisfies CostSource,
    ...runnerFields(facts.runner, totals.costNanoUsd),
    models: totals.models.map((model) => ({
      model: model.model,
      requests: model.requests,
      'input-tokens': tallyValue(model.inputTokens),
      'output-tokens': tallyValue(model.outputTokens),
      'cost-usd': renderCost(model.costNanoUsd),
    })),
    ...(facts.witness === undefined ? {} : { witness: facts.witness }),
    ...(facts.telemetry === undefined ? {} : { telemetry: facts.telemetry }),
    callers: totals.callers.map((caller) => ({
      caller: caller.caller,
      agents: caller.agents,
      requests: caller.requests,
      'failed-requests': caller.failedRequests,
      'refused-requests': caller.refusedRequests,
      retries: caller.retries,
      'unreported-requests': caller.unreportedRequests,
      'input-tokens': tallyValue(caller.inputTokens),
      'output-tokens': tallyValue(caller.outputTokens),
      'cost-usd': renderCost(caller.costNanoUsd),
    })),
    ...(facts.limits === undefined ? {} : { limits: limitFields(facts.limits) }),
    ...(facts.overrides?.length ? { overrides: [...facts.overrides] } : {}),
    ...(facts.attribution === undefined ? {} : { attribution: facts.attribution }),
  };
}

function limitFields(limits: RunLimits): UsageRecord['limits'] {
  const { maxInputTokens, maxOutputTokens, maxRequests, maxCostNanoUsd } = limits;
  return {
    ...(maxInputTokens === undefined ? {} : { 'input-tokens': maxInputTokens }),
    ...(maxOutputTokens === undefined ? {} : { 'output-tokens': maxOutputTokens }),
    ...(maxRequests === undefined ? {} : { requests: maxRequests }),
    ...(maxCostNanoUsd === undefined ? {} : { 'cost-usd': renderUsdPlain(maxCostNanoUsd) }),
  };
}

/** The limits of a record by its figures, cost in nano-USD; `undefined` where it tells none at all. */
export function limitsIn({ limits }: UsageRecord): FigureLimits | undefined {
  if (limits === undefined) return undefined;
  const { requests, 'cost-usd': cost, ...tokens } = limits;
  return { ...tokens, requests, cost: readUsd(cost) };
}

/** The sum is told only when both parts are known whole. */
function runnerFields(
  runner: RunnerCost | undefined,
  calls: Tally,
): Pick<UsageRecord, 'runner-minutes' | 'runner-cost-usd' | 'total-cost-usd'> {
  if (runner === undefined) return {};
  const { minutes, costNanoUsd } = runner;
  const callsNanoUsd = calls.unknown === 0 ? (tallyValue(calls) ?? 0) : undefined;
  return {
    'runner-minutes': minutes,
    ...(costNanoUsd === undefined ? {} : { 'runner-cost-usd': renderUsdPlain(costNanoUsd) }),
    ...(costNanoUsd === undefined || callsNanoUsd === undefined
      ? {}
      : { 'total-cost-usd': renderUsdPlain(costNanoUsd + callsNanoUsd) }),
  };
}

function renderCost(cost: Tally): string | undefined {
  const nanoUsd = tallyValue(cost);
  return nanoUsd === undefined ? undefined : renderUsdPlain(nanoUsd);
}

/** @throws {AppError} `bad-record` that names the field and what is wrong with it. */
export function parseRecord(text: string): UsageRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not the parser's words: they quote what stands there.
    throw new AppError('bad-record', 'The usage record is not JSON.');
  }
  const parsed = recordSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'record'}: ${message}`);
  throw new AppError('bad-record', `The usage record is not usable: ${issues.join('; ')}.`);
}

/** The figures that ranges are written for. */
export type Metric = 'input-tokens' | 'output-tokens' | 'cost' | 'requests';
export const METRICS = [
  'input-tokens',
  'output-tokens',
  'cost',
  'requests',
] as const satisfies readonly Metric[];

/** What a figure may come to at most; cost in nano-USD. */
export type FigureLimits = Readonly<Partial<Record<Metric, number | undefined>>>;

/** One figure of a record, with whether it is the whole truth. Cost is in nano-USD. */
export function observedIn(record: UsageRecord, metric: Metric): Observed | undefined {
  if (metric === 'cost') {
    const nanoUsd = readUsd(record['cost-usd']);
    return nanoUsd === undefined
      ? undefined
      : { value: nanoUsd, exact: record.complete && record['unpriced-requests'] === 0 };
  }
  const value = record[metric];
  if (value === undefined) return undefined;
  return { value, exact: record.complete && (metric === 'requests' || record['unreported-requests'] === 0) };
}
