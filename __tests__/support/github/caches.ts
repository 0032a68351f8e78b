/** The list of Actions caches, out of a cache service. */
import type { CacheService } from '../cache-service.js';
import type { Route } from './routes.js';

export function cacheRoutes(cache: CacheService | undefined): Route[] {
  return [
    {
      method: 'GET',
      path: /^\/actions\/caches$/,
      needs: ['actions: read', 'actions: write'],
      answer: ({ query }) => ({
        status: 200,
        body: cache?.list(query) ?? { total_count: 0, actions_caches: [] },
      }),
    },
  ];
}
