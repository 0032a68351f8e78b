/** The job summary: the whole report on the page of the run. */
import type { Reporter } from '../ports/reporter.js';
import { renderReport } from './shared/markdown.js';

/** A step may write 1 MiB. A UTF-16 unit is three bytes at most, so that four reports of one step always have room. */
const MAX_LENGTH = 80_000;

export const jobSummary: Reporter = {
  id: 'job-summary',
  report: async (report, { runner }) => {
    await runner.addSummary(renderReport(report, MAX_LENGTH));
    return undefined;
  },
};
