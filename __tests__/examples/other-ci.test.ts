/** gitlab-ci.yml and Jenkinsfile: their commands as shell, with the committed command line, over several nights. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { readExample, startWorld, type World } from '../support/examples.js';
import { createGitLab, createJenkins, gitLabJob, type OtherCi } from '../support/other-ci.js';

// A night is a clone and three programs.
jest.setTimeout(120_000);

const KEY = 'sk-key-of-the-other-ci';
let world: World;
let published: string;

/** What `git clone` of the examples gets: the command line as it is committed, under the tag v1. */
beforeAll(() => {
  published = mkdtempSync(join(tmpdir(), 'spendgate-published-'));
  cpSync(fileURLToPath(new URL('../../dist', import.meta.url)), join(published, 'dist'), { recursive: true });
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...words], { cwd: published });
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'v1');
  git('tag', 'v1');
});

afterAll(() => rmSync(published, { recursive: true, force: true }));

beforeEach(async () => {
  world = await startWorld();
});

afterEach(() => world.close());

const environment = (more: Readonly<Record<string, string>> = {}) => ({
  PATH: world.path,
  LLM_GATEWAY_URL: world.provider.url,
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: `url.file://${published}.insteadOf`,
  GIT_CONFIG_VALUE_0: 'https://github.com/spendgate/spendgate',
  ...more,
});

interface Nightly {
  readonly ci: OtherCi;
  night(more?: Readonly<Record<string, string>>): ReturnType<OtherCi['run']>;
  open(reason: string): ReturnType<OtherCi['run']>;
}

function gitLab(): Nightly {
  const ci = createGitLab();
  const secret = { SPENDGATE_GATEWAY_KEY: KEY, GITLAB_USER_LOGIN: 'ada' };
  return {
    ci,
    night: (more) => ci.run('nightly-agent', environment({ ...secret, ...more })),
    open: (REASON) => ci.run('open-gate', environment({ ...secret, REASON })),
  };
}

function jenkins(): Nightly {
  const ci = createJenkins();
  const secret = { 'credential:llm-key': KEY };
  const stage = async (name: string, more: Readonly<Record<string, string>> = {}) => {
    const installed = await ci.run('spendgate', environment({ ...secret, ...more }));
    expect(installed.code).toBe(0);
    return ci.run(name, environment({ ...secret, ...more }));
  };
  return {
    ci,
    night: (more) => stage('agent', more),
    open: (reason) => stage('open gate', { OPEN_GATE_BECAUSE: reason }),
  };
}

describe.each([
  ['gitlab-ci.yml', gitLab],
  ['Jenkinsfile', jenkins],
])('%s', (_name, create) => {
  let nightly: Nightly;

  beforeEach(() => {
    nightly = create();
  });

  afterEach(() => nightly.ci.clean());

  test('a normal night ends with 0, and the agent is metered without seeing the key', async () => {
    const { code, log } = await nightly.night();
    expect(log).toContain('agent: ["-p","Triage the entries of TODO.md"');
    expect(code).toBe(0);
    expect(log).not.toContain(KEY);
    expect(world.provider.billed).toHaveLength(5);
  });

  test('after a night outside its range the next one ends with 3, until a person opens the gate', async () => {
    expect((await nightly.night({ AGENT_CALLS: '45' })).code).toBe(0);
    const held = await nightly.night();
    expect(held.code).toBe(3);
    expect(held.log).toContain('nightly-triage');
    expect(world.provider.billed).toHaveLength(45);
    const opened = await nightly.open('a large backlog');
    expect(opened.log).toContain('a large backlog');
    expect(opened.code).toBe(0);
    expect((await nightly.night()).code).toBe(0);
  });

  test('an agent at its limit ends with 3, and post has judged it', async () => {
    const { code, log } = await nightly.night({ AGENT_CALLS: '70' });
    expect(code).toBe(3);
    expect(log).toContain('max-requests');
    expect((await nightly.night()).log).toContain('closed');
  });

  test('a gateway that fails ends with 4, and starts no agent', async () => {
    world.provider.setScript({ routes: { '/key/info': () => ({ status: 503, body: 'down' }) } });
    expect((await nightly.night()).code).toBe(4);
    expect(world.provider.billed).toHaveLength(0);
  });
});

test('Jenkins: a state folder that cannot be written ends with 5', async () => {
  const nightly = jenkins();
  writeFileSync(nightly.ci.kept, 'not a folder');
  expect((await nightly.open('why not')).code).toBe(5);
  nightly.ci.clean();
});

test('GitLab makes a warning of 3, and tries 4 once more', () => {
  const job = gitLabJob('nightly-agent');
  expect(job.allow_failure?.exit_codes).toEqual([3]);
  expect(job.retry?.exit_codes).toEqual([4]);
});

test('GitLab keeps the state from branches that are not protected, and opens the gate on the default branch alone', () => {
  const job = gitLabJob('open-gate');
  expect(job.cache).not.toHaveProperty('unprotect');
  expect(job.rules).toEqual([
    { if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH', when: 'manual', allow_failure: true },
  ]);
});

test('Jenkins makes a build unstable for 3, and fails it for every other code', () => {
  const script = readExample('Jenkinsfile');
  expect(script).toMatch(/if \(code == 3\) unstable\(.*\)\n\s+else if \(code != 0\) error\(/);
});
