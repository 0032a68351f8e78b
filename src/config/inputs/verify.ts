/** How `verify` may spend a test budget. */
import { listOf } from '../parsers.js';
import { parseCount, parseUsd, parseWait } from '../quantity.js';
import { asText, defineInputs, PROBES, type ProbeName } from './spec.js';

const TEST_BUDGET = '`mode: verify` spends a test budget, and is told how in its own step';

export const VERIFY_INPUTS = defineInputs({
  'verify-max-cost': {
    modes: ['verify'],
    description:
      'The most that all probes together may spend. On a terminal it is asked for; elsewhere it must be given.',
    example: '0.50 USD',
    workflowOnly: TEST_BUDGET,
    parse: parseUsd,
  },
  'verify-model': {
    modes: ['verify'],
    description: 'Model that the probes call, as the gateway names it. A cheap one is best.',
    example: 'gpt-5-mini',
    workflowOnly: TEST_BUDGET,
    parse: asText,
  },
  'verify-probes': {
    modes: ['verify'],
    description: 'Which probes run, separated by commas.',
    example: 'happy-path,exhaustion',
    default: 'all that have what they need',
    workflowOnly: TEST_BUDGET,
    parse: (value): readonly ProbeName[] => listOf(PROBES, value),
  },
  'verify-budget': {
    modes: ['verify'],
    description:
      'The test budget that is set on the key at the gateway, where it cannot be read there. Deliberately small.',
    example: '0.05 USD',
    workflowOnly: TEST_BUDGET,
    parse: parseUsd,
  },
  'verify-second-key': {
    modes: ['verify'],
    description:
      'Another key, to see whether it is affected when the first one is exhausted. Masked at once.',
    example: '${{ secrets.LLM_SECOND_KEY }}',
    secret: true,
    parse: asText,
  },
  'verify-fallback-model': {
    modes: ['verify'],
    description:
      'A model that the gateway falls back to, to see whether it answers when the budget is exhausted.',
    example: 'gpt-5-nano',
    workflowOnly: TEST_BUDGET,
    parse: asText,
  },
  'verify-request-ceiling': {
    modes: ['verify'],
    description:
      'Output ceiling per request that is set at the gateway: the probe asks for more, and sees whether it is refused or silently cut.',
    example: '4k',
    workflowOnly: TEST_BUDGET,
    parse: parseCount,
  },
  'verify-label': {
    modes: ['verify'],
    description: 'Name of the key in the log record; never the key itself.',
    example: 'ci-agent-test',
    default: 'the scope that the gateway names',
    workflowOnly: TEST_BUDGET,
    parse: asText,
  },
  'verify-wait': {
    modes: ['verify'],
    description: "How long to wait for the gateway's own count to follow its calls.",
    example: '3m',
    default: '`90s`',
    workflowOnly: TEST_BUDGET,
    parse: parseWait,
  },
  'verify-dir': {
    modes: ['verify'],
    description: 'Folder for the log record, the contract report and the `contract` block.',
    example: 'spendgate-verify',
    default: '`spendgate-verify`',
    workflowOnly: TEST_BUDGET,
    parse: asText,
  },
});
