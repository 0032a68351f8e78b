/** Proofs of the files that a later step judges by, left where the agent's own writing to them shows. */
import type { Config } from '../config/config.js';
import type { Runner } from '../ports/platform.js';

/** The first step of a job that may have an agent after it. What the event file said then is what `post` believes. */
export function announceEvent({ mode, context }: Config, runner: Runner): void {
  if (!context.isActions || (mode !== 'pre' && mode !== 'wrap')) return;
  const { variable, checksum } = context.eventFile.mark;
  runner.exportVariable(variable, checksum);
}

/**
 * Said again when the agent is gone: one that found the file which carries variables to later steps could have added its
 * own to it, and the last one counts.
 */
export function announceMarks(config: Config, runner: Runner): void {
  const { variable, checksum } = config.policy;
  runner.exportVariable(variable, checksum);
  runner.exportVariable(config.gate.mark.variable, config.gate.mark.value);
  announceEvent(config, runner);
}
