/** A webhook on loopback that keeps what it was told, and can be told to fail. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Told {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly json: Readonly<Record<string, unknown>>;
}

export interface Webhook {
  readonly url: string;
  readonly seen: Told[];
  /** A status, or what happens in place of an answer. */
  answer: number | 'hang' | 'hang-up';
  close(): Promise<void>;
}

export async function startWebhook(): Promise<Webhook> {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const json = JSON.parse(body) as Record<string, unknown>;
    webhook.seen.push({ path: request.url ?? '', headers: request.headers, body, json });
    if (webhook.answer === 'hang-up') request.socket.destroy();
    else if (webhook.answer !== 'hang')
      response.writeHead(webhook.answer, { location: 'http://127.0.0.1:9/elsewhere' }).end('no_service');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const webhook: Webhook = {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    seen: [],
    answer: 200,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return webhook;
}
