/** Annotations in the log and on the diff, the most important first: the runner keeps the first ten of a level. */
import { byImportance } from '../core/findings.js';
import type { Reporter } from '../ports/reporter.js';

export const annotations: Reporter = {
  id: 'annotations',
  report: async ({ findings }, { runner }) => {
    for (const item of byImportance(findings)) runner.annotate(item);
    return undefined;
  },
};
