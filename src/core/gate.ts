/**
 * The gate: a flag that makes the next run wait for a person. Append-only, and the state stands in the key,
 * so that reading it needs no download: `spendgate.v1.<gate>.<created-ms>.<run_id>-<attempt>[-u<until-ms>].<state>`.
 * A copy that was made so that the change is not evicted has `kept.<kept-ms>.` in front of `<created-ms>`: it is found
 * under a prefix of its own, so that it never stands in the way of a newer change. So is a first state, which no person
 * said: `first.` stands before its times.
 * Three answers, never two: open, closed, unknown.
 */

import type { ReportLink } from './report.js';

export type GateState = 'open' | 'closed' | 'unknown';

/** One change of state, as it was recorded. */
export interface GateEntry {
  readonly gate: string;
  readonly closed: boolean;
  /** True for an open state that a run wrote because it saw none: nobody decided it, so it outranks no closing. */
  readonly isFirst?: boolean | undefined;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
  readonly runId: string;
  readonly runAttempt: number;
  /** When a closed gate opens by itself, ISO 8601 UTC; `undefined`: when a person opens it. */
  readonly until: string | undefined;
  readonly actor: string;
  readonly reason: string;
  /** What the run came to, for people; left out where no run is judged. */
  readonly figures?: readonly GateFigure[];
}

/** One figure of a run against what was expected of it; strings for people, not yet escaped. */
export interface GateFigure {
  readonly label: string;
  readonly observed: string;
  readonly expected: string;
  readonly limit: string;
}

/** What a key alone tells: everything but actor, reason and figures. */
export type GateKey = Omit<GateEntry, 'actor' | 'reason' | 'figures'>;

/** `keptAt`: when this copy was made, ISO 8601 UTC; `undefined` for the change itself. */
export type StoredGateKey = GateKey & { readonly keptAt: string | undefined };

/** What one store said, when it was asked, and what it could not see. */
export interface GateSource {
  readonly store: string;
  readonly state: GateState;
  /** ISO 8601 UTC. */
  readonly readAt: string;
  readonly evidence: string;
  /** Parts of sentences. */
  readonly unseen: readonly string[];
  /** Addresses in the evidence; left out where there is none. */
  readonly links?: readonly ReportLink[];
  /** Issues that keep the gate closed until a person closes them; left out where there is none. */
  readonly holding?: readonly ReportLink[];
}

export interface GateReading {
  readonly state: GateState;
  /** The change of state that decides; `undefined` when none was found. */
  readonly entry: (GateKey & Partial<Pick<GateEntry, 'actor' | 'reason'>>) | undefined;
  /** True when the store could not be read; false when it was read, also if nothing was found there. */
  readonly blind: boolean;
  /** True when all that was ever said of the gate was read, as far as it is still there; a look-up never is that sure. */
  readonly sawAll?: boolean;
  /** Where the answer comes from, and what could not be seen; one sentence. */
  readonly evidence: string;
  /** Every store that was asked. */
  readonly sources: readonly GateSource[];
}

/** Where a run stands, as far as it matters for what it may say about a gate. */
export interface GateStanding {
  readonly isActions: boolean;
  readonly ref: string | undefined;
  readonly defaultBranch: string | undefined;
  /** `undefined` when the event has no pull request. */
  readonly pullRequest: number | undefined;
}

/** Nothing was ever said of this gate, as far as can be seen: the usual state of one that no run has closed. */
export function isUntouched({ state, blind, sawAll = false }: GateReading): boolean {
  return state === 'unknown' && !blind && sawAll;
}

/** Only a run on the default branch may say that a gate is open; on a laptop there is nobody else. */
export function isTrustedRun({ isActions, ref, defaultBranch, pullRequest }: GateStanding): boolean {
  return !isActions || (pullRequest === undefined && ref === trustedRef(defaultBranch));
}

/** The ref whose runs may say that a gate is open; `main` where nobody says which branch is the default. */
export function trustedRef(defaultBranch: string | undefined): string {
  return `refs/heads/${defaultBranch ?? 'main'}`;
}

/** Nobody could look. */
export function blindGate(evidence: string): GateReading {
  return { state: 'unknown', entry: undefined, blind: true, evidence, sources: [] };
}

/** The same reading with the name of the store that gave it. */
export function readFrom(
  store: string,
  readAt: Date,
  reading: GateReading,
  unseen: readonly string[] = [],
  issues: Pick<GateSource, 'links' | 'holding'> = {},
): GateReading {
  const { state, evidence } = reading;
  const source = { store, state, readAt: readAt.toISOString(), evidence, unseen, ...issues };
  return { ...reading, sources: [source] };
}

/** What the deciding entry means now; without one the gate is unknown, since a closed one may have been evicted. */
export function gateReading(
  entry: GateReading['entry'],
  now: Date,
  blockForMs: number | undefined,
  evidence: string,
): GateReading {
  const isClosed = entry !== undefined && isStillClosed(entry, now, blockForMs);
  const state = entry === undefined ? 'unknown' : isClosed ? 'closed' : 'open';
  return { state, entry, blind: false, evidence, sources: [] };
}

/** One change among others. */
export interface RankedChange {
  readonly entry: GateKey;
  /** Tells the order alone: of two, the later one has the greater number. */
  readonly rank: number;
}

/**
 * What all that was said comes to. A closing that holds is outranked by a later opening alone, never by a closing that is
 * over, nor by a first state. `deciding` is the last such closing, or what says that there is none; `lasting` is the
 * closing that ends last, which goes on when the deciding one is over.
 * @returns `undefined` when there is nothing
 */
