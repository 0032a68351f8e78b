/** The check that branch protection requires: from before the agent starts to the end of the job, whatever happens in it. */

import type { ChildProcess } from 'node:child_process';
import { expect } from '@jest/globals';
import type { StepOptions } from '../support/runner.js';
import { PERMISSIONS, type Story, said, story } from '../support/story.js';

const RUN = { check: 'run' } as const;
const STATUS = { check: 'status', 'check-name': 'spend' } as const;
const WITH_CHECKS = { token: `${PERMISSIONS},checks=write` };
const WITH_STATUSES = { token: `${PERMISSIONS},statuses=write` };
const FEW_CALLS = { 'expect-requests': '..2' };
/** Says that it is at work, and would take some seconds more. */
const LONG_WORK = { run: 'node agent.mjs 1; echo at work; sleep 5' };

/** Conclusions of the checks on the head of the pull request, or how far they are. */
async function checks({ github }: Story): Promise<string[]> {
  const { body } = await github.as(
    'octocat',
    'GET',
    `/repos/acme/app/commits/${github.headSha}/check-runs?filter=all`,
  );
  return body.check_runs.map(
    ({ conclusion, status }: { readonly conclusion: string | null; readonly status: string }) =>
      conclusion ?? status,
  );
}

async function summary({ github }: Story): Promise<string> {
  const { body } = await github.as(
    'octocat',
    'GET',
    `/repos/acme/app/commits/${github.headSha}/check-runs?filter=all`,
  );
  return body.check_runs[0].output.summary;
}

/** Ends the step as soon as its agent is at work. */
function interrupted(signal: NodeJS.Signals): StepOptions {
  let step: ChildProcess | undefined;
  return {
    onStart: (child) => {
      step = child;
    },
    onOutput: (text) => {
      if (/^at work$/m.test(text)) step?.kill(signal);
    },
  };
}

story('it is in progress while the agent runs, and successful after `post`', async (world) => {
  const job = world.run('pullRequest', WITH_CHECKS);
  await job.pre(RUN);
  expect(await checks(world)).toEqual(['in_progress']);
  const seen: Promise<string[]>[] = [];
  const look = { onOutput: (text: string) => void (/^at work$/m.test(text) && seen.push(checks(world))) };
  await job.wrap(1, { ...RUN, run: 'node agent.mjs 1; echo at work; sleep 1' }, look);
  expect(await Promise.all(seen)).toEqual([['in_progress']]);
  await job.post({ ...RUN, ...FEW_CALLS });
  expect(await checks(world)).toEqual(['success']);
  await job.job.end();
  expect(await checks(world)).toEqual(['success']);
});

for (const [what, inputs, conclusion] of [
  ['outside its range', FEW_CALLS, 'failure'],
  ['outside a range that only warns', { ...FEW_CALLS, 'on-out-of-range': 'warn' }, 'neutral'],
  ['of which nothing is expected', {}, 'neutral'],
] as const)
  story(`a run ${what} ends it as ${conclusion}`, async (world) => {
    const job = world.run('pullRequest', WITH_CHECKS);
    await job.wrap(3, RUN);
    await job.post({ ...RUN, ...inputs });
    expect(await checks(world)).toEqual([conclusion]);
  });

story(
  'a closed gate ends it as one that waits for a person, and a re-run after that person is another',
  async (world) => {
    const { run, rerun } = world;
    await run('dispatch').gate('close', { reason: 'the invoice is open' });
    const job = run('pullRequest', WITH_CHECKS);
    expect((await job.pre(RUN)).code).toBe(3);
    await job.job.end();
    expect(await checks(world)).toEqual(['action_required']);
    await run('dispatch').gate('open');
    const again = rerun(job);
    await again.pre(RUN);
    await again.wrap(1, RUN);
    await again.post({ ...RUN, ...FEW_CALLS });
    await again.job.end();
    expect((await checks(world)).toSorted()).toEqual(['action_required', 'success']);
  },
);

