/**
 * OpenRouter. `GET /api/v1/key` describes the calling key in USD; the account's credits are a second limit, readable
 * with a management key. Cost stands in every `usage` object. 402 is not always final: a budget held by requests in
 * flight is transient.
 *
 * Nothing of a request's header is a log entry alone: `X-Title` and `HTTP-Referer` make an app of a public list, `x-session-id`
 * groups calls and keeps them at one provider, and `trace` and `user` stand in the body.
 * @see https://openrouter.ai/docs/api/api-reference/anthropic-messages/create-messages
 * @see https://openrouter.ai/docs/api/reference/limits
 */
import { z } from 'zod';
import type { Attribution } from '../core/attribution.js';
import { type BudgetLimit, budgetLimit, finite, UNLIMITED } from '../core/budget.js';
import type { FailureRule } from '../core/failure.js';
import { readUsd } from '../core/money.js';
import type { BudgetContext, Gateway } from '../ports/gateway.js';
import { classify, onDetail, onMessage, withOrigin } from '../wire/failure-rules.js';
import { parseAnswer } from '../wire/json-answer.js';
import { PROVIDER_RULES } from '../wire/provider-rules.js';
import { plainValue } from './shared/attribution-headers.js';
import { SAYS_NO_ROUTE } from './shared/silent.js';
import { costInUsage } from './shared/usage-cost.js';

const MAX_SESSION_LENGTH = 128;
const usd = z.number().nullish();
const keyBody = z.object({
  data: z.object({
    limit: usd,
    limit_remaining: usd,
    limit_reset: z.string().nullish(),
    usage: usd,
  }),
});
const creditsBody = z.object({ data: z.object({ total_credits: z.number(), total_usage: z.number() }) });

async function readBudget(context: BudgetContext) {
  const root = context.budgetUrl ?? context.url;
  const [key, credits] = await Promise.all([readKey(context, root), readCredits(context, root)]);
  return {
    gateway: 'openrouter',
    limits: credits ? [key, credits] : [key],
    unread: [
      ...(credits ? [] : ['account credits (they need `admin-key`)']),
      'workspace and guardrail budgets',
    ],
    conversions: [],
    asOf: context.now.toISOString(),
    lagMs: undefined,
  };
}

async function readKey({ send, key }: BudgetContext, root: string): Promise<BudgetLimit> {
  const answer = await send({ url: `${root}/v1/key`, headers: { authorization: `Bearer ${key ?? ''}` } });
  const { data } = parseAnswer(answer, 'openrouter GET /api/v1/key', keyBody);
  if (data.limit == null)
    return budgetLimit('key', 'usd', { limit: UNLIMITED, used: finite(readUsd(data.usage)) });
  return budgetLimit(
    'key',
    'usd',
    // `usage` counts the key's whole life, the limit its window: what is left is the figure to go by.
    { limit: finite(readUsd(data.limit)), remaining: finite(readUsd(data.limit_remaining)) },
    { period: data.limit_reset ?? undefined },
  );
}

async function readCredits(
  { send, adminKey }: BudgetContext,
  root: string,
): Promise<BudgetLimit | undefined> {
  if (adminKey === undefined) return undefined;
  const answer = await send({ url: `${root}/v1/credits`, headers: { authorization: `Bearer ${adminKey}` } });
  const { data } = parseAnswer(answer, 'openrouter GET /api/v1/credits', creditsBody);
  return budgetLimit(
    'account credits',
    'usd',
    { limit: finite(readUsd(data.total_credits)), used: finite(readUsd(data.total_usage)) },
    { isWider: true },
  );
}

/** Typed reasons outrank typed sources: a source alone does not say whether the call or the account is the problem. */
const REASONS: readonly FailureRule[] = [
  onDetail(
    'reason',
    {
      in_flight_budget_exhausted: { kind: 'rate-limited', scope: 'budget held by calls in flight' },
      weight_exceeds_budget: 'too-large-for-budget',
    },
    'source',
  ),
  onDetail(
    'limit_source',
    {
      openrouter_credits: { kind: 'exhausted', scope: 'account' },
      openrouter_key_limit: { kind: 'exhausted', scope: 'key' },
      openrouter_in_flight_budget: { kind: 'rate-limited', scope: 'budget held by calls in flight' },
    },
    'source',
  ),
  // A broad class, which a reason or a source beside it makes precise.
  onDetail(
    'error_type',
    {
      payment_required: 'exhausted',
      rate_limit_exceeded: 'rate-limited',
      authentication: 'unauthorised',
      provider_overloaded: { kind: 'overloaded', origin: 'upstream' },
    },
    'source',
  ),
];

/** A 403 without a word that is known may be a budget or a permission; the key's own figures settle it. */
const bareForbidden: FailureRule = ({ status }, { metadata }) => {
  if (status !== 403) return undefined;
  if (metadata['patterns'] !== undefined)
    return { kind: 'unknown', by: 'source', evidence: 'metadata.patterns', retryable: false };
  return {
    kind: 'unknown',
    by: 'wording',
    evidence: 'status 403 without a reason',
    confidence: 'low',
    needsProbe: true,
  };
};

const RULES: readonly FailureRule[] = [
  ...REASONS,
  onMessage([403], /key limit exceeded/i, { kind: 'exhausted', scope: 'key' }),
  onMessage([403], /workspace .{0,40}budget of .* exceeded/i, { kind: 'exhausted', scope: 'workspace' }),
  onMessage([403], /budget of .* exceeded/i, 'exhausted'),
  bareForbidden,
  ...withOrigin('upstream', PROVIDER_RULES),
];

export const openrouter: Gateway = {
  id: 'openrouter',
  summary: 'Limit of the key from `GET /api/v1/key`, and account credits where `admin-key` is given, in USD.',
  facts: {
    title: 'OpenRouter',
    credential: 'The inference key for its own limit; a management key for the credits of the account.',
    units: 'USD.',
    freshness: 'Not published.',
    enforcement: 'reserves',
    exhausted:
      '402 with `metadata.limit_source`, or 403 for workspace and guardrail budgets and, still, for keys. 402 with `in_flight_budget_exhausted` is transient; `weight_exceeds_budget` means that this call is too large.',
    history: '`GET /api/v1/activity` (management key), `GET /api/v1/generation?id=`',
    attribution:
      'Nothing by default: `X-Title` and `HTTP-Referer` name an app in public. With `tags` the run as `x-session-id`, which also keeps its calls at one provider.',
    see: 'https://openrouter.ai/docs/api/reference/limits',
  },
  defaultUrl: 'https://openrouter.ai/api',
  requires: ['gateway-key'],
  readBudget,
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'unknown' }),
  readCost: costInUsage,
  // https://openrouter.ai/docs/guides/features/response-caching
  isStored: ({ headers }) => headers['x-openrouter-cache-status']?.toUpperCase() === 'HIT',
  ...SAYS_NO_ROUTE,
  attribute: (facts, how) => (how === 'tags' ? { 'x-session-id': sessionOf(facts) } : {}),
};

/** One session for a run, whatever its agents are. */
function sessionOf({ 'run-id': runId, attempt }: Attribution): string {
  return plainValue(`spendgate-${runId ?? 'unknown'}-${attempt ?? 1}`).slice(0, MAX_SESSION_LENGTH);
}
