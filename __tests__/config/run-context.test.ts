import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { readRunContext } from '../../src/config/run-context.js';

const dir = mkdtempSync(join(tmpdir(), 'spendgate-context-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let files = 0;
function eventFile(event: unknown): string {
  const path = join(dir, `event-${++files}.json`);
  writeFileSync(path, JSON.stringify(event));
  return path;
}
const job = {
  GITHUB_ACTIONS: 'true',
  GITHUB_REPOSITORY: 'acme/app',
  GITHUB_RUN_ID: '42',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_WORKFLOW: 'Nightly',
  GITHUB_ACTOR: 'first',
  GITHUB_TRIGGERING_ACTOR: 'second',
  GITHUB_EVENT_NAME: 'pull_request',
  GITHUB_REF: 'refs/pull/7/merge',
  RUNNER_TEMP: '/runner/temp',
  HOME: '/home/me',
};

describe('in a job', () => {
  test('the context is what GitHub says; the actor is who started this attempt', () => {
    expect(readRunContext(job)).toMatchObject({
      isActions: true,
      repository: 'acme/app',
      runId: '42',
      runAttempt: 2,
      workflow: 'Nightly',
      actor: 'second',
      runUrl: 'https://github.com/acme/app/actions/runs/42',
      jobDir: join('/runner/temp', 'spendgate'),
      stateDir: join('/home/me', '.local', 'state', 'spendgate'),
    });
  });

  test.each([
    ['read', 'read'],
    ['write-only', 'write-only'],
    [' None ', 'none'],
    ['', undefined],
    ['`x` <b>', undefined],
    [undefined, undefined],
  ])('the cache mode %p of the job is %p', (value, expected) => {
    const environment = value === undefined ? job : { ...job, ACTIONS_CACHE_MODE: value };
    expect(readRunContext(environment).cacheMode).toBe(expected);
  });

  test('an enterprise server is named in URLs', () => {
    const server = {
      GITHUB_SERVER_URL: 'https://git.acme.example',
      GITHUB_API_URL: 'https://git.acme.example/api/v3',
    };
    expect(readRunContext({ ...job, ...server })).toMatchObject({
      runUrl: 'https://git.acme.example/acme/app/actions/runs/42',
      apiUrl: 'https://git.acme.example/api/v3',
    });
  });

  test('names the branch that a pull request goes to', () => {
    expect(readRunContext({ ...job, GITHUB_BASE_REF: 'next' }).baseBranch).toBe('next');
    expect(readRunContext({ ...job, GITHUB_BASE_REF: '' }).baseBranch).toBeUndefined();
  });

  test.each([
    ['a pull request', { pull_request: { number: 7 } }, 7],
    ['a comment on a pull request', { issue: { number: 8, pull_request: { url: 'x' } } }, 8],
    ['a comment on an issue', { issue: { number: 9 } }, undefined],
    ['a push', {}, undefined],
    ['an event of unknown shape', { pull_request: 'seven' }, undefined],
    ['a list', [], undefined],
  ])('%s gives its pull request', (_what, event, expected) => {
    expect(readRunContext({ ...job, GITHUB_EVENT_PATH: eventFile(event) }).pullRequest).toBe(expected);
  });

  test.each([
    [
      'a pull request is its head, not the merge',
      { pull_request: { number: 7, head: { sha: 'abc', repo: { full_name: 'acme/app' } } } },
      { headSha: 'abc', readOnlyBecause: undefined },
    ],
    [
      'a fork is its head too, and can only read',
      { pull_request: { number: 7, head: { sha: 'abc', repo: { full_name: 'stranger/app' } } } },
      { headSha: 'abc', readOnlyBecause: 'fork' },
    ],
    [
      'a fork that is gone can only read',
      { pull_request: { number: 7, head: { sha: 'abc', repo: null } } },
      { readOnlyBecause: 'fork' },
    ],
    ['a merge group is its head', { merge_group: { head_sha: 'def' } }, { headSha: 'def' }],
    ['anything else is the commit of the run', {}, { headSha: 'merge' }],
  ])('the commit of %s', (_what, event, expected) => {
    const environment = { ...job, GITHUB_SHA: 'merge', GITHUB_EVENT_PATH: eventFile(event) };
    expect(readRunContext(environment)).toMatchObject(expected);
  });

  test('Dependabot can only read', () => {
    expect(readRunContext({ ...job, GITHUB_ACTOR: 'dependabot[bot]' }).readOnlyBecause).toBe('dependabot');
  });

  test('a `workflow_run` event tells of the run before', () => {
    const run = {
      id: 41,
      run_attempt: 2,
      workflow_id: 31,
      event: 'pull_request',
      html_url: 'https://github.com/acme/app/actions/runs/41',
      head_sha: 'abc',
      head_branch: 'patch-1',
      head_repository: { full_name: 'stranger/app' },
    };
    expect(
      readRunContext({ ...job, GITHUB_EVENT_PATH: eventFile({ workflow_run: run }) }).upstreamRun,
    ).toEqual({
      id: 41,
      attempt: 2,
      workflowId: 31,
      event: 'pull_request',
      url: 'https://github.com/acme/app/actions/runs/41',
      headSha: 'abc',
      headBranch: 'patch-1',
      headRepository: 'stranger/app',
    });
    const { html_url: _, ...bare } = run;
    const event = eventFile({ workflow_run: bare });
    const context = readRunContext({
      ...job,
      GITHUB_SERVER_URL: 'https://ghe.test',
      GITHUB_REPOSITORY: 'acme/app',
      GITHUB_EVENT_PATH: event,
    });
    expect(context.upstreamRun?.url).toBe('https://ghe.test/acme/app/actions/runs/41');
  });

  test('the default branch comes from the event, and on a schedule from the ref', () => {
    const event = eventFile({ repository: { default_branch: 'trunk' } });
    expect(readRunContext({ ...job, GITHUB_EVENT_PATH: event }).defaultBranch).toBe('trunk');
    const schedule = { ...job, GITHUB_EVENT_NAME: 'schedule', GITHUB_REF: 'refs/heads/main' };
    expect(readRunContext(schedule).defaultBranch).toBe('main');
    expect(readRunContext(job).defaultBranch).toBeUndefined();
  });

  test('an event with an issue that is no pull request still tells the default branch', () => {
    const event = eventFile({ issue: { number: 9 }, repository: { default_branch: 'trunk' } });
    expect(readRunContext({ ...job, GITHUB_EVENT_PATH: event }).defaultBranch).toBe('trunk');
  });

  test('an event file that is not there is no event', () => {
    expect(
      readRunContext({ ...job, GITHUB_EVENT_PATH: join(dir, 'absent.json') }).pullRequest,
    ).toBeUndefined();
  });
});

test.each([
  ['ACTIONS_RESULTS_URL', true],
  ['ACTIONS_CACHE_URL', true],
  ['ACTIONS_RUNTIME_TOKEN', false],
])('a cache service is there when %s names it: %p', (name, expected) => {
  expect(readRunContext({ ...job, [name]: 'https://cache.example.com/' }).hasCacheService).toBe(expected);
});

test('on a laptop there is no run to link to, and files go to the state folder', () => {
  expect(readRunContext({ HOME: '/home/me', XDG_STATE_HOME: '/state' })).toMatchObject({
    isActions: false,
    repository: undefined,
    runUrl: undefined,
    workflow: 'local',
    event: 'local',
    runAttempt: 1,
    runId: expect.stringMatching(/^local\d+$/),
    jobDir: join('/state', 'spendgate', 'runs'),
    stateDir: join('/state', 'spendgate'),
  });
});

describe('labels of the runner', () => {
  test.each([
    [{ RUNNER_OS: 'Linux', RUNNER_ENVIRONMENT: 'github-hosted' }, ['linux']],
    [{ RUNNER_OS: 'macOS', RUNNER_ENVIRONMENT: 'self-hosted' }, ['self-hosted', 'macos']],
    [{ RUNNER_OS: 'Windows' }, ['windows']],
    [{ RUNNER_ENVIRONMENT: 'self-hosted' }, ['self-hosted']],
    [{ RUNNER_OS: '' }, []],
    [{}, []],
  ])('%j are %j', (environment, labels) => {
    expect(readRunContext({ ...job, ...environment }).runnerLabels).toEqual(labels);
  });
});
