/** An upstream whose every frame the test sends itself. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { acceptWebSocket, type TestSocket } from './websocket.js';

export interface Upstream {
  readonly url: string;
  /** Headers of each upgrade. */
  readonly upgrades: IncomingHttpHeaders[];
  /** Path of each. */
  readonly paths: (string | undefined)[];
  /** The upstream's side of the next connection that is opened. */
  next(): Promise<TestSocket>;
  close(): Promise<void>;
}

/** @param headers stand in the answer to an upgrade */
export async function startUpstream(headers: Readonly<Record<string, string>> = {}): Promise<Upstream> {
  const server = createServer((_request, response) => response.writeHead(404).end());
  const upgrades: IncomingHttpHeaders[] = [];
  const paths: (string | undefined)[] = [];
  const opened: TestSocket[] = [];
  let taken = 0;
  server.on('upgrade', (request, _socket, head) => {
    upgrades.push(request.headers);
    paths.push(request.url);
    opened.push(acceptWebSocket(request, head, headers));
    server.emit('opened');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    upgrades,
    paths,
    next: async () => {
      taken += 1;
      for (;;) {
        const socket = opened[taken - 1];
        if (socket) return socket;
        await once(server, 'opened');
      }
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      for (const { socket } of opened) socket.destroy();
      await closed;
    },
  };
}

const lane = (streamId: string | undefined) => (streamId === undefined ? {} : { stream_id: streamId });

/** The first event of an answer. */
export function created(id: string, streamId?: string): string {
  return JSON.stringify({
    type: 'response.created',
    ...lane(streamId),
    response: { id, status: 'in_progress', usage: null },
  });
}

/** The last event of an answer. */
export function completed(id: string, inputTokens: number, outputTokens: number, streamId?: string): string {
  const usage = {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
  };
  return JSON.stringify({
    type: 'response.completed',
    ...lane(streamId),
    response: { id, object: 'response', status: 'completed', model: 'gpt-5', error: null, usage },
  });
}
