import { once } from 'node:events';
import { createServer, request as httpRequest, type Server, ServerResponse } from 'node:http';
import { connect, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import {
  CALLS,
  createTestMeter,
  DIALECT_IDS,
  KEY,
  send,
  streamed,
  type TestMeter,
  type TestMeterOptions,
  TOKEN,
} from '../support/meter.js';
import { type Provider, startProvider } from '../support/provider.js';

let provider: Provider;
let meters: TestMeter[];

beforeEach(async () => {
  provider = await startProvider();
  meters = [];
});

afterEach(async () => {
  for (const meter of meters) await meter.close();
  await provider.close();
});

async function metered(options: Partial<TestMeterOptions> = {}): Promise<TestMeter> {
  const meter = await createTestMeter({ upstream: provider.url, ...options });
  meters.push(meter);
  return meter;
}

const messages = CALLS['anthropic-messages'];

describe('metering', () => {
  test.each(DIALECT_IDS)('%s: JSON and streams are counted to the token of the bill', async (id) => {
    const meter = await metered();
    const plain = await send(meter.url + CALLS[id].path, { body: CALLS[id].body });
    const stream = await send(meter.url + streamed(id).path, { body: streamed(id).body });
    expect([plain.status, stream.status]).toEqual([200, 200]);
    const { tokens, requests } = meter.totals();
    expect({ inputTokens: tokens.inputTokens.sum, outputTokens: tokens.outputTokens.sum, requests }).toEqual(
      provider.totals(),
    );
    expect(tokens.inputTokens.unknown).toBe(0);
    expect(tokens.cacheReadTokens.sum).toBe(200 + 210);
    expect(
      meter.entries.every(
        ({ costSource, costNanoUsd }) => costSource === 'price-table' && (costNanoUsd ?? 0) > 0,
      ),
    ).toBe(true);
  });

  test.each(['gzip', 'br', 'deflate', 'zstd'] as const)(
    'answers compressed with %s, though none was asked for, are read in a copy where there is no key to take out',
    async (compress) => {
      provider.setScript({ compress });
      const meter = await metered({ passThrough: true });
      const reply = await send(meter.url + streamed('openai-responses').path, {
        body: streamed('openai-responses').body,
      });
      const direct = await send(provider.url + streamed('openai-responses').path, {
        body: streamed('openai-responses').body,
      });
      expect(reply.headers['content-encoding']).toBe(compress);
      expect(reply.bytes.length).toBeGreaterThan(direct.bytes.length / 2);
      expect(meter.totals().tokens.outputTokens).toEqual({ sum: 50, known: 1, unknown: 0 });
    },
  );

  test.each(['gzip', 'br', 'deflate', 'zstd'] as const)(
    'answers compressed with %s reach an agent without a key as they would be without it',
    async (compress) => {
      const { path, body } = streamed('openai-responses');
      const plain = await send(provider.url + path, { body });
      await provider.close();
      provider = await startProvider({ compress });
      const meter = await metered();
      const reply = await send(meter.url + path, { body });
      expect(reply.headers['content-encoding']).toBeUndefined();
      const said = (text: string) => text.replace(/(resp|msg)_\w+/g, '$1');
      expect(said(reply.text)).toBe(said(plain.text));
      expect(meter.totals().tokens.outputTokens).toEqual({ sum: 50, known: 1, unknown: 0 });
    },
  );

  test('no compressed answer is asked for', async () => {
    const meter = await metered();
    await send(meter.url + messages.path, {
      body: messages.body,
      headers: { 'accept-encoding': 'gzip, br, zstd' },
    });
    expect(provider.requests[0]?.headers['accept-encoding']).toBe('identity');
  });

  test('usage that is not reported is unknown, not zero', async () => {
    provider.setScript({ fault: { kind: 'no-usage' } });
    const meter = await metered();
    await send(meter.url + CALLS['openai-chat'].path, { body: CALLS['openai-chat'].body });
    const { tokens, costNanoUsd, costSource } = meter.totals();
    expect(tokens.inputTokens).toEqual({ sum: 0, known: 0, unknown: 1 });
    expect(costNanoUsd).toEqual({ sum: 0, known: 0, unknown: 1 });
    expect(costSource).toBe('unknown');
  });

  test('a cost that the gateway reports outranks the price table', async () => {
    provider.setScript({ headers: { 'x-litellm-response-cost': '0.0125' } });
    const meter = await metered({ gateway: 'litellm' });
    await send(meter.url + messages.path, { body: messages.body });
    expect(meter.entries[0]).toMatchObject({ costNanoUsd: 12_500_000, costSource: 'gateway' });
  });

  test('a cost header of 0 on a stream means "not known yet"', async () => {
    provider.setScript({ headers: { 'x-litellm-response-cost': '0' } });
    const meter = await metered({ gateway: 'litellm' });
    await send(meter.url + streamed('anthropic-messages').path, {
      body: streamed('anthropic-messages').body,
    });
    expect(meter.entries[0]?.costSource).toBe('price-table');
  });

  test('subagents and retries are told apart by what the wire says', async () => {
    const meter = await metered();
    const session = { 'x-claude-code-session-id': 's1' };
    await send(meter.url + messages.path, { body: messages.body, headers: session });
    await send(meter.url + messages.path, {
      body: messages.body,
      headers: { ...session, 'x-claude-code-agent-id': 'a1' },
    });
    await send(meter.url + messages.path, {
      body: messages.body,
      headers: { ...session, 'x-stainless-retry-count': '1' },
    });
    expect(meter.entries.map(({ caller, retry }) => [caller, retry])).toEqual([
      ['main', false],
      ['subagent', false],
      ['main', true],
    ]);
  });

  test('a body that failed before is a retry', async () => {
    provider.setScript({ fault: { kind: 'status', status: 500, times: 1 } });
    const meter = await metered();
    for (let call = 0; call < 2; call += 1) await send(meter.url + messages.path, { body: messages.body });
    expect(meter.entries.map(({ outcome, retry }) => [outcome, retry])).toEqual([
      ['failed', false],
      ['ok', true],
    ]);
    expect(meter.totals().tokens.inputTokens.unknown).toBe(0);
  });
});

describe('transparency', () => {
  test.each(DIALECT_IDS)('%s: the client gets the bytes of the upstream', async (id) => {
    const upstream = await rawUpstream(
      `data: {"usage":{"prompt_tokens":1},"odd":"\\u00e9 é"}\r\n\r\n: comment\n\ndata: [DONE]\n\n`,
    );
    const meter = await metered({ upstream: upstream.url });
    const reply = await send(meter.url + streamed(id).path, {
      body: { ...streamed(id).body, stream_options: { include_usage: true } },
    });
    expect(reply.bytes.equals(upstream.bytes)).toBe(true);
    await upstream.close();
  });

  test('a request goes out byte for byte, and with the real key', async () => {
    const meter = await metered();
    const body = Buffer.from(
      '{ "model":"claude-sonnet-4-5",\t"max_tokens":500, "messages":[{"role":"user","content":"caf\\u00e9 é"}] }\n',
    );
    await send(`${meter.url}/v1/messages?beta=true`, {
      body,
      headers: { 'anthropic-version': '2023-06-01' },
    });
    const [seen] = provider.requests;
    expect(seen?.rawBody.equals(body)).toBe(true);
    expect(seen?.headers['x-api-key']).toBe(KEY);
    expect(seen?.headers['anthropic-version']).toBe('2023-06-01');
  });

  test.each(['x-api-key', 'authorization', 'x-goog-api-key', 'api-key'])(
    'the token in %s is replaced where it stands',
    async (header) => {
      const meter = await metered();
      const value = header === 'authorization' ? 'Bearer sk-spendgate-test-token' : 'sk-spendgate-test-token';
      await send(meter.url + messages.path, {
        body: messages.body,
        headers: { 'x-api-key': '', [header]: value },
      });
      expect(provider.requests[0]?.headers[header]).toBe(value.replace('sk-spendgate-test-token', KEY));
    },
  );

  test('a token in the query leaves as the key in a header', async () => {
    const upstream = await rawUpstream('{}');
    const meter = await metered({ upstream: upstream.url });
    await send(`${meter.url}${CALLS.gemini.path}?key=sk-spendgate-test-token`, {
      body: CALLS.gemini.body,
      headers: { 'x-api-key': '' },
    });
    expect(upstream.targets).toEqual([CALLS.gemini.path]);
    expect(upstream.keys).toEqual([KEY]);
    await upstream.close();
  });

  test('a chat stream gets usage added, and the client does not see the extra chunk', async () => {
    const meter = await metered();
    const { path, body } = streamed('openai-chat');
    const reply = await send(meter.url + path, { body });
    expect(reply.text).not.toContain('"usage"');
    expect(reply.text).toMatch(/data: \[DONE\]\n\n$/);
    expect(provider.requests[0]?.body).toMatchObject({ stream_options: { include_usage: true } });
    expect(meter.totals().tokens.outputTokens.sum).toBe(50);
  });

  test('a client that asked for usage gets its chunk', async () => {
    const meter = await metered();
    const { path, body } = streamed('openai-chat');
    const reply = await send(meter.url + path, {
      body: { ...body, stream_options: { include_usage: true } },
    });
    expect(reply.text).toContain('"usage"');
  });

  test('a stream that comes byte by byte is metered, passed on, and the added chunk is kept back', async () => {
    const chunk = (data: unknown) => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
    const content = chunk({ model: 'gpt-5', choices: [{ delta: { content: 'héllo' } }] });
    const usage = chunk({ model: 'gpt-5', choices: [], usage: { prompt_tokens: 11, completion_tokens: 7 } });
    const upstream = await rawUpstream(content + usage + chunk('[DONE]'), { bytewise: true });
    const meter = await metered({ upstream: upstream.url });
    const reply = await send(meter.url + streamed('openai-chat').path, {
      body: streamed('openai-chat').body,
    });
    expect(reply.text).toBe(content + chunk('[DONE]'));
    expect(meter.totals().tokens.inputTokens.sum).toBe(11);
    await upstream.close();
  });

  test('other paths are forwarded unmetered, and counted', async () => {
    provider.setScript({ routes: { '/v1/models': () => ({ body: { data: [] } }) } });
    const meter = await metered();
    const reply = await send(`${meter.url}/v1/models`, { method: 'GET' });
    expect([reply.status, reply.text]).toEqual([200, '{"data":[]}']);
    expect([...meter.meter.otherRequests]).toEqual([['GET /v1/models', 1]]);
    expect(provider.requests[0]?.headers['x-api-key']).toBe(KEY);
  });

  test.each([
    '/messages',
    '/v1/v1/messages',
    '//v1//messages/',
    '/v1/./messages',
    '/v1/%6dessages',
    '/x/../v1/messages',
  ])('%s is the metered route, and leaves in its own spelling', async (path) => {
    const meter = await metered();
    const reply = await rawSend(meter.url, path, messages.body);
    expect(reply).toBe(200);
    expect(provider.requests.at(-1)?.path).toBe('/v1/messages');
    expect(meter.entries.at(-1)?.outcome).toBe('ok');
  });

  test('what would hide the usage of an answer does not leave, however it is spelt', async () => {
    const meter = await metered();
    const { path, body } = CALLS.gemini;
    const masked = `${path}?%66ields=candidates&a=1&%24alt=proto`;
    expect((await send(meter.url + masked, { body })).status).toBe(200);
    expect(provider.requests.at(-1)).toMatchObject({ path, query: 'a=1' });
    expect(meter.entries.at(-1)?.usage.inputTokens).toBeGreaterThan(0);
  });

  test('without a key the client’s own credentials pass untouched', async () => {
    const meter = await metered({ passThrough: true });
    await send(meter.url + messages.path, {
      body: messages.body,
      headers: { 'x-api-key': '', authorization: 'Bearer own-login' },
    });
    expect(provider.requests[0]?.headers['authorization']).toBe('Bearer own-login');
  });
});

describe('what would give the key away', () => {
  test.each(['TRACE', 'OPTIONS'])('%s is not forwarded', async (method) => {
    const meter = await metered();
    expect((await send(`${meter.url}/v1/models`, { method })).status).toBeGreaterThanOrEqual(400);
    expect(provider.requests).toEqual([]);
  });

  test.each(['/key/generate', '/api/v1/keys', '/v1/organization/costs', '/user/new', '/api/token/'])(
    'the management route %s is not forwarded',
    async (path) => {
      const meter = await metered();
      expect((await send(meter.url + path, { body: {} })).status).toBe(404);
      expect(provider.requests).toEqual([]);
    },
  );

  test('a look stays one: without a body, and without a word for another method', async () => {
    provider.setScript({ routes: { '/v1beta/models/m:generateContent': () => ({ body: {} }) } });
    const meter = await metered();
    const headers = {
      'x-http-method-override': 'POST',
      'X-HTTP-Method': 'POST',
      'x-method-override': 'POST',
      'content-type': 'application/json',
    };
    const path = '/v1beta/models/m:generateContent';
    await send(`${meter.url}${path}?%24httpMethod=POST&a=1`, { method: 'GET', headers, body: { a: 1 } });
    const [seen] = provider.requests;
    expect(seen).toMatchObject({ method: 'GET', path, query: 'a=1', rawBody: Buffer.alloc(0) });
    expect(Object.keys(seen?.headers ?? {}).filter((name) => /method|^content/.test(name))).toEqual([]);
    expect((await send(meter.url + messages.path, { headers, body: messages.body })).status).toBe(200);
    expect(Object.keys(provider.requests.at(-1)?.headers ?? {})).not.toContain('x-http-method-override');
  });

  test('a look for which a gateway calls its models counts as a call', async () => {
    provider.setScript({ routes: { '/health': () => ({ body: {} }) } });
    const meter = await metered({ limits: { maxRequests: 1 } });
    expect((await send(`${meter.url}/health`, { method: 'GET' })).status).toBe(200);
    expect((await send(`${meter.url}/health`, { method: 'GET' })).status).toBe(402);
    expect(meter.entries).toMatchObject([{ dialect: 'unmetered', requestedModel: '/health' }]);
  });

  test('an error that repeats the key reaches neither the agent nor the record', async () => {
    const body = { error: { message: `the key ${KEY} has no budget`, type: 'budget_exceeded' } };
    provider.setScript({
      fault: { kind: 'status', status: 429, body, headers: { location: `/?key=${KEY}` } },
    });
    const meter = await metered({ gateway: 'litellm' });
    const reply = await send(meter.url + messages.path, { body: messages.body });
    const other = await metered({ gateway: 'openrouter' });
    provider.setScript({
      fault: { kind: 'status', status: 500, body, headers: { location: `/?key=${KEY}` } },
    });
    const passed = await send(other.url + messages.path, { body: messages.body });
    expect(passed.status).toBe(402);
    for (const text of [
      reply.text,
      JSON.stringify(reply.headers),
      JSON.stringify(meter.guard.stop),
      JSON.stringify(meter.entries),
      passed.text,
    ]) {
      expect(text).not.toContain(KEY);
    }
  });

  test('nor does an error of a route that is not metered', async () => {
    provider.setScript({ routes: { '/v1/models': () => ({ status: 401, body: { error: `no ${KEY}` } }) } });
    const meter = await metered();
    const reply = await send(`${meter.url}/v1/models`, { method: 'GET' });
    expect(reply).toMatchObject({ status: 401, text: expect.stringContaining('"no ') });
    expect(reply.text).not.toContain(KEY);
  });

  test('a connection that breaks during an upgrade breaks nothing else', async () => {
    const meter = await metered();
    const { port } = new URL(meter.url);
    for (let turn = 0; turn < 50; turn += 1) {
      const socket = connect(Number(port), '127.0.0.1');
      await once(socket, 'connect');
      socket.on('error', () => undefined);
      socket.write(
        'GET /v1/responses HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      );
      socket.resetAndDestroy();
    }
    expect((await send(meter.url + messages.path, { body: messages.body })).status).toBe(200);
  });
});

describe('who may use it', () => {
  test('a request without the token is refused and does not leave', async () => {
    const meter = await metered();
    const reply = await send(meter.url + messages.path, {
      body: messages.body,
      headers: { 'x-api-key': 'guess' },
    });
    expect(reply.status).toBe(401);
    expect(JSON.parse(reply.text)).toMatchObject({ type: 'error' });
    expect(provider.requests).toEqual([]);
  });

  test('a greeting without the token is answered here', async () => {
    const meter = await metered();
    const reply = await send(`${meter.url}/api/hello`, { method: 'HEAD', headers: { 'x-api-key': '' } });
    expect(reply.status).toBe(404);
    expect(provider.requests).toEqual([]);
  });

  test('a body that is no JSON object is refused: what cannot be read cannot be limited', async () => {
    const meter = await metered({ limits: { maxTokens: 1000 } });
    const crowded = JSON.stringify(Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [at, 0])));
    for (const body of ['[1]', '{"model":', '{"max_tokens":1,"MAX_TOKENS":9}', crowded, '']) {
      const reply = await send(meter.url + messages.path, { body: Buffer.from(body) });
      expect(reply.status).toBe(400);
    }
    expect(provider.requests).toEqual([]);
  });

  test.each(['openai-chat', 'openai-responses'] as const)(
    '%s: nor one that hides a ceiling from a check',
    async (id) => {
      const meter = await metered({ limits: { maxTokens: 100_000 } });
      const body = { ...CALLS[id].body, extra_body: { max_tokens: 100_000 } };
      expect(await send(meter.url + CALLS[id].path, { body })).toMatchObject({
        status: 400,
        text: expect.stringContaining('`extra_body` sets `max_tokens`'.replaceAll('`', '`')),
      });
      const harmless = { ...CALLS[id].body, extra_body: { top_k: 4 } };
      expect((await send(meter.url + CALLS[id].path, { body: harmless })).status).toBe(200);
    },
  );

  test.each(DIALECT_IDS)(
    '%s: nor one whose query names another model, which a gateway may take before the body’s',
    async (id) => {
      const meter = await metered();
      for (const part of ['model=gpt-5-pro', 'MODEL=x', '%6dodel=x', 'a=1&models[]=x', 'user_model=x']) {
        const reply = await send(`${meter.url}${CALLS[id].path}?${part}`, { body: CALLS[id].body });
        expect([reply.status, reply.text]).toEqual([400, expect.stringMatching(/`\w+` stands in the query/)]);
      }
      expect(provider.requests).toEqual([]);
    },
  );

  test('a path in other letters is the same route', async () => {
    const meter = await metered();
    expect((await send(meter.url + messages.path.toUpperCase(), { body: messages.body })).status).toBe(200);
    expect(meter.entries).toHaveLength(1);
  });

  test('a model’s name is one line of a log, however it is written', async () => {
    const meter = await metered();
    const model = `a\n::error::b\r${'x'.repeat(500)}`;
    await send(meter.url + messages.path, { body: { ...messages.body, model } });
    const [{ requestedModel = '' } = {}] = meter.entries;
    expect(requestedModel).toMatch(/^a ::error::b x+…$/);
    expect(requestedModel).toHaveLength(200);
  });
});

