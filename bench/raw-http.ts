/**
 * An upstream and a load generator on bare sockets, so that what is measured between them is the proxy. They speak only as
 * much HTTP as the benchmarks need: one request at a time on a connection, lengths told, chunks for streams.
 * All load goes to loopback, and is bounded in time.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
/** Ends a chunked answer. */
const LAST_CHUNK = Buffer.from('\r\n0\r\n\r\n');
const EVENTS = 500;
const EVENTS_PER_WRITE = 25;

const ANSWER = JSON.stringify({
  id: 'chatcmpl-1',
  model: 'gpt-5',
  choices: [{ index: 0, message: { role: 'assistant', content: 'x'.repeat(760) }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1000, completion_tokens: 200 },
});
const EVENT = `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', model: 'gpt-5', choices: [{ index: 0, delta: { content: 'x'.repeat(180) }, finish_reason: null }] })}\n\n`;
const USAGE = `data: ${JSON.stringify({ id: 'chatcmpl-1', model: 'gpt-5', choices: [], usage: { prompt_tokens: 1000, completion_tokens: 500 } })}\n\ndata: [DONE]\n\n`;
const JSON_ANSWER = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${ANSWER.length}\r\n\r\n${ANSWER}`,
);
const STREAM_HEAD = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n',
);
const chunkOf = (text: string) => Buffer.from(`${text.length.toString(16)}\r\n${text}\r\n`);
/** Servers send each event in a chunk of its own, those in front of them may gather some. */
const EVENT_CHUNKS = {
  stream: Buffer.concat(Array.from({ length: EVENTS_PER_WRITE }, () => chunkOf(EVENT))),
  'gathered-stream': chunkOf(EVENT.repeat(EVENTS_PER_WRITE)),
} as const;
type StreamKind = keyof typeof EVENT_CHUNKS;
const STREAM_END = Buffer.concat([chunkOf(USAGE), Buffer.from('0\r\n\r\n')]);

export const STREAM_BYTES = EVENT.length * EVENTS + USAGE.length;
export const STREAM_EVENTS = EVENTS;

/** Takes what arrives on a connection apart into messages whose length is told, or that are chunked. */
class MessageCounter {
  readonly #onMessage: (head: string, bytes: number) => void;
  #head: Buffer = Buffer.alloc(0);
  #headText = '';
  #left = -1;
  #isChunked = false;
  #tail: Buffer = Buffer.alloc(0);
  #bytes = 0;

  constructor(onMessage: (head: string, bytes: number) => void) {
    this.#onMessage = onMessage;
  }

  push(data: Buffer): void {
    let rest = data;
    if (this.#left < 0 && !this.#isChunked) {
      this.#head = this.#head.length === 0 ? rest : Buffer.concat([this.#head, rest]);
      const end = this.#head.indexOf(HEAD_END);
      if (end === -1) return;
      this.#headText = this.#head.toString('latin1', 0, end).toLowerCase();
      rest = this.#head.subarray(end + HEAD_END.length);
      this.#head = Buffer.alloc(0);
      this.#isChunked = this.#headText.includes('transfer-encoding: chunked');
      this.#left = Number(/content-length: (\d+)/.exec(this.#headText)?.[1] ?? 0);
    }
    this.#bytes += rest.length;
    if (this.#isChunked ? this.#endsChunks(rest) : this.#bytes >= this.#left) this.#finish();
  }

  #endsChunks(rest: Buffer): boolean {
    this.#tail = Buffer.concat([this.#tail, rest.subarray(-LAST_CHUNK.length)]).subarray(-LAST_CHUNK.length);
    return this.#tail.equals(LAST_CHUNK);
  }

  #finish(): void {
    const bytes = this.#bytes;
    this.#left = -1;
    this.#isChunked = false;
    this.#tail = Buffer.alloc(0);
    this.#bytes = 0;
    this.#onMessage(this.#headText, bytes);
  }
}

/** Answers with 1 KB of JSON, or with a stream where the request asks for one by header. */
export async function startRawUpstream(): Promise<string> {
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    const counter = new MessageCounter((head) => {
      const kind = /x-bench: (gathered-stream|stream)/.exec(head)?.[1] as StreamKind | undefined;
      if (kind) void stream(socket, EVENT_CHUNKS[kind]);
      else socket.write(JSON_ANSWER);
    });
    socket.on('data', (data) => counter.push(data));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';
}

async function stream(socket: Socket, events: Buffer): Promise<void> {
  socket.write(STREAM_HEAD);
  for (let sent = 0; sent < EVENTS; sent += EVENTS_PER_WRITE) {
    if (!socket.write(events) && !socket.destroyed)
      await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
  }
  socket.write(STREAM_END);
}

export interface LoadResult {
  readonly calls: number;
  readonly failed: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Milliseconds, one a call. */
  readonly times: readonly number[];
}

export interface Load {
  readonly kind: 'json' | StreamKind;
  /** Bytes of the prompt, at least. */
  readonly promptBytes: number;
  readonly concurrency: number;
  readonly seconds: number;
  readonly headers?: readonly string[];
}

/** What prompts are full of: code, in which every few words bring an escape. */
const PROMPT = String.raw`+    return await this.#withRetry(\"fetch\", { attempts: 3, base: 250 }, async (signal) => {\n`;

function requestBytes(url: URL, { kind, promptBytes, headers = [] }: Load): Buffer {
  const options = kind !== 'json' ? '"stream":true,"stream_options":{"include_usage":true},' : '';
  const prompt = PROMPT.repeat(Math.ceil(promptBytes / PROMPT.length));
  const body = `{"model":"gpt-5",${options}"messages":[{"role":"user","content":"${prompt}"}]}`;
  const lines = [
    `POST /v1/chat/completions HTTP/1.1`,
    `host: ${url.host}`,
    'content-type: application/json',
    `content-length: ${body.length}`,
    `x-bench: ${kind}`,
    ...headers,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** Closed loop: each connection sends its next call when the answer to the last one is whole. */
export async function runLoad(target: string, load: Load): Promise<LoadResult> {
  const url = new URL(target);
  const bytes = requestBytes(url, load);
  const begun = performance.now();
  const until = begun + load.seconds * 1000;
  const result = { calls: 0, failed: 0, bytes: 0, times: [] as number[] };
  await Promise.all(Array.from({ length: load.concurrency }, () => oneClient(url, bytes, until, result)));
  return { ...result, seconds: (performance.now() - begun) / 1000 };
}

function oneClient(
  url: URL,
  request: Buffer,
  until: number,
  result: { calls: number; failed: number; bytes: number; times: number[] },
): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ port: Number(url.port), host: url.hostname, noDelay: true });
    let sentAt = performance.now();
    const counter = new MessageCounter((head, bytes) => {
      const now = performance.now();
      if (head.startsWith('http/1.1 200')) {
        result.calls += 1;
        result.times.push(now - sentAt);
      } else result.failed += 1;
      result.bytes += bytes;
      if (now >= until) {
        socket.destroy();
        return;
      }
      sentAt = now;
      socket.write(request);
    });
    socket.on('data', (data) => counter.push(data));
    socket.on('connect', () => socket.write(request));
    socket.on('error', () => {
      result.failed += 1;
    });
    socket.on('close', () => resolve());
  });
}
