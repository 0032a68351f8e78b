/** Usage that stands where few look, and settings by which a client could have another call made than the one that was held. */
import { createServer, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createTestMeter, send, type TestMeter, type TestMeterOptions } from '../support/meter.js';

const USD = 1_000_000_000;
let closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

type Answer = (response: ServerResponse) => void;
const json =
  (answer: object): Answer =>
  (response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
const events = (...payloads: object[]): string =>
  payloads.map((payload) => `data: ${JSON.stringify(payload)}\n\n`).join('');

/** Every request is answered like this; bodies as they came are kept. */
async function answering(answer: Answer, options: Partial<TestMeterOptions> = {}) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      bodies.push(Buffer.concat(parts).toString());
      answer(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  const upstream = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const meter: TestMeter = await createTestMeter({ upstream, ...options });
  closing.push(() => meter.close());
  return { meter, bodies };
}

const user = (content: string) => [{ role: 'user', content }];
const PATHS = {
  chat: '/v1/chat/completions',
  responses: '/v1/responses',
  messages: '/v1/messages',
  gemini: '/v1beta/models/gemini-2.5-pro:generateContent',
} as const;
const REQUESTS = {
  chat: { model: 'gpt-5-nano', max_tokens: 9000, messages: user('hi') },
  responses: { model: 'gpt-5-nano', max_output_tokens: 9000, input: 'hi' },
  messages: { model: 'claude-opus-5-5', max_tokens: 9000, messages: user('hi') },
  gemini: { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
} as const;
type Kind = keyof typeof PATHS;

describe('thoughts that are told in the total alone, or beside the output, are output', () => {
  const response = (usage: object) => ({ object: 'response', model: 'gpt-5-nano', usage });
  const generated = (usageMetadata: object) => ({
    candidates: [{ finishReason: 'STOP' }],
    usageMetadata,
    modelVersion: 'gemini-2.5-pro',
  });

  test.each<[string, Kind, object, number, number]>([
    // @see https://github.com/mozilla-ai/any-llm/issues/1290
    [
      'chat',
      'chat',
      { model: 'm', choices: [], usage: { prompt_tokens: 20, completion_tokens: 198, total_tokens: 8218 } },
      20,
      8198,
    ],
    // @see https://github.com/router-for-me/CLIProxyAPI/pull/5746
    [
      'responses, in both',
      'responses',
      response({
        input_tokens: 21,
        output_tokens: 10,
        output_tokens_details: { reasoning_tokens: 8000 },
        total_tokens: 8031,
      }),
      21,
      8010,
    ],
    [
      'responses, beside',
      'responses',
      response({
        input_tokens: 21,
        output_tokens: 10,
        output_tokens_details: { reasoning_tokens: 8000 },
      }),
      21,
      8010,
    ],
    [
      'gemini',
      'gemini',
      generated({ promptTokenCount: 20, candidatesTokenCount: 5, totalTokenCount: 8025 }),
      20,
      8005,
    ],
  ])('%s', async (_name, kind, answer, inputTokens, outputTokens) => {
    const { meter } = await answering(json(answer));
    await send(`${meter.url}${PATHS[kind]}`, { body: REQUESTS[kind] });
    expect(meter.entries[0]?.usage).toMatchObject({ inputTokens, outputTokens });
  });

  test('a total that holds cached tokens beside the prompt makes them input', async () => {
    const usage = {
      prompt_tokens: 1000,
      completion_tokens: 100,
      total_tokens: 1600,
      prompt_tokens_details: { cached_tokens: 500 },
    };
    const { meter } = await answering(json({ model: 'm', choices: [], usage }));
    await send(`${meter.url}${PATHS.chat}`, { body: REQUESTS.chat });
    expect(meter.entries[0]?.usage).toMatchObject({
      inputTokens: 1500,
      outputTokens: 100,
      cacheReadTokens: 500,
    });
  });

  test('a compaction is counted like an answer', async () => {
    const usage = { input_tokens: 91_000, output_tokens: 9000, total_tokens: 100_000 };
    const { meter } = await answering(json({ object: 'response.compaction', output: [], usage }));
    await send(`${meter.url}/v1/responses/compact`, { body: REQUESTS.responses });
    expect(meter.entries[0]).toMatchObject({
      final: true,
      usage: { inputTokens: 91_000, outputTokens: 9000 },
    });
  });
});

describe('an input of 0', () => {
  const start = (usage: object) => ({
    type: 'message_start',
    message: { model: 'claude-opus-5-5', usage },
  });
  const end = (usage: object) => ({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage });
  const stream =
    (...payloads: object[]): Answer =>
    (response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).end(events(...payloads));
  const body = { ...REQUESTS.messages, stream: true };

  // @see https://github.com/envoyproxy/ai-gateway/pull/1631
  test('behind a figure does not wipe it out', async () => {
    const { meter } = await answering(
      stream(
        start({
          input_tokens: 100_000,
          cache_creation_input_tokens: 50_000,
          cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 50_000 },
          output_tokens: 1,
        }),
        end({
          input_tokens: 0,
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: 0,
          cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
          output_tokens: 40,
        }),
      ),
    );
    await send(`${meter.url}${PATHS.messages}`, { body });
    expect(meter.entries[0]?.usage).toMatchObject({
      inputTokens: 150_000,
      cacheWriteTokens: 50_000,
      cacheWrite1hTokens: 50_000,
      outputTokens: 40,
    });
  });

  test('in front of a figure stands for none', async () => {
    const { meter } = await answering(
      stream(start({ input_tokens: 0, output_tokens: 0 }), end({ input_tokens: 700, output_tokens: 40 })),
    );
    await send(`${meter.url}${PATHS.messages}`, { body });
    expect(meter.entries[0]?.usage).toMatchObject({ inputTokens: 700, outputTokens: 40 });
  });

  test('alone is unknown, and costs what was held for it', async () => {
    const { meter } = await answering(stream(start({ input_tokens: 0 }), end({ output_tokens: 40 })), {
      limits: { maxInputTokens: 50_000 },
    });
    const long = { ...body, messages: user('x'.repeat(60_000)) };
    await send(`${meter.url}${PATHS.messages}`, { body: long });
    expect(meter.entries[0]).toMatchObject({
      costNanoUsd: undefined,
      usage: { inputTokens: undefined, outputTokens: 40 },
    });
    expect(
      (
        await send(`${meter.url}${PATHS.messages}`, {
          body: { ...long, messages: user('y'.repeat(600_000)) },
        })
      ).text,
    ).toMatch(/\d{4,} of \S+ input tokens/);
  });
});

describe('a request that would make another call than the one that is held', () => {
  const plain = json({ model: 'gpt-5-nano', choices: [], usage: { prompt_tokens: 1, completion_tokens: 1 } });

  test.each<[object]>([
    [{ base_model: 'gpt-5-nano' }],
    [{ additional_drop_params: ['max_tokens'] }],
    [{ custom_llm_provider: 'openai' }],
    [{ model: 'gpt-5-nano,claude-opus-5-5' }],
    [{ 'tensorzero::extra_body': [{ pointer: '/max_completion_tokens', value: 60_000 }] }],
    [{ 'tensorzero::params': { chat_completion: { max_tokens: 60_000 } } }],
    [{ extra_body: { base_model: 'gpt-5-nano' } }],
  ])('is refused: %j', async (more) => {
    const { meter, bodies } = await answering(plain);
    const { status } = await send(`${meter.url}${PATHS.chat}`, { body: { ...REQUESTS.chat, ...more } });
    expect(status).toBe(400);
    expect(bodies).toEqual([]);
  });

  test.each(['max_output_tokens', 'max_new_tokens', 'maxTokens'])(
    'is bounded by every ceiling that a server may read: %s',
    async (name) => {
      const { meter, bodies } = await answering(plain, { limits: { requestMaxOutputTokens: 1000 } });
      const body = { model: 'gpt-5-nano', messages: user('hi'), [name]: 60_000 };
      expect((await send(`${meter.url}${PATHS.chat}`, { body })).status).toBe(200);
      expect(JSON.parse(bodies[0] ?? '')).toMatchObject({ max_completion_tokens: 1000, [name]: 1000 });
    },
  );

  test.each([
    { fallbacks: [{ model: 'claude-haiku-4-5', max_tokens: 64_000 }] },
    { tools: [{ type: 'advisor_20260301', name: 'advisor', model: 'claude-opus-5-5', max_tokens: 30_000 }] },
  ])('is refused where it allows another answer more than one may have: %j', async (more) => {
    const { meter, bodies } = await answering(plain, { limits: { requestMaxOutputTokens: 1000 } });
    const body = { ...REQUESTS.messages, max_tokens: 900, ...more };
    const reply = await send(`${meter.url}${PATHS.messages}`, { body });
    expect(reply.text).toContain('`request-max-output-tokens`');
    expect(bodies).toEqual([]);
  });

  // @see https://vercel.com/docs/ai-gateway/models-and-providers/model-fallbacks
  test('is held at the price of the models that Vercel’s gateway may fall back to', async () => {
    const { meter } = await answering(plain, { gateway: 'vercel', limits: { maxCostNanoUsd: USD / 10 } });
    const providerOptions = { gateway: { models: ['claude-opus-5-5'] } };
    const url = `${meter.url}${PATHS.chat}`;
    expect((await send(url, { body: { ...REQUESTS.chat, max_tokens: 4000 } })).status).toBe(200);
    expect((await send(url, { body: { ...REQUESTS.chat, max_tokens: 4000, providerOptions } })).status).toBe(
      200,
    );
    const [, first, , second] = meter.lines;
    expect([first?.type, second?.type]).toEqual(['call', 'call']);
    const tight = await answering(plain, { gateway: 'vercel', limits: { maxCostNanoUsd: 1000 } });
    const refused = await send(`${tight.meter.url}${PATHS.chat}`, {
      body: { ...REQUESTS.chat, providerOptions },
    });
    expect(refused.status).toBe(402);
  });
});

describe('an answer that is cut after it named another model', () => {
  const cut: Answer = (response) => {
    const start = {
      type: 'message_start',
      message: { model: 'claude-opus-5-5', usage: { input_tokens: 30_000, output_tokens: 1 } },
    };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(events(start), () => setTimeout(() => response.destroy(), 20));
  };

  test.each(['claude-haiku-4-5', 'smart'])('costs what that one costs, where %s was asked', async (model) => {
    const { meter } = await answering(cut, { limits: { maxCostNanoUsd: USD } });
    const body = { ...REQUESTS.messages, model, max_tokens: 100, stream: true };
    await send(`${meter.url}${PATHS.messages}`, { body }).catch(() => undefined);
    while (meter.entries.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const large = { ...REQUESTS.messages, messages: user('y'.repeat(4_000_000)) };
    const [, spent] =
      /\$([\d.]+) of \$1\.00 are spent/.exec(
        (await send(`${meter.url}${PATHS.messages}`, { body: large })).text,
      ) ?? [];
    // 30,000 tokens at four dollars a million.
    expect(Number(spent)).toBeGreaterThanOrEqual(0.12);
  });
});

test('an answer of a model without a price ends the run also where the request named others', async () => {
  const { meter } = await answering(
    json({ model: 'claude-mega-99', choices: [], usage: { prompt_tokens: 20, completion_tokens: 40 } }),
    { gateway: 'litellm', limits: { maxCostNanoUsd: USD }, onUnpriced: 'block' },
  );
  await send(`${meter.url}${PATHS.chat}`, { body: { ...REQUESTS.chat, models: ['gpt-5-mini'] } });
  expect(meter.guard.stop?.reason).toBe('limit:on-unpriced');
});

test('a shell in a container of the server’s is a tool of the server', async () => {
  const { meter } = await answering(
    json({ object: 'response', model: 'gpt-5-nano', usage: { input_tokens: 20, output_tokens: 4 } }),
    { limits: { maxTokens: 1_000_000 } },
  );
  const held = async (environment: object) => {
    const tools = [{ type: 'shell', environment }];
    await send(`${meter.url}${PATHS.responses}`, { body: { ...REQUESTS.responses, tools } });
    const sent = meter.lines.filter((line) => line.type === 'sent').at(-1);
    return sent?.type === 'sent' ? sent.inputTokens : undefined;
  };
  await held({ type: 'local' });
  expect(await held({ type: 'local' })).toBeLessThan(5000);
  expect(await held({ type: 'container_auto' })).toBeGreaterThanOrEqual(50_000);
});

describe('an answer that has said all when its connection goes', () => {
  const usage = { input_tokens: 1000, output_tokens: 50 };
  const ENDED: Record<string, [Kind, string]> = {
    responses: [
      'responses',
      events({ type: 'response.completed', response: { model: 'gpt-5-nano', usage } }),
    ],
    messages: [
      'messages',
      events(
        {
          type: 'message_start',
          message: { model: 'claude-opus-5-5', usage: { ...usage, output_tokens: 1 } },
        },
        { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 50 } },
      ),
    ],
    chat: [
      'chat',
      events(
        { model: 'gpt-5-nano', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
        { model: 'gpt-5-nano', choices: [], usage: { prompt_tokens: 1000, completion_tokens: 50 } },
      ),
    ],
    gemini: [
      'gemini',
      events({
        candidates: [{ finishReason: 'STOP' }],
        usageMetadata: { promptTokenCount: 1000, candidatesTokenCount: 50, totalTokenCount: 1050 },
      }),
    ],
  };

  test.each(Object.entries(ENDED))('is whole: %s', async (_name, [kind, text]) => {
    const { meter } = await answering(
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(text, () => setTimeout(() => response.destroy(), 20));
      },
      { limits: { maxConsecutiveErrors: 2 } },
    );
    for (let time = 1; time <= 3; time += 1) {
      const stream_options = kind === 'chat' ? { stream_options: { include_usage: true } } : {};
      const path = PATHS[kind].replace(':generateContent', ':streamGenerateContent?alt=sse');
      const body = { ...REQUESTS[kind], ...(kind === 'gemini' ? {} : { stream: true }), ...stream_options };
      await send(`${meter.url}${path}`, { body }).catch(() => undefined);
      while (meter.entries.length < time) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(meter.entries).toMatchObject(
      Array.from({ length: 3 }, () => ({
        outcome: 'ok',
        final: true,
        usage: { inputTokens: 1000, outputTokens: 50 },
      })),
    );
    expect(meter.guard.stop).toBeUndefined();
  });

  test('but not where an error came with it', async () => {
    const failed = events({
      type: 'response.failed',
      response: { model: 'gpt-5-nano', usage, error: { code: 'server_error', message: 'x' } },
    });
    const { meter } = await answering((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(failed, () => setTimeout(() => response.destroy(), 20));
    });
    await send(`${meter.url}${PATHS.responses}`, { body: { ...REQUESTS.responses, stream: true } }).catch(
      () => undefined,
    );
    while (meter.entries.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(meter.entries[0]?.outcome).toBe('cut');
  });
});