describe('limits', () => {
  test.each(DIALECT_IDS)(
    '%s: the call after the last is refused, in a way its clients do not retry',
    async (id) => {
      const meter = await metered({ limits: { maxRequests: 1 } });
      await send(meter.url + CALLS[id].path, { body: CALLS[id].body });
      const reply = await send(meter.url + CALLS[id].path, { body: CALLS[id].body });
      expect(reply.status).toBe(id === 'openai-responses' ? 400 : 402);
      expect(reply.headers['x-should-retry']).toBe('false');
      expect(reply.headers['content-type']).toContain(
        id === 'openai-responses' ? 'text/plain' : 'application/json',
      );
      expect(reply.text).toContain('max-requests');
      expect(provider.totals().requests).toBe(1);
      expect(meter.guard.stop?.reason).toBe('limit:max-requests');
      expect(meter.entries.at(-1)).toMatchObject({ outcome: 'refused', usage: { inputTokens: undefined } });
    },
  );

  test.each([8000, 20_000, 30_000])(
    '20 callers at once do not pass max-tokens %i, and use most of it',
    async (maxTokens) => {
      provider.setScript({ delayMs: 15 });
      const meter = await metered({ limits: { maxTokens } });
      const callers = Array.from({ length: 20 }, async (_, caller) => {
        for (let turn = 0; turn < 5; turn += 1) {
          const body = {
            ...messages.body,
            messages: [{ role: 'user', content: `caller ${caller} turn ${turn}` }],
          };
          const reply = await send(meter.url + messages.path, { body });
          if (reply.status !== 200) return;
        }
      });
      await Promise.all(callers);
      const { inputTokens, outputTokens } = provider.totals();
      expect(inputTokens + outputTokens).toBeLessThanOrEqual(maxTokens);
      expect(inputTokens + outputTokens).toBeGreaterThan(maxTokens * 0.7);
      expect(meter.guard.stop?.reason).toBe('limit:max-tokens');
    },
  );

  test('20 callers at once do not pass max-requests', async () => {
    const meter = await metered({ limits: { maxRequests: 7 } });
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => send(meter.url + messages.path, { body: messages.body })),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(7);
    expect(provider.totals().requests).toBe(7);
  });

  test('20 callers at once do not pass max-cost', async () => {
    provider.setScript({ delayMs: 10 });
    const meter = await metered({ limits: { maxCostNanoUsd: 50_000_000 } });
    await Promise.all(
      Array.from({ length: 20 }, () => send(meter.url + messages.path, { body: messages.body })),
    );
    expect(meter.totals().costNanoUsd.sum).toBeLessThanOrEqual(50_000_000);
    expect(meter.totals().requests).toBeGreaterThan(3);
    expect(meter.guard.stop?.reason).toBe('limit:max-cost');
  });

  test.each([
    ['anthropic-messages', { max_tokens: 100 }],
    ['openai-chat', { max_completion_tokens: 100 }],
    ['openai-responses', { max_output_tokens: 100 }],
    ['gemini', { generationConfig: { maxOutputTokens: 100 } }],
  ] as const)('%s: the output ceiling is lowered, or added where there is none', async (id, expected) => {
    const meter = await metered({ limits: { requestMaxOutputTokens: 100 } });
    await send(meter.url + CALLS[id].path, { body: CALLS[id].body });
    expect(provider.requests[0]?.body).toMatchObject({ ...CALLS[id].body, ...expected });
  });

  test('40 callers at once do not pass max-input-tokens by what does not stand in their requests', async () => {
    const file = { type: 'document', source: { type: 'file', file_id: 'file_011' } };
    provider.setScript({
      bill: () => ({ input: 180_000, cacheRead: 0, cacheWrite: 0, output: 50, reasoning: 0 }),
    });
    const meter = await metered({ limits: { maxInputTokens: 400_000 } });
    const asked = await Promise.all(
      Array.from({ length: 40 }, (_, turn) => {
        const content = [file, { type: 'text', text: `${turn}` }];
        return send(meter.url + messages.path, {
          body: { ...messages.body, model: 'claude-sonnet-4-5', messages: [{ role: 'user', content }] },
        });
      }),
    );
    const answered = asked.filter(({ status }) => status === 200);
    expect(answered).toHaveLength(2);
    expect(provider.totals().inputTokens).toBeLessThanOrEqual(400_000);
  });

  test('a storm of timeouts of a gateway is not free', async () => {
    provider.setScript({ fault: { kind: 'status', status: 504, body: { error: { message: 'late' } } } });
    const meter = await metered({ limits: { maxInputTokens: 10_000 } });
    const statuses: number[] = [];
    for (let turn = 0; turn < 20; turn += 1) {
      const body = { ...messages.body, max_tokens: 1000, metadata: { turn } };
      statuses.push((await send(meter.url + messages.path, { body })).status);
    }
    const late = statuses.filter((status) => status === 504).length;
    expect(late).toBeGreaterThan(2);
    expect(statuses.slice(late)).toEqual(Array.from({ length: 20 - late }, () => 402));
    expect(statuses.slice(late)).not.toEqual([]);
    expect(meter.totals().tokens.inputTokens.unknown).toBe(late);
  });

  test('a ceiling below the limit stays as the client set it', async () => {
    const meter = await metered({ limits: { requestMaxOutputTokens: 8000 } });
    await send(meter.url + messages.path, { body: messages.body });
    expect(provider.requests[0]?.body).toEqual(messages.body);
  });

  test('an input over request-max-input-tokens is refused, and the run goes on', async () => {
    const meter = await metered({ limits: { requestMaxInputTokens: 3000 } });
    const large = { ...messages.body, messages: [{ role: 'user', content: 'x'.repeat(40_000) }] };
    expect((await send(meter.url + messages.path, { body: large })).status).toBe(402);
    expect((await send(meter.url + messages.path, { body: messages.body })).status).toBe(200);
    expect(meter.guard.stop).toBeUndefined();
  });

  test('retries beyond max-retries are refused', async () => {
    provider.setScript({ fault: { kind: 'status', status: 500 } });
    const meter = await metered({ limits: { maxRetries: 2 } });
    const statuses: number[] = [];
    for (let call = 0; call < 5; call += 1)
      statuses.push((await send(meter.url + messages.path, { body: messages.body })).status);
    expect(statuses).toEqual([500, 500, 500, 402, 402]);
    expect(meter.guard.stop?.reason).toBe('limit:max-retries');
  });

  test('a model without a price is refused with on-unpriced: block, and named with warn', async () => {
    const body = { ...messages.body, model: 'house-model' };
    const strict = await metered({ limits: { maxCostNanoUsd: 1e9 }, onUnpriced: 'block' });
    expect((await send(strict.url + messages.path, { body })).text).toContain('house-model');
    const lenient = await metered({ limits: { maxCostNanoUsd: 1e9 } });
    expect((await send(lenient.url + messages.path, { body })).status).toBe(200);
    expect(lenient.guard.unpricedModels).toEqual(['house-model']);
  });

  test('so is what cannot be metered: nobody knows what it costs', async () => {
    provider.setScript({ routes: { '/v1/embeddings': () => ({ body: {} }) } });
    const body = { input: 'x' };
    const strict = await metered({ limits: { maxCostNanoUsd: 1e9 }, onUnpriced: 'block' });
    const reply = await send(`${strict.url}/v1/embeddings`, { body });
    expect(reply).toMatchObject({ status: 402, text: expect.stringContaining('POST /v1/embeddings uses') });
    expect(strict.guard.stop).toBeUndefined();
    expect(provider.requests).toEqual([]);
    const tokens = await metered({ limits: { maxTokens: 1000 }, onUnpriced: 'block' });
    expect((await send(`${tokens.url}/v1/embeddings`, { body })).status).toBe(402);
    for (const options of [
      { limits: { maxCostNanoUsd: 1e9 } },
      { limits: { maxRequests: 9 }, onUnpriced: 'block' },
    ] as const) {
      const lenient = await metered(options);
      expect((await send(`${lenient.url}/v1/embeddings`, { body })).status).toBe(200);
    }
  });

  test.each([
    'models/gemini/gemini-2.5-pro',
    'models%2Fgemini%2Fgemini-2.5-pro',
    'models/bedrock/anthropic.claude-v2:0',
    'models/ollama%2Fllama3%3A8b',
    'tunedModels/mine',
    'projects/p/locations/l/endpoints/7',
  ])(
    'hold for a model whose name a gateway takes in several parts, or from another list: %s',
    async (name) => {
      const meter = await metered({ limits: { maxTokens: 10 } });
      const reply = await send(`${meter.url}/v1beta/${name}:generateContent`, { body: CALLS.gemini.body });
      expect(reply.status).toBe(402);
      expect(meter.entries).toMatchObject([{ dialect: 'gemini', outcome: 'refused' }]);
      expect(provider.requests).toEqual([]);
    },
  );

  test('hold for the dearer of two models that a path and its body name', async () => {
    const meter = await metered({ limits: { maxCostNanoUsd: 60_000_000 } });
    const path = '/v1beta/models/gemini-2.5-flash-lite:generateContent';
    const ask = (model: string) =>
      send(meter.url + path, {
        body: { ...CALLS.gemini.body, model, generationConfig: { maxOutputTokens: 1000 } },
      });
    expect((await ask('models/gemini-2.5-flash-lite')).status).toBe(200);
    expect(provider.requests[0]?.body).toMatchObject({ generationConfig: { maxOutputTokens: 1000 } });
    expect((await ask('gpt-5-pro')).status).toBe(200);
    // At 120 USD a million, what is left pays for far fewer.
    const ceiling = JSON.stringify(provider.requests[1]?.body).match(/"maxOutputTokens":(\d+)/)?.[1];
    expect(Number(ceiling)).toBeLessThan(500);
  });

  test('a stopped run sends nothing any more that could cost', async () => {
    const meter = await metered({ limits: { maxRequests: 0 } });
    await send(meter.url + messages.path, { body: messages.body });
    const reply = await send(`${meter.url}/v1/embeddings`, { body: { input: 'x' } });
    expect(reply.status).toBe(402);
    expect(provider.requests).toEqual([]);
  });

  describe('hold for the older completions', () => {
    const usage = { prompt_tokens: 10, completion_tokens: 20_000, total_tokens: 20_010 };
    const answer = {
      object: 'text_completion',
      model: 'gpt-4o',
      choices: [{ finish_reason: 'stop' }],
      usage,
    };
    const body = { model: 'gpt-4o', prompt: 'hi', max_tokens: 20_000 };
    const complete = (meter: TestMeter, more: object) =>
      send(`${meter.url}/v1/completions`, { body: { ...body, ...more } });

    test('whose usage is read', async () => {
      provider.setScript({ routes: { '/v1/completions': () => ({ body: answer }) } });
      const meter = await metered();
      expect((await complete(meter, {})).status).toBe(200);
      expect(meter.totals().tokens.outputTokens).toEqual({ sum: 20_000, known: 1, unknown: 0 });
      expect(meter.entries[0]?.costSource).toBe('price-table');
    });

    test.each([
      [{}, 1000],
      [{ n: 2 }, 500],
      [{ n: 2, best_of: 5 }, 200],
      [{ prompt: ['a', 'b', 'c', 'd'] }, 250],
      [{ prompt: [1, 2, 3] }, 1000],
      [{ prompt: [[1, 2], [3]] }, 500],
    ])('%j: each answer gets its part', async (more, ceiling) => {
      provider.setScript({ routes: { '/v1/completions': () => ({ body: answer }) } });
      const meter = await metered({ limits: { requestMaxOutputTokens: 1000 } });
      expect((await complete(meter, more)).status).toBe(200);
      expect(provider.requests[0]?.body).toMatchObject({ max_tokens: ceiling });
    });
  });

  test('Azure’s deployment stays in the path, and is the model that is priced', async () => {
    const path = '/openai/deployments/gpt-4o/chat/completions';
    const usage = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 };
    provider.setScript({ routes: { [path]: () => ({ body: { choices: [], usage } }) } });
    const meter = await metered();
    const query = '?api-version=2024-10-21';
    expect((await send(meter.url + path + query, { body: { messages: [] } })).status).toBe(200);
    expect(provider.requests[0]).toMatchObject({ path, query: query.slice(1) });
    expect(meter.entries[0]).toMatchObject({ requestedModel: 'gpt-4o', costSource: 'price-table' });
  });

  test('calls that cannot be metered count against max-requests, and leave the totals unknown', async () => {
    provider.setScript({ routes: { '/v1/embeddings': () => ({ body: {} }) } });
    const meter = await metered({ limits: { maxRequests: 2 } });
    const statuses: number[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      statuses.push((await send(`${meter.url}/v1/embeddings`, { body: { input: 'x' } })).status);
    }
    expect(statuses).toEqual([200, 200, 402]);
    expect(meter.totals().tokens.inputTokens).toEqual({ sum: 0, known: 0, unknown: 2 });
  });

  test('a client that goes on after a hundred refusals is answered slowly, and nobody else is', async () => {
    const meter = await metered({ limits: { maxRequests: 1 } });
    await send(meter.url + messages.path, { body: messages.body });
    for (let call = 0; call < 100; call += 1)
      expect((await send(meter.url + messages.path, { body: messages.body })).status).toBe(402);
    let isTold = false;
    const late = send(meter.url + messages.path, { body: messages.body }).finally(() => {
      isTold = true;
    });
    while (meter.entries.length < 102) await new Promise(setImmediate);
    expect((await send(meter.url, { headers: { 'x-api-key': 'guess' } })).status).toBe(401);
    expect(isTold).toBe(false);
    expect((await late).status).toBe(402);
  });

  test('only refusals in a row are told slowly', async () => {
    const meter = await metered({ limits: { requestMaxInputTokens: 5000 } });
    const large = { ...messages.body, messages: [{ role: 'user', content: 'x'.repeat(50_000) }] };
    for (let call = 0; call < 60; call += 1) await send(meter.url + messages.path, { body: large });
    await send(meter.url + messages.path, { body: messages.body });
    const start = performance.now();
    for (let call = 0; call < 60; call += 1) await send(meter.url + messages.path, { body: large });
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(meter.guard.stop).toBeUndefined();
  });

  test('more answers than there may be tokens are refused', async () => {
    const meter = await metered({ limits: { requestMaxOutputTokens: 100 } });
    const reply = await send(meter.url + CALLS['openai-chat'].path, {
      body: { ...CALLS['openai-chat'].body, n: 101 },
    });
    expect(reply).toMatchObject({
      status: 402,
      text: expect.stringContaining('room for 101 output tokens (101 answers)'),
    });
  });

  test('a client that leaves while its call waits was refused nothing', async () => {
    const release = Promise.withResolvers<void>();
    const upstream = createServer((_request, response) => {
      void release.promise.then(() => response.writeHead(500).end());
    });
    const meter = await metered({ upstream: await urlOf(upstream), limits: { maxTokens: 2000 } });
    const body = { ...messages.body, max_tokens: 1500 };
    const first = send(meter.url + messages.path, { body });
    while (meter.lines.length === 0) await new Promise(setImmediate);
    const waiting = httpRequest(meter.url + messages.path, {
      method: 'POST',
      headers: { 'x-api-key': TOKEN },
    });
    waiting.on('error', () => undefined);
    waiting.end(JSON.stringify(body));
    await once(waiting, 'finish');
    // What the meter answers now comes behind what was sent before.
    const roundTrip = () => send(meter.url, { headers: { 'x-api-key': 'guess' } });
    await roundTrip();
    waiting.destroy();
    await roundTrip();
    release.resolve();
    await first;
    expect(meter.lines.map(({ type }) => type)).toEqual(['sent', 'call']);
    upstream.close();
  });

  test('observe counts and refuses nothing', async () => {
    const meter = await metered({ limits: { maxRequests: 1, requestMaxOutputTokens: 10 }, observe: true });
    for (let call = 0; call < 3; call += 1) await send(meter.url + messages.path, { body: messages.body });
    expect(provider.totals().requests).toBe(3);
    expect(provider.requests[0]?.body).toEqual(messages.body);
  });
});

