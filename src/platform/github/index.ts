/** GitHub's REST API for one repository, through octokit, which is loaded when the first request is made. */
import type { GitHub } from '../../ports/github.js';
import { cacheApi } from './caches.js';
import { checkApi } from './checks.js';
import { createClient, type GitHubOptions } from './client.js';
import { commentApi } from './comments.js';
import { contentApi } from './contents.js';
import { issueApi } from './issues.js';
import { pullApi } from './pulls.js';
import { runApi } from './runs.js';

const DEFAULT_LOGIN = 'github-actions[bot]';

/** @param options with what comments are written on, which is what their permission is named for */
export function createGitHub(
  options: GitHubOptions & { readonly commentsOn?: 'issues' | 'pull-requests' },
): GitHub {
  const client = createClient(options);
  return {
    ...cacheApi(client),
    ...contentApi(client),
    ...issueApi(client),
    ...runApi(client),
    ...commentApi(client, options.commentsOn),
    ...checkApi(client),
    ...pullApi(client),
    login: async () => {
      try {
        const { viewer } = await client.send('metadata: read', (octokit, { request }) =>
          octokit.graphql<{ viewer: { login: string } }>('{ viewer { login } }', { request }),
        );
        return viewer.login;
      } catch {
        // GraphQL may be out of reach where REST is not; the usual token is that of the Actions app.
        return DEFAULT_LOGIN;
      }
    },
  };
}
