/** How a person opens a gate, in every place that says it. */
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
