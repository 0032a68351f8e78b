/** The check of this job: its kind and name as they were told, and what tells it from every other check of that name. */
import { createHash } from 'node:crypto';
import { gateSlug } from '../core/gate.js';
import type { Environment, RunContext } from './run-context.js';
import type { Settings } from './settings.js';

export interface CheckConfig {
  readonly kind: 'none' | 'run' | 'status';
  readonly name: string;
  /** `<run id>-<attempt>-<task>-<sum of the job>`: two jobs of a matrix share all but the last. */
  readonly externalId: string;
  /** Variable of the job that says how far it came; for people alone. */
  readonly progressVariable: string;
}

const DEFAULT_NAME = 'spendgate';
const SUM_LENGTH = 12;

/** @param environment whose tracking id the runner makes anew for each job; in a container there is none */
export function readCheck(settings: Settings, context: RunContext, environment: Environment): CheckConfig {
  const { runId, runAttempt, job = '' } = context;
  const name = settings.value('check-name') ?? DEFAULT_NAME;
  const parts = [job, settings.task, environment['RUNNER_TRACKING_ID'] ?? ''];
  const sum = createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, SUM_LENGTH);
  return {
    kind: settings.value('check') ?? 'none',
    name,
    externalId: `${runId}-${runAttempt}-${gateSlug(settings.task)}-${sum}`,
    progressVariable: `SPENDGATE_PROGRESS_${sum.toUpperCase()}`,
  };
}
