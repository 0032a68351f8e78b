/** The end of a job: a check that one of its steps opened, and that nobody completed, is failed. */
import {
  type CheckTarget,
  hasFailed,
  ownCheck,
  ownStatus,
  saysObserved,
  statusUrl,
  unfinishedBecause,
} from '../core/check.js';
import type { CheckApi } from '../ports/github.js';

export interface Ending {
  /** Of what the step opened; of another job's nothing is touched, whatever it says. */
  readonly id: number;
  /** How far the job came, as its steps said. */
  readonly progress: string | undefined;
}

/** What was done, for the log; `undefined` when the check has had its last word. */
export async function failUnfinished(
  github: CheckApi,
  target: CheckTarget,
  { id, progress }: Ending,
): Promise<string | undefined> {
  const { kind, name, sha } = target;
  const because = unfinishedBecause(progress);
  if (kind === 'status') {
    const statuses = await github.listStatuses(sha);
    const own = ownStatus(statuses, target);
    if (own?.id !== id || own.state !== 'pending') return undefined;
    const state = saysObserved(own.description) && !hasFailed(statuses, target) ? 'success' : 'error';
    const description = because.replaceAll('`', '');
    await github.createStatus(sha, { context: name, state, description, targetUrl: statusUrl(target) });
    return because;
  }
  const own = ownCheck(await github.listCheckRuns(sha, name), target);
  if (own?.id !== id || own.isCompleted) return undefined;
  // Under `observe` nothing fails.
  const conclusion = saysObserved(own.title) ? 'neutral' : 'failure';
  const output = { title: 'spendgate did not finish', summary: because, text: undefined };
  await github.completeCheckRun(id, conclusion, output, []);
  return because;
}
