/**
 * Anthropic itself. An admin key reads the cost of the month with a stamp that says how fresh it is, and the spend limits
 * of the organization or of one workspace (`budget-scope: workspace=wrkspc_…`). Amounts are decimal text in cents.
 * Limits that a customer set himself are told as a 400 without a code: the wording is all there is.
 * @see https://platform.claude.com/docs/en/manage-claude/usage-cost-api
 */
import { z } from 'zod';
import { type BudgetLimit, budgetLimit, finite, type Level, UNKNOWN, UNLIMITED } from '../core/budget.js';
import { readCents } from '../core/money.js';
import type { BudgetContext, Gateway, HttpAnswer } from '../ports/gateway.js';
import { classify } from '../wire/failure-rules.js';
import { parseAnswer } from '../wire/json-answer.js';
import { ANTHROPIC_RULES, regainsAccess } from '../wire/provider-rules.js';
import { monthOf } from './shared/month.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

const COST_BETA = 'analytics-usage-cost-2026-08-24';
const LIMITS_BETA = 'spend-limit-reads-2026-09-26';
const LIMITS_PATH = '/v1/organizations/spend_limits';
const MAX_PAGES = 20;
/** What is commonly quoted; the stamp in the answer is better. */
const LAG_MS = 5 * 60_000;

const amount = z.union([z.string().regex(/^-?\d+(\.\d+)?$/), z.number()]);
const costPage = z.object({
  data: z.array(
    z.object({
      group: z.object({ workspace_id: z.string().nullish() }).nullish(),
      cost: z.object({ amount, currency: z.string() }),
    }),
  ),
  has_more: z.boolean().nullish(),
  next_page: z.string().nullish(),
  data_refreshed_at: z.string().nullish(),
});
const limitList = z.object({
  data: z.array(
    z.object({
      amount: amount.nullish(),
      currency: z.string().nullish(),
      is_enabled: z.boolean().nullish(),
      period: z.string().nullish(),
      scope: z.object({ type: z.string(), workspace_id: z.string().nullish() }),
    }),
  ),
  next_page: z.string().nullish(),
});

type SpendLimit = z.infer<typeof limitList>['data'][number];

interface Spent {
  readonly nanoUsd: number | undefined;
  readonly refreshedAt: string | undefined;
}

async function readBudget(context: BudgetContext) {
  const [limits, spent] = await Promise.all([readLimits(context), readCost(context)]);
  const { workspace } = context.scope;
  const { resetsAt } = monthOf(context.now);
  const name = workspace === undefined ? 'organization' : `workspace ${workspace}`;
  // A workspace that has neither a limit nor any spend may be a misspelt one.
  const isStrange = workspace !== undefined && limits.limit.kind === 'unlimited' && spent.nanoUsd === 0;
  const limit: BudgetLimit = budgetLimit(
    `${name}, month`,
    'usd',
    { limit: isStrange ? UNKNOWN : limits.limit, used: finite(spent.nanoUsd) },
    { period: 'month', resetsAt, isWider: true },
  );
  return {
    gateway: 'anthropic',
    limits: [limit],
    unread: [
      ...limits.unread,
      workspace === undefined ? 'spend limits of workspaces' : 'the spend limit of the organization',
      'the prepaid balance',
      'the cap of the usage tier',
    ],
    conversions: [],
    asOf: spent.refreshedAt ?? context.now.toISOString(),
    lagMs: LAG_MS,
  };
}

/** Limits can be read by some organizations only; where they cannot, the limit is unknown. */
async function readLimits(context: BudgetContext): Promise<{ limit: Level; unread: string[] }> {
  let cursor = '';
  for (let count = 0; count < MAX_PAGES; count += 1) {
    const answer = await ask(context, `${LIMITS_PATH}${cursor}`, LIMITS_BETA);
    if (answer.status === 403 || answer.status === 404)
      return { limit: UNKNOWN, unread: [`spend limits (${LIMITS_PATH} answered ${answer.status})`] };
    const page = parseAnswer(answer, `anthropic GET ${LIMITS_PATH}`, limitList);
    const own = page.data.find((limit) => isOf(context.scope['workspace'], limit));
    if (own) return { limit: levelOf(own), unread: [] };
    if (!page.next_page) return { limit: UNLIMITED, unread: [] };
    cursor = `?page=${encodeURIComponent(page.next_page)}`;
  }
  return { limit: UNKNOWN, unread: ['spend limits (their list does not end)'] };
}

