/** What answers cost beyond their plain figures, and by whose price: against an upstream that answers as it is told. */
import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { RunLimits } from '../../src/core/limits.js';
import { createTestMeter, send, type TestMeter, type TestMeterOptions } from '../support/meter.js';

const USD = 1_000_000_000;
let closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.reverse()) await close();
  closing = [];
});

/** Every call is answered by this object, or by these payloads of a stream. */
async function answering(
  answer: object,
  options: Partial<TestMeterOptions> & { headers?: Record<string, string> } = {},
): Promise<TestMeter> {
  const { headers, ...rest } = options;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const isStream = Array.isArray(answer);
      const type = isStream ? 'text/event-stream' : 'application/json';
      response.writeHead(200, { 'content-type': type, ...headers });
      response.end(
        isStream
          ? answer.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
          : JSON.stringify(answer),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => server.close(resolve)));
  const address = server.address();
  const upstream = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const meter = await createTestMeter({ upstream, ...rest });
  closing.push(() => meter.close());
  return meter;
}

const message = (usage: object, model = 'claude-opus-5-5') => ({
  type: 'message',
  model,
  content: [],
  usage,
});
const messages = (body: object) => ({
  body: { model: 'claude-opus-5-5', max_tokens: 2000, messages: [{ role: 'user', content: 'hi' }], ...body },
});
const chat = (model: string, more: object = {}) => ({
  model,
  choices: [{ finish_reason: 'stop' }],
  usage: { prompt_tokens: 20, completion_tokens: 4000, ...more },
});
const ask = (more: object = {}) => ({
  body: { model: 'gpt-5-nano', max_tokens: 4000, messages: [{ role: 'user', content: 'x' }], ...more },
});

describe('a cache that is kept for an hour', () => {
  const written = (more: object) =>
    message(
      { input_tokens: 0, output_tokens: 10, cache_creation_input_tokens: 100_000, ...more },
      'claude-sonnet-4-5',
    );
  const system = (ttl: object) => [{ type: 'text', text: 'x', cache_control: { type: 'ephemeral', ...ttl } }];
  const costs = (perToken: number) => 100_000 * perToken * 1000 + 10 * 15_000;

  test.each<[string, object, object, number]>([
    [
      'told apart',
      { cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: 100_000 } },
      { ttl: '1h' },
      3.75,
    ],
    ['not told apart, and asked for', {}, { ttl: '1h' }, 6],
    ['not told apart by `null`, and asked for', { cache_creation: null }, { ttl: '1h' }, 6],
    ['not told apart, and not asked for', {}, {}, 3.75],
  ])('%s: writes cost what they may', async (_what, usage, ttl, price) => {
    const meter = await answering(written(usage), { limits: { maxCostNanoUsd: 9 * USD } });
    await send(`${meter.url}/v1/messages`, messages({ model: 'claude-sonnet-4-5', system: system(ttl) }));
    expect(meter.entries[0]?.costNanoUsd).toBe(costs(price));
  });
});

