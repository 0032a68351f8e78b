/** A commit status, where a check run is not wanted: one line, and no word for "neither good nor bad". */
import { type Conclusion, concludeCheck } from '../core/check.js';
import { oneLine } from '../core/text.js';
import type { Reporter } from '../ports/reporter.js';

const MAX_DESCRIPTION = 140;
/** A branch rule takes a neutral check run for a good one, so the status says the same. */
const STATES = {
  success: 'success',
  neutral: 'success',
  failure: 'failure',
  action_required: 'failure',
} as const satisfies Record<Conclusion, string>;

export const commitStatus: Reporter = {
  id: 'commit-status',
  report: async (report, { github, check }) => {
    if (check?.kind !== 'status' || github === undefined) return undefined;
    const conclusion = concludeCheck(report, check);
    if (conclusion === undefined) return undefined;
    await github.createStatus(check.sha, {
      context: check.name,
      state: STATES[conclusion],
      description: oneLine(report.headline, MAX_DESCRIPTION),
      targetUrl: check.runUrl,
    });
    return undefined;
  },
};
