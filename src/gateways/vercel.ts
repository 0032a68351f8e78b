/**
 * Vercel AI Gateway. Only the team's credits can be read with a gateway key; the budgets of team, project, key and user
 * need a Vercel token, and what a breach of one looks like is not published. Errors of providers are passed on as they are.
 *
 * `ai-reporting-tags` takes ten tags of 64 characters and refuses a request with more; each one written is billed.
 * @see https://vercel.com/docs/ai-gateway/capabilities/custom-reporting
 * @see https://vercel.com/docs/ai-gateway
 */
import { z } from 'zod';
import { sharedFactsOf } from '../core/attribution.js';
import { budgetLimit, finite } from '../core/budget.js';
import { readUsd } from '../core/money.js';
import type { BudgetContext, Gateway } from '../ports/gateway.js';
import { classify, onWord, withOrigin } from '../wire/failure-rules.js';
import { parseAnswer } from '../wire/json-answer.js';
import { PROVIDER_RULES } from '../wire/provider-rules.js';
import { tagList } from './shared/attribution-headers.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

/** Each is billed, for every call. */
const MAX_TAGS = 5;
const MAX_TAG_LENGTH = 64;
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const credits = z.object({ balance: decimal, total_used: decimal.nullish() });

async function readBudget(context: BudgetContext) {
  const answer = await context.send({
    url: `${context.budgetUrl ?? context.url}/v1/credits`,
    headers: { authorization: `Bearer ${context.key ?? context.adminKey ?? ''}` },
  });
  const data = parseAnswer(answer, 'vercel GET /v1/credits', credits);
  return {
    gateway: 'vercel',
    limits: [
      budgetLimit(
        'team credits',
        'usd',
        { used: finite(readUsd(data.total_used)), remaining: finite(readUsd(data.balance)) },
        { isWider: true },
      ),
    ],
    unread: ['budgets of the team, the project, the key and the user'],
    conversions: [],
    asOf: context.now.toISOString(),
    lagMs: undefined,
  };
}

const RULES = [
  onWord('type', {
    insufficient_funds: { kind: 'exhausted', scope: 'team credits' },
    rate_limit_exceeded: { kind: 'rate-limited', origin: 'upstream' },
    authentication_error: 'unauthorised',
  }),
  ...withOrigin('upstream', PROVIDER_RULES),
];

export const vercel: Gateway = {
  id: 'vercel',
  aliases: ['vercel-ai-gateway'],
  summary: 'Credits of the team from `GET /v1/credits`, in USD.',
  facts: {
    title: 'Vercel AI Gateway',
    credential: 'The gateway key, for the team’s credits.',
    units: 'USD, as decimal text.',
    freshness: 'Not published.',
    enforcement: 'checks',
    exhausted:
      '402 with `error.type` `insufficient_funds` for credits. What a budget answers is not published. A 429 comes from the provider.',
    history: '`GET /v1/report`, `GET /v1/generation?id=`',
    attribution:
      'Nothing by default. With `tags` the first five facts as `ai-reporting-tags`: each is billed.',
    see: 'https://vercel.com/docs/ai-gateway',
  },
  defaultUrl: 'https://ai-gateway.vercel.sh',
  requires: ['gateway-key'],
  readBudget,
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'unknown' }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
  attribute: (facts, how) =>
    how === 'tags'
      ? { 'ai-reporting-tags': tagList(sharedFactsOf(facts).slice(0, MAX_TAGS), MAX_TAG_LENGTH) }
      : {},
  reservedHeaders: { families: ['ai-reporting-'] },
};
