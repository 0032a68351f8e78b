/** A gate from one run to the next, through the committed bundle: the real @actions/cache, GitHub's API on loopback. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type CacheService, startCacheService } from '../support/cache-service.js';
import { closeIssue, type IssueRow } from '../support/github/issues.js';
import { type GitHubApi, startGitHubApi } from '../support/github-api.js';
import { createJob, type Job, type JobOptions, type StepResult } from '../support/runner.js';

let cache: CacheService;
let github: GitHubApi;
let jobs: Job[];

beforeEach(async () => {
  cache = await startCacheService();
  github = await startGitHubApi(cache);
  jobs = [];
});

afterEach(async () => {
  for (const job of jobs) job.clean();
  await Promise.all([cache.close(), github.close()]);
});

type Options = JobOptions & { readonly access?: 'read' | 'write' };

function newJob(options: Options = {}): Job {
  const ref = options.event === 'pull_request' ? 'refs/pull/7/merge' : 'refs/heads/main';
  const environment = {
    ...cache.environment(ref, options.access),
    GITHUB_API_URL: github.url,
    ...options.environment,
  };
  const job = createJob({ ...options, environment });
  jobs.push(job);
  return job;
}

const shared = { gate: 'nightly', 'gate-store': 'both', 'github-token': 'write' };
const pre = (more = {}) => ({ mode: 'pre', ...shared, ...more });
const status = (more = {}) => ({ mode: 'gate', ...shared, ...more });
/** Judges a run that used too much. */
const tooMuch = (more = {}) => ({
  mode: 'post',
  ...shared,
  'input-tokens': '60000',
  'expect-input-tokens': '5k..50k',
  comment: 'never',
  ...more,
});
const onPull = (rest: Options = {}) => newJob({ event: 'pull_request', runId: '4700', ...rest });
const nightly = (rest: Options = {}) => newJob({ event: 'schedule', runId: '4711', ...rest });
const said = ({ annotations }: StepResult, level: string) =>
  annotations.filter((item) => item.level === level).map(({ message }) => message);
const issue = (): IssueRow | undefined => github.issues[0];
/** What a person does a little later: GitHub counts in whole seconds. */
const closedByHand = (login: string) => closeIssue(issue(), login, new Date(Date.now() + 2000));

describe('a gate that a pull request closed', () => {
  test('is closed for a schedule though the cache was evicted, and open once a person closes the issue', async () => {
    const closing = await onPull().step(tooMuch());
    expect([closing.code, closing.outputs['verdict'], closing.outputs['gate']]).toEqual([
      0,
      'outside',
      'closed',
    ]);
    expect(issue()).toMatchObject({ title: 'spendgate: the gate nightly is closed', state: 'open' });
    expect(issue()?.body).toContain('| input tokens | 60,000 | 5,000..50,000 |');
    expect(issue()?.body).toContain('/acme/app/actions/runs/4700');
    cache.evictAll();

    const held = await nightly().step(pre());
    expect([held.code, held.outputs['gate']]).toEqual([3, 'closed']);
    expect(held.outputs['reason']).toContain('60,000 input tokens observed');
    expect(held.summary).toMatch(/Gate in issue-label: closed, read at \d{4}-/);
    expect(held.summary).toMatch(/Gate in actions-cache: unknown, read at/);

    closedByHand('alice');
    const next = await nightly().step(pre());
    expect([next.code, next.outputs['gate']]).toEqual([0, 'open']);
    expect(next.summary).toContain('was closed by alice');
    const shown = await nightly().step(status());
    expect(shown.outputs['gate']).toBe('open');
    expect(shown.stdout).toContain('\nBy: alice\n');
  });

  test('is opened by the issue while the closing is still in the cache', async () => {
    await onPull().step(tooMuch());
    closedByHand('alice');
    const next = await nightly().step(pre());
    expect([next.code, next.outputs['gate']]).toEqual([0, 'open']);
  });

  test('holds back a re-run that starts before the list of caches shows it', async () => {
    await nightly().step(status({ 'gate-action': 'open', reason: 'first' }));
    const run = { 'gate-store': 'cache' };
    expect((await onPull().step(pre(run))).code).toBe(0);
    await onPull().step(tooMuch(run));
    cache.listLag = 1;
    const environment = { GITHUB_RUN_ATTEMPT: '2' };
    const again = await onPull({ environment }).step(pre({ ...run, 'reruns-per-commit': '5' }));
    expect([again.code, again.outputs['gate']]).toEqual([3, 'closed']);
  });

  test('is opened by `mode: gate` in both places, with a comment', async () => {
    await onPull().step(tooMuch());
    const opened = await newJob({ event: 'workflow_dispatch', runId: '4720' }).step(
      status({ 'gate-action': 'open', reason: 'a large refactoring' }),
    );
    expect([opened.code, opened.outputs['gate']]).toEqual([0, 'open']);
    expect(issue()?.state).toBe('closed');
    expect(github.comments.map(({ body }) => body)).toEqual(['Opened by octocat: a large refactoring\n']);
    for (const store of ['cache', 'issue', 'both'])
      expect((await nightly().step(pre({ 'gate-store': store }))).outputs['gate']).toBe('open');
  });

  test('opens by itself when its time is over, and the next trusted run closes the issue', async () => {
    await onPull().step(tooMuch({ 'block-for': '1ms' }));
    const pull = await onPull().step(pre());
    expect([pull.outputs['gate'], issue()?.state]).toEqual(['open', 'open']);
    const night = await nightly().step(pre());
    expect([night.outputs['gate'], issue()?.state]).toEqual(['open', 'closed']);
    expect(night.summary).toContain('its time is over');
  });
});

