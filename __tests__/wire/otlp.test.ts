import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readLogEvents } from '../../src/wire/otlp.js';

const fixture = (name: string): unknown =>
  JSON.parse(
    readFileSync(new URL(`../fixtures/agents/claude-code/telemetry/${name}`, import.meta.url), 'utf8'),
  );

const recordsOf = (...logRecords: unknown[]) => ({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });

test('events of a real export have their names and their flat attributes', () => {
  const events = readLogEvents(fixture('export-2.json'));
  expect(events.map(({ name }) => name)).toEqual([
    'claude_code.tool_result',
    'claude_code.api_request',
    'claude_code.assistant_response',
  ]);
  expect(events[1]?.attributes.get('request_id')).toBe('req_5');
  expect(events[1]?.attributes.get('input_tokens')).toBe(1004);
  expect(events[1]?.attributes.get('cost_usd')).toBe(0.005294);
});

test('a name stands in the body or beside it; a count may be text', () => {
  const attributes = [{ key: 'n', value: { intValue: '42' } }];
  const events = readLogEvents(
    recordsOf({ body: { stringValue: 'a' }, attributes }, { eventName: 'b', body: { kvlistValue: {} } }, {}),
  );
  expect(events.map(({ name }) => name)).toEqual(['a', 'b', '']);
  expect(events[0]?.attributes.get('n')).toBe(42);
});

test('what has another shape is skipped, not the rest with it', () => {
  const good = {
    body: { stringValue: 'good' },
    attributes: [{ key: 'x', value: { stringValue: 'y' } }, { key: 7 }],
  };
  const body = { resourceLogs: [null, { scopeLogs: 'none' }, ...recordsOf('text', good, 7).resourceLogs] };
  const events = readLogEvents(body);
  expect(events.map(({ name }) => name)).toEqual(['good']);
  expect([...(events[0]?.attributes ?? [])]).toEqual([['x', 'y']]);
});

test('an empty export holds nothing, and what is none is refused', () => {
  expect(readLogEvents({})).toEqual([]);
  expect(readLogEvents({ resourceLogs: null })).toEqual([]);
  for (const body of [null, 'text', 7, { resourceLogs: 'many' }]) expect(() => readLogEvents(body)).toThrow();
});
