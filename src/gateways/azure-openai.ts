/**
 * Azure OpenAI. OpenAI's words, and the status in `error.code`. No spend cap refuses a call: budgets act on the subscription.
 * @see https://learn.microsoft.com/azure/ai-services/openai/quotas-limits
 */
import type { Gateway } from '../ports/gateway.js';
import { classify } from '../wire/failure-rules.js';
import { OPENAI_RULES } from '../wire/provider-rules.js';
import { nothingToRead } from './shared/nothing-to-read.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

const RULES = OPENAI_RULES;

export const azureOpenai: Gateway = {
  id: 'azure-openai',
  summary: 'Meters and classifies; nothing to read: give `gateway.budgets` in the policy file.',
  facts: {
    title: 'Azure OpenAI',
    credential: 'No key reads it.',
    units: 'The currency of the subscription.',
    freshness: 'Nothing to read.',
    enforcement: 'none',
    exhausted: 'No answer says that a spend cap is reached. 429 is a rate of tokens or requests.',
    history: 'Cost Management.',
    attribution: 'Nothing: it books by deployment and key.',
    see: 'https://learn.microsoft.com/azure/ai-services/openai/quotas-limits',
  },
  defaultUrl: undefined,
  requires: [],
  ...nothingToRead('azure-openai', 'Azure budgets belong to the subscription and do not refuse calls'),
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'gateway' }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
};
