/**
 * One comment per task on the pull request, updated in place. It is found by a hidden first line and by its author, since
 * anybody can write a comment that holds the line. Once a comment stands, good news is written there too.
 */
import type { GitHub, IssueComment } from '../ports/github.js';
import type { Reporter } from '../ports/reporter.js';
import { renderReport } from './shared/markdown.js';

/** GitHub takes 65,536 characters. */
const MAX_LENGTH = 60_000;
/** What could end the hidden line, and what would make two keys one. */
const NOT_IN_MARKER = /--|[^\w ./-]/gu;
const USUAL_LOGIN = 'github-actions[bot]';

export const prComment: Reporter = {
  id: 'pr-comment',
  needs: 'A comment needs `permissions: pull-requests: write`; a fork’s token never has it.',
  report: async (report, { github, pullRequest, comment }) => {
    if (report.mode !== 'post' || comment === 'never' || github === undefined || pullRequest === undefined)
      return undefined;
    const marker = `<!-- spendgate:${report.key.replace(NOT_IN_MARKER, encodeMark)} -->`;
    const existing = await findOwn(github, pullRequest, marker);
    const isWorthWriting = comment === 'always' || report.findings.some(({ level }) => level !== 'notice');
    if (existing === undefined && !isWorthWriting) return undefined;
    const body = `${marker}\n${renderReport(report, MAX_LENGTH)}`;
    const written = existing
      ? await github.updateComment(existing.id, body)
      : await github.createComment(pullRequest, body);
    return { commentUrl: written.url };
  },
};

function encodeMark(text: string): string {
  return text === '--' ? '%2D%2D' : encodeURIComponent(text.toWellFormed());
}

async function findOwn(
  github: GitHub,
  pullRequest: number,
  marker: string,
): Promise<IssueComment | undefined> {
  const marked = (await github.listComments(pullRequest)).filter(({ body }) => body.startsWith(marker));
  const usual = marked.find(({ author }) => author === USUAL_LOGIN);
  if (usual || marked.length === 0) return usual;
  const login = await github.login();
  return marked.find(({ author }) => author === login);
}