describe('what comes from outside', () => {
  const exhausted = {
    error: {
      message: 'Budget has been exceeded! Current cost: 10.0, Max budget: 10.0',
      type: 'budget_exceeded',
      param: null,
      code: '429',
    },
  };

  test('an exhausted budget ends the run, and the client is told in a way it does not retry', async () => {
    provider.setScript({ fault: { kind: 'status', status: 429, body: exhausted, from: 2 } });
    const meter = await metered({ gateway: 'litellm' });
    await send(meter.url + messages.path, { body: messages.body });
    const reply = await send(meter.url + messages.path, { body: messages.body });
    expect(reply.status).toBe(402);
    expect(reply.text).toContain('Budget has been exceeded!');
    expect(meter.guard.stop?.reason).toBe('budget-exhausted');
    await send(meter.url + messages.path, { body: messages.body });
    expect(provider.requests).toHaveLength(2);
  });

  test.each([
    [429, { error: { message: 'slow down', type: 'throttling_error', code: '429' } }],
    [401, { error: { message: 'bad key', type: 'token_not_found_in_db' } }],
    [529, { error: { message: 'busy', type: 'overloaded_error' } }],
    [500, '<html>oops</html>'],
  ])('a %i that is no exhaustion is passed on as it is', async (status, body) => {
    provider.setScript({ fault: { kind: 'status', status, body, headers: { 'retry-after': '3' } } });
    const meter = await metered({ gateway: 'litellm' });
    const reply = await send(meter.url + messages.path, { body: messages.body });
    expect(reply.status).toBe(status);
    expect(reply.headers['retry-after']).toBe('3');
    expect(reply.text).toBe(typeof body === 'string' ? body : JSON.stringify(body));
    expect(meter.guard.stop).toBeUndefined();
  });

  test('an exhausted budget inside a stream ends the run after it', async () => {
    const upstream = await rawUpstream(`data: ${JSON.stringify(exhausted)}\n\n`);
    const meter = await metered({ gateway: 'litellm', upstream: upstream.url });
    const reply = await send(meter.url + streamed('openai-responses').path, {
      body: streamed('openai-responses').body,
    });
    expect(reply.bytes.equals(upstream.bytes)).toBe(true);
    expect(meter.guard.stop?.reason).toBe('budget-exhausted');
    await upstream.close();
  });

  test.each(DIALECT_IDS)(
    '%s: a stream that is reset is passed on as a reset, and what it had reported is kept',
    async (id) => {
      provider.setScript({ fault: { kind: 'reset-mid-stream' } });
      const meter = await metered();
      const reply = await send(meter.url + streamed(id).path, { body: streamed(id).body });
      expect(reply.error?.code).toBe('ECONNRESET');
      expect(meter.entries[0]).toMatchObject({ outcome: 'cut', final: false, costSource: 'unknown' });
      expect(meter.totals().tokens.outputTokens).toEqual({ sum: 0, known: 0, unknown: 1 });
      expect(meter.totals().tokens.inputTokens.known).toBe(
        id === 'anthropic-messages' || id === 'gemini' ? 1 : 0,
      );
    },
  );

  test('a clean end without the terminal event leaves the output unknown', async () => {
    provider.setScript({ fault: { kind: 'end-mid-stream' } });
    const meter = await metered();
    await send(meter.url + streamed('anthropic-messages').path, {
      body: streamed('anthropic-messages').body,
    });
    expect(meter.entries[0]).toMatchObject({
      final: false,
      usage: { inputTokens: 1230, outputTokens: undefined },
    });
  });

  test.each(DIALECT_IDS)('%s: an upstream that cannot be reached is a 502 in the dialect', async (id) => {
    const meter = await metered({ upstream: 'http://127.0.0.1:1' });
    const reply = await send(meter.url + CALLS[id].path, { body: CALLS[id].body });
    expect(reply.status).toBe(502);
    expect(JSON.parse(reply.text)).toHaveProperty('error');
    expect(meter.entries[0]?.outcome).toBe('failed');
  });

  test('a redirection is passed on and is no answer: three in a row are three failures', async () => {
    const headers = { location: 'https://elsewhere.example' };
    provider.setScript({ fault: { kind: 'status', status: 308, body: 'moved', headers } });
    const meter = await metered({ limits: { maxConsecutiveErrors: 3 } });
    const statuses: number[] = [];
    for (let call = 0; call < 4; call += 1)
      statuses.push((await send(meter.url + messages.path, { body: messages.body })).status);
    expect(statuses).toEqual([308, 308, 308, 402]);
    expect(meter.entries[0]).toMatchObject({ status: 308, outcome: 'failed' });
    expect(meter.totals().costNanoUsd).toEqual({ sum: 0, known: 0, unknown: 0 });
  });

  test('a call whose client left before there was a connection is not billed', async () => {
    // It never answers a TLS greeting.
    const silent = createTcpServer((socket) => socket.on('error', () => undefined));
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const meter = await metered({
      upstream: `https://127.0.0.1:${port}`,
      limits: { maxCostNanoUsd: 1_000_000_000 },
    });
    const greeted = once(silent, 'connection');
    const client = httpRequest(meter.url + messages.path, {
      method: 'POST',
      headers: { 'x-api-key': TOKEN, 'content-type': 'application/json' },
    });
    client.on('error', () => undefined);
    client.end(JSON.stringify(messages.body));
    await greeted;
    client.destroy();
    while (meter.entries.length === 0) await new Promise(setImmediate);
    expect(meter.entries).toMatchObject([{ outcome: 'failed' }]);
    expect(meter.totals().costNanoUsd).toEqual({ sum: 0, known: 0, unknown: 0 });
    silent.close();
  });

  test('of an error without an end its status goes on, and when to come again', async () => {
    const upstream = createServer((request, response) => {
      request.resume().on('end', () => {
        response.writeHead(429, { 'content-type': 'text/plain', 'retry-after': '7' });
        const write = () => {
          while (!response.destroyed && response.write('x'.repeat(64 * 1024)));
        };
        response.on('drain', write);
        write();
      });
    });
    const meter = await metered({ upstream: await urlOf(upstream) });
    const reply = await send(meter.url + messages.path, { body: messages.body });
    expect([reply.status, reply.text]).toEqual([429, expect.stringContaining('larger than 1 MiB')]);
    expect(reply.headers['retry-after']).toBe('7');
    expect(meter.entries).toMatchObject([{ status: 429, outcome: 'failed' }]);
    upstream.close();
  });

  test('a request that is too large is refused, and its connection ends', async () => {
    const meter = await metered();
    const { port } = new URL(meter.url);
    const socket = connect(Number(port), '127.0.0.1');
    const closed = new Promise<void>((resolve) => {
      socket.on('error', () => undefined).once('close', () => resolve());
    });
    const head = [
      `POST ${messages.path} HTTP/1.1`,
      'host: meter',
      `x-api-key: ${TOKEN}`,
      `content-length: ${100 * 1024 * 1024}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n{"a":"`);
    const piece = Buffer.alloc(1024 * 1024, 'a');
    for (let sent = 0; sent < 80 && !socket.destroyed; sent += 1)
      if (!socket.write(piece))
        await Promise.race([closed, new Promise((resolve) => socket.once('drain', resolve))]);
    await closed;
    expect(meter.entries).toEqual([]);
    expect(provider.requests).toEqual([]);
  });

  test('a call that cannot be metered and reaches nobody has failed', async () => {
    const meter = await metered({ upstream: 'http://127.0.0.1:1' });
    expect((await send(`${meter.url}/v1/embeddings`, { body: { input: 'x' } })).status).toBe(502);
    expect(meter.entries).toMatchObject([{ dialect: 'unmetered', outcome: 'failed' }]);
    expect(meter.totals().costNanoUsd.unknown).toBe(0);
  });

  test('a cost that no bill can hold is not a cost', async () => {
    for (const cost of ['-100', '1e300', 'NaN']) {
      provider.setScript({ headers: { 'x-litellm-response-cost': cost } });
      const meter = await metered({ gateway: 'litellm' });
      await send(meter.url + messages.path, { body: messages.body });
      expect(meter.entries[0]?.costSource).toBe('price-table');
    }
  });

  test('two zeros are a server that does not count', async () => {
    provider.setScript({ bill: () => ({ input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 }) });
    const meter = await metered();
    await send(meter.url + messages.path, { body: messages.body });
    expect(meter.totals().tokens.inputTokens).toEqual({ sum: 0, known: 0, unknown: 1 });
  });

  test('two zeros are held against a limit at what was reserved', async () => {
    provider.setScript({ bill: () => ({ input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 }) });
    const meter = await metered({ limits: { maxInputTokens: 2500 } });
    const statuses: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      statuses.push((await send(meter.url + messages.path, { body: messages.body })).status);
    }
    expect(statuses).toEqual([200, 200, 402, 402]);
  });

  test('a request that was sent and never answered is unknown, and held against the limit', async () => {
    provider.setScript({ fault: { kind: 'reset' } });
    const meter = await metered({ limits: { maxTokens: 5000 } });
    const statuses: number[] = [];
    for (let turn = 0; turn < 6; turn += 1) {
      const body = { ...messages.body, metadata: { turn } };
      statuses.push((await send(meter.url + messages.path, { body })).status);
    }
    expect(statuses).toContain(402);
    expect(meter.totals().tokens.outputTokens.unknown).toBeGreaterThan(0);
  });

  test('a background response is refused where limits hold', async () => {
    const meter = await metered({ limits: { maxTokens: 50_000 } });
    const { path, body } = CALLS['openai-responses'];
    const reply = await send(meter.url + path, { body: { ...body, background: true } });
    expect(reply.text).toContain('background');
    expect(provider.requests).toEqual([]);
  });

  test('an upstream that breaks before it answers is a 502, not a hang', async () => {
    provider.setScript({ fault: { kind: 'reset' } });
    const meter = await metered();
    expect((await send(meter.url + messages.path, { body: messages.body })).status).toBe(502);
  });

  test('calls that wait for others never left when their client goes away with those', async () => {
    const upstream = await rawUpstream('', { hang: true });
    const meter = await metered({ upstream: upstream.url, limits: { maxTokens: 1_000_000 } });
    const controller = new AbortController();
    const asked = Array.from({ length: 8 }, () =>
      fetch(`${meter.url}${messages.path}`, {
        method: 'POST',
        headers: { 'x-api-key': TOKEN, 'content-type': 'application/json' },
        body: JSON.stringify(messages.body),
        signal: controller.signal,
      }).catch(() => undefined),
    );
    while (upstream.targets.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort();
    await Promise.all(asked);
    while (meter.entries.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(meter.entries.map(({ outcome }) => outcome)).toEqual(['aborted']);
    expect(meter.lines.filter(({ type }) => type === 'sent')).toHaveLength(1);
    await meter.close();
    await upstream.close();
  });

  test('a client that leaves is counted as aborted, and what it held is not lost', async () => {
    const upstream = await rawUpstream(
      'data: {"type":"message_start","message":{"model":"claude-sonnet-4-5","usage":{"input_tokens":900,"output_tokens":1}}}\n\n',
      { hang: true },
    );
    const meter = await metered({ upstream: upstream.url });
    const { path, body } = streamed('anthropic-messages');
    const reply = await send(meter.url + path, { body, onData: () => 'abort' });
    expect(reply.error).toBeDefined();
    await upstream.aborted;
    await meter.close();
    expect(meter.entries[0]).toMatchObject({
      outcome: 'aborted',
      usage: { inputTokens: 900, outputTokens: undefined },
    });
    await upstream.close();
  });

  test('an answer that is no JSON is passed on, and its usage is unknown', async () => {
    const upstream = await rawUpstream('{"usage": {"prompt_tokens": 1', { type: 'application/json' });
    const meter = await metered({ upstream: upstream.url });
    const reply = await send(meter.url + CALLS['openai-chat'].path, { body: CALLS['openai-chat'].body });
    expect(reply.bytes.equals(upstream.bytes)).toBe(true);
    expect(meter.troubles).toHaveLength(1);
    expect(meter.totals().tokens.inputTokens.unknown).toBe(1);
    await upstream.close();
  });
});

/** Where it listens from now on. */
async function urlOf(server: TcpServer): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '';
}

