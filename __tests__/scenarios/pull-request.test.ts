/** Runs of a pull request, from its first run to its re-run, and those that may only read. */
import { expect } from '@jest/globals';
import { OUTSIDE, said, story } from '../support/story.js';

const FEW_CALLS = { 'expect-requests': '..2' };

story('a run within its range passes, and leaves no comment', async ({ run, comments, github }) => {
  const job = run('pullRequest');
  expect((await job.pre()).outputs).toMatchObject({ allowed: 'true', remaining: '7' });
  expect((await job.wrap(2)).outputs).toMatchObject({ requests: '2', 'stop-reason': 'completed' });
  const { code, outputs, summary } = await job.post(FEW_CALLS);
  expect([code, outputs['verdict'], outputs['gate']]).toEqual([0, 'within', expect.any(String)]);
  expect(summary).toContain('within its expected range');
  expect(await comments()).toEqual([]);
  expect(github.log.filter(({ method }) => method !== 'GET')).toEqual([]);
});

story('a run outside of it tells the reviewer, and its re-run waits for a person', async (world) => {
  const { run, rerun, comments, github } = world;
  const first = run('pullRequest');
  await first.pre();
  await first.wrap(3);
  const judged = await first.post(FEW_CALLS);
  expect([judged.code, judged.outputs['verdict'], judged.outputs['gate']]).toEqual([0, 'outside', 'closed']);
  expect(said(judged)).toMatch(/^error 3 model calls observed/m);
  expect(judged.summary).toContain('model calls above the expected range');
  const [comment, ...others] = await comments();
  expect(others).toEqual([]);
  expect(comment).toContain('model calls above the expected range');
  expect(judged.outputs['comment-url']).toContain('#issuecomment-');

  const second = rerun(first);
  const held = await second.pre();
  expect([held.code, held.outputs['gate'], held.outputs['allowed']]).toEqual([3, 'closed', 'false']);
  expect(said(held)).toContain('https://github.com/acme/app/actions/runs/4711');

  expect((await run('dispatch').gate('open')).outputs['gate']).toBe('open');
  const third = rerun(second);
  expect((await third.pre()).outputs).toMatchObject({ allowed: 'true', gate: 'open' });
  await third.wrap(2);
  expect((await third.post(FEW_CALLS)).outputs['verdict']).toBe('within');
  const [updated, ...more] = await comments();
  expect(more).toEqual([]);
  expect(updated).toContain('within its expected range');
  expect(
    github.log.filter(({ method, path }) => method === 'POST' && path.endsWith('/comments')),
  ).toHaveLength(1);
});

story('a comment of somebody else that looks like ours is left alone', async ({ run, comments, github }) => {
  const forged = '<!-- spendgate:nightly-default -->\nAll is well.';
  await github.as('stranger', 'POST', '/repos/acme/app/issues/7/comments', { body: forged });
  await run('pullRequest').post(OUTSIDE);
  const [first, second] = await comments();
  expect(first).toBe(forged);
  expect(second).toContain('input tokens above the expected range');
});

story('our comment is found behind a hundred others', async ({ run, comments, github }) => {
  await run('pullRequest').post(OUTSIDE);
  for (let count = 0; count < 101; count += 1)
    await github.as('octocat', 'POST', '/repos/acme/app/issues/7/comments', { body: `comment ${count}` });
  const within = { 'input-tokens': '3', 'expect-input-tokens': '..5' };
  await run('pullRequest').post(within);
  expect(github.log.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
  expect((await comments())[0]).toContain('within its expected range');
});

for (const kind of ['fork', 'dependabot'] as const)
  story(`a run of a ${kind} may only read: the summary holds the report, and it says so`, async (world) => {
    const { run, comments, cache } = world;
    const job = run(kind);
    expect((await job.pre()).outputs['allowed']).toBe('true');
    await job.wrap(3);
    const { code, outputs, summary, annotations } = await job.post(FEW_CALLS);
    expect([code, outputs['verdict'], outputs['comment-url']]).toEqual([0, 'outside', '']);
    expect(summary).toContain('model calls above the expected range');
    const lines = annotations.map(({ level, message }) => `${level} ${message}`).join('\n');
    expect(lines).toMatch(/^error 3 model calls observed/m);
    // Nothing holds the next run back, and nobody may believe that something does.
    expect(outputs['gate']).toBe('unknown');
    expect(lines).toMatch(/^error .*Nothing holds the next run back/m);
    expect(await comments()).toEqual([]);
    expect(cache.entries).toEqual([]);
  });

story(
  'a run of the merge queue has no pull request to comment on, and is judged all the same',
  async (world) => {
    const job = world.run('mergeQueue');
    await job.wrap(3);
    const { code, outputs, summary } = await job.post(FEW_CALLS);
    expect([code, outputs['verdict'], outputs['comment-url']]).toEqual([0, 'outside', '']);
    expect(summary).toContain('model calls above the expected range');
    expect(await world.comments()).toEqual([]);
  },
);

story('a run started by a comment answers on that pull request', async ({ run, comments }) => {
  const { code, outputs } = await run('commentOnPullRequest').post(OUTSIDE);
  // Such a run may not write to the cache: the gate stays as it was, and the output says that nobody knows.
  expect([code, outputs['verdict'], outputs['gate']]).toEqual([0, 'outside', 'unknown']);
  expect(await comments()).toEqual([expect.stringContaining('input tokens above the expected range')]);
});
