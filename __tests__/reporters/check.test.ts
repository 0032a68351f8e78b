/** What a report comes to as a check run and as a commit status: the conclusion, the bounds, whose check it is. */
import { describe, expect, test } from '@jest/globals';
import { finding } from '../../src/core/findings.js';
import type { Report, ReportRun } from '../../src/core/report.js';
import { judgeReruns } from '../../src/core/reruns.js';
import type { ReporterContext } from '../../src/ports/reporter.js';
import { checkRun } from '../../src/reporters/check-run.js';
import { commitStatus } from '../../src/reporters/commit-status.js';
import { findingsOf, InMemoryGitHub, reporterContextOf, reportOf } from '../support/fakes.js';

type Check = NonNullable<ReporterContext['check']>;

const CHECK: Check = {
  kind: 'run',
  name: 'spendgate',
  sha: 'abc123',
  externalId: '42-1-triage',
  runUrl: 'https://github.test/o/r/actions/runs/42',
  isAdvisory: false,
  isUnproven: false,
  expectsNothing: false,
};

const OBSERVED = { isAdvisory: true, isObserved: true };

function ofVerdict(
  verdict: ReportRun['verdict'],
  rest: Partial<Report> = {},
  ending?: ReportRun['ending'],
): Report {
  return reportOf({
    ...rest,
    run: {
      runId: '42',
      runAttempt: 1,
      at: '2026-11-22T09:00:00.000Z',
      commit: 'abc123',
      verdict,
      ending,
      requests: 1,
      inputTokens: 1,
      outputTokens: 1,
      costUsd: '0.1',
    },
  });
}

async function show(report: Report, check: Partial<Check> = {}, github = new InMemoryGitHub()) {
  const context = { ...reporterContextOf({ github }), check: { ...CHECK, ...check } };
  await checkRun.report(report, context);
  await commitStatus.report(report, context);
  return github;
}

const denied = (id: string) =>
  reportOf({ mode: 'pre', status: 'bad', findings: [finding('error', id, 'No', 'Not now.')] });
const rerun = reportOf({
  mode: 'pre',
  status: 'bad',
  findings: judgeReruns({ count: 3, evidence: 'Counted.' }, 2),
});

describe.each([
  ['within', ofVerdict('within'), {}, 'success', 'success'],
  ['outside', ofVerdict('outside'), {}, 'failure', 'failure'],
  ['outside, told only', ofVerdict('outside'), { isAdvisory: true }, 'neutral', 'success'],
  ['of usage that is not known', ofVerdict('unknown'), {}, 'action_required', 'error'],
  ['of usage that is not known, told only', ofVerdict('unknown'), { isAdvisory: true }, 'neutral', 'success'],
  ['where nothing was expected', ofVerdict('unknown'), { expectsNothing: true }, 'neutral', 'success'],
  ['within, not proven', ofVerdict('within'), { isUnproven: true }, 'action_required', 'pending'],
  ['not known, not proven', ofVerdict('unknown'), { isUnproven: true }, 'action_required', 'pending'],
  [
    'without a run, not proven',
    reportOf(),
    { isUnproven: true, isAdvisory: true, expectsNothing: true },
    'action_required',
    'pending',
  ],
  ['outside, not proven', ofVerdict('outside'), { isUnproven: true }, 'failure', 'failure'],
  ['within, of a run that died', ofVerdict('within', {}, 'cut'), {}, 'failure', 'failure'],
  ['unknown, of a run that died', ofVerdict('unknown', {}, 'cut'), {}, 'failure', 'failure'],
  [
    'outside, told only, of a run that died',
    ofVerdict('outside', {}, 'cut'),
    { isAdvisory: true },
    'failure',
    'failure',
  ],
  [
    'of a run that died, not proven',
    ofVerdict('within', {}, 'cut'),
    { isUnproven: true },
    'failure',
    'failure',
  ],
  ['of a run that died, observed', ofVerdict('within', {}, 'cut'), OBSERVED, 'neutral', 'success'],
  ['of a run nobody saw', ofVerdict('unknown', {}, 'unseen'), {}, 'failure', 'failure'],
  [
    'of a run nobody saw, told only',
    ofVerdict('unknown', {}, 'unseen'),
    { isAdvisory: true },
    'neutral',
    'success',
  ],
  ['without a run that was judged', reportOf(), {}, 'action_required', 'error'],
  ['denied for its budget', denied('budget-exhausted'), {}, 'failure', 'failure'],
  ['denied by the kill switch', denied('kill-switch'), {}, 'failure', 'failure'],
  ['denied by a closed gate', denied('gate-closed'), {}, 'action_required', 'failure'],
  ['denied for its re-runs', rerun, {}, 'action_required', 'failure'],
] as const)('a report %s', (_name, report, rules, conclusion, state) => {
  test(`is ${conclusion} as a check run`, async () => {
    expect((await show(report, rules)).checks.map((check) => check.conclusion)).toEqual([conclusion]);
  });

  test(`is ${state} as a commit status`, async () => {
    const { statuses, checks } = await show(report, { ...rules, kind: 'status' });
    expect(statuses.map((status) => status.state)).toEqual([state]);
    expect(checks).toEqual([]);
  });
});

test.each([
  ['`pre` that lets the run start', reportOf({ mode: 'pre' })],
  ['`wrap`', reportOf({ mode: 'wrap', status: 'bad' })],
  ['`gate`', reportOf({ mode: 'gate', status: 'bad' })],
  ['`verify`', reportOf({ mode: 'verify', status: 'bad' })],
])('%s leaves the check as it is', async (_name, report) => {
  expect((await show(report)).writes).toEqual([]);
});

