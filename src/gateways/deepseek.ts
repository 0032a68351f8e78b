/**
 * DeepSeek. The balance is one pocket per currency; calls draw on them as alternatives, so an empty pocket beside a full
 * one is no limit. CNY stays CNY: a rate comes from the policy file or not at all.
 * @see https://api-docs.deepseek.com/api/get-user-balance
 */
import { z } from 'zod';
import { type BudgetLimit, budgetLimit, finite } from '../core/budget.js';
import { readUsd } from '../core/money.js';
import type { BudgetContext, Gateway } from '../ports/gateway.js';
import { classify, onStatus } from '../wire/failure-rules.js';
import { parseAnswer } from '../wire/json-answer.js';
import { PROVIDER_RULES } from '../wire/provider-rules.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

const pocket = z.object({ currency: z.string(), total_balance: z.string().regex(/^-?\d+(\.\d+)?$/) });
const balance = z.object({ is_available: z.boolean(), balance_infos: z.array(pocket).min(1) });

async function readBudget(context: BudgetContext) {
  const answer = await context.send({
    url: `${context.budgetUrl ?? context.url}/user/balance`,
    headers: { authorization: `Bearer ${context.adminKey ?? context.key ?? ''}` },
  });
  const data = parseAnswer(answer, 'deepseek GET /user/balance', balance);
  const pockets = data.balance_infos.map((info) => pocketLimit(info, data.is_available));
  const filled = pockets.filter(({ remaining }) => remaining.kind !== 'finite' || remaining.value > 0);
  return {
    gateway: 'deepseek',
    limits: filled.length > 0 ? filled : pockets.slice(0, 1),
    unread: [],
    conversions: [],
    asOf: context.now.toISOString(),
    lagMs: undefined,
  };
}

/** An account that is not available has nothing left, whatever its figures say. */
function pocketLimit({ currency, total_balance }: z.infer<typeof pocket>, isAvailable: boolean): BudgetLimit {
  const isUsd = currency === 'USD';
  const amount = isUsd ? readUsd(total_balance) : Number(total_balance);
  return budgetLimit(
    `account, ${currency}`,
    isUsd ? 'usd' : `currency:${currency}`,
    { remaining: finite(isAvailable ? amount : 0) },
    { isWider: true },
  );
}

// Type and code of an exhausted balance say "invalid request": the status decides.
const RULES = [onStatus(402, { kind: 'exhausted', scope: 'account' }), ...PROVIDER_RULES];

export const deepseek: Gateway = {
  id: 'deepseek',
  summary: 'Balance of the account from `GET /user/balance`, in USD or CNY.',
  facts: {
    title: 'DeepSeek',
    credential: 'The API key itself.',
    units: 'USD or CNY, as decimal text; CNY needs `rates` in the policy file to be compared with dollars.',
    freshness: 'Not published.',
    enforcement: 'checks',
    exhausted: '402 "Insufficient Balance"; its type and code say something else.',
    history: 'Nothing to read.',
    attribution: 'Nothing: it books by key.',
    see: 'https://api-docs.deepseek.com',
  },
  defaultUrl: 'https://api.deepseek.com',
  requires: ['gateway-key'],
  readBudget,
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'gateway' }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
};
