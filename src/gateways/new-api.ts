/**
 * new-api and its forks. `GET /api/usage/token` describes the calling token in the site's quota units; it works for
 * exhausted tokens too. The user's wallet behind the token can be empty while the token shows quota.
 * @see https://docs.newapi.pro
 */
import { z } from 'zod';
import { budgetLimit, finite, UNLIMITED } from '../core/budget.js';
import type { BudgetContext, Gateway } from '../ports/gateway.js';
import { classify } from '../wire/error-body.js';
import { parseAnswer } from '../wire/json-answer.js';
import { bearer, QUOTA_RULES, readSite, refuseErrorBody } from './shared/quota-family.js';

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
    lag: undefined,
  };
}

export const newApi: Gateway = {
  id: 'new-api',
  summary:
    "Quota of the token from `GET /api/usage/token`, in quota units; the site's own factor turns them into USD.",
  defaultUrl: undefined,
  requires: ['gateway-url', 'gateway-key'],
  readBudget,
  readFailure: (evidence) => classify(evidence, QUOTA_RULES),
  readCost: () => undefined,
};
