/**
 * Carries what `pre` saw of the gateway's count to `post`. On a runner it stands in a variable of the job, which the agent
 * in between is not given and cannot change; on a laptop, where steps share no variables, in a file.
 */
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gateSlug } from '../core/gate.js';
import { readMark } from '../core/sighting.js';
import type { MarkFile } from '../ports/run-files.js';

const MAX_BYTES = 64 * 1024;

export interface MarkPlace {
  readonly jobDir: string;
  readonly task: string;
  /** True where steps hand variables on. */
  readonly hasVariables: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export function createMarkFile({ jobDir, task, hasVariables, environment }: MarkPlace): MarkFile {
  const path = join(jobDir, `${gateSlug(task)}-budget.json`);
  const sum = createHash('sha256').update(task).digest('hex');
  const variable = `SPENDGATE_BUDGET_${sum.slice(0, 16).toUpperCase()}`;
  return {
    save: (mark) => {
      const value = JSON.stringify(mark);
      if (!hasVariables) write(jobDir, path, value);
      return { variable, value };
    },
    find: () => {
      const text = hasVariables ? environment[variable] : readSmallFile(path);
      return text === undefined ? undefined : readMark(parse(text));
    },
  };
}

/** What stands there may be anything by now: a folder, a pipe, a file that fills the disk. */
function readSmallFile(path: string): string | undefined {
  return orNothing(() => {
    const stat = lstatSync(path);
    return stat.isFile() && stat.size <= MAX_BYTES ? readFileSync(path, 'utf8') : undefined;
  });
}

/** A laptop whose disk refuses has no comparison, and everything else. */
function write(dir: string, path: string, text: string): void {
  orNothing(() => {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    rmSync(`${path}.new`, { recursive: true, force: true });
    writeFileSync(`${path}.new`, text, { mode: 0o600, flag: 'wx' });
    renameSync(`${path}.new`, path);
  });
}

/** `undefined` when the file system refuses. */
function orNothing<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
