/**
 * GitHub Copilot. One AI credit is one cent. The budget that holds for a user (`budget-scope: organization=… user=…`)
 * comes with what it consumed; without a user, the organization's own budget is put beside the month's usage. A budget
 * that does not prevent further usage only alerts. The workflow's own `GITHUB_TOKEN` cannot read any of this.
 * @see https://docs.github.com/en/rest/billing/budgets
 */
import { z } from 'zod';
import { type BudgetLimit, budgetLimit, finite, UNLIMITED } from '../core/budget.js';
import { NANO_PER_USD, readUsd } from '../core/money.js';
import type { BudgetContext, Gateway, HttpAnswer } from '../ports/gateway.js';
import { classify, onWord } from '../wire/failure-rules.js';
import { parseAnswer } from '../wire/json-answer.js';
import { monthOf } from './shared/month.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

const CREDIT = {
  unit: 'credits',
  nanoUsdPerUnit: NANO_PER_USD / 100,
  source: 'GitHub: one AI credit is $0.01',
} as const;

/** Calls go to another host than billing. */
const BILLING_HOST = 'https://api.github.com';
const MAX_PAGES = 10;
const budget = z.object({
  budget_amount: z.number(),
  prevent_further_usage: z.boolean().nullish(),
  budget_scope: z.string().nullish(),
  budget_product_sku: z.string().nullish(),
});
const budgets = z.object({
  budgets: z.array(budget),
  effective_budget: z.object({ budget_amount: z.number(), consumed_amount: z.number().nullish() }).nullish(),
  has_next_page: z.boolean().nullish(),
});
const usage = z.object({ usageItems: z.array(z.object({ netAmount: z.number() })) });

async function readBudget(context: BudgetContext) {
  const { organization = '', user } = context.scope;
  const base = `/organizations/${encodeURIComponent(organization)}/settings/billing`;
  return {
    gateway: 'github-copilot',
    limits: [
      user === undefined ? await organizationLimit(context, base) : await userLimit(context, base, user),
    ],
    unread: ['what is left of the organization’s included credits'],
    conversions: [CREDIT],
    asOf: context.now.toISOString(),
    lagMs: undefined,
  };
}

/** Where GitHub names no budget that holds for the user, nobody knows what does. */
async function userLimit(context: BudgetContext, base: string, user: string): Promise<BudgetLimit> {
  const answer = await ask(context, `${base}/budgets?per_page=100&user=${encodeURIComponent(user)}`);
  const { effective_budget: effective } = parseAnswer(answer, `github-copilot GET ${base}/budgets`, budgets);
  return effective ? effectiveLimit(user, effective, context.now) : budgetLimit(`user ${user}`, 'usd', {});
}

async function readOrganizationBudgets(
  context: BudgetContext,
  base: string,
): Promise<z.infer<typeof budget>[]> {
  const all: z.infer<typeof budget>[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const answer = await ask(context, `${base}/budgets?per_page=100&page=${page}`);
    const data = parseAnswer(answer, `github-copilot GET ${base}/budgets`, budgets);
    all.push(...data.budgets);
    if (!data.has_next_page) break;
  }
  return all;
}

function effectiveLimit(
  user: string,
  { budget_amount, consumed_amount }: { budget_amount: number; consumed_amount?: number | null | undefined },
  now: Date,
): BudgetLimit {
  return budgetLimit(
    `user ${user}, effective budget`,
    'usd',
    { limit: finite(readUsd(budget_amount)), used: finite(readUsd(consumed_amount)) },
    { period: 'month', resetsAt: monthOf(now).resetsAt },
  );
}

/** The organization's budget for AI credits, against what the month's usage cost it. */
async function organizationLimit(context: BudgetContext, base: string): Promise<BudgetLimit> {
  const { organization } = context.scope;
  const all = await readOrganizationBudgets(context, base);
  const month = `year=${context.now.getUTCFullYear()}&month=${context.now.getUTCMonth() + 1}`;
  const answer = await ask(context, `${base}/ai_credit/usage?${month}`);
  const { usageItems } = parseAnswer(answer, `github-copilot GET ${base}/ai_credit/usage`, usage);
  const used = usageItems.reduce((sum, { netAmount }) => sum + (readUsd(netAmount) ?? 0), 0);
  const own = all.find(
    ({ budget_scope, budget_product_sku }) =>
      budget_scope === 'organization' && /ai.?credit|copilot/i.test(budget_product_sku ?? ''),
  );
  const effect = own && own.prevent_further_usage !== true ? ' (alerts only)' : '';
  return budgetLimit(
    `organization ${organization}${effect}`,
    'usd',
    { limit: own ? finite(readUsd(own.budget_amount)) : UNLIMITED, used: finite(used) },
    { period: 'month', resetsAt: monthOf(context.now).resetsAt, isWider: true },
  );
}

function ask({ send, budgetUrl, adminKey }: BudgetContext, path: string): Promise<HttpAnswer> {
  return send({
    url: `${budgetUrl ?? BILLING_HOST}${path}`,
    headers: {
      authorization: `Bearer ${adminKey ?? ''}`,
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
    },
  });
}

const RULES = [onWord('code', { quota_exceeded: { kind: 'exhausted', scope: 'user' } })];

export const githubCopilot: Gateway = {
  id: 'github-copilot',
  summary:
    'Effective budget of a user, or the organization’s budget and usage of AI credits, in USD (`budget-scope: organization=… user=…`).',
  facts: {
    title: 'GitHub Copilot',
    credential: 'A token with organization administration read; `GITHUB_TOKEN` cannot.',
    units: 'USD; one AI credit is $0.01.',
    freshness: 'Not published.',
    enforcement: 'counts',
    exhausted: '402 with `error.code` `quota_exceeded`.',
    history: '`GET /organizations/{org}/settings/billing/ai_credit/usage`',
    attribution: 'Nothing: it books by seat.',
    see: 'https://docs.github.com/en/rest/billing/budgets',
  },
  defaultUrl: 'https://api.githubcopilot.com',
  requires: ['admin-key'],
  scopeNames: [
    { name: 'organization', isRequired: true, example: 'octo-org' },
    { name: 'user', isRequired: false, example: 'octocat' },
  ],
  readBudget,
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'gateway' }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
};