/** An upstream that answers every request with exactly these bytes. */
async function rawUpstream(
  text: string,
  options: { bytewise?: boolean; hang?: boolean; type?: string } = {},
) {
  const bytes = Buffer.from(text);
  const targets: string[] = [];
  const keys: unknown[] = [];
  const aborted = Promise.withResolvers<void>();
  const server: Server = createServer((request, response) => {
    targets.push(request.url ?? '');
    keys.push(request.headers['x-goog-api-key']);
    response.on('close', () => aborted.resolve());
    request.resume().on('end', async () => {
      response.writeHead(200, { 'content-type': options.type ?? 'text/event-stream' });
      response.flushHeaders();
      if (options.bytewise)
        for (const byte of bytes)
          await new Promise((resolve) => response.write(Buffer.from([byte]), resolve));
      else response.write(bytes);
      if (!options.hang) response.end();
    });
  });
  const url = await urlOf(server);
  const close = async () => {
    server.close();
    server.closeAllConnections();
  };
  return { url, bytes, targets, keys, aborted: aborted.promise, close };
}

/** A path as it stands, which URL parsing would tidy up on the way. */
async function rawSend(meterUrl: string, path: string, body: unknown): Promise<number> {
  const { port } = new URL(meterUrl);
  const outgoing = httpRequest({
    host: '127.0.0.1',
    port,
    path,
    method: 'POST',
    agent: false,
    headers: { 'x-api-key': 'sk-spendgate-test-token' },
  });
  outgoing.end(JSON.stringify(body));
  const [incoming] = await once(outgoing, 'response');
  incoming.resume();
  await once(incoming, 'end');
  return incoming.statusCode;
}

