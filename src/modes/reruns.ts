/** Counts how often this workflow was run again for its commit; asked only where `reruns-per-commit` sets a limit. */
import { describeError } from '../core/errors.js';
import { countReruns, isAboutCommit, type RerunCount } from '../core/reruns.js';
import type { ModeDeps } from './deps.js';

export async function readReruns({ config, github }: ModeDeps): Promise<RerunCount | undefined> {
  const { isActions, event, runAttempt } = config.context;
  if (config.pre.rerunsPerCommit === undefined || !isActions) return undefined;
  const own = (why: string) => ({
    count: runAttempt - 1,
    evidence: `Counted are this run's own attempts: ${why}.`,
  });
  if (!isAboutCommit(event)) return own(`a run of \`${event}\` is not about its commit`);
  const runId = Number(config.context.runId);
  if (github === undefined) return own('no token to list other runs with');
  try {
    const { workflowId, headSha } = await github.readRun(runId);
    const runs = await github.listRuns({ workflowId, headSha, event });
    const count = countReruns(runs, { id: runId, attempt: runAttempt });
    const evidence = `Counted are all runs of \`${event}\` for ${headSha.slice(0, 7)}, each with its attempts.`;
    return { count, evidence };
  } catch (error) {
    const why = describeError(error).replace(/\.$/, '');
    return own(`other runs could not be listed, which needs \`actions: read\`: ${why}`);
  }
}
