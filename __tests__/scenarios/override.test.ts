/** Somebody decides that a task may use more for a time: whoever reads a report of it sees who, why, and until when. */
import { expect } from '@jest/globals';
import { said, story } from '../support/story.js';

const DAY_MS = 86_400_000;
const day = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
const FEW_CALLS = 'expect: { requests: ..2 }';
const LIMIT = { 'max-requests': '2' };

function policy(until: string, more = 'expect: { requests: ..5 }'): Readonly<Record<string, string>> {
  const text = `version: 1
tasks:
  default:
    ${FEW_CALLS}
overrides:
  - task: default
    by: alice
    reason: The big migration
    until: ${until}
    limits: { requests: 4 }
    ${more}
`;
  return { '.github/spendgate.yml': text };
}

story(
  'an override of the policy file raises the limit of the step, and stands in every report',
  async ({ run, comments }) => {
    const job = run('pullRequest', { files: policy(day(3)) });
    const reports = [await job.pre(), await job.wrap(4, LIMIT), await job.post({ comment: 'always' })];
    expect(reports.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(reports[1]?.outputs).toMatchObject({ requests: '4', 'stop-reason': 'completed' });
    expect(reports[2]?.outputs).toMatchObject({ verdict: 'within' });
    for (const report of reports) {
      expect(report.summary).toMatch(/Override: max-requests from .* to 4, .*, until [^,]+, by alice/);
      expect(said(report)).toMatch(/^notice Until .*, by alice \(policy .*\), because: “The big migration”/m);
    }
    const [comment] = await comments();
    expect(comment).toContain('The big migration');
    const [kept] = JSON.parse(reports[1]?.outputs['usage'] ?? '').overrides;
    expect(kept).toMatchObject({
      by: 'alice',
      changes: [{ setting: 'max-requests', before: '2', after: '4' }, {}],
    });
  },
);

story('one that has ended is ignored, and the first step says so once', async ({ run }) => {
  const job = run('schedule', { files: policy(day(-2)) });
  const [started, ended] = [await job.pre(), await job.wrap(4, LIMIT)];
  expect(said(started)).toMatch(/^notice The override of alice .* ended at .* and is ignored/m);
  expect(ended.outputs['stop-reason']).toBe('limit:max-requests');
  expect(said(ended)).not.toContain('alice');
  const judged = await job.post();
  expect(said(judged)).not.toContain('alice');
});

story(
  'by `workflow_dispatch` it holds for that run alone, in the name of who started it',
  async ({ run }) => {
    const override = `{ limits: { requests: 4 }, expect: { requests: ..5 }, until: ${day(1)}, reason: a large review }`;
    const job = run('dispatch');
    const given = { override, 'expect-requests': '..2' };
    const reports = [
      await job.pre({ override }),
      await job.wrap(4, { ...LIMIT, override }),
      await job.post(given),
    ];
    expect(reports.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(reports[1]?.outputs).toMatchObject({ requests: '4', 'stop-reason': 'completed' });
    expect(reports[2]?.outputs['verdict']).toBe('within');
    for (const report of reports)
      expect(said(report)).toMatch(/^notice .*by octocat \(workflow_dispatch\), because: “a large review”/m);
    const next = run('schedule');
    expect((await next.wrap(4, LIMIT)).outputs['stop-reason']).toBe('limit:max-requests');
  },
);

for (const kind of ['pullRequest', 'fork', 'commentOnPullRequest'] as const)
  story(
    `on a run of ${kind} the same text is refused, before anything is spent`,
    async ({ run, provider }) => {
      const override = `{ limits: { requests: 4 }, until: ${day(1)}, reason: please }`;
      const refused = await run(kind).wrap(4, { ...LIMIT, override });
      expect(refused.code).toBe(2);
      expect(said(refused)).toMatch(/^override: .*workflow_dispatch/m);
      expect(provider.requests).toEqual([]);
    },
  );

story('without an end it is refused with an example of one', async ({ run }) => {
  const refused = await run('dispatch').pre({ override: '{ max-cost: 10 USD, reason: more }' });
  expect(refused.code).toBe(2);
  expect(said(refused)).toMatch(/^override.*an override needs an end.*Example: .*until: /m);
});

story('a re-run that a person approved by name goes on, and its report says who', async ({ run, rerun }) => {
  const one = { 'reruns-per-commit': '0' };
  const files = policy(day(1), 'reruns-per-commit: 3');
  const second = rerun(run('push'));
  expect((await second.pre(one)).code).toBe(3);
  const approved = await rerun(run('push', { files })).pre(one);
  expect(approved.code).toBe(0);
  expect(said(approved)).toMatch(/alice .*reruns-per-commit from 0 to 3/);
});
