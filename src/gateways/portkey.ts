/**
 * Portkey. A usage-limits policy (`budget-scope: policy=…`) counts per key, user or label; each counts for itself, so
 * `budget-scope: value=…` picks one of them, and without it the fullest decides. In USD or tokens.
 *
 * `x-portkey-metadata` takes strings of up to 128 characters; `_user` among them is whom its analytics and policies count
 * for. Others of `x-portkey-` bring an account, a stored key or a host of the client's own, and with a host of its own the
 * key that the call carries. The provider is named in them or in the model.
 * @see https://portkey.ai/docs/product/observability/metadata
 * @see https://portkey.ai/docs/aigw/api-reference/inference-api/headers
 * @see https://portkey.ai/docs/product/enterprise-offering/budget-policies
 */
import { z } from 'zod';
import { factsOf } from '../core/attribution.js';
import { budgetLimit, finite, type Level, UNLIMITED } from '../core/budget.js';
import { AppError } from '../core/errors.js';
import { readUsd } from '../core/money.js';
import type { BudgetContext, Gateway } from '../ports/gateway.js';
import { classify, onStatus, withOrigin } from '../wire/failure-rules.js';
import { parseAnswer } from '../wire/json-answer.js';
import { PROVIDER_RULES } from '../wire/provider-rules.js';
import { jsonValue } from './shared/attribution-headers.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

const counted = z.object({ current_usage: z.number().nullish(), status: z.string().nullish() });
const policy = z.object({
  name: z.string().nullish(),
  type: z.enum(['cost', 'tokens']),
  credit_limit: z.number().nullish(),
  periodic_reset: z.string().nullish(),
  next_usage_reset_at: z.string().nullish(),
  value_key_usage_map: z.record(z.string(), counted).nullish(),
});

async function readBudget(context: BudgetContext) {
  const { policy: id = '', value } = context.scope;
  const path = `/v1/policies/usage-limits/${encodeURIComponent(id)}`;
  const answer = await context.send({
    url: `${context.budgetUrl ?? context.url}${path}?include_usage=true`,
    headers: { 'x-portkey-api-key': context.adminKey ?? '' },
  });
  const data = parseAnswer(answer, 'portkey GET /v1/policies/usage-limits/{id}', policy);
  const all = Object.entries(data.value_key_usage_map ?? {});
  const chosen = value === undefined ? all : all.filter(([name]) => name === value);
  if (value !== undefined && chosen.length === 0)
    throw new AppError('upstream-failed', `portkey counts nothing for \`value=${value}\` in this policy.`, {
      hint: `It counts for ${all.map(([name]) => name).join(', ') || 'nobody yet'}.`,
    });
  return {
    gateway: 'portkey',
    limits:
      chosen.length > 0
        ? chosen.map(([name, usage]) => limitOf(name, usage, data))
        : [limitOf(data.name ?? 'policy', data.value_key_usage_map ? { current_usage: 0 } : {}, data)],
    unread: ['other policies, and budgets on keys and integrations'],
    conversions: [],
    asOf: context.now.toISOString(),
    lagMs: undefined,
  };
}

function limitOf(name: string, usage: z.infer<typeof counted>, data: z.infer<typeof policy>) {
  const isUsd = data.type === 'cost';
  const read = (value: number | null | undefined) => (isUsd ? readUsd(value) : (value ?? undefined));
  const limit: Level = data.credit_limit == null ? UNLIMITED : finite(read(data.credit_limit));
  const isSpent = usage.status === 'exhausted';
  return budgetLimit(
    name,
    isUsd ? 'usd' : 'tokens',
    {
      limit,
      used: finite(read(usage.current_usage)),
      ...(isSpent ? { remaining: finite(0) } : {}),
    },
    { period: data.periodic_reset ?? undefined, resetsAt: data.next_usage_reset_at ?? undefined },
  );
}

const RULES = [
  // The body of this answer is not published; no other condition is documented under the status.
  onStatus(412, 'exhausted'),
  onStatus(446, { kind: 'unknown', retryable: false }),
  ...withOrigin('upstream', PROVIDER_RULES),
];

export const portkey: Gateway = {
  id: 'portkey',
  summary: 'Use of one usage-limits policy (`budget-scope: policy=…`), in USD or tokens.',
  facts: {
    title: 'Portkey',
    credential: 'An admin API key.',
    units: 'USD or tokens, as the policy says; models without a price are not counted.',
    freshness: 'Not published.',
    enforcement: 'checks',
    exhausted: '412; its body is not published.',
    history: '`GET /v1/policies/usage-limits/{id}/entities`',
    attribution: '`x-portkey-metadata`; with `tags` the actor as `_user` too.',
    see: 'https://portkey.ai/docs/api-reference/inference-api/error-codes',
  },
  defaultUrl: 'https://api.portkey.ai',
  requires: ['admin-key'],
  scopeNames: [
    { name: 'policy', isRequired: true, example: '7a1e0c5e-policy-id' },
    { name: 'value', isRequired: false, example: 'api_key:ci-agent' },
  ],
  readBudget,
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'unknown' }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
  attribute: (facts, how) => {
    const user = how === 'tags' && facts.actor !== undefined ? ([['_user', facts.actor]] as const) : [];
    return { 'x-portkey-metadata': jsonValue([...user, ...factsOf(facts)]) };
  },
  reservedHeaders: { families: ['x-portkey-'], except: ['x-portkey-provider'] },
};
