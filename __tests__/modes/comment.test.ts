/** `comment`: the report of a run that could only read, as a stranger's text, on a pull request that GitHub names. */
import { describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/config/config.js';
import type { UpstreamRun } from '../../src/config/run-context.js';
import { finding } from '../../src/core/findings.js';
import type { Report } from '../../src/core/report.js';
import { renderReportFile } from '../../src/core/report-file.js';
import { runComment } from '../../src/modes/comment.js';
import { reporters } from '../../src/reporters/index.js';
import { configOf, ON_MAIN } from '../support/config.js';
import { FixedClock, InMemoryGitHub, InMemoryStore, RecordingRunner, reportOf } from '../support/fakes.js';

const HEAD = 'abc123';
const UPSTREAM: UpstreamRun = {
  id: 99,
  attempt: 2,
  workflowId: 31,
  event: 'pull_request',
  url: 'https://github.test/acme/app/actions/runs/99',
  headSha: HEAD,
  headBranch: 'topic',
  headRepository: 'mallory/app',
};
const PULL = { number: 7, headSha: HEAD, headRepository: 'mallory/app', head: 'mallory:topic' };
const CLAIMED = reportOf({
  findings: [finding('error', 'x', 'Too much', 'Too much was used.')],
  run: {
    runId: '1',
    runAttempt: 1,
    at: '2020-01-01T00:00:00.000Z',
    commit: 'forged',
    verdict: 'within',
    requests: 1,
    inputTokens: 1,
    outputTokens: 1,
    costUsd: '0.1',
  },
});

interface Options {
  readonly upstream?: Partial<UpstreamRun> | undefined;
  readonly event?: string;
  readonly pulls?: readonly InMemoryGitHub['pulls'][number][];
  readonly report?: Report;
  readonly file?: string | undefined;
  readonly inputs?: RawInputs;
  /** One that earlier runs have written to. */
  readonly github?: InMemoryGitHub;
}

async function comment(options: Options = {}) {
  const { upstream = {}, event = 'workflow_run', pulls = [PULL], report = CLAIMED, inputs = {} } = options;
  const { github = new InMemoryGitHub() } = options;
  const [runner, clock] = [new RecordingRunner(), new FixedClock()];
  github.pulls.splice(0, Infinity, ...pulls);
  const read = configOf(
    { mode: 'comment', report: 'in/default-report.json', ...inputs },
    { environment: { ...ON_MAIN, GITHUB_EVENT_NAME: event } },
  );
  const upstreamRun = { ...UPSTREAM, ...upstream };
  const config = { ...read, context: { ...read.context, upstreamRun } };
  const file = 'file' in options ? options.file : renderReportFile(report);
  const asked: [string, number][] = [];
  const readFile = (path: string, maxBytes: number) => {
    asked.push([path, maxBytes]);
    return file === undefined ? { why: 'does not exist' } : { text: file };
  };
  const store = new InMemoryStore(clock);
  let error: unknown;
  try {
    await runComment({ config, runner, clock, store, github, reporters, readFile });
  } catch (thrown) {
    error = thrown;
  }
  const [body = ''] = (github.comments.get(7) ?? []).map((one) => one.body);
  return { runner, github, error, body, asked };
}

test('shows the report on the pull request, and says that it cannot be proven', async () => {
  const { github, body, runner, asked, error } = await comment();
  expect(error).toBeUndefined();
  expect(github.writes).toEqual(['create #7']);
  expect(body).toContain('Reported by a run that cannot prove it: Usage is within its expected range.');
  expect(body).toContain('The figures come from run 99 on a commit of the fork mallory/app');
  expect(body).toContain('(https://github.test/acme/app/actions/runs/99)');
  expect(body).not.toContain('actions/runs/42');
  expect(runner.outputs['comment-url']).toContain('/pull/7');
  expect(asked).toEqual([['in/default-report.json', 256 * 1024]]);
});

test('does not show the state of a gate that a stranger could have written', async () => {
  expect((await comment({ report: { ...CLAIMED, gate: 'open' } })).body).not.toMatch(/gate \*\*/);
});

describe('which comment and which check it is, no file chooses', () => {
  const named = (key: string) => ({ ...CLAIMED, key, task: key });

  test('a new name in each file renews the same comment, and the same check of a run', async () => {
    const github = new InMemoryGitHub();
    for (const key of ['a', 'b', 'c'])
      await comment({ github, report: named(key), inputs: { check: 'run', comment: 'always' } });
    expect(github.comments.get(7)).toHaveLength(1);
    expect(github.checks).toHaveLength(1);
  });

  test('a name cannot take the place of a comment that is believed', async () => {
    const github = new InMemoryGitHub();
    const marker = `<!-- spendgate:${CLAIMED.key} -->`;
    github.seedComment(7, github.self, `${marker}\nproven`);
    await comment({ github });
    const bodies = (github.comments.get(7) ?? []).map(({ body }) => body);
    expect(bodies).toEqual([`${marker}\nproven`, expect.stringMatching(/^<!-- spendgate:claimed\/31\/in\//)]);
  });

  test('reports that the workflow names apart, and those of another workflow, have their own', async () => {
    const github = new InMemoryGitHub();
    const inputs = { comment: 'always' };
    await comment({ github, inputs });
    await comment({ github, inputs: { ...inputs, report: 'in/review-report.json' } });
    await comment({ github, inputs, upstream: { workflowId: 32 } });
    expect(github.comments.get(7)).toHaveLength(3);
  });
});

test.each(['ok', 'warning', 'bad'] as const)(
  'stands under a title that says what it is, whatever it claims (%s)',
  async (status) => {
    const { body } = await comment({ report: { ...CLAIMED, status } });
    expect(body).toMatch(/^### ℹ️ .+: a claim that cannot be proven$/m);
    expect(body).not.toContain('✅');
  },
);

test('repeats nothing that is said of a gate', async () => {
  const findings = ['gate-closed', 'gate-not-closed', 'run-stopped'].map((id) =>
    finding('error', id, `Title of ${id}`, `Message of ${id}.`),
  );
  const { body } = await comment({ report: { ...CLAIMED, findings } });
  expect(body).toContain('Title of run-stopped');
  expect(body).not.toContain('Title of gate');
});

test('lets no text of the file act', async () => {
  const text = '--> <img src=x onerror=alert(1)> @octocat fixes #12 https://evil.test [x](https://evil.test)';
  const report = {
    ...CLAIMED,
    task: text,
    key: text,
    headline: text,
    findings: [finding('error', text, text, text)],
  };
  const { body } = await comment({ report });
  const [marker = '', ...rest] = body.split('\n');
  expect(marker).toMatch(/^<!-- spendgate:(?:(?!--!?>).)* -->$/);
  const shown = rest.join('\n').replaceAll(UPSTREAM.url, '');
  expect(shown).not.toMatch(/<img|@[\w-]|#[\w-]|\w:\/\//);
});

describe('which pull request is what GitHub says', () => {
  const other = { ...PULL, number: 8 };

  test.each<[string, Options, string]>([
    ['no pull request is open at that commit', { pulls: [] }, 'No open pull request'],
    ['the branch has moved on', { pulls: [{ ...PULL, headSha: 'newer' }] }, 'No open pull request'],
    [
      'the branch of that name is of another repository of the owner',
      { pulls: [{ ...PULL, headRepository: 'mallory/other' }] },
      'No open pull request',
    ],
    ['two are', { pulls: [PULL, other] }, '2 open pull requests'],
    ['the fork is gone', { upstream: { headRepository: undefined } }, 'is gone'],
    ['the run was of a push', { upstream: { event: 'push' } }, 'The run was of push'],
  ])('%s: nothing is written, and the step is green', async (_name, options, said) => {
    const { github, runner, error } = await comment(options);
    expect(error).toBeUndefined();
    expect(github.writes).toEqual([]);
    expect(runner.annotations).toMatchObject([{ level: 'notice', message: expect.stringContaining(said) }]);
  });

  test('a number in the file is never used', async () => {
    const file = JSON.parse(renderReportFile(CLAIMED));
    Object.assign(file.report, { pullRequest: 1, number: 1, issue: 1 });
    const { github } = await comment({ file: JSON.stringify(file) });
    expect(github.writes).toEqual(['create #7']);
  });
});

describe('a check', () => {
  test('passes no branch rule: the file could say anything', async () => {
    const { github } = await comment({ inputs: { check: 'run' } });
    expect(github.checks).toMatchObject([
      {
        name: 'spendgate',
        sha: HEAD,
        conclusion: 'action_required',
        externalId: expect.stringMatching(/^99-2-claimed-/),
      },
    ]);
  });

  test('fails where the run itself says that it was outside', async () => {
    const run = { ...CLAIMED.run, verdict: 'outside' } as NonNullable<Report['run']>;
    const { github } = await comment({ inputs: { check: 'run' }, report: { ...CLAIMED, run } });
    expect(github.checks).toMatchObject([{ conclusion: 'failure' }]);
  });

  test('may be a commit status, which stays pending and says why', async () => {
    const { github } = await comment({ inputs: { check: 'status' } });
    expect(github.statuses).toMatchObject([
      { sha: HEAD, state: 'pending', description: expect.stringMatching(/^Not proven, so a person decides/) },
    ]);
  });
});

describe('fails clearly', () => {
  test.each(['pull_request', 'push', 'schedule', 'issue_comment'])('on %s', async (event) => {
    const { error, github } = await comment({ event });
    expect(error).toMatchObject({ code: 'bad-value', message: expect.stringContaining(`this is ${event}`) });
    expect(github.writes).toEqual([]);
  });

  test.each([
    ['without a file', undefined, '"in/default-report.json" does not exist.'],
    ['over a file that is no report', '{"version":1,"report":{}}', 'report.headline'],
  ])('%s, which a stranger can have caused, so that the step is green', async (_name, file, said) => {
    const { error, github, runner } = await comment({ file });
    expect(error).toBeUndefined();
    expect(runner.annotations).toMatchObject([
      { level: 'warning', id: 'report-refused', message: expect.stringContaining(said) },
    ]);
    expect(github.writes).toEqual([]);
  });

  test('without the input', () => {
    expect(() => configOf({ mode: 'comment' })).toThrow(/report: No report is named/);
  });
});
