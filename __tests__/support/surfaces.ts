/**
 * Every place where a text from outside is shown to people. A new place is one more member of the list; what it must hold is
 * asked of it by `contracts/hostile.test.ts`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cut } from '../../src/core/text.js';
import { showConfig } from '../../src/entrypoints/config-command.js';
import { createActionsRunner } from '../../src/platform/runner.js';
import { TerminalRunner } from '../../src/platform/terminal.js';
import type { Reporter } from '../../src/ports/reporter.js';
import { reporters } from '../../src/reporters/index.js';
import { renderReport } from '../../src/reporters/shared/markdown.js';
import { InMemoryGitHub, RecordingRunner, reporterContextOf } from './fakes.js';
import { reportWith } from './hostile-report.js';
import { writtenBy } from './shown.js';
import { nameOf, stepSurfaces } from './step-surfaces.js';
import type { SurfaceKind } from './surface-checks.js';

export interface Surface {
  readonly id: string;
  /** What reads it, and so what it is held to: one of the `checks` in `surface-checks.ts`. */
  readonly kind: SurfaceKind;
  /** All that is shown when `text` stands in every place where a text from outside can stand. */
  render(text: string): Promise<string>;
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

async function annotationsOf(text: string): Promise<string> {
  return writtenBy(async () => {
    const runner = createActionsRunner({});
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

/** A policy file in which every word is such a text, as people and programs are shown it. */
async function configOf(text: string, format: 'table' | 'json'): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'spendgate-config-'));
  const line = cut(text.trim(), 90);
  const words = JSON.stringify(line);
  const team = JSON.stringify(nameOf(line));
  const file = join(folder, 'policy.yml');
  const override = `{ task: ${words}, by: ${words}, reason: ${words}, until: 2099-01-01, limits: { cost: 3 USD } }`;
  const ended = override.replace('2099', '2001');
  writeFileSync(
    file,
    `version: 1\ntasks:\n  ? ${words}\n  : { team: ${team}, runner-label: ${words}, gate: ${words} }\noverrides: [${ended}]\n`,
  );
  try {
    const shown = await showConfig(
      {
        command: 'config',
        inputs: { config: file },
        fromVariables: new Set(),
        compare: undefined,
        faults: [],
        format,
      },
      { environment: { HOME: folder }, onSecret: () => undefined },
    );
    return shown.replaceAll(folder, 'folder');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
  {
    id: 'line of the log',
    kind: 'log',
    render: (text) => writtenBy(() => createActionsRunner({}).info(text)),
  },
  { id: 'line of a terminal', kind: 'log', render: terminalOf },
  { id: 'spendgate config', kind: 'table', render: (text) => configOf(text, 'table') },
  { id: 'spendgate config --json', kind: 'data', render: (text) => configOf(text, 'json') },
  ...stepSurfaces,
];
