/**
 * Bifrost. A virtual key reads its own budgets; those of its team, customer and providers stand above it and are not
 * shown. The machine code of an error stands at the top of the body, beside `error`. An exhausted provider is dropped
 * from routing, so that a fallback answers without a word.
 *
 * `x-bf-dim-<name>` headers end in its logs, traces and metrics. Others of `x-bf-` choose the virtual key that pays, a
 * stored key of a provider, and headers for the provider.
 * @see https://github.com/maximhq/bifrost governance plugin, and transports/bifrost-http/lib/ctx.go
 * @see https://docs.getbifrost.ai/providers/request-options
 */
import { z } from 'zod';
import { factsOf } from '../core/attribution.js';
import { type BudgetLimit, budgetLimit, finite, UNLIMITED } from '../core/budget.js';
import type { FailureKind, FailureRule } from '../core/failure.js';
import { readUsd } from '../core/money.js';
import type { BudgetContext, Gateway } from '../ports/gateway.js';
import { classify, withOrigin } from '../wire/failure-rules.js';
import { parseAnswer } from '../wire/json-answer.js';
import { PROVIDER_RULES } from '../wire/provider-rules.js';
import { headerPerFact } from './shared/attribution-headers.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

const budget = z.object({
  id: z.string().nullish(),
  max_limit: z.number().nullish(),
  current_usage: z.number().nullish(),
  reset_duration: z.string().nullish(),
  last_reset: z.string().nullish(),
});
const quota = z.object({
  virtual_key_name: z.string(),
  is_active: z.boolean().nullish(),
  budgets: z.array(budget),
});

async function readBudget(context: BudgetContext) {
  const answer = await context.send({
    url: `${context.budgetUrl ?? context.url}/api/governance/virtual-keys/quota`,
    headers: { 'x-bf-vk': context.key ?? context.adminKey ?? '' },
  });
  const data = parseAnswer(answer, 'bifrost GET /api/governance/virtual-keys/quota', quota);
  const name = `virtual key ${data.virtual_key_name}`;
  const own = data.budgets.map((one) => limitOf(name, one));
  // Nothing is left of a key that is switched off, whatever its budgets say.
  const limits =
    data.is_active === false
      ? [budgetLimit(`${name} (not active)`, 'usd', { remaining: finite(0) }), ...own]
      : own;
  return {
    gateway: 'bifrost',
    limits: limits.length > 0 ? limits : [budgetLimit(name, 'usd', { limit: UNLIMITED })],
    unread: ['budgets of the customer, the team and the providers behind the key'],
    conversions: [],
    asOf: context.now.toISOString(),
    lagMs: undefined,
  };
}

function limitOf(name: string, one: z.infer<typeof budget>): BudgetLimit {
  return budgetLimit(
    one.reset_duration ? `${name}, ${one.reset_duration} budget` : name,
    'usd',
    { limit: finite(readUsd(one.max_limit)), used: finite(readUsd(one.current_usage)) },
    { period: one.reset_duration ?? undefined, resetsAt: nextReset(one.last_reset, one.reset_duration) },
  );
}

const FIXED_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** `1m` is a minute and `1M` a month. */
function nextReset(last: string | null | undefined, duration: string | null | undefined): string | undefined {
  const [, count, unit = ''] = /^(\d+)([smhdwMY])$/.exec(duration ?? '') ?? [];
  const from = Date.parse(last ?? '');
  if (count === undefined || Number.isNaN(from)) return undefined;
  const next = new Date(from);
  const fixed = FIXED_MS[unit];
  if (fixed !== undefined) next.setTime(from + Number(count) * fixed);
  else next.setUTCMonth(next.getUTCMonth() + Number(count) * (unit === 'Y' ? 12 : 1));
  return Number.isNaN(next.getTime()) ? undefined : next.toISOString();
}

const WORDS: Readonly<Record<string, FailureKind>> = {
  budget_exceeded: 'exhausted',
  rate_limited: 'rate-limited',
  token_limited: 'rate-limited',
  request_limited: 'rate-limited',
  virtual_key_not_found: 'unauthorised',
  virtual_key_blocked: 'unauthorised',
  access_not_found: 'unauthorised',
  access_blocked: 'unauthorised',
  model_blocked: 'unauthorised',
  provider_blocked: 'unauthorised',
};

const topLevelType: FailureRule = ({ body }) => {
  const type = z.object({ type: z.string() }).safeParse(body).data?.type;
  const kind = type !== undefined && Object.hasOwn(WORDS, type) ? WORDS[type] : undefined;
  return kind && { kind, by: 'code', evidence: `type=${type}` };
};

const RULES = [topLevelType, ...withOrigin('upstream', PROVIDER_RULES)];

export const bifrost: Gateway = {
  id: 'bifrost',
  summary: 'Budgets of the virtual key from `GET /api/governance/virtual-keys/quota`, in USD.',
  facts: {
    title: 'Bifrost',
    credential: 'The virtual key itself.',
    units: 'USD. Its token and request windows are rates, and are left out.',
    freshness: 'Usage is added after each call; a cluster agrees in time.',
    enforcement: 'checks',
    exhausted:
      '402 with `type` `budget_exceeded` at the top of the body. An exhausted provider is dropped from routing instead: a fallback answers.',
    history: '`GET /api/logs`',
    attribution: '`x-bf-dim-…`, a header for each fact: its logs, traces and metrics.',
    see: 'https://github.com/maximhq/bifrost',
  },
  defaultUrl: undefined,
  requires: ['gateway-url', 'gateway-key'],
  readBudget,
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'unknown' }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
  attribute: (facts) => headerPerFact('x-bf-dim-', factsOf(facts)),
  reservedHeaders: { families: ['x-bf-'] },
};
