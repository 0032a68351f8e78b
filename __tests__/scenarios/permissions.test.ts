/** One permission is missing: the run goes on, and its message names the permission and the line of YAML. */
import { expect } from '@jest/globals';
import { OUTSIDE, said, story } from '../support/story.js';

story(
  '`actions: read`: the gate is looked up in the cache, and what cannot be seen is said',
  async ({ run }) => {
    const { code, outputs, ...step } = await run('schedule', { token: 'contents=read' }).pre();
    expect([code, outputs['gate'], outputs['allowed']]).toEqual([0, 'unknown', 'true']);
    expect(said({ code, outputs, ...step })).toMatch(/`actions: read`/);
  },
);

story('`pull-requests: write`: the summary holds the report', async ({ run, comments }) => {
  const token = 'actions=read,contents=read,pull-requests=read';
  const judged = await run('pullRequest', { token }).post(OUTSIDE);
  expect([judged.code, judged.outputs['verdict'], judged.outputs['gate']]).toEqual([0, 'outside', 'closed']);
  expect(judged.outputs['comment-url']).toBe('');
  expect(said(judged)).toMatch(/permissions:.*pull-requests: write/);
  expect(judged.summary).toContain('input tokens above the expected range');
  expect(await comments()).toEqual([]);
});

story('`issues: write` does for a comment what `pull-requests: write` does', async ({ run, comments }) => {
  const { outputs } = await run('pullRequest', { token: 'actions=read,issues=write' }).post(OUTSIDE);
  expect(outputs['comment-url']).toContain('#issuecomment-');
  expect(await comments()).toHaveLength(1);
});

story('all of them: the verdict, the summary and the gate still work', async ({ run, github }) => {
  const token = 'metadata=read';
  const job = run('pullRequest', { token });
  expect((await job.pre()).outputs['allowed']).toBe('true');
  const judged = await job.post(OUTSIDE);
  expect([judged.code, judged.outputs['verdict'], judged.outputs['gate']]).toEqual([0, 'outside', 'closed']);
  expect((await run('pullRequest', { token }).pre()).code).toBe(3);
  expect(github.log.every(({ status }) => status === 403)).toBe(true);
});

for (const status of [422, 429, 502])
  story(
    `${status} for a comment is no missing permission, and no message says so`,
    async ({ run, github }) => {
      const headers = { 'retry-after': '600' };
      github.faults.push({ path: '/comments', status, headers, body: { message: 'scripted' }, times: 99 });
      const judged = await run('pullRequest').post(OUTSIDE);
      expect([judged.code, judged.outputs['verdict'], judged.outputs['comment-url']]).toEqual([
        0,
        'outside',
        '',
      ]);
      expect(said(judged)).toMatch(/^notice .*scripted.*verdict is not affected/m);
      expect(said(judged)).not.toContain('permissions:');
    },
  );
