/**
 * Every place where a text from outside is shown to people. A new place is one more member of the list; what it must hold is
 * asked of it by `contracts/hostile.test.ts`.
 */
import { finding } from '../../src/core/findings.js';
import type { Report } from '../../src/core/report.js';
import { createActionsRunner } from '../../src/platform/runner.js';
import { TerminalRunner } from '../../src/platform/terminal.js';
import type { Reporter } from '../../src/ports/reporter.js';
import { reporters } from '../../src/reporters/index.js';
import { renderReport } from '../../src/reporters/shared/markdown.js';
import { InMemoryGitHub, RecordingRunner, reporterContextOf, reportOf } from './fakes.js';

export interface Surface {
  readonly id: string;
  /**
   * `markdown`: rendered by GitHub. `log`: read by the runner, line by line. `text`: shown as it is, nothing in it acts, so
   * that controls are all it must be free of.
   */
  readonly kind: 'markdown' | 'log' | 'text';
  /** All that is shown when `text` stands in every place where a text from outside can stand. */
  render(text: string): Promise<string>;
}

/** The same text in every place of a report. */
export function reportWith(text: string): Report {
  return reportOf({
    task: text,
    headline: text,
    rows: [{ label: text, observed: text, expected: text, limit: text, share: 0.5, verdict: 'bad' }],
    facts: [[text, text]],
    tables: [
      { title: 'By model', head: [text, text], rows: [[text, text]], bars: { of: text, shares: [0.5] } },
    ],
    findings: [
      finding('error', 'hostile', text, text, { advice: text, position: { file: text, line: 1 } }),
      finding('notice', text, text, text),
    ],
    run: {
      runId: '42',
      runAttempt: 1,
      at: '2026-11-22T09:00:00.000Z',
      // Never a commit's name, which is shown as one.
      commit: ` ${text}`,
      verdict: 'outside',
      requests: 3,
      inputTokens: 4,
      outputTokens: undefined,
      costUsd: text,
    },
  });
}

function reporterOf(id: string): Reporter {
  const reporter = reporters.find((candidate) => candidate.id === id);
  if (reporter === undefined) throw new Error(`there is no reporter ${id}`);
  return reporter;
}

async function summaryOf(text: string): Promise<string> {
  const runner = new RecordingRunner();
  await reporterOf('job-summary').report(reportWith(text), reporterContextOf({ runner }));
  return runner.summary;
}

/** Two runs, so that the second shows what the first left hidden. */
async function commentOf(text: string): Promise<string> {
  const github = new InMemoryGitHub();
  const context = reporterContextOf({ github, pullRequest: 7, comment: 'always' });
  const report = { ...reportWith(text), key: 'agents/triage' };
  await reporterOf('pr-comment').report(report, context);
  const next = report.run && { ...report.run, runId: '43', at: '2026-11-23T09:00:00.000Z' };
  await reporterOf('pr-comment').report({ ...report, ...(next ? { run: next } : {}) }, context);
  return github.comments.get(7)?.[0]?.body ?? '';
}

/** What a runner writes to the output of its step. */
async function writtenBy(act: () => Promise<void> | void): Promise<string> {
  const { write } = process.stdout;
  let written = '';
  process.stdout.write = ((chunk: string) => {
    written += chunk;
    return true;
  }) as typeof process.stdout.write;
  try {
    await act();
  } finally {
    process.stdout.write = write;
  }
  return written;
}

async function annotationsOf(text: string): Promise<string> {
  return writtenBy(async () => {
    const runner = createActionsRunner();
    await reporterOf('annotations').report(reportWith(text), { ...reporterContextOf(), runner });
    runner.finish();
  });
}

async function terminalOf(text: string): Promise<string> {
  let written = '';
  const terminal = new TerminalRunner((line) => {
    written += `${line}\n`;
  });
  terminal.info(text);
  return written;
}

export const surfaces: readonly Surface[] = [
  { id: 'job summary', kind: 'markdown', render: summaryOf },
  { id: 'comment', kind: 'markdown', render: commentOf },
  {
    id: 'output of a check run',
    kind: 'markdown',
    render: async (text) => renderReport(reportWith(text), 65_000, { isFolded: true }),
  },
  { id: 'annotations', kind: 'log', render: annotationsOf },
  { id: 'line of the log', kind: 'log', render: (text) => writtenBy(() => createActionsRunner().info(text)) },
  { id: 'line of a terminal', kind: 'log', render: terminalOf },
];
