/** Comments of issues and pull requests. */
import { answerTimeline, type IssueRow } from './issues.js';
import { type ApiReply, invalid, mayDo, NOT_FOUND, type Route } from './routes.js';

export interface Comment {
  id: number;
  /** Number of the issue or pull request; left out, it stands on each. */
  issue?: number;
  body: string;
  login: string;
  isMinimized?: boolean;
}

const READ = ['issues: read', 'pull-requests: read', 'issues: write', 'pull-requests: write'];
const REFUSED = 'Resource not accessible by integration';
const WRITE = ['issues: write', 'pull-requests: write'];

/** @param comments all of them, whatever they belong to */
export function commentRoutes(comments: Comment[], issues: readonly IssueRow[]): Route[] {
  const listed = /^\/issues\/(\d+)\/comments$/;
  const one = /^\/issues\/comments\/(\d+)$/;
  const written = (status: number, comment: Comment): ApiReply => ({ status, body: render(comment) });
  return [
    {
      method: 'GET',
      path: listed,
      needs: READ,
      answer: ({ query }, match) => {
        const of = comments.filter(({ issue }) => issue === undefined || issue === Number(match[1]));
        const [page, size] = [Number(query.get('page') ?? 1), Number(query.get('per_page') ?? 30)];
        return { status: 200, body: of.slice((page - 1) * size, page * size).map(render) };
      },
    },
    {
      method: 'POST',
      path: listed,
      needs: WRITE,
      answer: ({ body: { body } }, match) => {
        if (String(body).length > 65_536) return invalid('Body is too long (maximum is 65536 characters)');
        const comment = {
          id: Math.max(0, ...comments.map(({ id }) => id)) + 1,
          issue: Number(match[1]),
          body: String(body ?? ''),
          login: 'github-actions[bot]',
        };
        comments.push(comment);
        return written(201, comment);
      },
    },
    {
      method: 'PATCH',
      path: one,
      needs: WRITE,
      answer: ({ body: { body } }, match) => {
        const known = comments.find(({ id }) => id === Number(match[1]));
        if (known === undefined) return NOT_FOUND;
        known.body = String(body ?? '');
        return written(200, known);
      },
    },
    {
      method: 'DELETE',
      path: one,
      needs: WRITE,
      answer: (_request, match) => {
        const index = comments.findIndex(({ id }) => id === Number(match[1]));
        if (index < 0) return NOT_FOUND;
        comments.splice(index, 1);
        return { status: 204 };
      },
    },
    {
      method: 'POST',
      path: /^\/graphql$/,
      // GraphQL refuses with 200.
      needs: [],
      answer: ({ body: { query, variables }, token }) => answerGraphql(String(query), variables, token),
    },
  ];

  function answerGraphql(query: string, variables: unknown, token: string): ApiReply {
    const login = 'github-actions[bot]';
    if (query.includes('viewer')) return { status: 200, body: { data: { viewer: { login } } } };
    if (query.includes('timelineItems')) return answerTimeline(issues, variables, token);
    if (!mayDo(token, WRITE))
      return { status: 200, body: { data: null, errors: [{ type: 'FORBIDDEN', message: REFUSED }] } };
    const nodeId = (variables as { nodeId?: string }).nodeId;
    const known = comments.find(({ id }) => `IC_${id}` === nodeId);
    const message = `Could not resolve to a node with the global id of '${nodeId}'.`;
    if (known === undefined || !/minimizeComment\(.*classifier: OUTDATED/.test(query))
      return { status: 200, body: { data: null, errors: [{ type: 'NOT_FOUND', message }] } };
    known.isMinimized = true;
    return { status: 200, body: { data: { minimizeComment: { clientMutationId: null } } } };
  }
}

function render({ id, body, login }: Comment): object {
  return {
    id,
    node_id: `IC_${id}`,
    body,
    user: { login },
    html_url: `https://github.com/acme/app/pull/7#issuecomment-${id}`,
  };
}
