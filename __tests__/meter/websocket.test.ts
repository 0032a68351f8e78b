import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
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

const codex = JSON.parse(
  readFileSync(new URL('../fixtures/websocket/codex.json', import.meta.url), 'utf8'),
) as Record<'warmUp' | 'first' | 'next' | 'subagent', Record<string, unknown>>;

let provider: Provider;
let meters: TestMeter[];
let sockets: TestSocket[];

beforeEach(async () => {
  provider = await startProvider();
  meters = [];
  sockets = [];
});

afterEach(async () => {
  for (const { socket } of sockets) socket.destroy();
  for (const meter of meters) await meter.close();
  await provider.close();
});

async function metered(options: Partial<TestMeterOptions> = {}): Promise<TestMeter> {
  const meter = await createTestMeter({ upstream: provider.url, ...options });
  meters.push(meter);
  return meter;
}

async function connected(meter: TestMeter): Promise<TestSocket> {
  const { socket, status } = await openWebSocket(`${meter.url}/v1/responses`, {
    authorization: `Bearer ${TOKEN}`,
  });
  if (socket === undefined) throw new Error(`the upgrade was answered with ${status}`);
  sockets.push(socket);
  return socket;
}

const create = (more: object = {}) =>
  JSON.stringify({ type: 'response.create', model: 'gpt-5', input: 'hi', ...more });
const idOf = (answer: Record<string, unknown> | undefined) =>
  (answer?.['response'] as { id: string } | undefined)?.id;
const messageOf = (answer: Record<string, unknown> | undefined) =>
  String((answer?.['error'] as { message: string } | undefined)?.message);

describe('metering', () => {
  test('calls of one connection are counted to the token of the bill, each on disk before it leaves', async () => {
    const meter = await metered();
    const client = await connected(meter);
    for (let count = 1; count <= 3; count += 1) {
      await client.send(create());
      await client.answers(count);
      // What happened is counted before the client hears of it.
      expect(meter.entries).toHaveLength(count);
    }
    const { tokens, requests } = meter.totals();
    expect({ inputTokens: tokens.inputTokens.sum, outputTokens: tokens.outputTokens.sum, requests }).toEqual(
      provider.totals(),
    );
    expect(meter.lines.map(({ type, id }) => `${type} ${id}`)).toEqual([
      'sent run-1',
      'call run-1',
      'sent run-2',
      'call run-2',
      'sent run-3',
      'call run-3',
    ]);
    expect(meter.entries[0]).toMatchObject({
      dialect: 'openai-responses',
      outcome: 'ok',
      status: 200,
      final: true,
      costSource: 'price-table',
    });
  });

  test.each([undefined, 1, 7])(
    'what is passed on is equal byte for byte, in packets of %s bytes',
    async (chunkBytes) => {
      provider.setScript({ turns: [{ shell: 'ls' }], ...(chunkBytes === undefined ? {} : { chunkBytes }) });
      const meter = await metered();
      const client = await connected(meter);
      const request = create({ input: 'schön 🎈', metadata: { note: ' { "spaced" :  1 }' } });
      await client.send(request, chunkBytes === undefined ? {} : { chunkBytes });
      await client.answers();
      expect(provider.websockets[0]?.texts).toEqual([request]);
      expect(client.texts).toEqual(provider.websockets[0]?.sent);
      expect(client.texts.length).toBeGreaterThan(3);
      expect(meter.totals().tokens.inputTokens).toEqual({ sum: 1230, known: 1, unknown: 0 });
    },
  );

  test('a message in several frames is one call', async () => {
    const meter = await metered();
    const client = await connected(meter);
    const request = create();
    await client.send(request.slice(0, 20), { isFinal: false });
    await client.send('', { opcode: 'ping' });
    await client.send(request.slice(20, 30), { opcode: 'continuation', isFinal: false });
    await client.send(request.slice(30), { opcode: 'continuation' });
    await client.answers();
    expect(provider.websockets[0]?.texts).toEqual([request]);
    expect(meter.totals().requests).toBe(1);
  });

  test('usage that is not reported is unknown, not zero', async () => {
    provider.setScript({ fault: { kind: 'no-usage' } });
    const meter = await metered();
    const client = await connected(meter);
    await client.send(create());
    await client.answers();
    expect(meter.totals().tokens.inputTokens).toEqual({ sum: 0, known: 0, unknown: 1 });
    expect(meter.entries[0]).toMatchObject({ outcome: 'ok', final: false });
  });

  test('who calls stands in the message itself, as Codex writes it', async () => {
    const meter = await metered();
    const client = await connected(meter);
    await client.send(JSON.stringify(codex.next));
    await client.answers(1);
    await client.send(JSON.stringify(codex.subagent));
    await client.answers(2);
    expect(meter.entries.map(({ caller }) => caller)).toEqual(['main', 'subagent']);
  });
});