export function decideChanges<T extends RankedChange>(
  changes: readonly T[],
  now: Date,
  blockForMs: number | undefined,
): { readonly deciding: T; readonly lasting: T } | undefined {
  const newestFirst = changes.toSorted((a, b) => b.rank - a.rank);
  const opening = newestFirst.find(({ entry }) => isDecidedOpen(entry));
  const holding = newestFirst.filter(
    ({ entry, rank }) =>
      isStillClosed(entry, now, blockForMs) && (opening === undefined || rank >= opening.rank),
  );
  const [closing] = holding;
  if (closing !== undefined) {
    const [lasting = closing] = holding.toSorted((a, b) => endMs(b.entry) - endMs(a.entry));
    return { deciding: closing, lasting };
  }
  const deciding = opening ?? newestFirst.find(({ entry }) => !entry.closed) ?? newestFirst[0];
  return deciding && { deciding, lasting: deciding };
}

/** An opening that somebody decided. */
export function isDecidedOpen({ closed, isFirst }: GateKey): boolean {
  return !closed && isFirst !== true;
}

function endMs({ until }: GateKey): number {
  return until === undefined ? Number.POSITIVE_INFINITY : Date.parse(until);
}

/** The later of two ends; `undefined`: when a person opens it. */
export function laterEnd(one: GateKey['until'], other: GateKey['until']): GateKey['until'] {
  if (one === undefined || other === undefined) return undefined;
  return Date.parse(one) > Date.parse(other) ? one : other;
}

/** What people should know of a closing that was given a later end than it asked for. */
export function outlastedBy(
  asked: GateKey['until'],
  given: GateKey['until'],
): { readonly outlasted?: string } {
  if (asked === given) return {};
  return { outlasted: `An earlier closing goes on until ${given ?? 'a person opens it'}.` };
}

const PREFIX = 'spendgate.v1.';
const COPY = 'kept.';
const FIRST = 'first.';
const MILLISECOND_DIGITS = 15;
const SLUG_LENGTH = 100;
/** Later is no date. */
const LATEST_MS = 8.64e15;
const KEY =
  /^spendgate\.v1\.([\w-]+)\.(first\.)?(?:kept\.(\d+)\.)?(\d+)\.(\w+)-(\d+)(?:-u(\d+))?\.(blocked|clear)$/;

/** Prefix that all keys of one gate share, and no other gate's keys do. */
export function gateKeyPrefix(gate: string): string {
  return `${PREFIX}${gateSlug(gate)}.`;
}

/** Prefix of changes alone: their padded time begins with a zero for some thousand years. */
export function gateChangePrefix(gate: string): string {
  return `${gateKeyPrefix(gate)}0`;
}

/** Prefix of copies alone. */
export function gateCopyPrefix(gate: string): string {
  return `${gateKeyPrefix(gate)}${COPY}`;
}

/** Prefix of first states and their copies. */
export function gateFirstPrefix(gate: string): string {
  return `${gateKeyPrefix(gate)}${FIRST}`;
}

/** @param keptAt for a copy: when it is made */
export function renderGateKey(entry: GateKey, keptAt?: Date): string {
  const start = entry.isFirst ? gateFirstPrefix(entry.gate) : gateKeyPrefix(entry.gate);
  const prefix = keptAt === undefined ? start : `${start}${COPY}${padded(keptAt)}.`;
  const created = padded(new Date(entry.createdAt));
  const until = entry.until === undefined ? '' : `-u${Date.parse(entry.until)}`;
  const state = entry.closed ? 'blocked' : 'clear';
  return `${prefix}${created}.${entry.runId}-${entry.runAttempt}${until}.${state}`;
}

function padded(time: Date): string {
  return String(time.getTime()).padStart(MILLISECOND_DIGITS, '0');
}

/** `undefined` when the key is not one of ours. `gate` is the slug, which is what the key holds. */
export function readGateKey(key: string): StoredGateKey | undefined {
  const [, gate, first, kept, created, runId, attempt, until, state] = KEY.exec(key) ?? [];
  if (gate === undefined || runId === undefined) return undefined;
  const createdAt = timestamp(created);
  const closed = state === 'blocked';
  if (createdAt === undefined || (closed && first !== undefined)) return undefined;
  return {
    gate,
    closed,
    ...(first === undefined ? {} : { isFirst: true }),
    createdAt,
    runId,
    runAttempt: Number(attempt),
    until: timestamp(until),
    keptAt: timestamp(kept),
  };
}

/** A closed gate whose time has passed is open. `blockForMs` is the reader's own bound, if it has one. */
export function isStillClosed(entry: GateKey, now: Date, blockForMs: number | undefined): boolean {
  if (!entry.closed) return false;
  const end = endOf(entry, blockForMs);
  return end === undefined || now.getTime() < Date.parse(end);
}

/** When a closed gate opens by itself, ISO 8601 UTC; `undefined`: when a person opens it. */
export function endOf({ until, createdAt }: GateKey, blockForMs: number | undefined): string | undefined {
  if (blockForMs === undefined) return until;
  const ownMs = Math.min(Date.parse(createdAt) + blockForMs, LATEST_MS);
  return until !== undefined && Date.parse(until) < ownMs ? until : new Date(ownMs).toISOString();
}

/** Letters, digits, `-` and `_`; a name that had to be changed gets a checksum, so that two names never share a gate. */
export function gateSlug(gate: string): string {
  const slug = gate.replace(/[^\w-]+/g, '-').slice(0, SLUG_LENGTH);
  return slug === gate && slug !== '' ? slug : `${slug}-${checksum(gate)}`;
}

function timestamp(milliseconds: string | undefined): string | undefined {
  const value = Number(milliseconds);
  return milliseconds === undefined || value > LATEST_MS ? undefined : new Date(value).toISOString();
}

/** FNV-1a, 32 bit: enough to tell gates of one repository apart. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}
