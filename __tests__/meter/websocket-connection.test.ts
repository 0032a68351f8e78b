import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ProxyAgent } from 'undici';
import {
  createTestMeter,
  KEY,
  send,
  type TestMeter,
  type TestMeterOptions,
  TOKEN,
} from '../support/meter.js';
import { type Provider, startProvider } from '../support/provider.js';
import { openWebSocket, type TestSocket } from '../support/websocket.js';
import { completed, created, startUpstream, type Upstream } from '../support/websocket-upstream.js';

const AUTHORISED = { authorization: `Bearer ${TOKEN}` };
const CREATE = JSON.stringify({ type: 'response.create', model: 'gpt-5', input: 'hi' });

let closing: { close(): Promise<unknown> }[];

beforeEach(() => {
  closing = [];
});

afterEach(async () => {
  for (const open of closing.reverse()) await open.close();
});

function toClose<T extends { close(): Promise<unknown> }>(open: T): T {
  closing.push(open);
  return open;
}

async function metered(upstream: string, options: Partial<TestMeterOptions> = {}): Promise<TestMeter> {
  return toClose(await createTestMeter({ upstream, ...options }));
}

async function connected(meter: TestMeter): Promise<TestSocket> {
  const { socket, status } = await openWebSocket(`${meter.url}/v1/responses`, AUTHORISED);
  if (socket === undefined) throw new Error(`the upgrade was answered with ${status}`);
  return socket;
}

/** A client and an upstream with the meter between them. */
async function between(options: Partial<TestMeterOptions> = {}) {
  const upstream: Upstream = toClose(await startUpstream());
  const meter = await metered(upstream.url, options);
  const client = await connected(meter);
  return { meter, client, server: await upstream.next() };
}