describe('runs that the plain figures leave out', () => {
  const compaction = message({
    input_tokens: 23_000,
    output_tokens: 1000,
    iterations: [
      { type: 'compaction', input_tokens: 180_000, output_tokens: 3500 },
      { type: 'message', input_tokens: 23_000, output_tokens: 1000 },
    ],
  });
  const advisor = message(
    {
      input_tokens: 400,
      output_tokens: 100,
      iterations: [
        { type: 'message', input_tokens: 400, output_tokens: 100 },
        { type: 'advisor_message', model: 'claude-opus-5-5', input_tokens: 180_000, output_tokens: 1800 },
      ],
    },
    'claude-haiku-4-5',
  );

  test('a summary of the context is counted and paid', async () => {
    const meter = await answering(compaction);
    await send(
      `${meter.url}/v1/messages`,
      messages({ context_management: { edits: [{ type: 'compact_20260112' }] } }),
    );
    expect(meter.entries[0]?.usage).toMatchObject({ inputTokens: 203_000, outputTokens: 4500 });
    expect(meter.entries[0]?.costNanoUsd).toBe((203_000 * 4 + 4500 * 20) * 1000);
  });

  test('a stream that is cut keeps what was held for them: its beginning tells of none', async () => {
    const start = { type: 'message_start', message: message({ input_tokens: 23_000, output_tokens: 1 }) };
    const meter = await answering([start], { limits: { maxInputTokens: 1_000_000 } });
    const context_management = { edits: [{ type: 'compact_20260112' }] };
    const long = [{ role: 'user', content: 'x'.repeat(100_000) }];
    await send(`${meter.url}/v1/messages`, messages({ stream: true, messages: long, context_management }));
    const [sent] = meter.lines;
    const held = sent?.type === 'sent' ? sent.inputTokens : 0;
    expect(held).toBeGreaterThan(2 * 23_000);
    const large = messages({ messages: [{ role: 'user', content: 'y'.repeat(2_500_000) }] });
    expect((await send(`${meter.url}/v1/messages`, large)).text).toContain(`${held} of 1000000 input tokens`);
  });

  test.each<[string, Partial<RunLimits>, RegExp, number]>([
    ['cost', { maxCostNanoUsd: USD }, /\$([\d.]+) of \$1\.00 are spent/, 4e-6],
    ['weight', { maxWeightedTokens: 1_000_000 }, /(\d+) of 1000000 weighted tokens/, 1],
  ])('its %s as well, where the beginning told of a cache', async (_name, limits, spent, ofOne) => {
    const usage = { input_tokens: 1000, cache_read_input_tokens: 2000, cache_creation_input_tokens: 0 };
    const start = { type: 'message_start', message: message({ ...usage, output_tokens: 1 }) };
    const meter = await answering([start], { limits });
    const context_management = { edits: [{ type: 'compact_20260112' }] };
    const long = [{ role: 'user', content: 'x'.repeat(100_000) }];
    await send(`${meter.url}/v1/messages`, messages({ stream: true, messages: long, context_management }));
    const [sent] = meter.lines;
    const held = sent?.type === 'sent' ? sent.inputTokens : 0;
    expect(held).toBeGreaterThan(2 * 3000);
    const large = messages({ messages: [{ role: 'user', content: 'y'.repeat(4_000_000) }] });
    const [, told] = spent.exec((await send(`${meter.url}/v1/messages`, large)).text) ?? [];
    expect(Number(told)).toBeGreaterThanOrEqual((held - 3000) * ofOne);
  });

  test('an advisor is paid at its own price', async () => {
    const meter = await answering(advisor);
    const tools = [{ type: 'advisor_20260301', name: 'advisor', model: 'claude-opus-5-5' }];
    await send(`${meter.url}/v1/messages`, messages({ model: 'claude-haiku-4-5', tools }));
    expect(meter.entries[0]?.usage).toMatchObject({ inputTokens: 180_400, outputTokens: 1900 });
    expect(meter.entries[0]?.costNanoUsd).toBe((400 + 100 * 5 + 180_000 * 4 + 1800 * 20) * 1000);
  });

  test('an advisor without a price makes the cost unknown', async () => {
    const text = JSON.stringify(advisor).replace('claude-opus-5-5', 'claude-nobody-1');
    const meter = await answering(JSON.parse(text), { limits: { maxCostNanoUsd: USD }, onUnpriced: 'block' });
    const tools = [{ type: 'advisor_20260301', name: 'advisor', model: 'claude-nobody-1' }];
    const { status } = await send(`${meter.url}/v1/messages`, messages({ model: 'claude-haiku-4-5', tools }));
    expect(status).toBe(402);
    expect(meter.guard.stop?.message).toContain('claude-nobody-1');
  });

  test('what an advisor may cost is held before the call leaves', async () => {
    const meter = await answering(advisor, { limits: { maxCostNanoUsd: USD / 4 } });
    const tools = [
      { type: 'advisor_20260301', name: 'advisor', model: 'claude-opus-5-5', max_uses: 50, max_tokens: 2000 },
    ];
    const { status } = await send(`${meter.url}/v1/messages`, messages({ model: 'claude-haiku-4-5', tools }));
    expect(status).toBe(402);
    expect(meter.totals().requests).toBe(0);
  });

  test('a summary is learned as one reading, so that the calls behind it are not held for two', async () => {
    const meter = await answering(compaction, { limits: { maxInputTokens: 203_000 + 180_000 * 1.2 } });
    await send(
      `${meter.url}/v1/messages`,
      messages({ context_management: { edits: [{ type: 'compact_20260112' }] } }),
    );
    expect((await send(`${meter.url}/v1/messages`, messages({}))).status).toBe(200);
  });
});

