import type { CheckRules, CheckTarget } from '../core/check.js';
import type { Report } from '../core/report.js';
import type { GitHub } from './github.js';
import type { Runner } from './platform.js';

/** When a pull request is told; what becomes of what it was told before. */
export type CommentWhen = 'on-finding' | 'on-change' | 'always' | 'never';
export type CommentMode = 'update' | 'hide-and-new' | 'new' | 'delete';

export interface ReporterContext {
  readonly runner: Runner;
  /** `undefined` without a token or outside a repository. */
  readonly github: GitHub | undefined;
  /** The issue or pull request that comments go to. */
  readonly pullRequest: number | undefined;
  readonly comment: CommentWhen;
  /** `update` where nobody says. */
  readonly commentMode?: CommentMode;
  /** The check that is kept on the commit; left out where there is none. */
  readonly check?: (CheckTarget & CheckRules) | undefined;
}

/** What a reporter left behind; `undefined` when it had nothing to do. */
export interface Reported {
  readonly commentUrl?: string;
}

/** One place where a report is shown. A reporter that throws is a notice, never a verdict. */
export interface Reporter {
  readonly id: string;
  report(report: Report, context: ReporterContext): Promise<Reported | undefined>;
}
