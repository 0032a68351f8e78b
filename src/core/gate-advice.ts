/** How a person opens a gate, in every place that says it. */
import type { GatePlace } from './report.js';
import { cut } from './text.js';

/** A longer name would leave no room for the rest of what is said. */
const MAX_NAME = 100;

const asCode = (words: string) => `\`${words}\``;

/**
 * Part of a sentence.
 * @param store as `gate-store` says: another one knows nothing of the gate, so it has to be said again
 * @param mark how words of a workflow or a command are set apart
 */
export function howToOpen(gate: string, store = 'cache', mark = asCode): string {
  const name = cut(gate, MAX_NAME);
  const isElsewhere = store !== 'cache';
  const inputs = [
    'mode: gate',
    `gate: ${name}`,
    ...(isElsewhere ? [`gate-store: ${store}`] : []),
    'gate-action: open',
  ];
  const command = `spendgate gate open --gate '${name}'${isElsewhere ? ` --gate-store ${store}` : ''}`;
  const where = inputs.map((input) => mark(input)).join(', ');
  return `open it from a run on the default branch with ${where}; on a laptop, in GitLab or Jenkins: ${mark(command)}`;
}

/** The same where it is known what holds the gate closed: an issue is closed by hand, and nothing has to be run. */
export function howToOpenAt(gate: string, { store, issues }: GatePlace): string {
  if (issues.length === 0) return howToOpen(gate, store);
  const close = `close ${issues.map(({ url }) => url).join(' and ')}`;
  return store === 'issue' ? close : `${close}, or ${howToOpen(gate, store)}`;
}
