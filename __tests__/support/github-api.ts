/**
 * GitHub's REST API on loopback, as far as the action uses it, and tokens that may read, write, or nothing. What a token may
 * not do is the 403 that a fork's run gets. A test may let requests fail, in order. Every request is held against GitHub's
 * OpenAPI description: one that GitHub would not take is answered 500, and closing the API then fails the test.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { CacheService } from './cache-service.js';
import { cacheRoutes } from './github/caches.js';
import { type Comment, commentRoutes } from './github/comments.js';
import { validateRequest } from './github/openapi.js';
import { type ApiReply, mayDo, NOT_FOUND, type Route } from './github/routes.js';

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
  /** `GET /repos/acme/app/actions/caches`, in order. */
  readonly requests: string[];
  readonly faults: ApiFault[];
  /** What GitHub would not have taken, a line each; a test that means it empties the list. */
  readonly faultsFound: string[];
  /** @throws when a request was made that GitHub would not take */
  close(): Promise<void>;
}

const FORBIDDEN: ApiReply = {
  status: 403,
  body: { message: 'Resource not accessible by integration', status: '403' },
};

export async function startGitHubApi(cache?: CacheService): Promise<GitHubApi> {
  const comments: Comment[] = [];
  const requests: string[] = [];
  const faults: ApiFault[] = [];
  const faultsFound: string[] = [];
  const routes: Route[] = [...cacheRoutes(cache), ...commentRoutes(comments)];
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
      refuse(validateRequest(method, pathname, query, text)) ??
      nextFault(method, pathname) ??
      answer({ method, path, query, token, body: text === '' ? {} : JSON.parse(text) });
    response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
      .end(body === undefined ? '' : JSON.stringify(body));
  }

  function refuse(found: readonly string[]): ApiReply | undefined {
    faultsFound.push(...found);
    if (found.length === 0) return undefined;
    return { status: 500, body: { message: `Not a request that GitHub takes: ${found.join('; ')}` } };
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
    requests,
    faults,
    faultsFound,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      if (faultsFound.length > 0)
        throw new Error(`Requests that GitHub would not take:\n${faultsFound.join('\n')}`);
    },
  };
}
