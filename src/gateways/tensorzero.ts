/**
 * TensorZero. A cost rule and a rate rule answer alike: 429 without a code, so a bare one says neither. Nothing tells what
 * is left.
 * @see https://github.com/tensorzero/tensorzero
 */
import type { Gateway } from '../ports/gateway.js';
import { classify, withOrigin } from '../wire/failure-rules.js';
import { PROVIDER_RULES } from '../wire/provider-rules.js';
import { nothingToRead } from './shared/nothing-to-read.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

const RULES = withOrigin('upstream', PROVIDER_RULES);

export const tensorzero: Gateway = {
  id: 'tensorzero',
  summary: 'Meters and classifies; nothing to read: give `gateway.budgets` in the policy file.',
  facts: {
    title: 'TensorZero',
    credential: 'No key reads it.',
    units: 'Whatever its `rate_limiting` rules count; `cost_per_…` is USD.',
    freshness: 'Nothing to read.',
    enforcement: 'reserves',
    exhausted:
      '429 `{"error":{"message":…}}` (OpenAI route) or `{"error":"…"}` (its own), the same as for a rate limit.',
    history: 'Its ClickHouse tables.',
    attribution: 'Nothing: its tags stand in the body.',
    see: 'https://github.com/tensorzero/tensorzero',
  },
  defaultUrl: undefined,
  requires: [],
  ...nothingToRead('tensorzero', 'its rate limits, cost ones too, have no endpoint'),
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'unknown', sharesRateStatus: true }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
};
