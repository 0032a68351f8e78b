/** Webhooks on loopback that answer, fail, hang and send elsewhere: what is sent, how often, and what is said of it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSocketServer } from 'node:net';
import { text } from 'node:stream/consumers';
import '../support/realm.js';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Agent, EnvHttpProxyAgent } from 'undici';
import { createWebhookSend, type Patience } from '../../src/platform/webhook.js';

interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const SECRET_PATH = '/services/T000/B000/s3cr3t?sig=s3cr3t';
const QUICK: Patience = { tries: 2, tryMs: 2000, pauseMs: 5, totalMs: 5000 };

let server: Server;
let origin: string;
let dispatcher: Agent;
let seen: Seen[];
let answer: (response: ServerResponse, request: IncomingMessage, attempt: number) => void;

beforeEach(async () => {
  seen = [];
  answer = (response) => response.end('ok');
  server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    seen.push({ method, path: url, headers, body: await text(request) });
    answer(response, request, seen.length);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  dispatcher = new Agent();
});

afterEach(async () => {
  await dispatcher.destroy();
  server.closeAllConnections();
  server.close();
});

const send = (patience: Partial<Patience> = {}, url = `${origin}${SECRET_PATH}`) =>
  createWebhookSend(async () => dispatcher, { ...QUICK, ...patience })({
    url,
    headers: { 'x-spendgate-delivery': 'd-1' },
    body: '{"version":1}',
  });
const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    void response.writeHead(code, headers).end('no_service s3cr3t');

test('a message is posted as it is, to the whole URL', async () => {
  expect(await send()).toBeUndefined();
  expect(seen).toEqual([
    {
      method: 'POST',
      path: SECRET_PATH,
      headers: expect.objectContaining({
        'content-type': 'application/json',
        'user-agent': 'spendgate',
        'x-spendgate-delivery': 'd-1',
      }),
      body: '{"version":1}',
    },
  ]);
});

test.each([200, 201, 202, 204])('%i is taken', async (code) => {
  answer = status(code);
  expect(await send()).toBeUndefined();
  expect(seen).toHaveLength(1);
});

test.each([400, 401, 403, 404, 410, 413])('%i is final, and its body is not repeated', async (code) => {
  answer = status(code);
  expect(await send()).toBe(`it answered ${code}`);
  expect(seen).toHaveLength(1);
});

describe('another try, with the same message', () => {
  test.each([429, 500, 502, 503])('follows on %i', async (code) => {
    answer = (response, _request, attempt) => (attempt === 1 ? status(code)(response) : response.end());
    expect(await send()).toBeUndefined();
    expect(seen).toHaveLength(2);
    const [first, second] = seen.map(({ headers, body }) => [headers['x-spendgate-delivery'], body]);
    expect(first).toEqual(second);
  });

  test('follows on a connection that breaks', async () => {
    answer = (response, _request, attempt) =>
      attempt === 1 ? response.socket?.resetAndDestroy() : response.end();
    expect(await send()).toBeUndefined();
    expect(seen).toHaveLength(2);
  });

  test('follows on an answer that does not come', async () => {
    answer = (response, _request, attempt) => void (attempt === 1 || response.end());
    expect(await send({ tryMs: 1000 })).toBeUndefined();
    expect(seen).toHaveLength(2);
  });

  test('is the last one', async () => {
    answer = status(502);
    expect(await send()).toBe('it answered 502');
    expect(seen).toHaveLength(2);
  });
});

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])('%i is not followed, to this host or another', async (code) => {
    const elsewhere: string[] = [];
    const other = createServer((request, response) => {
      elsewhere.push(String(request.url));
      response.end();
    });
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    for (const location of [`http://127.0.0.1:${port}/steal`, '/elsewhere']) {
      answer = status(code, { location });
      expect(await send()).toBe(`it answered ${code}, and redirects are not followed`);
    }
    other.close();
    expect(elsewhere).toEqual([]);
    expect(new Set(seen.map(({ path }) => path))).toEqual(new Set([SECRET_PATH]));
  });
});

describe('a webhook that hangs', () => {
  test('before its answer is given up, try by try', async () => {
    answer = () => undefined;
    expect(await send({ tryMs: 500 })).toBe('no answer within 0.5 s');
    expect(seen).toHaveLength(2);
  });

  test('is given up for good when the time of all requests is over', async () => {
    answer = () => undefined;
    const begun = Date.now();
    expect(await send({ tryMs: 60_000, totalMs: 150 })).toBe('no answer within 0.15 s');
    expect(Date.now() - begun).toBeLessThan(5000);
  });

  test('all requests of a batch share their time', async () => {
    answer = () => undefined;
    const begun = Date.now();
    const batch = createWebhookSend(async () => dispatcher, { ...QUICK, tryMs: 60_000, totalMs: 200 });
    const request = { url: origin, headers: {}, body: '{}' };
    const failures = await Promise.all([batch(request), batch(request), batch(request)]);
    expect(new Set(failures)).toEqual(new Set(['no answer within 0.2 s']));
    expect(Date.now() - begun).toBeLessThan(5000);
  });

  test('within its answer has taken the message', async () => {
    answer = (response) => response.writeHead(200).write('a body that does not en');
    expect(await send()).toBeUndefined();
    expect(seen).toHaveLength(1);
  });

  test('with an answer that does not end is not read', async () => {
    let isClosed: Promise<unknown> = Promise.resolve();
    answer = (response) => {
      isClosed = once(response, 'close');
      const flood = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', flood);
      flood();
    };
    expect(await send()).toBeUndefined();
    await isClosed;
  });

  test('as a socket that never says a word is given up too', async () => {
    const silent = createSocketServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    expect(await send({ tryMs: 60 }, `http://127.0.0.1:${port}${SECRET_PATH}`)).toBe(
      'no answer within 0.06 s',
    );
    silent.close();
  });
});

describe('what is said of a failure', () => {
  test('nobody listening', async () => {
    server.close();
    await once(server, 'close');
    expect(await send()).toBe('ECONNREFUSED');
  });

  test('something that speaks no HTTP', async () => {
    const rude = createSocketServer((socket) => socket.end('s3cr3t s3cr3t s3cr3t\r\n\r\n'));
    rude.listen(0, '127.0.0.1');
    await once(rude, 'listening');
    const address = rude.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    expect(await send({}, `http://127.0.0.1:${port}${SECRET_PATH}`)).toMatch(/^HPE_\w+$/);
    rude.close();
  });

  test('a client that cannot be loaded', async () => {
    const broken = createWebhookSend(() => Promise.reject(new Error(`no module for ${SECRET_PATH}`)), QUICK);
    const failure = await broken({ url: `${origin}${SECRET_PATH}`, headers: {}, body: '{}' });
    expect(failure).toBe('Error');
  });
});

test('the proxy of the environment is used', async () => {
  const asked: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, socket) => {
    asked.push(String(request.url));
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  const httpProxy = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const through = new EnvHttpProxyAgent({ httpProxy, httpsProxy: httpProxy, noProxy: '' });
  const failure = await createWebhookSend(
    async () => through,
    QUICK,
  )({
    url: 'https://hooks.slack.test/services/s3cr3t',
    headers: {},
    body: '{}',
  });
  await through.destroy();
  proxy.closeAllConnections();
  proxy.close();
  expect(asked).toEqual(['hooks.slack.test:443', 'hooks.slack.test:443']);
  expect(failure).toBeDefined();
  expect(failure).not.toContain('s3cr3t');
});
