/** Limits of one run and of one call. An absent limit is no limit; a limit that did not parse never gets here. */

export interface RunLimits {
  readonly maxCostNanoUsd?: number;
  readonly maxTokens?: number;
  readonly maxInputTokens?: number;
  readonly maxOutputTokens?: number;
  readonly maxWeightedTokens?: number;
  readonly maxRequests?: number;
  readonly maxRetries?: number;
  /** Calls in a row that may fail. */
  readonly maxConsecutiveErrors?: number;
  /** How often the very same request may be sent. */
  readonly maxIdenticalRequests?: number;
  /** Calls in a row that may miss a cache that was there. */
  readonly maxCacheMisses?: number;
  /** Distinct subagents a run may start. */
  readonly maxSubagents?: number;
  /** The main loop is 0. */
  readonly maxSubagentDepth?: number;
  /** Input and output tokens of each subagent. */
  readonly maxSubagentTokens?: number;
  readonly timeoutMs?: number;
  readonly requestMaxInputTokens?: number;
  readonly requestMaxOutputTokens?: number;
}

/**
 * What is kept of every limit for handing in, inside the limit. `auto` is enough for two calls like the last ones, and at
 * least a twentieth; a number is a share of the limit.
 */
export type Reserve = 'auto' | 'none' | number;

/** The limits that end a run, by the name of the input that sets them. */
export type LimitName =
  | 'max-cost'
  | 'max-tokens'
  | 'max-input-tokens'
  | 'max-output-tokens'
  | 'max-weighted-tokens'
  | 'max-requests'
  | 'max-retries'
  | 'max-consecutive-errors'
  | 'max-identical-requests'
  | 'max-cache-misses'
  | 'request-max-input-tokens'
  | 'request-max-output-tokens'
  | 'max-subagents'
  | 'max-subagent-depth'
  | 'max-subagent-tokens'
  | 'on-unpriced'
  | 'on-fallback';

/** Why a run ended; `limit:` is followed by the input that set the limit. */
export type StopReason =
  | 'completed'
  | 'agent-failed'
  | 'budget-exhausted'
  | `limit:${LimitName}`
  | 'timed-out'
  | 'cancelled';

/** True for the reasons that mean "spendgate or the budget ended this run". */
export function isLimitStop(reason: string): boolean {
  return reason.startsWith('limit:') || reason === 'timed-out' || reason === 'budget-exhausted';
}
