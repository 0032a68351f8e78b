/** Every line of the table in docs/events.md, and the way of a fork's report to its pull request, in the committed bundle. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type CacheService, startCacheService } from '../support/cache-service.js';
import { EVENTS, eventOf, HEAD, type TestedEvent, TIP } from '../support/events.js';
import { type GitHubApi, startGitHubApi } from '../support/github-api.js';
import { type Provider, startProvider } from '../support/provider.js';
import { createJob, type Job } from '../support/runner.js';

const AGENT = `
for (let turn = 0; turn < 2; turn += 1)
  await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
    method: 'POST',
    headers: { 'x-api-key': process.env.ANTHROPIC_API_KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 500, messages: [{ role: 'user', content: 'hi' }] }),
  });
`;
const page = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');
/** Cells of the table, by event. */
const documented = new Map(
  page
    .split('\n')
    .filter((line) => /^\| `\w+`.*\|.*\|.*\|.*\|.*\|.*\|$/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, title = '', token, cache, comment, check, gate]) => [
      title,
      { token, cache, comment, check, gate },
    ]),
);

let provider: Provider;
let cache: CacheService;
let github: GitHubApi;
let jobs: Job[];

beforeEach(async () => {
  provider = await startProvider({
    routes: { '/key/info': () => ({ body: { info: { spend: 3, max_budget: 10, budget_duration: '1d' } } }) },
  });
  cache = await startCacheService();
  github = await startGitHubApi(cache);
  jobs = [];
});

afterEach(async () => {
  for (const job of jobs) job.clean();
  await Promise.all([provider.close(), cache.close(), github.close()]);
});

function newJob({ event, ref, payload, environment, cache: access }: TestedEvent): Job {
  const job = createJob({
    event,
    ref,
    payload,
    environment: {
      ...cache.environment(ref, access),
      GITHUB_API_URL: github.url,
      GITHUB_SHA: TIP,
      ...environment,
    },
    files: { 'agent.mjs': AGENT },
  });
  jobs.push(job);
  return job;
}

const gateway = () => ({
  gateway: 'litellm',
  'gateway-url': `${provider.url}/v1`,
  'gateway-key': 'sk-the-gateway-key',
});

/** The three steps of a run that uses more than is expected of it. */
async function runOutside(event: TestedEvent) {
  const job = newJob(event);
  const common = { 'github-token': event.token, check: 'run' };
  const pre = await job.step({ mode: 'pre', ...gateway(), ...common });
  const wrap = await job.step({ mode: 'wrap', run: 'node agent.mjs', ...gateway(), ...common });
  const post = await job.step({ mode: 'post', 'expect-requests': '..1', ...common });
  return { job, pre, wrap, post, ends: await job.end() };
}

const COMMENT: Readonly<Record<string, number[]>> = {
  'the pull request': [7],
  'the issue': [12],
  nothing: [],
};
const CHECK: Readonly<Record<string, string[]>> = {
  'its head': [HEAD],
  'the head of the group': [HEAD],
  'the default branch': [TIP],
  'the branch': [TIP],
  nothing: [],
};
const placeIn = (text = '') => text.split(';')[0] ?? '';

test('the table has a line for each event that is tested, and no other', () => {
  expect([...documented.keys()].sort()).toEqual(EVENTS.map(({ title }) => title).sort());
});

describe.each(EVENTS.map((event) => [event.title, event] as const))('%s', (title, event) => {
  test('shows a run outside its range where the table says', async () => {
    const line = documented.get(title);
    const { pre, wrap, post, ends } = await runOutside(event);
    // The meter counts, and the verdict is told, whatever a token may do.
    expect([pre.code, wrap.code, post.code]).toEqual([0, 0, 0]);
    expect(wrap.outputs['requests']).toBe('2');
    expect(post.outputs).toMatchObject({ verdict: 'outside' });
    expect(post.summary).toContain('Usage is outside its expected range');
    expect(post.annotations.map(({ message }) => message).join()).toMatch(
      /2 model calls observed, \.\.1 expected/,
    );
    expect(readFileSync(post.outputs['report'] ?? '', 'utf8')).toContain('"outside"');

    expect(github.comments.map(({ issue }) => issue)).toEqual(COMMENT[placeIn(line?.comment)]);
    expect(github.checks.map(({ sha, conclusion }) => [sha, conclusion])).toEqual(
      CHECK[placeIn(line?.check)]?.map((sha) => [sha, 'failure']),
    );
    expect(post.outputs['gate']).toBe(line?.gate === 'yes' ? 'closed' : 'unknown');
    expect(cache.entries.some(({ key }) => key.endsWith('.blocked'))).toBe(line?.gate === 'yes');
    expect(event.cache).toBe(line?.cache?.startsWith('writes') ? 'write' : 'read');

    const notices = [pre, wrap, post, ...ends].flatMap(({ annotations }) =>
      annotations.filter(({ message }) => /whatever `permissions:` says|token has no/.test(message)),
    );
    expect(notices).toHaveLength(line?.token === 'reads only' ? 1 : 0);
  });
});

