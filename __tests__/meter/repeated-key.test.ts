/** An upstream that repeats the key it was sent, in every shape of an answer: the agent never gets to see it. */
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import zlib from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CALLS, createTestMeter, KEY, send, streamed, type TestMeter, TOKEN } from '../support/meter.js';

type Echo = (response: ServerResponse, text: string) => void | Promise<void>;

const PADDING = ' '.repeat(300 * 1024);
const JSON_TYPE = { 'content-type': 'application/json' };
const STREAM_TYPE = { 'content-type': 'text/event-stream' };

function whole(status: number, more: string, encode?: (text: string) => Buffer, coding = 'gzip'): Echo {
  return (response, text) => {
    const bytes = encode ? encode(text + more) : Buffer.from(text + more);
    const headers = encode ? { ...JSON_TYPE, 'content-encoding': coding } : JSON_TYPE;
    response.writeHead(status, { ...headers, 'content-length': bytes.length }).end(bytes);
  };
}

function inPieces(status: number, headers: Record<string, string>, encode?: (text: string) => Buffer): Echo {
  return async (response, text) => {
    const bytes = encode ? encode(text) : Buffer.from(text);
    response.writeHead(status, encode ? { ...headers, 'content-encoding': 'gzip' } : headers);
    const size = Math.max(1, Math.ceil(bytes.length / 12));
    for (let at = 0; at < bytes.length; at += size) {
      response.write(bytes.subarray(at, at + size));
      await sleep(2);
    }
    response.end();
  };
}

const gzip = (text: string) => zlib.gzipSync(text);
const SHAPES: Readonly<Record<string, Echo>> = {
  'a short error': whole(401, ''),
  'a long error': whole(400, PADDING),
  'a short error in gzip': whole(401, '', gzip),
  'a long error in gzip': whole(400, randomText(600 * 1024), gzip),
  'an error in pieces': inPieces(400, JSON_TYPE),
  'a whole answer': whole(200, ''),
  'a long answer': whole(200, PADDING),
  'a whole answer in gzip': whole(200, '', gzip),
  'a long answer in gzip': whole(200, randomText(600 * 1024), gzip),
  'a long answer in zstd': whole(200, randomText(600 * 1024), (text) => zlib.zstdCompressSync(text), 'zstd'),
  'a stream': inPieces(200, STREAM_TYPE),
  'a stream in gzip': inPieces(200, STREAM_TYPE, gzip),
  'a redirect': (response, text) =>
    void response.writeHead(302, { location: `https://x/?k=${KEY}&l=${encodeURIComponent(KEY)}` }).end(text),
};

function randomText(length: number): string {
  let state = 1;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state % 36).toString(36);
  };
  return Array.from({ length }, next).join('');
}

let echo: Echo;
let server: Server;
let meter: TestMeter;

beforeEach(async () => {
  server = createServer((request, response) => {
    request.resume();
    const said = String(request.headers['x-api-key'] ?? request.headers.authorization);
    const isStream = request.url?.startsWith(CALLS['anthropic-messages'].path);
    const text = JSON.stringify({ type: 'error', error: { type: 'x', message: `bad header ${said}` } });
    request.once('end', () => void echo(response, isStream ? `event: error\ndata: ${text}\n\n` : text));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  meter = await createTestMeter({ upstream: `http://127.0.0.1:${port}` });
});

afterEach(async () => {
  await meter.close();
  server.closeAllConnections();
  server.close();
});

const metered = () =>
  send(meter.url + streamed('anthropic-messages').path, { body: streamed('anthropic-messages').body });
const neighbour = () => send(`${meter.url}/v1/models`, { method: 'GET' });

describe.each(Object.entries(SHAPES))('%s that repeats the key', (_, shape) => {
  test.each([
    ['of a metered call', metered],
    ['of a neighbour route', neighbour],
  ])('%s reaches the agent whole, and without it', async (_name, ask) => {
    echo = shape;
    const reply = await ask();
    expect(reply.status).toBeGreaterThanOrEqual(200);
    expect(reply.headers['content-encoding']).toBeUndefined();
    const text = reply.bytes.toString('latin1');
    expect(text).toContain(`bad header ${'*'.repeat(KEY.length)}`);
    expect(text + JSON.stringify(reply.headers)).not.toContain(KEY);
    if (reply.headers['content-length'] !== undefined)
      expect(reply.bytes).toHaveLength(Number(reply.headers['content-length']));
  });
});

describe('an answer in a compression that nobody asked for', () => {
  test.each([
    ['that is not known', whole(200, '', gzip, 'x-own'), 502],
    ['that is not known, of an error', whole(403, '', gzip, 'x-own'), 403],
  ])('%s does not pass', async (_, shape, status) => {
    echo = shape;
    for (const ask of [metered, neighbour]) {
      const reply = await ask();
      expect(reply.status).toBe(status);
      expect(reply.text).not.toContain(KEY);
    }
  });

  test('that is damaged does not pass, and one that had begun is broken off', async () => {
    echo = whole(200, '', () => Buffer.from(KEY));
    const reply = await metered();
    expect([reply.status, reply.text.includes(KEY)]).toEqual([502, false]);
    const begun = await fetch(`${meter.url}/v1/models`, { headers: { 'x-api-key': TOKEN } });
    await expect(begun.text()).rejects.toThrow();
  });

  test('and without a body is an answer without a body', async () => {
    echo = (response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end();
    expect((await send(`${meter.url}/v1/models`, { method: 'HEAD' })).status).toBe(200);
    expect((await neighbour()).status).toBe(200);
  });

  test('is given out as fast as it is taken, and ends when its client goes away', async () => {
    const text = randomText(4 * 1024 * 1024);
    echo = (response) =>
      void response.writeHead(200, { 'content-encoding': 'gzip' }).end(zlib.gzipSync(text));
    expect((await neighbour()).text).toBe(text);
    const gone = new AbortController();
    const reply = await fetch(`${meter.url}/v1/models`, {
      headers: { 'x-api-key': TOKEN },
      signal: gone.signal,
    });
    gone.abort();
    await expect(reply.text()).rejects.toThrow();
    expect((await neighbour()).status).toBe(200);
  });
});
