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
import {
  blindGate,
  type GateEntry,
  type GateReading,
  gateKeyPrefix,
  gateReading,
  gateSlug,
  readGateKey,
  renderGateKey,
  trustedRef,
} from '../core/gate.js';
import { mergeSpend, readSpendEntry, type SpendEntry } from '../core/ledger.js';
import { readSighting, type Sighting } from '../core/sighting.js';
import type { CacheListing } from '../ports/github.js';
import type { Claim, Saved, SpendHistory, Store, StoreContext, StoreKind } from '../ports/store.js';
import { parseNdjson } from '../wire/ndjson.js';

/** Hashed as written, so these are fixed literals: a path of the runner's would change the entry's version. */
const FOLDER = '.spendgate';
const GATE_FILE = '.spendgate/gate.json';
const SPEND_FILE = '.spendgate/spend.ndjson';
const SPEND_PREFIX = 'spendgate.ledger.v1.';
const SIGHTING_FILE = '.spendgate/sighting.json';
const SIGHTING_PREFIX = 'spendgate.seen.v1.';
const CLAIM_FILE = '.spendgate/claim.json';
const CLAIM_PREFIX = 'spendgate.claim.v1.';
const DEADLINE_MS = 20_000;
const MAX_PARALLEL_HISTORIES = 10;
const RENEW_MS = 3 * 24 * 60 * 60_000;

class ActionsCacheStore implements Store {
  readonly id = 'actions-cache';
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async readGate(gate: string, blockForMs: number | undefined): Promise<GateReading> {
    return this.#bounded(
      this.#findGate(gate, blockForMs),
      blindGate('The Actions cache did not answer in time.'),
    );
  }

  async #findGate(gate: string, blockForMs: number | undefined): Promise<GateReading> {
    const listed = await this.#list(gateKeyPrefix(gate));
    if ('keys' in listed) return this.#fromListing(listed.keys, blockForMs);
    return this.#lookUpGate(gate, blockForMs, listed.reason);
  }

  async saveGate(entry: GateEntry): Promise<Saved> {
    return this.#save(renderGateKey(entry), GATE_FILE, `${JSON.stringify(entry, null, 2)}\n`);
  }

  async readSpend(): Promise<SpendHistory> {
    const restored = this.#restoreSpend().catch(
      (error: unknown): SpendHistory => ({
        entries: [],
        readable: false,
        complete: false,
        evidence: describeError(error),
      }),
    );
    return this.#bounded(restored, {
      entries: [],
      readable: false,
      complete: false,
      evidence: 'the Actions cache did not answer in time',
    });
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
    if ('keys' in listed && listed.keys.some((entry) => isClaimOf(key, entry.key))) {
      await this.#renewClaim(key, listed.keys);
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
    if ('keys' in listed) return listed.keys.some((entry) => isClaimOf(key, entry.key));
    return (await this.#bounded(this.#isClaimed(key), 'unknown')) === 'known';
  }

  /** A save that was refused looks the same whether the entry is there or the service is down. */
  async #isClaimed(key: string): Promise<Claim> {
    const cache = await this.#client();
    if (cache === undefined) return 'unknown';
    try {
      const found = await cache.restoreCache([CLAIM_FILE], key, undefined, { lookupOnly: true }, true);
      return found !== undefined && isClaimOf(key, found) ? 'known' : 'unknown';
    } catch {
      return 'unknown';
    }
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

  /** A closed state counts from any ref, since forging one only stops work; an open one from the default branch alone. */
  #fromListing(listed: readonly CacheListing[], blockForMs: number | undefined): GateReading {
    const { clock, defaultBranch } = this.#context;
    const trusted = trustedRef(defaultBranch);
    const deciding = listed
      .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt) || b.key.localeCompare(a.key))
      .map(({ key, ref }) => ({ entry: readGateKey(key), ref }))
      .find(({ entry, ref }) => entry !== undefined && (entry.closed || ref === trusted));
    const evidence = deciding
      ? `Read from the list of caches (${deciding.ref}).`
      : 'The list of caches holds no state of this gate: it was never closed, or its entry was evicted.';
    return gateReading(deciding?.entry, clock.now(), blockForMs, evidence);
  }

  async #lookUpGate(
    gate: string,
    blockForMs: number | undefined,
    whyNotListed: string,
  ): Promise<GateReading> {
    const cache = await this.#client();
    if (cache === undefined) return blindGate('There is no cache service here.');
    const prefix = gateKeyPrefix(gate);
    try {
      const found = await cache.restoreCache([GATE_FILE], prefix, undefined, { lookupOnly: true }, true);
      const evidence = `Looked up in the Actions cache; entries of other branches cannot be seen (${whyNotListed}).`;
      const none = `The Actions cache gave no state of this gate: it was never closed, its entry was evicted, or the service is down (${whyNotListed}).`;
      return gateReading(
        found === undefined ? undefined : readGateKey(found),
        this.#context.clock.now(),
        blockForMs,
        found === undefined ? none : evidence,
      );
    } catch (error) {
      return blindGate(`The Actions cache could not be read: ${describeError(error)}.`);
    }
  }

  /** Newest history that can be seen, united with those of runs that saved beside it. */
  async #restoreSpend(): Promise<SpendHistory> {
    const cache = await this.#client();
    if (cache === undefined)
      return { entries: [], readable: false, complete: false, evidence: 'there is no cache service here' };
    const listed = await this.#list(SPEND_PREFIX);
    const keys =
      'keys' in listed ? listed.keys.map(({ key }) => key).slice(0, MAX_PARALLEL_HISTORIES) : [SPEND_PREFIX];
    const histories: SpendEntry[][] = [];
    for (const key of keys) {
      await makeRoom(SPEND_FILE);
      const found = await cache.restoreCache([SPEND_FILE], key, undefined, undefined, true);
      if (found !== undefined) histories.push(await readSpendFile());
    }
    await rm(SPEND_FILE, { force: true });
    const evidence =
      'keys' in listed
        ? 'runs on other branches cannot be read'
        : `runs that saved at the same time may be missing: ${listed.reason}`;
    return { entries: mergeSpend(...histories), readable: true, complete: false, evidence };
  }

  async #list(prefix: string): Promise<{ keys: CacheListing[] } | { reason: string }> {
    if (this.#context.github === undefined) return { reason: 'no token to list caches with' };
    try {
      return { keys: await this.#context.github.listCaches(prefix) };
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
      return id > 0
        ? { saved: true }
        : {
            saved: false,
            reason:
              'the Actions cache refused it (read-only token, rate limit or service down; see the log above)',
          };
    } catch (error) {
      return { saved: false, reason: describeError(error) };
    }
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
