/** The bytes of a large request: given back when its call has ended, and never before they have left. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Agent, type Dispatcher } from 'undici';
import { BodyPieces } from '../../src/meter/chunks.js';
import { createDispatcher } from '../../src/platform/dispatcher.js';
import { createTestMeter, send, type TestMeter } from '../support/meter.js';

const KIB = 1024;
const large = () => Buffer.alloc(200 * KIB, 'a');

describe('the pieces of a body', () => {
  test('are given back with the end of their call', () => {
    const part = large();
    new BodyPieces([part]).release();
    expect(part.length).toBe(0);
  });

  test('are kept while somebody may ask for them, and given back when nobody does any more', () => {
    const part = large();
    const pieces = new BodyPieces([part]);
    pieces.hold();
    pieces.release();
    expect(pieces.heldBytes).toBe(200 * KIB);
    expect([...pieces.chunks.values()]).toEqual([200 * KIB]);
    expect(part.length).toBe(0);
    expect(pieces.heldBytes).toBe(0);
  });

  test('are never given back while their call is under way', () => {
    const part = large();
    const pieces = new BodyPieces([part]);
    pieces.hold();
    pieces.drop();
    expect(part.length).toBe(200 * KIB);
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

async function meterOf(upstream: string, dispatcher?: Dispatcher): Promise<TestMeter> {
  const meter = await createTestMeter({ upstream, ...(dispatcher ? { dispatcher } : {}) });
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

const sizes = (body: Buffer[] | undefined) => body?.map(({ length }) => length).filter((size) => size > KIB);

describe('a large request', () => {
  test('leaves nothing in memory when its call has ended', async () => {
    const dispatcher = new Watched(false);
    const meter = await meterOf(await upstreamOf(answerWhole), dispatcher);
    expect((await send(`${meter.url}/v1/chat/completions`, { body: request })).status).toBe(200);
    await nextTurn();
    expect(dispatcher.bodies).toHaveLength(1);
    expect(sizes(dispatcher.bodies[0])).toEqual([]);
  });

  test.each([
    ['has bytes left to send', true],
    ['cannot tell', undefined],
  ])('stays where it is while the way out %s', async (_, hasUnsent) => {
    const dispatcher = new Watched(hasUnsent);
    const meter = await meterOf(await upstreamOf(answerWhole), dispatcher);
    expect((await send(`${meter.url}/v1/chat/completions`, { body: request })).status).toBe(200);
    await nextTurn();
    expect(sizes(dispatcher.bodies[0])?.reduce((sum, size) => sum + size, 0)).toBeGreaterThan(1_900_000);
  });

  test('is sent as it came, or not at all, where the upstream answers before it has read it', async () => {
    const { promise: arrived, resolve } = Promise.withResolvers<Buffer>();
    let readOn = (): void => undefined;
    const upstream = await upstreamOf((socket) => {
      const parts: Buffer[] = [];
      socket.pause().on('data', (part) => parts.push(part));
      socket.on('close', () => resolve(Buffer.concat(parts)));
      socket.write(ANSWER);
      readOn = () => void socket.resume();
    });
    const meter = await meterOf(upstream);
    const content = prompt.repeat(12);
    const body = { ...request, messages: [{ role: 'user', content }] };
    expect((await send(`${meter.url}/v1/chat/completions`, { body })).status).toBe(200);
    // What is freed too early would be written over by these.
    const others = Array.from({ length: 500 }, () => Buffer.allocUnsafeSlow(64 * KIB).fill('z'));
    readOn();
    const text = (await arrived).toString('latin1');
    const came = text.slice(text.indexOf('xxx'));
    expect(came.replace(/^x+/, '').replace('"}]}', '')).toBe('');
    expect(others).toHaveLength(500);
  });
});

describe('the way out', () => {
  test('knows whether all that it was given has left', async () => {
    const dispatcher = createDispatcher({}) as Dispatcher & { hasUnsent(): boolean };
    open.push({ close: () => dispatcher.destroy() });
    const begun = Promise.withResolvers<Socket>();
    const upstream = await upstreamOf((socket) => begun.resolve(socket.pause()));
    expect(dispatcher.hasUnsent()).toBe(false);
    const body = Buffer.alloc(32 * KIB * KIB);
    const asked = dispatcher.request({ origin: upstream, path: '/', method: 'POST', body });
    asked.catch(() => undefined);
    const socket = await begun.promise;
    while (!dispatcher.hasUnsent()) await nextTurn();
    answerWhole(socket);
    socket.resume();
    await (await asked).body.dump();
    expect(dispatcher.hasUnsent()).toBe(false);
  });
});