describe('warm-ups', () => {
  test('a warm-up is no call: it is passed on, named, and stands in no ledger', async () => {
    const meter = await metered({ limits: { maxRequests: 1 } });
    const client = await connected(meter);
    await client.send(JSON.stringify(codex.warmUp));
    const [warm] = await client.answers(1);
    await client.send(create({ previous_response_id: idOf(warm) }));
    const [, answer] = await client.answers(2);
    expect(answer).toMatchObject({ type: 'response.completed' });
    expect(meter.lines.map(({ type }) => type)).toEqual(['sent', 'call']);
    expect(meter.meter.otherRequests.get('WS /v1/responses warm-up')).toBe(1);
    expect(provider.totals().requests).toBe(1);
  });

  test('a warm-up that was billed after all is a call like any other', async () => {
    provider.setScript({ ignoresWarmUps: true });
    const meter = await metered({ limits: { maxRequests: 1 } });
    const client = await connected(meter);
    await client.send(create({ generate: false }));
    await client.answers(1);
    await client.send(create());
    const [, refused] = await client.answers(2);
    expect(messageOf(refused)).toContain('max-requests');
    expect(meter.totals().tokens.inputTokens.sum).toBe(provider.totals().inputTokens);
    expect(meter.totals().requests).toBe(1);
  });

  test('a warm-up holds what it could cost, and leaves no more when nothing may', async () => {
    const meter = await metered({ limits: { maxTokens: 500 } });
    const client = await connected(meter);
    await client.send(create({ generate: false }));
    const [refused] = await client.answers();
    expect(refused).toMatchObject({ type: 'error', status: 400 });
    expect(provider.requests).toEqual([]);
    expect(meter.totals().refusedRequests).toBe(0);
    expect(meter.guard.stop?.reason).toBe('limit:max-tokens');
  });
});

