/**
 * LiteLLM proxy. `GET /key/info` at the proxy's root describes the calling key, in USD.
 *
 * A key bound to a shared budget says `max_budget: null` while the limit stands in `litellm_budget_table`. Up to eleven
 * scopes can block a key and most cannot be read with it, so a reading is never complete. `spend` trails enforcement by
 * 10 to 60 seconds. In a stream the cost header is absent or 0, because headers leave before the cost is known.
 *
 * `x-litellm-spend-logs-metadata` stands in the row of a call in the spend logs, in place of what the body says there.
 * `x-litellm-tags` are summed, and may have budgets and deployments of their own; tags of the body are added to them. Others
 * of `x-litellm-` choose the key that pays (before `authorization`), the customer, the agent, and how often it tries again.
 * @see https://docs.litellm.ai/docs/proxy/users
 * @see https://docs.litellm.ai/docs/proxy/request_headers and https://docs.litellm.ai/docs/proxy/request_tags
 * @see https://github.com/BerriAI/litellm litellm/proxy/litellm_pre_call_utils.py
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { factsOf, sharedFactsOf } from '../core/attribution.js';
import { type BudgetLimit, budgetLimit, finite, UNLIMITED } from '../core/budget.js';
import type { ErrorBody, FailureReading, FailureRule } from '../core/failure.js';
import { readUsd } from '../core/money.js';
import type { BudgetContext, CallEvidence, Gateway } from '../ports/gateway.js';
import { classify, onMessage, onWord, withOrigin } from '../wire/failure-rules.js';
import { parseAnswer, readJson } from '../wire/json-answer.js';
import { PROVIDER_RULES } from '../wire/provider-rules.js';
import { jsonValue, tagList } from './shared/attribution-headers.js';
import { costInUsage } from './shared/usage-cost.js';

/** Spend is written in batches: every 10 s by default, every 60 s in production. */
const LAG_MS = 60_000;
/** A row of sums is kept for each tag. */
const MAX_TAG_LENGTH = 128;
const usd = z.number().nullish();
const budgetTable = z.object({
  budget_id: z.string().nullish(),
  max_budget: usd,
  budget_duration: z.string().nullish(),
  budget_reset_at: z.string().nullish(),
});
const keyInfo = z.object({
  info: z.object({
    spend: usd,
    max_budget: usd,
    budget_duration: z.string().nullish(),
    budget_reset_at: z.string().nullish(),
    litellm_budget_table: budgetTable.nullish(),
    budget_limits: z
      .array(z.object({ budget_duration: z.string(), max_budget: usd, reset_at: z.string().nullish() }))
      .nullish(),
    budget_limits_usage: z.record(z.string(), z.object({ current_spend: usd })).nullish(),
    team_id: z.string().nullish(),
    user_id: z.string().nullish(),
    organization_id: z.string().nullish(),
    blocked: z.boolean().nullish(),
    model_max_budget: z.record(z.string(), z.unknown()).nullish(),
  }),
});

type KeyInfo = z.infer<typeof keyInfo>['info'];

async function readBudget(context: BudgetContext) {
  const { send, key, adminKey } = context;
  const root = context.budgetUrl ?? context.url;
  // With an admin key the agent's key is named by its hash, since query strings are logged.
  const query = adminKey && key ? `?key=${createHash('sha256').update(key).digest('hex')}` : '';
  const answer = await send({
    url: `${root}/key/info${query}`,
    headers: { authorization: `Bearer ${adminKey ?? key ?? ''}` },
  });
  const { info } = parseAnswer(answer, 'litellm GET /key/info', keyInfo);
  return {
    gateway: 'litellm',
    limits: [...blockedLimit(info), keyLimit(info), ...windowLimits(info)],
    unread: unreadScopes(info),
    conversions: [],
    asOf: context.now.toISOString(),
    lagMs: LAG_MS,
  };
}

/** Nothing is left of a key that an admin has blocked, whatever its budget says. */
function blockedLimit({ blocked }: KeyInfo): BudgetLimit[] {
  return blocked === true ? [budgetLimit('key (blocked)', 'usd', { remaining: finite(0) })] : [];
}