test('a gate that a pull request closed holds back a schedule that may list caches', async () => {
  await runOutside(eventOf('`pull_request` (own branch)'));
  const schedule = eventOf('`schedule`');
  const listed = await newJob(schedule).step({ mode: 'pre', ...gateway(), 'github-token': schedule.token });
  expect(listed.outputs).toMatchObject({ allowed: 'false', gate: 'closed' });
  const blind = await newJob(schedule).step({ mode: 'pre', ...gateway(), 'github-token': 'contents=read' });
  expect(blind.outputs).toMatchObject({ allowed: 'true', gate: 'unknown' });
});

describe('the report of a fork', () => {
  const completed = eventOf('`workflow_run`');
  const fork = eventOf('`pull_request` (fork)');
  const token = 'actions=read,pull-requests=write,checks=write,statuses=write';
  const openPull = (more = {}) =>
    github.pulls.push({
      number: 7,
      state: 'open',
      head: 'mallory:topic',
      headSha: HEAD,
      headRepository: 'mallory/app',
      ...more,
    });

  /** A job of the second workflow, with the artifact where the download puts it. */
  function companion(report: string): Job {
    const job = newJob(completed);
    mkdirSync(join(job.workspace, 'report'));
    writeFileSync(join(job.workspace, 'report/default-report.json'), report);
    return job;
  }

  async function reportOfFork(): Promise<string> {
    const { post } = await runOutside(fork);
    expect(github.comments).toEqual([]);
    return readFileSync(post.outputs['report'] ?? '', 'utf8');
  }

  const show = (job: Job, more = {}) =>
    job.step({ mode: 'comment', report: 'report/default-report.json', 'github-token': token, ...more });

  test('is shown on its pull request by the second workflow, as not proven', async () => {
    const report = await reportOfFork();
    openPull();
    const result = await show(companion(report), { check: 'run' });
    expect(result.code).toBe(0);
    expect(github.comments).toMatchObject([{ issue: 7 }]);
    expect(github.comments[0]?.body).toContain('Reported by a run that cannot prove it: Usage is outside');
    expect(github.comments[0]?.body).toContain('the fork mallory/app');
    expect(result.outputs['comment-url']).toContain('issuecomment');
    expect(github.checks).toMatchObject([{ sha: HEAD, conclusion: 'failure', status: 'completed' }]);
    // The next run of the fork renews the same comment.
    await show(companion(report));
    expect(github.comments).toHaveLength(1);
  });

  test('that claims to be within its range passes no branch rule', async () => {
    const report = (await reportOfFork()).replace('"verdict": "outside"', '"verdict": "within"');
    openPull();
    await show(companion(report), { check: 'run', comment: 'always' });
    expect(github.checks).toMatchObject([{ conclusion: 'action_required' }]);
    await show(companion(report), { check: 'status' });
    expect(github.statuses).toMatchObject([{ sha: HEAD, state: 'pending' }]);
  });

  test.each([
    ['a commit that was pushed since', { headSha: TIP }],
    ['a closed pull request', { state: 'closed' }],
    ['another fork with such a branch', { headRepository: 'mallory/other' }],
  ])('of %s is shown nowhere, and the step is green', async (_name, more) => {
    const report = await reportOfFork();
    openPull(more);
    const result = await show(companion(report));
    expect(result.code).toBe(0);
    expect(github.comments).toEqual([]);
    expect(result.annotations).toMatchObject([{ level: 'notice' }]);
  });

  test('is never read through a link, as a folder, or without end', async () => {
    const report = await reportOfFork();
    openPull();
    const job = companion(report);
    symlinkSync(join(job.workspace, 'report/default-report.json'), join(job.workspace, 'link.json'));
    writeFileSync(join(job.workspace, 'large.json'), `${report}${' '.repeat(256 * 1024)}`);
    for (const [path, why] of [
      ['link.json', 'is no regular file'],
      ['report', 'is no regular file'],
      ['large.json', 'is larger than 262144 bytes'],
      ['absent.json', 'does not exist'],
      ['/dev/zero', 'is no regular file'],
    ] as const) {
      const result = await show(job, { report: path });
      expect(result.code).toBe(0);
      expect(result.annotations).toMatchObject([
        { level: 'warning', message: expect.stringContaining(`${JSON.stringify(path)} ${why}.`) },
      ]);
    }
    expect(github.comments).toEqual([]);
  });

  test('is shown in no other event', async () => {
    const report = await reportOfFork();
    const job = newJob(eventOf('`push`'));
    writeFileSync(join(job.workspace, 'report.json'), report);
    const result = await show(job, { report: 'report.json' });
    expect(result.code).toBe(2);
    expect(result.annotations).toMatchObject([
      { message: expect.stringContaining('needs the event `workflow_run`') },
    ]);
  });
});