describe('a call that leaves', () => {
  test.each(DIALECT_IDS)('%s: is in the ledger before the upstream hears of it', async (id) => {
    const atArrival: string[] = [];
    const upstream = createServer((_request, response) => {
      atArrival.push(...meter.lines.map((line) => `${line.type} ${line.id}`));
      response.writeHead(500).end();
    });
    const meter = await metered({ upstream: await urlOf(upstream) });
    await send(meter.url + CALLS[id].path, { body: CALLS[id].body });
    upstream.close();
    expect(atArrival).toEqual(['sent run-1']);
    expect(meter.lines.map(({ type }) => type)).toEqual(['sent', 'call']);
    expect(JSON.stringify(meter.lines)).not.toContain('"hi"');
  });

  test('has what was held for it in its line', async () => {
    const meter = await metered();
    await send(meter.url + messages.path, { body: messages.body });
    expect(meter.lines[0]).toMatchObject({
      type: 'sent',
      requestedModel: 'claude-sonnet-4-5',
      inputTokens: expect.any(Number),
      outputTokens: 500,
    });
  });

  test('has no such line when it was refused', async () => {
    const meter = await metered({ limits: { maxRequests: 0 } });
    await send(meter.url + messages.path, { body: messages.body });
    expect(meter.lines.map(({ type }) => type)).toEqual(['call']);
  });

  test('by `observe` has what it may use in its line, though nothing is held', async () => {
    const meter = await metered({ observe: true });
    await send(meter.url + messages.path, { body: messages.body });
    expect(meter.lines[0]).toMatchObject({ type: 'sent', outputTokens: 500 });
  });
});

