/** Comments of issues and pull requests. */
import { AppError } from '../../core/errors.js';
import type { CommentApi, IssueComment } from '../../ports/github.js';
import type { GitHubClient } from './client.js';
import { PER_PAGE, readPages } from './pages.js';

/** The oldest come first, so the one to be updated may stand on any of them. */
const MAX_PAGES = 10;

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
      const { items, isWhole } = await readPages(async (page) => {
        const { data } = await send(`${on}: read`, ({ rest }, options) =>
          rest.issues.listComments({ ...options, issue_number: issue, per_page: PER_PAGE, page }),
        );
        return data;
      }, MAX_PAGES);
      if (isWhole) return items.map(toComment);
      const read = items.length.toLocaleString('en-US');
      const why = 'Whether one of the others is ours cannot be known, so nothing was written.';
      throw new AppError(
        'github-failed',
        `#${issue} has ${read} comments or more, and no more are read. ${why}`,
        {
          hint: '`comment: never` spares the look.',
        },
      );
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
