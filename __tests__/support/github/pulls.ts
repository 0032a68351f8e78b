/** Pull requests. */
import type { Route } from './routes.js';

export interface Pull {
  readonly number: number;
  readonly state: 'open' | 'closed';
  /** `owner:branch`. */
  readonly head: string;
  readonly headSha: string;
  /** `undefined`: the repository is gone. */
  readonly headRepository: string | undefined;
}

export function pullRoutes(pulls: readonly Pull[]): Route[] {
  return [
    {
      method: 'GET',
      path: /^\/pulls$/,
      needs: ['pull-requests: read', 'pull-requests: write'],
      answer: ({ query }) => ({
        status: 200,
        body: pulls
          .filter(({ state, head }) => state === query.get('state') && head === query.get('head'))
          .map(({ number, head, headSha, headRepository }) => ({
            number,
            head: {
              sha: headSha,
              label: head,
              repo: headRepository === undefined ? null : { full_name: headRepository },
            },
          })),
      }),
    },
  ];
}