test('a stranger’s copy of the issue neither closes nor opens a gate', async () => {
  await onPull().step(tooMuch());
  const copy = { ...issue(), number: 99, login: 'mallory' } as IssueRow;
  github.issues.push({ ...copy, state: 'closed', closedAt: '2099-01-01T00:00:00Z', closedBy: 'mallory' });
  expect((await nightly().step(pre())).outputs['gate']).toBe('closed');
  github.issues[1] = { ...copy, state: 'open' };
  closedByHand('alice');
  const next = await nightly().step(pre());
  expect(next.outputs['gate']).toBe('open');
  expect(next.summary).toContain('mallory');
});

describe('a store that is down or refuses', () => {
  test.each([
    ['the issue is refused', { 'github-token': 'actions=read' }, {}, 'issues: write'],
    ['the cache is read-only', {}, { access: 'read' }, 'actions-cache'],
  ] as const)(
    'keeps a half-kept closing closed, with a warning that names the half: %s',
    async (_what, more, job, half) => {
      const result = await onPull(job).step(tooMuch(more));
      expect([result.code, result.outputs['verdict'], result.outputs['gate']]).toEqual([
        0,
        'outside',
        'closed',
      ]);
      expect(said(result, 'warning').join('\n')).toContain(half);
      expect((await nightly().step(pre())).outputs['gate']).toBe('closed');
    },
  );

  test.each([403, 404, 422, 502])(
    'changes no verdict with a %d: a gate that could not be closed is an error',
    async (status) => {
      github.faults.push({ path: '/issues', status, body: { message: 'scripted' }, times: 99 });
      const result = await onPull().step(tooMuch({ 'gate-store': 'issue' }));
      expect([result.code, result.outputs['verdict'], result.outputs['gate']]).toEqual([
        0,
        'outside',
        'unknown',
      ]);
      expect(said(result, 'error').join('\n')).toMatch(/nightly: .*(?:scripted|404)/);
      const held = await nightly().step(pre({ 'gate-store': 'issue', 'on-gate-unknown': 'block' }));
      expect([held.code, held.outputs['gate']]).toEqual([5, 'unknown']);
    },
  );
});

describe('re-runs of one commit', () => {
  const run = (id: number, attempt: number) => ({
    id,
    workflow_id: 5,
    run_attempt: attempt,
    event: 'pull_request',
    head_sha: 'abcdef0123456789',
  });
  const limited = pre({ 'reruns-per-commit': '1' });

  test('beyond the limit are denied, with the figure and what to do', async () => {
    github.runs.push(run(4699, 1), run(4700, 2));
    const result = await onPull({ environment: { GITHUB_RUN_ATTEMPT: '2' } }).step(limited);
    expect([result.code, result.outputs['allowed']]).toEqual([3, 'false']);
    expect(result.outputs['reason']).toContain('re-run 2 of this workflow');
    expect(said(result, 'error').join()).toContain('reviewers of an environment');
  });

  test('within it start', async () => {
    github.runs.push(run(4699, 1), run(4700, 1));
    expect((await onPull().step(limited)).code).toBe(0);
  });
});

test('a step without a token or repository for the issue is told so before anything starts', async () => {
  const result = await nightly().step({ mode: 'pre', 'gate-store': 'issue' });
  expect(result.code).toBe(2);
  expect(said(result, 'error').join()).toMatch(/github-token: .*issues: write/);
});
