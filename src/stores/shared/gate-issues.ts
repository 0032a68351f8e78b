/** The issues of one gate, open and closed, and whose they are. */
import { type GateEntry, type GateReading, gateSlug } from '../../core/gate.js';
import { oneLine } from '../../core/text.js';
import type { GitHub, Issue, IssueAccess, IssueChange } from '../../ports/github.js';
import { GATE_LABEL, type GateMarker, readMarker } from './gate-issue.js';

/** Whose token a job gets by default; a laptop's token is another's. */
const ACTIONS_LOGIN = 'github-actions[bot]';
const MAX_LOGIN = 60;

export type ReadEntry = NonNullable<GateReading['entry']>;

/** One issue of ours, and what it says. */
export interface GateIssue {
  readonly issue: Issue;
  readonly marker: GateMarker;
  /** When it was opened again by a hand, ISO 8601 UTC; `undefined` for what never was, and for a closed one in a list. */
  readonly reopenedAt: string | undefined;
}

export interface GateIssues {
  /** Who the token acts as. */
  readonly login: string;
  /** Oldest first. */
  readonly open: readonly GateIssue[];
  /** The one that was closed last. */
  readonly lastClosed: GateIssue | undefined;
  /** What was not read, and what does not count; parts of sentences. */
  readonly unseen: readonly string[];
}

/** @throws {AppError} `permission-missing`, and whatever else GitHub refuses. */
export async function findGateIssues(github: GitHub, gate: string, access: IssueAccess): Promise<GateIssues> {
  const [login, open, closed] = await Promise.all([
    github.login(),
    github.listIssues(GATE_LABEL, 'open', access),
    github.listIssues(GATE_LABEL, 'closed', access),
  ]);
  const slug = gateSlug(gate);
  const named = [...open.issues, ...closed.issues].flatMap((issue): GateIssue[] => {
    const marker = readMarker(issue.body);
    return marker?.gate === slug ? [{ issue, marker, reopenedAt: undefined }] : [];
  });
  const isOurs = ({ issue }: GateIssue) => [login, ACTIONS_LOGIN].includes(issue.author);
  const own = named.filter(isOurs);
  const strangers = named.filter((one) => !isOurs(one) && one.issue.isOpen);
  const ended = own.filter(({ issue, marker }) => !issue.isOpen && marker.twinOf === undefined);
  const openOnes = own
    .filter(({ issue }) => issue.isOpen)
    .toSorted((a, b) => a.issue.number - b.issue.number);
  return {
    login,
    open: await Promise.all(openOnes.map((one) => withReopening(github, one, access))),
    lastClosed: ended.toSorted((a, b) => closedMs(b) - closedMs(a))[0],
    unseen: [
      ...(open.isWhole ? [] : [`issues beyond the first ${open.issues.length} with the label`]),
      ...strangers.map(({ issue }) => strangerIssue(issue)),
    ],
  };
}

function strangerIssue({ number, author }: Issue): string {
  return `issue #${number}, which does not count, since ${oneLine(author, MAX_LOGIN)} made it and not this token`;
}

/** Where GitHub does not say when, it was not before the last change, which whoever comments can move on, not back. */
async function withReopening(github: GitHub, one: GateIssue, access: IssueAccess): Promise<GateIssue> {
  const { issue, marker } = one;
  const wasDoneWith = issue.isReopened || marker.opened !== undefined || marker.twinOf !== undefined;
  if (!wasDoneWith) return one;
  const changes = await github.readIssueChanges(issue.number, access).catch(() => []);
  return { ...one, reopenedAt: reopeningIn(changes) ?? issue.updatedAt };
}

export function reopeningIn(changes: readonly IssueChange[]): string | undefined {
  return changes.findLast(({ isClosing }) => !isClosing)?.at;
}

/** An issue that was opened again is a closing by that hand, and without an end; so is one that a run made of it since. */
export function closingOf({ issue, marker, reopenedAt }: GateIssue): ReadEntry {
  const { actor, reason, at: createdAt, until } = marker.closed;
  const said = { ...keyOf(marker), closed: true, createdAt, until, actor, reason };
  if (reopenedAt === undefined) return said;
  if (Date.parse(createdAt) > Date.parse(reopenedAt)) return { ...said, until: undefined };
  return {
    ...keyOf(marker),
    closed: true,
    createdAt: reopenedAt,
    until: undefined,
    reason: `Issue #${issue.number} was opened again.`,
  };
}

/** `gate` is the slug, and the run is the one that closed the gate. */
export function keyOf({ gate, closed }: GateMarker): Pick<GateEntry, 'gate' | 'runId' | 'runAttempt'> {
  return { gate, runId: closed.run, runAttempt: closed.attempt };
}

/** Apps act under such names; nobody can register one. */
function isMachine(login: string): boolean {
  return login.endsWith('[bot]');
}

/**
 * Why a closed issue is no word that the gate is open, part of a sentence that goes on from who closed it; `undefined` when
 * a person closed it by hand.
 */
export function whyNoDecision(last: IssueChange | undefined): string | undefined {
  if (last === undefined || !last.isClosing || last.actor === undefined)
    return 'and GitHub does not say who decided that';
  if (last.isSideEffect)
    return 'by a commit, a pull request or a board, which decides nothing about the gate';
  return isMachine(last.actor) ? "which is no person's decision" : undefined;
}

function closedMs({ issue }: GateIssue): number {
  return Date.parse(issue.closedAt ?? issue.updatedAt);
}
