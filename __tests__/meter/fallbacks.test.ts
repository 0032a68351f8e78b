/** An answer of another model, seen on real sockets: by the gateway's header, or by the name in the answer. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  CALLS,
  createTestMeter,
  DIALECT_IDS,
  KEY,
  send,
  streamed,
  type TestMeter,
  type TestMeterOptions,
} from '../support/meter.js';
import { type Provider, startProvider } from '../support/provider.js';

const messages = CALLS['anthropic-messages'];
const FELL_BACK = { 'x-litellm-attempted-fallbacks': '1', 'x-litellm-model-name': 'azure/other' };

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

const routesOf = ({ meter }: TestMeter) => [...meter.reroutes];

describe('without a word of the gateway', () => {
  test.each(DIALECT_IDS)('%s: an answer of another model counts, plain and as a stream', async (id) => {
    provider.setScript({ answeringModel: 'claude-haiku-3' });
    const meter = await metered();
    await send(meter.url + CALLS[id].path, { body: CALLS[id].body });
    await send(meter.url + streamed(id).path, { body: streamed(id).body });
    const asked = meter.entries[0]?.requestedModel;
    expect(routesOf(meter)).toEqual([[`${asked} → claude-haiku-3`, 2]]);
    expect(meter.entries.map(({ model }) => model)).toEqual(['claude-haiku-3', 'claude-haiku-3']);
  });

  test('a dated name of the same model is no fallback', async () => {
    provider.setScript({ answeringModel: 'anthropic/claude-sonnet-4-5-20250929' });
    const meter = await metered();
    await send(meter.url + messages.path, { body: messages.body });
    expect(routesOf(meter)).toEqual([]);
  });

  test('a stream that breaks off counts too, once it has named its model', async () => {
    provider.setScript({ answeringModel: 'claude-haiku-3', fault: { kind: 'reset-mid-stream' } });
    const meter = await metered();
    await send(meter.url + messages.path, { body: streamed('anthropic-messages').body });
    expect(meter.entries[0]?.outcome).toBe('cut');
    expect(routesOf(meter)).toEqual([['claude-sonnet-4-5 → claude-haiku-3', 1]]);
  });
});

describe('by the gateway’s header', () => {
  test('an answer that never becomes whole counts', async () => {
    provider.setScript({ headers: FELL_BACK, fault: { kind: 'no-usage' } });
    const meter = await metered({ gateway: 'litellm' });
    await send(meter.url + messages.path, { body: messages.body });
    expect(routesOf(meter)).toEqual([['claude-sonnet-4-5 → azure/other', 1]]);
  });

  test('header and name together count once', async () => {
    provider.setScript({ headers: FELL_BACK, answeringModel: 'gpt-4' });
    const meter = await metered({ gateway: 'litellm' });
    await send(meter.url + messages.path, { body: messages.body });
    expect(routesOf(meter)).toEqual([['claude-sonnet-4-5 → azure/other', 1]]);
  });

  test('an error answer is no answer of a fallback', async () => {
    provider.setScript({ headers: FELL_BACK, fault: { kind: 'status', status: 500, headers: FELL_BACK } });
    const meter = await metered({ gateway: 'litellm' });
    await send(meter.url + messages.path, { body: messages.body });
    expect(routesOf(meter)).toEqual([]);
  });

  test('a name that holds the key does not show it, and names without end do not fill memory', async () => {
    provider.setScript({ headers: { ...FELL_BACK, 'x-litellm-model-name': `azure/${KEY}` } });
    const meter = await metered({ gateway: 'litellm' });
    for (let call = 0; call < 110; call += 1)
      await send(meter.url + messages.path, {
        body: { ...messages.body, model: `m${call}${'x'.repeat(999)}` },
      });
    const names = routesOf(meter).map(([name]) => name);
    expect(names.join()).not.toContain(KEY);
    expect(names.length).toBeLessThanOrEqual(101);
    expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(100);
  });
});

describe('on-fallback', () => {
  test('stop: the answer arrives whole, and no call leaves after it', async () => {
    provider.setScript({ answeringModel: 'claude-haiku-3' });
    const meter = await metered({ onFallback: 'stop' });
    const first = await send(meter.url + messages.path, { body: messages.body });
    const second = await send(meter.url + messages.path, { body: messages.body });
    expect([first.status, second.status]).toEqual([200, 402]);
    expect(second.text).toContain('claude-sonnet-4-5 → claude-haiku-3');
    expect(meter.guard.stop?.reason).toBe('limit:on-fallback');
    expect(provider.requests).toHaveLength(1);
  });

  test('stop under `observe`: every call passes, and what would have stopped the run is kept', async () => {
    provider.setScript({ answeringModel: 'claude-haiku-3' });
    const meter = await metered({ onFallback: 'stop', observe: true });
    for (const _ of [1, 2]) {
      const reply = await send(meter.url + messages.path, { body: messages.body });
      expect(reply.status).toBe(200);
    }
    expect(meter.guard.observed?.reason).toBe('limit:on-fallback');
    expect(meter.guard.stop).toBeUndefined();
  });

  test('pass: nothing is said of it', async () => {
    provider.setScript({ answeringModel: 'claude-haiku-3' });
    const meter = await metered({ onFallback: 'pass' });
    await send(meter.url + messages.path, { body: messages.body });
    expect(routesOf(meter)).toEqual([]);
    expect(meter.guard.stop).toBeUndefined();
  });
});
