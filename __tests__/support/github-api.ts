/**
 * GitHub's REST API on loopback, as far as the action uses it, and tokens that may read, write, or nothing. What a token may
 * not do is the 403 that a fork's run gets. A test may let requests fail, in order. Every request is held against GitHub's
 * OpenAPI description: one that GitHub would not take is answered 500, and closing the API then fails the test.
 */

import type { CacheService } from './cache-service.js';
import { cacheRoutes } from './github/caches.js';
import { type Comment, commentRoutes } from './github/comments.js';
import { type ApiReply, answerBy, NOT_FOUND, type Route } from './github/routes.js';
import { type ApiServer, startApiServer } from './github/server.js';

export type { Comment } from './github/comments.js';
export type { Token } from './github/routes.js';
export type { ApiFault } from './github/server.js';

export interface GitHubApi extends ApiServer {
  readonly comments: Comment[];
}

export async function startGitHubApi(cache?: CacheService): Promise<GitHubApi> {
  const comments: Comment[] = [];
  const routes: Route[] = [...cacheRoutes(cache), ...commentRoutes(comments)];
  const server = await startApiServer((request): ApiReply => answerBy(routes, request) ?? NOT_FOUND);
  return Object.assign(server, { comments });
}
