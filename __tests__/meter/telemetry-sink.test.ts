import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { claudeCode } from '../../src/agents/claude-code.js';
import { TelemetrySink } from '../../src/meter/telemetry-sink.js';
import { CALLS, createTestMeter, type TestMeter, TOKEN } from '../support/meter.js';
import { type Provider, startProvider } from '../support/provider.js';

const EXPORTS = ['export-1.json', 'export-2.json'].map((name) =>
  readFileSync(new URL(`../fixtures/agents/claude-code/telemetry/${name}`, import.meta.url), 'utf8'),
);
const JSON_TYPE = { 'content-type': 'application/json' };
const BEARER = { authorization: `Bearer ${TOKEN}` };

let provider: Provider;
let sink: TelemetrySink;
let meter: TestMeter;

beforeEach(async () => {
  provider = await startProvider();
  sink = new TelemetrySink((event) => claudeCode.readEvent?.(event));
  meter = await createTestMeter({ upstream: provider.url, telemetry: sink });
});

afterEach(async () => {
  await meter.close();
  await provider.close();
});

const post = (path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  fetch(`${meter.url}${path}`, { method: 'POST', body, headers: { ...JSON_TYPE, ...BEARER, ...headers } });

const eventOf = (attributes: Record<string, string | number>) => ({
  body: { stringValue: 'claude_code.api_request' },
  attributes: Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: value },
  })),
});
const exportOf = (...logRecords: unknown[]) =>
  JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });

test('of a real export only the calls are kept, with their ids, tokens and callers', async () => {
  for (const body of EXPORTS) expect((await post('/v1/logs', body)).status).toBe(200);
  expect(sink.told).toEqual([
    { requestId: 'req_1', caller: 'main', inputTokens: 1230, outputTokens: 50 },
    { requestId: 'req_2', caller: 'main', inputTokens: 1241, outputTokens: 51 },
    { requestId: 'req_3', caller: 'subagent', inputTokens: 1252, outputTokens: 52 },
    { requestId: 'req_4', caller: 'subagent', inputTokens: 1263, outputTokens: 53 },
    { requestId: 'req_5', caller: 'main', inputTokens: 1274, outputTokens: 54 },
  ]);
});

test('nothing of it goes on to the upstream, and none of it is a call', async () => {
  await post('/v1/logs', EXPORTS[0] ?? '');
  expect(provider.requests).toEqual([]);
  expect(meter.lines).toEqual([]);
  expect(meter.meter.otherRequests.size).toBe(0);
});

test('metrics and traces are acknowledged and forgotten', async () => {
  for (const path of ['/v1/metrics', '/v1/traces']) {
    const answer = await post(path, exportOf(eventOf({ request_id: 'a' })));
    expect([answer.status, await answer.text()]).toEqual([200, '{}']);
  }
  expect(sink.told).toEqual([]);
});

test('an export that is sent again counts once', async () => {
  for (let time = 0; time < 3; time += 1) await post('/v1/logs', EXPORTS[1] ?? '');
  expect(sink.told).toHaveLength(1);
});

test('calls without an id count each', async () => {
  await post('/v1/logs', exportOf(eventOf({ input_tokens: 1 }), eventOf({ input_tokens: 1 })));
  expect(sink.told).toHaveLength(2);
});

test('an id that is none is not kept', async () => {
  const ids = ['has blanks', 'x'.repeat(500), '<b>'];
  await post('/v1/logs', exportOf(...ids.map((id) => eventOf({ request_id: id, output_tokens: 7 }))));
  expect(sink.told.map(({ requestId }) => requestId)).toEqual([undefined, undefined, undefined]);
});

test('a figure that is none leaves the call without that figure', async () => {
  await post('/v1/logs', exportOf(eventOf({ request_id: 'a', input_tokens: -5, output_tokens: 3 })));
  expect(sink.told[0]).toMatchObject({ requestId: 'a', inputTokens: undefined, outputTokens: 3 });
});

test.each([
  ['without the token', '/v1/logs', {}, 401],
  ['as protobuf', '/v1/logs', { ...BEARER, 'content-type': 'application/x-protobuf' }, 415],
  ['without a type', '/v1/logs', { ...BEARER, 'content-type': '' }, 415],
  ['with a body that is no JSON', '/v1/logs', { ...BEARER, ...JSON_TYPE }, 400],
])('what comes %s is refused', async (_, path, headers, status) => {
  const answer = await fetch(`${meter.url}${path}`, {
    method: 'POST',
    body: Buffer.from('{"resourceLogs":'),
    headers: { ...JSON_TYPE, ...(headers as Record<string, string>) },
  });
  expect(answer.status).toBe(status);
  expect(sink.told).toEqual([]);
  expect(provider.requests).toEqual([]);
});

test('what is too large is refused, packed or not', async () => {
  const large = `{"resourceLogs":[],"rest":"${'x'.repeat(5 * 1024 * 1024)}"}`;
  expect((await post('/v1/logs', large)).status).toBe(413);
  expect((await post('/v1/logs', gzipSync(large), { 'content-encoding': 'gzip' })).status).toBe(400);
});

test('an exporter that is killed half-way is no trouble of the meter’s', async () => {
  const { host } = new URL(meter.url);
  const socket = connect({ host: '127.0.0.1', port: Number(host.split(':')[1]) });
  await once(socket, 'connect');
  const head = ['POST /v1/logs HTTP/1.1', `host: ${host}`, `authorization: Bearer ${TOKEN}`];
  socket.write(
    [...head, 'content-type: application/json', 'content-length: 999', '', '{"resou'].join('\r\n'),
  );
  // Its request is there when a later one has been answered.
  await post('/v1/metrics', '{}');
  socket.destroy();
  await meter.close();
  expect(meter.troubles).toEqual([]);
});

test('a packed export is read', async () => {
  const answer = await post('/v1/logs', gzipSync(EXPORTS[1] ?? ''), { 'content-encoding': 'gzip' });
  expect([answer.status, sink.told.length]).toEqual([200, 1]);
});

test('the ledger keeps the id that the agent was shown', async () => {
  const { path, body } = CALLS['anthropic-messages'];
  const answer = await post(path, JSON.stringify(body), { 'x-api-key': TOKEN });
  expect(answer.headers.get('request-id')).toBe('req_1');
  expect(meter.entries[0]?.requestId).toBe('req_1');
});

test('where it was not asked for, telemetry goes the way of every other request', async () => {
  const plain = await createTestMeter({ upstream: provider.url });
  await fetch(`${plain.url}/v1/logs`, { method: 'POST', body: '{}', headers: { ...JSON_TYPE, ...BEARER } });
  expect(provider.requests.map(({ path }) => path)).toEqual(['/v1/logs']);
  await plain.close();
});