const details = z.object({ litellm_version: z.string() });

/** The page of details wants a key, and a key that may see it. */
async function readVersion({
  send,
  url,
  budgetUrl,
  adminKey,
  key,
}: BudgetContext): Promise<string | undefined> {
  const answer = await send({
    url: `${budgetUrl ?? url}/health/readiness/details`,
    headers: { authorization: `Bearer ${adminKey ?? key ?? ''}` },
  });
  return answer.status === 200 ? details.safeParse(readJson(answer.text)).data?.litellm_version : undefined;
}

function keyLimit(info: KeyInfo): BudgetLimit {
  const shared =
    info.max_budget == null && info.litellm_budget_table?.max_budget != null
      ? info.litellm_budget_table
      : undefined;
  const limit = shared?.max_budget ?? info.max_budget;
  const window = shared ?? info;
  return budgetLimit(
    shared ? `key, shared budget ${shared.budget_id ?? ''}`.trim() : 'key',
    'usd',
    { limit: limit == null ? UNLIMITED : finite(readUsd(limit)), used: finite(readUsd(info.spend)) },
    { period: window.budget_duration ?? undefined, resetsAt: window.budget_reset_at ?? undefined },
  );
}

function windowLimits(info: KeyInfo): BudgetLimit[] {
  return (info.budget_limits ?? []).map(({ budget_duration, max_budget, reset_at }) =>
    budgetLimit(
      `key, ${budget_duration} window`,
      'usd',
      {
        limit: max_budget == null ? UNLIMITED : finite(readUsd(max_budget)),
        used: finite(readUsd(info.budget_limits_usage?.[budget_duration]?.current_spend)),
      },
      { period: budget_duration, resetsAt: reset_at ?? undefined },
    ),
  );
}

function unreadScopes(info: KeyInfo): string[] {
  const scopes = ['project', 'tag', 'end user', 'provider', 'proxy'];
  if (info.organization_id) scopes.unshift(`organisation ${info.organization_id}`);
  if (info.user_id) scopes.unshift(`user ${info.user_id}`);
  if (info.team_id) scopes.unshift(`team ${info.team_id}`);
  if (Object.keys(info.model_max_budget ?? {}).length > 0) scopes.unshift('per-model budgets of the key');
  return scopes;
}

function readCost({ headers, streamed, usage }: CallEvidence): number | undefined {
  const inBody = costInUsage({ usage });
  if (inBody !== undefined) return inBody;
  const inHeader = readUsd(headers['x-litellm-response-cost']);
  return streamed && inHeader === 0 ? undefined : inHeader;
}

/** The refusal of a reservation: the key has money left, though not for the worst case of this call. */
const reservation: FailureRule = (_evidence, { type, message }) =>
  type === 'budget_exceeded' && /Estimated request cost/.test(message)
    ? {
        kind: 'too-large-for-budget',
        by: 'code',
        evidence: 'error.type=budget_exceeded, with an estimated request cost',
        confidence: 'medium',
      }
    : undefined;

/** Older releases told an end user's exhausted budget as a failed login. */
const endUser: FailureRule = (_evidence, { type, message }) =>
  type === 'auth_error' && /ExceededBudget/.test(message)
    ? { kind: 'exhausted', by: 'code', evidence: 'error.type=auth_error, with ExceededBudget' }
    : undefined;

const noAccess: FailureRule = (_evidence, { type }) =>
  type?.endsWith('_model_access_denied')
    ? { kind: 'unauthorised', by: 'code', evidence: 'error.type=…_model_access_denied', scope: 'model' }
    : undefined;

/** Router-level and nested budgets carry no type of their own; a bad request may quote anything. */
function untyped(rule: FailureRule): FailureRule {
  return (evidence, error) => (error.type === 'invalid_request_error' ? undefined : rule(evidence, error));
}

