/** The last place where an error is caught: one annotation, one exit code. Only a bug of ours shows its stack. */
import { AppError, describeError } from '../core/errors.js';
import { finding } from '../core/findings.js';
import type { Runner } from '../ports/platform.js';

export function reportFailure(error: unknown, runner: Runner): number {
  if (error instanceof AppError) {
    if (error.isReported) return error.exitCode;
    runner.annotate(finding('error', error.code, titleOf(error), error.message, { advice: error.hint }), {
      endsStep: true,
    });
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  runner.annotate(
    finding('error', 'internal', 'Internal error', describeError(error), {
      advice: 'This is a bug in spendgate; please report it with the stack below.',
    }),
    { endsStep: true },
  );
  runner.info(stack);
  return 1;
}

function titleOf({ code, kind }: AppError): string {
  if (code === 'github-failed') return 'GitHub failed';
  return {
    usage: 'Wrong usage',
    budget: 'Denied',
    upstream: 'The gateway failed',
    state: 'A store failed',
    internal: 'Internal error',
  }[kind];
}
