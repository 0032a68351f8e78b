/** The list of Actions caches: the one view that crosses refs. */
import type { CacheApi } from '../../ports/github.js';
import type { GitHubClient } from './client.js';
import { PER_PAGE, readPages } from './pages.js';

export function cacheApi({ send }: GitHubClient): CacheApi {
  return {
    listCaches: async (keyPrefix, ref) => {
      const { items, isWhole } = await readPages(async (page) => {
        const { data } = await send('actions: read', ({ rest }, options) =>
          rest.actions.getActionsCacheList({
            ...options,
            key: keyPrefix,
            ...(ref === undefined ? {} : { ref }),
            sort: 'created_at',
            direction: 'desc',
            per_page: PER_PAGE,
            page,
          }),
        );
        return data.actions_caches;
      });
      const caches = items.map(({ key = '', ref: of = '', created_at: createdAt = '' }) => ({
        key,
        ref: of,
        createdAt,
      }));
      return { caches, isWhole };
    },
  };
}
