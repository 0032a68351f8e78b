/** Entries of the Actions cache as changes of a gate: which of them count, and which copies say the same. Pure. */
import { isStillClosed, type RankedChange, readGateKey, type StoredGateKey } from '../../core/gate.js';
import type { CacheList } from '../../ports/github.js';

/** One change, as it was found. */
export interface Found extends RankedChange {
  readonly key: string;
  readonly entry: StoredGateKey;
  /** When this entry of the cache was made. */
  readonly keptAt: string;
  /** Where the entry is; `undefined` when it was looked up. */
  readonly ref: string | undefined;
}

/** Who reads: the ref that may open a gate, and what decides whether a closing is over. */
export interface Reader {
  readonly trusted: string;
  readonly now: Date;
  readonly blockForMs: number | undefined;
}

/**
 * What counts of a list. A closing that holds counts from any ref, since forging one only stops work; all that could open
 * a gate counts from the trusted ref alone: openings, first states, and closings that are over. Copies count from there
 * alone as well: what they say of their time is their maker's word.
 *
 * Changes are ordered by when GitHub took them, copies by when the change was made that they repeat, so a copy that was
 * made late never hides a newer change.
 */
export function changesIn(listed: CacheList['caches'], { trusted, now, blockForMs }: Reader): Found[] {
  return listed.flatMap(({ key, ref, createdAt }) => {
    const said = readGateKey(key);
    if (said === undefined) return [];
    // A change cannot be younger than its entry, whatever the clock of its runner said.
    const taken = Date.parse(createdAt);
    const made = Math.min(taken, Date.parse(said.createdAt));
    const entry = { ...said, createdAt: new Date(made).toISOString() };
    const isCopy = entry.keptAt !== undefined;
    if (ref !== trusted && (isCopy || !isStillClosed(entry, now, blockForMs))) return [];
    return [{ key, ref, rank: isCopy ? made : taken, keptAt: new Date(taken).toISOString(), entry }];
  });
}

/** A look-up says neither where an entry is nor when it was made. */
export function changeOf(key: string | undefined): Found | undefined {
  const entry = key === undefined ? undefined : readGateKey(key);
  if (key === undefined || entry === undefined) return undefined;
  const rank = Date.parse(entry.createdAt);
  return { key, entry, rank, keptAt: entry.keptAt ?? entry.createdAt, ref: undefined };
}

/** The same change by its newest copy, which is of the trusted ref: it can be restored where another branch's cannot. */
export function newestCopy(found: Found, all: readonly Found[]): Found {
  const copies = all.filter(({ entry }) => isSameChange(entry, found.entry));
  const [newest = found] = copies.toSorted((a, b) => Date.parse(b.keptAt) - Date.parse(a.keptAt));
  return { ...found, key: newest.key, keptAt: newest.keptAt };
}

function isSameChange(one: StoredGateKey, other: StoredGateKey): boolean {
  return (
    one.closed === other.closed &&
    one.createdAt === other.createdAt &&
    one.runId === other.runId &&
    one.runAttempt === other.runAttempt
  );
}
