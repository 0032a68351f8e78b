/** A folder for what the agent of one run is given, such as its configuration. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunContext } from '../config/run-context.js';

/** Outside the system's temporary folder, where some agents refuse to work. */
export function makePrivateDir({ isActions, jobDir, stateDir }: RunContext): string {
  const base = isActions ? jobDir : stateDir;
  mkdirSync(base, { recursive: true, mode: 0o700 });
  return mkdtempSync(join(base, 'agent-'));
}

/** An agent may leave something there that cannot be removed: that changes nothing of how its run ended. */
export function removePrivateDir(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // The runner empties its temporary folder.
  }
}
