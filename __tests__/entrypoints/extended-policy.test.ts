/** Reading the file that a policy extends: with which token, and what is told when it does not work. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ExtendedFile } from '../../src/config/extended-file.js';
import type { RawInputs } from '../../src/config/own-policy.js';
import { configure } from '../../src/entrypoints/configure.js';
import { readPolicyFiles } from '../../src/entrypoints/extended-policy.js';
import { RecordingRunner } from '../support/fakes.js';
import { type GitHubApi, startGitHubApi } from '../support/github-api.js';

const SHA = '0123456789abcdef0123456789abcdef01234567';
const REFERENCE = `acme/platform/defaults.yml@${SHA}`;

let api: GitHubApi;
let dir: string;
let config: string;

beforeEach(async () => {
  api = await startGitHubApi();
  api.contents.set(`defaults.yml@${SHA}`, 'version: 1\n');
  dir = mkdtempSync(join(tmpdir(), 'spendgate-extended-'));
  config = join(dir, 'policy.yml');
  writeFileSync(config, `version: 1\nextends: ${REFERENCE}\n`);
});
afterEach(async () => {
  rmSync(dir, { recursive: true, force: true });
  await api.close();
});

const environment = () => ({
  GITHUB_ACTIONS: 'true',
  GITHUB_API_URL: api.url,
  GITHUB_REPOSITORY: 'acme/app',
});
async function read(
  inputs: RawInputs = {},
  more: Record<string, string> = {},
): Promise<ExtendedFile | undefined> {
  const { extended } = await readPolicyFiles({ config, ...inputs }, { ...environment(), ...more });
  return extended;
}
const READ = { 'github-token': 'contents=read' };

test('is read with the token of the job, at the commit', async () => {
  expect(await read(READ)).toEqual({ reference: REFERENCE, text: 'version: 1\n' });
});

test('is read with config-token, where one is given', async () => {
  const tokens = { 'github-token': 'issues=read', 'config-token': 'contents=read' };
  expect(await read(tokens)).toHaveProperty('text');
});

describe('nothing is asked for', () => {
  test.each([
    ['no file is there', undefined],
    ['the file extends none', 'version: 1\n'],
    ['the file is wrong in itself', `version: 1\nextends: ${REFERENCE}\ntaks: {}\n`],
    ['the reference is none', 'version: 1\nextends: acme/platform/defaults.yml@main\n'],
  ])('when %s', async (_name, text) => {
    if (text === undefined) rmSync(config);
    else writeFileSync(config, text);
    expect([await read(READ), api.requests]).toEqual([undefined, []]);
  });

  test('when the file was changed since wrap had started: it may name anything', async () => {
    const variable = `SPENDGATE_POLICY_${createHash('sha256').update(config).digest('hex').slice(0, 16).toUpperCase()}`;
    expect([await read(READ, { [variable]: 'another checksum' }), api.requests]).toEqual([undefined, []]);
  });
});

test('what is read later is the file that named the reference, whatever stands there by then', async () => {
  writeFileSync(config, `version: 1\nextends: ${REFERENCE}\ndefaults: { on-out-of-range: fail }\n`);
  const answer = api.contents.get.bind(api.contents);
  api.contents.get = (name) => {
    writeFileSync(config, 'version: 1\ndefaults: { on-out-of-range: warn }\n');
    return answer(name);
  };
  const told = {
    runner: new RecordingRunner(),
    environment: environment(),
    inputs: { mode: 'post', config, ...READ },
    command: undefined,
  };
  const { config: held, decideNow } = await configure(told);
  expect(readFileSync(config, 'utf8')).toContain('warn');
  expect([held.post.onOutOfRange, decideNow().post.onOutOfRange]).toEqual(['fail', 'fail']);
  expect(decideNow().policy.checksum).toBe(held.policy.checksum);
});

describe('what went wrong is told with what to add', () => {
  test('without a token', async () => {
    const told = {
      reference: REFERENCE,
      reason: 'No token is given to read it with.',
      hint: expect.any(String),
    };
    expect(await read()).toEqual(told);
  });

  test('where the permission is missing: in another repository also the token for a private one', async () => {
    const found = await read({ 'github-token': 'issues=read' });
    expect(found).toMatchObject({
      reason: expect.stringContaining('no `contents: read`'),
      hint: expect.stringMatching(
        /`permissions: \{ contents: read \}` on the job.*config-token: "\$\{\{ secrets\./,
      ),
    });
    const own = await read({ 'github-token': 'issues=read' }, { GITHUB_REPOSITORY: 'acme/platform' });
    expect(own).toMatchObject({ hint: '`permissions: { contents: read }` on the job' });
  });

  test('on a laptop, where no job has permissions, with how a token is given', async () => {
    const hint = expect.stringMatching(/`GITHUB_TOKEN`.*`--github-token`/);
    for (const inputs of [{}, { 'github-token': 'issues=read' }])
      expect(await read(inputs, { GITHUB_ACTIONS: '' })).toMatchObject({ hint });
  });

  test.each([401, 403, 404])('of %d: a permission', async (status) => {
    api.faults.push({ status, times: 1 });
    expect(await read(READ)).toMatchObject({ hint: expect.stringContaining('permissions:') });
  });
});

describe('where GitHub gives no answer the run ends, and may be started again', () => {
  const failure = async (more: Record<string, string> = {}) =>
    read(READ, more).then(
      () => undefined,
      (error: unknown) => error,
    );
  const isFailed = expect.objectContaining({
    code: 'github-failed',
    exitCode: 5,
    message: expect.stringContaining('GitHub did not answer'),
    hint: expect.stringContaining('Start the run again'),
  });

  test('when nothing listens, without the token', async () => {
    const error = await failure({ GITHUB_API_URL: 'http://127.0.0.1:1' });
    expect(error).toEqual(isFailed);
    expect(String(error)).not.toMatch(/contents=read|permissions/);
  });

  test('when it fails each time', async () => {
    api.faults.push({ status: 503, times: 9 });
    expect(await failure()).toEqual(isFailed);
  });
});
