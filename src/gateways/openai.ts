/**
 * OpenAI itself. An admin key reads the costs of the month, in whole days, and the hard spend limit of the organization or
 * of one project (`budget-scope: project=proj_…`). The limit has no "spent so far" field, so the two are put together.
 * Every exhausted form is a 429, told from a rate limit by its code alone.
 * @see https://platform.openai.com/docs/api-reference/usage/costs
 */
import { z } from 'zod';
import { type BudgetLimit, budgetLimit, finite, type Level, UNKNOWN, UNLIMITED } from '../core/budget.js';
import { readCents, readUsd } from '../core/money.js';
import type { BudgetContext, Gateway } from '../ports/gateway.js';
import { classify } from '../wire/failure-rules.js';
import { parseAnswer } from '../wire/json-answer.js';
import { OPENAI_RULES } from '../wire/provider-rules.js';
import { monthOf } from './shared/month.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

const MAX_PAGES = 10;
const decimal = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)]);
const page = z.object({
  data: z.array(
    z.object({
      results: z.array(z.object({ amount: z.object({ value: decimal, currency: z.string() }) })),
    }),
  ),
  has_more: z.boolean().nullish(),
  next_page: z.string().nullish(),
});
const spendLimit = z.object({
  threshold_amount: z.number(),
  currency: z.string(),
  enforcement: z.object({ status: z.string() }).nullish(),
});

async function readBudget(context: BudgetContext) {
  const [limit, used] = await Promise.all([readLimit(context), readCosts(context)]);
  const { project } = context.scope;
  const { resetsAt } = monthOf(context.now);
  const name = project === undefined ? 'organization' : `project ${project}`;
  // A project that has neither a limit nor any spend may be a misspelt one.
  const isStrange = project !== undefined && limit.kind === 'unlimited' && used === 0;
  return {
    gateway: 'openai',
    limits: [toLimit(name, isStrange ? UNKNOWN : limit, used, resetsAt)],
    unread: [
      project === undefined ? 'spend limits of projects' : 'the spend limit of the organization',
      'the prepaid balance',
      'usage limits of the organization’s tier',
    ],
    conversions: [],
    asOf: context.now.toISOString(),
    lagMs: undefined,
  };
}

function toLimit(name: string, limit: Level, used: number | undefined, resetsAt: string): BudgetLimit {
  return budgetLimit(
    `${name}, month`,
    'usd',
    { limit, used: finite(used) },
    { period: 'month', resetsAt, isWider: true },
  );
}

/** No spend limit is set where the route answers 404. */
async function readLimit(context: BudgetContext): Promise<Level> {
  const { project } = context.scope;
  const path =
    project === undefined
      ? '/v1/organization/spend_limit'
      : `/v1/organization/projects/${encodeURIComponent(project)}/spend_limit`;
  const answer = await ask(context, path);
  if (answer.status === 404) return UNLIMITED;
  const data = parseAnswer(answer, `openai GET ${path}`, spendLimit);
  return data.currency.toLowerCase() === 'usd' ? finite(readCents(data.threshold_amount)) : UNKNOWN;
}

/** Nano-USD since the first of the month; `undefined` when a page is not in USD or the pages do not end. */
async function readCosts(context: BudgetContext): Promise<number | undefined> {
  const start = monthOf(context.now).start.getTime() / 1000;
  const { project } = context.scope;
  const filter = project === undefined ? '' : `&project_ids[]=${encodeURIComponent(project)}`;
  let sum = 0;
  let cursor = '';
  for (let count = 0; count < MAX_PAGES; count += 1) {
    const query = `?start_time=${start}&bucket_width=1d&limit=31${filter}${cursor}`;
    const answer = await ask(context, `/v1/organization/costs${query}`);
    const data = parseAnswer(answer, 'openai GET /v1/organization/costs', page);
    for (const { amount } of data.data.flatMap(({ results }) => results)) {
      const nanoUsd = amount.currency.toLowerCase() === 'usd' ? readUsd(amount.value) : undefined;
      if (nanoUsd === undefined) return undefined;
      sum += nanoUsd;
    }
    if (!data.has_more || !data.next_page) return sum;
    cursor = `&page=${encodeURIComponent(data.next_page)}`;
  }
  return undefined;
}

function ask({ send, url, budgetUrl, adminKey }: BudgetContext, path: string) {
  return send({ url: `${budgetUrl ?? url}${path}`, headers: { authorization: `Bearer ${adminKey ?? ''}` } });
}

export const openai: Gateway = {
  id: 'openai',
  summary:
    'Costs of the month and the spend limit of the organization or of `budget-scope: project=…`, in USD.',
  facts: {
    title: 'OpenAI',
    credential: 'An admin key.',
    units: 'USD; limits in cents.',
    freshness: 'Costs come in whole days, with a delay that is not published: too coarse for a small cap.',
    enforcement: 'checks',
    exhausted:
      '429 with `error.code` `insufficient_quota`, `credit_balance_exhausted`, `organization_spend_limit_exceeded`, `project_spend_limit_exceeded` or `organization_usage_limit_exceeded`. `rate_limit_exceeded` under the same status is a rate limit.',
    history: '`GET /v1/organization/costs`, `GET /v1/organization/usage/completions`',
    attribution: 'Nothing: its `metadata` stands in the body, and it books by key and project.',
    see: 'https://platform.openai.com/docs/api-reference/usage/costs',
  },
  defaultUrl: 'https://api.openai.com',
  requires: ['admin-key'],
  scopeNames: [{ name: 'project', isRequired: false, example: 'proj_abc123' }],
  readBudget,
  readFailure: (evidence) => classify(evidence, { rules: OPENAI_RULES, origin: 'gateway' }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
};
