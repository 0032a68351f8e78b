/**
 * LiteLLM proxy. `GET /key/info` at the proxy's root describes the calling key, in USD.
 *
 * A key bound to a shared budget says `max_budget: null` while the limit stands in `litellm_budget_table`. Up to eleven
 * scopes can block a key and most cannot be read with it, so a reading is never complete. `spend` trails enforcement by
 * 10 to 60 seconds. In a stream the cost header is absent or 0, because headers leave before the cost is known.
 * @see https://docs.litellm.ai/docs/proxy/users
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type BudgetLimit, budgetLimit, finite, UNLIMITED } from '../core/budget.js';
import { readUsd } from '../core/money.js';
import type { BudgetContext, CallEvidence, Gateway } from '../ports/gateway.js';
import { classify, onMessage, onWord, PROVIDER_RULES } from '../wire/error-body.js';
import { parseAnswer, readJson } from '../wire/json-answer.js';

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
  const base = {
    gateway: 'litellm',
    conversions: [],
    asOf: context.now.toISOString(),
    lag: '10 to 60 seconds',
  };
  if (isExhausted(answer.status, answer.text)) {
    const limits = [budgetLimit('a budget above the key', 'usd', { remaining: finite(0) })];
    return { ...base, limits, unread: ['every other budget of the key'] };
  }
  const { info } = parseAnswer(answer, 'litellm GET /key/info', keyInfo);
  return { ...base, limits: [keyLimit(info), ...windowLimits(info)], unread: unreadScopes(info) };
}

/** An exhausted team-member budget refuses even `/key/info`, with the error of a refused call. */
function isExhausted(status: number, text: string): boolean {
  return (
    status >= 400 && litellm.readFailure({ status, headers: {}, body: readJson(text) }).kind === 'exhausted'
  );
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
  const inBody = readUsd(z.object({ cost: z.number() }).safeParse(usage).data?.cost);
  if (inBody !== undefined) return inBody;
  const inHeader = readUsd(headers['x-litellm-response-cost']);
  return streamed && inHeader === 0 ? undefined : inHeader;
}

const RULES = [
  onWord('type', {
    budget_exceeded: 'exhausted',
    throttling_error: 'rate-limited',
    token_not_found_in_db: 'unauthorised',
    expired_key: 'unauthorised',
    auth_error: 'unauthorised',
    key_model_access_denied: 'unauthorised',
    no_db_connection: 'overloaded',
  }),
  // Router-level and nested budgets carry no type: the wording is all there is.
  onMessage(
    [400, 429],
    /crossed budget|Budget has been exceeded|ExceededBudget|Max budget limit reached/,
    'exhausted',
  ),
  ...PROVIDER_RULES,
] as const;

export const litellm: Gateway = {
  id: 'litellm',
  summary: 'Budget of the virtual key and its windows from `GET /key/info`, in USD.',
  defaultUrl: undefined,
  requires: ['gateway-url', 'gateway-key'],
  readBudget,
  readFailure: (evidence) => classify(evidence, RULES),
  readCost,
};
