/**
 * What the pull request is told: one comment per task and gate, with the newest run in full and the runs before it in a
 * folded table. When it is written is `comment`; what becomes of earlier ones is `comment-mode`. What is new is written
 * before anything old goes, so that a failure in between loses nothing.
 */
import { howToOpenAt } from '../core/gate-advice.js';
import type { GatePlace, Report, ReportRun } from '../core/report.js';
import type { GitHub, IssueComment } from '../ports/github.js';
import type { CommentMode, Reporter, ReporterContext } from '../ports/reporter.js';
import {
  mergeRuns,
  readHistory,
  renderHistory,
  rowOf,
  type Said,
  saidBy,
  saysTheSame,
} from './shared/history.js';
import { renderEarlier } from './shared/history-table.js';
import { escapeLinked } from './shared/links.js';
import { renderReport } from './shared/markdown.js';
import { findOwn, markerOf } from './shared/own-comments.js';

/** GitHub takes 65,536 characters; what is counted here are UTF-16 units, which are never fewer. */
const MAX_LENGTH = 65_000;
/** Earlier ones were hidden when their successors were written; a few more, since two runs may write at once. */
const MAX_HIDDEN_AT_ONCE = 5;
/** Findings whose advice is how to open the gate. */
const TELLS_OPENING: ReadonlySet<string> = new Set(['gate-closed', 'gate-half-closed']);
/** Several issues by their addresses, and a name that is bounded where it is said. */
const MAX_OPENING = 2000;
const IN_CACHE: GatePlace = { store: 'cache', issues: [] };
const REST = 'The job summary of the run holds the rest.';
const FOOTER =
  '<sub>Where the figures come from stands under Details. `comment: on-change` writes here less often, `comment: never` not at all.</sub>';

export const prComment: Reporter = {
  id: 'pr-comment',
  report: async (report, context) => {
    const { github, pullRequest, comment, commentMode = 'update' } = context;
    if (report.mode !== 'post' || comment === 'never' || github === undefined || pullRequest === undefined)
      return undefined;
    const own = await findOwn(github, pullRequest, markerOf(report.key));
    const histories = own.map(({ body }) => readHistory(body));
    const isNews = comment === 'always' || report.findings.some(({ level }) => level !== 'notice');
    const said = saidBy(report);
    const last = own.length === 0 ? undefined : { said: histories.at(-1)?.said };
    if (!isDue({ comment, commentMode, isNews, said, last })) return undefined;
    // The newest comment knows best what became of a run.
    const runs = mergeRuns([rowOf(report), ...histories.toReversed().map((history) => history.runs)]);
    const body = renderComment(report, said, runs);
    const written = await WRITE[commentMode]({ github, pullRequest, own, body, isNews });
    return written && { commentUrl: written.url };
  },
};

interface Occasion extends Required<Pick<ReporterContext, 'comment' | 'commentMode'>> {
  /** Something a person should read. */
  readonly isNews: boolean;
  readonly said: Said;
  /** What the newest comment says; `undefined` where there is none. */
  readonly last: { readonly said: Said | undefined } | undefined;
}

/** A comment that says what is no longer so is corrected, also by good news. */
function isDue({ comment, commentMode, isNews, said, last }: Occasion): boolean {
  if (last === undefined) return isNews;
  const isChanged = !saysTheSame(last.said, said);
  if (comment === 'on-change') return isChanged;
  return isNews || isChanged || commentMode === 'update';
}

interface Writing {
  readonly github: GitHub;
  readonly pullRequest: number;
  /** Oldest first. */
  readonly own: readonly IssueComment[];
  readonly body: string;
  readonly isNews: boolean;
}

/** `undefined`: there is no comment now. */
const WRITE: Readonly<Record<CommentMode, (writing: Writing) => Promise<IssueComment | undefined>>> = {
  update: async ({ github, pullRequest, own, body }) => {
    const [oldest, ...doubles] = own;
    if (oldest === undefined) return github.createComment(pullRequest, body);
    const written = await github.updateComment(oldest.id, body);
    // Two runs that wrote at once made two; the oldest has the rows of both now.
    for (const { id } of doubles) await github.deleteComment(id);
    return written;
  },
  'hide-and-new': async ({ github, pullRequest, own, body }) => {
    const written = await github.createComment(pullRequest, body);
    for (const { nodeId } of own.slice(-MAX_HIDDEN_AT_ONCE)) await github.minimizeComment(nodeId);
    return written;
  },
  new: async ({ github, pullRequest, body }) => github.createComment(pullRequest, body),
  delete: async ({ github, pullRequest, own, body, isNews }) => {
    const written = isNews ? await github.createComment(pullRequest, body) : undefined;
    for (const { id } of own) await github.deleteComment(id);
    return written;
  },
};

function renderComment(report: Report, said: Said, runs: readonly ReportRun[]): string {
  const marker = markerOf(report.key);
  const { run, runUrl } = report;
  const earlier = runs.filter(
    ({ runId, runAttempt }) => runId !== run?.runId || runAttempt !== run.runAttempt,
  );
  const rest = [
    renderEarlier(earlier, runUrl),
    renderOpening(report),
    FOOTER,
    renderHistory({ said, runs }),
  ].filter(Boolean);
  const tail = rest.join('\n\n');
  const room = MAX_LENGTH - marker.length - tail.length;
  const shown = renderReport(report, room, { isFolded: true, rest: REST });
  return `${marker}\n${shown}\n${tail}`;
}

/** The key of a judged run is the name of its gate. */
function renderOpening({ gate, gatePlace = IN_CACHE, key, findings }: Report): string {
  if (gate !== 'closed' || findings.some(({ id }) => TELLS_OPENING.has(id))) return '';
  const how = escapeLinked(howToOpenAt(key, gatePlace), gatePlace.issues, MAX_OPENING);
  return `<sub>The gate is closed. Look at the run that closed it, then ${how}.</sub>`;
}