describe('limits', () => {
  test('a refused call gets a message that ends the agent, and never leaves', async () => {
    const meter = await metered({ limits: { maxRequests: 2 } });
    const client = await connected(meter);
    for (let count = 1; count <= 4; count += 1) {
      await client.send(create());
      await client.answers(count);
    }
    const refusals = (await client.answers(4)).slice(2);
    for (const refusal of refusals) {
      expect(refusal).toMatchObject({ type: 'error', status: 400 });
      expect(messageOf(refusal)).toContain('`max-requests`: 2 of 2 calls are made');
    }
    expect(provider.requests).toHaveLength(2);
    expect(meter.entries.map(({ outcome, status }) => [outcome, status])).toEqual([
      ['ok', 200],
      ['ok', 200],
      ['refused', 400],
      ['refused', 400],
    ]);
  });

  test('many connections at once share the limits', async () => {
    const meter = await metered({ limits: { maxRequests: 5 } });
    const clients = await Promise.all(Array.from({ length: 12 }, () => connected(meter)));
    await Promise.all(clients.map((client) => client.send(create())));
    const answers = await Promise.all(clients.map(async (client) => (await client.answers())[0]?.['type']));
    expect(answers.filter((type) => type === 'response.completed')).toHaveLength(5);
    expect(answers.filter((type) => type === 'error')).toHaveLength(7);
    expect(provider.totals().requests).toBe(5);
  });

  test('a ceiling is set in the bytes of the message, and nothing else of it changes', async () => {
    const meter = await metered({ limits: { requestMaxOutputTokens: 300 } });
    const client = await connected(meter);
    await client.send('{"type":"response.create", "model":"gpt-5","max_output_tokens":  9000 ,"input":"é"}');
    await client.answers(1);
    await client.send('{"type":"response.create", "model":"gpt-5" ,"input":"é"}');
    await client.answers(2);
    expect(provider.websockets[0]?.texts).toEqual([
      '{"type":"response.create", "model":"gpt-5","max_output_tokens":  300 ,"input":"é"}',
      '{"max_output_tokens":300,"type":"response.create", "model":"gpt-5" ,"input":"é"}',
    ]);
  });

  test('a request under `response` is bounded there', async () => {
    const meter = await metered({ limits: { requestMaxOutputTokens: 300 } });
    const client = await connected(meter);
    await client.send('{"type":"response.create","response":{"model":"gpt-5","max_output_tokens":9000}}');
    await client.answers();
    expect(provider.websockets[0]?.texts).toEqual([
      '{"type":"response.create","response":{"model":"gpt-5","max_output_tokens":300}}',
    ]);
    expect(meter.entries[0]?.requestedModel).toBe('gpt-5');
  });

  test('what the server keeps of earlier answers counts for the size of the next request', async () => {
    const meter = await metered({ limits: { maxTokens: 1_000_000 } });
    const client = await connected(meter);
    await client.send(create({ generate: false, instructions: 'x'.repeat(40_000) }));
    const [warm] = await client.answers(1);
    await client.send(create({ previous_response_id: idOf(warm) }));
    await client.answers(2);
    const [sent] = meter.lines;
    expect(sent).toMatchObject({ type: 'sent' });
    // Half a token for each of the warm-up's bytes, of which the call itself repeats none.
    expect(sent?.type === 'sent' ? sent.inputTokens : 0).toBeGreaterThan(20_000);
  });

  test('a file in a conversation that was seen is held at the window, and so is what goes on from it', async () => {
    const meter = await metered({ limits: { maxTokens: 1_000_000 } });
    const client = await connected(meter);
    const file = { role: 'user', content: [{ type: 'input_file', file_id: 'file-1' }] };
    await client.send(create());
    const [first] = await client.answers(1);
    await client.send(create({ previous_response_id: idOf(first), input: [file] }));
    const [, second] = await client.answers(2);
    await client.send(create({ previous_response_id: idOf(second) }));
    await client.answers(3);
    const held = meter.lines.flatMap((line) => (line.type === 'sent' ? [line.inputTokens] : []));
    expect(held[0]).toBeLessThan(10_000);
    expect(held.slice(1)).toEqual([272_000, 272_000]);
  });

  test.each([
    ['a few where its call told what it came to', {}, 10_000],
    ['the window where nobody counted it', { generate: false }, 272_000],
  ])('a picture in a conversation counts as %s, whatever its bytes', async (_what, more, most) => {
    const meter = await metered({ limits: { maxTokens: 1_000_000 } });
    const client = await connected(meter);
    const picture = { type: 'input_image', image_url: `data:image/png;base64,${'A'.repeat(900_000)}` };
    await client.send(create({ input: [{ role: 'user', content: [picture] }], ...more }));
    const [first] = await client.answers(1);
    await client.send(create({ previous_response_id: idOf(first) }));
    await client.answers(2);
    const held = meter.lines.flatMap((line) => (line.type === 'sent' ? [line.inputTokens] : []));
    expect(held.at(-1)).toBeGreaterThan(most - 10_000);
    expect(Math.max(...held)).toBeLessThanOrEqual(Math.max(most, 14_000));
  });

  test('a conversation that was begun elsewhere is refused alone where its window does not fit', async () => {
    const meter = await metered({ limits: { maxTokens: 100_000 } });
    const client = await connected(meter);
    await client.send(create({ previous_response_id: 'resp_elsewhere' }));
    const [refusal] = await client.answers(1);
    expect(messageOf(refusal)).toMatch(/earlier turns.*272000 tokens.*`max-tokens`/);
    await client.send(create());
    await client.answers(2);
    expect(meter.entries.map(({ outcome }) => outcome)).toEqual(['refused', 'ok']);
  });

  test('the same request again is the same, although the time of sending is another', async () => {
    const meter = await metered({ limits: { maxIdenticalRequests: 2 } });
    const client = await connected(meter);
    for (let count = 1; count <= 3; count += 1) {
      await client.send(create({ client_metadata: { 'x-codex-ws-stream-request-start-ms': String(count) } }));
      await client.answers(count);
    }
    expect(messageOf((await client.answers(3))[2])).toContain('max-identical-requests');
  });

  test('a call that waits for others leaves the queue when its client goes away, and was not refused', async () => {
    provider.setScript({ fault: { kind: 'hang' } });
    const meter = await metered({ limits: { maxTokens: 20_000 } });
    const [first, second] = [await connected(meter), await connected(meter)];
    await first.send(create());
    await provider.websockets[0]?.waitFor(1);
    await second.send(create());
    await second.send('', { opcode: 'ping' });
    await provider.websockets[1]?.waitFor(1, 'ping');
    await second.close(1000);
    await second.ending;
    // Nobody refused it.
    expect(meter.entries).toEqual([]);
    expect(provider.websockets[1]?.texts).toEqual([]);
  });
});

