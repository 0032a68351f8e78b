/** The end of a job whose check nobody completed: it goes by what the check said when it was opened. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { readCheckState } from '../../src/core/check.js';
import { checkTarget, withCheck } from '../../src/modes/check.js';
import { failUnfinished } from '../../src/modes/unfinished-check.js';
import { configOf, FAKE_GATEWAY, ON_A_BRANCH } from '../support/config.js';
import { FixedClock, InMemoryGitHub, InMemoryStore, RecordingRunner } from '../support/fakes.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function policyOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'spendgate-check-'));
  folders.push(folder);
  const file = join(folder, 'policy.yml');
  writeFileSync(file, `version: 1\n${text}`);
  return file;
}

/** `pre` opens the check, and nobody completes it. */
async function left(kind: 'run' | 'status', inputs: { readonly observe?: string; readonly config?: string }) {
  const config = configOf(
    { mode: 'pre', gateway: FAKE_GATEWAY, 'gateway-url': 'https://llm.test', check: kind, ...inputs },
    { environment: { ...ON_A_BRANCH, GITHUB_SHA: 'a'.repeat(40) } },
  );
  const github = new InMemoryGitHub();
  const runner = new RecordingRunner();
  const deps = { config, runner, clock: new FixedClock(), store: new InMemoryStore(), github, reporters: [] };
  await withCheck(deps, async (opened) => opened);
  const target = checkTarget(config);
  const state = readCheckState(runner.state['check'] ?? '');
  if (target === undefined || state === undefined) throw new Error('no check was opened');
  await failUnfinished(github, target, { id: state.id, progress: 'pre ended' });
  return kind === 'run' ? github.checks.at(-1)?.conclusion : github.statuses.at(-1)?.state;
}

test.each([
  ['nobody says so', () => ({}), 'failure', 'error'],
  ['the input says so', () => ({ observe: 'true' }), 'neutral', 'success'],
  [
    'the policy file says so',
    () => ({ config: policyOf('defaults: { observe: true }\n') }),
    'neutral',
    'success',
  ],
  [
    'the input outranks the policy file',
    () => ({ observe: 'false', config: policyOf('defaults: { observe: true }\n') }),
    'failure',
    'error',
  ],
])('a job is only observed where %s', async (_name, inputs, run, status) => {
  expect(await left('run', inputs())).toBe(run);
  expect(await left('status', inputs())).toBe(status);
});
