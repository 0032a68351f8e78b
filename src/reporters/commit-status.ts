/**
 * A commit status, where a check run is not wanted: one line, and no word for "neither good nor bad". One status stands for
 * all jobs of a run that share its name, so nothing good is said over the failure of another.
 */
import { type CheckTarget, concludeCheck, hasFailed, type StatusState, statusUrl } from '../core/check.js';
import type { Report } from '../core/report.js';
import { oneLine } from '../core/text.js';
import type { GitHub } from '../ports/github.js';
import type { Reporter } from '../ports/reporter.js';

const MAX_DESCRIPTION = 140;
const ANOTHER_FAILED = 'Another job of this run has failed under this name, and that stands.';

export const commitStatus: Reporter = {
  id: 'commit-status',
  report: async (report, { github, check }) => {
    if (check?.kind !== 'status' || github === undefined) return undefined;
    const state = concludeCheck(report, check)?.status;
    if (state !== undefined) await say(github, check, state, describe(report, state));
    return undefined;
  },
};

async function say(
  github: GitHub,
  check: CheckTarget,
  state: StatusState,
  description: string,
): Promise<void> {
  const { name, sha } = check;
  const write = (written: StatusState, line: string) =>
    github.createStatus(sha, {
      context: name,
      state: written,
      description: line,
      targetUrl: statusUrl(check),
    });
  const isFailedElsewhere = async () => hasFailed(await github.listStatuses(sha), check);
  const isBad = state === 'failure' || state === 'error';
  if (isBad || !(await isFailedElsewhere())) await write(state, description);
  // Two jobs that end at once have both looked before they wrote.
  if (!isBad && (await isFailedElsewhere())) await write('failure', ANOTHER_FAILED);
}

/** One that is left pending after its run has ended says what it waits for. */
function describe({ headline }: Report, state: StatusState): string {
  const waits = state === 'pending' ? 'Not proven, so a person decides. ' : '';
  return oneLine(`${waits}${headline}`, MAX_DESCRIPTION).toWellFormed();
}
