/** Append-only files in a folder of the user's: gates and spend history of a laptop, or of a CI that keeps a folder. */
import { constants } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { countOf } from '../core/count-of.js';
import { describeError } from '../core/errors.js';
import {
  blindGate,
  decideChanges,
  type GateEntry,
  type GateReading,
  gateReading,
  readFrom,
} from '../core/gate.js';
import { mergeSpend, readSpendEntry, type SpendEntry } from '../core/ledger.js';
import { readSighting, type Sighting } from '../core/sighting.js';
import { readBoundedText } from '../files/bounded-file.js';
import type { Claim, Saved, SpendHistory, Store, StoreContext, StoreKind } from '../ports/store.js';
import { parseNdjson, readNdjson } from '../wire/ndjson.js';
import { shortActor, shortReason } from './shared/gate-words.js';

const gateEntry = z.object({
  gate: z.string(),
  closed: z.boolean(),
  isFirst: z.boolean().optional(),
  createdAt: z.string(),
  runId: z.string(),
  runAttempt: z.number(),
  // Always a key, if without a value: closings are compared by it.
  until: z
    .string()
    .optional()
    .transform((until) => until),
  actor: shortActor,
  reason: shortReason,
});

/** Some hundred thousand lines. */
const MAX_BYTES = 64 * 1024 * 1024;
/** A pipe in its place would have the step wait for a reader. */
const APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NONBLOCK;

class FileStore implements Store {
  readonly id = 'file';
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  async readGate(gate: string, blockForMs: number | undefined): Promise<GateReading> {
    const now = this.#context.clock.now();
    const path = this.#path('gates.ndjson');
    const text = await this.#readText('gates.ndjson');
    if (typeof text !== 'string')
      return readFrom(this.id, now, blindGate(`${path} could not be read: ${text.reason}.`), ['everything']);
    const { values, lostLines } = readNdjson(text, (value) => gateEntry.safeParse(value).data);
    const changes = values.filter((entry) => entry.gate === gate).map((entry, rank) => ({ entry, rank }));
    // What cannot be read may have been a closing.
    if (changes.length === 0 && lostLines > 0)
      return readFrom(this.id, now, blindGate(`${countOf(lostLines, 'line')} of ${path} cannot be read.`), [
        'everything',
      ]);
    const decided = decideChanges(changes, now, blockForMs);
    const entry = decided && { ...decided.deciding.entry, until: decided.lasting.entry.until };
    const evidence = entry
      ? `Read from ${this.#path('gates.ndjson')}.`
      : `${this.#path('gates.ndjson')} holds no state of this gate.`;
    return readFrom(this.id, now, { ...gateReading(entry, now, blockForMs, evidence), sawAll: true });
  }

  async saveGate(entry: GateEntry): Promise<Saved> {
    return this.#append('gates.ndjson', [entry]);
  }

  /** A file forgets nothing. */
  async tendGate(): Promise<readonly string[]> {
    return [];
  }

  async readSpend(): Promise<SpendHistory> {
    const text = await this.#readText('spend.ndjson');
    if (typeof text !== 'string')
      return { entries: [], readable: false, complete: false, evidence: text.reason };
    const { values, lostLines } = readNdjson(text, readSpendEntry);
    const path = this.#path('spend.ndjson');
    return {
      entries: mergeSpend(values),
      readable: true,
      complete: lostLines === 0,
      evidence: lostLines === 0 ? path : `${countOf(lostLines, 'line')} of ${path} cannot be read`,
      unseenUntilMs: lostLines > 0 ? Number.POSITIVE_INFINITY : undefined,
    };
  }

  async mergeSpend(entries: readonly SpendEntry[]): Promise<Saved> {
    const { entries: kept } = await this.readSpend();
    const known = new Set(kept.map(({ id }) => id));
    return this.#append(
      'spend.ndjson',
      entries.filter(({ id }) => !known.has(id)),
    );
  }

  async readSighting(key: string): Promise<Sighting | undefined> {
    const lines = await this.#read('sightings.ndjson');
    if ('reason' in lines) return undefined;
    return lines.values.map(readSighting).findLast((sighting) => sighting?.key === key);
  }

  async saveSighting(sighting: Sighting): Promise<Saved> {
    return this.#append('sightings.ndjson', [sighting]);
  }

  async findClaims(names: readonly string[]): Promise<ReadonlySet<string> | undefined> {
    const lines = await this.#read('claims.ndjson');
    if ('reason' in lines) return undefined;
    const claimed = new Set(lines.values);
    return new Set(names.filter((name) => claimed.has(name)));
  }

  async claim(name: string): Promise<Claim> {
    const claimed = await this.findClaims([name]);
    if (claimed === undefined) return 'unknown';
    if (claimed.has(name)) return 'known';
    const { saved } = await this.#append('claims.ndjson', [name]);
    return saved ? 'new' : 'refused';
  }

  async tendClaims(): Promise<void> {
    // A file forgets nothing.
  }

  async #read(name: string): Promise<{ values: unknown[] } | { reason: string }> {
    const text = await this.#readText(name);
    return typeof text === 'string' ? { values: parseNdjson(text) } : text;
  }

  /** A file that does not exist yet is an empty one. */
  async #readText(name: string): Promise<string | { reason: string }> {
    const read = readBoundedText(this.#path(name), { maxBytes: MAX_BYTES, followsLinks: true });
    return read?.why === undefined ? (read?.text ?? '') : { reason: `${this.#path(name)} ${read.why}` };
  }

  async #append(name: string, values: readonly unknown[]): Promise<Saved> {
    try {
      await mkdir(this.#context.stateDir, { recursive: true, mode: 0o700 });
      const text = values.map((value) => `${JSON.stringify(value)}\n`).join('');
      // A write that was cut leaves half a line: the next one must not be glued to it.
      await appendFile(this.#path(name), `\n${text}`, { mode: 0o600, flag: APPEND });
      return { saved: true };
    } catch (error) {
      return { saved: false, reason: describeError(error) };
    }
  }

  #path(name: string): string {
    return join(this.#context.stateDir, name);
  }
}

export const file: StoreKind = {
  id: 'file',
  summary: 'Append-only files in the state folder of the user, for laptops.',
  isFor: ({ isActions }) => !isActions,
  create: (context) => new FileStore(context),
};
