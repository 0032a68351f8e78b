/** Upstream, reference pipe and client of the benchmarks. All load goes to loopback, and is bounded. */

import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type Server } from 'node:http';

export interface Listening {
  readonly url: string;
  close(): void;
}

const CHUNK = `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', model: 'gpt-5', choices: [{ index: 0, delta: { content: 'x'.repeat(180) }, finish_reason: null }] })}\n\n`;
const USAGE = `data: ${JSON.stringify({ id: 'chatcmpl-1', model: 'gpt-5', choices: [], usage: { prompt_tokens: 1000, completion_tokens: 500 } })}\n\ndata: [DONE]\n\n`;
const ANSWER = JSON.stringify({
  id: 'chatcmpl-1',
  model: 'gpt-5',
  choices: [{ index: 0, message: { role: 'assistant', content: 'x'.repeat(760) }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1000, completion_tokens: 200 },
});
/** Asks for usage itself, so that the meter changes nothing in what it forwards. */
export const JSON_CALL = Buffer.from(
  JSON.stringify({ model: 'gpt-5', messages: [{ role: 'user', content: 'x'.repeat(900) }] }),
);
export const streamCall = (chunks: number) =>
  Buffer.from(
    JSON.stringify({
      model: 'gpt-5',
      stream: true,
      stream_options: { include_usage: true },
      user: String(chunks),
      messages: [],
    }),
  );

async function listen(server: Server): Promise<Listening> {
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';
  return {
    url,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Answers with 1 KB of JSON, or with as many chunks as the call's `user` says. */
export function startUpstream(): Promise<Listening> {
  return listen(
    createServer(async (incoming, response) => {
      const parts: Buffer[] = [];
      for await (const part of incoming as AsyncIterable<Buffer>) parts.push(part);
      const { stream, user } = JSON.parse(Buffer.concat(parts).toString('utf8')) as {
        stream?: boolean;
        user?: string;
      };
      if (!stream) {
        response
          .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(ANSWER) })
          .end(ANSWER);
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let left = Number(user); left > 0; left -= 100) {
        if (!response.write(CHUNK.repeat(Math.min(left, 100)))) await once(response, 'drain');
      }
      response.end(USAGE);
    }),
  );
}

export const CHUNK_BYTES = Buffer.byteLength(CHUNK);

/** The reference: a proxy that does nothing but pipe. */
export function startPipe(upstream: string): Promise<Listening> {
  const agent = new Agent({ keepAlive: true });
  const { port } = new URL(upstream);
  return listen(
    createServer((incoming, response) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port,
          path: incoming.url,
          method: incoming.method,
          headers: incoming.headers,
          agent,
        },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      outgoing.on('error', () => response.destroy());
      incoming.pipe(outgoing);
    }),
  );
}

/** One call on a kept connection; the answer's size in bytes. */
export function call(agent: Agent, url: string, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${url}/v1/chat/completions`,
      {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', 'content-length': body.length },
      },
      (answer: IncomingMessage) => {
        let bytes = 0;
        answer.on('data', (part: Buffer) => {
          bytes += part.length;
        });
        answer.on('end', () =>
          answer.statusCode === 200 ? resolve(bytes) : reject(new Error(`status ${answer.statusCode}`)),
        );
        answer.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
