/** Pull requests, as far as a run of somebody else's has to be matched with one. */
import type { PullApi } from '../../ports/github.js';
import type { GitHubClient } from './client.js';

export function pullApi({ send }: GitHubClient): PullApi {
  return {
    listOpenPulls: async (head) => {
      const { data } = await send('pull-requests: read', ({ rest }, options) =>
        rest.pulls.list({ ...options, state: 'open', head, per_page: 100 }),
      );
      return data.map(({ number, head: { sha, repo } }) => ({
        number,
        headSha: sha,
        headRepository: repo?.full_name,
      }));
    },
  };
}