describe('the upgrade', () => {
  let provider: Provider;

  beforeEach(async () => {
    provider = toClose(await startProvider());
  });

  test('the key goes out in place of the token, and no compression is agreed on', async () => {
    const upstream = toClose(await startUpstream({ 'x-request-id': 'req_1', 'x-echo': `Bearer ${KEY}` }));
    const meter = await metered(upstream.url);
    const { status, headers, socket } = await openWebSocket(`${meter.url}/v1/responses`, {
      ...AUTHORISED,
      'openai-beta': 'responses_websockets=2026-02-06',
    });
    expect(status).toBe(101);
    expect(socket).toBeDefined();
    expect(upstream.upgrades[0]).toMatchObject({
      authorization: `Bearer ${KEY}`,
      'openai-beta': 'responses_websockets=2026-02-06',
      'sec-websocket-version': '13',
    });
    expect(upstream.upgrades[0]).not.toHaveProperty('sec-websocket-extensions');
    expect(JSON.stringify(upstream.upgrades)).not.toContain(TOKEN);
    expect(headers['x-request-id']).toBe('req_1');
    expect(headers).not.toHaveProperty('sec-websocket-extensions');
    expect(JSON.stringify(headers)).not.toContain(KEY);
  });

  test.each([400, 401, 403, 404, 405, 426, 429, 500, 200])(
    'an upstream that answers %s is spoken to over HTTP, at once',
    async (upgradeStatus) => {
      provider.setScript({ upgradeStatus });
      const meter = await metered(provider.url);
      const { status, socket } = await openWebSocket(`${meter.url}/v1/responses`, AUTHORISED);
      expect([status, socket]).toEqual([426, undefined]);
      expect(provider.requests.map(({ method }) => method)).toEqual(['UPGRADE']);
      const reply = await send(`${meter.url}/v1/responses`, { body: { model: 'gpt-5', input: 'hi' } });
      expect(reply.status).toBe(200);
      expect(meter.entries).toHaveLength(1);
    },
  );

  test('an upstream that cannot be reached leaves it to HTTP to say so', async () => {
    const { url } = toClose(await startUpstream());
    await closing.pop()?.close();
    const meter = await metered(url);
    expect((await openWebSocket(`${meter.url}/v1/responses`, AUTHORISED)).status).toBe(426);
  });

  test('an upstream that compresses without being asked is not spoken to', async () => {
    const upstream = toClose(await startUpstream({ 'sec-websocket-extensions': 'permessage-deflate' }));
    const meter = await metered(upstream.url);
    expect((await openWebSocket(`${meter.url}/v1/responses`, AUTHORISED)).status).toBe(426);
  });

  test('a query that names a model is refused, and the upstream is not asked', async () => {
    const meter = await metered(provider.url);
    const { status } = await openWebSocket(`${meter.url}/v1/responses?model=gpt-5-pro`, AUTHORISED);
    expect(status).toBe(400);
    expect(provider.requests).toEqual([]);
  });

  test('the upstream’s own version stands in its address', async () => {
    const upstream = toClose(await startUpstream());
    const meter = await metered(`${upstream.url}/api/v4`);
    expect((await openWebSocket(`${meter.url}/v1/responses`, AUTHORISED)).status).toBe(101);
    expect(upstream.paths).toEqual(['/api/v4/responses']);
  });

  test('without the token nothing reaches the upstream', async () => {
    const meter = await metered(provider.url);
    const { status } = await openWebSocket(`${meter.url}/v1/responses`, { authorization: 'Bearer guess' });
    expect(status).toBe(401);
    expect(provider.requests).toEqual([]);
    expect(provider.websockets).toEqual([]);
  });

  test.each(['/v1/realtime', '/v1/responses/compact', '/v1/chat/completions', '/'])(
    '%s speaks no websocket, and the upstream is not asked',
    async (path) => {
      const meter = await metered(provider.url);
      expect((await openWebSocket(meter.url + path, AUTHORISED)).status).toBe(426);
      expect(provider.requests).toEqual([]);
    },
  );

  test('the path is brought to the one form that the upstream knows', async () => {
    const meter = await metered(`${provider.url}/gateway/v1`);
    const { status } = await openWebSocket(`${meter.url}/v1/v1/responses?a=b`, AUTHORISED);
    expect(status).toBe(101);
    expect(provider.websockets).toHaveLength(1);
  });

  test('a client that breaks off during the upgrade leaves nothing open behind', async () => {
    const meter = await metered(provider.url);
    const { port } = new URL(meter.url);
    for (let turn = 0; turn < 50; turn += 1) {
      const socket = connect(Number(port), '127.0.0.1');
      await once(socket, 'connect');
      socket.on('error', () => socket.destroy());
      socket.write(
        `GET /v1/responses HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: ${'A'.repeat(22)}==\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
        // Some of them before the meter has read a byte, some while it asks the upstream.
        () => setTimeout(() => socket.resetAndDestroy(), turn % 5),
      );
      await once(socket, 'close');
    }
    const client = await connected(meter);
    await client.send(CREATE);
    expect((await client.answers())[0]).toMatchObject({ type: 'response.completed' });
    await client.close(1000);
    await Promise.all(provider.websockets.map(({ ending }) => ending));
    expect(meter.troubles).toEqual([]);
  });

  test('it takes the way through a proxy that every call takes', async () => {
    const tunnels: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket: Socket) => {
      tunnels.push(request.url ?? '');
      const { hostname, port } = new URL(`http://${request.url}`);
      const far = connect(Number(port), hostname, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(far).pipe(socket);
      });
      for (const end of [far, socket]) end.on('error', () => far.destroy());
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const address = proxy.address();
    const dispatcher = new ProxyAgent(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
    const meter = await metered(provider.url, { dispatcher });
    const client = await connected(meter);
    await client.send(CREATE);
    expect((await client.answers())[0]).toMatchObject({ type: 'response.completed' });
    expect(tunnels).toEqual([new URL(provider.url).host]);
    expect(meter.totals().requests).toBe(1);
    client.socket.destroy();
    proxy.close();
  });
});

describe('how a connection ends', () => {
  test.each([1000, 1001, 3000, 4999, undefined])(
    'a goodbye with %s is passed on, both ways',
    async (code) => {
      const { client, server } = await between();
      await client.close(code);
      expect(await server.ending).toBe(code ?? 1005);
      expect(await client.ending).toBe(code ?? 1005);
    },
  );

  test('an upstream that says goodbye ends the client the same way, and loses no message before it', async () => {
    const { client, server } = await between();
    for (let index = 0; index < 500; index += 1) void server.send(JSON.stringify({ type: 'note', index }));
    await server.close(1012);
    expect(await client.ending).toBe(1012);
    expect(client.texts).toEqual(server.sent);
  });

  test('what an upstream says beside its messages repeats no key', async () => {
    const { client, server } = await between();
    const code = Buffer.from([0x03, 0xf0]);
    await server.send(KEY, { opcode: 'ping' });
    await server.send(Buffer.concat([code, Buffer.from(`bad key ${KEY}`)]), { opcode: 'close' });
    expect(await client.ending).toBe(1008);
    const masked = '*'.repeat(KEY.length);
    expect((await client.waitFor(1, 'ping')).map(({ data }) => data.toString())).toEqual([masked]);
    expect(client.frames.at(-1)?.data).toEqual(Buffer.concat([code, Buffer.from(`bad key ${masked}`)]));
  });

  test.each(['a goodbye', 'a reset'] as const)(
    '%s of the client in the middle of an answer aborts it',
    async (how) => {
      const { client, server, meter } = await between({ limits: { maxTokens: 30_000 } });
      await client.send(CREATE);
      await server.waitFor(1);
      await server.send(created('resp_1'));
      await client.waitFor(1);
      if (how === 'a goodbye') await client.close(1000);
      else client.socket.resetAndDestroy();
      expect(await server.ending).toBe(how === 'a goodbye' ? 1000 : 'ended');
      expect(meter.entries).toMatchObject([{ outcome: 'aborted', status: 200, final: false }]);
      expect(meter.totals().tokens.outputTokens.unknown).toBe(1);
    },
  );

  test('an upstream that breaks off between answers is passed on as a reset', async () => {
    const { client, server, meter } = await between();
    server.socket.destroy();
    expect(await client.ending).toBe('reset');
    expect(meter.entries).toEqual([]);
  });

  test('an upstream that breaks the protocol ends both sides, and the answer is cut', async () => {
    const { client, server, meter } = await between();
    await client.send(CREATE);
    await server.waitFor(1);
    await server.write(Buffer.from([0x83, 0x01, 0x00]));
    expect(await client.ending).toBe(1002);
    expect(meter.entries).toMatchObject([{ outcome: 'cut' }]);
  });

  test('the end of the meter settles what is under way as aborted', async () => {
    const { client, server, meter } = await between();
    await client.send(CREATE);
    await server.waitFor(1);
    await meter.meter.close();
    expect(meter.entries).toMatchObject([{ outcome: 'aborted', final: false }]);
    expect(await client.ending).not.toBe(1000);
    await server.ending;
  });
});

describe('a meter that closes and gives time for it', () => {
  /** Far longer than any of this takes. */
  const GRACE_MS = 60_000;

  test('says goodbye at once where nothing is open', async () => {
    const { client, server, meter } = await between();
    await client.send(CREATE);
    await server.waitFor(1);
    await server.send(completed('resp_1', 10, 2));
    await client.waitFor(1);
    await meter.meter.close(GRACE_MS);
    expect([await client.ending, await server.ending]).toEqual([1001, 1001]);
    expect(meter.totals()).toMatchObject({ requests: 1, failedRequests: 0 });
  });

  test('waits for the call that is open, and the client gets all of its answer', async () => {
    const { client, server, meter } = await between();
    await client.send(CREATE);
    await server.waitFor(1);
    const closed = meter.meter.close(GRACE_MS);
    await server.send(created('resp_1'));
    await client.waitFor(1);
    await server.send(completed('resp_1', 10, 2));
    await closed;
    expect([await client.ending, await server.ending]).toEqual([1001, 1001]);
    expect(client.texts).toEqual(server.sent);
    expect(meter.entries).toMatchObject([{ outcome: 'ok', final: true }]);
  });

  test('lets a client cancel what is open', async () => {
    const { client, server, meter } = await between();
    await client.send(CREATE);
    await server.waitFor(1);
    await server.send(created('resp_1'));
    await client.waitFor(1);
    const closed = meter.meter.close(GRACE_MS);
    await client.send('{"type":"response.cancel"}');
    await server.waitFor(2);
    await server.send(completed('resp_1', 10, 2));
    await closed;
    expect(meter.entries).toMatchObject([{ outcome: 'ok' }]);
  });

  test('cuts off what outlasts it', async () => {
    const { client, server, meter } = await between();
    await client.send(CREATE);
    await server.waitFor(1);
    await meter.meter.close(100);
    expect(meter.entries).toMatchObject([{ outcome: 'aborted', final: false }]);
    expect(await client.ending).not.toBe(1001);
  });
});

describe('what goes to and fro', () => {
  test('pings and pongs are answered by the far end', async () => {
    const { client, server } = await between();
    await client.send('are you there', { opcode: 'ping' });
    const [ping] = await server.waitFor(1, 'ping');
    expect(client.frames).toEqual([]);
    await server.send(ping?.data ?? '', { opcode: 'pong' });
    expect((await client.waitFor(1, 'pong'))[0]?.data.toString()).toBe('are you there');
    await server.send('and you', { opcode: 'ping' });
    expect((await client.waitFor(1, 'ping'))[0]?.data.toString()).toBe('and you');
  });

  test('what costs nothing is passed on, also in the middle of an answer', async () => {
    const { client, server } = await between();
    await client.send(CREATE);
    await server.waitFor(1);
    await server.send(created('resp_1'));
    await client.waitFor(1);
    await client.send('{"type":"response.cancel"}');
    expect((await server.waitFor(2)).map(({ data }) => data.toString())).toEqual([
      CREATE,
      '{"type":"response.cancel"}',
    ]);
  });

  test('nothing is cancelled before an answer has begun, or its error would settle a call that is billed', async () => {
    const { client, server, meter } = await between();
    await client.send(CREATE);
    await server.waitFor(1);
    await client.send('{"type":"response.cancel"}');
    expect(JSON.parse((await client.waitFor(1))[0]?.data.toString() ?? '')).toMatchObject({
      type: 'error',
      status: 400,
    });
    await server.send(completed('resp_1', 100, 10));
    await client.waitFor(2);
    expect(server.texts).toEqual([CREATE]);
    expect(meter.entries.map(({ usage }) => usage.inputTokens)).toEqual([100]);
  });

  test('binary and unreadable messages of the upstream go on as they are', async () => {
    const { client, server } = await between();
    await server.send(Buffer.from([0, 255, 1]), { opcode: 'binary' });
    await server.send('no JSON with "usage" and "error" in it');
    expect((await client.waitFor(1, 'binary'))[0]?.data).toEqual(Buffer.from([0, 255, 1]));
    expect((await client.waitFor(1)).map(({ data }) => data.toString())).toEqual(server.sent);
  });

  test('a client that does not read holds the upstream back', async () => {
    const { client, server } = await between();
    const megabyte = Buffer.alloc(1024 * 1024, 'x');
    const total = 80;
    let accepted = 0;
    const sending = (async () => {
      for (; accepted < total; accepted += 1) {
        await server.send(megabyte);
        if (server.socket.writableNeedDrain) await once(server.socket, 'drain');
      }
    })();
    client.socket.pause();
    // Until nothing moves any more: what fits into the buffers of two connections is sent.
    let before: number;
    do {
      before = accepted;
      await sleep(300);
    } while (accepted < total && (accepted === 0 || accepted > before || !server.socket.writableNeedDrain));
    expect(accepted).toBeLessThan(total / 2);
    client.socket.resume();
    await sending;
    const received = await client.waitFor(total);
    expect(received.every(({ data }) => data.equals(megabyte))).toBe(true);
  });
});

describe('several calls at once', () => {
  const inLane = (lane: string) => JSON.stringify({ ...JSON.parse(CREATE), stream_id: lane });

  test('calls that name no lane leave one after the other', async () => {
    const { client, server, meter } = await between();
    await client.send(CREATE);
    await client.send(CREATE);
    await server.waitFor(1);
    await server.send(created('resp_1'));
    await client.waitFor(1);
    await client.send('{"type":"response.cancel"}');
    await server.waitFor(2);
    expect(server.texts.filter((text) => text === CREATE)).toHaveLength(1);
    await server.send(completed('resp_1', 100, 10));
    await server.waitFor(3);
    expect(server.texts.filter((text) => text === CREATE)).toHaveLength(2);
    // The first answer's end, told twice, is not the second one's.
    await server.send(completed('resp_1', 100, 10));
    await server.send(created('resp_2'));
    await server.send(completed('resp_2', 200, 20));
    await client.answers(3);
    expect(meter.entries.map(({ usage }) => usage.inputTokens)).toEqual([100, 200]);
  });

  test('lanes run side by side, and each answer settles its own call', async () => {
    const { client, server, meter } = await between();
    for (const lane of ['a', 'b', 'c']) await client.send(inLane(lane));
    await server.waitFor(3);
    await server.send(created('resp_c', 'c'));
    await server.send(created('resp_a', 'a'));
    await server.send(completed('resp_c', 300, 30, 'c'));
    await server.send(
      JSON.stringify({ type: 'error', status: 500, stream_id: 'b', error: { message: 'no' } }),
    );
    await server.send(completed('resp_a', 100, 10, 'a'));
    await client.answers(3);
    const byId = Object.fromEntries(
      meter.entries.map(({ id, outcome, usage }) => [id, [outcome, usage.inputTokens]]),
    );
    expect(byId).toEqual({ 'run-1': ['ok', 100], 'run-2': ['failed', undefined], 'run-3': ['ok', 300] });
    expect(client.texts).toEqual(server.sent);
  });

  test('an error that names no lane settles nobody while several are under way', async () => {
    const { client, server, meter } = await between();
    await client.send(inLane('a'));
    await client.send(inLane('b'));
    await server.waitFor(2);
    await server.send(JSON.stringify({ type: 'error', status: 500, error: { message: 'which?' } }));
    await client.answers(1);
    expect(meter.entries).toEqual([]);
    server.socket.destroy();
    await client.ending;
    expect(meter.entries).toMatchObject([{ outcome: 'cut' }, { outcome: 'cut' }]);
  });

  test('an error that names no lane is that of the only call under way', async () => {
    const { client, server, meter } = await between();
    await client.send(inLane('a'));
    await client.send(inLane('b'));
    await server.waitFor(2);
    await server.send(completed('resp_a', 100, 10, 'a'));
    await server.send(JSON.stringify({ type: 'error', status: 500, error: { message: 'b' } }));
    await client.answers(2);
    expect(meter.entries).toMatchObject([
      { id: 'run-1', outcome: 'ok' },
      { id: 'run-2', outcome: 'failed', status: 500 },
    ]);
  });

  test('what cannot be handled ends the connection, and every call of it is settled', async () => {
    const readFailure = () => {
      throw new TypeError('a bug');
    };
    const { client, server, meter } = await between({ readFailure });
    await client.send(inLane('a'));
    await client.send(inLane('b'));
    await server.waitFor(2);
    const error = { message: 'no', type: 'server_error' };
    await server.send(JSON.stringify({ type: 'error', status: 500, stream_id: 'a', error }));
    await client.ending;
    expect(meter.entries).toMatchObject([{ id: 'run-2', outcome: 'cut' }]);
    expect(meter.troubles).toHaveLength(1);
  });

  test('a refusal names the lane it is for', async () => {
    const { client } = await between({ limits: { maxRequests: 0 } });
    await client.send(inLane('b'));
    expect((await client.answers())[0]).toMatchObject({ type: 'error', status: 400, stream_id: 'b' });
  });

  test('more calls than one connection may have open wait unread, and all are served', async () => {
    const { client, server, meter } = await between();
    const lanes = Array.from({ length: 40 }, (_, index) => `lane-${index}`);
    for (const lane of lanes) await client.send(inLane(lane));
    await server.waitFor(32);
    await client.send('there', { opcode: 'ping' });
    await server.waitFor(1, 'ping');
    expect(server.texts).toHaveLength(32);
    for (const [index, lane] of lanes.entries()) {
      await server.waitFor(Math.min(index + 32, 40));
      await server.send(completed(`resp_${index}`, 1, 1, lane));
    }
    await client.answers(40);
    expect(meter.totals().requests).toBe(40);
  });
});

test.each(['response.completed', 'response.done', 'response.cancelled', 'response.incomplete'])(
  'usage in %s is read, and a warm-up that has some is a call',
  async (type) => {
    for (const more of [{}, { generate: false }]) {
      const { meter, client, server } = await between();
      await client.send(JSON.stringify({ ...JSON.parse(CREATE), ...more }));
      await server.waitFor(1);
      await server.send(created('resp_1'));
      const usage = { input_tokens: 50_000, output_tokens: 900 };
      await server.send(JSON.stringify({ type, response: { id: 'resp_1', model: 'gpt-5', usage } }));
      await client.waitFor(2);
      expect(meter.entries).toMatchObject([{ usage: { inputTokens: 50_000, outputTokens: 900 } }]);
    }
  },
);

describe('a warm-up that says nothing of its cost', () => {
  const WARM_UP = JSON.stringify({ type: 'response.create', model: 'gpt-5', input: 'hi', generate: false });
  const ended = (type: string) => JSON.stringify({ type, response: { id: 'resp_w', usage: null } });
  const delta = JSON.stringify({ type: 'response.output_text.delta', delta: 'x' });

  async function warmed(...answer: string[]): Promise<TestMeter> {
    const { meter, client, server } = await between();
    await client.send(WARM_UP);
    await server.waitFor(1);
    for (const message of answer) await server.send(message);
    await client.waitFor(answer.length);
    return meter;
  }

  test('is free where nothing but its end was heard', async () => {
    const meter = await warmed(created('resp_w'), ended('response.completed'));
    expect(meter.meter.otherRequests.get('WS /v1/responses warm-up')).toBe(1);
    expect(meter.totals().requests).toBe(0);
  });

  test('is a call where an answer was heard, or where it was stopped', async () => {
    const generated = await warmed(created('resp_w'), delta, ended('response.completed'));
    const cancelled = await warmed(created('resp_w'), ended('response.cancelled'));
    for (const meter of [generated, cancelled]) {
      expect(meter.meter.otherRequests.size).toBe(0);
      expect(meter.totals().requests).toBe(1);
      expect(meter.totals().tokens.outputTokens.unknown).toBe(1);
    }
  });
});
