/**
 * Helicone. The client itself declares a policy in cents or requests, and the answer's headers tell what is left of it.
 *
 * `helicone-property-<name>` headers stand beside a request in its log. Others of `helicone-` choose where a call is sent,
 * with the provider's key in it, what it is said to cost, and the policy it is held to; `helicone-auth` is the way in where
 * `authorization` carries a provider's key.
 * @see https://docs.helicone.ai/helicone-headers/header-directory
 * @see https://docs.helicone.ai/features/advanced-usage/custom-rate-limits
 */
import { factsOf } from '../core/attribution.js';
import type { FailureRule } from '../core/failure.js';
import type { Gateway } from '../ports/gateway.js';
import { classify, withOrigin } from '../wire/failure-rules.js';
import { saysNothingLeft } from '../wire/headers.js';
import { PROVIDER_RULES } from '../wire/provider-rules.js';
import { fromSecondsOrDate } from '../wire/reset-time.js';
import { headerPerFact, plainValue } from './shared/attribution-headers.js';
import { nothingToRead } from './shared/nothing-to-read.js';
import { SAYS_NO_COST } from './shared/silent.js';

/** `1000;w=86400;u=cents;s=user`: a policy in cents is a budget, one in requests a rate. */
const policy: FailureRule = ({ status, headers, at }) => {
  const declared = headers['helicone-ratelimit-policy'];
  if (status !== 429 || declared === undefined || !saysNothingLeft(headers['helicone-ratelimit-remaining']))
    return undefined;
  const isMoney = /(?:^|;)\s*u=cents/.test(declared);
  const scope = /(?:^|;)\s*s=([\w-]+)/.exec(declared)?.[1];
  return {
    kind: isMoney ? 'exhausted' : 'rate-limited',
    by: 'header',
    evidence: `helicone-ratelimit-policy: ${isMoney ? 'cents' : 'requests'}, none left`,
    scope,
    resetsAt: fromSecondsOrDate(headers['helicone-ratelimit-reset'], at),
  };
};

const RULES = [policy, ...withOrigin('upstream', PROVIDER_RULES)];

export const helicone: Gateway = {
  id: 'helicone',
  summary: 'Meters and classifies; nothing to read: give `gateway.budgets` in the policy file.',
  facts: {
    title: 'Helicone',
    credential: 'No key reads it.',
    units: 'Cents or requests, as the policy header declares.',
    freshness: 'Nothing to read.',
    enforcement: 'counts',
    exhausted: '429 with `Helicone-RateLimit-Policy` in cents and nothing remaining.',
    history: 'Its dashboard and request API.',
    attribution:
      '`helicone-property-…`, a header for each fact; with `tags` the actor as `helicone-user-id` too.',
    see: 'https://docs.helicone.ai/features/advanced-usage/custom-rate-limits',
  },
  defaultUrl: undefined,
  requires: [],
  ...nothingToRead('helicone', 'what is left stands in the headers of answers only'),
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'unknown', sharesRateStatus: true }),
  ...SAYS_NO_COST,
  readRoute: ({ headers }) => ({ servedBy: headers['helicone-provider'], fallbacks: undefined }),
  attribute: (facts, how) => ({
    ...headerPerFact('helicone-property-', factsOf(facts)),
    ...(how === 'tags' && facts.actor !== undefined ? { 'helicone-user-id': plainValue(facts.actor) } : {}),
  }),
  reservedHeaders: { families: ['helicone-'], except: ['helicone-auth'] },
};
