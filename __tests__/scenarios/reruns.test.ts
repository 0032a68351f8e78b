/** The same commit again and again: each attempt spends, so that a person decides how many there are. */
import { expect } from '@jest/globals';
import { OUTSIDE, PERMISSIONS, type Story, said, story } from '../support/story.js';

/** What GitHub knows of a run on the head of the pull request. */
function known({ github }: Story, id: number, attempt: number): void {
  github.runs.push({ id, attempt, event: 'pull_request', headSha: github.headSha });
}

const ONE = { 'reruns-per-commit': '1' };

story(
  'attempt 2 of a run whose first one closed the gate is held, however many re-runs are permitted',
  async (world) => {
    const { run, rerun } = world;
    const first = run('pullRequest');
    known(world, 4711, 1);
    await first.pre({ 'reruns-per-commit': '5' });
    expect((await first.post(OUTSIDE)).outputs['gate']).toBe('closed');
    known(world, 4711, 2);
    const held = await rerun(first).pre({ 'reruns-per-commit': '5' });
    expect([held.code, held.outputs['gate'], held.outputs['allowed']]).toEqual([3, 'closed', 'false']);
  },
);

story(
  'attempt 2 is held before the list of caches shows what attempt 1 closed',
  async ({ run, rerun, cache }) => {
    const first = run('pullRequest');
    await first.post(OUTSIDE);
    cache.listLag = 1;
    const held = await rerun(first).pre();
    expect([held.code, held.outputs['gate']]).toEqual([3, 'closed']);
  },
);

story('one re-run is permitted, the next one waits for a person and says how that is done', async (world) => {
  const { run, rerun } = world;
  const first = run('pullRequest');
  known(world, 4711, 1);
  expect((await first.pre(ONE)).code).toBe(0);
  const second = rerun(first);
  known(world, 4711, 2);
  const permitted = await second.pre(ONE);
  expect(permitted.code).toBe(0);
  expect(permitted.summary).toContain('Re-runs of this commit: 1 of 1 permitted');
  known(world, 4711, 3);
  const denied = await rerun(second).pre(ONE);
  expect([denied.code, denied.outputs['allowed'], denied.outputs['verdict']]).toEqual([3, 'false', 'deny']);
  expect(said(denied)).toMatch(/^error This is re-run 2 .*let a person approve/m);
});

story('a new run of the same commit counts the attempts of the one before', async (world) => {
  known(world, 4700, 2);
  known(world, 4711, 1);
  const denied = await world.run('pullRequest').pre(ONE);
  expect(denied.code).toBe(3);
  expect(denied.outputs['reason']).toContain('re-run 2 of this workflow');
});

story('runs of another commit and of another event do not count', async (world) => {
  const { github } = world;
  github.runs.push({ id: 4699, attempt: 9, event: 'pull_request', headSha: github.mainSha });
  github.runs.push({ id: 4700, attempt: 9, event: 'push', headSha: github.headSha });
  known(world, 4711, 1);
  const started = await world.run('pullRequest').pre({ 'reruns-per-commit': '0' });
  expect(started.code).toBe(0);
});

story(
  'without `actions: read` the attempts of the run itself count, and what could not be counted is said',
  async (world) => {
    const { run, rerun } = world;
    known(world, 4700, 9);
    const job = run('pullRequest', { token: PERMISSIONS.replace('actions=read,', '') });
    const started = await job.pre(ONE);
    expect(started.code).toBe(0);
    expect(started.summary).toContain('0 of 1 permitted');
    expect(started.summary).toMatch(/other runs could not be listed/);
    expect((await rerun(rerun(job)).pre(ONE)).code).toBe(3);
  },
);

for (const status of [404, 502])
  story(
    `${status} for the list of runs leaves the attempts of the run itself`,
    async ({ run, rerun, github }) => {
      github.faults.push({ path: '/actions/runs', status, body: { message: 'scripted' }, times: 99 });
      const job = run('pullRequest');
      expect((await job.pre(ONE)).code).toBe(0);
      expect((await rerun(rerun(job)).pre(ONE)).code).toBe(3);
    },
  );
