/**
 * Venice. The balance needs an admin key; what calls draw on (USD, DIEM, bundled credits) is told beside it. DIEM stays
 * DIEM: a rate comes from the policy file or not at all.
 * @see https://docs.venice.ai
 */
import { z } from 'zod';
import { type BudgetLimit, budgetLimit, finite } from '../core/budget.js';
import { readUsd } from '../core/money.js';
import type { BudgetContext, Gateway } from '../ports/gateway.js';
import { classify } from '../wire/failure-rules.js';
import { parseAnswer } from '../wire/json-answer.js';
import { PROVIDER_RULES } from '../wire/provider-rules.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

const balance = z.object({
  canConsume: z.boolean(),
  consumptionCurrency: z.string().nullish(),
  balances: z.object({ diem: z.number().nullish(), usd: z.number().nullish() }),
  diemEpochAllocation: z.number().nullish(),
});

async function readBudget(context: BudgetContext) {
  const answer = await context.send({
    url: `${context.budgetUrl ?? context.url}/v1/billing/balance`,
    headers: { authorization: `Bearer ${context.adminKey ?? ''}` },
  });
  const data = parseAnswer(answer, 'venice GET /api/v1/billing/balance', balance);
  const limit = limitOf(data);
  return {
    gateway: 'venice',
    limits: [limit],
    unread: ['limits of the key, per epoch of 24 hours'],
    conversions: [],
    asOf: context.now.toISOString(),
    lagMs: undefined,
  };
}

/** Only of dollars and DIEM is it told how many are left; of bundled credits, whether there are any. */
function limitOf({
  canConsume,
  consumptionCurrency: currency,
  balances,
  diemEpochAllocation,
}: z.infer<typeof balance>): BudgetLimit {
  if (currency === 'DIEM')
    return budgetLimit(
      'account, DIEM',
      'currency:DIEM',
      {
        limit: finite(diemEpochAllocation ?? undefined),
        remaining: finite(canConsume ? (balances.diem ?? undefined) : 0),
      },
      { isWider: true },
    );
  const usd = currency === 'USD' ? readUsd(balances.usd) : undefined;
  const scope = currency == null ? 'account' : `account, ${currency}`;
  return budgetLimit(scope, 'usd', { remaining: finite(canConsume ? usd : 0) }, { isWider: true });
}

export const venice: Gateway = {
  id: 'venice',
  summary: 'Balance of the account from `GET /v1/billing/balance`, in USD or DIEM.',
  facts: {
    title: 'Venice',
    credential: 'An admin key.',
    units: 'USD or DIEM; DIEM needs `rates` in the policy file to be compared with dollars.',
    freshness: 'Not published.',
    enforcement: 'unknown',
    exhausted: 'Not published; 402 is read as exhausted.',
    history: '`GET /api/v1/billing/usage`',
    attribution: 'Nothing: it books by key.',
    see: 'https://docs.venice.ai',
  },
  defaultUrl: 'https://api.venice.ai/api',
  requires: ['admin-key'],
  readBudget,
  readFailure: (evidence) => classify(evidence, { rules: PROVIDER_RULES, origin: 'gateway' }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
};
