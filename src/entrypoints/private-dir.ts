/** A folder for what the agent of one run is given, such as its configuration. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { RunContext } from '../config/run-context.js';
import { AppError, describeError } from '../core/errors.js';

/** Outside the system's temporary folder, where some agents refuse to work. @throws {AppError} `store-failed` */
export function makePrivateDir({ isActions, jobDir, stateDir }: RunContext): string {
  const base = isActions ? jobDir : stateDir;
  try {
    mkdirSync(base, { recursive: true, mode: 0o700 });
    return mkdtempSync(join(base, 'agent-'));
  } catch (error) {
    const hint = isActions
      ? 'Look at the disk of the runner.'
      : 'Set `XDG_STATE_HOME` to a folder that can be written to.';
    throw new AppError('store-failed', `The folder ${base} cannot be used: ${describeError(error)}`, {
      hint,
    });
  }
}

/** An agent may leave something there that cannot be removed: that changes nothing of how its run ended. */
export function removePrivateDir(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // The runner empties its temporary folder.
  }
}
