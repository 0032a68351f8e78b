/** A pull request of a fork or of Dependabot: its run may only read, and a companion on `workflow_run` shows what it left. */
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from '@jest/globals';
import type { StepResult } from '../support/runner.js';
import { type Story, type StoryJob, said, story } from '../support/story.js';

const FEW_CALLS = { 'expect-requests': '..2' };
/** The least that docs/events.md asks for. */
const COMPANION = 'actions=read,pull-requests=write';
const REPORT = 'report/default-report.json';
const OUTSIDE_TEXT = 'model calls above the expected range';

interface Pull {
  readonly number: number;
  readonly sha: string;
  readonly branch: string;
  readonly repository: string;
}

interface Fork extends Pull {
  /** The commit before the head of the pull request. */
  readonly older: string;
}

/** A repository of a stranger's, and a pull request out of it. */
async function openFork({ github }: Story): Promise<Fork> {
  const send = async (method: string, path: string, body?: object) => {
    const answered = await github.as('stranger', method, path, body);
    if (answered.status >= 300) throw new Error(`${method} ${path}: ${answered.status}`);
    return answered.body;
  };
  const commit = async (file: string): Promise<string> => {
    const change = { message: file, content: 'YQ==', branch: 'patch' };
    const { commit: made } = await send('PUT', `/repos/stranger/app/contents/${file}`, change);
    return made.sha;
  };
  await send('POST', '/repos/acme/app/forks', {});
  const { object: main } = await send('GET', '/repos/stranger/app/git/ref/heads/main');
  await send('POST', '/repos/stranger/app/git/refs', { ref: 'refs/heads/patch', sha: main.sha });
  const [older, sha] = [await commit('b.txt'), await commit('c.txt')];
  const { number } = await send('POST', '/repos/acme/app/pulls', {
    title: 'Mine',
    head: 'stranger:patch',
    base: 'main',
  });
  return { number, sha, older, branch: 'patch', repository: 'stranger/app' };
}

/** Runs the agent of a pull request with a token that only reads, and gives back the text of the report file. */
async function leaveReport({ run }: Story, { number, sha, repository }: Pull): Promise<string> {
  const pull = { number, head: { sha, repo: { full_name: repository } } };
  const kind = repository === 'acme/app' ? 'dependabot' : 'fork';
  const job = run(kind, { payload: { pull_request: pull }, ref: `refs/pull/${number}/merge` });
  await job.wrap(3);
  const { outputs } = await job.post(FEW_CALLS);
  return readFileSync(outputs['report'] ?? '', 'utf8');
}

/** The companion: what the artifact held lies in its workspace, and GitHub says which run has ended. */
function companion(
  { run }: Story,
  { sha, branch, repository }: Pull,
  files: Readonly<Record<string, string>>,
  token = COMPANION,
): StoryJob {
  const upstream = {
    id: 4711,
    run_attempt: 1,
    event: 'pull_request',
    html_url: 'https://github.com/acme/app/actions/runs/4711',
    head_sha: sha,
    head_branch: branch,
    head_repository: { full_name: repository },
  };
  return run('workflowRun', { payload: { workflow_run: upstream }, token, files });
}

const show = (job: StoryJob, inputs = {}): Promise<StepResult> =>
  job.step('comment', { report: REPORT, ...inputs });

story('the report that a fork left is shown on its own pull request, as a claim', async (world) => {
  const fork = await openFork(world);
  const text = await leaveReport(world, fork);
  expect(await world.comments(fork.number)).toEqual([]);
  const shown = await show(companion(world, fork, { [REPORT]: text }));
  expect(shown.code).toBe(0);
  const [comment, ...others] = await world.comments(fork.number);
  expect(others).toEqual([]);
  expect(comment).toContain(OUTSIDE_TEXT);
  expect(comment).toContain('Reported by a run that cannot prove it');
  expect(comment).toContain('the fork stranger/app');
  expect(shown.outputs['comment-url']).toContain('#issuecomment-');
  expect(await world.comments(7)).toEqual([]);
});

