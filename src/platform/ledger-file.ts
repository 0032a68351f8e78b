/**
 * The ledger of one run on disk. Each line is written with one synchronous append, so that it is there before the client
 * hears of its call. When the disk refuses, lines stay in memory and totals stay right; the trouble is told once.
 */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describeError } from '../core/errors.js';
import type { CallEntry, LedgerLine } from '../core/ledger.js';

export class LedgerFile {
  readonly path: string;
  readonly #onTrouble: (message: string) => void;
  readonly #calls: CallEntry[] = [];
  #isBroken = false;

  constructor(path: string, onTrouble: (message: string) => void) {
    this.path = path;
    this.#onTrouble = onTrouble;
  }

  /** The calls of this run, whether or not the disk took them. */
  get calls(): readonly CallEntry[] {
    return this.#calls;
  }

  append(line: LedgerLine): void {
    if (line.type === 'call') this.#calls.push(line);
    try {
      mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
      appendFileSync(this.path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
    } catch (error) {
      this.#fail(`The ledger ${this.path} could not be written (${describeError(error)}). Totals are kept in memory.`);
    }
  }

  /** Writes a whole file beside the ledger; false when the disk refuses. */
  writeRecord(path: string, text: string): boolean {
    try {
      writeFileSync(path, text, { mode: 0o600 });
      return true;
    } catch (error) {
      this.#fail(`The record ${path} could not be written (${describeError(error)}). The outputs hold it.`);
      return false;
    }
  }

  #fail(message: string): void {
    if (!this.#isBroken) this.#onTrouble(message);
    this.#isBroken = true;
  }
}
