/**
 * Envoy AI Gateway. Token budgets are rate limits that are charged after the answer, so a 429 says neither which it is nor
 * what is left.
 * @see https://aigateway.envoyproxy.io
 */
import type { Gateway } from '../ports/gateway.js';
import { classify, withOrigin } from '../wire/failure-rules.js';
import { PROVIDER_RULES } from '../wire/provider-rules.js';
import { nothingToRead } from './shared/nothing-to-read.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

const RULES = withOrigin('upstream', PROVIDER_RULES);

export const envoy: Gateway = {
  id: 'envoy',
  summary: 'Meters and classifies; nothing to read: give `gateway.budgets` in the policy file.',
  facts: {
    title: 'Envoy AI Gateway',
    credential: 'No key reads it.',
    units: 'Tokens, or what a CEL expression makes of them.',
    freshness: 'Nothing to read.',
    enforcement: 'counts',
    exhausted: '429, the same as for a rate limit.',
    history: 'Its metrics.',
    see: 'https://aigateway.envoyproxy.io',
  },
  defaultUrl: undefined,
  requires: [],
  ...nothingToRead('envoy', 'its quota policies are rate limits without an endpoint'),
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'unknown', sharesRateStatus: true }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
};
