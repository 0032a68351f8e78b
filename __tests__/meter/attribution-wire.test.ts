/** What arrives at the gateway of whose a call is: over HTTP and over a websocket, and whatever the agent says of it. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { FACTS } from '../support/attribution.js';
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
import { openWebSocket } from '../support/websocket.js';
import { startUpstream } from '../support/websocket-upstream.js';

const METADATA = 'x-litellm-spend-logs-metadata';
const TAGS = 'x-litellm-tags';
const FORGED = {
  [METADATA]: '{"team":"other"}',
  'X-LiteLLM-Tags': 'team:other',
  'x-litellm-api-key': 'sk-of-another',
  'x-litellm-customer-id': 'another',
  'x-mine': 'stays',
};

let provider: Provider;
let meters: TestMeter[];

beforeEach(async () => {
  provider = await startProvider({ routes: { '/v1/models': () => ({ body: { data: [] } }) } });
  meters = [];
});

afterEach(async () => {
  for (const meter of meters) await meter.close();
  await provider.close();
});

async function metered(options: Partial<TestMeterOptions> = {}): Promise<TestMeter> {
  const meter = await createTestMeter({
    upstream: provider.url,
    gateway: 'litellm',
    attribution: { how: 'tags', facts: FACTS },
    ...options,
  });
  meters.push(meter);
  return meter;
}

const lastHeaders = () => provider.requests.at(-1)?.headers ?? {};
const teamIn = (metadata: unknown) => (JSON.parse(String(metadata)) as { team?: string }).team;

describe('every call says whose it is', () => {
  test.each(DIALECT_IDS)('%s, JSON and streams', async (id) => {
    const meter = await metered();
    for (const { path, body } of [CALLS[id], streamed(id)]) {
      await send(meter.url + path, { body });
      expect(teamIn(lastHeaders()[METADATA])).toBe('platform');
      expect(lastHeaders()[TAGS]).toMatch(/^repository:acme\/app,team:platform,task:triage,/);
    }
  });

  test('the body of a request is left as it came', async () => {
    const { path, body } = CALLS['anthropic-messages'];
    const named = { ...body, metadata: { user_id: 'user_1' } };
    const meter = await metered();
    await send(meter.url + path, { body: named });
    expect(provider.requests.at(-1)?.body).toEqual(named);
  });

  test('a request that is not metered does too', async () => {
    const meter = await metered();
    await send(`${meter.url}/v1/models`, { method: 'GET', headers: FORGED });
    expect(teamIn(lastHeaders()[METADATA])).toBe('platform');
    expect(lastHeaders()['x-litellm-api-key']).toBeUndefined();
  });

  test('a websocket does too, with its upgrade', async () => {
    const upstream = await startUpstream();
    const meter = await metered({ upstream: upstream.url });
    const { socket } = await openWebSocket(`${meter.url}/v1/responses`, {
      ...FORGED,
      authorization: `Bearer ${TOKEN}`,
    });
    const [upgrade = {}] = upstream.upgrades;
    expect(teamIn(upgrade[METADATA])).toBe('platform');
    expect(upgrade['x-litellm-api-key']).toBeUndefined();
    expect(upgrade).toMatchObject({ 'x-mine': 'stays', authorization: `Bearer ${KEY}` });
    socket?.socket.destroy();
    await upstream.close();
  });
});

describe('an agent that says it itself', () => {
  const { path, body } = CALLS['openai-chat'];

  test('with the workflow’s key is not heard, and the report can tell', async () => {
    const meter = await metered();
    await send(meter.url + path, { body, headers: FORGED });
    expect(teamIn(lastHeaders()[METADATA])).toBe('platform');
    expect(lastHeaders()[TAGS]).not.toContain('other');
    expect(lastHeaders()).toMatchObject({ 'x-mine': 'stays' });
    expect(lastHeaders()['x-litellm-api-key']).toBeUndefined();
    expect(lastHeaders()['x-litellm-customer-id']).toBeUndefined();
    expect(Object.fromEntries(meter.meter.withheldHeaders)).toEqual({
      [METADATA]: 1,
      [TAGS]: 1,
      'x-litellm-api-key': 1,
      'x-litellm-customer-id': 1,
    });
  });

  test('is not heard with `off` either, and nothing is said in its place', async () => {
    const meter = await metered({ attribution: { how: 'off', facts: FACTS } });
    await send(meter.url + path, { body, headers: FORGED });
    expect(Object.keys(lastHeaders()).filter((name) => name.startsWith('x-litellm-'))).toEqual([]);
  });

  test('with credentials of its own is heard, but for what the run says', async () => {
    const meter = await metered({ passThrough: true, attribution: { how: 'metadata', facts: FACTS } });
    await send(meter.url + path, { body, headers: FORGED });
    expect(teamIn(lastHeaders()[METADATA])).toBe('platform');
    expect(lastHeaders()).toMatchObject({ [TAGS]: 'team:other', 'x-litellm-api-key': 'sk-of-another' });
  });

  test('cannot have the workflow’s key sent to a host of its own', async () => {
    for (const [gateway, name] of [
      ['helicone', 'helicone-target-url'],
      ['portkey', 'x-portkey-custom-host'],
    ] as const) {
      const meter = await metered({ gateway });
      await send(meter.url + path, { body, headers: { [name]: 'https://evil.test' } });
      expect(lastHeaders()[name]).toBeUndefined();
    }
  });

  test('makes no list without end of the names it tried', async () => {
    const meter = await metered();
    const headers = Object.fromEntries(
      Array.from({ length: 150 }, (_, index) => [`x-litellm-${'n'.repeat(index)}`, 'x']),
    );
    await send(meter.url + path, { body, headers });
    const names = [...meter.meter.withheldHeaders.keys()];
    expect(names.length).toBeLessThanOrEqual(101);
    expect(Math.max(...names.map(({ length }) => length))).toBeLessThanOrEqual(100);
  });
});
