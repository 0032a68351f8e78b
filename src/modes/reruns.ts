/** Counts how often this workflow was run again for its commit; asked only where `reruns-per-commit` sets a limit. */
import { withDeadline } from '../core/deadline.js';
import { describeError } from '../core/errors.js';
import { countReruns, isAboutCommit, type RerunCount } from '../core/reruns.js';
import type { GitHub } from '../ports/github.js';
import type { ModeDeps } from './deps.js';

/** What cannot be listed is not counted: this run's own attempts are known without asking. */
export async function readReruns(
  { config, github }: ModeDeps,
  deadlineMs: number,
): Promise<RerunCount | undefined> {
  const { isActions, event, runId, runAttempt } = config.context;
  if (config.pre.rerunsPerCommit === undefined || !isActions) return undefined;
  const own = (why: string): RerunCount => ({
    count: runAttempt - 1,
    evidence: `Counted are this run's own attempts: ${why}.`,
  });
  if (!isAboutCommit(event)) return own(`a run of \`${event}\` is not about its commit`);
  if (github === undefined) return own('no token to list other runs with');
  const counted = countAll(github, event, { id: Number(runId), attempt: runAttempt }).catch(
    (error: unknown) => {
      const why = describeError(error).replace(/\.$/, '');
      return own(`other runs could not be listed, which needs \`actions: read\`: ${why}`);
    },
  );
  return withDeadline(counted, deadlineMs, () => own('other runs were not listed in time'));
}

async function countAll(
  github: GitHub,
  event: string,
  self: { readonly id: number; readonly attempt: number },
): Promise<RerunCount> {
  const { workflowId, headSha } = await github.readRun(self.id);
  const runs = await github.listRuns({ workflowId, headSha, event });
  const evidence = `Counted are all runs of \`${event}\` for ${headSha.slice(0, 7)}, each with its attempts.`;
  return { count: countReruns(runs, self), evidence };
}
