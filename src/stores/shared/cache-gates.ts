/**
 * Gates in the Actions cache. The list of caches is asked first: it crosses refs, says when and where an entry was made,
 * and its errors are errors. Without it the gate is looked up in the scopes of this run, where a pull request could have
 * put a state of its own: a closed one is believed, since forging it only stops work, an open one on the default branch alone.
 */
import { withDeadline } from '../../core/deadline.js';
import { describeError } from '../../core/errors.js';
import {
  blindGate,
  decideChanges,
  type GateEntry,
  type GateReading,
  gateChangePrefix,
  gateCopyPrefix,
  gateFirstPrefix,
  gateKeyPrefix,
  gateReading,
  isDecidedOpen,
  isStillClosed,
  isTrustedRun,
  laterEnd,
  outlastedBy,
  readFrom,
  readGateKey,
  renderGateKey,
  trustedRef,
} from '../../core/gate.js';
import type { Saved, StoreContext } from '../../ports/store.js';
import type { CacheAccess, Unlisted } from './cache-access.js';
import { changeOf, changesIn, type Found, newestCopy } from './cache-changes.js';
import { type GateWords, readGateWords } from './gate-words.js';

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
const CUT =
  'The list of caches is longer than is read, and no closing stands in what was read: an older one may be hidden.';
const BEYOND = 'entries beyond those that were read of the list of caches';
const LAG = 'changes of the last minutes, which the list of caches may not hold yet';
/** Whose runs on the default branch get a token that writes to the cache. */
const WRITING_EVENTS: ReadonlySet<string> = new Set([
  'push',
  'schedule',
  'workflow_dispatch',
  'repository_dispatch',
]);

