/**
 * Zhipu and Z.AI. Nearly everything is a 429; a number in `error.code` tells what. The reset time in the words has no time
 * zone, so it is not read.
 * @see https://docs.z.ai/api-reference/api-code
 */
import type { Gateway } from '../ports/gateway.js';
import { classify, onWord } from '../wire/failure-rules.js';
import { nothingToRead } from './shared/nothing-to-read.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

const RULES = [
  onWord('code', {
    '1113': { kind: 'exhausted', scope: 'account' },
    '1302': 'rate-limited',
    '1303': 'rate-limited',
    '1304': { kind: 'exhausted', scope: 'day' },
    '1305': 'rate-limited',
    '1308': { kind: 'exhausted', scope: 'plan' },
    '1309': { kind: 'exhausted', scope: 'plan' },
    '1310': { kind: 'exhausted', scope: 'plan' },
    '1312': 'rate-limited',
  }),
];

export const zhipu: Gateway = {
  id: 'zhipu',
  summary: 'Meters and classifies; nothing to read: give `gateway.budgets` in the policy file.',
  facts: {
    title: 'Zhipu, Z.AI',
    credential: 'No key reads it.',
    units: 'A plan, or a prepaid balance.',
    freshness: 'Nothing to read.',
    enforcement: 'checks',
    exhausted:
      '429 with `error.code` 1113 (balance), 1304 (day), 1308 to 1310 (plan); 1302, 1303, 1305 and 1312 are rates.',
    history: 'The console.',
    attribution: 'Nothing: it books by key.',
    see: 'https://docs.z.ai/api-reference/api-code',
  },
  defaultUrl: undefined,
  requires: [],
  ...nothingToRead('zhipu', 'no balance endpoint is published'),
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'gateway' }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
};
