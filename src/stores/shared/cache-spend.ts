/**
 * Spend history in the Actions cache: a newer entry holds the older ones, and runs may save beside one another.
 *
 * What is saved stands in a file for a moment, in a workspace where a program that an agent left behind may still run: its
 * checksum stands in the key, which nobody without the token of the cache can choose.
 */
import { createHash } from 'node:crypto';
import { countOf } from '../../core/count-of.js';
import { describeError } from '../../core/errors.js';
import { trustedRef } from '../../core/gate.js';
import { mergeSpend, readSpendEntry, type SpendEntry } from '../../core/ledger.js';
import { oneLine } from '../../core/text.js';
import type { Saved, SpendHistory, StoreContext } from '../../ports/store.js';
import { readNdjson } from '../../wire/ndjson.js';
import type { CacheAccess } from './cache-access.js';
import type { Patience } from './patience.js';

/** Hashed as written, so this is a fixed literal: a path of the runner's would change the entry's version. */
const SPEND_FILE = '.spendgate/spend.ndjson';
const SPEND_PREFIX = 'spendgate.ledger.v1.';
/** Shared by the scopes of the run. Each takes about a quarter of a second to restore. */
const MAX_HISTORIES = 40;
/** So many are looked at however old they are. */
const LEAST_HISTORIES = 10;
/** A run reads what is there a moment before it saves: what is older than that stands in its own history. */
const PARALLEL_MS = 15 * 60_000;
const MAX_KEY = 100;
const SUM_LENGTH = 16;

export class CacheSpend {
  readonly #cache: CacheAccess;
  readonly #patience: Patience;
  readonly #context: StoreContext;

  constructor(cache: CacheAccess, patience: Patience, context: StoreContext) {
    this.#cache = cache;
    this.#patience = patience;
    this.#context = context;
  }

  async read(): Promise<SpendHistory> {
    const restore = () => this.#restore().catch((error: unknown) => unreadable(describeError(error)));
    return this.#patience.ask(restore, unreadable('the Actions cache did not answer in time'));
  }

  async merge(entries: readonly SpendEntry[]): Promise<Saved> {
    const history = await this.read();
    // A newest entry that held this run alone would hide all that was spent before.
    if (!history.readable)
      return { saved: false, reason: `the history could not be read: ${history.evidence}` };
    const merged = mergeSpend(history.entries, entries);
    const { clock, runId, runAttempt } = this.#context;
    const content = merged.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    const at = String(clock.now().getTime()).padStart(15, '0');
    const key = `${SPEND_PREFIX}${at}.${runId}-${runAttempt}.${checksum(content)}`;
    return this.#cache.save(SPEND_FILE, key, content);
  }

  /** Newest histories that can be seen, united with those of runs that saved beside them. */
  async #restore(): Promise<SpendHistory> {
    if (!(await this.#cache.isAvailable())) return unreadable('there is no cache service here');
    const listed = await this.#list();
    const histories = new Map<string, ReturnType<typeof readEntries>>();
    for (const key of 'reason' in listed ? [SPEND_PREFIX] : listed.keys) {
      const found = await this.#cache.restoreNewest(SPEND_FILE, key);
      if (found === undefined) continue;
      if (!isAsSaved(found))
        return unreadable(
          `the entry ${oneLine(found.key, MAX_KEY)} does not hold what was saved: something in that job changed the file; look at it, and delete the entry`,
        );
      histories.set(found.key, readEntries(found.content));
    }
    const lost = 'reason' in listed ? undefined : listed.newest.find((key) => !histories.has(key));
    if (lost !== undefined)
      return unreadable(
        `the newest entry (${oneLine(lost, MAX_KEY)}) is listed and cannot be restored; delete it where that goes on`,
      );
    const read = [...histories.values()];
    const lostLines = Math.max(0, ...read.map((history) => history.lostLines));
    const evidence = [
      ...('reason' in listed
        ? [`runs that saved at the same time may be missing: ${listed.reason}`]
        : ['runs on other branches cannot be read', ...listed.gaps]),
      ...(lostLines === 0 ? [] : [`${countOf(lostLines, 'line')} cannot be read`]),
    ].join('; ');
    const entries = mergeSpend(...read.map(({ values }) => values));
    const isBlind = lostLines > 0 || 'reason' in listed || listed.gaps.length > 0;
    const unseenUntilMs = isBlind ? Number.POSITIVE_INFINITY : listed.othersUntilMs;
    return { entries, readable: true, complete: false, evidence, unseenUntilMs };
  }

  /**
   * Keys of the scopes of this run, each of them listed by itself: entries of other refs cannot be restored, and could
   * push those that can out of view. A newer history holds the older ones, so without the newest of a scope too little
   * would be counted, and saved as the next newest; and none of the runs that saved at the same time holds the others.
   */
  async #list(): Promise<Listed | { reason: string }> {
    const { ref, defaultBranch, baseBranch } = this.#context;
    const base = baseBranch === undefined ? undefined : `refs/heads/${baseBranch}`;
    const refs = new Set([ref, base, trustedRef(defaultBranch)].filter((scope) => scope !== undefined));
    const [all, ...lists] = await Promise.all(
      [undefined, ...refs].map((scope) => this.#cache.list(SPEND_PREFIX, scope)),
    );
    const keys: string[] = [];
    const newest: string[] = [];
    const gaps: string[] = [];
    for (const list of lists) {
      if ('reason' in list) return list;
      const own = list.caches.map(({ key }) => key);
      const parallel = own.filter((key) => savedAt(key) >= savedAt(own[0]) - PARALLEL_MS).length;
      const most = Math.floor(MAX_HISTORIES / refs.size);
      if (parallel > most)
        gaps.push(
          `of ${parallel} histories that were saved within a quarter of an hour ${most} are looked at`,
        );
      keys.push(...own.slice(0, Math.max(Math.floor(LEAST_HISTORIES / refs.size), Math.min(parallel, most))));
      newest.push(...own.slice(0, 1));
    }
    const seen = all && !('reason' in all) ? all.caches : [];
    const other = seen.find(({ ref: of }) => !refs.has(of));
    return { keys, newest, gaps, othersUntilMs: other && savedAt(other.key) };
  }
}

interface Listed {
  readonly keys: readonly string[];
  readonly newest: readonly string[];
  /** Parts of a sentence. */
  readonly gaps: readonly string[];
  /** When the newest history of another branch was saved, which this run may not restore. */
  readonly othersUntilMs: number | undefined;
}

function checksum(content: string): string {
  return createHash('sha256').update(content).digest('hex').slice(0, SUM_LENGTH);
}

/** Entries of earlier versions have no checksum in their key. */
function isAsSaved({ key, content }: { readonly key: string; readonly content: string }): boolean {
  const [, sum] = /\.([0-9a-f]{16})$/.exec(key) ?? [];
  return sum === undefined || sum === checksum(content);
}

/** Milliseconds since 1970, as its key says; of no entry: none. */
function savedAt(key = ''): number {
  return Number.parseInt(key.slice(SPEND_PREFIX.length), 10);
}

function unreadable(evidence: string): SpendHistory {
  return { entries: [], readable: false, complete: false, evidence };
}

function readEntries(text: string): { readonly values: SpendEntry[]; readonly lostLines: number } {
  return readNdjson(text, readSpendEntry);
}
