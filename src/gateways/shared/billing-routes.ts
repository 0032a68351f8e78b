/**
 * Two billing routes shaped like an old OpenAI API, kept by one-api, new-api and their forks: the limit, and the use in
 * hundredths.
 *
 * Depending on a site setting the figures are the token's or the user's, and in user scope `hard_limit_usd` is what is
 * *left*, not the limit. Both readings agree on "at least limit minus use"; where that is negative nobody can tell, and
 * the remaining is unknown. 100,000,000 means unlimited. Errors come with HTTP 200.
 * @see https://github.com/songquanpeng/one-api controller/billing.go
 */
import { z } from 'zod';
import { type BudgetLimit, type BudgetReading, budgetLimit, finite, UNLIMITED } from '../../core/budget.js';
import { readCents, readUsd } from '../../core/money.js';
import type { BudgetContext } from '../../ports/gateway.js';
import { parseAnswer } from '../../wire/json-answer.js';
import { bearer, readSite, refuseErrorBody, type Site } from './quota-family.js';

const UNLIMITED_FIGURE = 100_000_000;
const SUBSCRIPTION = '/v1/dashboard/billing/subscription';
const USAGE = '/v1/dashboard/billing/usage';
const subscription = z.object({ hard_limit_usd: z.number() });
const usage = z.object({ total_usage: z.number() });

/** @param gateway names the reading and its errors */
export async function readBilling(gateway: string, context: BudgetContext): Promise<BudgetReading> {
  const root = context.budgetUrl ?? context.url;
  const read = async <T>(path: string, schema: z.ZodType<T>): Promise<T> => {
    const answer = await context.send({ url: `${root}${path}`, headers: bearer(context.key) });
    if (answer.status === 200) refuseErrorBody(answer.text, `${gateway} GET ${path}`);
    return parseAnswer(answer, `${gateway} GET ${path}`, schema);
  };
  const [granted, spent, site] = await Promise.all([
    read(SUBSCRIPTION, subscription),
    read(USAGE, usage),
    readSite({ ...context, url: root }),
  ]);
  return {
    gateway,
    limits: [limitOf(granted.hard_limit_usd, spent.total_usage, site)],
    unread: ['whether the figures are those of the token or of its user'],
    conversions: [site.conversion],
    asOf: context.now.toISOString(),
    lagMs: undefined,
    version: site.version,
  };
}

function limitOf(granted: number, hundredthsSpent: number, site: Site): BudgetLimit {
  const unit = site.billUnit;
  const isUsd = unit === 'usd';
  const used = isUsd ? readCents(hundredthsSpent) : hundredthsSpent / 100;
  if (granted === UNLIMITED_FIGURE)
    return budgetLimit('token or user', unit, { limit: UNLIMITED, used: finite(used) });
  const limit = isUsd ? readUsd(granted) : granted;
  const remaining = limit === undefined || used === undefined || limit < used ? undefined : limit - used;
  return {
    // What is less than its use is no limit, but what a user has left.
    ...budgetLimit('token or user', unit, {
      limit: finite(remaining === undefined ? undefined : limit),
      used: finite(used),
    }),
    remaining: finite(remaining),
  };
}