story('a second report of the same fork edits that comment', async (world) => {
  const fork = await openFork(world);
  const text = await leaveReport(world, fork);
  for (let time = 0; time < 2; time += 1) await show(companion(world, fork, { [REPORT]: text }));
  expect(await world.comments(fork.number)).toHaveLength(1);
});

story(
  'a report that names another pull request and another run is shown where GitHub says it belongs',
  async (world) => {
    const fork = await openFork(world);
    const { report, ...file } = JSON.parse(await leaveReport(world, fork));
    const forged = {
      ...file,
      pullRequest: 7,
      report: {
        ...report,
        pullRequest: 7,
        gate: 'open',
        runUrl: 'https://evil.example.com/',
        run: { ...report.run, runId: '1', commit: world.github.headSha },
      },
    };
    const shown = await show(companion(world, fork, { [REPORT]: JSON.stringify(forged) }));
    expect(shown.code).toBe(0);
    expect(await world.comments(7)).toEqual([]);
    const [comment] = await world.comments(fork.number);
    expect(comment).toContain('https://github.com/acme/app/actions/runs/4711');
    expect(comment).not.toContain('evil.example.com');
  },
);

story('of Dependabot it is shown as well, and a check of it is never a success', async (world) => {
  const { headSha: sha } = world.github;
  const pull = { number: 7, sha, branch: 'feature', repository: 'acme/app' };
  const { report, ...file } = JSON.parse(await leaveReport(world, pull));
  const forged = { ...file, report: { ...report, status: 'ok', run: { ...report.run, verdict: 'within' } } };
  const job = companion(world, pull, { [REPORT]: JSON.stringify(forged) }, `${COMPANION},checks=write`);
  await show(job, { check: 'run' });
  expect(await world.comments(7)).toEqual([expect.stringContaining('on a commit of this repository')]);
  const { body } = await world.github.as('octocat', 'GET', `/repos/acme/app/commits/${sha}/check-runs`);
  expect(body.check_runs).toMatchObject([{ name: 'spendgate', conclusion: 'action_required' }]);
});

story(
  'after another push the report is about an older commit: it is left, and the step is green',
  async (world) => {
    const fork = await openFork(world);
    const before = { ...fork, sha: fork.older };
    const text = await leaveReport(world, before);
    const shown = await show(companion(world, before, { [REPORT]: text }));
    expect(shown.code).toBe(0);
    expect(said(shown)).toContain(`notice No open pull request is at the commit ${fork.older}`);
    expect(await world.comments(fork.number)).toEqual([]);
  },
);

story(
  'without `pull-requests: write` the companion says which line is missing, and is green',
  async (world) => {
    const fork = await openFork(world);
    const text = await leaveReport(world, fork);
    const job = companion(world, fork, { [REPORT]: text }, 'actions=read,pull-requests=read');
    const shown = await show(job);
    expect(shown.code).toBe(0);
    expect(said(shown)).toContain('permissions: { pull-requests: write }');
  },
);

const UNREADABLE = {
  'that is too large': (path: string) => writeFileSync(path, `"${'x'.repeat(300 * 1024)}"`),
  'that is no JSON': (path: string) => writeFileSync(path, '<html>'),
  'of another shape': (path: string) => writeFileSync(path, '{"version":1,"report":{"task":7}}'),
  'that is a link to another file': (path: string) => symlinkSync('/etc/hostname', path),
  'that is not there': () => undefined,
} as const;

for (const [what, put] of Object.entries(UNREADABLE))
  story(`a report ${what} is not shown, and why is said`, async (world) => {
    const fork = await openFork(world);
    const job = companion(world, fork, {});
    const path = join(job.job.workspace, REPORT);
    mkdirSync(dirname(path), { recursive: true });
    rmSync(path, { force: true });
    put(path);
    const shown = await show(job);
    expect(shown.code).toBe(0);
    expect(said(shown)).toMatch(
      /is no regular file|is larger than 262144 bytes|does not exist|This is not a report of `post`/,
    );
    expect(await world.comments(fork.number)).toEqual([]);
  });
