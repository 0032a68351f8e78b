/** The end of a job: a check that one of its steps opened, and that nobody completed, is failed. */
import { type CheckState, unfinishedBecause } from '../core/check.js';
import type { CheckApi } from '../ports/github.js';

/** What was done, for the log; `undefined` when the check has had its last word. */
export async function failUnfinished(
  github: CheckApi,
  { kind, id, name, sha, runUrl }: CheckState,
  progress: string | undefined,
): Promise<string | undefined> {
  const because = unfinishedBecause(progress);
  const line = because.replaceAll('`', '');
  if (kind === 'status') {
    const newest = (await github.listStatuses(sha)).find(({ context }) => context === name);
    if (newest?.id !== id) return undefined;
    await github.createStatus(sha, { context: name, state: 'error', description: line, targetUrl: runUrl });
    return because;
  }
  const open = (await github.listCheckRuns(sha, name)).find((run) => run.id === id && !run.isCompleted);
  if (open === undefined) return undefined;
  const output = { title: 'spendgate did not finish', summary: because, text: undefined };
  await github.completeCheckRun(id, 'failure', output, []);
  return because;
}
