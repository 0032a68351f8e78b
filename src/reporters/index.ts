/** Where a report is shown. Each reporter works by itself: one that fails takes no other with it. */
import type { Reporter } from '../ports/reporter.js';
import { annotations } from './annotations.js';
import { checkRun } from './check-run.js';
import { commitStatus } from './commit-status.js';
import { jobSummary } from './job-summary.js';
import { prComment } from './pr-comment.js';

export const reporters: readonly Reporter[] = [annotations, jobSummary, prComment, checkRun, commitStatus];
