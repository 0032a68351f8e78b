/**
 * What the issues of a gate come to: whose word it is, and where that stands. A list of issues says neither who closed one
 * nor how, so the one that was closed last is asked about.
 */
import { decideChanges, isStillClosed } from '../../core/gate.js';
import { oneLine } from '../../core/text.js';
import type { IssueAccess, IssueApi } from '../../ports/github.js';
import { GATE_LABEL, type GateMarker } from './gate-issue.js';
import {
  closingOf,
  type GateIssue,
  type GateIssues,
  keyOf,
  type ReadEntry,
  reopeningIn,
  whyNoDecision,
} from './gate-issues.js';

const MAX_LOGIN = 60;

/** Who asks, and when. */
export interface IssueReader {
  readonly github: Pick<IssueApi, 'readIssueChanges'>;
  readonly access: IssueAccess;
  readonly now: Date;
}

/** `entry` is `undefined` where no issue was ever made. */
export interface IssueDecision {
  readonly entry: ReadEntry | undefined;
  readonly evidence: string;
}

export async function decideIssues(
  { open, lastClosed, login }: GateIssues,
  reader: IssueReader,
  blockForMs: number | undefined,
): Promise<IssueDecision> {
  const { now } = reader;
  const closings = open.map((one) => ({ one, entry: closingOf(one) }));
  const ranked = closings.map((closing) => ({ ...closing, rank: Date.parse(closing.entry.createdAt) }));
  const decided = decideChanges(ranked, now, blockForMs);
  // An open issue whose time is over says nothing of one that was closed before, and by nobody who may.
  const isHeld = decided !== undefined && isStillClosed(decided.deciding.entry, now, blockForMs);
  if (!isHeld && lastClosed !== undefined) return decideClosed(lastClosed, reader);
  if (decided !== undefined) {
    const { number, url } = decided.deciding.one.issue;
    return {
      entry: { ...decided.deciding.entry, until: decided.lasting.entry.until },
      evidence: `Issue #${number} is open (${url}); closing it opens the gate.`,
    };
  }
  const evidence = `No issue of ${login} with the label ${GATE_LABEL} names this gate, so it was never closed.`;
  return { entry: undefined, evidence };
}

/** What an issue says that is closed. */
export async function decideClosed(
  { issue, marker }: GateIssue,
  { github, access, now }: IssueReader,
): Promise<IssueDecision & { readonly entry: ReadEntry }> {
  const changes = await github.readIssueChanges(issue.number, access);
  const last = changes.at(-1);
  const by = oneLine(last?.actor ?? 'somebody', MAX_LOGIN);
  const closedAt = issue.closedAt ?? issue.updatedAt;
  const place = `Issue #${issue.number} was closed by ${by} at ${closedAt} (${issue.url})`;
  const objection = whyNoDecision(last);
  if (objection === undefined) {
    const reason = `Issue #${issue.number} was closed.`;
    const entry = {
      ...keyOf(marker),
      closed: false,
      createdAt: closedAt,
      until: undefined,
      actor: by,
      reason,
    };
    return { entry, evidence: `${place}.` };
  }
  const reopenedAt = reopeningIn(changes);
  const opened = openedSince(marker, reopenedAt);
  if (opened === undefined) {
    const entry = closingOf({ issue, marker, reopenedAt });
    const evidence = isStillClosed(entry, now, undefined)
      ? `${place}, ${objection}; reopen the issue and close it yourself, or run \`mode: gate\`.`
      : `${place}, and its time is over.`;
    return { entry, evidence };
  }
  const { at: createdAt, actor, reason, run: runId } = opened;
  const entry = { ...keyOf(marker), closed: false, createdAt, until: undefined, actor, reason, runId };
  return { entry, evidence: `${place}, for ${actor}.` };
}

/** What opened the gate, unless somebody opened the issue again after that. */
function openedSince({ opened }: GateMarker, reopenedAt: string | undefined): GateMarker['opened'] {
  if (opened === undefined || reopenedAt === undefined) return opened;
  return Date.parse(opened.at) > Date.parse(reopenedAt) ? opened : undefined;
}
