/**
 * Our comments on a pull request: found by a hidden first line and by their author, since anybody can write a comment that
 * holds the line.
 */
import type { GitHub, IssueComment } from '../../ports/github.js';

const USUAL_LOGIN = 'github-actions[bot]';
/** What could end the hidden line, and what would make two keys one. */
const NOT_IN_MARKER = /--|[^\w ./-]/gu;
/** A key is a name that people chose; a longer one is told apart by its first part alone. */
const MAX_KEY = 400;

/** The first line of every comment on this thing. */
export function markerOf(key: string): string {
  return `<!-- spendgate:${key.slice(0, MAX_KEY).replace(NOT_IN_MARKER, encodeMark)} -->`;
}

/** Oldest first. */
export async function findOwn(
  github: GitHub,
  pullRequest: number,
  marker: string,
): Promise<readonly IssueComment[]> {
  const listed = await github.listComments(pullRequest);
  const marked = listed.filter(({ body }) => body.startsWith(marker));
  const usual = marked.filter(({ author }) => author === USUAL_LOGIN);
  const own = usual.length > 0 || marked.length === 0 ? usual : await byLogin(github, marked);
  return own.toSorted((a, b) => a.id - b.id);
}

/** The token of another app than Actions. */
async function byLogin(github: GitHub, marked: readonly IssueComment[]): Promise<IssueComment[]> {
  const login = await github.login();
  return marked.filter(({ author }) => author === login);
}

function encodeMark(text: string): string {
  return text === '--' ? '%2D%2D' : encodeURIComponent(text.toWellFormed());
}
