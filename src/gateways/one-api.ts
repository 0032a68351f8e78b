/**
 * one-api: its billing routes, behind the same token as the calls, so that an exhausted token cannot read itself.
 * @see https://github.com/songquanpeng/one-api
 */
import type { Gateway } from '../ports/gateway.js';
import { classify } from '../wire/failure-rules.js';
import { readBilling } from './shared/billing-routes.js';
import { QUOTA_RULES } from './shared/quota-family.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

export const oneApi: Gateway = {
  id: 'one-api',
  summary:
    'Limit and use from the billing routes (`/v1/dashboard/billing/…`), in USD or quota units as the site displays them.',
  facts: {
    title: 'one-api',
    credential: 'The token itself; an exhausted or expired one is refused here as well.',
    units:
      'As the site displays: USD, another currency, or quota units (500,000 to the dollar unless the site says otherwise).',
    freshness:
      'Settled after each call; an estimate is charged before it, unless the balance is a hundred times as large.',
    enforcement: 'checks',
    exhausted:
      '401 with a Chinese sentence for the token, 403 with `insufficient_user_quota` or `pre_consume_token_quota_failed`. Every 429 of an upstream is rewritten, an exhausted one too.',
    history: '`GET /api/token/` and `GET /api/log/self`, with a dashboard token',
    attribution: 'Nothing: it books by token.',
    see: 'https://github.com/songquanpeng/one-api',
  },
  defaultUrl: undefined,
  requires: ['gateway-url', 'gateway-key'],
  readBudget: (context) => readBilling('one-api', context),
  readFailure: (evidence) => classify(evidence, { rules: QUOTA_RULES, origin: 'unknown' }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
};
