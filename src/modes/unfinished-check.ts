/** The end of a job: a check that one of its steps opened, and that nobody completed, is failed. */
import { type CheckState, unfinishedBecause } from '../core/check.js';
import type { CheckApi } from '../ports/github.js';

export interface Ending {
  /** How far the job came, as its steps said. */
  readonly progress: string | undefined;
  /** Under `observe` nothing fails. */
  readonly isObserved: boolean;
}

/** What was done, for the log; `undefined` when the check has had its last word. */
export async function failUnfinished(
  github: CheckApi,
  { kind, id, name, sha, runUrl }: CheckState,
  { progress, isObserved }: Ending,
): Promise<string | undefined> {
  const because = unfinishedBecause(progress);
  const line = because.replaceAll('`', '');
  if (kind === 'status') {
    const newest = (await github.listStatuses(sha)).find(({ context }) => context === name);
    if (newest?.id !== id) return undefined;
    const state = isObserved ? 'success' : 'error';
    await github.createStatus(sha, { context: name, state, description: line, targetUrl: runUrl });
    return because;
  }
  const open = (await github.listCheckRuns(sha, name)).find((run) => run.id === id && !run.isCompleted);
  if (open === undefined) return undefined;
  const output = { title: 'spendgate did not finish', summary: because, text: undefined };
  await github.completeCheckRun(id, isObserved ? 'neutral' : 'failure', output, []);
  return because;
}
