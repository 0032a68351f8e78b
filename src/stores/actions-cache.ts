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
import { describeError } from '../core/errors.js';
import { blindGate, type GateEntry, type GateReading, gateSlug, readFrom, trustedRef } from '../core/gate.js';
import { mergeSpend, readSpendEntry, type SpendEntry } from '../core/ledger.js';
import { readSighting, type Sighting } from '../core/sighting.js';
import { oneLine } from '../core/text.js';
import type { CacheList, CacheListing } from '../ports/github.js';
import type { Claim, Saved, SpendHistory, Store, StoreContext, StoreKind } from '../ports/store.js';
import { parseNdjson } from '../wire/ndjson.js';
import { CacheGates } from './shared/cache-gates.js';
import { Patience } from './shared/patience.js';

/** Hashed as written, so these are fixed literals: a path of the runner's would change the entry's version. */
const FOLDER = '.spendgate';
const SPEND_FILE = '.spendgate/spend.ndjson';
const SPEND_PREFIX = 'spendgate.ledger.v1.';
const SIGHTING_FILE = '.spendgate/sighting.json';
const SIGHTING_PREFIX = 'spendgate.seen.v1.';
const CLAIM_FILE = '.spendgate/claim.json';
const CLAIM_PREFIX = 'spendgate.claim.v1.';
const DEADLINE_MS = 20_000;
const LIST_MS = 10_000;
/** Shared by the scopes of the run. */
const MAX_PARALLEL_HISTORIES = 10;
const MAX_KEY = 100;
const RENEW_MS = 3 * 24 * 60 * 60_000;

const NOT_IN_TIME: Saved = {
  saved: false,
  reason: `the Actions cache did not answer within ${DEADLINE_MS / 1000} s`,
};

type Listed = CacheList | { readonly reason: string };

class ActionsCacheStore implements Store {
  readonly id = 'actions-cache';
  readonly #context: StoreContext;
  readonly #gates: CacheGates;
  /** A service that hangs is waited for once, and then only for a gate. */
  readonly #patience = new Patience(DEADLINE_MS);
  readonly #listPatience = new Patience(LIST_MS);
  /** What the list of caches held of claims when it was read last, by key. */
  #listedClaims: ReadonlyMap<string, readonly CacheListing[]> = new Map();
  /** Ends when the folder has been made ready for everybody who asked. */
  #room: Promise<unknown> = Promise.resolve();

  constructor(context: StoreContext) {
    this.#context = context;
    this.#gates = new CacheGates(
      {
        isAvailable: async () => (await this.#client()) !== undefined,
        list: (prefix, ref) => this.#list(prefix, ref),
        lookUp: (file, prefix) => this.#lookUp(file, prefix),
        restore: (file, key) => this.#restore(file, key),
        save: (file, key, content) =>
          this.#patience.insist(() => this.#saveFile(key, file, content), NOT_IN_TIME),
      },
      context,
    );
  }

  async readGate(gate: string, blockForMs: number | undefined, wantsAll = false): Promise<GateReading> {
    const { clock } = this.#context;
    const late = readFrom(this.id, clock.now(), blindGate('The Actions cache did not answer in time.'), [
      'everything',
    ]);
    return this.#patience.insist(() => this.#gates.read(gate, blockForMs, wantsAll), late);
  }

  async saveGate(entry: GateEntry): Promise<Saved> {
    return this.#gates.save(entry);
  }

  async tendGate(gate: string): Promise<readonly string[]> {
    return this.#gates.tend(gate);
  }

  async readSpend(): Promise<SpendHistory> {
    const restore = () => this.#restoreSpend().catch((error: unknown) => unreadable(describeError(error)));
    return this.#patience.ask(restore, unreadable('the Actions cache did not answer in time'));
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
    return this.#patience.ask(() => this.#restoreSighting(key).catch(() => undefined), undefined);
  }

  async saveSighting(sighting: Sighting): Promise<Saved> {
    const { runId, runAttempt } = this.#context;
    const ms = String(Date.parse(sighting.at)).padStart(15, '0');
    const key = `${SIGHTING_PREFIX}${sighting.key}.${ms}.${runId}-${runAttempt}`;
    return this.#save(key, SIGHTING_FILE, `${JSON.stringify(sighting)}\n`);
  }

  async findClaims(names: readonly string[]): Promise<ReadonlySet<string> | undefined> {
    const keys = names.map(claimKey);
    const found = await this.#patience.ask(() => this.#findKeys(keys), undefined);
    return found && new Set(names.filter((_, index) => found.has(keys[index] ?? '')));
  }

