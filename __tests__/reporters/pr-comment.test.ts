/** When a pull request is told, what becomes of earlier comments, and what a comment remembers. */
import { describe, expect, test } from '@jest/globals';
import { finding } from '../../src/core/findings.js';
import type { Report, ReportRun } from '../../src/core/report.js';
import type { CommentMode, CommentWhen } from '../../src/ports/reporter.js';
import { prComment } from '../../src/reporters/pr-comment.js';
import { MAX_RUNS } from '../../src/reporters/shared/history.js';
import { findingsOf, InMemoryGitHub, reporterContextOf, reportOf } from '../support/fakes.js';
import { flatten, renderGitHub } from '../support/gfm.js';

const PULL_REQUEST = 7;
const MARKER = '<!-- spendgate:agents/triage -->';
const RUNS = 'https://github.test/o/r/actions/runs';

const run = (id: number, rest: Partial<ReportRun> = {}): ReportRun => ({
  runId: String(id),
  runAttempt: 1,
  at: `2026-11-22T09:${String(id).padStart(2, '0')}:00.000Z`,
  commit: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b',
  verdict: 'within',
  requests: id,
  inputTokens: 1000 * id,
  outputTokens: 10,
  costUsd: '0.25',
  ...rest,
});
const good = (id: number, rest: Partial<Report> = {}) =>
  reportOf({ run: run(id), runUrl: `${RUNS}/${id}`, ...rest });
const bad = (id: number, rest: Partial<Report> = {}) =>
  reportOf({
    status: 'bad',
    gate: 'closed',
    headline: `Run ${id} is outside.`,
    run: run(id, { verdict: 'outside' }),
    runUrl: `${RUNS}/${id}`,
    findings: [finding('error', 'cost-above', 'Cost above its range', 'cost is $2.')],
    ...rest,
  });

/** A gate that an earlier run closed. */
const closed = (rest: Partial<Report>) => good(1, { gate: 'closed', ...rest });
const issueOf = (number: number) => ({
  text: `issue #${number}`,
  url: `https://github.test/o/r/issues/${number}`,
});

class PullRequest {
  readonly github = new InMemoryGitHub();

  async tell(report: Report, comment: CommentWhen = 'on-finding', commentMode: CommentMode = 'update') {
    const { github } = this;
    return prComment.report(
      report,
      reporterContextOf({ github, pullRequest: PULL_REQUEST, comment, commentMode }),
    );
  }

  get bodies(): string[] {
    return (this.github.comments.get(PULL_REQUEST) ?? []).map(({ body }) => body);
  }

