/**
 * The outer side of a GitHub on loopback: it takes a request, holds it against GitHub's OpenAPI description, lets it fail
 * where a test wants it to, writes it down, and leaves the answer to whoever started it.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { validateRequest } from './openapi.js';
import type { ApiReply, ApiRequest } from './routes.js';

/** A failure in the place of an answer, for the next `times` requests that fit. Status 0 drops the connection, -1 never answers. */
export interface ApiFault extends ApiReply {
  readonly method?: string;
  /** Part of the path. */
  readonly path?: string;
  times: number;
}

/** A request as it was seen, with the status it was answered with. */
export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly token: string;
  readonly status: number;
}

export interface ApiServer {
  readonly url: string;
  /** `GET /repos/acme/app/actions/caches`, as they came. */
  readonly requests: string[];
  /** The same with what was sent and answered, once it was. */
  readonly log: LoggedRequest[];
  readonly faults: ApiFault[];
  /** What GitHub would not have taken, a line each; a test that means it empties the list. */
  readonly faultsFound: string[];
  /** True where no request is answered any more. */
  hangs: boolean;
  /** Called with `GET /repos/acme/app/issues` and the like before the request is answered. */
  onRequest: ((line: string) => void) | undefined;
  /** @throws when a request was made that GitHub would not take */
  close(): Promise<void>;
}

/** The whole path of the request stands beside the one below its repository. */
export type Answer = (request: ApiRequest, pathname: string) => ApiReply | Promise<ApiReply>;

export async function startApiServer(answer: Answer): Promise<ApiServer> {
  const requests: string[] = [];
  const log: LoggedRequest[] = [];
  const faults: ApiFault[] = [];
  const faultsFound: string[] = [];
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of message as AsyncIterable<Buffer>) parts.push(part);
    const text = Buffer.concat(parts).toString('utf8');
    const { pathname, searchParams: query } = new URL(message.url ?? '', url);
    const method = message.method ?? 'GET';
    requests.push(`${method} ${pathname}`);
    api.onRequest?.(`${method} ${pathname}`);
    if (api.hangs) return;
    const token = (message.headers.authorization ?? '').replace(/^(?:token|bearer) /i, '');
    const found = validateRequest(method, pathname, query, text);
    const body = text === '' || found.length > 0 ? {} : JSON.parse(text);
    const path = pathname.replace(/^\/repos\/[^/]+\/[^/]+/, '');
    const {
      status,
      body: sent,
      headers,
    } = refuse(found) ??
    nextFault(method, pathname) ??
    (await answer({ method, path, query, token, body }, pathname));
    log.push({ method, path: pathname, query: query.toString(), body, token, status });
    if (status === 0) message.socket.destroy();
    if (status <= 0) return;
    response
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
      .end(sent === undefined ? '' : JSON.stringify(sent));
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

  async function close(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    if (faultsFound.length > 0)
      throw new Error(`Requests that GitHub would not take:\n${faultsFound.join('\n')}`);
  }

  const api: ApiServer = {
    url,
    requests,
    log,
    faults,
    faultsFound,
    hangs: false,
    onRequest: undefined,
    close,
  };
  return api;
}
