/**
 * The Actions cache as a store of flags and of spend history.
 *
 * What it does not do decides the design: entries are immutable (so state stands in a new key), a miss and a broken
 * service look the same (so "unknown" is an answer), refused saves do not throw (so the returned id is checked), scopes
 * hide entries of other refs (so the REST list is asked first, where the token allows), and a hanging service takes up
 * to 15 minutes (so there is a deadline of our own).
 * @see https://docs.github.com/actions/reference/workflows-and-actions/dependency-caching
 */
import { randomUUID } from 'node:crypto';
import {
  access,
  chmod,
  constants,
  lstat,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { AppError, describeError } from '../core/errors.js';
import { blindGate, type GateEntry, type GateReading, readFrom } from '../core/gate.js';
import type { SpendEntry } from '../core/ledger.js';
import { readSighting, type Sighting } from '../core/sighting.js';
import type { Claim, Saved, SpendHistory, Store, StoreContext, StoreKind } from '../ports/store.js';
import { parseNdjson } from '../wire/ndjson.js';
import type { CacheAccess } from './shared/cache-access.js';
import { CacheClaims } from './shared/cache-claims.js';
import { CacheGates } from './shared/cache-gates.js';
import { CacheSpend } from './shared/cache-spend.js';
import { Patience } from './shared/patience.js';

/** Hashed as written, so these are fixed literals: a path of the runner's would change the entry's version. */
const FOLDER = '.spendgate';
const SIGHTING_FILE = '.spendgate/sighting.json';
const SIGHTING_PREFIX = 'spendgate.seen.v1.';
const DEADLINE_MS = 20_000;
const LIST_MS = 10_000;
const NOT_IN_TIME: Saved = {
  saved: false,
  reason: `the Actions cache did not answer within ${DEADLINE_MS / 1000} s`,
};

class ActionsCacheStore implements Store {
  readonly id = 'actions-cache';
  readonly #context: StoreContext;
  readonly #gates: CacheGates;
  readonly #spend: CacheSpend;
  readonly #claims: CacheClaims;
  /** A service that hangs is waited for once, and then only for a gate. */
  readonly #patience = new Patience(DEADLINE_MS);
  readonly #listPatience = new Patience(LIST_MS);
  /** Ends when the folder has been made ready for everybody who asked. */
  #room: Promise<unknown> = Promise.resolve();

  constructor(context: StoreContext) {
    this.#context = context;
    const cache: CacheAccess = {
      isAvailable: async () => (await this.#client()) !== undefined,
      list: (prefix, ref) => this.#list(prefix, ref),
      lookUp: (file, prefix) => this.#lookUp(file, prefix),
      restore: (file, key) => this.#restore(file, key),
      restoreNewest: (file, prefix) => this.#restoreNewest(file, prefix),
      save: (file, key, content) => this.#save(file, key, content),
    };
    const insist: CacheAccess['save'] = (...entry) =>
      this.#patience.insist(() => this.#saveFile(...entry), NOT_IN_TIME);
    this.#gates = new CacheGates({ ...cache, save: insist }, context);
    this.#spend = new CacheSpend(cache, this.#patience, context);
    this.#claims = new CacheClaims(cache, this.#patience, context.clock);
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
    return this.#spend.read();
  }

  async mergeSpend(entries: readonly SpendEntry[]): Promise<Saved> {
    return this.#spend.merge(entries);
  }

  async readSighting(key: string): Promise<Sighting | undefined> {
    return this.#patience.ask(() => this.#restoreSighting(key).catch(() => undefined), undefined);
  }

  async saveSighting(sighting: Sighting): Promise<Saved> {
    const { runId, runAttempt } = this.#context;
    const ms = String(Date.parse(sighting.at)).padStart(15, '0');
    const key = `${SIGHTING_PREFIX}${sighting.key}.${ms}.${runId}-${runAttempt}`;
    return this.#save(SIGHTING_FILE, key, `${JSON.stringify(sighting)}\n`);
  }

  async findClaims(names: readonly string[]): Promise<ReadonlySet<string> | undefined> {
    return this.#claims.find(names);
  }

  async claim(name: string): Promise<Claim> {
    return this.#claims.claim(name);
  }

  async tendClaims(): Promise<void> {
    return this.#claims.tend();
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

  async #list(prefix: string, ref?: string): ReturnType<CacheAccess['list']> {
    const { github } = this.#context;
    if (github === undefined) return { reason: 'no token to list caches with' };
    const late = {
      reason: `the list of caches did not come within ${LIST_MS / 1000} s`,
      isTrouble: true,
    };
    const list = (): ReturnType<CacheAccess['list']> =>
      github.listCaches(prefix, ref).catch((error: unknown) => {
        const isForbidden = error instanceof AppError && error.code === 'permission-missing';
        const why = isForbidden ? ', which needs `actions: read`' : '';
        return {
          reason: `caches could not be listed${why}: ${describeError(error)}`,
          isTrouble: !isForbidden,
        };
      });
    return this.#listPatience.ask(list, late);
  }

  async #save(file: string, key: string, content: string): Promise<Saved> {
    return this.#patience.ask(() => this.#saveFile(file, key, content), NOT_IN_TIME);
  }

  async #saveFile(file: string, key: string, content: string): Promise<Saved> {
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

/** Clears the one path we write, whatever the agent put there, and took from us; other files stay where that is so. */
async function makeRoom(file: string): Promise<void> {
  try {
    await clear(file);
  } catch {
    // Too deep, or without rights: what cannot be taken away can still be moved, with a right to the folder around it alone.
    const { mode } = await stat('.');
    await chmod('.', mode | 0o700);
    await rename(FOLDER, `${FOLDER}-${randomUUID()}`).catch(() => undefined);
    await clear(file);
  }
}

async function clear(file: string): Promise<void> {
  const folder = await lstat(FOLDER).catch(() => undefined);
  if (folder && !folder.isDirectory()) await rm(FOLDER, { force: true });
  await mkdir(FOLDER, { recursive: true });
  await rm(file, { recursive: true, force: true });
  await access(FOLDER, constants.W_OK | constants.X_OK);
}

export const actionsCache: StoreKind = {
  id: 'actions-cache',
  summary: 'The Actions cache, for jobs on GitHub.',
  isFor: ({ isActions }) => isActions,
  create: (context) => new ActionsCacheStore(context),
};
