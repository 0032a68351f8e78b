/** The run that `pre` held back, as the two steps of its job tell one another. */
import { AppError } from '../core/errors.js';
import { finding } from '../core/findings.js';
import type { ModeDeps } from './deps.js';

/** For `post` of this job, which may well be told to run always. */
export function rememberDenial({ config, runner }: ModeDeps, isDenied: boolean): void {
  const { variable, value, wasDenied } = config.denial;
  if (isDenied !== wasDenied) runner.exportVariable(variable, isDenied ? value : '');
}

export function isAfterDenial({ config }: ModeDeps, error: unknown): boolean {
  return config.denial.wasDenied && error instanceof AppError && error.code === 'no-record';
}

/** There is nothing to judge: the check says already why, and the gate is as it was. */
export async function tellDenial({ config, runner, store }: ModeDeps): Promise<void> {
  const { name, blockForMs } = config.gate;
  const { state } = await store.readGate(name, blockForMs);
  const message = `\`pre\` of this job held the run of ${config.task} back, so there is no usage to judge. The gate and the check are as they were.`;
  runner.annotate(finding('notice', 'run-not-started', 'The run did not start', message));
  runner.setOutput('verdict', 'unknown');
  runner.setOutput('findings', '[]');
  runner.setOutput('gate', state);
  for (const name of ['drift-percent', 'report', 'comment-url']) runner.setOutput(name, undefined);
}
