/**
 * Gates in the Actions cache. The list of caches is asked first: it crosses refs, says when and where an entry was made,
 * and its errors are errors. Without it the gate is looked up in the scopes of this run, where a pull request could have
 * put a state of its own: a closed one is believed, since forging it only stops work, an open one on the default branch alone.
 */
import { withDeadline } from '../../core/deadline.js';
import { describeError } from '../../core/errors.js';
import {
  blindGate,
  type GateEntry,
  type GateReading,
  gateChangePrefix,
  gateCopyPrefix,
  gateKeyPrefix,
  gateReading,
  isStillClosed,
  isTrustedRun,
  readFrom,
  readGateKey,
  renderGateKey,
  type StoredGateKey,
  trustedRef,
} from '../../core/gate.js';
import type { CacheListing } from '../../ports/github.js';
import type { Saved, StoreContext } from '../../ports/store.js';
import { type GateWords, readGateWords } from './gate-words.js';

/** The Actions cache, as far as gates need it. */
export interface CacheAccess {
  /** False where there is no cache service. */
  isAvailable(): Promise<boolean>;
  list(prefix: string): Promise<{ readonly keys: readonly CacheListing[] } | { readonly reason: string }>;
  /** The newest key of this run's scopes that begins so; `undefined` for none, and for a service that is down. */
  lookUp(file: string, prefix: string): Promise<string | undefined>;
  /** Content of the entry with exactly this key. */
  restore(file: string, key: string): Promise<string | undefined>;
  save(file: string, key: string, content: string): Promise<Saved>;
}

/** Hashed as written, so this is a fixed literal: a path of the runner's would change the entry's version. */
const GATE_FILE = '.spendgate/gate.json';
const STORE = 'actions-cache';
const DAY_MS = 86_400_000;
/** Entries that nobody used for seven days are evicted. */
const KEEP_AFTER_MS = 3 * DAY_MS;
/** After that there is still time to look the gate up. */
const LIST_MS = 10_000;
/** Words for people are worth a moment, and no more. */
const WORDS_MS = 5_000;
const READ_BACK_MS = 3_000;
const LAG = 'changes of the last minutes, which the list of caches may not hold yet';
/** Whose runs on the default branch get a token that writes to the cache. */
const WRITING_EVENTS: ReadonlySet<string> = new Set([
  'push',
  'schedule',
  'workflow_dispatch',
  'repository_dispatch',
]);

/** The change that decides, as it was found. */
interface Found {
  readonly key: string;
  readonly entry: StoredGateKey;
  /** When the newest copy of it was made. */
  readonly keptAt: string;
}

export class CacheGates {
  readonly #cache: CacheAccess;
  readonly #context: StoreContext;
  /** What was read last, by gate. */
  readonly #seen = new Map<string, Found>();

  constructor(cache: CacheAccess, context: StoreContext) {
    this.#cache = cache;
    this.#context = context;
  }

