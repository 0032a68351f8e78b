/** GitHub's REST API for one repository, through octokit, loaded when the first request is made. */
import type { CacheListing, GitHub, IssueComment } from '../ports/platform.js';

const DEFAULT_LOGIN = 'github-actions[bot]';
const REQUEST_TIMEOUT_MS = 15_000;
const MAX_CACHE_PAGES = 5;

export interface GitHubOptions {
  readonly token: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly apiUrl: string;
}

interface WireComment {
  readonly id: number;
  readonly body?: string | undefined;
  readonly user: { readonly login: string } | null;
  readonly html_url: string;
}

export function createGitHub({ token, repository, apiUrl }: GitHubOptions): GitHub {
  const [owner = '', repo = ''] = repository.split('/');
  const load = once(async () => {
    const { getOctokit } = await import('@actions/github');
    return getOctokit(token, { baseUrl: apiUrl });
  });
  const bounded = () => ({ request: { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) } });

  return {
    listCaches: async (keyPrefix) => {
      const { rest } = await load();
      const listed: CacheListing[] = [];
      for (let page = 1; page <= MAX_CACHE_PAGES; page += 1) {
        const { data } = await rest.actions.getActionsCacheList({
          owner,
          repo,
          key: keyPrefix,
          sort: 'created_at',
          direction: 'desc',
          per_page: 100,
          page,
          ...bounded(),
        });
        listed.push(
          ...data.actions_caches.map(({ key = '', ref = '', created_at: createdAt = '' }) => ({
            key,
            ref,
            createdAt,
          })),
        );
        if (data.actions_caches.length < 100) break;
      }
      return listed;
    },
    listComments: async (pullRequest) => {
      const octokit = await load();
      const comments = await octokit.paginate(octokit.rest.issues.listComments, {
        owner,
        repo,
        issue_number: pullRequest,
        per_page: 100,
        ...bounded(),
      });
      return comments.map(toComment);
    },
    createComment: async (pullRequest, body) => {
      const { rest } = await load();
      return toComment(
        (await rest.issues.createComment({ owner, repo, issue_number: pullRequest, body, ...bounded() }))
          .data,
      );
    },
    updateComment: async (id, body) => {
      const { rest } = await load();
      return toComment(
        (await rest.issues.updateComment({ owner, repo, comment_id: id, body, ...bounded() })).data,
      );
    },
    login: async () => {
      const octokit = await load();
      try {
        const { viewer } = await octokit.graphql<{ viewer: { login: string } }>(
          '{ viewer { login } }',
          bounded(),
        );
        return viewer.login;
      } catch {
        // GraphQL may be out of reach where REST is not; the usual token is that of the Actions app.
        return DEFAULT_LOGIN;
      }
    },
  };
}

function toComment({ id, body, user, html_url: url }: WireComment): IssueComment {
  return { id, body: body ?? '', author: user?.login ?? '', url };
}

function once<T>(create: () => Promise<T>): () => Promise<T> {
  let created: Promise<T> | undefined;
  return () => {
    created ??= create();
    return created;
  };
}
