/** What `pre` leaves for the `post` of its job when it held a run back. Where there is a record, nobody asks for it. */
import { createHash } from 'node:crypto';
import type { Environment, RunContext } from './run-context.js';

export interface DenialConfig {
  /** Variable of the job. */
  readonly variable: string;
  /** What stands in it after a denial: this attempt, since variables can come from elsewhere. */
  readonly value: string;
  readonly wasDenied: boolean;
}

const SUM_LENGTH = 16;

export function readDenial(
  task: string,
  { runId, runAttempt }: RunContext,
  environment: Environment,
): DenialConfig {
  const sum = createHash('sha256').update(task).digest('hex').slice(0, SUM_LENGTH);
  const variable = `SPENDGATE_DENIED_${sum.toUpperCase()}`;
  const value = `${runId}-${runAttempt}`;
  return { variable, value, wasDenied: environment[variable] === value };
}
