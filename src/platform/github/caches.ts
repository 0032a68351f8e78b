/** The list of Actions caches: the one view that crosses refs. */
import type { CacheApi, CacheListing } from '../../ports/github.js';
import type { GitHubClient } from './client.js';

const MAX_PAGES = 5;
const PER_PAGE = 100;

export function cacheApi({ send }: GitHubClient): CacheApi {
  return {
    listCaches: async (keyPrefix) => {
      const listed: CacheListing[] = [];
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const { data } = await send('actions: read', ({ rest }, options) =>
          rest.actions.getActionsCacheList({
            ...options,
            key: keyPrefix,
            sort: 'created_at',
            direction: 'desc',
            per_page: PER_PAGE,
            page,
          }),
        );
        listed.push(
          ...data.actions_caches.map(({ key = '', ref = '', created_at: createdAt = '' }) => ({
            key,
            ref,
            createdAt,
          })),
        );
        if (data.actions_caches.length < PER_PAGE) break;
      }
      return listed;
    },
  };
}
