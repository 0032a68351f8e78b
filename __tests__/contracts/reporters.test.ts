/** What every reporter of the list must do: show the report, repeat nothing, and let no text from outside act. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { finding } from '../../src/core/findings.js';
import type { Report } from '../../src/core/report.js';
import type { Reporter } from '../../src/ports/reporter.js';
import { reporters } from '../../src/reporters/index.js';
import {
  findingsOf,
  InMemoryGitHub,
  RecordingRunner,
  reporterContextOf,
  reportOf,
} from '../support/fakes.js';
import { reportWith } from '../support/hostile-report.js';

const FIXTURES = new URL('../fixtures/reporters/', import.meta.url);
const PULL_REQUEST = 7;
const CHECK = {
  name: 'spendgate',
  sha: 'abc123',
  externalId: '42-1-triage',
  runUrl: undefined,
  isAdvisory: false,
  isUnproven: false,
  expectsNothing: false,
};
const MARKER = '<!-- spendgate:agents/triage -->';
/** What GitHub takes. */
const MAX_COMMENT_LENGTH = 65_536;
const MAX_SUMMARY_BYTES = 1024 * 1024;

function reporterOf(id: string): Reporter {
  const reporter = reporters.find((candidate) => candidate.id === id);
  if (reporter === undefined) throw new Error(`there is no reporter ${id}`);
  return reporter;
}

/** A run that used too much, with one of everything a report can hold. */
const OUTSIDE: Report = reportOf({
  status: 'bad',
  gate: 'closed',
  headline: 'Usage is outside its expected range: input tokens are 92,400, expected 5,000..50,000.',
  rows: [
    {
      label: 'input tokens',
      observed: '92,400',
      expected: '5,000..50,000',
      limit: '',
      share: 1.848,
      shareOf: 'expected',
      verdict: 'bad',
    },
    {
      label: 'output tokens',
      observed: 'at least 8,210',
      expected: '..10,000',
      limit: '16,000',
      share: 0.821,
      shareOf: 'expected',
      verdict: 'ok',
    },
    {
      label: 'cost',
      observed: 'not known',
      expected: '..$0.50',
      limit: '$2.00',
      share: undefined,
      verdict: 'unknown',
    },
    {
      label: 'model calls',
      observed: '14',
      expected: '',
      limit: '60',
      share: 14 / 60,
      shareOf: 'limit',
      verdict: 'none',
    },
  ],
  facts: [
    ['Usage from', 'the record of `wrap`'],
    ['Models', 'claude-opus-5-5 (13), claude-haiku-4-5 (1)'],
    ['Run ended', 'completed'],
  ],
  tables: [
    {
      title: 'By model',
      head: ['Model', 'Calls', 'Input', 'Output', 'Cost'],
      rows: [
        ['claude-opus-5-5', '13', '91,100', '8,100', '$0.92'],
        ['claude-haiku-4-5', '1', '1,300', '110', '$0.01'],
      ],
      bars: { of: 'Share of cost', shares: [0.99, 0.01] },
    },
    {
      title: 'By caller',
      head: ['Calls of', 'Calls', 'Retries', 'Failed', 'Input', 'Output', 'Cost'],
      rows: [
        ['main', '11', '1', '1', '61,200', '3,020', '$0.24'],
        ['subagent (2)', '3', '0', '0', 'at least 31,200', 'not known', 'not known'],
      ],
    },
  ],
  run: {
    runId: '42',
    runAttempt: 2,
    at: '2026-11-22T09:00:00.000Z',
    commit: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b',
    verdict: 'outside',
    requests: 14,
    inputTokens: 92_400,
    outputTokens: 8_210,
    costUsd: undefined,
  },
  findings: [
    finding('notice', 'budget-alert', 'Budget is 80 % used', '83 % of the limit on key is used.'),
    finding(
      'error',
      'input-tokens-above',
      'Input tokens above their range',
      'input tokens are 92,400, expected 5,000..50,000.',
      {
        advice: 'Look at the run, then reopen the gate.',
        position: { file: '.github/spendgate.yml', line: 12 },
      },
    ),
    finding(
      'warning',
      'unpriced',
      'A model has no price',
      'claude-haiku-4-5 has no price; cost is not known.',
    ),
  ],
});

/** Everything a reporter left behind, as text. */
function shown(runner: RecordingRunner, github: InMemoryGitHub): string {
  const annotations = runner.annotations.map(({ level, title, message, advice, position }) => {
    const place = position ? ` ${position.file}:${position.line ?? ''}` : '';
    return `${level}${place} | ${title} | ${message}${advice === undefined ? '' : ` | ${advice}`}\n`;
  });
  const comments = [...github.comments.values()]
    .flat()
    .map(({ author, body }) => `[comment of ${author}]\n${body}`);
  return [...annotations, runner.summary, ...comments, ...shownChecks(github)].join('');
}