describe('prices beside the list', () => {
  const usage = { input_tokens: 1000, output_tokens: 100 };
  const list = (1000 * 4 + 100 * 20) * 1000;

  test.each([
    ['fast', { ...usage, speed: 'fast' }, 2 * list],
    ['not as fast as asked', { ...usage, speed: 'standard' }, list],
    ['as fast as asked, for all that it says', usage, 2 * list],
    [
      'fast, with searches',
      { ...usage, speed: 'fast', server_tool_use: { web_search_requests: 3 } },
      2 * list + 30_000_000,
    ],
  ])('an answer that is %s', async (_name, told, cost) => {
    const meter = await answering(message(told));
    await send(`${meter.url}/v1/messages`, messages({ speed: 'fast' }));
    expect(meter.entries[0]?.costNanoUsd).toBe(cost);
  });

  test('searches are held before the call leaves', async () => {
    const meter = await answering(message(usage), { limits: { maxCostNanoUsd: USD / 2 } });
    const tools = [{ type: 'web_search_20250305', name: 'web_search', max_uses: 50 }];
    expect((await send(`${meter.url}/v1/messages`, messages({ tools }))).status).toBe(402);
  });
});

describe('an answer of another model', () => {
  test('without a price is not paid at the price of the one that was asked for', async () => {
    const meter = await answering(chat('claude-nobody-1'), { limits: { maxCostNanoUsd: USD } });
    await send(`${meter.url}/v1/chat/completions`, ask());
    expect(meter.entries[0]).toMatchObject({ costSource: 'unknown', model: 'claude-nobody-1' });
    expect(meter.guard.unpricedModels).toEqual(['claude-nobody-1']);
    expect(meter.guard.stop).toBeUndefined();
  });

  test('ends the run where nothing unpriced may pass', async () => {
    const meter = await answering(chat('claude-nobody-1'), {
      limits: { maxCostNanoUsd: USD },
      onUnpriced: 'block',
    });
    await send(`${meter.url}/v1/chat/completions`, ask());
    expect(meter.guard.stop?.reason).toBe('limit:on-unpriced');
    expect((await send(`${meter.url}/v1/chat/completions`, ask())).status).toBe(402);
  });

  test('under the name that was asked for is known by the head, and paid by the name in it', async () => {
    const headers = { 'x-litellm-attempted-fallbacks': '1', 'x-litellm-model-name': 'claude-opus-5-5' };
    const meter = await answering(chat('gpt-5-nano'), { gateway: 'litellm', headers });
    await send(`${meter.url}/v1/chat/completions`, ask());
    expect(meter.entries[0]?.costNanoUsd).toBe((20 * 4 + 4000 * 20) * 1000);
  });

  test('that a request names is held and counted at its price', async () => {
    const headers = { 'x-litellm-attempted-fallbacks': '1' };
    const limits = { maxCostNanoUsd: USD / 10 };
    const meter = await answering(chat('gpt-5-nano'), { gateway: 'litellm', headers, limits });
    const call = ask({ fallbacks: ['claude-opus-5-5'] });
    expect((await send(`${meter.url}/v1/chat/completions`, call)).status).toBe(200);
    expect(meter.entries[0]?.costSource).toBe('unknown');
    await send(`${meter.url}/v1/chat/completions`, call);
    expect((await send(`${meter.url}/v1/chat/completions`, call)).status).toBe(402);
  });
});

