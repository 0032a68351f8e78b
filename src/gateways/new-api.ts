/**
 * new-api and its forks. `GET /api/usage/token` describes the calling token in the site's quota units; it works for
 * exhausted tokens too. The user's wallet behind the token can be empty while the token shows quota. What kind of site
 * it is, is found out: its unit and factor from `/api/status`, and a site that does not know the route has the older
 * billing routes.
 * @see https://docs.newapi.pro
 */
import { z } from 'zod';
import { budgetLimit, finite, UNLIMITED } from '../core/budget.js';
import type { BudgetContext, Gateway } from '../ports/gateway.js';
import { classify } from '../wire/failure-rules.js';
import { parseAnswer } from '../wire/json-answer.js';
import { readBilling } from './shared/billing-routes.js';
import {
  bearer,
  QUOTA_RULES,
  readSite,
  refuseErrorBody,
  SAME_WORDS_FOR_EXHAUSTED,
} from './shared/quota-family.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

const tokenUsage = z.object({
  data: z.object({
    name: z.string().nullish(),
    total_granted: z.number().nullish(),
    total_used: z.number().nullish(),
    total_available: z.number().nullish(),
    unlimited_quota: z.boolean().nullish(),
  }),
});

async function readBudget(context: BudgetContext) {
  const root = context.budgetUrl ?? context.url;
  const what = 'new-api GET /api/usage/token';
  const [answer, site] = await Promise.all([
    context.send({ url: `${root}/api/usage/token`, headers: bearer(context.key) }),
    readSite({ ...context, url: root }),
  ]);
  if (answer.status === 404) return readBilling('new-api', context);
  if (answer.status === 200) refuseErrorBody(answer.text, what);
  const { data } = parseAnswer(answer, what, tokenUsage);
  const scope = data.name ? `token ${data.name}` : 'token';
  const used = finite(data.total_used ?? undefined);
  const limit = data.unlimited_quota
    ? budgetLimit(scope, 'quota', { limit: UNLIMITED, used, remaining: UNLIMITED })
    : budgetLimit(scope, 'quota', {
        limit: finite(data.total_granted ?? undefined),
        used,
        remaining: finite(data.total_available ?? undefined),
      });
  return {
    gateway: 'new-api',
    limits: [limit],
    unread: ["the user's wallet or subscription behind the token"],
    conversions: [site.conversion],
    asOf: context.now.toISOString(),
    lagMs: undefined,
    version: site.version,
  };
}

const RULES = [SAME_WORDS_FOR_EXHAUSTED, ...QUOTA_RULES];

export const newApi: Gateway = {
  id: 'new-api',
  summary:
    "Quota of the token from `GET /api/usage/token`, in quota units; the site's own factor turns them into USD. Sites without that route are read through their billing routes.",
  facts: {
    title: 'new-api and its forks',
    credential: 'The token itself, also when it is exhausted.',
    units: 'Quota units; `/api/status` tells how many are a dollar (500,000 where it does not).',
    freshness: 'Settled after each call.',
    enforcement: 'checks',
    exhausted:
      '403 with `error.code` `insufficient_user_quota` or `pre_consume_token_quota_failed`; on `/v1/messages` the code is dropped. An exhausted token is answered like a wrong one (401 "Invalid token") by newer sites: only the reading settles it.',
    history: '`GET /api/log/token`, `GET /api/log/self`',
    attribution: 'Nothing: it books by token.',
    see: 'https://docs.newapi.pro',
  },
  defaultUrl: undefined,
  requires: ['gateway-url', 'gateway-key'],
  readBudget,
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'unknown' }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
};