/** Without the text, which is the report as the summary has it. */
function shownChecks({ checks, statuses }: InMemoryGitHub): string[] {
  return [
    ...checks.map(({ name, conclusion, output, annotations: places }) => {
      const lines = places.map(
        ({ path, line, level, title, message }) => `${level} ${path}:${line} | ${title} | ${message}\n`,
      );
      return `[check ${name}: ${conclusion}]\n${output.title}\n${output.summary}\n${lines.join('')}`;
    }),
    ...statuses.map(({ context, state, description }) => `[status ${context}: ${state}]\n${description}\n`),
  ];
}

async function show(reporter: Reporter, report: Report): Promise<string> {
  const [runner, github] = [new RecordingRunner(), new InMemoryGitHub()];
  const check = { ...CHECK, kind: reporter.id === 'commit-status' ? 'status' : 'run' } as const;
  await reporter.report(report, { runner, github, pullRequest: PULL_REQUEST, comment: 'always', check });
  return shown(runner, github);
}

/** The golden file; `undefined` when there is none. */
function goldenOf(id: string): string | undefined {
  const file = new URL(`${id}/post-outside.md`, FIXTURES);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

describe.each(reporters.map((reporter) => ({ id: reporter.id, reporter })))(
  'reporter $id',
  ({ id, reporter }) => {
    test('shows a run outside its range as the golden file has it', async () => {
      expect(goldenOf(id)).toBeDefined();
      expect(await show(reporter, OUTSIDE)).toBe(goldenOf(id));
    });

    test('shows the same report the same way twice', async () => {
      expect(await show(reporter, OUTSIDE)).toBe(await show(reporter, OUTSIDE));
    });

    test('leaves the report as it was', async () => {
      const before = JSON.stringify(OUTSIDE);
      await show(reporter, OUTSIDE);
      expect(JSON.stringify(OUTSIDE)).toBe(before);
    });

    test('does without GitHub, a pull request, rows, findings and facts', async () => {
      for (const mode of ['pre', 'wrap', 'post', 'gate'] as const) {
        const report = reportOf({ mode, gate: undefined, runUrl: undefined });
        await expect(reporter.report(report, reporterContextOf())).resolves.not.toThrow();
      }
    });
  },
);

describe.each(['job-summary', 'pr-comment'])('%s, told texts from outside', (id) => {
  test('writes well-formed text alone, also where it cuts one', async () => {
    for (const text of ['🧪'.repeat(700), `a${'🧪'.repeat(700)}`, '\ud83e alone']) {
      expect((await show(reporterOf(id), reportWith(text))).isWellFormed()).toBe(true);
    }
  });

  test('shows a decimal number as it is, wherever it stands', async () => {
    const rows = [
      {
        label: '0.5',
        observed: '1.5 CNY',
        expected: '2.25',
        limit: '3.125',
        share: undefined,
        verdict: 'none',
      } as const,
    ];
    const markdown = await show(reporterOf(id), reportOf({ headline: '12.50 CNY left on key.', rows }));
    // A backslash before a point is not shown; one before a digit is.
    const rendered = markdown.replaceAll('\\.', '.');
    for (const number of ['12.50 CNY left on key.', '0.5', '1.5 CNY', '2.25', '3.125']) {
      expect(rendered).toContain(number);
    }
    expect(markdown).not.toMatch(/\\\d/);
  });

  test('shows so much of a long text that a person knows it', async () => {
    const markdown = await show(reporterOf(id), reportWith('abc '.repeat(20_000)));
    expect(markdown).toContain('abc abc abc');
    expect(markdown).toContain('…');
  });
});

describe('annotations', () => {
  const annotations = reporterOf('annotations');

  test('come most important first, in the order in which they were found', async () => {
    const context = reporterContextOf();
    const findings = [...findingsOf('notice', 2), ...findingsOf('error', 2), ...findingsOf('warning', 2)];
    await annotations.report(reportOf({ findings }), context);
    expect(context.runner.annotations.map(({ title }) => title)).toEqual([
      'error 1',
      'error 2',
      'warning 1',
      'warning 2',
      'notice 1',
      'notice 2',
    ]);
  });

  test('are none where nothing was found', async () => {
    const context = reporterContextOf();
    await annotations.report(reportOf(), context);
    expect(context.runner.annotations).toEqual([]);
  });
});

describe('job-summary', () => {
  test('gives the same advice once, behind the last finding it is for', async () => {
    const context = reporterContextOf();
    const findings = findingsOf('error', 3).map((item) => ({ ...item, advice: 'Look at the run.' }));
    await reporterOf('job-summary').report(reportOf({ findings }), context);
    expect(context.runner.summary.split('Look at the run.')).toHaveLength(2);
    expect(context.runner.summary).toContain('Message of error 3.<br>→ Look at the run.');
  });

  const jobSummary = reporterOf('job-summary');

  test('shows findings, rows and facts of every mode', async () => {
    for (const mode of ['pre', 'wrap', 'post', 'gate'] as const) {
      const context = reporterContextOf();
      await jobSummary.report({ ...OUTSIDE, mode }, context);
      expect(context.runner.summary).toContain(`\n\nspendgate ${mode} · `);
      expect(context.runner.summary).toMatch(/^### 🛑 triage: /);
      for (const { title } of OUTSIDE.findings) expect(context.runner.summary).toContain(title);
    }
  });

  test('stays below what a step may write, in bytes', async () => {
    const findings = findingsOf('error', 2000).map((item) => ({ ...item, message: '日<'.repeat(400) }));
    const context = reporterContextOf();
    await jobSummary.report(reportOf({ findings }), context);
    expect(Buffer.byteLength(context.runner.summary)).toBeLessThan(MAX_SUMMARY_BYTES);
    expect(context.runner.summary).toContain('Cut to fit');
  });

  test('fails when the summary cannot be written, so that somebody hears of it', async () => {
    const context = reporterContextOf();
    context.runner.summaryError = new Error('read-only file system');
    await expect(jobSummary.report(OUTSIDE, context)).rejects.toThrow('read-only file system');
  });
});

describe('pr-comment', () => {
  const prComment = reporterOf('pr-comment');
  const bodies = (github: InMemoryGitHub) =>
    (github.comments.get(PULL_REQUEST) ?? []).map(({ body }) => body);
  const report = (
    github: InMemoryGitHub,
    what: Report,
    comment: 'on-finding' | 'always' | 'never' = 'on-finding',
  ) => prComment.report(what, reporterContextOf({ github, pullRequest: PULL_REQUEST, comment }));

  test('begins with a hidden line that names what is reported on, and gives the comment’s address', async () => {
    const github = new InMemoryGitHub();
    const reported = await report(github, OUTSIDE);
    expect(bodies(github)[0]?.split('\n')[0]).toBe(MARKER);
    expect(reported).toEqual({ commentUrl: github.comments.get(PULL_REQUEST)?.[0]?.url });
  });

  test('is updated, never repeated', async () => {
    const github = new InMemoryGitHub();
    const first = await report(github, OUTSIDE);
    const second = await report(github, { ...OUTSIDE, headline: 'A second run.' });
    expect(github.writes).toEqual([`create #${PULL_REQUEST}`, expect.stringMatching(/^update \d+$/)]);
    expect(bodies(github)).toEqual([expect.stringContaining('A second run.')]);
    expect(second).toEqual(first);
  });

  test('stands once per key', async () => {
    const github = new InMemoryGitHub();
    await report(github, OUTSIDE);
    await report(github, { ...OUTSIDE, key: 'agents/triage-2' });
    await report(github, { ...OUTSIDE, key: 'agents' });
    expect(github.writes).toEqual(Array(3).fill(`create #${PULL_REQUEST}`));
  });

  test('leaves a stranger’s comment alone that holds the line', async () => {
    const github = new InMemoryGitHub();
    const strangers = github.seedComment(
      PULL_REQUEST,
      'mallory',
      `${MARKER}\n### ✅ triage: usage within its range`,
    );
    await report(github, OUTSIDE);
    await report(github, OUTSIDE);
    expect(github.writes).toEqual([`create #${PULL_REQUEST}`, expect.stringMatching(/^update /)]);
    expect(github.comments.get(PULL_REQUEST)?.[0]).toEqual(strangers);
  });

  test('leaves a stranger’s comment alone also when all is well', async () => {
    const github = new InMemoryGitHub();
    github.seedComment(PULL_REQUEST, 'mallory', `${MARKER}\nforged`);
    expect(await report(github, reportOf())).toBeUndefined();
    expect(github.writes).toEqual([]);
  });

  test('is not mistaken for its own comment that only quotes the line', async () => {
    const github = new InMemoryGitHub();
    github.seedComment(PULL_REQUEST, github.self, `> ${MARKER}\nquoted`);
    await report(github, OUTSIDE);
    expect(github.writes).toEqual([`create #${PULL_REQUEST}`]);
  });

  test('is found again under the name of any app the token acts as', async () => {
    const github = new InMemoryGitHub('spend-police[bot]');
    github.seedComment(PULL_REQUEST, 'mallory', `${MARKER}\nforged`);
    await report(github, OUTSIDE);
    await report(github, OUTSIDE);
    expect(github.writes).toEqual([`create #${PULL_REQUEST}`, expect.stringMatching(/^update /)]);
  });

  test('on-finding: is written for warnings and errors, not for notices or good news', async () => {
    const writes = async (what: Report) => {
      const github = new InMemoryGitHub();
      await report(github, what, 'on-finding');
      return github.writes.length;
    };
    expect(await writes(reportOf())).toBe(0);
    expect(await writes(reportOf({ findings: findingsOf('notice', 3) }))).toBe(0);
    expect(await writes(reportOf({ findings: findingsOf('warning', 1) }))).toBe(1);
    expect(await writes(reportOf({ findings: findingsOf('error', 1) }))).toBe(1);
  });

  test('on-finding: once it stands, good news is written there too', async () => {
    const github = new InMemoryGitHub();
    await report(github, OUTSIDE);
    const reported = await report(github, reportOf());
    expect(bodies(github)).toEqual([expect.stringContaining('Usage is within its expected range.')]);
    expect(bodies(github)[0]).not.toContain('Input tokens above their range');
    expect(reported?.commentUrl).toBeDefined();
  });

  test('always: is written for good news', async () => {
    const github = new InMemoryGitHub();
    await report(github, reportOf(), 'always');
    expect(github.writes).toEqual([`create #${PULL_REQUEST}`]);
  });

  test('never: is not written, and not updated either', async () => {
    const github = new InMemoryGitHub();
    github.seedComment(PULL_REQUEST, github.self, `${MARKER}\nold`);
    expect(await report(github, OUTSIDE, 'never')).toBeUndefined();
    expect(bodies(github)).toEqual([`${MARKER}\nold`]);
  });

  test('belongs to `post` alone', async () => {
    for (const mode of ['pre', 'wrap', 'gate'] as const) {
      const github = new InMemoryGitHub();
      expect(await report(github, { ...OUTSIDE, mode }, 'always')).toBeUndefined();
      expect(github.writes).toEqual([]);
    }
  });

  test('needs a pull request and a token', async () => {
    const github = new InMemoryGitHub();
    await prComment.report(OUTSIDE, reporterContextOf({ github, comment: 'always' }));
    await prComment.report(OUTSIDE, reporterContextOf({ pullRequest: PULL_REQUEST, comment: 'always' }));
    expect(github.writes).toEqual([]);
  });

  test('fails when GitHub refuses, so that somebody hears of it', async () => {
    const github = new InMemoryGitHub();
    github.error = new Error('Resource not accessible by integration');
    await expect(report(github, OUTSIDE)).rejects.toThrow('Resource not accessible');
  });

  test.each(['x --> <img src=x> @octocat', 'two\nlines', 'a --!> b', '<!-- -->'])(
    'a key such as %j stays inside the hidden line',
    async (key) => {
      const github = new InMemoryGitHub();
      await report(github, reportOf({ key }), 'always');
      await report(github, reportOf({ key }), 'always');
      expect(github.writes).toHaveLength(2);
      expect(bodies(github)).toHaveLength(1);
      const [first = '', second = ''] = bodies(github)[0]?.split('\n') ?? [];
      expect(first).toMatch(/^<!-- spendgate:(?:(?!--!?>).)* -->$/);
      expect(second).toMatch(/^### /);
    },
  );

  test('two keys that were made harmless do not share a comment', async () => {
    const github = new InMemoryGitHub();
    await report(github, reportOf({ key: 'a-->b' }), 'always');
    await report(github, reportOf({ key: 'a--&gt;b' }), 'always');
    await report(github, reportOf({ key: 'a b' }), 'always');
    expect(bodies(github)).toHaveLength(3);
  });

  test('fits into what GitHub takes, and is cut where it matters least', async () => {
    const github = new InMemoryGitHub();
    const long = (level: 'error' | 'notice', count: number) =>
      findingsOf(level, count).map((item) => ({ ...item, message: 'x'.repeat(70_000) }));
    await report(github, { ...OUTSIDE, findings: [...long('notice', 300), ...long('error', 3)] });
    const [body = ''] = bodies(github);
    expect(body.length).toBeLessThanOrEqual(MAX_COMMENT_LENGTH);
    expect(body.startsWith(MARKER)).toBe(true);
    expect(body).toContain('| **input tokens** |');
    for (const title of ['error 1', 'error 2', 'error 3', 'notice 1']) expect(body).toContain(`**${title}**`);
    expect(body).toContain('Cut to fit');
  });
});
