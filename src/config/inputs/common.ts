/** What every step is told. */
import { oneOf, parseBoolean, parseTeam } from '../parsers.js';
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
    description:
      '`true` reports everything, and no limit, budget, gate or verdict fails a step or refuses a call: the way to start. The exit code of the agent, the `timeout` of its command, wrong inputs and `mode: gate` act as ever.',
    example: 'true',
    default: '`false`',
    parse: parseBoolean,
  },
  team: {
    modes: MODES,
    description:
      'Which team pays. It is kept in the usage record, told in alerts, and sent to gateways that take it (`attribution`).',
    example: 'platform',
    parse: parseTeam,
  },
  'github-token': {
    modes: MODES,
    description:
      'Token for the PR comment (`pull-requests: write`), for reading the gate across refs (`actions: read`), for the check (`checks: write`, or `statuses: write`), for the gate in an issue (`issues: write`), and for the file that the policy file extends (`contents: read`).',
    example: '${{ github.token }}',
    default: '`${{ github.token }}`',
    secret: true,
    parse: asText,
  },
  'config-token': {
    modes: MODES,
    description:
      'Token that the file behind `extends` of the policy file is read with, where that stands in a private repository that `github-token` may not read. It needs `contents: read` there, and nothing else.',
    example: '${{ secrets.ORG_READ_TOKEN }}',
    default: '`github-token`',
    secret: true,
    parse: asText,
  },
});