describe('a gateway that tells a cost of 0', () => {
  const free = { 'x-litellm-response-cost': '0' };

  test('for tokens with a price is not believed', async () => {
    const meter = await answering(chat('gpt-5-nano'), { gateway: 'litellm', headers: free });
    await send(`${meter.url}/v1/chat/completions`, ask());
    expect(meter.entries[0]).toMatchObject({ costSource: 'price-table' });
    expect(meter.entries[0]?.costNanoUsd).toBeGreaterThan(0);
  });

  test('in the body of a stream is not believed either', async () => {
    const events = [chat('gpt-5-nano', { cost: 0 })];
    const meter = await answering(events, { gateway: 'openrouter' });
    await send(
      `${meter.url}/v1/chat/completions`,
      ask({ stream: true, stream_options: { include_usage: true } }),
    );
    expect(meter.entries[0]).toMatchObject({ costSource: 'price-table' });
  });

  test('for an answer out of its store is', async () => {
    const headers = { ...free, 'x-litellm-cache-key': '586bf3f3' };
    const meter = await answering(chat('gpt-5-nano'), { gateway: 'litellm', headers });
    await send(`${meter.url}/v1/chat/completions`, ask());
    expect(meter.entries[0]).toMatchObject({ costSource: 'gateway', costNanoUsd: 0 });
  });

  test('for a model that has no price is', async () => {
    const meter = await answering(chat('some/model:free', { cost: 0 }), { gateway: 'openrouter' });
    await send(`${meter.url}/v1/chat/completions`, ask({ model: 'some/model:free' }));
    expect(meter.entries[0]).toMatchObject({ costSource: 'gateway', costNanoUsd: 0 });
  });
});

describe('what has a price that the table does not know', () => {
  const audio = chat('gpt-audio', { completion_tokens_details: { audio_tokens: 3900, text_tokens: 100 } });
  const image = {
    object: 'response',
    status: 'completed',
    model: 'gpt-5-mini',
    output: [{ type: 'reasoning' }, { type: 'image_generation_call' }],
    usage: { input_tokens: 100, output_tokens: 60 },
  };
  const spoken = {
    modelVersion: 'gemini-2.5-flash',
    candidates: [{ finishReason: 'STOP' }],
    usageMetadata: {
      promptTokenCount: 10,
      candidatesTokenCount: 900,
      candidatesTokensDetails: [{ modality: 'AUDIO', tokenCount: 900 }],
    },
  };

  test.each([
    ['/v1/chat/completions', audio, { model: 'gpt-audio' }, 'gpt-audio (audio)'],
    ['/v1/responses', image, { model: 'gpt-5-mini', input: 'draw' }, 'gpt-5-mini (image generation)'],
    ['/v1beta/models/gemini-2.5-flash:generateContent', spoken, { contents: [] }, 'gemini-2.5-flash (audio)'],
  ])('%s: is not counted as if it were text', async (path, answer, body, name) => {
    const limits = { maxCostNanoUsd: USD };
    const lenient = await answering(answer, { limits });
    await send(lenient.url + path, { body });
    expect(lenient.entries[0]).toMatchObject({ outcome: 'ok', costSource: 'unknown' });
    expect(lenient.guard.unpricedModels).toEqual([name]);
    const strict = await answering(answer, { limits, onUnpriced: 'block' });
    await send(strict.url + path, { body });
    expect(strict.guard.stop?.message).toContain(name);
  });
});

test('a body of nested brackets is refused, and not read into', async () => {
  const meter = await answering(chat('gpt-5-nano'));
  const body = Buffer.from(`{"model":${'['.repeat(2_000_000)}${']'.repeat(2_000_000)},"messages":[]}`);
  const { status, text } = await send(`${meter.url}/v1/chat/completions`, { body });
  expect(status).toBe(400);
  expect(text).toContain('`model` is larger than 65536 bytes');
});
