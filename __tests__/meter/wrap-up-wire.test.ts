/** The note on the wire: what the upstream is sent, what the client keeps, and what the ledger says of it. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  CALLS,
  createTestMeter,
  DIALECT_IDS,
  type DialectId,
  send,
  type TestMeter,
  type TestMeterOptions,
} from '../support/meter.js';
import { type Provider, startProvider } from '../support/provider.js';

let provider: Provider;
let meters: TestMeter[];

beforeEach(async () => {
  provider = await startProvider({ bill: () => ({ output: 450 }) });
  meters = [];
});

afterEach(async () => {
  for (const meter of meters) await meter.close();
  await provider.close();
});

async function telling(options: Partial<TestMeterOptions> = {}): Promise<TestMeter> {
  const meter = await createTestMeter({
    upstream: provider.url,
    limits: { maxRequests: 10 },
    wrapUp: { reserve: 'auto' },
    ...options,
  });
  meters.push(meter);
  return meter;
}

const TOOLS: Readonly<Record<DialectId, object>> = {
  'anthropic-messages': { tools: [{ name: 'bash', input_schema: {} }] },
  'openai-chat': { tools: [{ type: 'function', function: { name: 'bash' } }] },
  'openai-responses': { tools: [{ type: 'function', name: 'bash' }] },
  gemini: { tools: [{ functionDeclarations: [{ name: 'bash' }] }] },
};
const bodyOf = (id: DialectId) => ({ ...CALLS[id].body, ...TOOLS[id] });
const noted = (text: string) => text.includes('[spendgate]');
const sent = () => provider.requests.map(({ rawBody }) => rawBody.toString('utf8'));

/** True when the second text is the first with one stretch put into it. */
function isWrittenInto(before: string, after: string): boolean {
  let head = 0;
  while (head < before.length && before[head] === after[head]) head += 1;
  return after.endsWith(before.slice(head));
}

