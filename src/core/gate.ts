/**
 * The gate: a flag that makes the next run wait for a person. Append-only, and the state stands in the key,
 * so that reading it needs no download: `spendgate.v1.<gate>.<created-ms>.<run_id>-<attempt>[-u<until-ms>].<state>`.
 * Three answers, never two: open, closed, unknown.
 */

export type GateState = 'open' | 'closed' | 'unknown';

/** One change of state, as it was recorded. */
export interface GateEntry {
  readonly gate: string;
  readonly closed: boolean;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
  readonly runId: string;
  readonly runAttempt: number;
  /** When a closed gate opens by itself, ISO 8601 UTC; `undefined`: when a person opens it. */
  readonly until: string | undefined;
  readonly actor: string;
  readonly reason: string;
}

/** What a key alone tells: everything but actor and reason. */
export type GateKey = Omit<GateEntry, 'actor' | 'reason'>;

export interface GateReading {
  readonly state: GateState;
  /** The change of state that decides; `undefined` when none was found. */
  readonly entry: (GateKey & Partial<Pick<GateEntry, 'actor' | 'reason'>>) | undefined;
  /** True when the store could not be read; false when it was read, also if nothing was found there. */
  readonly blind: boolean;
  /** Where the answer comes from, and what could not be seen; one sentence. */
  readonly evidence: string;
}

/** The ref whose runs may say that a gate is open; `main` where nobody says which branch is the default. */
export function trustedRef(defaultBranch: string | undefined): string {
  return `refs/heads/${defaultBranch ?? 'main'}`;
}

/** Nobody could look. */
export function blindGate(evidence: string): GateReading {
  return { state: 'unknown', entry: undefined, blind: true, evidence };
}

/** What the deciding entry means now; without one the gate is unknown, since a closed one may have been evicted. */
export function gateReading(
  entry: GateReading['entry'],
  now: Date,
  blockForMs: number | undefined,
  evidence: string,
): GateReading {
  if (entry === undefined) return { state: 'unknown', entry, blind: false, evidence };
  return { state: isStillClosed(entry, now, blockForMs) ? 'closed' : 'open', entry, blind: false, evidence };
}

const PREFIX = 'spendgate.v1.';
const MILLISECOND_DIGITS = 15;
const SLUG_LENGTH = 100;
const KEY = /^spendgate\.v1\.([\w-]+)\.(\d+)\.(\w+)-(\d+)(?:-u(\d+))?\.(blocked|clear)$/;

/** Prefix that all keys of one gate share, and no other gate's keys do. */
export function gateKeyPrefix(gate: string): string {
  return `${PREFIX}${gateSlug(gate)}.`;
}

export function renderGateKey(entry: GateKey): string {
  const created = String(Date.parse(entry.createdAt)).padStart(MILLISECOND_DIGITS, '0');
  const until = entry.until === undefined ? '' : `-u${Date.parse(entry.until)}`;
  const state = entry.closed ? 'blocked' : 'clear';
  return `${gateKeyPrefix(entry.gate)}${created}.${entry.runId}-${entry.runAttempt}${until}.${state}`;
}

/** `undefined` when the key is not one of ours. `gate` is the slug, which is what the key holds. */
export function readGateKey(key: string): GateKey | undefined {
  const [, gate, created, runId, attempt, until, state] = KEY.exec(key) ?? [];
  if (gate === undefined || runId === undefined) return undefined;
  const createdAt = timestamp(created);
  if (createdAt === undefined) return undefined;
  return {
    gate,
    closed: state === 'blocked',
    createdAt,
    runId,
    runAttempt: Number(attempt),
    until: timestamp(until),
  };
}

/** A closed gate whose time has passed is open. `blockForMs` is the reader's own bound, if it has one. */
export function isStillClosed(entry: GateKey, now: Date, blockForMs: number | undefined): boolean {
  if (!entry.closed) return false;
  const ends = [
    entry.until === undefined ? Number.POSITIVE_INFINITY : Date.parse(entry.until),
    blockForMs === undefined ? Number.POSITIVE_INFINITY : Date.parse(entry.createdAt) + blockForMs,
  ];
  return now.getTime() < Math.min(...ends);
}

/** Letters, digits, `-` and `_`; a name that had to be changed gets a checksum, so that two names never share a gate. */
export function gateSlug(gate: string): string {
  const slug = gate.replace(/[^\w-]+/g, '-').slice(0, SLUG_LENGTH);
  return slug === gate && slug !== '' ? slug : `${slug}-${checksum(gate)}`;
}

function timestamp(milliseconds: string | undefined): string | undefined {
  const value = Number(milliseconds);
  return milliseconds === undefined || value > 8.64e15 ? undefined : new Date(value).toISOString();
}

/** FNV-1a, 32 bit: enough to tell gates of one repository apart. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}