/** Of the month, which is what costs are summed up over. */
function isOf(workspace: string | undefined, { scope, is_enabled, period }: SpendLimit): boolean {
  if (is_enabled === false || !/^month/i.test(period ?? 'monthly')) return false;
  return workspace === undefined
    ? scope.type === 'organization'
    : scope.type === 'workspace' && scope.workspace_id === workspace;
}

function levelOf({ amount: cents, currency }: SpendLimit): Level {
  if (cents == null) return UNLIMITED;
  return (currency ?? 'USD').toUpperCase() === 'USD' ? finite(readCents(cents)) : UNKNOWN;
}

async function readCost(context: BudgetContext): Promise<Spent> {
  const { workspace } = context.scope;
  const group = workspace === undefined ? '' : '&group_by[]=workspace_id';
  const range = `?starting_at=${monthOf(context.now).start.toISOString()}&ending_at=${context.now.toISOString()}`;
  let sum = 0;
  let cursor = '';
  let refreshedAt: string | undefined;
  for (let count = 0; count < MAX_PAGES; count += 1) {
    const path = '/v1/organizations/analytics/cost';
    const answer = await ask(context, `${path}${range}${group}${cursor}`, COST_BETA);
    const data = parseAnswer(answer, `anthropic GET ${path}`, costPage);
    refreshedAt ??= readDate(data.data_refreshed_at);
    for (const row of data.data) {
      if (workspace !== undefined && row.group?.workspace_id !== workspace) continue;
      const nanoUsd = row.cost.currency.toUpperCase() === 'USD' ? readCents(row.cost.amount) : undefined;
      if (nanoUsd === undefined) return { nanoUsd: undefined, refreshedAt };
      sum += nanoUsd;
    }
    if (!data.has_more || !data.next_page) return { nanoUsd: sum, refreshedAt };
    cursor = `&page=${encodeURIComponent(data.next_page)}`;
  }
  return { nanoUsd: undefined, refreshedAt };
}

function readDate(text: string | null | undefined): string | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

function ask(
  { send, url, budgetUrl, adminKey }: BudgetContext,
  path: string,
  beta: string,
): Promise<HttpAnswer> {
  return send({
    url: `${budgetUrl ?? url}${path}`,
    headers: { 'x-api-key': adminKey ?? '', 'anthropic-version': '2023-06-01', 'anthropic-beta': beta },
  });
}

export const anthropic: Gateway = {
  id: 'anthropic',
  summary:
    'Cost of the month and the spend limit of the organization or of `budget-scope: workspace=…`, in USD, with its refresh time.',
  facts: {
    title: 'Anthropic',
    credential:
      'An admin key, or a key with `read:analytics`; spend limits are readable for some organizations only.',
    units: 'USD; amounts are decimal text in cents.',
    freshness: 'Each answer says when its data was refreshed; about five minutes is commonly quoted.',
    enforcement: 'checks',
    exhausted:
      '400 with a sentence for limits you set and for an empty balance; 429 with `details.error_code` `enforced_spend_limit_reached` or `contract_spend_limit_reached`, without `retry-after`; 402 for linked organizations. `ramp_limit_exceeded` is transient.',
    history: '`GET /v1/organizations/analytics/cost`',
    attribution: 'Nothing: `metadata.user_id` stands for an end user, and is left as the agent sent it.',
    see: 'https://platform.claude.com/docs/en/manage-claude/usage-cost-api',
  },
  defaultUrl: 'https://api.anthropic.com',
  requires: ['admin-key'],
  scopeNames: [{ name: 'workspace', isRequired: false, example: 'wrkspc_abc123' }],
  readBudget,
  readFailure: (evidence) =>
    classify(evidence, {
      rules: ANTHROPIC_RULES,
      origin: 'gateway',
      refine: ({ resetsAt }, { message }) => ({ resetsAt: resetsAt ?? regainsAccess(message) }),
    }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
};
