/** pr-review.yml and fork-report.yml: what a pull request sees of a review, whatever its token may do. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { kept, startWorld, type World } from '../support/examples.js';

// A workflow is many processes, one after the other.
jest.setTimeout(120_000);

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

afterEach(() => world.close());

const review = (calls: number, more: object = {}) =>
  world.run('pr-review.yml', { event: 'pull_request', environment: { AGENT_CALLS: String(calls) }, ...more });
const fork = { number: 7, head: { sha: 'b'.repeat(40), repo: { full_name: 'stranger/app' } } };

test('a review inside its range leaves the pull request in peace', async () => {
  const { jobs, failed } = await review(5);
  expect(failed).toBe(false);
  expect(jobs[0]?.steps.at(4)?.outputs).toMatchObject({ verdict: 'within' });
  expect(world.github.comments).toHaveLength(0);
});

test('a review outside its range is told on the pull request, in one comment', async () => {
  await review(30);
  expect(world.github.comments.map(({ body }) => body)).toEqual([expect.stringContaining('review')]);
});

test('a pull request of a fork, which has no secrets, starts no agent', async () => {
  const { jobs } = await review(5, { payload: { pull_request: fork } });
  expect(jobs.map(({ result }) => result)).toEqual(['skipped']);
});

test('a check is there for branch protection: successful within the range, failed when there was no budget', async () => {
  await review(5);
  expect(kept(world, 'checks')).toMatchObject([
    { name: 'spendgate', status: 'completed', conclusion: 'success' },
  ]);
  world.budgetUsd = 3;
  expect((await review(5, { runId: '4712' })).failed).toBe(true);
  expect(kept(world, 'checks').at(-1)).toMatchObject({ status: 'completed', conclusion: 'failure' });
});

test('a commit that was run again twice takes a new one', async () => {
  const sha = 'a'.repeat(40);
  for (const id of [4709, 4710, 4711])
    kept(world, 'runs').push({
      id,
      workflow_id: 1,
      run_attempt: id === 4711 ? 1 : 2,
      event: 'pull_request',
      head_sha: sha,
    });
  const { jobs } = await review(5);
  expect(jobs[0]?.steps.map(({ outcome }) => outcome).slice(0, 4)).toEqual([
    'success',
    'failure',
    'skipped',
    'skipped',
  ]);
  expect(world.provider.billed).toHaveLength(0);
});

describe('where the token may only read', () => {
  const head = { number: 7, head: { sha: 'a'.repeat(40), ref: 'bump', repo: { full_name: 'acme/app' } } };
  const upstream = {
    id: 4711,
    run_attempt: 1,
    event: 'pull_request',
    html_url: 'https://github.com/acme/app/actions/runs/4711',
    head_sha: 'a'.repeat(40),
    head_branch: 'bump',
    head_repository: { full_name: 'acme/app' },
    actor: { login: 'dependabot[bot]' },
  };
  const dependabot = (calls: number) =>
    review(calls, { actor: 'dependabot[bot]', payload: { pull_request: head } });
  const companion = (more: object = {}) =>
    world.run('fork-report.yml', {
      event: 'workflow_run',
      runId: '4800',
      payload: { workflow_run: { ...upstream, ...more } },
    });

  test("Dependabot's run cannot comment: its verdict stands, and it leaves a report", async () => {
    const { jobs } = await dependabot(30);
    expect(jobs[0]?.steps.at(4)?.outputs).toMatchObject({ verdict: 'outside' });
    expect(world.github.comments).toHaveLength(0);
    expect(jobs[0]?.steps.at(4)?.summary).toContain('review');
    expect(world.artifacts.list('4711')).toEqual(['spendgate-report']);
  });

  test('the companion shows that report on the pull request that GitHub names', async () => {
    const row = {
      number: 7,
      state: 'open',
      head: 'acme:bump',
      headSha: upstream.head_sha,
      headRepository: 'acme/app',
    };
    kept(world, 'pulls').push({ ...row, number: 6, headSha: 'c'.repeat(40) }, row);
    await dependabot(30);
    const { failed } = await companion();
    expect(failed).toBe(false);
    expect(world.github.requests).toContain('POST /repos/acme/app/issues/7/comments');
    expect(world.github.requests).not.toContain('POST /repos/acme/app/issues/6/comments');
    expect(world.github.comments.map(({ body }) => body)).toEqual([expect.stringContaining('cannot prove')]);
  });

  test('a run that left no report is left alone', async () => {
    const { failed, jobs } = await companion();
    expect(failed).toBe(false);
    expect(jobs[0]?.steps.map(({ outcome }) => outcome)).toEqual(['failure', 'skipped']);
  });

  test("a run of one's own branch has commented itself", async () => {
    const { jobs } = await companion({ actor: { login: 'octocat' } });
    expect(jobs.map(({ result }) => result)).toEqual(['skipped']);
  });
});
