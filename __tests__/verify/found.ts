/** What probes may have found: a gateway without a fault, for tests that change one thing. */
import { budgetLimit, finite } from '../../src/core/budget.js';
import type { Failure, FailureKind } from '../../src/core/failure.js';
import { NO_USAGE } from '../../src/core/usage.js';
import { litellm } from '../../src/gateways/litellm.js';
import type { Found } from '../../src/verify/answers.js';
import type { Look } from '../../src/verify/budget-watch.js';
import type { CallResult } from '../../src/verify/caller.js';

export const USD = 1_000_000_000;

export function failureOf(kind: FailureKind, rest: Partial<Failure> = {}): Failure {
  return {
    kind,
    scope: undefined,
    origin: 'gateway',
    retryable: undefined,
    resetsAt: undefined,
    confidence: 'high',
    needsProbe: false,
    evidence: `told as ${kind}`,
    message: 'words of the gateway',
    ...rest,
  };
}

export function answerOf(rest: Partial<CallResult> = {}): CallResult {
  return {
    dialect: 'openai-chat',
    isSent: true,
    status: 200,
    failure: undefined,
    words: [],
    usage: { ...NO_USAGE, inputTokens: 14, outputTokens: 2 },
    costNanoUsd: 3300,
    costSource: 'gateway',
    wasCut: false,
    model: 'gpt-4o-mini',
    route: { servedBy: undefined, fallbacks: undefined },
    at: Date.parse('2026-11-22T09:00:00Z'),
    ...rest,
  };
}

export const refusedWith = (status: number, word: string | undefined, kind: FailureKind): CallResult =>
  answerOf({ status, words: word === undefined ? [] : [word], failure: failureOf(kind), usage: NO_USAGE });

/** A budget of 0.05 USD on the key of which `used` is used. */
export function lookAt(used: number, rest: Partial<Look> = {}): Look {
  const limit = budgetLimit('key', 'usd', { limit: finite(0.05 * USD), used: finite(used) });
  return {
    reading: {
      gateway: 'litellm',
      limits: [limit],
      unread: [],
      conversions: [],
      asOf: '2026-11-22T09:00:00Z',
      lagMs: undefined,
    },
    count: { scope: 'key', unit: 'usd', value: used, resetsAt: undefined, isWider: false },
    limit,
    remaining: { unit: 'usd', value: 0.05 * USD - used },
    ...rest,
  };
}

export const EXHAUSTED = refusedWith(429, 'budget_exceeded', 'exhausted');
export const WRONG_KEY = refusedWith(401, 'invalid_api_key', 'unauthorised');

type Part<T> = Partial<NonNullable<T>> | undefined;

export interface Changes {
  readonly happy?: Partial<Found['happy']>;
  /** `undefined` for a probe that did not run; left out, all is well. */
  readonly ceiling?: Part<Found['ceiling']>;
  readonly exhaustion?: Part<Found['exhaustion']>;
  readonly isolation?: Part<Found['isolation']>;
  readonly fallback?: Part<Found['fallback']>;
  readonly rest?: Partial<Found>;
}

export function foundWith(changes: Changes = {}): Found {
  return {
    runId: '42-1',
    gateway: { id: 'litellm', version: '1.80.0', facts: litellm.facts },
    model: 'gpt-4o-mini',
    at: '2026-11-22T09:00:00.000Z',
    label: 'ci-agent-test',
    tally: { requests: 20, inputTokens: 280, outputTokens: 3000, unreported: 0 },
    limitNanoUsd: 0.05 * USD,
    skipped: [],
    happy: {
      dialect: undefined,
      answer: answerOf(),
      wrongKey: WRONG_KEY,
      before: lookAt(0),
      usage: 'plausible',
      counted: 'yes',
      lagMs: 900,
      unit: { unit: 'same', evidence: 'the count moved by 1.0 times' },
      ...changes.happy,
    },
    ceiling: part(changes, 'ceiling', {
      endpoints: [
        { dialect: 'openai-chat', field: 'max_tokens', result: 'honoured', evidence: '24 of 24' },
        { dialect: 'gemini', field: 'maxOutputTokens', result: 'absent', evidence: 'status 404' },
      ],
      above: 'rejects',
      aboveEvidence: 'status 400 to a request for 600',
    }),
    exhaustion: part(changes, 'exhaustion', {
      refusal: EXHAUSTED,
      looksLike: undefined,
      enforcement: 'hard',
      callsBeyond: 0,
      overshootPercent: 2.5,
      countFollowed: true,
      lagMs: 1200,
      unit: undefined,
      rerouted: undefined,
      calls: 12,
      spentNanoUsd: 0.0505 * USD,
      trouble: undefined,
    }),
    isolation: part(changes, 'isolation', { keys: 'separate', evidence: 'the second key was answered' }),
    fallback: part(changes, 'fallback', { fallback: 'capped', evidence: 'the fallback got status 429' }),
    ...changes.rest,
  };
}

function part<T extends object>(changes: Changes, name: keyof Changes, whole: T): T | undefined {
  const change = changes[name];
  return name in changes && change === undefined ? undefined : { ...whole, ...change };
}
