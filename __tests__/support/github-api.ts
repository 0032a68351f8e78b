/**
 * GitHub's REST API on loopback, as far as the action uses it, and tokens that may read, write, or nothing. What a token may
 * not do is the 403 that a fork's run gets. A test may let requests fail, in order.
 */

import type { CacheService } from './cache-service.js';
import { cacheRoutes } from './github/caches.js';
import { type Check, checkRoutes, type Status } from './github/checks.js';
import { type Comment, commentRoutes } from './github/comments.js';
import { type Contents, contentRoutes } from './github/contents.js';
import { type IssueRow, issueRoutes } from './github/issues.js';
import { type Pull, pullRoutes } from './github/pulls.js';
import { type ApiReply, answerBy, NOT_FOUND, type Route } from './github/routes.js';
import { type RunRow, runRoutes } from './github/runs.js';
import { type ApiServer, startApiServer } from './github/server.js';

export type { Check, Status } from './github/checks.js';
export type { Comment } from './github/comments.js';
export type { IssueRow } from './github/issues.js';
export type { Token } from './github/routes.js';
export type { ApiFault } from './github/server.js';

export interface GitHubApi extends ApiServer {
  readonly comments: Comment[];
  readonly contents: Contents;
  readonly issues: IssueRow[];
  readonly runs: RunRow[];
  readonly checks: Check[];
  readonly statuses: Status[];
  readonly pulls: Pull[];
}

/** @param now what GitHub's own clock says */
export async function startGitHubApi(cache?: CacheService, now = () => new Date()): Promise<GitHubApi> {
  const comments: Comment[] = [];
  const contents: Contents = new Map();
  const issues: IssueRow[] = [];
  const runs: RunRow[] = [];
  const checks: Check[] = [];
  const statuses: Status[] = [];
  const pulls: Pull[] = [];
  const routes: Route[] = [
    ...cacheRoutes(cache),
    ...commentRoutes(comments, issues),
    ...contentRoutes(contents),
    ...issueRoutes(issues, now),
    ...runRoutes(runs),
    ...checkRoutes(checks, statuses),
    ...pullRoutes(pulls),
  ];
  const server = await startApiServer((request): ApiReply => answerBy(routes, request) ?? NOT_FOUND);
  return Object.assign(server, { comments, contents, issues, runs, checks, statuses, pulls });
}
