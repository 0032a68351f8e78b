/**
 * Programs that left the agent's process group (daemons, `setsid`) and would outlive the run. They are found by a mark in
 * their environment, which every child inherits. A program that clears its environment is not found, and where there is no
 * `/proc` nobody is looked for.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export interface Mark {
  /** To be set for the agent. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends everything that carries the mark, at once. */
  endAll(): void;
}

const VARIABLE = 'SPENDGATE_RUN';

export function createMark(): Mark {
  const id = randomUUID();
  return {
    environment: { [VARIABLE]: id },
    endAll: () => {
      for (const pid of processIds()) if (carries(pid, `${VARIABLE}=${id}`)) kill(pid);
    },
  };
}

function processIds(): number[] {
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function carries(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark);
  } catch {
    // It has ended meanwhile, or belongs to somebody else.
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