const RULES: readonly FailureRule[] = [
  reservation,
  endUser,
  onWord('type', {
    budget_exceeded: 'exhausted',
    throttling_error: 'rate-limited',
    token_not_found_in_db: 'unauthorised',
    expired_key: 'unauthorised',
    auth_error: 'unauthorised',
    no_db_connection: 'overloaded',
  }),
  noAccess,
  untyped(
    onMessage(
      [400, 422, 429],
      /crossed budget|Budget has been exceeded|ExceededBudget|Max budget limit reached/,
      'exhausted',
    ),
  ),
  // Anthropic's sentence, as the proxy quotes it.
  onMessage([400], /AnthropicException - .*(?:credit balance is too low|reached your specified)/, {
    kind: 'exhausted',
    origin: 'upstream',
  }),
  onMessage([429], /No deployments available for selected model/, { kind: 'rate-limited', scope: 'model' }),
  ...withOrigin('upstream', PROVIDER_RULES),
];

const SCOPES: readonly (readonly [RegExp, string])[] = [
  [/exceeded budget for model=/, 'key, model'],
  [/Key over (?:\w+) budget/, 'key, window'],
  [/\bKey[=:]|Virtual Key/, 'key'],
  [/End User=/, 'end user'],
  [/Team Member/, 'team member'],
  [/Team=/, 'team'],
  [/\bUser=/, 'user'],
  [/Organization=/, 'organization'],
  [/Tag=/, 'tag'],
  [/budget for provider/, 'provider'],
];

/** What the wording tells about a failure whose kind is known: its scope, and whether a provider's words are quoted. */
function refine({ kind, scope, origin }: FailureReading, { message }: ErrorBody): Partial<FailureReading> {
  const isBudget = kind === 'exhausted' || kind === 'too-large-for-budget';
  return {
    scope: scope ?? (isBudget ? SCOPES.find(([words]) => words.test(message))?.[1] : undefined),
    origin: /\b[A-Z]\w*Exception\b/.test(message) ? 'upstream' : (origin ?? 'gateway'),
  };
}

export const litellm: Gateway = {
  id: 'litellm',
  summary: 'Budget of the virtual key and its windows from `GET /key/info`, in USD.',
  facts: {
    title: 'LiteLLM proxy',
    credential:
      'The virtual key itself; with `admin-key` the key is named by its hash. Keys limited to `llm_api_routes` cannot read themselves.',
    units: 'USD.',
    freshness: 'Written in batches: 10 s by default, 60 s in production; enforcement is ahead of it.',
    enforcement: 'checks',
    exhausted:
      '400, 422 or 429 (a setting) with `error.type` `budget_exceeded`. The same type with an estimated request cost means that this call is too large, not that the key is empty. A provider budget of the router says only "crossed budget".',
    history: '`GET /spend/logs`, `GET /user/daily/activity`',
    attribution:
      '`x-litellm-spend-logs-metadata`: the row of the call in the spend logs. With `tags` `x-litellm-tags` too, by which it sums, limits and routes.',
    see: 'https://docs.litellm.ai/docs/proxy/users',
  },
  defaultUrl: undefined,
  requires: ['gateway-url', 'gateway-key'],
  readBudget,
  readVersion,
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'unknown', refine }),
  readCost,
  // Sent on cache hits alone: https://docs.litellm.ai/docs/proxy/caching
  isStored: ({ headers }) => headers['x-litellm-cache-key'] !== undefined,
  readRoute: ({ headers }) => ({
    servedBy: headers['x-litellm-model-name'] ?? headers['x-litellm-model-id'],
    fallbacks: readCount(headers['x-litellm-attempted-fallbacks']),
    gatewayVersion: headers['x-litellm-version'],
  }),
  attribute: (facts, how) => ({
    'x-litellm-spend-logs-metadata': jsonValue(factsOf(facts)),
    ...(how === 'tags' ? { 'x-litellm-tags': tagList(sharedFactsOf(facts), MAX_TAG_LENGTH) } : {}),
  }),
  reservedHeaders: { families: ['x-litellm-'] },
};

function readCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
