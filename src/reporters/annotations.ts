/**
 * Annotations in the log and on the diff. The runner keeps ten of a level per step, so the most important come first and
 * the last one says how many were left out.
 */
import { byImportance, type Finding, finding } from '../core/findings.js';
import type { Reporter } from '../ports/reporter.js';

const MAX_PER_LEVEL = 10;

export const annotations: Reporter = {
  id: 'annotations',
  needs: undefined,
  report: async (report, { runner }) => {
    const byLevel = Map.groupBy(byImportance(report.findings), ({ level }) => level);
    for (const group of byLevel.values()) for (const item of withinLimit(group)) runner.annotate(item);
    return undefined;
  },
};

function withinLimit(group: readonly Finding[]): readonly Finding[] {
  const [first] = group;
  if (first === undefined || group.length <= MAX_PER_LEVEL) return group;
  const left = group.length - MAX_PER_LEVEL + 1;
  const rest = finding(
    first.level,
    'more-findings',
    `${left} more`,
    `${left} further findings stand in the job summary.`,
  );
  return [...group.slice(0, MAX_PER_LEVEL - 1), rest];
}
