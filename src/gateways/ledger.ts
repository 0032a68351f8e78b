/** No usage API at all: the budget stands in the policy file (`gateway.budgets`), and the ledger says what was used. */
import type { Gateway } from '../ports/gateway.js';
import { classify, withOrigin } from '../wire/failure-rules.js';
import { PROVIDER_RULES } from '../wire/provider-rules.js';
import { readWindows } from './shared/ledger-windows.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

const RULES = { rules: withOrigin('unknown', PROVIDER_RULES), origin: 'unknown' } as const;

export const ledger: Gateway = {
  id: 'ledger',
  summary: 'No usage API: `gateway.budgets` of the policy file minus what the ledger recorded in the window.',
  facts: {
    title: 'A budget of your own, in the policy file',
    credential: 'None.',
    units: 'USD or tokens, as written in `gateway.budgets`.',
    freshness: 'Runs count when `wrap` has ended.',
    enforcement: 'none',
    exhausted:
      '`pre` refuses the run; within a run the limits of `wrap` hold. Of providers, the words of OpenAI and Anthropic are known.',
    history: 'The Actions cache, or `~/.local/state/spendgate`.',
    attribution: 'Nothing: no gateway is named.',
    see: 'docs/budgets.md',
  },
  defaultUrl: undefined,
  requires: ['budgets'],
  readsWindows: true,
  readBudget: (context) => readWindows('ledger', context),
  readFailure: (evidence) => classify(evidence, RULES),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
};
