/**
 * Writes the files of a run: `<task>-<start>-<token>.ndjson` is the ledger, the `.json` beside it the record. The agent runs
 * as the same user and could write to both, so the record is written from memory when the agent is gone.
 */
import { closeSync, constants, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describeError } from '../core/errors.js';
import { gateSlug } from '../core/gate.js';
import type { LedgerLine } from '../core/ledger.js';
import type { RunLedger } from '../ports/run-files.js';
import { checksum, LOST, OPEN, type RunPlace, recordVariable } from './run-mark.js';

/** A file of ours, newly made: no link, pipe or file that somebody else put there. */
const NEW_FILE =
  constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_APPEND | constants.O_NOFOLLOW;

export function openLedger(
  { jobDir, task }: RunPlace,
  key: { startMs: number; token: string },
  onTrouble: (message: string) => void,
): RunLedger {
  const base = `${gateSlug(task)}-${key.startMs}-${key.token.slice(-8)}`;
  return new FileLedger(jobDir, base, recordVariable(task), onTrouble);
}

class FileLedger implements RunLedger {
  readonly variable: string;
  readonly opened: string;
  readonly lost: string;
  readonly path: string;
  readonly #base: string;
  readonly #onTrouble: (message: string) => void;
  #file: number | undefined;
  #isBroken = false;

  constructor(dir: string, base: string, variable: string, onTrouble: (message: string) => void) {
    this.#base = join(dir, base);
    this.variable = variable;
    this.path = `${this.#base}.ndjson`;
    this.opened = `${OPEN} ${this.path}`;
    this.lost = `${LOST} ${this.#base}.json`;
    this.#onTrouble = onTrouble;
    this.#attempt(() => {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
      this.#file = openSync(this.path, NEW_FILE, 0o600);
    });
  }

  /** One synchronous append, so that the line is there before the meter takes its next event. */
  append(line: LedgerLine): void {
    // After a failed write half a line may stand there: the next one must not be glued to it.
    const text = `${this.#isBroken ? '\n' : ''}${JSON.stringify(line)}\n`;
    this.#attempt(() => writeFileSync(this.#file ?? -1, text));
  }

  seal(text: string): { path: string; value: string } | undefined {
    const path = `${this.#base}.json`;
    const isWritten = this.#attempt(() => {
      // The agent may have taken the folder away.
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const file = openSync(path, NEW_FILE, 0o600);
      writeFileSync(file, text);
      closeSync(file);
    });
    return isWritten ? { path, value: `${checksum(text)} ${path}` } : undefined;
  }

  #attempt(write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      if (!this.#isBroken)
        this.#onTrouble(
          `${this.#base}: ${describeError(error)}. Totals are kept in memory, and the outputs hold them.`,
        );
      this.#isBroken = true;
      return false;
    }
  }
}
