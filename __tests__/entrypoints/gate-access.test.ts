/** What a person is asked for where a token may do nothing with issues, and a gate is kept in one. */
import '../support/realm.js';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { InputName } from '../../src/config/inputs.js';
import { createModeStore } from '../../src/entrypoints/compose.js';
import { createGitHub } from '../../src/platform/github/index.js';
import { configOf } from '../support/config.js';
import { type GitHubApi, startGitHubApi } from '../support/github-api.js';

let api: GitHubApi;
beforeEach(async () => {
  api = await startGitHubApi();
});
afterEach(() => api.close());

/** Permissions that were missed, in order, by a step that reads its gate and then changes it where it may. */
async function missed(inputs: Partial<Record<InputName, string>>): Promise<readonly string[]> {
  const asked: string[] = [];
  const config = configOf({ 'github-token': 'contents=read', 'gate-store': 'issue', ...inputs });
  const github = createGitHub({
    token: 'contents=read',
    repository: 'acme/app',
    apiUrl: api.url,
    onMissing: (permission) => asked.push(permission),
  });
  const store = createModeStore(config, github);
  const { name, isChangedHere } = config.gate;
  await store.readGate(name, undefined, true);
  const change = {
    gate: name,
    closed: true,
    createdAt: '2026-11-22T09:00:00.000Z',
    runId: '42',
    runAttempt: 1,
    until: undefined,
    actor: 'octocat',
    reason: 'A loop.',
  };
  if (isChangedHere) expect(await store.saveGate(change)).toMatchObject({ saved: false });
  return [...new Set(asked)];
}

test.each([
  ['post', { mode: 'post' }],
  ['gate, closing', { mode: 'gate', 'gate-action': 'close', reason: 'x' }],
  ['gate, opening', { mode: 'gate', 'gate-action': 'open', reason: 'x' }],
])(
  'a step that reads a gate and changes it asks once for what it needs in all: %s',
  async (_name, inputs) => {
    expect(await missed(inputs)).toEqual(['issues: write']);
  },
);

test.each([
  ['pre', { mode: 'pre', gateway: 'fake' }],
  ['gate, looking', { mode: 'gate' }],
  ['post that only tells', { mode: 'post', 'on-out-of-range': 'warn' }],
  ['post that only observes', { mode: 'post', observe: 'true' }],
])('a step that only reads a gate asks for no more than that: %s', async (_name, inputs) => {
  expect(await missed(inputs)).toEqual(['issues: read']);
});
