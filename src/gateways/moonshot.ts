/**
 * Moonshot (Kimi). Everything about money and rates is a 429; `error.type` tells which.
 * @see https://platform.moonshot.ai/docs/api/chat
 */
import type { Gateway } from '../ports/gateway.js';
import { classify, onWord } from '../wire/failure-rules.js';
import { nothingToRead } from './shared/nothing-to-read.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

const RULES = [
  onWord('type', {
    exceeded_current_quota_error: { kind: 'exhausted', scope: 'account' },
    rate_limit_reached_error: 'rate-limited',
    engine_overloaded_error: 'overloaded',
    invalid_authentication_error: 'unauthorised',
  }),
];

export const moonshot: Gateway = {
  id: 'moonshot',
  summary: 'Meters and classifies; nothing to read: give `gateway.budgets` in the policy file.',
  facts: {
    title: 'Moonshot (Kimi)',
    credential: 'No key reads it.',
    units: 'A prepaid balance.',
    freshness: 'Nothing to read.',
    enforcement: 'checks',
    exhausted:
      '429 with `error.type` `exceeded_current_quota_error`; other types under the status are rates.',
    history: 'The console.',
    attribution: 'Nothing: it books by key.',
    see: 'https://platform.moonshot.ai/docs/api/chat',
  },
  defaultUrl: 'https://api.moonshot.ai',
  requires: [],
  ...nothingToRead('moonshot', 'its balance endpoint has not been checked'),
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'gateway' }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
};
