/**
 * OpenRouter. `GET /api/v1/key` describes the calling key in USD; the account's credits are a second limit, readable
 * with a management key. Cost stands in every `usage` object. 402 is not always final: a budget held by requests in
 * flight is transient.
 * @see https://openrouter.ai/docs/api/reference/limits
 */
import { z } from 'zod';
import { type BudgetLimit, budgetLimit, finite, UNLIMITED } from '../core/budget.js';
import type { FailureRule } from '../core/failure.js';
import { readUsd } from '../core/money.js';
import type { BudgetContext, Gateway } from '../ports/gateway.js';
import { classify, onMessage, PROVIDER_RULES } from '../wire/error-body.js';
import { parseAnswer } from '../wire/json-answer.js';

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
    lag: undefined,
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
  return budgetLimit('account credits', 'usd', {
    limit: finite(readUsd(data.total_credits)),
    used: finite(readUsd(data.total_usage)),
  });
}

const byLimitSource: FailureRule = (_evidence, { metadata }) => {
  const { reason, limit_source: source } = metadata;
  if (reason === 'in_flight_budget_exhausted')
    return { kind: 'rate-limited', evidence: `metadata.reason=${reason}` };
  if (typeof source !== 'string') return undefined;
  return { kind: 'exhausted', evidence: `metadata.limit_source=${source}` };
};

const RULES = [
  byLimitSource,
  onMessage([403], /key limit exceeded|budget of .* exceeded/i, 'exhausted'),
  ...PROVIDER_RULES,
];

export const openrouter: Gateway = {
  id: 'openrouter',
  summary: 'Limit of the key from `GET /api/v1/key`, and account credits where `admin-key` is given, in USD.',
  defaultUrl: 'https://openrouter.ai/api',
  requires: ['gateway-key'],
  readBudget,
  readFailure: (evidence) => classify(evidence, RULES),
  readCost: ({ usage }) => readUsd(z.object({ cost: z.number() }).safeParse(usage).data?.cost),
};
