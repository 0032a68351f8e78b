/** The tables of a report. A bar is text, so that it is seen wherever Markdown is read, also in an e-mail. */
import { escapeMarkdown, escapeName } from '../../core/markdown.js';
import type { ReportRow, ReportTable } from '../../core/report.js';

const ROW_MARKS = { ok: '✓', bad: '✗', unknown: '?', none: '' } as const;
const BAR_LENGTH = 10;
const MAX_CELL = 120;
/** More rows than this are a list for a program. */
const MAX_ROWS = 20;

interface Column {
  readonly head: string;
  readonly rule: ':-:' | ':--' | '--:';
  readonly cell: (row: ReportRow) => string;
}

/** Figures against what was expected of them; a column in which nothing stands is left out. */
export function renderRows(rows: readonly ReportRow[]): string {
  if (rows.length === 0) return '';
  const columns: readonly Column[] = [
    { head: '', rule: ':-:', cell: (row) => emphasised(row, ROW_MARKS[row.verdict]) },
    { head: '', rule: ':--', cell: (row) => emphasised(row, row.label) },
    { head: 'Observed', rule: '--:', cell: (row) => emphasised(row, row.observed) },
    { head: 'Expected', rule: '--:', cell: ({ expected }) => escapeCell(expected) },
    { head: 'Limit', rule: '--:', cell: ({ limit }) => escapeCell(limit) },
    { head: '', rule: ':--', cell: renderShare },
  ];
  const used = columns.filter(({ cell }, index) => index < 3 || rows.some((row) => cell(row) !== ''));
  return renderLines([
    used.map(({ head }) => head),
    used.map(({ rule }) => rule),
    ...bounded(rows.map((row) => used.map(({ cell }) => cell(row)))),
  ]);
}

function emphasised({ verdict }: ReportRow, text: string): string {
  const cell = escapeCell(text);
  return verdict === 'bad' && cell !== '' ? `**${cell}**` : cell;
}

function renderShare({ share, shareOf }: ReportRow): string {
  const bar = renderBar(share);
  return bar === '' || shareOf === undefined ? bar : `${bar} of ${shareOf}`;
}

/** The first column is a name, the others are figures, with a bar at the end. */
export function renderTable({ head, rows, bars }: ReportTable): string {
  const shares = bars?.shares ?? [];
  const body = rows.map((cells, index) => [
    ...cells.map((cell, column) => (column === 0 ? escapeName(cell) : escapeCell(cell))),
    ...(bars ? [renderBar(shares[index])] : []),
  ]);
  const heads = [...head.map((cell) => escapeCell(cell)), ...(bars ? [escapeCell(bars.of)] : [])];
  const rule = heads.map((_, index) => (index === 0 || index === head.length ? ':--' : '--:'));
  return renderLines([heads, rule, ...bounded(body)]);
}

/** `▰▰▰▰▰▰▰▱▱▱ 67 %`; full from 100 % on, with its real percentage, and empty at nothing alone. */
export function renderBar(share: number | undefined): string {
  if (share === undefined || !Number.isFinite(share)) return '';
  const [least, most] = [share > 0 ? 1 : 0, share < 1 ? BAR_LENGTH - 1 : BAR_LENGTH];
  const full = Math.max(least, Math.min(most, Math.round(share * BAR_LENGTH)));
  return `${'▰'.repeat(full)}${'▱'.repeat(BAR_LENGTH - full)} ${Math.round(share * 100)} %`;
}

function escapeCell(text: string): string {
  return escapeMarkdown(text, { maxLength: MAX_CELL });
}

function bounded(rows: readonly (readonly string[])[]): (readonly string[])[] {
  const [first = []] = rows;
  if (rows.length <= MAX_ROWS) return [...rows];
  const shown = rows.slice(0, MAX_ROWS - 1);
  return [...shown, first.map((_, index) => (index === 0 ? `${rows.length - shown.length} more` : '…'))];
}

function renderLines(lines: readonly (readonly string[])[]): string {
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
