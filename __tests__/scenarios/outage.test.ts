/** The Actions cache or GitHub does not answer: stories that wait for deadlines, told side by side. */
import { expect } from '@jest/globals';
import { OUTSIDE, said, story } from '../support/story.js';

const DOWN = [
  ['answers 503', 503],
  ['hangs', -1],
  ['drops its connections', 0],
] as const;

for (const [what, status] of DOWN) {
  story(
    `a cache that ${what} when it is read leaves the gate unknown, never open`,
    async ({ run, cache }) => {
      await run('schedule').post(OUTSIDE);
      cache.fault = { method: 'GetCacheEntryDownloadURL', status };
      const blind = { token: 'contents=read' };
      const [looking, listing] = await Promise.all([run('schedule', blind).pre(), run('schedule').pre()]);
      const { gate, verdict } = looking.outputs;
      expect([looking.code, gate, verdict]).toEqual([0, 'unknown', 'degrade']);
      expect(said(looking)).toMatch(/cache/i);
      // The list of caches does not ask the service, so that whoever may list still sees it.
      expect([listing.code, listing.outputs['gate']]).toEqual([3, 'closed']);
    },
  );

  story(
    `a cache that ${what} when it is written leaves nothing that holds, and says so`,
    async ({ run, cache }) => {
      cache.fault = { method: 'CreateCacheEntry', status };
      const { code, outputs, annotations } = await run('schedule').post(OUTSIDE);
      expect([code, outputs['verdict'], outputs['gate']]).toEqual([0, 'outside', 'unknown']);
      const errors = annotations.filter(({ level }) => level === 'error').map(({ message }) => message);
      expect(errors.join('\n')).toContain('Nothing holds the next run back');
    },
  );
}

story('GitHub hangs: no step waits for it for long, and each says so', async ({ run, github }) => {
  github.faults.push({ status: -1, times: 99 });
  const [started, judged] = await Promise.all([run('schedule').pre(), run('pullRequest').post(OUTSIDE)]);
  expect([started.code, started.outputs['allowed'], started.outputs['gate']]).toEqual([0, 'true', 'unknown']);
  expect([judged.code, judged.outputs['verdict'], judged.outputs['gate']]).toEqual([0, 'outside', 'closed']);
  expect(said(judged)).toContain('GitHub did not answer within 15 s');
  expect(github.log).toHaveLength(2);
});

story(
  'GitHub is gone altogether: the run starts, is judged, and the gate closes',
  async ({ run, github }) => {
    github.faults.push({ status: 0, times: 999 });
    const job = run('pullRequest');
    expect((await job.pre()).outputs).toMatchObject({ allowed: 'true', gate: 'unknown' });
    const judged = await job.post(OUTSIDE);
    expect([judged.code, judged.outputs['verdict'], judged.outputs['gate']]).toEqual([
      0,
      'outside',
      'closed',
    ]);
    expect((await run('pullRequest').pre()).code).toBe(3);
  },
);
