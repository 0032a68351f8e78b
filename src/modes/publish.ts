/** Shows a report everywhere at once. What a reporter cannot do is a notice; it never changes a verdict. */
import { AppError, describeError } from '../core/errors.js';
import { finding } from '../core/findings.js';
import type { Report } from '../core/report.js';
import type { Reported, Reporter, ReporterContext } from '../ports/reporter.js';

export async function publish(
  report: Report,
  reporters: readonly Reporter[],
  context: ReporterContext,
): Promise<Reported> {
  const done = await Promise.all(reporters.map((reporter) => publishOne(report, reporter, context)));
  return Object.assign({}, ...done) as Reported;
}

async function publishOne(report: Report, reporter: Reporter, context: ReporterContext): Promise<Reported> {
  try {
    return (await reporter.report(report, context)) ?? {};
  } catch (error) {
    // Whoever asked GitHub has told it, once for all that needed the same.
    if (error instanceof AppError && error.code === 'permission-missing') return {};
    const message = `${describeError(error)}. The verdict is not affected; the job summary and the log hold the report.`;
    // What a person can do about it is known where the error is understood, and nowhere else.
    const advice = error instanceof AppError ? error.hint : undefined;
    context.runner.annotate(
      finding(
        'notice',
        'reporter-failed',
        `${reporter.id} could not report`,
        message,
        advice === undefined ? {} : { advice },
      ),
    );
    return {};
  }
}