describe('with wrap-up', () => {
  const call = create({ tools: [{ type: 'function', name: 'bash' }] });
  const noted = (text: string) => text.includes('[spendgate]');

  async function nearTheEnd(): Promise<{ meter: TestMeter; client: TestSocket }> {
    const meter = await metered({ limits: { maxRequests: 10 }, wrapUp: { reserve: 'auto' } });
    const client = await connected(meter);
    for (let count = 1; count <= 8; count += 1) {
      await client.send(call);
      await client.answers(count);
    }
    return { meter, client };
  }

  test('the note is written into one message, and all others go as they came', async () => {
    const { meter, client } = await nearTheEnd();
    await client.send(create({ generate: false }));
    await client.answers(9);
    for (let count = 10; count <= 12; count += 1) {
      await client.send(call);
      await client.answers(count);
    }
    const texts = provider.websockets[0]?.texts ?? [];
    expect(texts.map(noted)).toEqual([...Array(9).fill(false), true, false]);
    expect(texts.filter((text) => text === call)).toHaveLength(9);
    expect(meter.entries.slice(-3).map(({ outcome, note }) => [outcome, note])).toEqual([
      ['ok', 'reserve'],
      ['ok', undefined],
      ['refused', undefined],
    ]);
  });

  test('an upstream that does not take a note gets the message as it came, and the client hears nothing of it', async () => {
    const { meter, client } = await nearTheEnd();
    provider.setScript({ fault: { kind: 'status', status: 400, times: 1 } });
    await client.send(call);
    await client.answers(9);
    await client.send(call);
    const answers = await client.answers(10);
    expect(provider.websockets[0]?.texts.slice(8).map(noted)).toEqual([true, false, false]);
    expect(answers.map(({ type }) => type)).toEqual(Array(10).fill('response.completed'));
    expect(meter.entries.slice(-2).map(({ outcome, note }) => [outcome, note])).toEqual([
      ['ok', undefined],
      ['ok', undefined],
    ]);
  });
});

describe('messages that are no call', () => {
  test.each([
    ['a type that nobody knows', '{"type":"response.steer","input":"more"}', 'type "response.steer"'],
    ['no type at all', '{"model":"gpt-5","input":"hi"}', 'type ""'],
    ['no JSON', 'hello', 'not a JSON object'],
    ['no object', '[{"type":"response.create"}]', 'not a JSON object'],
    ['one key twice', '{"type":"response.cancel","TYPE":"response.create"}', 'stands twice'],
    [
      'a request in two places',
      '{"type":"response.create","max_output_tokens":1,"response":{"model":"gpt-5"}}',
      '`max_output_tokens` stands beside `response`',
    ],
    ['a lane that is no text', '{"type":"response.create","stream_id":7}', '`stream_id`'],
  ])('%s: refused, and the connection goes on', async (_, message, why) => {
    const meter = await metered();
    const client = await connected(meter);
    await client.send(message);
    const [refused] = await client.answers(1);
    expect(refused).toMatchObject({ type: 'error', status: 400 });
    expect(messageOf(refused)).toContain(why);
    await client.send(create());
    expect((await client.answers(2))[1]).toMatchObject({ type: 'response.completed' });
    expect(provider.websockets[0]?.texts).toEqual([create()]);
  });

  test('a binary message is refused', async () => {
    const client = await connected(await metered());
    await client.send(Buffer.from(create()), { opcode: 'binary' });
    expect(messageOf((await client.answers())[0])).toContain('binary');
    expect(provider.websockets[0]?.frames).toEqual([]);
  });

  test('a long name for a type is not repeated', async () => {
    const client = await connected(await metered());
    await client.send(JSON.stringify({ type: 'x'.repeat(10_000) }));
    expect(messageOf((await client.answers())[0]).length).toBeLessThan(200);
  });

  test('a message that announces more than the meter takes ends the connection, before it has come', async () => {
    const client = await connected(await metered());
    const header = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0x04, 0, 0, 0x01, 1, 2, 3, 4]);
    await client.write(header);
    expect(await client.ending).toBe(1009);
    expect(await provider.websockets[0]?.ending).toBe(1009);
  });
});

