/**
 * How often a workflow was run again for one commit. A run belongs to its commit where the commit is what started it; a
 * schedule, a comment or a person starts many runs on a commit that is not theirs, and there a run counts its own attempts.
 */
import { type Finding, finding } from './findings.js';

/** One run, as far as it is counted. */
export interface CountedRun {
  readonly id: number;
  /** From 1. */
  readonly attempt: number;
}

export interface RerunCount {
  /** Attempts beyond the first run, this one included. */
  readonly count: number;
  /** What was counted, and what could not be; a sentence. */
  readonly evidence: string;
}

const COMMIT_EVENTS: ReadonlySet<string> = new Set([
  'push',
  'pull_request',
  'pull_request_target',
  'merge_group',
]);

export function isAboutCommit(event: string): boolean {
  return COMMIT_EVENTS.has(event);
}

/**
 * @param runs of the same workflow, event and commit; this run may be among them, or not be listed yet
 * A first attempt does not count what was started after it: of two runs that start together, one is the first.
 */
export function countReruns(runs: readonly CountedRun[], self: CountedRun): number {
  const others = runs.filter(({ id }) => id !== self.id && (self.attempt > 1 || id < self.id));
  return others.reduce((sum, { attempt }) => sum + attempt, self.attempt) - 1;
}

export function judgeReruns(reruns: RerunCount | undefined, permitted: number | undefined): Finding[] {
  if (reruns === undefined || permitted === undefined || reruns.count <= permitted) return [];
  const message = `This is re-run ${reruns.count} of this workflow for its commit, and \`reruns-per-commit\` permits ${permitted}. ${reruns.evidence}`;
  const advice =
    'Push a commit. To let a person approve more by name, let the job wait for the reviewers of an environment: docs/gate.md, section “Re-runs”, shows how.';
  return [finding('error', 'reruns-exhausted', 'Too many re-runs of one commit', message, { advice })];
}
