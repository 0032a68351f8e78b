/**
 * A short text that one step leaves for a later one of the same task. On a runner it stands in a variable of the job; on a
 * laptop, where steps share no variables, in a file that this user alone can read.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gateSlug } from '../core/gate.js';
import { readBoundedText } from '../files/bounded-file.js';
import type { JobNote } from '../ports/background.js';

const BOUNDS = { maxBytes: 64 * 1024 };

export interface NotePlace {
  readonly jobDir: string;
  readonly task: string;
  /** True where steps hand variables on. */
  readonly hasVariables: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** @param kind lower-case; part of the variable's and the file's name */
export function createJobNote({ jobDir, task, hasVariables, environment }: NotePlace, kind: string): JobNote {
  const path = join(jobDir, `${gateSlug(task)}-${kind}.json`);
  const sum = createHash('sha256').update(task).digest('hex');
  const variable = `SPENDGATE_${kind.toUpperCase()}_${sum.slice(0, 16).toUpperCase()}`;
  return {
    save: (value) => {
      if (!hasVariables) write(jobDir, path, value);
      return { variable, value };
    },
    find: () => (hasVariables ? environment[variable] : readBoundedText(path, BOUNDS)?.text) || undefined,
    drop: () => {
      if (!hasVariables) orNothing(() => rmSync(path, { force: true }));
      return { variable, value: '' };
    },
  };
}

/** A laptop whose disk refuses has no note, and everything else. */
function write(dir: string, path: string, text: string): void {
  orNothing(() => {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    rmSync(`${path}.new`, { recursive: true, force: true });
    writeFileSync(`${path}.new`, text, { mode: 0o600, flag: 'wx' });
    renameSync(`${path}.new`, path);
  });
}

function orNothing(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return;
    throw error;
  }
}