describe('failures', () => {
  test('an exhausted budget ends the run, with the reason in place of the error', async () => {
    const error = {
      type: 'insufficient_quota',
      code: 'insufficient_quota',
      message: 'You exceeded your quota',
    };
    provider.setScript({ fault: { kind: 'status', status: 429, body: error } });
    const meter = await metered();
    const client = await connected(meter);
    await client.send(create());
    const [told] = await client.answers();
    expect(told).toMatchObject({ type: 'error', status: 400 });
    expect(messageOf(told)).toContain('exhausted');
    expect(meter.guard.stop?.reason).toBe('budget-exhausted');
    expect(meter.entries[0]).toMatchObject({ outcome: 'failed', status: 429 });
  });

  test('any other error goes on as it came, is not billed, and marks the next try as a retry', async () => {
    provider.setScript({ fault: { kind: 'status', status: 500, times: 1 } });
    const meter = await metered();
    const client = await connected(meter);
    await client.send(create());
    await client.answers(1);
    expect(client.texts).toEqual(provider.websockets[0]?.sent);
    await client.send(create());
    await client.answers(2);
    expect(meter.entries).toMatchObject([
      { outcome: 'failed', status: 500, retry: false },
      { outcome: 'ok', status: 200, retry: true },
    ]);
    expect(meter.totals().tokens.inputTokens.unknown).toBe(0);
  });

  test('an error that repeats the key does not show it', async () => {
    provider.setScript({ fault: { kind: 'status', status: 401, body: { message: `bad key ${KEY}` } } });
    const client = await connected(await metered());
    await client.send(create());
    expect(messageOf((await client.answers())[0])).toBe(`bad key ${'*'.repeat(KEY.length)}`);
  });

  test.each([
    ['reset', undefined],
    ['reset-mid-stream', 200],
  ] as const)('%s: the client sees a reset, and what was made is not known', async (kind, status) => {
    provider.setScript({ fault: { kind } });
    const meter = await metered({ limits: { maxTokens: 30_000 } });
    const client = await connected(meter);
    await client.send(create());
    expect(await client.ending).toBe('reset');
    expect(meter.entries).toMatchObject([{ outcome: 'cut', status, final: false, costSource: 'unknown' }]);
    expect(meter.totals().tokens.outputTokens.unknown).toBe(1);
  });

  test('a goodbye in the middle of an answer is passed on with its code, and the answer is cut', async () => {
    provider.setScript({ fault: { kind: 'end-mid-stream' } });
    const meter = await metered();
    const client = await connected(meter);
    await client.send(create());
    expect(await client.ending).toBe(1011);
    expect(meter.entries).toMatchObject([{ outcome: 'cut', status: 200, final: false }]);
  });

  test('HTTP goes on beside it, under the same limits', async () => {
    const meter = await metered({ limits: { maxRequests: 2 } });
    const client = await connected(meter);
    await client.send(create());
    await client.answers();
    const overHttp = () => send(`${meter.url}/v1/responses`, { body: { model: 'gpt-5', input: 'hi' } });
    expect((await overHttp()).status).toBe(200);
    expect((await overHttp()).status).toBe(400);
    await client.send(create());
    expect(messageOf((await client.answers(2))[1])).toContain('max-requests');
  });
});
