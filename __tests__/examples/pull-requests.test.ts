/** pr-review.yml: what a pull request sees of a review. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startWorld, type World } from '../support/examples.js';

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

test("Dependabot's token cannot comment: the job says so, and its verdict stands", async () => {
  const { jobs } = await review(30, { actor: 'dependabot[bot]' });
  expect(jobs[0]?.steps.at(4)?.outputs).toMatchObject({ verdict: 'outside' });
  expect(world.github.comments).toHaveLength(0);
  expect(jobs[0]?.steps.at(4)?.summary).toContain('review');
});