describe('a check run', () => {
  const opened = (externalId: string) => ({
    name: 'spendgate',
    sha: 'abc123',
    externalId,
    detailsUrl: undefined,
    output: { title: 'In progress', summary: 'In progress', text: undefined },
  });

  test('is the one of this job, whatever else has its name', async () => {
    const github = new InMemoryGitHub();
    for (const id of ['42-1-other', '42-1-triage', '41-1-triage']) await github.createCheckRun(opened(id));
    await show(ofVerdict('within'), {}, github);
    expect(github.checks.map(({ conclusion }) => conclusion)).toEqual([undefined, 'success', undefined]);
  });

  test('that was completed takes a later word of the same job, and is not made twice', async () => {
    const github = await show(ofVerdict('within'));
    await show(ofVerdict('outside'), {}, github);
    expect(github.checks.map(({ conclusion }) => conclusion)).toEqual(['failure']);
  });

  test('fits into what GitHub takes, in bytes', async () => {
    const findings = findingsOf('error', 400).map((item) => ({
      ...item,
      title: '日'.repeat(300),
      message: '日<'.repeat(40_000),
      position: { file: 'a.yml', line: 3 },
    }));
    const report = ofVerdict('outside', { headline: '🧪'.repeat(70_000), findings });
    const [check] = (await show(report)).checks;
    const { title = '', summary = '', text = '' } = check?.output ?? {};
    expect(title.length).toBeLessThanOrEqual(255);
    for (const part of [summary, text]) expect(Buffer.byteLength(part)).toBeLessThanOrEqual(65_535);
    expect(Buffer.byteLength(text)).toBeGreaterThan(20_000);
    expect([title, text].every((part) => part.isWellFormed())).toBe(true);
    expect(check?.annotations).toHaveLength(100);
    expect(
      check?.annotations.every(({ title: one, message }) => one.isWellFormed() && message.isWellFormed()),
    ).toBe(true);
  });

  test('annotates what has a place in the repository', async () => {
    const findings = [
      finding('notice', 'a', 'A', 'a', { position: { file: 'a.yml', line: undefined } }),
      finding('error', 'b', 'B', 'b', { position: { file: 'b.yml', line: 2 }, advice: 'Do.' }),
      finding('warning', 'c', 'C', 'c', { position: { file: '/etc/passwd', line: 2 } }),
      finding('warning', 'd', 'D', 'd'),
      finding('warning', 'e', 'E', 'e', {
        position: { file: 'e.yml', line: 2, repository: `o/r@${'a'.repeat(40)}` },
      }),
    ];
    const [check] = (await show(ofVerdict('outside', { findings }))).checks;
    expect(check?.annotations).toEqual([
      { path: 'b.yml', line: 2, level: 'failure', title: 'B', message: 'b Do.' },
      { path: 'a.yml', line: 1, level: 'notice', title: 'A', message: 'a' },
    ]);
  });

  test('lets no text from outside act in its summary', async () => {
    const headline = '<img src=x> [x](https://evil.test) @octocat #1 **b**\n# h';
    const [check] = (await show(ofVerdict('within', { headline }))).checks;
    expect(check?.output.summary).not.toMatch(/<|@[\w-]|#[\w-]|\w:\/\/|\n|(?<!\\)[*[]/);
    expect(check?.output.title).not.toContain('\n');
  });
});

describe('a commit status of a name that jobs of one run share', () => {
  const status = (verdict: ReportRun['verdict'], job: string, github: InMemoryGitHub, rules = {}) =>
    show(ofVerdict(verdict), { ...rules, kind: 'status', externalId: `42-1-triage-${job}` }, github);
  const states = ({ statuses }: InMemoryGitHub) => statuses.map(({ state }) => state);

  test('stays failed, whatever the others come to', async () => {
    const github = new InMemoryGitHub();
    await status('within', 'a', github);
    await status('outside', 'b', github);
    await status('within', 'c', github);
    await status('within', 'd', github, { isUnproven: true });
    await status('unknown', 'e', github);
    expect(states(github)).toEqual(['success', 'failure', 'failure', 'failure', 'error']);
    expect(github.statuses[2]?.description).toBe(
      'Another job of this run has failed under this name, and that stands.',
    );
  });

  test('stays failed also where two of them ended at once', async () => {
    const github = new InMemoryGitHub();
    const create = github.createStatus.bind(github);
    let isFirst = true;
    // The other one writes between the look and the word of this one.
    github.createStatus = async (sha, wanted) => {
      if (isFirst) {
        isFirst = false;
        await status('outside', 'b', github);
      }
      return create(sha, wanted);
    };
    await status('within', 'a', github);
    expect(states(github)).toEqual(['failure', 'success', 'failure']);
  });

  test('is free again in the next attempt', async () => {
    const github = new InMemoryGitHub();
    await status('outside', 'a', github);
    await status('within', 'a', github, { runUrl: `${CHECK.runUrl}/attempts/2` });
    expect(states(github)).toEqual(['failure', 'success']);
  });
});

test('a commit status that is left pending says what it waits for', async () => {
  const report = ofVerdict('within', { headline: 'Usage is within its expected range.' });
  const { statuses } = await show(report, { kind: 'status', isUnproven: true });
  expect(statuses.map(({ description }) => description)).toEqual([
    'Not proven, so a person decides. Usage is within its expected range.',
  ]);
});

test('a commit status says its sentence in 140 characters', async () => {
  const { statuses } = await show(ofVerdict('within', { headline: `${'🧪'.repeat(100)}\n`.repeat(9) }), {
    kind: 'status',
  });
  const { description = '' } = statuses[0] ?? {};
  expect(description.length).toBeLessThanOrEqual(140);
  expect(description.isWellFormed()).toBe(true);
  expect(description).not.toContain('\n');
});
