/** The bytes of a large request: given back when its call has ended, and never before they have left. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Agent, type Dispatcher } from 'undici';
import { BodyPieces } from '../../src/meter/chunks.js';
import { SeenText } from '../../src/meter/seen-text.js';
import { createDispatcher } from '../../src/platform/dispatcher.js';
import { createTestMeter, send, type TestMeter, type TestMeterOptions } from '../support/meter.js';

const KIB = 1024;
const large = () => Buffer.alloc(200 * KIB, 'a');

describe('the pieces of a body', () => {
  test('are given back with the end of their call', () => {
    const part = large();
    new BodyPieces([part]).giveBack();
    expect(part.length).toBe(0);
  });

  test('are kept while somebody may ask for them, and given back when nobody does any more', () => {
    const part = large();
    const pieces = new BodyPieces([part]);
    pieces.hold();
    pieces.giveBack();
    expect(pieces.heldBytes).toBe(200 * KIB);
    expect([...pieces.chunks.values()]).toEqual([200 * KIB]);
    expect(part.length).toBe(0);
    expect(pieces.heldBytes).toBe(0);
  });

  test('are never given back while their call is under way', () => {
    const part = large();
    const pieces = new BodyPieces([part]);
    pieces.hold();
    expect(pieces.chunks.size).toBe(1);
    expect(part.length).toBe(200 * KIB);
    pieces.giveBack();
    expect(part.length).toBe(0);
  });

  test('are held for the last calls, and given back when others come', () => {
    const seen = new SeenText();
    const parts = Array.from({ length: 3 }, () => Buffer.alloc(2 * KIB * KIB, 'a'));
    for (const part of parts) {
      const pieces = new BodyPieces([part]);
      seen.learn('model', pieces, 1_000_000);
      pieces.giveBack();
    }
    expect(parts.map(({ length }) => length)).toEqual([0, 2 * KIB * KIB, 2 * KIB * KIB]);
    const next = new BodyPieces([large()]);
    expect(seen.bound('model', next, 200 * KIB)).toBe(200 * KIB);
    expect(parts.map(({ length }) => length)).toEqual([0, 0, 0]);
  });
});

const prompt = 'x'.repeat(2_000_000);
const request = { model: 'gpt-5', messages: [{ role: 'user', content: prompt }] };
const answer = JSON.stringify({
  model: 'gpt-5',
  choices: [],
  usage: { prompt_tokens: 10, completion_tokens: 1 },
});
const ANSWER = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`;

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** An upstream that sees exact bytes. */
async function upstreamOf(serve: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

async function meterBefore(
  serve: (socket: Socket) => void,
  options: Omit<TestMeterOptions, 'upstream'>,
): Promise<TestMeter> {
  const meter = await createTestMeter({ upstream: await upstreamOf(serve), ...options });
  open.unshift(meter);
  return meter;
}

/** Remembers the bytes that left through it. */
class Watched extends Agent {
  readonly bodies: Buffer[][] = [];
  readonly #hasUnsent: boolean | undefined;

  constructor(hasUnsent: boolean | undefined) {
    super();
    this.#hasUnsent = hasUnsent;
  }

  get hasUnsent(): (() => boolean) | undefined {
    return this.#hasUnsent === undefined ? undefined : () => this.#hasUnsent === true;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandlers): boolean {
    this.bodies.push(options.body as unknown as Buffer[]);
    return super.dispatch(options, handler);
  }
}

/** Answers each request once all of it is there. */
function answerWhole(socket: Socket): void {
  let left = 0;
  socket.on('data', (bytes) => {
    if (left === 0) {
      const head = bytes.indexOf('\r\n\r\n') + 4;
      left = head + Number(/content-length: (\d+)/i.exec(bytes.toString('latin1', 0, head))?.[1]);
    }
    left -= bytes.length;
    if (left === 0) socket.write(ANSWER);
  });
}

/** What is left of a request in memory. */
const left = (body: Buffer[] | undefined) => (body ?? []).reduce((sum, { length }) => sum + length, 0);

describe('a large request', () => {
  test('leaves nothing in memory when its call has ended', async () => {
    const dispatcher = new Watched(false);
    const meter = await meterBefore(answerWhole, { dispatcher });
    expect((await send(`${meter.url}/v1/chat/completions`, { body: request })).status).toBe(200);
    await nextTurn();
    expect(dispatcher.bodies).toHaveLength(1);
    // Pieces too short to be worth it stay until they are collected.
    expect(left(dispatcher.bodies[0])).toBeLessThan(100 * KIB);
  });

  test.each([
    ['has bytes left to send', true],
    ['cannot tell', undefined],
  ])('stays where it is while the way out %s', async (_, hasUnsent) => {
    const dispatcher = new Watched(hasUnsent);
    const meter = await meterBefore(answerWhole, { dispatcher });
    expect((await send(`${meter.url}/v1/chat/completions`, { body: request })).status).toBe(200);
    await nextTurn();
    expect(left(dispatcher.bodies[0])).toBeGreaterThan(1_900_000);
  });

  test('of a call that is refused stays in memory no longer than its answer', async () => {
    const dispatcher = new Watched(false);
    const meter = await meterBefore(answerWhole, { dispatcher, limits: { maxRequests: 1 } });
    const freed: number[] = [];
    const { transfer } = ArrayBuffer.prototype;
    open.push({ close: () => Object.assign(ArrayBuffer.prototype, { transfer }) });
    await send(`${meter.url}/v1/chat/completions`, { body: request });
    await nextTurn();
    ArrayBuffer.prototype.transfer = function count(this: ArrayBuffer, length?: number) {
      freed.push(this.byteLength);
      return transfer.call(this, length);
    };
    expect((await send(`${meter.url}/v1/chat/completions`, { body: request })).status).toBe(402);
    expect(dispatcher.bodies).toHaveLength(1);
    expect(freed.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(1_900_000);
  });
});

describe('the way out', () => {
  test('knows whether all that it was given has left, on whichever connection', async () => {
    const dispatcher = createDispatcher({});
    open.push({ close: () => dispatcher.destroy() });
    const begun: Socket[] = [];
    const upstream = await upstreamOf((socket) => begun.push(socket.pause()));
    const ask = (size: number) => {
      const asked = dispatcher.request({
        origin: upstream,
        path: '/',
        method: 'POST',
        body: Buffer.alloc(size),
      });
      asked.catch(() => undefined);
      return asked;
    };
    expect(dispatcher.hasUnsent?.()).toBe(false);
    const stalled = ask(32 * KIB * KIB);
    while (!dispatcher.hasUnsent?.()) await nextTurn();
    const other = ask(10);
    while (begun.length < 2) await nextTurn();
    const [first, second] = begun;
    if (second) answerWhole(second);
    second?.resume();
    await (await other).body.dump();
    expect(dispatcher.hasUnsent?.()).toBe(true);
    if (first) answerWhole(first);
    first?.resume();
    await (await stalled).body.dump();
    expect(dispatcher.hasUnsent?.()).toBe(false);
  });

  test('has nothing unsent on a connection that is gone', async () => {
    const dispatcher = createDispatcher({});
    open.push({ close: () => dispatcher.destroy() });
    const begun = Promise.withResolvers<Socket>();
    const upstream = await upstreamOf((socket) => begun.resolve(socket.pause()));
    const body = Buffer.alloc(32 * KIB * KIB);
    const asked = dispatcher.request({ origin: upstream, path: '/', method: 'POST', body });
    const failed = expect(asked).rejects.toThrow();
    const socket = await begun.promise;
    while (!dispatcher.hasUnsent?.()) await nextTurn();
    socket.resetAndDestroy();
    await failed;
    while (dispatcher.hasUnsent?.()) await nextTurn();
  });
});
