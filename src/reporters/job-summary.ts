/** The job summary: the whole report on the page of the run. A step may write 1 MiB; a report stays far below it. */
import type { Reporter } from '../ports/reporter.js';
import { renderReport } from './shared/markdown.js';

const MAX_LENGTH = 200_000;

export const jobSummary: Reporter = {
  id: 'job-summary',
  needs: undefined,
  report: async (report, { runner }) => {
    await runner.addSummary(renderReport(report, MAX_LENGTH));
    return undefined;
  },
};
