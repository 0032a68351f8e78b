/** Reports as GitHub-flavoured Markdown. Every text that came from outside is escaped: names and messages can be hostile. */
import { byImportance, type Finding, renderPosition } from '../../core/findings.js';
import { escapeMarkdown } from '../../core/markdown.js';
import type { Report, ReportRow, ReportTable } from '../../core/report.js';

const ICONS = { ok: '✅', warning: '⚠️', bad: '🛑' } as const;
const ROW_ICONS = { ok: '✅', bad: '🛑', unknown: '❔', none: '' } as const;
const LEVEL_ICONS = { error: '🛑', warning: '⚠️', notice: 'ℹ️' } as const;
const BAR_LENGTH = 12;

/** The whole report; what comes last matters least, so that a cut takes it first. */
export function renderReport(report: Report, maxLength: number): string {
  const findings = byImportance(report.findings).map(renderFinding);
  const tables = (report.tables ?? []).map(renderTable);
  const parts = [renderHead(report), renderRows(report.rows), ...findings, ...tables, renderFacts(report)];
  let text = '';
  for (const part of parts.filter((candidate) => candidate !== '')) {
    const gap = part.startsWith('- ') && isListItem(text) ? '\n' : '\n\n';
    const next = text === '' ? part : `${text}${gap}${part}`;
    if (next.length > maxLength - 100) return `${text}\n\n_Cut to fit. The job log holds the rest._\n`;
    text = next;
  }
  return `${text}\n`;
}

function renderHead({ mode, task, status, headline, gate }: Report): string {
  const gateText = gate === undefined ? '' : ` · gate **${gate}**`;
  return `### ${ICONS[status]} spendgate ${mode}: ${escapeMarkdown(task)}\n\n${escapeMarkdown(headline)}${gateText}`;
}

function renderRows(rows: readonly ReportRow[]): string {
  if (rows.length === 0) return '';
  const lines = rows.map((row) => {
    const cells = [row.label, row.observed, row.expected, row.limit].map(escapeMarkdown);
    return `| ${ROW_ICONS[row.verdict]} | ${cells.join(' | ')} | ${renderBar(row.share)} |`;
  });
  return ['| | | Observed | Expected | Limit | |', '|---|---|--:|--:|--:|---|', ...lines].join('\n');
}

/** The first column is text, the others are figures. */
function renderTable({ head, rows }: ReportTable): string {
  const rule = head.map((_, index) => (index === 0 ? '---' : '--:'));
  const lines = [head.map(escapeMarkdown), rule, ...rows.map((cells) => cells.map(escapeMarkdown))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** `████████░░░░ 67 %`; a full bar with its real percentage when over. */
export function renderBar(share: number | undefined): string {
  if (share === undefined || !Number.isFinite(share)) return '';
  const full = Math.max(0, Math.min(BAR_LENGTH, Math.round(share * BAR_LENGTH)));
  return `\`${'█'.repeat(full)}${'░'.repeat(BAR_LENGTH - full)}\` ${Math.round(share * 100)} %`;
}

function renderFinding({ level, title, message, advice, position }: Finding): string {
  const place = position ? ` (${escapeMarkdown(renderPosition(position))})` : '';
  const next = advice === undefined ? '' : ` _${escapeMarkdown(advice)}_`;
  return `- ${LEVEL_ICONS[level]} **${escapeMarkdown(title)}**${place}: ${escapeMarkdown(message)}${next}`;
}

function isListItem(text: string): boolean {
  return text.slice(text.lastIndexOf('\n') + 1).startsWith('- ');
}

function renderFacts({ facts, runUrl }: Report): string {
  const lines = facts.map(([label, value]) => `${escapeMarkdown(label)}: ${escapeMarkdown(value)}`);
  const link = runUrl === undefined ? [] : [`[run](${encodeURI(runUrl)})`];
  const all = [...lines, ...link];
  return all.length === 0 ? '' : `<sub>${all.join(' · ')}</sub>`;
}
