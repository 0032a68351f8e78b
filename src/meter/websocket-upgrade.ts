/** From a client's wish for a websocket to a metered one: the upstream is asked first, and its yes is passed on. */
import type { IncomingMessage } from 'node:http';
import type { MessageDialect } from '../ports/dialect.js';
import { endToEndHeaders, headerRecord } from '../wire/headers.js';
import type { CallRoute } from './call.js';
import { redact, swapQuery } from './credentials.js';
import { refuseUpgrade } from './local-answer.js';
import { outgoingHeaders } from './outgoing-headers.js';
import { withoutMasks } from './query.js';
import { type MeterServices, pathAt } from './services.js';
import { Conversation } from './websocket.js';
import { type Dialled, dial } from './websocket-dial.js';
import { WebSocketPeer } from './websocket-peer.js';

export interface WebSocketRoute extends CallRoute {
  readonly messages: MessageDialect;
}

/** Compression stays out on both sides: what is listened to must be readable, and loopback has no use for it. */
const REWRITTEN_HEADERS = new Set([
  'host',
  'expect',
  'content-length',
  'accept-encoding',
  'sec-websocket-extensions',
]);

/** Resolves when the connection has ended, and all of its calls are settled. */
export async function meterWebSocket(
  services: MeterServices,
  route: WebSocketRoute,
  request: IncomingMessage,
  head: Buffer,
): Promise<void> {
  const { socket } = request;
  const dialled = await dialUpstream(services, route, request);
  if (dialled.kind === 'refused') return refuseUpgrade(socket, overHttp(dialled.status));
  if (socket.destroyed) {
    dialled.socket.destroy();
    return;
  }
  const headers = endToEndHeaders(dialled.rawHeaders).map((part) => redact(services.credentials, part));
  socket.write(switching(headers), 'latin1');
  if (head.length > 0) socket.unshift(head);
  const conversation = new Conversation({
    services,
    dialect: route.dialect,
    messages: route.messages,
    headers: headerRecord(request.rawHeaders),
    client: new WebSocketPeer(socket, 'client'),
    upstream: new WebSocketPeer(dialled.socket, 'upstream'),
  });
  try {
    await conversation.run();
  } catch (error) {
    dialled.socket.destroy();
    throw error;
  }
}

async function dialUpstream(
  services: MeterServices,
  { dialect, path, query }: WebSocketRoute,
  request: IncomingMessage,
): Promise<Dialled> {
  const upstream = services.upstreamOf(dialect);
  if (upstream === undefined) return { kind: 'refused', status: undefined };
  const { rawHeaders: raw } = request;
  const swapped = swapQuery(services.credentials, withoutMasks(query));
  const headers = outgoingHeaders(services, { raw, dropped: REWRITTEN_HEADERS, policy: upstream.headers });
  return dial(
    {
      dispatcher: services.dispatcher,
      origin: upstream.origin,
      path: `${pathAt(upstream, path)}${swapped.query}`,
      headers: [...headers, ...swapped.headers],
    },
    request.socket,
  );
}

/**
 * Whatever kept the upstream from switching, a client that asks again over HTTP is told it there, in words that its limits
 * and its failure handling are made for. Any other status than 426 would have it try the upgrade again first.
 */
function overHttp(status: number | undefined) {
  const why = status === undefined ? 'The upstream did not switch' : `The upstream answered ${status}`;
  return {
    status: 426,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: `spendgate: no websocket. ${why}; send the request over HTTP.`,
  };
}

function switching(headers: readonly string[]): string {
  const lines = headers.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${headers[index + 1]}`] : []));
  const first = ['HTTP/1.1 101 Switching Protocols', 'connection: Upgrade', 'upgrade: websocket'];
  return [...first, ...lines, '', ''].join('\r\n');
}
