/** A gate that was closed: who is held, who may open it, and what happens when its entry is gone. */
import { expect } from '@jest/globals';
import { OUTSIDE, type StoryJob, said, story } from '../support/story.js';

/** Exit code and state of the gate, as `pre` saw them. */
async function start(job: StoryJob, inputs = {}): Promise<[number | null, string | undefined]> {
  const { code, outputs } = await job.pre(inputs);
  return [code, outputs['gate']];
}

story('a night outside its range holds the next one, until a person opens the gate', async ({ run }) => {
  const night = run('schedule');
  expect(await start(night)).toEqual([0, 'unknown']);
  await night.wrap(3);
  expect((await night.post({ 'expect-requests': '..2' })).outputs['gate']).toBe('closed');
  const held = await run('schedule').pre();
  expect([held.code, held.outputs['allowed']]).toEqual([3, 'false']);
  expect(said(held)).toMatch(/runs\/4711.*`gate: nightly-default`, `gate-action: open`/s);
  const opened = await run('dispatch').gate('open', { reason: 'a loop in the prompt, mended' });
  expect(opened.outputs['reason']).toContain('by octocat: a loop in the prompt, mended');
  expect(await start(run('schedule'))).toEqual([0, 'open']);
});

story('a gate that a person closes holds the next run', async ({ run }) => {
  await run('dispatch').gate('close', { reason: 'the invoice is open' });
  expect(await start(run('schedule'))).toEqual([3, 'closed']);
  expect((await run('dispatch').gate('status')).outputs['gate']).toBe('closed');
});

story('opening on another branch opens nothing, and says where it would', async ({ run }) => {
  await run('schedule').post(OUTSIDE);
  const elsewhere = await run('branch').gate('open');
  expect(said(elsewhere)).toMatch(/^warning .*default branch/m);
  expect(elsewhere.outputs['gate']).toBe('closed');
  expect(await start(run('schedule'))).toEqual([3, 'closed']);
});

story('a pull request cannot open the gate that holds it', async ({ run, rerun }) => {
  const job = run('pullRequest');
  await job.post(OUTSIDE);
  await rerun(job).gate('open');
  expect(await start(rerun(job))).toEqual([3, 'closed']);
});

story(
  'a closing that is over opens nothing: neither from a pull request nor after a night',
  async ({ run }) => {
    await run('schedule').post(OUTSIDE);
    await run('pullRequest').gate('close', { 'block-for': '1ms' });
    await run('schedule').post({ ...OUTSIDE, 'block-for': '1ms' });
    expect(await start(run('schedule'))).toEqual([3, 'closed']);
    expect(await start(run('schedule', { token: 'contents=read' }))).toEqual([3, 'closed']);
  },
);

story(
  'a gate closed on a pull request holds the schedule too, where caches may be listed',
  async ({ run }) => {
    await run('pullRequest').post(OUTSIDE);
    expect(await start(run('schedule'))).toEqual([3, 'closed']);
    expect(await start(run('schedule', { token: 'contents=read' }))).toEqual([0, 'unknown']);
  },
);

story('the gate of one task does not hold another', async ({ run }) => {
  await run('schedule').post({ ...OUTSIDE, gate: 'triage' });
  expect(await start(run('schedule'), { gate: 'release' })).toEqual([0, 'unknown']);
  expect(await start(run('schedule'), { gate: 'triage' })).toEqual([3, 'closed']);
});

story('an evicted entry is no open gate: it is unknown, and a setting decides', async ({ run, cache }) => {
  await run('schedule').post(OUTSIDE);
  cache.evictAll();
  const warned = await run('schedule').pre();
  expect([warned.code, warned.outputs['gate'], warned.outputs['verdict']]).toEqual([0, 'unknown', 'allow']);
  expect(warned.summary).toContain('evicted');
  expect(await start(run('schedule'), { 'on-gate-unknown': 'block' })).toEqual([5, 'unknown']);
});

for (const token of ['actions=read,contents=read', 'contents=read'])
  story(`a closed gate is seen by a token with ${token}`, async ({ run }) => {
    await run('schedule', { token }).post(OUTSIDE);
    expect(await start(run('schedule', { token }))).toEqual([3, 'closed']);
  });