  async read(gate: string, blockForMs: number | undefined, wantsAll: boolean): Promise<GateReading> {
    const at = this.#context.clock.now();
    const late = { reason: `the list of caches did not come within ${LIST_MS / 1000} s` };
    const listed = await withDeadline(this.#cache.list(gateKeyPrefix(gate)), LIST_MS, () => late);
    if ('reason' in listed) return this.#fromLookUp(gate, { blockForMs, wantsAll }, listed.reason);
    const inList = newestOf(listed.keys, this.#trustedRef);
    const closing = await this.#closedByThisRun(gate, inList?.found);
    const found = isOlder(closing, inList?.found) ? inList?.found : (closing ?? inList?.found);
    const evidence = listEvidence(found, inList);
    const reading = await this.#told(gate, found, { blockForMs, wantsAll, evidence });
    return readFrom(STORE, at, { ...reading, isWhole: true }, reading.state === 'closed' ? [] : [LAG]);
  }

  async save(entry: GateEntry): Promise<Saved> {
    const key = renderGateKey(entry);
    const saved = await this.#cache.save(GATE_FILE, key, `${JSON.stringify(entry, null, 2)}\n`);
    if (!saved.saved) return saved;
    const isThere = this.#cache.lookUp(GATE_FILE, key).then(
      (found) => found === key,
      () => false,
    );
    if (await withDeadline(isThere, READ_BACK_MS, () => false)) return saved;
    const unconfirmed = 'The Actions cache took it and does not show it yet, which may take some minutes.';
    return { ...saved, unconfirmed };
  }

  /** Never opens anything and never changes an end: the copy says what was said, and is ordered by when it was said. */
  async tend(gate: string): Promise<readonly string[]> {
    const found = this.#seen.get(gate);
    const now = this.#context.clock.now();
    if (found === undefined || !this.#mayKeep()) return [];
    const isOver = found.entry.closed && !isStillClosed(found.entry, now, undefined);
    const ageMs = now.getTime() - Date.parse(found.keptAt);
    if (isOver || ageMs < KEEP_AFTER_MS) return [];
    const words = await this.#words(gate, found);
    const copy = { ...found.entry, ...words, gate, keptAt: undefined };
    const key = renderGateKey(copy, now);
    const saved = await this.#cache.save(GATE_FILE, key, `${JSON.stringify(copy, null, 2)}\n`);
    const age = `The entry of the gate in the Actions cache was ${Math.floor(ageMs / DAY_MS)} days old`;
    return saved.saved ? [`${age}, and was kept again.`] : [`${age}, and not kept again: ${saved.reason}.`];
  }

  get #trustedRef(): string {
    return trustedRef(this.#context.defaultBranch);
  }

  #mayKeep(): boolean {
    const { event, cacheMode = 'write' } = this.#context;
    return isTrustedRun(this.#context) && WRITING_EVENTS.has(event) && cacheMode.startsWith('write');
  }

  /** An earlier attempt of this very run may have closed the gate a moment ago: a look-up may know before the list does. */
  async #closedByThisRun(gate: string, known: Found | undefined): Promise<Found | undefined> {
    if (this.#context.runAttempt <= 1 || known?.entry.closed === true) return undefined;
    try {
      const key = await this.#cache.lookUp(GATE_FILE, gateChangePrefix(gate));
      const found = key === undefined ? undefined : foundIn(key);
      return found?.entry.closed ? found : undefined;
    } catch {
      // The list has answered; this was a second look.
      return undefined;
    }
  }

  async #fromLookUp(
    gate: string,
    options: { blockForMs: number | undefined; wantsAll: boolean },
    whyNotListed: string,
  ): Promise<GateReading> {
    const at = this.#context.clock.now();
    const unseen = [`entries of other branches (${whyNotListed})`];
    const blind = (why: string) => readFrom(STORE, at, blindGate(why), ['everything']);
    const { cacheMode } = this.#context;
    if (!(await this.#cache.isAvailable())) return blind('There is no cache service here.');
    if (cacheMode === 'none' || cacheMode === 'write-only')
      return blind(
        `This job may not read the Actions cache (\`cache-mode: ${cacheMode}\`; ${whyNotListed}).`,
      );
    try {
      const found = await this.#lookUp(gate);
      const isBelieved = found === undefined || found.entry.closed || isTrustedRun(this.#context);
      if (!isBelieved)
        return readFrom(STORE, at, blindGate(unbelieved(found, whyNotListed)), [
          'whether the default branch says the same',
          ...unseen,
        ]);
      const evidence =
        found === undefined
          ? `The Actions cache gave no state of this gate: it was never closed, its entry was evicted, or the service is down (${whyNotListed}).`
          : `Looked up in the Actions cache; entries of other branches cannot be seen (${whyNotListed}).`;
      return readFrom(STORE, at, await this.#told(gate, found, { ...options, evidence }), unseen);
    } catch (error) {
      return blind(`The Actions cache could not be read: ${describeError(error)}.`);
    }
  }

  /** Changes and copies stand under prefixes of their own, and a look-up gives the entry that was made last of each. */
  async #lookUp(gate: string): Promise<Found | undefined> {
    const keys = await Promise.all(
      [gateChangePrefix(gate), gateCopyPrefix(gate)].map((prefix) => this.#cache.lookUp(GATE_FILE, prefix)),
    );
    const found = keys.map((key) => (key === undefined ? undefined : foundIn(key)));
    const [change, copy] = found;
    // A copy of the newest change tells when it was kept last; one of an older change is of no interest.
    return isOlder(copy, change) ? change : (copy ?? change);
  }

  async #told(
    gate: string,
    found: Found | undefined,
    {
      blockForMs,
      wantsAll,
      evidence,
    }: { blockForMs: number | undefined; wantsAll: boolean; evidence: string },
  ): Promise<GateReading> {
    const now = this.#context.clock.now();
    const reading = gateReading(found?.entry, now, blockForMs, evidence);
    if (found === undefined) return reading;
    this.#seen.set(gate, found);
    if (reading.state !== 'closed' && !wantsAll) return reading;
    const words = await this.#words(gate, found);
    return { ...reading, entry: { ...found.entry, ...words } };
  }

  /** Who changed the state and why stands in the entry alone, not in its key. */
  async #words(gate: string, { key }: Found): Promise<Partial<GateWords>> {
    const entry = readGateKey(key);
    if (entry === undefined) return {};
    const restored = this.#cache.restore(GATE_FILE, key).catch(() => undefined);
    const text = await withDeadline(restored, WORDS_MS, () => undefined);
    return (text === undefined ? undefined : readGateWords(text, { ...entry, gate })) ?? {};
  }
}

function listEvidence(
  found: Found | undefined,
  inList: { readonly found: Found; readonly ref: string } | undefined,
): string {
  if (found === undefined)
    return 'The list of caches holds no state of this gate: it was never closed, or its entry was evicted.';
  if (found !== inList?.found)
    return 'Looked up in the Actions cache, of which the list of caches does not show it yet.';
  return `Read from the list of caches (${inList.ref}).`;
}

function unbelieved({ entry }: Found, whyNotListed: string): string {
  return `A look-up found the gate open since ${entry.createdAt}, and cannot tell whether that was said on the default branch (${whyNotListed}).`;
}

function isOlder(one: Found | undefined, other: Found | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  return Date.parse(one.entry.createdAt) < Date.parse(other.entry.createdAt);
}

function foundIn(key: string): Found | undefined {
  const entry = readGateKey(key);
  return entry && { key, entry, keptAt: entry.keptAt ?? entry.createdAt };
}

/**
 * The change that decides: closed counts from any ref, open from the trusted one. Changes are ordered by when GitHub took
 * them, copies by when the change was made that they repeat, so a copy that was made late never hides a newer change.
 * Copies count from the trusted ref alone: what they say of their time is their maker's word.
 */
function newestOf(
  listed: readonly CacheListing[],
  trusted: string,
): { readonly found: Found; readonly ref: string } | undefined {
  const candidates = listed.flatMap(({ key, ref, createdAt }) => {
    const entry = readGateKey(key);
    if (entry === undefined || ((!entry.closed || entry.keptAt !== undefined) && ref !== trusted)) return [];
    // A change cannot be younger than its entry, whatever the clock of its runner said.
    const taken = Date.parse(createdAt);
    const at = entry.keptAt === undefined ? taken : Date.parse(entry.createdAt);
    const made = new Date(Math.min(taken, Date.parse(entry.createdAt))).toISOString();
    return [{ key, ref, at, taken, entry: { ...entry, createdAt: made } }];
  });
  const [first] = candidates.toSorted((a, b) => b.at - a.at || b.key.localeCompare(a.key));
  if (first === undefined) return undefined;
  const copies = candidates.filter(({ entry }) => isSameChange(entry, first.entry));
  // The newest copy is of the trusted ref, so it can be restored where an entry of another branch cannot.
  const { key, taken } = copies.toSorted((a, b) => b.taken - a.taken)[0] ?? first;
  return { found: { key, entry: first.entry, keptAt: new Date(taken).toISOString() }, ref: first.ref };
}

function isSameChange(one: StoredGateKey, other: StoredGateKey): boolean {
  return (
    one.closed === other.closed &&
    one.createdAt === other.createdAt &&
    one.runId === other.runId &&
    one.runAttempt === other.runAttempt
  );
}
