/** What every step is told. */
import { oneOf, parseBoolean } from '../parsers.js';
import { asText, defineInputs, MODES } from './spec.js';

export const COMMON_INPUTS = defineInputs({
  mode: {
    modes: MODES,
    description:
      'What this step does: `pre` asks whether the run may start, `wrap` runs the agent behind the meter, `post` judges what it used, `gate` shows, opens or closes the gate, `comment` shows the report of a run that could not, `verify` finds out what the gateway really does at its limits.',
    example: 'pre',
    workflowOnly: 'each step says it for itself',
    parse: oneOf(...MODES),
  },
  task: {
    modes: MODES,
    description: 'Task type. It selects the limits and expected ranges of the policy file.',
    example: 'triage',
    default: '`default`',
    workflowOnly: 'it selects a task of this file',
    parse: asText,
  },
  config: {
    modes: MODES,
    description: 'Path of the policy file. The default may be absent; a file that is named must exist.',
    example: '.github/spendgate.yml',
    default: '`.github/spendgate.yml`',
    workflowOnly: 'it names this file',
    parse: asText,
  },
  observe: {
    modes: MODES,
    description: '`true` reports everything, and fails and blocks nothing: the way to start.',
    example: 'true',
    default: '`false`',
    parse: parseBoolean,
  },
  'github-token': {
    modes: ['pre', 'wrap', 'post', 'gate', 'comment'],
    description:
      'Token for the PR comment (`pull-requests: write`), for the check (`checks: write`, or `statuses: write`) and for reading the gate across refs (`actions: read`).',
    example: '${{ github.token }}',
    default: '`${{ github.token }}`',
    secret: true,
    parse: asText,
  },
});
