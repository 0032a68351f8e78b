/**
 * Envoy AI Gateway. Token budgets are rate limits that are charged after the answer, so a 429 says neither which it is nor
 * what is left.
 *
 * It has no header of its own for whose a call is: its operator names headers that become labels of metrics and spans. What
 * it does not know travels on to the provider, so nothing is said unless it is asked for. `x-ai-eg-` is its own, and
 * `x-envoy-` sets retries and timeouts.
 * @see https://github.com/envoyproxy/ai-gateway/pull/1269
 * @see https://aigateway.envoyproxy.io
 */
import { factsOf } from '../core/attribution.js';
import type { Gateway } from '../ports/gateway.js';
import { classify, withOrigin } from '../wire/failure-rules.js';
import { PROVIDER_RULES } from '../wire/provider-rules.js';
import { headerPerFact } from './shared/attribution-headers.js';
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
    attribution:
      'Nothing by default. With `tags` `x-spendgate-…`, a header for each fact: name them in `metricsRequestHeaderAttributes`. The providers behind it see them too, unless a header mutation takes them out.',
    see: 'https://aigateway.envoyproxy.io',
  },
  defaultUrl: undefined,
  requires: [],
  ...nothingToRead('envoy', 'its quota policies are rate limits without an endpoint'),
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'unknown', sharesRateStatus: true }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
  attribute: (facts, how) => (how === 'tags' ? headerPerFact('x-spendgate-', factsOf(facts)) : {}),
  reservedHeaders: { families: ['x-spendgate-', 'x-ai-eg-', 'x-envoy-'] },
};
