/**
 * The Actions cache as a store of flags and of spend history.
 *
 * What it does not do decides the design: entries are immutable (so state stands in a new key), a miss and a broken
 * service look the same (so "unknown" is an answer), refused saves do not throw (so the returned id is checked), scopes
 * hide entries of other refs (so the REST list is asked first, where the token allows), and a hanging service takes up
 * to 15 minutes (so there is a deadline of our own).
 * @see https://docs.github.com/actions/reference/workflows-and-actions/dependency-caching
 */
import { lstat, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { withDeadline } from '../core/deadline.js';
import { describeError } from '../core/errors.js';
import { blindGate, type GateEntry, type GateReading, gateSlug, readFrom, trustedRef } from '../core/gate.js';
import { mergeSpend, readSpendEntry, type SpendEntry } from '../core/ledger.js';
import { readSighting, type Sighting } from '../core/sighting.js';
import { oneLine } from '../core/text.js';
import type { CacheList, CacheListing } from '../ports/github.js';
import type { Claim, Saved, SpendHistory, Store, StoreContext, StoreKind } from '../ports/store.js';
import { parseNdjson } from '../wire/ndjson.js';
import { CacheGates } from './shared/cache-gates.js';

/** Hashed as written, so these are fixed literals: a path of the runner's would change the entry's version. */
const FOLDER = '.spendgate';
const SPEND_FILE = '.spendgate/spend.ndjson';
const SPEND_PREFIX = 'spendgate.ledger.v1.';
const SIGHTING_FILE = '.spendgate/sighting.json';
const SIGHTING_PREFIX = 'spendgate.seen.v1.';
const CLAIM_FILE = '.spendgate/claim.json';
const CLAIM_PREFIX = 'spendgate.claim.v1.';
const DEADLINE_MS = 20_000;
/** Shared by the scopes of the run. */
const MAX_PARALLEL_HISTORIES = 10;
const MAX_KEY = 100;
const RENEW_MS = 3 * 24 * 60 * 60_000;

class ActionsCacheStore implements Store {
  readonly id = 'actions-cache';
  readonly #context: StoreContext;
  readonly #gates: CacheGates;

  constructor(context: StoreContext) {
    this.#context = context;
    this.#gates = new CacheGates(
      {
        isAvailable: async () => (await this.#client()) !== undefined,
        list: (prefix, ref) => this.#list(prefix, ref),
        lookUp: (file, prefix) => this.#lookUp(file, prefix),
        restore: (file, key) => this.#restore(file, key),
        save: (file, key, content) => this.#save(key, file, content),
      },
      context,
    );
  }

  async readGate(gate: string, blockForMs: number | undefined, wantsAll = false): Promise<GateReading> {
    const { clock } = this.#context;
    const late = readFrom(this.id, clock.now(), blindGate('The Actions cache did not answer in time.'), [
      'everything',
    ]);
    return this.#bounded(this.#gates.read(gate, blockForMs, wantsAll), late);
  }

  async saveGate(entry: GateEntry): Promise<Saved> {
    return this.#gates.save(entry);
  }

  async tendGate(gate: string): Promise<readonly string[]> {
    return this.#gates.tend(gate);
  }

  async readSpend(): Promise<SpendHistory> {
    const restored = this.#restoreSpend().catch((error: unknown) => unreadable(describeError(error)));
    return this.#bounded(restored, unreadable('the Actions cache did not answer in time'));
  }

  async mergeSpend(entries: readonly SpendEntry[]): Promise<Saved> {
    const history = await this.readSpend();
    // A newest entry that held this run alone would hide all that was spent before.
    if (!history.readable)
      return { saved: false, reason: `the history could not be read: ${history.evidence}` };
    const merged = mergeSpend(history.entries, entries);
    const { clock, runId, runAttempt } = this.#context;
    const key = `${SPEND_PREFIX}${String(clock.now().getTime()).padStart(15, '0')}.${runId}-${runAttempt}`;
    return this.#save(key, SPEND_FILE, merged.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  }

  async readSighting(key: string): Promise<Sighting | undefined> {
    return this.#bounded(
      this.#restoreSighting(key).catch(() => undefined),
      undefined,
    );
  }

  async saveSighting(sighting: Sighting): Promise<Saved> {
    const { runId, runAttempt } = this.#context;
    const ms = String(Date.parse(sighting.at)).padStart(15, '0');
    const key = `${SIGHTING_PREFIX}${sighting.key}.${ms}.${runId}-${runAttempt}`;
    return this.#save(key, SIGHTING_FILE, `${JSON.stringify(sighting)}\n`);
  }

  /** An entry can be made once in its scope, so making it is the claim; the list knows those of other scopes. */
  async claim(name: string): Promise<Claim> {
    const key = claimKey(name);
    const listed = await this.#list(key);
    if ('caches' in listed && listed.caches.some((entry) => isClaimOf(key, entry.key))) {
      await this.#renewClaim(key, listed.caches);
      return 'known';
    }
    const saved = await this.#save(key, CLAIM_FILE, `${JSON.stringify(name)}\n`);
    return saved.saved ? 'new' : this.#bounded(this.#isClaimed(key), 'unknown');
  }

  /** An entry that nobody reads is evicted after a week, and the list reads none: a claim lives on in a newer one. */
  async #renewClaim(key: string, listed: readonly CacheListing[]): Promise<void> {
    const now = this.#context.clock.now().getTime();
    const newest = Math.max(...listed.map(({ createdAt }) => Date.parse(createdAt)));
    if (now - newest < RENEW_MS) return;
    await this.#save(`${key}.${String(now).padStart(15, '0')}`, CLAIM_FILE, '\n');
  }

  async isClaimed(name: string): Promise<boolean> {
    const key = claimKey(name);
    const listed = await this.#list(key);
    if ('caches' in listed) return listed.caches.some((entry) => isClaimOf(key, entry.key));
    return (await this.#bounded(this.#isClaimed(key), 'unknown')) === 'known';
  }

  /** A save that was refused looks the same whether the entry is there or the service is down. */
  async #isClaimed(key: string): Promise<Claim> {
    try {
      const found = await this.#lookUp(CLAIM_FILE, key);
      return found !== undefined && isClaimOf(key, found) ? 'known' : 'unknown';
    } catch {
      return 'unknown';
    }
  }

  async #lookUp(file: string, prefix: string): Promise<string | undefined> {
    const cache = await this.#client();
    return cache?.restoreCache([file], prefix, undefined, { lookupOnly: true }, true);
  }

  async #restore(file: string, key: string): Promise<string | undefined> {
    const cache = await this.#client();
    if (cache === undefined) return undefined;
    await makeRoom(file);
    const found = await cache.restoreCache([file], key, undefined, undefined, true);
    if (found === undefined) return undefined;
    const content = await readFile(file, 'utf8');
    await rm(file, { force: true });
    return found === key ? content : undefined;
  }

  /** A hint, not a verdict: where the cache does not answer there is none. */
  async #restoreSighting(key: string): Promise<Sighting | undefined> {
    const cache = await this.#client();
    if (cache === undefined) return undefined;
    await makeRoom(SIGHTING_FILE);
    const prefix = `${SIGHTING_PREFIX}${key}.`;
    const found = await cache.restoreCache([SIGHTING_FILE], prefix, undefined, undefined, true);
    if (found === undefined) return undefined;
    const [stored] = parseNdjson(await readFile(SIGHTING_FILE, 'utf8'));
    await rm(SIGHTING_FILE, { force: true });
    return readSighting(stored);
  }

  /** Newest histories that can be seen, united with those of runs that saved beside them. */
  async #restoreSpend(): Promise<SpendHistory> {
    const cache = await this.#client();
    if (cache === undefined) return unreadable('there is no cache service here');
    const listed = await this.#listSpend();
    const histories = new Map<string, SpendEntry[]>();
    for (const key of 'reason' in listed ? [SPEND_PREFIX] : listed.keys) {
      await makeRoom(SPEND_FILE);
      const found = await cache.restoreCache([SPEND_FILE], key, undefined, undefined, true);
      if (found !== undefined) histories.set(found, await readSpendFile());
    }
    await rm(SPEND_FILE, { force: true });
    const lost = 'reason' in listed ? undefined : listed.newest.find((key) => !histories.has(key));
    if (lost !== undefined)
      return unreadable(
        `the newest entry (${oneLine(lost, MAX_KEY)}) is listed and cannot be restored; delete it where that goes on`,
      );
    const evidence =
      'reason' in listed
        ? `runs that saved at the same time may be missing: ${listed.reason}`
        : 'runs on other branches cannot be read';
    return { entries: mergeSpend(...histories.values()), readable: true, complete: false, evidence };
  }

  /**
   * Keys of the scopes of this run, each of them listed by itself: entries of other refs cannot be restored, and could
   * push those that can out of view. A newer history holds the older ones, so without the newest of a scope too little
   * would be counted, and saved as the next newest.
   */
  async #listSpend(): Promise<{ keys: string[]; newest: string[] } | { reason: string }> {
    const { ref, defaultBranch, baseBranch } = this.#context;
    const base = baseBranch === undefined ? undefined : `refs/heads/${baseBranch}`;
    const refs = new Set([ref, base, trustedRef(defaultBranch)].filter((scope) => scope !== undefined));
    const lists = await Promise.all([...refs].map((scope) => this.#list(SPEND_PREFIX, scope)));
    const keys: string[] = [];
    const newest: string[] = [];
    for (const list of lists) {
      if ('reason' in list) return list;
      const own = list.caches.map(({ key }) => key).slice(0, MAX_PARALLEL_HISTORIES / refs.size);
      keys.push(...own);
      newest.push(...own.slice(0, 1));
    }
    return { keys, newest };
  }

  async #list(prefix: string, ref?: string): Promise<CacheList | { reason: string }> {
    if (this.#context.github === undefined) return { reason: 'no token to list caches with' };
    try {
      return await this.#context.github.listCaches(prefix, ref);
    } catch (error) {
      return { reason: `caches could not be listed, which needs \`actions: read\`: ${describeError(error)}` };
    }
  }

  async #save(key: string, file: string, content: string): Promise<Saved> {
    const saving = this.#saveFile(key, file, content);
    return this.#bounded(saving, {
      saved: false,
      reason: `the Actions cache did not answer within ${DEADLINE_MS / 1000} s`,
    });
  }

  async #saveFile(key: string, file: string, content: string): Promise<Saved> {
    try {
      const cache = await this.#client();
      if (cache === undefined) return { saved: false, reason: 'there is no cache service here' };
      await makeRoom(file);
      await writeFile(file, content);
      const id = await cache.saveCache([file], key, undefined, true);
      await rm(file, { force: true });
      return id > 0 ? { saved: true } : { saved: false, reason: this.#refusal() };
    } catch (error) {
      return { saved: false, reason: describeError(error) };
    }
  }

  /** The toolkit logs what the service said, and gives nothing of it back. */
  #refusal(): string {
    const { cacheMode } = this.#context;
    const why = 'read-only token, rate limit or service down; see the log above';
    if (cacheMode === undefined || cacheMode.startsWith('write'))
      return `the Actions cache refused it (${why})`;
    return `this job may not write to the Actions cache (\`cache-mode: ${cacheMode}\`, a read-only token)`;
  }

  /** Large, so it is loaded where there is a service to talk to. */
  async #client(): Promise<typeof import('@actions/cache') | undefined> {
    if (!this.#context.hasCacheService) return undefined;
    const cache = await import('@actions/cache');
    return cache.isFeatureAvailable() ? cache : undefined;
  }

  #bounded<T>(promise: Promise<T>, late: T): Promise<T> {
    return withDeadline(promise, DEADLINE_MS, () => late);
  }
}

function unreadable(evidence: string): SpendHistory {
  return { entries: [], readable: false, complete: false, evidence };
}

function claimKey(name: string): string {
  return `${CLAIM_PREFIX}${gateSlug(name)}`;
}

/** The claim itself, or a newer entry in which it lives on. */
function isClaimOf(key: string, found: string): boolean {
  return found === key || found.startsWith(`${key}.`);
}

/** Clears the one path we write, whatever the agent put there, and a folder that is none; other files stay. */
async function makeRoom(file: string): Promise<void> {
  const folder = await lstat(FOLDER).catch(() => undefined);
  if (folder && !folder.isDirectory()) await rm(FOLDER, { force: true });
  await mkdir(FOLDER, { recursive: true });
  await rm(file, { recursive: true, force: true });
}

async function readSpendFile(): Promise<SpendEntry[]> {
  const lines = parseNdjson(await readFile(SPEND_FILE, 'utf8'));
  return lines.map(readSpendEntry).filter((entry) => entry !== undefined);
}

export const actionsCache: StoreKind = {
  id: 'actions-cache',
  summary: 'The Actions cache, for jobs on GitHub.',
  isFor: ({ isActions }) => isActions,
  create: (context) => new ActionsCacheStore(context),
};
