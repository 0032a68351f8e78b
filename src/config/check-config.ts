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
  /** The page of this attempt: what an earlier one left is another check. `undefined` outside Actions. */
  readonly runUrl: string | undefined;
}

const DEFAULT_NAME = 'spendgate';
const DEFAULT_TASK = 'default';
const SUM_LENGTH = 12;

/** @param environment whose tracking id the runner makes anew for each job; in a container there is none */
export function readCheck(settings: Settings, context: RunContext, environment: Environment): CheckConfig {
  return {
    kind: settings.value('check') ?? 'none',
    name: settings.value('check-name') ?? DEFAULT_NAME,
    ...identify({ ...context, task: settings.task }, environment),
  };
}

/** The same for the hook of a step: out of what GitHub and the workflow give to it, and no file. */
export function readHookCheck(environment: Environment): CheckConfig {
  const given = (name: string) => environment[name]?.trim() || undefined;
  const [repository, runId = ''] = [given('GITHUB_REPOSITORY'), given('GITHUB_RUN_ID')];
  const kind = given('INPUT_CHECK');
  const job = {
    runId,
    runAttempt: Number(given('GITHUB_RUN_ATTEMPT') ?? 1),
    job: given('GITHUB_JOB'),
    task: given('INPUT_TASK') ?? DEFAULT_TASK,
    runUrl: `${given('GITHUB_SERVER_URL') ?? 'https://github.com'}/${repository}/actions/runs/${runId}`,
  };
  return {
    kind: kind === 'run' || kind === 'status' ? kind : 'none',
    name: given('INPUT_CHECK-NAME') ?? DEFAULT_NAME,
    ...identify(job, environment),
  };
}

type JobFacts = Pick<RunContext, 'runId' | 'runAttempt' | 'job' | 'runUrl'> & { readonly task: string };

function identify(
  { runId, runAttempt, job = '', task, runUrl }: JobFacts,
  environment: Environment,
): Pick<CheckConfig, 'externalId' | 'progressVariable' | 'runUrl'> {
  const parts = [job, task, environment['RUNNER_TRACKING_ID'] ?? ''];
  const sum = createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, SUM_LENGTH);
  return {
    externalId: `${runId}-${runAttempt}-${gateSlug(task)}-${sum}`,
    progressVariable: `SPENDGATE_PROGRESS_${sum.toUpperCase()}`,
    runUrl: runUrl === undefined || runAttempt === 1 ? runUrl : `${runUrl}/attempts/${runAttempt}`,
  };
}