  /** One list holds the claims of every scope; without it each is looked up in the scopes of this run. */
  async #findKeys(keys: readonly string[]): Promise<ReadonlySet<string>> {
    const listed = await this.#list(commonPrefix(keys));
    if ('caches' in listed) {
      const entries = keys.map(
        (key) => [key, listed.caches.filter((entry) => isClaimOf(key, entry.key))] as const,
      );
      this.#listedClaims = new Map(entries.filter(([, claims]) => claims.length > 0));
      return new Set(this.#listedClaims.keys());
    }
    const found = await Promise.all(keys.map((key) => this.#isClaimed(key)));
    return new Set(keys.filter((_, index) => found[index]));
  }

  /** An entry can be made once in its scope, so making it is the claim. */
  async claim(name: string): Promise<Claim> {
    const key = claimKey(name);
    const { saved } = await this.#save(key, CLAIM_FILE, `${JSON.stringify(name)}\n`);
    if (saved) return 'new';
    // A save that was refused looks the same whether the entry is there or this run may not write.
    const isThere = await this.#patience.ask(() => this.#isClaimed(key), false);
    if (isThere) return 'known';
    return this.#patience.isOver ? 'unknown' : 'refused';
  }

  /** An entry that nobody reads is evicted after a week, and the list reads none: a claim lives on in a newer one. */
  async tendClaims(): Promise<void> {
    const now = this.#context.clock.now().getTime();
    for (const [key, listed] of this.#listedClaims) {
      const newest = Math.max(...listed.map(({ createdAt }) => Date.parse(createdAt)));
      if (now - newest < RENEW_MS) continue;
      const renewed = await this.#save(`${key}.${String(now).padStart(15, '0')}`, CLAIM_FILE, '\n');
      if (!renewed.saved) return;
    }
  }

  async #isClaimed(key: string): Promise<boolean> {
    const found = await this.#lookUp(CLAIM_FILE, key).catch(() => undefined);
    return found !== undefined && isClaimOf(key, found);
  }

  async #lookUp(file: string, prefix: string): Promise<string | undefined> {
    const cache = await this.#client();
    return cache?.restoreCache([file], prefix, undefined, { lookupOnly: true }, true);
  }

  async #restore(file: string, key: string): Promise<string | undefined> {
    const newest = await this.#restoreNewest(file, key);
    return newest?.key === key ? newest.content : undefined;
  }

  /** The entry of that key, or the newest whose key begins with it. */
  async #restoreNewest(file: string, prefix: string): Promise<{ key: string; content: string } | undefined> {
    const cache = await this.#client();
    if (cache === undefined) return undefined;
    await this.#makeRoom(file);
    const key = await cache.restoreCache([file], prefix, undefined, undefined, true);
    if (key === undefined) return undefined;
    const content = await readFile(file, 'utf8');
    await rm(file, { force: true });
    return { key, content };
  }

  /** A hint, not a verdict: where the cache does not answer there is none. */
  async #restoreSighting(key: string): Promise<Sighting | undefined> {
    const newest = await this.#restoreNewest(SIGHTING_FILE, `${SIGHTING_PREFIX}${key}.`);
    return newest && readSighting(parseNdjson(newest.content)[0]);
  }

  /** Newest histories that can be seen, united with those of runs that saved beside them. */
  async #restoreSpend(): Promise<SpendHistory> {
    const cache = await this.#client();
    if (cache === undefined) return unreadable('there is no cache service here');
    const listed = await this.#listSpend();
    const histories = new Map<string, SpendEntry[]>();
    for (const key of 'reason' in listed ? [SPEND_PREFIX] : listed.keys) {
      await this.#makeRoom(SPEND_FILE);
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

  async #list(prefix: string, ref?: string): Promise<Listed> {
    const { github } = this.#context;
    if (github === undefined) return { reason: 'no token to list caches with' };
    const late = { reason: `the list of caches did not come within ${LIST_MS / 1000} s` };
    const list = (): Promise<Listed> =>
      github.listCaches(prefix, ref).catch((error: unknown) => ({
        reason: `caches could not be listed, which needs \`actions: read\`: ${describeError(error)}`,
      }));
    return this.#listPatience.ask(list, late);
  }

  async #save(key: string, file: string, content: string): Promise<Saved> {
    return this.#patience.ask(() => this.#saveFile(key, file, content), NOT_IN_TIME);
  }

  async #saveFile(key: string, file: string, content: string): Promise<Saved> {
    try {
      const cache = await this.#client();
      if (cache === undefined) return { saved: false, reason: 'there is no cache service here' };
      await this.#makeRoom(file);
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

  /** One after the other: two that clear the same folder at once are in each other's way. */
  #makeRoom(file: string): Promise<void> {
    const made = this.#room.then(() => makeRoom(file));
    this.#room = made.catch(() => undefined);
    return made;
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

/** What all of them begin with; each of them begins with that of claims. */
function commonPrefix(keys: readonly string[]): string {
  const [first = CLAIM_PREFIX, ...others] = keys;
  let length = first.length;
  while (!others.every((key) => key.startsWith(first.slice(0, length)))) length -= 1;
  return first.slice(0, length);
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
