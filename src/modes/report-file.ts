/** The report of `post` as a file: for a run that may write where this one may only read. */
import { describeError } from '../core/errors.js';
import { finding } from '../core/findings.js';
import type { Report } from '../core/report.js';
import { renderReportFile, reportFileName } from '../core/report-file.js';
import type { ModeDeps } from './deps.js';

/** Writes a file of that name into a folder of the job; its path. @throws when the disk refuses. */
export type SaveFile = (name: string, text: string) => string;

export function leaveReport({ config, runner }: ModeDeps, save: SaveFile, report: Report): void {
  try {
    runner.setOutput('report', save(reportFileName(config.task), renderReportFile(report)));
  } catch (error) {
    runner.setOutput('report', undefined);
    const message = `${describeError(error)}. The job summary and the log hold the report.`;
    runner.annotate(finding('notice', 'report-not-left', 'The report was not written to a file', message));
  }
}
