/**
 * The program that runs the job: when it has ended, so has the job. It is looked for among our ancestors by its name, since a
 * step may run behind a shell that ends with the step. Where there is no `/proc`, or in a container, nobody is found.
 */
import { readFileSync } from 'node:fs';

const NAME = 'Runner.Worker';
const MAX_ANCESTORS = 16;

/** @param pid where to begin; `undefined` when no ancestor is the one. */
export function findWorker(pid: number): number | undefined {
  let candidate = pid;
  for (let step = 0; step < MAX_ANCESTORS && candidate > 1; step += 1) {
    if (readProc(candidate, 'cmdline').includes(NAME)) return candidate;
    candidate = parentOf(candidate);
  }
  return undefined;
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It belongs to somebody else, and is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** The fourth field; the second, a name in brackets, may hold anything. 0 when nobody can say. */
function parentOf(pid: number): number {
  const [, parent] = readProc(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
  return Number(parent ?? 0);
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return '';
    throw error;
  }
}