/** What was found, and whether nothing that could close the gate was left unseen. */
interface Seen {
  readonly changes: readonly Found[];
  /** Of all that was listed, also what does not count. */
  readonly keys: ReadonlySet<string>;
  readonly isComplete: boolean;
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
    const listed = await this.#listed(gate, blockForMs);
    if ('reason' in listed) return this.#fromLookUp(gate, { blockForMs, wantsAll }, listed);
    const inList = listed.changes;
    const late = await this.#closedByThisRun(gate, decideChanges(inList, at, blockForMs)?.deciding);
    const isNews =
      late !== undefined && isStillClosed(late.entry, at, blockForMs) && !listed.keys.has(late.key);
    const changes = isNews ? [...inList, late] : inList;
    const reading = await this.#told(gate, changes, { blockForMs, wantsAll, evidence: listEvidence });
    if (reading.state === 'closed') return readFrom(STORE, at, reading);
    if (!listed.isComplete) return readFrom(STORE, at, blindGate(CUT), [BEYOND]);
    return readFrom(STORE, at, { ...reading, sawAll: true }, [LAG]);
  }

  async save(entry: GateEntry): Promise<Saved> {
    const kept = await this.#lengthened(entry);
    const key = renderGateKey(kept);
    const answer = await this.#cache.save(GATE_FILE, key, `${JSON.stringify(kept, null, 2)}\n`);
    if (!answer.saved) return answer;
    const saved = { ...answer, ...outlastedBy(entry.until, kept.until) };
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

  /** Entries of other refs can fill the list, so those of the trusted ref are read by themselves where it is cut. */
  async #listed(gate: string, blockForMs: number | undefined): Promise<Seen | Unlisted> {
    const late = { reason: `the list of caches did not come within ${LIST_MS / 1000} s`, isTrouble: true };
    return withDeadline(this.#list(gate, blockForMs), LIST_MS, () => late);
  }

  async #list(gate: string, blockForMs: number | undefined): Promise<Seen | Unlisted> {
    const reader = { trusted: this.#trustedRef, now: this.#context.clock.now(), blockForMs };
    const all = await this.#cache.list(gateKeyPrefix(gate));
    if ('reason' in all) return all;
    const keys = new Set(all.caches.map(({ key }) => key));
    if (all.isWhole) return { changes: changesIn(all.caches, reader), keys, isComplete: true };
    const own = await this.#cache.list(gateKeyPrefix(gate), reader.trusted);
    if ('reason' in own) return own;
    const others = all.caches.filter(({ ref }) => ref !== reader.trusted);
    const changes = changesIn([...own.caches, ...others], reader);
    // What was cut off is older than all that was read: it is of no interest where an opening is younger.
    const readSince = Math.min(...all.caches.map(({ createdAt }) => Date.parse(createdAt)));
    const isComplete = changes.some(({ entry, rank }) => isDecidedOpen(entry) && rank > readSince);
    return { changes, keys, isComplete };
  }

  /** A closing never shortens another one: a look-up finds the newest alone. */
  async #lengthened(entry: GateEntry): Promise<GateEntry> {
    if (!entry.closed || entry.until === undefined) return entry;
    const now = this.#context.clock.now();
    const listed = await this.#listed(entry.gate, undefined);
    const looked = () => withDeadline(this.#lookUp(entry.gate), LIST_MS, () => []).catch(() => []);
    const changes = 'reason' in listed ? await looked() : listed.changes;
    const lasting = decideChanges(changes, now, undefined)?.lasting.entry;
    if (lasting === undefined || !isStillClosed(lasting, now, undefined)) return entry;
    return { ...entry, until: laterEnd(entry.until, lasting.until) };
  }

  /** An earlier attempt of this very run may have closed the gate a moment ago: a look-up may know before the list does. */
  async #closedByThisRun(gate: string, known: Found | undefined): Promise<Found | undefined> {
    if (this.#context.runAttempt <= 1 || known?.entry.closed === true) return undefined;
    try {
      const found = changeOf(await this.#cache.lookUp(GATE_FILE, gateChangePrefix(gate)));
      return found?.entry.closed ? found : undefined;
    } catch {
      // The list has answered; this was a second look.
      return undefined;
    }
  }

  async #fromLookUp(
    gate: string,
    options: { blockForMs: number | undefined; wantsAll: boolean },
    { reason: whyNotListed, isTrouble = false }: Unlisted,
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
      const changes = await this.#lookUp(gate);
      const evidence = () =>
        changes.length === 0
          ? `The Actions cache gave no state of this gate: it was never closed, its entry was evicted, or the service is down (${whyNotListed}).`
          : `Looked up in the Actions cache; entries of other branches cannot be seen (${whyNotListed}).`;
      // Where the list should have come, an entry of another branch may well stand in it.
      if (changes.length === 0 && isTrouble) return blind(evidence());
      const reading = await this.#told(gate, changes, { ...options, evidence });
      const { state, entry } = reading;
      if (state !== 'open' || isTrustedRun(this.#context)) return readFrom(STORE, at, reading, unseen);
      return readFrom(STORE, at, blindGate(unbelieved(entry, whyNotListed)), [
        'whether the default branch says the same',
        ...unseen,
      ]);
    } catch (error) {
      return blind(`The Actions cache could not be read: ${describeError(error)}.`);
    }
  }

  /** Changes, copies and first states stand under prefixes of their own, and a look-up gives the newest entry of each. */
  async #lookUp(gate: string): Promise<Found[]> {
    const prefixes = [gateChangePrefix(gate), gateCopyPrefix(gate), gateFirstPrefix(gate)];
    const keys = await Promise.all(prefixes.map((prefix) => this.#cache.lookUp(GATE_FILE, prefix)));
    return keys.map(changeOf).filter((found) => found !== undefined);
  }

  async #told(
    gate: string,
    changes: readonly Found[],
    {
      blockForMs,
      wantsAll,
      evidence,
    }: {
      blockForMs: number | undefined;
      wantsAll: boolean;
      evidence: (deciding: Found | undefined) => string;
    },
  ): Promise<GateReading> {
    const now = this.#context.clock.now();
    const decided = decideChanges(changes, now, blockForMs);
    if (decided === undefined) return gateReading(undefined, now, blockForMs, evidence(undefined));
    const { deciding, lasting } = decided;
    const entry = { ...deciding.entry, until: lasting.entry.until };
    const reading = gateReading(entry, now, blockForMs, evidence(deciding));
    this.#seen.set(gate, newestCopy(lasting, changes));
    if (reading.state !== 'closed' && !wantsAll) return reading;
    const words = await this.#words(gate, newestCopy(deciding, changes));
    return { ...reading, entry: { ...entry, ...words } };
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

function listEvidence(deciding: Found | undefined): string {
  if (deciding === undefined)
    return 'The list of caches holds no state of this gate: it was never closed, or its entry was evicted.';
  if (deciding.ref === undefined)
    return 'Looked up in the Actions cache, of which the list of caches does not show it yet.';
  return `Read from the list of caches (${deciding.ref}).`;
}

function unbelieved(entry: GateReading['entry'], whyNotListed: string): string {
  const found = entry?.closed
    ? `a closing since ${entry.createdAt} whose time is over, and cannot tell whether another one goes on`
    : `the gate open since ${entry?.createdAt}, and cannot tell whether that was said on the default branch`;
  return `A look-up found ${found} (${whyNotListed}).`;
}
