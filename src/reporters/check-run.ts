/**
 * The check run on the commit. It is found by its name and by the id its job gave it; one that cannot be found, since it
 * could not be opened or was opened elsewhere, is made and completed at once.
 */
import { type CheckTarget, concludeCheck, ownCheck } from '../core/check.js';
import { byImportance, type Finding } from '../core/findings.js';
import type { Report } from '../core/report.js';
import { cut, oneLine, visibleText } from '../core/text.js';
import type { CheckAnnotation, CheckOutput, CheckRun, GitHub } from '../ports/github.js';
import type { Reporter } from '../ports/reporter.js';
import { escapeLinked } from './shared/links.js';
import { renderReport } from './shared/markdown.js';

/** GitHub takes 65,535 of whatever it counts, so these are bytes. */
const MAX_TEXT_BYTES = 65_000;
const MAX_BYTES_A_CHARACTER = 3;
const MAX_TITLE = 250;
const MAX_HEADLINE = 600;
const MAX_MESSAGE = 4000;
/** Two requests' worth: whoever has more has them in the text. */
const MAX_ANNOTATIONS = 100;
/** Title and summary are the headline. */
const BELOW_SUMMARY = { hasHeadline: true } as const;
const LEVELS = { error: 'failure', warning: 'warning', notice: 'notice' } as const;

export const checkRun: Reporter = {
  id: 'check-run',
  report: async (report, { github, check }) => {
    if (check?.kind !== 'run' || github === undefined) return undefined;
    const outcome = concludeCheck(report, check);
    if (outcome === undefined) return undefined;
    const output = outputOf(report);
    const { id } = await findOrMake(github, check, output);
    await github.completeCheckRun(id, outcome.run, output, annotationsOf(report));
    return undefined;
  },
};

async function findOrMake(github: GitHub, check: CheckTarget, output: CheckOutput): Promise<CheckRun> {
  const { name, sha, externalId, runUrl } = check;
  const found = ownCheck(await github.listCheckRuns(sha, name), check);
  return found ?? github.createCheckRun({ name, sha, externalId, detailsUrl: runUrl, output });
}

function outputOf(report: Report): CheckOutput {
  const gate = report.gate === undefined ? '' : ` The gate is ${report.gate}.`;
  return {
    title: oneLine(report.headline, MAX_TITLE).toWellFormed(),
    summary: `${escapeLinked(report.headline, report.links ?? [], MAX_HEADLINE)}${gate}`,
    text: textOf(report),
  };
}

/** A report in another script than ours has more bytes than characters. */
function textOf(report: Report): string {
  const text = renderReport(report, MAX_TEXT_BYTES, BELOW_SUMMARY);
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= MAX_TEXT_BYTES) return text;
  return renderReport(report, Math.floor(MAX_TEXT_BYTES / MAX_BYTES_A_CHARACTER), BELOW_SUMMARY);
}

function annotationsOf({ findings }: Report): CheckAnnotation[] {
  return byImportance(findings).flatMap(annotationOf).slice(0, MAX_ANNOTATIONS);
}

/** An annotation needs a place in this repository; in another one it would stand on a file that has nothing to do with it. */
function annotationOf({ level, title, message, advice, position }: Finding): CheckAnnotation[] {
  if (position === undefined || position.repository !== undefined || position.file.startsWith('/')) return [];
  const text = advice === undefined ? message : `${message} ${advice}`;
  return [
    {
      path: position.file,
      line: position.line ?? 1,
      level: LEVELS[level],
      title: oneLine(title, MAX_TITLE),
      message: cut(visibleText(text), MAX_MESSAGE),
    },
  ];
}
