/**
 * Merge Gateway. Typed codes under 402, and what is left in headers of each answer.
 * @see https://docs.merge.dev/merge-gateway/cost/budgets
 */
import type { FailureRule } from '../core/failure.js';
import type { Gateway } from '../ports/gateway.js';
import { classify, onWord, withOrigin } from '../wire/failure-rules.js';
import { saysNothingLeft } from '../wire/headers.js';
import { PROVIDER_RULES } from '../wire/provider-rules.js';
import { nothingToRead } from './shared/nothing-to-read.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

const LEFT_HEADERS: readonly (readonly [string, string])[] = [
  ['x-key-limit-remaining-usd', 'key'],
  ['x-project-budget-remaining-usd', 'project'],
  ['x-credit-balance-usd', 'account'],
];

const nothingLeft: FailureRule = ({ status, headers }) => {
  const empty = LEFT_HEADERS.find(([name]) => saysNothingLeft(headers[name]));
  if (status !== 402 || empty === undefined) return undefined;
  const [name, scope] = empty;
  return { kind: 'exhausted', by: 'header', evidence: `${name}: ${headers[name]}`, scope };
};

const RULES = [
  onWord('code', {
    budget_exceeded: { kind: 'exhausted', scope: 'organization' },
    payment_failed: { kind: 'exhausted', scope: 'account' },
    project_budget_exceeded: { kind: 'exhausted', scope: 'project' },
    api_key_limit_exceeded: { kind: 'exhausted', scope: 'key' },
  }),
  nothingLeft,
  ...withOrigin('upstream', PROVIDER_RULES),
];

export const merge: Gateway = {
  id: 'merge',
  aliases: ['merge-gateway'],
  summary: 'Meters and classifies; nothing to read: give `gateway.budgets` in the policy file.',
  facts: {
    title: 'Merge Gateway',
    credential: 'No key reads it.',
    units: 'USD.',
    freshness: 'With each answer.',
    enforcement: 'checks',
    exhausted:
      '402 with `code` `api_key_limit_exceeded`, `project_budget_exceeded`, `budget_exceeded` or `payment_failed`.',
    history: 'Its dashboard.',
    attribution: 'Nothing: it books by project, which stands in the body.',
    see: 'https://docs.merge.dev/merge-gateway/cost/budgets',
  },
  defaultUrl: undefined,
  requires: [],
  ...nothingToRead('merge', 'what is left stands in the headers of answers only'),
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'unknown' }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
};
