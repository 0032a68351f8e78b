/**
 * Helicone. The client itself declares a policy in cents or requests, and the answer's headers tell what is left of it.
 * @see https://docs.helicone.ai/features/advanced-usage/custom-rate-limits
 */
import type { FailureRule } from '../core/failure.js';
import type { Gateway } from '../ports/gateway.js';
import { classify, withOrigin } from '../wire/failure-rules.js';
import { saysNothingLeft } from '../wire/headers.js';
import { PROVIDER_RULES } from '../wire/provider-rules.js';
import { fromSecondsOrDate } from '../wire/reset-time.js';
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
    see: 'https://docs.helicone.ai/features/advanced-usage/custom-rate-limits',
  },
  defaultUrl: undefined,
  requires: [],
  ...nothingToRead('helicone', 'what is left stands in the headers of answers only'),
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'unknown', sharesRateStatus: true }),
  ...SAYS_NO_COST,
  readRoute: ({ headers }) => ({ servedBy: headers['helicone-provider'], fallbacks: undefined }),
};
