/**
 * CometAPI. The balance is read on a host of its own, with the key in the query string: the URL is a secret, is never
 * logged, and redirects are not followed. The account's balance and every key's quota come in one answer, in USD;
 * -1 (or 999999999) is unlimited. Keys are told apart by name only.
 * @see https://apidoc.cometapi.com/pricing/balance-query
 */
import { z } from 'zod';
import { type BudgetLimit, budgetLimit, finite, UNLIMITED } from '../core/budget.js';
import { readUsd } from '../core/money.js';
import type { BudgetContext, Gateway } from '../ports/gateway.js';
import { classify } from '../wire/failure-rules.js';
import { parseAnswer } from '../wire/json-answer.js';
import { QUOTA_RULES, SAME_WORDS_FOR_EXHAUSTED } from './shared/quota-family.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

const BALANCE_HOST = 'https://query.cometapi.com';
const UNLIMITED_FIGURES = new Set([-1, 999_999_999]);
const amount = z.number().nullish();
const balance = z.object({
  total_quota: z.number(),
  total_used_quota: amount,
  keys: z.array(z.object({ name: z.string(), remain_quota: amount, used_quota: amount })).nullish(),
});

async function readBudget(context: BudgetContext) {
  const host = context.budgetUrl ?? BALANCE_HOST;
  const key = encodeURIComponent(context.adminKey ?? context.key ?? '');
  const answer = await context.send({ url: `${host}/user/quota?key=${key}` });
  const data = parseAnswer(answer, 'cometapi GET /user/quota', balance);
  const account = budgetLimit(
    'account',
    'usd',
    { used: finite(readUsd(data.total_used_quota)), remaining: finite(readUsd(data.total_quota)) },
    { isWider: true },
  );
  const keys = data.keys ?? [];
  const [only] = keys;
  return {
    gateway: 'cometapi',
    limits: keys.length === 1 && only ? [account, keyLimit(only)] : [account],
    unread: keys.length > 1 ? ['which of the account’s keys this one is (the answer tells names only)'] : [],
    conversions: [],
    asOf: context.now.toISOString(),
    lagMs: undefined,
  };
}

function keyLimit({
  name,
  remain_quota,
  used_quota,
}: {
  name: string;
  remain_quota?: number | null | undefined;
  used_quota?: number | null | undefined;
}): BudgetLimit {
  const isUnlimited = remain_quota != null && UNLIMITED_FIGURES.has(remain_quota);
  const used = used_quota != null && used_quota >= 0 ? readUsd(used_quota) : undefined;
  const remaining = isUnlimited ? UNLIMITED : finite(readUsd(remain_quota));
  return budgetLimit(`key ${name}`, 'usd', { used: finite(used), remaining });
}

const RULES = [SAME_WORDS_FOR_EXHAUSTED, ...QUOTA_RULES];

export const cometapi: Gateway = {
  id: 'cometapi',
  summary:
    'Balance of the account (and of its key, where it has one) from `query.cometapi.com`, in USD; `budget-url` overrides the host.',
  facts: {
    title: 'CometAPI',
    credential:
      'Any key of the account, in the query string; a key of its own for this, without quota, is best (`admin-key`).',
    units: 'USD.',
    freshness: 'Not published.',
    enforcement: 'checks',
    exhausted: 'Not published; by lineage what new-api answers, so a 401 is settled by the reading.',
    history: '`GET https://query.cometapi.com/user/quota` with `start_date` and `end_date`',
    attribution: 'Nothing: it books by token.',
    see: 'https://apidoc.cometapi.com/pricing/balance-query',
  },
  defaultUrl: 'https://api.cometapi.com',
  requires: ['gateway-key'],
  readBudget,
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'unknown' }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
};