  /** Cells of the table of earlier runs, as they are shown. */
  earlier(index = 0): string[][] {
    const [, table = ''] = /Earlier runs[^\n]*\n\n([\s\S]*?)\n\n/.exec(this.bodies[index] ?? '') ?? [];
    const rows = flatten(renderGitHub(table).tree).join('').split('[tr {}]').slice(2);
    return rows.map((row) => [...row.matchAll(/text:([^[]*)/g)].map(([, text = '']) => text));
  }
}

describe('on-change', () => {
  test.each<[string, Partial<Report>]>([
    ['the verdict', { run: run(2, { verdict: 'unknown' }) }],
    ['the gate', { gate: 'open' }],
    ['the findings', { findings: [finding('error', 'requests-above', 'Calls above', '…')] }],
    [
      'a figure outside its range',
      {
        rows: [{ label: 'cost', observed: '', expected: '', limit: '', share: undefined, verdict: 'bad' }],
      },
    ],
  ])('writes when %s changed', async (_what, rest) => {
    const pr = new PullRequest();
    await pr.tell(bad(1), 'on-change');
    await pr.tell(bad(2, rest), 'on-change');
    expect(pr.github.writes).toEqual([`create #${PULL_REQUEST}`, 'update 101']);
  });

  test('is silent about the same once more, in other words and with other figures', async () => {
    const pr = new PullRequest();
    await pr.tell(bad(1), 'on-change');
    expect(await pr.tell(bad(2, { headline: 'Other words.' }), 'on-change')).toBeUndefined();
    expect(pr.github.writes).toHaveLength(1);
  });

  test('tells when a figure came back, and is silent from then on', async () => {
    const pr = new PullRequest();
    await pr.tell(bad(1), 'on-change');
    await pr.tell(good(2), 'on-change');
    await pr.tell(good(3), 'on-change');
    expect(pr.github.writes).toHaveLength(2);
    expect(pr.bodies[0]).toContain('usage within its range');
  });

  test('begins as `on-finding` does: not with good news', async () => {
    const pr = new PullRequest();
    await pr.tell(good(1), 'on-change');
    expect(pr.github.writes).toEqual([]);
  });

  test('writes where the last comment cannot be read', async () => {
    const pr = new PullRequest();
    pr.github.seedComment(PULL_REQUEST, pr.github.self, `${MARKER}\nof an older version`);
    await pr.tell(good(1), 'on-change');
    expect(pr.github.writes).toHaveLength(1);
  });
});

describe('hide-and-new', () => {
  test('writes a new one and folds the one before away', async () => {
    const pr = new PullRequest();
    await pr.tell(bad(1), 'on-finding', 'hide-and-new');
    const reported = await pr.tell(bad(2), 'on-finding', 'hide-and-new');
    expect(pr.github.writes).toEqual([
      `create #${PULL_REQUEST}`,
      `create #${PULL_REQUEST}`,
      'minimize IC_101',
    ]);
    expect(reported?.commentUrl).toContain('issuecomment-102');
    expect(pr.earlier(1)).toHaveLength(1);
  });

  test('says once that all is well again', async () => {
    const pr = new PullRequest();
    await pr.tell(bad(1), 'on-finding', 'hide-and-new');
    await pr.tell(good(2), 'on-finding', 'hide-and-new');
    await pr.tell(good(3), 'on-finding', 'hide-and-new');
    expect(pr.bodies).toHaveLength(2);
    expect([...pr.github.minimized]).toEqual(['IC_101']);
  });
});

describe('new', () => {
  test('leaves the ones before', async () => {
    const pr = new PullRequest();
    for (const id of [1, 2, 3]) await pr.tell(bad(id), 'on-finding', 'new');
    expect(pr.bodies).toHaveLength(3);
    expect(pr.github.minimized.size).toBe(0);
    expect(pr.earlier(2).map(([time]) => time)).toEqual(['2026-11-22 09:02', '2026-11-22 09:01']);
  });
});

describe('delete', () => {
  test('replaces the one before', async () => {
    const pr = new PullRequest();
    await pr.tell(bad(1), 'on-finding', 'delete');
    await pr.tell(bad(2), 'on-finding', 'delete');
    expect(pr.github.writes).toEqual([`create #${PULL_REQUEST}`, `create #${PULL_REQUEST}`, 'delete 101']);
    expect(pr.earlier()).toHaveLength(1);
  });

  test('leaves nothing where all is well again', async () => {
    const pr = new PullRequest();
    await pr.tell(bad(1), 'on-finding', 'delete');
    expect(await pr.tell(good(2), 'on-finding', 'delete')).toBeUndefined();
    expect(pr.bodies).toEqual([]);
  });

  test('leaves a stranger’s comment alone that holds the line', async () => {
    const pr = new PullRequest();
    pr.github.seedComment(PULL_REQUEST, 'mallory', `${MARKER}\nforged`);
    await pr.tell(bad(1), 'on-finding', 'delete');
    expect(pr.github.writes).toEqual([`create #${PULL_REQUEST}`]);
  });
});

describe('the runs before', () => {
  test('stand in a folded table, the newest first, each with its link', async () => {
    const pr = new PullRequest();
    await pr.tell(bad(1));
    await pr.tell(good(2, { run: run(2, { costUsd: undefined, requests: undefined }) }));
    await pr.tell(good(3));
    expect(pr.earlier()).toEqual([
      ['2026-11-22 09:02', '2', '9f86d08', '✓ within', '2,000', '10'],
      ['2026-11-22 09:01', '1', '9f86d08', '✗ outside', '1', '1,000', '10', '$0.25'],
    ]);
    expect(pr.bodies[0]).toContain(`[1](${RUNS}/1/attempts/1)`);
    expect(pr.bodies).toHaveLength(1);
  });

  test('count an attempt once: told again, it replaces its row', async () => {
    const pr = new PullRequest();
    await pr.tell(bad(1));
    await pr.tell(good(1));
    expect(pr.earlier()).toEqual([]);
    await pr.tell(good(1, { run: run(1, { runAttempt: 2, at: '2026-11-22T09:30:00.000Z' }) }));
    expect(pr.earlier().map(([, name, , verdict]) => [name, verdict])).toEqual([['1', '✓ within']]);
  });

  test('are fifty at most, and the comment stays within what GitHub takes', async () => {
    const pr = new PullRequest();
    for (let id = 0; id < MAX_RUNS + 10; id += 1) {
      const at = new Date(Date.UTC(2026, 10, 22, 9, id)).toISOString();
      await pr.tell(
        good(id, { run: run(id, { runId: '9'.repeat(36) + String(id).padStart(4, '0'), at }) }),
        'always',
      );
    }
    expect(pr.earlier()).toHaveLength(MAX_RUNS - 1);
    const hostile = findingsOf('error', 300).map((item) => ({ ...item, message: '$|&<'.repeat(5000) }));
    await pr.tell(bad(99, { findings: hostile, run: run(59) }));
    expect(pr.bodies[0]?.length).toBeLessThanOrEqual(65_536);
    expect(pr.bodies[0]).toContain('Cut to fit');
    expect(pr.earlier()).toHaveLength(MAX_RUNS - 1);
  });

  test('two comments that two runs wrote at once become one, with the rows of both', async () => {
    const pr = new PullRequest();
    await pr.tell(bad(1), 'on-finding', 'new');
    const [first = ''] = pr.bodies;
    pr.github.comments.set(PULL_REQUEST, []);
    await pr.tell(bad(2), 'on-finding', 'new');
    pr.github.seedComment(PULL_REQUEST, pr.github.self, first);
    pr.github.writes.length = 0;
    await pr.tell(bad(3));
    expect(pr.github.writes).toEqual(['update 102', 'delete 103']);
    expect(pr.earlier().map(([, name]) => name)).toEqual(['2', '1']);
  });

  test('hold what is known: a commit or a figure that is none leaves its cell empty', async () => {
    const pr = new PullRequest();
    const odd = { commit: '<b>x</b>', costUsd: 'much', requests: -1, inputTokens: 1.5 };
    await pr.tell(bad(1, { run: run(1, { ...odd, verdict: 'outside' }) }));
    await pr.tell(bad(2));
    expect(pr.earlier()).toEqual([['2026-11-22 09:01', '1', '✗ outside', '10']]);
  });

  test('are believed of our own comment alone', async () => {
    const pr = new PullRequest();
    const other = new PullRequest();
    await other.tell(bad(1));
    pr.github.seedComment(PULL_REQUEST, 'mallory', other.bodies[0] ?? '');
    await pr.tell(bad(2));
    expect(pr.earlier(1)).toEqual([]);
  });

  test.each<[string, (body: string) => string]>([
    ['no JSON', (body) => body.replace('{"v":1', '{v')],
    ['another version', (body) => body.replace('{"v":1', '{"v":2')],
    ['rows that are none', (body) => body.replace(/"runs":\[.*\]/, '"runs":[7,null,{"runId":"--> <b>"}]')],
    [
      'a verdict of its own',
      (body) => body.replace('"verdict":"outside","requests"', '"verdict":"<img src=x>","requests"'),
    ],
    ['something behind it', (body) => `${body}\nmore`],
  ])('are forgotten where the hidden line holds %s', async (_what, edit) => {
    const pr = new PullRequest();
    await pr.tell(bad(1));
    const edited = edit(pr.bodies[0] ?? '');
    expect(edited).not.toBe(pr.bodies[0]);
    pr.github.comments.set(PULL_REQUEST, []);
    pr.github.seedComment(PULL_REQUEST, pr.github.self, edited);
    await pr.tell(bad(2));
    expect(pr.earlier()).toEqual([]);
    expect(pr.bodies[0]).not.toContain('<img');
  });

  test.each(['-->', '--!>', '<!--', 'a--b', '--->'])(
    'an id such as %j cannot end the hidden line',
    async (id) => {
      const pr = new PullRequest();
      await pr.tell(bad(1, { findings: [finding('error', id, 'x', 'y')], rows: [] }));
      expect(pr.bodies[0]?.match(/-->/g)).toHaveLength(2);
      expect(pr.bodies[0]?.match(/<!--/g)).toHaveLength(2);
      await pr.tell(bad(2, { findings: [finding('error', id, 'x', 'y')], rows: [] }), 'on-change');
      expect(pr.github.writes).toHaveLength(1);
    },
  );
});

test('an address that is no web page is no link', async () => {
  const pr = new PullRequest();
  for (const runUrl of [
    'javascript:alert(1)',
    'data:text/html,x',
    '/relative',
    `https://x.test/${'a'.repeat(500)}`,
  ]) {
    await pr.tell(bad(1, { runUrl }));
    expect(pr.bodies[0]).toContain('· run 1 ·');
  }
  await pr.tell(bad(1, { runUrl: 'https://x.test/a)b|c ](d' }));
  expect(pr.bodies[0]).toContain('[run 1](https://x.test/a%29b%7cc%20%5d%28d)');
});

describe('how to open a closed gate', () => {
  const footer = async (rest: Partial<Report>) => {
    const pull = new PullRequest();
    await pull.tell(closed(rest), 'always');
    return /<sub>The gate is closed[^\n]*/.exec(pull.bodies[0] ?? '')?.[0] ?? '';
  };
  const issues = [issueOf(7), issueOf(9)];

  test('is to run a step where the cache holds it, and where nobody says what holds it', async () => {
    for (const rest of [{}, { gatePlace: { store: 'cache', issues: [] } }]) {
      const text = await footer(rest);
      expect(text).toContain('`gate-action: open\\`');
      expect(text).not.toMatch(/gate-store|then close/);
    }
  });

  test('is to close every issue that holds it, each a link', async () => {
    const text = await footer({ gatePlace: { store: 'issue', issues } });
    expect(text).toMatch(
      /then close \[issue #\u200b7\]\(\S+\/7\) and \[issue #\u200b9\]\(\S+\/9\)\.<\/sub>$/,
    );
    expect(text).not.toContain('gate-action');
  });

  test('is either in two stores', async () => {
    const text = await footer({ gatePlace: { store: 'both', issues } });
    expect(text).toMatch(/then close .*, or open it from a run .*gate-store: both.*gate-action: open/);
  });

  test('is to run a step of that store where no issue is known to hold it', async () => {
    const text = await footer({ gatePlace: { store: 'issue', issues: [] } });
    expect(text).toMatch(/then open it from a run .*gate-store: issue/);
  });

  test('stays one bounded line, whatever the gate is called', async () => {
    const text = await footer({
      key: `x --> <b> @mallory\n::error::${'y'.repeat(5000)}`,
      gatePlace: { store: 'both', issues },
    });
    expect(text.length).toBeLessThan(2000);
    expect(text).not.toMatch(/-->|<b>|@mallory/);
  });
});
