/** How a person opens a gate, in every place that says it. */

/** Part of a sentence. */
export function howToOpen(gate: string): string {
  return `open it from a run on the default branch with \`mode: gate\`, \`gate: ${gate}\`, \`gate-action: open\`; on a laptop, in GitLab or Jenkins: \`spendgate gate open --gate '${gate}'\``;
}
