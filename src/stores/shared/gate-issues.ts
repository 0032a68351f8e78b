/** The issues of one gate, open and closed, and whose they are. */
import { type GateEntry, type GateReading, gateSlug } from '../../core/gate.js';
import { oneLine } from '../../core/text.js';
import type { GitHub, Issue } from '../../ports/github.js';
import { GATE_LABEL, type GateMarker, readMarker } from './gate-issue.js';

/** Whose token a job gets by default; a laptop's token is another's. */
const ACTIONS_LOGIN = 'github-actions[bot]';
const MAX_LOGIN = 60;

export type ReadEntry = NonNullable<GateReading['entry']>;

/** One issue of ours, and what it says. */
export interface GateIssue {
  readonly issue: Issue;
  readonly marker: GateMarker;
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
export async function findGateIssues(github: GitHub, gate: string): Promise<GateIssues> {
  const [login, open, closed] = await Promise.all([
    github.login(),
    github.listIssues(GATE_LABEL, 'open'),
    github.listIssues(GATE_LABEL, 'closed'),
  ]);
  const slug = gateSlug(gate);
  const named = [...open.issues, ...closed.issues].flatMap((issue): GateIssue[] => {
    const marker = readMarker(issue.body);
    return marker?.gate === slug ? [{ issue, marker }] : [];
  });
  const isOurs = ({ issue }: GateIssue) => [login, ACTIONS_LOGIN].includes(issue.author);
  const own = named.filter(isOurs);
  const strangers = named.filter((one) => !isOurs(one) && one.issue.isOpen);
  const ended = own.filter(({ issue, marker }) => !issue.isOpen && marker.twinOf === undefined);
  return {
    login,
    open: own.filter(({ issue }) => issue.isOpen).toSorted((a, b) => a.issue.number - b.issue.number),
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

/** An issue that was opened again after it had been done with is closed by that hand, and without an end. */
export function closingOf({ issue, marker }: GateIssue): ReadEntry {
  const { actor, reason, at: createdAt, until } = marker.closed;
  const wasDoneWith = issue.isReopened || marker.opened !== undefined || marker.twinOf !== undefined;
  if (!wasDoneWith || !issue.isOpen)
    return { ...keyOf(marker), closed: true, createdAt, until, actor, reason };
  return {
    ...keyOf(marker),
    closed: true,
    createdAt: issue.updatedAt,
    until: undefined,
    reason: `Issue #${issue.number} was opened again.`,
  };
}

/** `gate` is the slug, and the run is the one that closed the gate. */
export function keyOf({ gate, closed }: GateMarker): Pick<GateEntry, 'gate' | 'runId' | 'runAttempt'> {
  return { gate, runId: closed.run, runAttempt: closed.attempt };
}

/** Apps act under such names; nobody can register one. */
export function isMachine(login: string | undefined): boolean {
  return login?.endsWith('[bot]') ?? false;
}

function closedMs({ issue }: GateIssue): number {
  return Date.parse(issue.closedAt ?? issue.updatedAt);
}
