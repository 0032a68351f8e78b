/** Facts of a run for tests: all there can be, and the same as a stranger would like to have them. */
import { type Attribution, attributionOf, type RunIdentity } from '../../src/core/attribution.js';

export const RUN: RunIdentity = {
  repository: 'acme/app',
  workflow: 'nightly',
  job: 'agent',
  runId: '42',
  runAttempt: 2,
  pullRequest: 7,
  issue: undefined,
  actor: 'octocat',
  event: 'pull_request',
  headSha: 'f00dfeed',
};

export const FACTS: Attribution = attributionOf(RUN, { task: 'triage', team: 'platform', agent: 'codex' });

/** Names that would begin a header, leave a list or an object, name somebody else, or fill the request. */
export const HOSTILE_NAMES = [
  'a\r\nx-litellm-tags: team:other',
  'line\nline\0\u2028line\u0085line',
  'one,team:other',
  '","team":"other',
  '\\","team":"other\\',
  '%2C%0d%0a',
  'Zürich 東京 🚀 \u202eevil',
  '\ud800 lone \udc00',
  'é'.repeat(10_240),
  '🚀'.repeat(10_240),
  'x'.repeat(10_240),
  '"'.repeat(10_240),
  '   ',
  '',
];

/** Every name there is, each of them hostile. */
export function hostileFacts(name: string): Attribution {
  const run = { ...RUN, repository: name, workflow: name, job: name, runId: name, actor: name, event: name };
  return attributionOf({ ...run, headSha: name }, { task: name, team: name, agent: name });
}
