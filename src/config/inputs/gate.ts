/** The flag that makes the next run wait for a person. */
import { GATE_STORE_CHOICES } from '../../ports/store.js';
import { oneOf, parseRuns } from '../parsers.js';
import { parseDuration } from '../quantity.js';
import { asText, defineInputs } from './spec.js';

const GATE_DECISION = 'somebody decides over a gate once, with `mode: gate`';

export const GATE_INPUTS = defineInputs({
  gate: {
    modes: ['pre', 'post', 'gate'],
    description: 'Name of the gate. Runs that share a name wait for each other.',
    example: 'nightly-triage',
    default: 'workflow and task',
    parse: asText,
  },
  'block-for': {
    modes: ['pre', 'post', 'gate'],
    description: 'How long a closed gate stays closed.',
    example: '7d',
    default: 'until a person opens it',
    parse: parseDuration,
  },
  'gate-store': {
    modes: ['pre', 'post', 'gate'],
    description:
      'Where the state of the gate is kept: `cache` in the Actions cache (on a laptop: in a file), `issue` in an issue of this repository that is open while the gate is closed (`issues: write`), or `both`.',
    example: 'both',
    default: '`cache`',
    parse: oneOf(...GATE_STORE_CHOICES),
  },
  'reruns-per-commit': {
    modes: ['pre'],
    description:
      'How often this workflow may be run again for one commit. More than that is denied; the reviewers of an environment can let more pass (docs/gate.md). Other runs are counted with `actions: read`.',
    example: '1',
    default: 'no limit',
    parse: parseRuns,
  },
  'gate-action': {
    modes: ['gate'],
    description: 'What to do with the gate: `status`, `open` or `close`.',
    example: 'open',
    default: '`status`',
    workflowOnly: GATE_DECISION,
    parse: oneOf('status', 'open', 'close'),
  },
  reason: {
    modes: ['gate'],
    description: 'Why the gate is opened or closed. It is recorded with the actor.',
    example: 'Looked at run 42: a large refactoring, fine.',
    workflowOnly: GATE_DECISION,
    parse: asText,
  },
});
