/** What a branch rule can require. */
import { oneOf, parseCheckName } from '../parsers.js';
import { asText, defineInputs } from './spec.js';

const CHECK_IS_OF_THE_JOB = 'a branch rule requires the check by its name, whatever the task';

export const CHECK_INPUTS = defineInputs({
  check: {
    modes: ['pre', 'wrap', 'post', 'comment'],
    description:
      'What a branch rule can require: `run` keeps a check run on the commit (`checks: write`), `status` a commit status (`statuses: write`), `none` neither. It is in progress from before the agent starts until `post` completes it, and fails where nobody does. Every step of the job is told the same.',
    example: 'run',
    default: '`none`',
    workflowOnly: CHECK_IS_OF_THE_JOB,
    parse: oneOf('none', 'run', 'status'),
  },
  'check-name': {
    modes: ['pre', 'wrap', 'post', 'comment'],
    description: 'Name of the check. Jobs of a matrix each need their own.',
    example: 'spendgate (${{ matrix.agent }})',
    default: '`spendgate`',
    workflowOnly: CHECK_IS_OF_THE_JOB,
    parse: parseCheckName,
  },
  report: {
    modes: ['comment'],
    description:
      'Path of the report that `post` wrote in another run, out of its artifact. It is read as a stranger’s text.',
    example: 'report/default-report.json',
    workflowOnly: 'it is said where the artifact is downloaded',
    parse: asText,
  },
});