describe('with wrap-up', () => {
  test.each(DIALECT_IDS)(
    '%s: one request has the note written into it, and all others go as they came',
    async (id) => {
      const meter = await telling();
      const body = JSON.stringify(bodyOf(id));
      for (let call = 0; call < 11; call += 1)
        await send(meter.url + CALLS[id].path, { body: Buffer.from(body) });
      expect(sent().map(noted)).toEqual([...Array(8).fill(false), true, false]);
      expect(sent().filter((text) => !noted(text))).toEqual(Array(9).fill(body));
      const told = sent().find(noted) ?? '';
      expect(told).toContain('8 of 10 model calls');
      expect(isWrittenInto(body, told)).toBe(true);
      expect(meter.entries.map(({ outcome, note }) => [outcome, note])).toEqual([
        ...Array(8).fill(['ok', undefined]),
        ['ok', 'reserve'],
        ['ok', undefined],
        ['refused', undefined],
      ]);
    },
  );

  test('both notes stand in the ledger where there is time for both', async () => {
    const meter = await telling({ limits: { maxRequests: 20 } });
    const { path } = CALLS['anthropic-messages'];
    for (let call = 0; call < 20; call += 1)
      await send(meter.url + path, { body: bodyOf('anthropic-messages') });
    expect(meter.entries.map(({ note }) => note).filter((note) => note !== undefined)).toEqual([
      '80%',
      'reserve',
    ]);
  });

  test('fifty calls at once are told once', async () => {
    const meter = await telling({ limits: { maxRequests: 500 } });
    const { path } = CALLS['openai-chat'];
    const all = (count: number) =>
      Promise.all(
        Array.from({ length: count }, () => send(meter.url + path, { body: bodyOf('openai-chat') })),
      );
    for (let batch = 0; batch < 8; batch += 1) await all(50);
    provider.requests.length = 0;
    await all(50);
    expect(sent().filter(noted)).toHaveLength(1);
    expect(meter.entries.filter(({ note }) => note !== undefined)).toHaveLength(1);
  });

  test('a note is no part of what makes a request the same as another', async () => {
    const meter = await telling();
    const { path } = CALLS['anthropic-messages'];
    const call = () => send(meter.url + path, { body: bodyOf('anthropic-messages') });
    for (let index = 0; index < 8; index += 1) await call();
    provider.setScript({ fault: { kind: 'status', status: 500, times: 1 } });
    await call();
    await call();
    expect(sent().map(noted)).toEqual([true, true]);
    expect(meter.entries.slice(-2).map(({ outcome, retry, note }) => [outcome, retry, note])).toEqual([
      ['failed', false, 'reserve'],
      ['ok', true, 'reserve'],
    ]);
  });

  test('subagents are neither told nor given the reserve, and the main agent goes on', async () => {
    const meter = await telling();
    const { path } = CALLS['anthropic-messages'];
    const main = { 'x-claude-code-session-id': 's1' };
    const call = (headers: Record<string, string>) =>
      send(meter.url + path, { body: bodyOf('anthropic-messages'), headers });
    for (let index = 0; index < 8; index += 1) await call(main);
    const helper = await call({ ...main, 'x-claude-code-agent-id': 'a1' });
    expect([helper.status, helper.text]).toEqual([402, expect.stringContaining('kept for the main agent')]);
    expect((await call(main)).status).toBe(200);
    expect(sent().map(noted)).toEqual([...Array(8).fill(false), true]);
  });

  test('a call without tools is not told: nobody there could act on it', async () => {
    const meter = await telling();
    const { path, body } = CALLS['openai-responses'];
    for (let index = 0; index < 10; index += 1) await send(meter.url + path, { body });
    expect(sent().some(noted)).toBe(false);
  });

  test.each([400, 422])(
    'an upstream that answers a note with %i gets the request as it came',
    async (status) => {
      const meter = await telling();
      const { path } = CALLS['openai-chat'];
      const call = () => send(meter.url + path, { body: bodyOf('openai-chat') });
      for (let index = 0; index < 8; index += 1) await call();
      provider.setScript({ fault: { kind: 'status', status, times: 1 } });
      expect((await call()).status).toBe(200);
      expect(sent().map(noted)).toEqual([true, false]);
      expect((await call()).status).toBe(200);
      expect(sent().map(noted)).toEqual([true, false, false]);
      expect(meter.entries.slice(-2).map(({ outcome, note }) => [outcome, note])).toEqual([
        ['ok', undefined],
        ['ok', undefined],
      ]);
      expect(meter.guard.stop).toBeUndefined();
    },
  );

  test('a request that was wrong before its note stays wrong', async () => {
    const meter = await telling();
    const { path } = CALLS['openai-chat'];
    const call = () => send(meter.url + path, { body: bodyOf('openai-chat') });
    for (let index = 0; index < 8; index += 1) await call();
    provider.setScript({ fault: { kind: 'status', status: 400 } });
    const reply = await call();
    expect([reply.status, reply.text]).toEqual([400, expect.stringContaining('scripted fault')]);
    expect(sent().map(noted)).toEqual([true, false]);
  });

  test('tools that are no JSON are a fault of the request like any other', async () => {
    const meter = await telling();
    const body = Buffer.from('{"model":"m","max_tokens":5,"tools":[{"a":1,}],"messages":[]}');
    const reply = await send(meter.url + CALLS['anthropic-messages'].path, { body });
    expect([reply.status, reply.text]).toEqual([400, expect.stringContaining('could not read the request')]);
  });

  test('a request that has no place for it goes as it came, and the next one is told', async () => {
    const meter = await telling();
    const { path } = CALLS['anthropic-messages'];
    const call = (body: object) => send(meter.url + path, { body });
    for (let index = 0; index < 8; index += 1) await call(bodyOf('anthropic-messages'));
    const prefilled = { ...bodyOf('anthropic-messages'), messages: [{ role: 'assistant', content: 'I' }] };
    await call(prefilled);
    await call(bodyOf('anthropic-messages'));
    expect(sent().slice(-2).map(noted)).toEqual([false, true]);
    expect(meter.entries.slice(-2).map(({ note }) => note)).toEqual([undefined, 'reserve']);
  });
});

test('without wrap-up nobody is told, and the limit is used to the end', async () => {
  const meter = await telling({ wrapUp: undefined });
  const { path } = CALLS['anthropic-messages'];
  for (let call = 0; call < 10; call += 1)
    await send(meter.url + path, { body: bodyOf('anthropic-messages') });
  expect(sent().some(noted)).toBe(false);
  expect(meter.entries.every(({ outcome }) => outcome === 'ok')).toBe(true);
});
