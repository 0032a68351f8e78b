/** Comments of issues and pull requests. */
import type { CommentApi, IssueComment } from '../../ports/github.js';
import type { GitHubClient } from './client.js';

/** REST has no word for it. @see https://docs.github.com/graphql/reference/mutations#minimizecomment */
const MINIMIZE =
  'mutation($nodeId: ID!) { minimizeComment(input: { subjectId: $nodeId, classifier: OUTDATED }) { clientMutationId } }';

interface WireComment {
  readonly id: number;
  readonly node_id: string;
  readonly body?: string | undefined;
  readonly user: { readonly login: string } | null;
  readonly html_url: string;
}

/** @param on what the permission is asked for: an issue's comments and a pull request's are one API with two of them */
export function commentApi(
  { send, create }: GitHubClient,
  on: 'issues' | 'pull-requests' = 'pull-requests',
): CommentApi {
  const write = `${on}: write` as const;
  return {
    listComments: async (issue) => {
      const comments = await send(`${on}: read`, (octokit, options) =>
        octokit.paginate(octokit.rest.issues.listComments, {
          ...options,
          issue_number: issue,
          per_page: 100,
        }),
      );
      return comments.map(toComment);
    },
    createComment: async (issue, body) => {
      const { data } = await create(write, ({ rest }, options) =>
        rest.issues.createComment({ ...options, issue_number: issue, body }),
      );
      return toComment(data);
    },
    updateComment: async (id, body) => {
      const { data } = await send(write, ({ rest }, options) =>
        rest.issues.updateComment({ ...options, comment_id: id, body }),
      );
      return toComment(data);
    },
    deleteComment: async (id) => {
      await send(write, async ({ rest }, options) => {
        try {
          await rest.issues.deleteComment({ ...options, comment_id: id });
        } catch (error) {
          if (!isGone(error)) throw error;
        }
      });
    },
    minimizeComment: async (nodeId) => {
      await send(write, (octokit, { request }) => octokit.graphql(MINIMIZE, { nodeId, request }));
    },
  };
}

/** Another job, or a person, was quicker. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'status' in error && (error.status === 404 || error.status === 410);
}

function toComment({ id, node_id: nodeId, body, user, html_url: url }: WireComment): IssueComment {
  return { id, nodeId, body: body ?? '', author: user?.login ?? '', url };
}