story('a job whose agent was killed, and that has no `post`, fails it at its end', async (world) => {
  const job = world.run('pullRequest', WITH_CHECKS);
  await job.pre(RUN);
  const killed = await job.wrap(1, { ...RUN, ...LONG_WORK }, interrupted('SIGKILL'));
  expect(killed.code).toBeNull();
  expect(await checks(world)).toEqual(['in_progress']);
  expect((await job.job.end()).map(({ code }) => code)).toEqual([0, 0]);
  expect(await checks(world)).toEqual(['failure']);
  expect(await summary(world)).toContain('`wrap` was killed or cancelled');
});

story('a cancelled job fails it as well, with or without `pre`', async (world) => {
  const job = world.run('pullRequest', WITH_CHECKS);
  await job.wrap(1, { ...RUN, ...LONG_WORK }, interrupted('SIGINT'));
  await job.job.end();
  expect(await checks(world)).toEqual(['failure']);
});

story('a cancelled job that still comes to `post` is judged by what it used', async (world) => {
  const job = world.run('pullRequest', WITH_CHECKS);
  await job.wrap(1, { ...RUN, ...LONG_WORK }, interrupted('SIGTERM'));
  await job.post({ ...RUN, 'expect-requests': '2..' });
  await job.job.end();
  expect(await checks(world)).toEqual(['failure']);
});

story('a commit status says the same in its own words', async (world) => {
  const { run, github } = world;
  const job = run('pullRequest', WITH_STATUSES);
  await job.pre(STATUS);
  await job.wrap(3, STATUS);
  await job.post({ ...STATUS, ...FEW_CALLS });
  await job.job.end();
  const lost = run('pullRequest', WITH_STATUSES);
  await lost.pre({ ...STATUS, gate: 'other' });
  await lost.job.end();
  const told = github.statuses.map(({ context, state, sha }) => [context, state, sha === github.headSha]);
  expect(told).toEqual([
    ['spend', 'pending', true],
    ['spend', 'failure', true],
    ['spend', 'pending', true],
    ['spend', 'error', true],
  ]);
  expect(await checks(world)).toEqual([]);
});

for (const [permission, inputs] of [
  ['checks: write', RUN],
  ['statuses: write', STATUS],
] as const)
  story(
    `without \`${permission}\` one notice in the whole job names it, and nothing else changes`,
    async (world) => {
      const job = world.run('pullRequest');
      const steps = [
        await job.pre(inputs),
        await job.wrap(3, inputs),
        await job.post({ ...inputs, ...FEW_CALLS }),
      ];
      const ends = await job.job.end();
      expect(steps.map(({ code }) => code)).toEqual([0, 0, 0]);
      expect(steps[2]?.outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
      const told = [...steps, ...ends].map(said).join('\n').split(`permissions: { ${permission} }`);
      expect(told).toHaveLength(2);
      expect(await checks(world)).toEqual([]);
      expect(world.github.statuses).toEqual([]);
    },
  );

for (const status of [422, 502])
  story(`${status} from GitHub for every check changes no verdict`, async (world) => {
    const body = { message: status === 422 ? 'Validation Failed' : 'Server Error' };
    world.github.faults.push({ path: '/check-runs', status, body, times: 99 });
    const job = world.run('pullRequest', WITH_CHECKS);
    const started = await job.pre(RUN);
    expect([started.code, started.outputs['allowed']]).toEqual([0, 'true']);
    expect(said(started)).toMatch(/^notice No check spendgate is kept/m);
    await job.wrap(3, RUN);
    const judged = await job.post({ ...RUN, ...FEW_CALLS });
    expect([judged.code, judged.outputs['verdict'], judged.outputs['gate']]).toEqual([
      0,
      'outside',
      'closed',
    ]);
    // What GitHub could not do is no permission that somebody forgot.
    expect(said(judged)).toMatch(/verdict is not affected/);
    expect(said(judged)).not.toContain('permissions:');
    expect((await job.job.end()).map(({ code }) => code)).toEqual([0, 0, 0]);
  });
