/** What went wrong with the meter itself while a run went on, as findings. */
import { type Finding, finding } from '../core/findings.js';
import type { Trouble } from '../core/testament.js';

interface Kind {
  readonly level: Finding['level'];
  readonly title: string;
  readonly advice: string;
}

const KINDS: Readonly<Record<Trouble['id'], Kind>> = {
  'ledger-trouble': {
    level: 'warning',
    title: 'The ledger could not be written',
    advice: 'Look at the disk of the runner. The figures come from memory, so they are whole all the same.',
  },
  'not-handed-on': {
    level: 'error',
    title: 'Later steps could not be told of this run',
    advice:
      'Something took away the files of the runner, so that `post` finds no record: look at what the agent, or a clean-up in it, removed.',
  },
  'unread-usage': {
    level: 'notice',
    title: 'An answer could not be read',
    advice: 'A call whose usage is not known is counted as unreported: compare with the gateway’s own count.',
  },
  unexpected: {
    level: 'warning',
    title: 'The meter met an error of its own',
    advice:
      'The run went on. Compare with the gateway’s own count, and report this with the version of spendgate.',
  },
};

export function troubleFinding({ id, message }: Trouble): Finding {
  const { level, title, advice } = KINDS[id];
  return finding(level, id, title, message, { advice });
}
