import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import '../support/realm.js';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Agent } from 'undici';
import { createHttpSend } from '../../src/platform/http.js';
import { shortenTimers } from '../support/timers.js';

type Answer = (response: ServerResponse, request: IncomingMessage, attempt: number) => void;

let server: Server;
let dispatcher: Agent;
let url: string;
let answer: Answer;
let seen: IncomingMessage[];
let restoreTimers: () => void;

beforeEach(async () => {
  seen = [];
  answer = (response) => response.end('{}');
  server = createServer((request, response) => {
    seen.push(request);
    request.resume();
    answer(response, request, seen.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  dispatcher = new Agent();
  // The pauses between attempts are not what is tested here.
  restoreTimers = shortenTimers();
});

afterEach(async () => {
  restoreTimers();
  await dispatcher.destroy();
  server.closeAllConnections();
  server.close();
});

const status =
  (code: number, body = '', headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(code, headers).end(body);
const reset: Answer = (response) => response.socket?.resetAndDestroy();
const ask = (path = '/key/info', deadlineMs = 5000) =>
  createHttpSend(dispatcher, deadlineMs)({ url: url + path });

describe('an answer', () => {
  test('is status, lower-case headers and text', async () => {
    answer = status(200, '{"left":3}', { 'X-Request-Id': 'r1' });
    expect(await ask()).toMatchObject({ status: 200, text: '{"left":3}', headers: { 'x-request-id': 'r1' } });
  });

  test('comes to a request with its own method, headers and body', async () => {
    const bodies: string[] = [];
    answer = (response, request) => {
      request.on('data', (chunk) => bodies.push(String(chunk)));
      request.on('end', () => response.end('{}'));
    };
    await createHttpSend(
      dispatcher,
      5000,
    )({
      url,
      method: 'POST',
      headers: { authorization: 'Bearer sk-1' },
      body: '{"a":1}',
    });
    expect(seen[0]).toMatchObject({
      method: 'POST',
      headers: { authorization: 'Bearer sk-1', 'user-agent': 'spendgate' },
    });
    expect(bodies.join('')).toBe('{"a":1}');
  });

  test.each([400, 401, 402, 403, 404, 408, 409, 429])(
    'of status %i is one answer, asked for once',
    async (code) => {
      answer = status(code, 'no');
      expect(await ask()).toMatchObject({ status: code, text: 'no' });
      expect(seen).toHaveLength(1);
    },
  );

  test.each([301, 302, 303, 307, 308])(
    'that redirects with %i is not followed: a key may stand in the URL',
    async (code) => {
      answer = status(code, '', { location: `${url}/elsewhere` });
      expect((await ask()).status).toBe(code);
      expect(seen.map((request) => request.url)).toEqual(['/key/info']);
    },
  );

  test('too large to be one is an error, and is not asked for again', async () => {
    answer = status(200, 'x'.repeat(9 * 1024 * 1024));
    await expect(ask()).rejects.toMatchObject({
      code: 'upstream-failed',
      message: expect.stringContaining('larger'),
    });
    expect(seen).toHaveLength(1);
  });

  test('asks for no compression, which nobody here would undo', async () => {
    answer = (response, request) => {
      const isAskedFor = /gzip/.test(String(request.headers['accept-encoding']));
      if (isAskedFor) response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"left":3}'));
      else response.end('{"left":3}');
    };
    expect((await ask()).text).toBe('{"left":3}');
  });
});

describe('retries', () => {
  test.each([500, 502, 503, 504, 529])(
    'a %i is asked again, and the good answer is the answer',
    async (code) => {
      answer = (response, request, attempt) =>
        attempt < 3 ? status(code)(response, request, attempt) : response.end('{"left":3}');
      expect(await ask()).toMatchObject({ status: 200, text: '{"left":3}' });
      expect(seen).toHaveLength(3);
    },
  );

  test('a 5xx that stays is the answer in the end', async () => {
    answer = status(503, 'down for maintenance');
    expect(await ask()).toMatchObject({ status: 503, text: 'down for maintenance' });
    expect(seen).toHaveLength(4);
  });

  test('a connection that is reset is tried again', async () => {
    answer = (response, request, attempt) =>
      attempt === 1 ? reset(response, request, attempt) : response.end('{}');
    expect((await ask()).status).toBe(200);
    expect(seen).toHaveLength(2);
  });

  test('an answer that breaks off is tried again', async () => {
    answer = (response, _request, attempt) => {
      if (attempt > 1) return void response.end('whole');
      response.writeHead(200, { 'content-length': 100 });
      response.write('half', () => response.socket?.resetAndDestroy());
    };
    expect((await ask()).text).toBe('whole');
  });

  test('a connection that is reset every time is an error that names the place', async () => {
    answer = reset;
    await expect(ask()).rejects.toMatchObject({
      code: 'upstream-failed',
      exitCode: 4,
      message: expect.stringContaining(`GET ${url}/key/info: `),
    });
    expect(seen).toHaveLength(4);
  });

  test('nobody listening is an error of the upstream', async () => {
    server.close();
    await once(server, 'close');
    await expect(ask()).rejects.toMatchObject({ code: 'upstream-failed', exitCode: 4 });
  });
});

describe('without retries, for calls that cost money', () => {
  const once = (path = '/v1/messages') =>
    createHttpSend(dispatcher, 5000, 0)({ url: url + path, method: 'POST', body: '{}' });

  test.each([200, 429, 500, 502, 503, 529])('an answer of status %i is the answer', async (code) => {
    answer = status(code, 'what it said', { 'retry-after': '1' });
    expect(await once()).toMatchObject({
      status: code,
      text: 'what it said',
      headers: { 'retry-after': '1' },
    });
    expect(seen).toHaveLength(1);
  });

  test('a connection that breaks is told, and nothing is sent again', async () => {
    answer = reset;
    await expect(once()).rejects.toMatchObject({ code: 'upstream-failed', exitCode: 4 });
    expect(seen).toHaveLength(1);
  });

  test('an answer that breaks off is told, and nothing is sent again', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{');
      setTimeout(() => response.socket?.resetAndDestroy(), 10);
    };
    await expect(once()).rejects.toMatchObject({ code: 'upstream-failed' });
    expect(seen).toHaveLength(1);
  });
});

describe('the deadline', () => {
  test('ends a request that is never answered', async () => {
    answer = () => undefined;
    await expect(ask('/key/info', 100)).rejects.toMatchObject({
      code: 'upstream-failed',
      message: `GET ${url}/key/info: no answer within 0.1 s.`,
    });
    expect(seen).toHaveLength(1);
  });

  test('ends an answer that never ends', async () => {
    answer = (response) => void response.writeHead(200).write('{');
    await expect(ask('/', 100)).rejects.toMatchObject({
      message: expect.stringContaining('no answer within'),
    });
  });

  test('is one for all requests of a function', async () => {
    answer = (response) => void setTimeout(() => response.end('{}'), 60);
    const send = createHttpSend(dispatcher, 150);
    const requests = async () => {
      for (let count = 0; count < 20; count += 1) await send({ url });
    };
    await expect(requests()).rejects.toMatchObject({ code: 'upstream-failed' });
    expect(seen.length).toBeLessThan(4);
  });

  test('ends the pauses between attempts as well', async () => {
    restoreTimers();
    answer = status(503, 'busy');
    await expect(ask('/', 120)).rejects.toMatchObject({ code: 'upstream-failed' });
    expect(seen.length).toBeLessThanOrEqual(2);
  });
});

describe('what an error shows', () => {
  test('is the URL without its query and without credentials', async () => {
    answer = () => undefined;
    const { port } = new URL(url);
    const send = createHttpSend(dispatcher, 80);
    const error = await send({ url: `http://user:pa55word@127.0.0.1:${port}/q?key=sk-secret#frag` }).catch(
      String,
    );
    expect(error).toContain(`http://127.0.0.1:${port}/q:`);
    expect(error).not.toMatch(/sk-secret|pa55word|frag/);
  });

  test('of an invalid URL is not the URL', async () => {
    const error = await createHttpSend(dispatcher, 500)({ url: 'nonsense?key=sk-secret' }).catch(String);
    expect(error).toContain('an invalid URL');
    expect(error).not.toContain('sk-secret');
  });
});
