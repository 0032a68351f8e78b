/** How a person opens a gate, in every place that says it. */

/**
 * Part of a sentence.
 * @param store as `gate-store` says: another one knows nothing of the gate, so it has to be said again
 */
export function howToOpen(gate: string, store = 'cache'): string {
  const [input, flag] =
    store === 'cache' ? ['', ''] : [`, \`gate-store: ${store}\``, ` --gate-store ${store}`];
  const where = `\`mode: gate\`, \`gate: ${gate}\`${input}, \`gate-action: open\``;
  return `open it from a run on the default branch with ${where}; on a laptop, in GitLab or Jenkins: \`spendgate gate open --gate '${gate}'${flag}\``;
}
