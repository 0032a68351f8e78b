/** Reports as GitHub-flavoured Markdown. Every text that came from outside is escaped: names and messages can be hostile. */
import { byImportance, type Finding, type Position, renderPosition } from '../../core/findings.js';
import { escapeMarkdown } from '../../core/markdown.js';
import type { Report, ReportLink, ReportTable } from '../../core/report.js';
import { type Block, fitBlocks } from './fit.js';
import { escapeLinked, renderLink } from './links.js';
import { renderRows, renderTable } from './tables.js';

const ICONS = { ok: '✅', warning: '⚠️', bad: '🛑' } as const;
const LEVEL_ICONS = { error: '🛑', warning: '⚠️', notice: 'ℹ️' } as const;
/** Whatever a stranger says of itself, it is neither good nor bad news under our name. */
const CLAIM_ICON = 'ℹ️';
const USAGE = { within: 'within its range', outside: 'outside its range', unknown: 'not judged' } as const;
const TITLE = { maxLength: 120 } as const;
const MAX_TEXT = 600;
/** It says it all, so more of it is shown than of anything else. */
const MAX_HEADLINE = 2000;
/** Of one message or fact. In passing, nobody reads more than a paragraph. */
const MAX_MESSAGE = { folded: 600, open: 4000 } as const;
const COMMIT = /^[\da-f]{7,64}$/;
const SHORT = 7;

export interface RenderOptions {
  /** Folds tables and facts away, for a place that is read in passing. */
  readonly isFolded?: boolean;
  /** Leaves the headline out, for a place that shows it already. */
  readonly hasHeadline?: boolean;
  /** Where the rest of a report stands that did not fit; a sentence. */
  readonly rest?: string;
}

const DEFAULT_REST = 'The log of this step holds the rest.';

/**
 * The whole report; what comes last matters least, so that a cut takes it first.
 * @param maxLength in UTF-16 units, 10,000 or more: the heading always stands
 */
export function renderReport(report: Report, maxLength: number, options: RenderOptions = {}): string {
  const { isFolded = false, hasHeadline = false, rest = DEFAULT_REST } = options;
  const tables = (report.tables ?? []).filter(({ rows }) => rows.length > 0);
  const blocks: Block[] = [
    { kind: 'heading', text: renderHead(report, hasHeadline) },
    { kind: 'verdict table', text: renderRows(report.rows) },
    ...withoutRepeats(byImportance(report.findings), headlineShown(report)).map((item, index) => ({
      kind: 'finding',
      text: renderFinding(item, report.links ?? [], isFolded ? MAX_MESSAGE.folded : MAX_MESSAGE.open),
      continues: index > 0,
    })),
    ...tables.map((table) => ({ kind: 'table', text: renderTitled(table, isFolded) })),
    { kind: 'list of details', text: renderFacts(report, isFolded) },
  ];
  return `${fitBlocks(
    blocks.filter(({ text }) => text !== ''),
    maxLength - 1,
    rest,
  )}\n`;
}

function renderHead(report: Report, hasHeadline: boolean): string {
  const { status, task, headline, links = [], isClaimed = false } = report;
  const title = `### ${isClaimed ? CLAIM_ICON : ICONS[status]} ${escapeMarkdown(task, TITLE)}: ${verdictOf(report)}`;
  const said = hasHeadline ? '' : escapeLinked(headline, links, MAX_HEADLINE);
  return [title, renderContext(report), said].filter((text) => text !== '').join('\n\n');
}

/** The verdict in two or three words. */
function verdictOf({ mode, status, gate, run, isClaimed = false }: Report): string {
  if (isClaimed) return 'a claim that cannot be proven';
  switch (mode) {
    case 'pre':
      return { ok: 'may start', warning: 'may start, with a doubt', bad: 'held back' }[status];
    case 'wrap':
      return { ok: 'run ended', warning: 'run ended, with a doubt', bad: 'run stopped' }[status];
    case 'post':
      return run ? `${run.ending === 'cut' ? 'not finished, ' : ''}usage ${USAGE[run.verdict]}` : 'usage';
    case 'gate':
      return `gate ${gate ?? 'unknown'}`;
    case 'verify':
      return { ok: 'gateway verified', warning: 'gateway in doubt', bad: 'gateway failed' }[status];
  }
}

function renderContext({ mode, gate, run, runUrl }: Report): string {
  const parts = [`spendgate ${mode}`];
  if (gate !== undefined) parts.push(`gate **${gate}**`);
  if (run !== undefined || runUrl !== undefined) parts.push(renderLink(renderRun(run), runUrl));
  if (COMMIT.test(run?.commit ?? '')) parts.push(`commit \`${run?.commit?.slice(0, SHORT)}\``);
  return parts.join(' · ');
}

function renderRun(run: Report['run']): string {
  if (run === undefined) return 'run';
  return `run ${escapeMarkdown(run.runId, TITLE)}${run.runAttempt > 1 ? `, attempt ${run.runAttempt}` : ''}`;
}

/** What the headline says word for word is not said again below it. */
function headlineShown({ headline }: Report): string {
  return headline.length <= MAX_HEADLINE ? headline : '';
}

/** The same advice for several in a row is given once, behind the last of them; so is a message that was shown. */
function withoutRepeats(findings: readonly Finding[], shown: string): Finding[] {
  return findings.map((item, index) => ({
    ...item,
    advice: item.advice === findings[index + 1]?.advice ? undefined : item.advice,
    message: shown.startsWith(item.message) ? '' : item.message,
  }));
}

function renderFinding(
  { level, title, message, advice, position }: Finding,
  links: readonly ReportLink[],
  maxMessage: number,
): string {
  const name = escapeMarkdown(title, TITLE) || level;
  const place = position ? ` (${renderPlace(position)})` : '';
  const said = message === '' ? '' : `: ${escapeLinked(message, links, maxMessage)}`;
  const next = advice === undefined ? '' : `<br>→ ${escapeLinked(advice, links, MAX_TEXT)}`;
  return `- ${LEVEL_ICONS[level]} **${name}**${place}${said}${next}`;
}

/** The line stands behind a file whose name was cut. */
function renderPlace({ line, ...file }: Position): string {
  const place = escapeMarkdown(renderPosition({ ...file, line: undefined }), TITLE);
  return line === undefined ? place : `${place}:${line}`;
}

function renderTitled(table: ReportTable, isFolded: boolean): string {
  const title = table.title ?? 'Figures';
  return isFolded
    ? folded(title, renderTable(table))
    : `**${escapeMarkdown(title, TITLE)}**\n\n${renderTable(table)}`;
}

function renderFacts({ facts, links = [] }: Report, isFolded: boolean): string {
  if (facts.length === 0) return '';
  const list = facts.map(
    ([label, value]) => `- ${escapeMarkdown(label)}: ${escapeLinked(value, links, MAX_TEXT)}`,
  );
  return isFolded ? folded('Details', list.join('\n')) : `**Details**\n\n${list.join('\n')}`;
}

/** @param title words of our own; Markdown is not read there, so that only letters, digits and brackets may stand in it */
export function folded(title: string, content: string): string {
  const words = title.replace(/[^\p{L}\p{N} ,()-]+/gu, ' ').trim();
  return `<details><summary>${words}</summary>\n\n${content}\n\n</details>`;
}
