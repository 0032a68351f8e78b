/** Issues by label. As GitHub does it, a list does not say who closed one, and pull requests are issues too. */
import { type ApiReply, invalid, mayDo, NOT_FOUND, type Route } from './routes.js';

export interface IssueRow {
  number: number;
  title: string;
  body: string;
  login: string;
  labels: string[];
  state: 'open' | 'closed';
  stateReason?: 'completed' | 'reopened' | null;
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  closedBy: string | null;
  /** What closed it, where that was no hand: `Commit`, `PullRequest`, `ProjectV2`. */
  closer?: string;
  /** When it was opened again. */
  reopenedAt?: string;
  isPullRequest?: boolean;
}

const READ = ['issues: read', 'issues: write'];
const WRITE = ['issues: write'];
const ACTIONS_LOGIN = 'github-actions[bot]';

/** GitHub counts in seconds. */
export function gitHubTime(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** @param issues all of them, by their number */
export function issueRoutes(issues: IssueRow[], now: () => Date): Route[] {
  const one = /^\/issues\/(\d+)$/;
  const find = (number: string | undefined) => issues.find((issue) => issue.number === Number(number));
  return [
    {
      method: 'GET',
      path: /^\/issues$/,
      needs: READ,
      answer: ({ query }) => {
        const [size, page] = [Number(query.get('per_page') ?? 30), Number(query.get('page') ?? 1)];
        const found = issues
          .filter(({ state }) => state === (query.get('state') ?? 'open'))
          .filter(({ labels }) => labels.includes(query.get('labels') ?? ''))
          .toReversed();
        const rows = found.slice((page - 1) * size, page * size).map((issue) => render(issue, false));
        return { status: 200, body: rows };
      },
    },
    {
      method: 'GET',
      path: one,
      needs: READ,
      answer: (_request, match) => shown(find(match[1])),
    },
    {
      method: 'POST',
      path: /^\/issues$/,
      needs: WRITE,
      answer: ({ body }) => {
        if (typeof body['title'] !== 'string') return invalid('title is missing');
        if (String(body['body']).length > 65_536) return invalid('body is too long');
        const at = gitHubTime(now());
        const issue: IssueRow = {
          number: Math.max(0, ...issues.map(({ number }) => number)) + 1,
          title: body['title'],
          body: String(body['body'] ?? ''),
          login: ACTIONS_LOGIN,
          labels: Array.isArray(body['labels']) ? body['labels'].map(String) : [],
          state: 'open',
          createdAt: at,
          updatedAt: at,
          closedAt: null,
          closedBy: null,
        };
        issues.push(issue);
        return shown(issue, 201);
      },
    },
    {
      method: 'PATCH',
      path: one,
      needs: WRITE,
      answer: ({ body }, match) => {
        const issue = find(match[1]);
        if (issue === undefined) return NOT_FOUND;
        if (typeof body['body'] === 'string') issue.body = body['body'];
        if (body['state'] === 'closed') closeIssue(issue, ACTIONS_LOGIN, now());
        issue.updatedAt = gitHubTime(now());
        return shown(issue);
      },
    },
  ];
}

/** What GraphQL says of when an issue was closed and opened again; a refusal of it is a 200. */
export function answerTimeline(issues: readonly IssueRow[], variables: unknown, token: string): ApiReply {
  const message = 'Resource not accessible by integration';
  if (!mayDo(token, READ))
    return { status: 200, body: { data: null, errors: [{ type: 'FORBIDDEN', message }] } };
  const { number } = variables as { number?: unknown };
  const issue = issues.find((one) => one.number === number);
  const nodes = issue === undefined ? [] : timelineOf(issue);
  return { status: 200, body: { data: { repository: { issue: { timelineItems: { nodes } } } } } };
}

/** As GraphQL has it, the login of an app lacks its `[bot]`. */
function timelineOf({ state, closedAt, closedBy, closer, reopenedAt }: IssueRow): object[] {
  const [login = '', isBot] = closedBy?.endsWith('[bot]') ? [closedBy.slice(0, -5), true] : [closedBy ?? ''];
  const closing = {
    __typename: 'ClosedEvent',
    createdAt: closedAt ?? '',
    actor: closedBy === null ? null : { __typename: isBot ? 'Bot' : 'User', login },
    closer: closer === undefined ? null : { __typename: closer },
  };
  const reopening = {
    __typename: 'ReopenedEvent',
    createdAt: reopenedAt ?? '',
    actor: { __typename: 'User', login: 'alice' },
  };
  return [...(reopenedAt === undefined ? [] : [reopening]), ...(state === 'closed' ? [closing] : [])];
}

/** What somebody does by hand. */
export function reopenIssue(issue: IssueRow | undefined, at: Date): void {
  if (issue === undefined) throw new Error('there is no such issue');
  const time = gitHubTime(at);
  Object.assign(issue, {
    state: 'open',
    stateReason: 'reopened',
    closedAt: null,
    closedBy: null,
    reopenedAt: time,
    updatedAt: time,
  });
}

/** What somebody does by hand. */
export function closeIssue(issue: IssueRow | undefined, login: string, at: Date): void {
  if (issue === undefined) throw new Error('there is no such issue');
  Object.assign(issue, {
    state: 'closed',
    stateReason: 'completed',
    closedAt: gitHubTime(at),
    closedBy: login,
    updatedAt: gitHubTime(at),
  });
}

function shown(issue: IssueRow | undefined, status = 200): ApiReply {
  return issue === undefined ? NOT_FOUND : { status, body: render(issue, true) };
}

function render(issue: IssueRow, isAlone: boolean): object {
  const { number, title, body, login, labels, state, createdAt, updatedAt, closedAt, closedBy } = issue;
  return {
    number,
    title,
    body,
    user: { login },
    labels: labels.map((name) => ({ name })),
    state,
    state_reason: issue.stateReason ?? null,
    created_at: createdAt,
    updated_at: updatedAt,
    closed_at: closedAt,
    html_url: `https://github.com/acme/app/issues/${number}`,
    ...(isAlone ? { closed_by: closedBy === null ? null : { login: closedBy } } : {}),
    ...(issue.isPullRequest ? { pull_request: {} } : {}),
  };
}
