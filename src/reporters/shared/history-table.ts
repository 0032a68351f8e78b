/** The runs a comment told of before, as a folded table. */
import { escapeMarkdown, escapeName } from '../../core/markdown.js';
import { readUsd, renderUsd } from '../../core/money.js';
import type { ReportRun } from '../../core/report.js';
import { renderLink } from './links.js';
import { folded } from './markdown.js';

const MARKS = { within: '✓ within', outside: '**✗ outside**', unknown: '? not judged' } as const;

/**
 * @param runUrl of any run of the repository; `undefined` where runs have no page
 * @returns the empty string where there was no run before
 */
export function renderEarlier(runs: readonly ReportRun[], runUrl: string | undefined): string {
  if (runs.length === 0) return '';
  const lines = [
    ['Time (UTC)', 'Run', 'Commit', 'Usage', 'Calls', 'Input', 'Output', 'Cost'],
    [':--', ':--', ':--', ':--', '--:', '--:', '--:', '--:'],
    ...runs.map((run) => cellsOf(run, runUrl)),
  ];
  const table = lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  return folded(`Earlier runs (${runs.length})`, table);
}

function cellsOf(run: ReportRun, runUrl: string | undefined): string[] {
  const cost = readUsd(run.costUsd);
  return [
    run.at.slice(0, 16).replace('T', ' '),
    renderRun(run, runUrl),
    run.commit === undefined ? '' : escapeName(run.commit.slice(0, 7)),
    MARKS[run.verdict],
    renderCount(run.requests),
    renderCount(run.inputTokens),
    renderCount(run.outputTokens),
    cost === undefined ? '' : escapeMarkdown(renderUsd(cost)),
  ];
}

function renderRun({ runId, runAttempt }: ReportRun, runUrl: string | undefined): string {
  const base = /^.*\/runs\//.exec(runUrl ?? '')?.[0];
  const name = escapeMarkdown(`${runId}${runAttempt > 1 ? ` (attempt ${runAttempt})` : ''}`);
  return renderLink(name, base === undefined ? undefined : `${base}${runId}/attempts/${runAttempt}`);
}

/** What is not known is left empty: a row has no room for words. */
function renderCount(count: number | undefined): string {
  return count === undefined ? '' : count.toLocaleString('en-US');
}
