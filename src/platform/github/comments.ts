/** Comments of issues and pull requests. */
import type { CommentApi, IssueComment } from '../../ports/github.js';
import type { GitHubClient } from './client.js';

const WRITE = 'pull-requests: write';

interface WireComment {
  readonly id: number;
  readonly node_id: string;
  readonly body?: string | undefined;
  readonly user: { readonly login: string } | null;
  readonly html_url: string;
}

export function commentApi({ send, create }: GitHubClient): CommentApi {
  return {
    listComments: async (issue) => {
      const comments = await send('pull-requests: read', (octokit, options) =>
        octokit.paginate(octokit.rest.issues.listComments, {
          ...options,
          issue_number: issue,
          per_page: 100,
        }),
      );
      return comments.map(toComment);
    },
    createComment: async (issue, body) => {
      const { data } = await create(WRITE, ({ rest }, options) =>
        rest.issues.createComment({ ...options, issue_number: issue, body }),
      );
      return toComment(data);
    },
    updateComment: async (id, body) => {
      const { data } = await send(WRITE, ({ rest }, options) =>
        rest.issues.updateComment({ ...options, comment_id: id, body }),
      );
      return toComment(data);
    },
  };
}

function toComment({ id, node_id: nodeId, body, user, html_url: url }: WireComment): IssueComment {
  return { id, nodeId, body: body ?? '', author: user?.login ?? '', url };
}
