/** Comments of issues and pull requests. */
import { type ApiReply, invalid, NOT_FOUND, type Route } from './routes.js';

export interface Comment {
  id: number;
  /** Number of the issue or pull request; left out, it stands on each. */
  issue?: number;
  body: string;
  login: string;
}

const READ = ['issues: read', 'pull-requests: read', 'issues: write', 'pull-requests: write'];
const WRITE = ['issues: write', 'pull-requests: write'];

/** @param comments all of them, whatever they belong to */
export function commentRoutes(comments: Comment[]): Route[] {
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
        return { status: 200, body: query.get('page') === '2' ? [] : of.map(render) };
      },
    },
    {
      method: 'POST',
      path: listed,
      needs: WRITE,
      answer: ({ body: { body } }, match) => {
        if (String(body).length > 65_536) return invalid('Body is too long (maximum is 65536 characters)');
        const comment = {
          id: comments.length + 1,
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
  ];
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
