/**
 * GitHub's REST API on loopback, as far as the action uses it: comments of a pull request, the list of caches, and tokens
 * that may read, write, or nothing. A write with a read-only token is the 403 that a fork's run gets.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { CacheService } from './cache-service.js';

export interface Comment {
  id: number;
  body: string;
  login: string;
}

/** `write` comments and lists caches, `read` is a fork's token, `no-caches` lacks `actions: read`. */
export type Token = 'write' | 'read' | 'no-caches';

export interface GitHubApi {
  readonly url: string;
  readonly comments: Comment[];
  readonly requests: string[];
  close(): Promise<void>;
}

export async function startGitHubApi(cache?: CacheService): Promise<GitHubApi> {
  const comments: Comment[] = [];
  const requests: string[] = [];
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const text = Buffer.concat(parts).toString('utf8');
    const body = text === '' ? {} : (JSON.parse(text) as { body?: string });
    const { pathname, searchParams } = new URL(request.url ?? '', url);
    requests.push(`${request.method} ${pathname}`);
    const token = (request.headers.authorization ?? '').replace(/^(?:token|bearer) /i, '');
    const reply = (status: number, data: unknown) => {
      response
        .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
        .end(JSON.stringify(data));
    };
    const refuse = () => reply(403, { message: 'Resource not accessible by integration', status: '403' });
    const issue = /^\/repos\/[^/]+\/[^/]+\/issues\/(\d+)\/comments$/.exec(pathname);
    const one = /^\/repos\/[^/]+\/[^/]+\/issues\/comments\/(\d+)$/.exec(pathname);
    if (/\/actions\/caches$/.test(pathname)) {
      if (token !== 'write' || !cache) return refuse();
      return reply(200, cache.list(searchParams.get('key') ?? ''));
    }
    if (issue && request.method === 'GET')
      return reply(200, searchParams.get('page') === '2' ? [] : comments.map(render));
    if (token !== 'write' && request.method !== 'GET') return refuse();
    if (issue && request.method === 'POST') {
      if ((body.body ?? '').length > 65_536)
        return reply(422, { message: 'Body is too long (maximum is 65536 characters)' });
      const comment = { id: comments.length + 1, body: body.body ?? '', login: 'github-actions[bot]' };
      comments.push(comment);
      return reply(201, render(comment));
    }
    const known = comments.find(({ id }) => id === Number(one?.[1]));
    if (known && request.method === 'PATCH') {
      known.body = body.body ?? '';
      return reply(200, render(known));
    }
    return reply(404, { message: 'Not Found' });
  }

  const render = ({ id, body, login }: Comment) => ({
    id,
    body,
    user: { login },
    html_url: `https://github.com/acme/app/pull/7#issuecomment-${id}`,
  });

  return {
    url,
    comments,
    requests,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