describe('an answer in one piece', () => {
  const usage = { prompt_tokens: 10, completion_tokens: 5 };
  const exhausted = {
    error: { message: 'Budget has been exceeded! Current cost: 10.0', type: 'budget_exceeded', code: '429' },
  };
  const { path, body } = CALLS['openai-chat'];
  const realEnd = ServerResponse.prototype.end;
  let upstream: TcpServer;

  afterEach(() => {
    jest.restoreAllMocks();
    upstream.close();
  });

  /** A meter before an upstream that always answers with these bytes. */
  async function meterBefore(answer: string, headers: readonly string[] = []): Promise<TestMeter> {
    const head = [
      'HTTP/1.1 200 OK',
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(answer)}`,
      ...headers,
    ];
    upstream = createTcpServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', () => socket.write(`${head.join('\r\n')}\r\n\r\n${answer}`));
    });
    return metered({ gateway: 'litellm', upstream: await urlOf(upstream) });
  }

  /** Lines of the ledger when the answer was sent, and when the meter could have taken its next event. */
  function watchLines(meter: TestMeter): number[] {
    const seen: number[] = [];
    jest.spyOn(ServerResponse.prototype, 'end').mockImplementation(function (this: ServerResponse, ...given) {
      seen.push(meter.lines.length);
      setImmediate(() => seen.push(meter.lines.length));
      return Reflect.apply(realEnd, this, given);
    });
    return seen;
  }

  test.each([
    ['says nothing of errors', { model: 'gpt-5', choices: [], usage }],
    ['says that there is none', { model: 'gpt-5', error: null, choices: [], usage }],
  ])('that %s goes on first, and is counted before anything else happens', async (_, answer) => {
    const meter = await meterBefore(JSON.stringify(answer));
    const seen = watchLines(meter);
    const reply = await send(meter.url + path, { body });
    expect(reply.text).toBe(JSON.stringify(answer));
    expect(seen).toEqual([1, 2]);
    expect(meter.totals().tokens.inputTokens.sum).toBe(10);
  });

  test.each([
    ['tells of an error', JSON.stringify({ ...exhausted, usage })],
    [
      'spells one in another way',
      JSON.stringify({ ...exhausted, usage }).replace('"error"', '"\\u0065rror"'),
    ],
    ['tells of one behind a null', `{"a":{"error":null},${JSON.stringify({ ...exhausted, usage }).slice(1)}`],
  ])('that %s is read first: another one takes its place', async (_, answer) => {
    const meter = await meterBefore(answer);
    const seen = watchLines(meter);
    const reply = await send(meter.url + path, { body });
    expect(reply.status).toBe(402);
    expect(seen).toEqual([2, 2]);
    expect(meter.guard.stop?.reason).toBe('budget-exhausted');
  });

  test('counts, also where its headers cannot be passed on', async () => {
    const meter = await meterBefore(JSON.stringify({ model: 'gpt-5', choices: [], usage }), [
      'X-Served-By : a',
    ]);
    await expect(send(meter.url + path, { body })).rejects.toThrow('socket hang up');
    expect(meter.lines.map(({ type }) => type)).toEqual(['sent', 'call']);
    expect(meter.totals().tokens.inputTokens.sum).toBe(10);
  });
});
