/**
 * GitHub's REST API on loopback, as far as the action uses it, and tokens that may read, write, or nothing. What a token may
 * not do is the 403 that a fork's run gets. A test may let requests fail, in order.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { CacheService } from './cache-service.js';
import { cacheRoutes } from './github/caches.js';
import { type Check, checkRoutes, type Status } from './github/checks.js';
import { type Comment, commentRoutes } from './github/comments.js';
import { type Pull, pullRoutes } from './github/pulls.js';
import { type ApiReply, mayDo, NOT_FOUND, type Route } from './github/routes.js';

export type { Check, Status } from './github/checks.js';
export type { Comment } from './github/comments.js';
export type { Token } from './github/routes.js';

/** A failure in the place of an answer, for the next `times` requests that fit. */
export interface ApiFault extends ApiReply {
  readonly method?: string;
  /** Part of the path. */
  readonly path?: string;
  times: number;
}

export interface GitHubApi {
  readonly url: string;
  readonly comments: Comment[];
  readonly checks: Check[];
  readonly statuses: Status[];
  readonly pulls: Pull[];
  /** `GET /repos/acme/app/actions/caches`, in order. */
  readonly requests: string[];
  readonly faults: ApiFault[];
  close(): Promise<void>;
}

const FORBIDDEN: ApiReply = {
  status: 403,
  body: { message: 'Resource not accessible by integration', status: '403' },
};

export async function startGitHubApi(cache?: CacheService): Promise<GitHubApi> {
  const comments: Comment[] = [];
  const checks: Check[] = [];
  const statuses: Status[] = [];
  const pulls: Pull[] = [];
  const requests: string[] = [];
  const faults: ApiFault[] = [];
  const routes: Route[] = [
    ...cacheRoutes(cache),
    ...commentRoutes(comments),
    ...checkRoutes(checks, statuses),
    ...pullRoutes(pulls),
  ];
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const text = Buffer.concat(parts).toString('utf8');
    const { pathname, searchParams: query } = new URL(request.url ?? '', url);
    const method = request.method ?? 'GET';
    requests.push(`${method} ${pathname}`);
    const token = (request.headers.authorization ?? '').replace(/^(?:token|bearer) /i, '');
    const path = pathname.replace(/^\/repos\/[^/]+\/[^/]+/, '');
    const { status, body, headers } =
      nextFault(method, pathname) ??
      answer({ method, path, query, token, body: text === '' ? {} : JSON.parse(text) });
    response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
      .end(body === undefined ? '' : JSON.stringify(body));
  }

  function nextFault(method: string, pathname: string): ApiReply | undefined {
    const fault = faults.find(
      (one) => one.times > 0 && (one.method ?? method) === method && pathname.includes(one.path ?? ''),
    );
    if (fault) fault.times -= 1;
    return fault;
  }

  function answer(request: Parameters<Route['answer']>[0]): ApiReply {
    for (const route of routes) {
      const match = route.method === request.method ? route.path.exec(request.path) : null;
      if (match) return mayDo(request.token, route.needs) ? route.answer(request, match) : FORBIDDEN;
    }
    return NOT_FOUND;
  }

  return {
    url,
    comments,
    checks,
    statuses,
    pulls,
    requests,
    faults,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
