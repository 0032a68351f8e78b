/** GitHub fails, on each kind of request: the verdict and the exit code are those of a day on which it does not. */
import { expect } from '@jest/globals';
import type { ApiFault } from '../support/github/server.js';
import { OUTSIDE, type Story, said, story } from '../support/story.js';

type Failure = Omit<ApiFault, 'times' | 'method' | 'path'>;

const SOON = { 'retry-after': '1' };
const FAILURES = {
  '403': { status: 403, body: { message: 'Resource not accessible by integration' } },
  '403 for too many requests': {
    status: 403,
    headers: SOON,
    body: { message: 'You have exceeded a secondary rate limit' },
  },
  '404': { status: 404, body: { message: 'Not Found' } },
  '422': { status: 422, body: { message: 'Validation Failed' } },
  '429': { status: 429, headers: SOON, body: { message: 'Too many requests' } },
  '502': { status: 502, headers: SOON, body: { message: 'Server Error' } },
} as const satisfies Record<string, Failure>;
/** After these GitHub did nothing, so that even what makes something may be sent again. */
const WAITED_OUT = ['403 for too many requests', '429'];
const REQUESTS = {
  'the list of comments': { method: 'GET', path: '/issues/7/comments', waitedOut: [...WAITED_OUT, '502'] },
  'a new comment': { method: 'POST', path: '/issues/7/comments', waitedOut: WAITED_OUT },
  'a changed comment': { method: 'PATCH', path: '/issues/comments/', waitedOut: [...WAITED_OUT, '502'] },
} as const;

/** A comment of an earlier run, where the request is about one. */
async function earlier({ github }: Story, method: string): Promise<void> {
  if (method !== 'PATCH') return;
  const body = '<!-- spendgate:nightly-default -->\nearlier';
  await github.as('github-actions[bot]', 'POST', '/repos/acme/app/issues/7/comments', { body });
}

for (const [what, { method, path, waitedOut }] of Object.entries(REQUESTS))
  for (const [failure, answer] of Object.entries(FAILURES)) {
    const isWaitedOut = (waitedOut as readonly string[]).includes(failure);
    story(`${failure} for ${what} is ${isWaitedOut ? 'waited out' : 'told'}`, async (world) => {
      await earlier(world, method);
      const fault = { ...answer, method, path, times: 1 };
      world.github.faults.push(fault);
      const judged = await world.run('pullRequest').post(OUTSIDE);
      expect([judged.code, judged.outputs['verdict'], judged.outputs['gate']]).toEqual([
        0,
        'outside',
        'closed',
      ]);
      expect(judged.summary).toContain('input tokens above the expected range');
      expect(fault.times).toBe(0);
      const written = (await world.comments()).filter((body) => body.includes('above the expected range'));
      expect(written).toHaveLength(isWaitedOut ? 1 : 0);
      expect(judged.outputs['comment-url'] === '').toBe(!isWaitedOut);
      const told = failure === '403' ? 'The token has no' : 'verdict is not affected';
      if (!isWaitedOut) expect(said(judged)).toContain(told);
    });
  }

for (const [failure, answer] of Object.entries(FAILURES))
  story(
    `${failure} for the list of caches: a closed gate holds the run all the same`,
    async ({ run, github }) => {
      await run('schedule').post(OUTSIDE);
      github.faults.push({ ...answer, path: '/actions/caches', times: 9 });
      const held = await run('schedule').pre();
      expect([held.code, held.outputs['gate'], held.outputs['allowed']]).toEqual([3, 'closed', 'false']);
    },
  );

story('a wait that GitHub asks for is not waited for when it is long', async ({ run, github }) => {
  const answer = { ...FAILURES['429'], headers: { 'retry-after': '600' } };
  github.faults.push({ ...answer, times: 99 });
  const judged = await run('pullRequest').post(OUTSIDE);
  expect([judged.code, judged.outputs['verdict'], judged.outputs['comment-url']]).toEqual([0, 'outside', '']);
  expect(github.log.filter(({ path }) => path.endsWith('/comments'))).toHaveLength(1);
});
