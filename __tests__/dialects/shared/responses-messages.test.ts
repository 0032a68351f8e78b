import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { responsesMessages } from '../../../src/dialects/shared/responses-messages.js';
import type { ClientMessage } from '../../../src/ports/dialect.js';
import { JsonBody } from '../../../src/wire/json-body.js';

const { readClient, readUpstream, marks, refusal, failure } = responsesMessages;
const codex = JSON.parse(
  readFileSync(new URL('../../fixtures/websocket/codex.json', import.meta.url), 'utf8'),
) as Record<'warmUp' | 'first' | 'next' | 'subagent', Record<string, unknown>>;

const read = (message: unknown): ClientMessage =>
  readClient(new JsonBody(Buffer.from(typeof message === 'string' ? message : JSON.stringify(message))));

describe('what Codex sends', () => {
  test('a warm-up asks for nothing, and goes on from nothing', () => {
    expect(read(codex.warmUp)).toMatchObject({
      kind: 'call',
      isWarmUp: true,
      continues: undefined,
      lane: undefined,
      unsteady: ['client_metadata'],
    });
  });

  test('the calls after it go on from an answer', () => {
    for (const name of ['first', 'next'] as const)
      expect(read(codex[name])).toMatchObject({
        kind: 'call',
        isWarmUp: false,
        continues: codex[name]['previous_response_id'],
      });
  });

  test('a subagent is told by what would be its headers', () => {
    const message = read(codex.subagent);
    expect(message.kind === 'call' && message.headers).toMatchObject({ 'x-openai-subagent': 'collab_spawn' });
  });
});

describe('messages of a client', () => {
  test.each(['response.cancel', 'response.processed'])('%s is free', (type) => {
    expect(read({ type })).toEqual({ kind: 'free' });
  });

  test.each(['response.steer', 'response.append', 'RESPONSE.CREATE', 'response.create ', ''])(
    '%j is not known',
    (type) => {
      expect(read({ type })).toEqual({ kind: 'unknown', type });
    },
  );

  test.each([undefined, null, 7, ['response.cancel'], {}])('a type of %j is not known either', (type) => {
    expect(read({ type })).toEqual({ kind: 'unknown', type: '' });
  });

  test('a request under `response` is read and edited there', () => {
    const body = new JsonBody(
      Buffer.from('{"type":"response.create","response":{"model":"m","generate":false}}'),
    );
    const message = readClient(body);
    expect(message).toMatchObject({ kind: 'call', isWarmUp: true, unsteady: undefined });
    if (message.kind === 'call') message.request.set(['max_output_tokens'], 5);
    expect(body.bytes.toString()).toBe(
      '{"type":"response.create","response":{"max_output_tokens":5,"model":"m","generate":false}}',
    );
  });

  test.each(['model', 'MODEL', 'max_output_tokens', 'background', 'previous_response_id', 'input'])(
    'a request under `response` with `%s` beside it is refused',
    (name) => {
      expect(() => read({ type: 'response.create', response: { model: 'm' }, [name]: 'x' })).toThrow(
        /stands beside `response`/,
      );
    },
  );

  test.each(['conversation', 'prompt'])('with `%s` nobody here knows how much the server adds', (name) => {
    const message = read({ type: 'response.create', previous_response_id: 'resp_1', [name]: 'x' });
    expect(message).toMatchObject({ kind: 'call', continues: undefined });
  });

  test('a lane is a short text', () => {
    expect(read({ type: 'response.create', stream_id: 'a' })).toMatchObject({ lane: 'a' });
    expect(read({ type: 'response.create', stream_id: null })).toMatchObject({ lane: undefined });
    expect(() => read({ type: 'response.create', stream_id: 'a'.repeat(201) })).toThrow(/stream_id/);
  });

  test('what stands in the metadata and is no text is left out', () => {
    const message = read({ type: 'response.create', client_metadata: { 'X-A': 'yes', b: 1, c: { d: 'e' } } });
    expect(message).toMatchObject({ headers: { 'x-a': 'yes' } });
    expect(read({ type: 'response.create', client_metadata: 'none' })).toMatchObject({ headers: {} });
  });
});

describe('messages of an upstream', () => {
  test.each(['completed', 'incomplete', 'failed', 'cancelled', 'done'])(
    'response.%s ends an answer',
    (name) => {
      const message = { type: `response.${name}`, stream_id: 'a', response: { id: 'resp_1' } };
      expect(readUpstream(message)).toEqual({
        kind: 'answer',
        lane: 'a',
        isLast: true,
        isPlain: ['completed', 'done'].includes(name),
        answerId: 'resp_1',
        error: undefined,
      });
      expect(marks.some((mark) => JSON.stringify(message).includes(mark))).toBe(true);
    },
  );

  test('other events are parts of one, whatever shape they have', () => {
    expect(readUpstream({ type: 'response.output_text.delta', delta: 'x' })).toMatchObject({
      kind: 'answer',
      isLast: false,
    });
    expect(readUpstream({ type: 'response.created', response: 7 })).toMatchObject({ kind: 'answer' });
  });

  test('an answer that failed carries its error', () => {
    const error = { code: 'server_error', message: 'no' };
    expect(readUpstream({ type: 'response.failed', response: { id: 'r', error } })).toMatchObject({
      error: { error },
    });
  });

  test('an error has a status, headers and a body, as far as it tells', () => {
    const error = { code: 'rate_limit_exceeded', message: 'slow down' };
    expect(
      readUpstream({ type: 'error', status: 429, error, headers: { 'Retry-After': '3', 'x-n': 4 } }),
    ).toEqual({
      kind: 'error',
      lane: undefined,
      status: 429,
      headers: { 'retry-after': '3' },
      body: { error },
    });
    expect(readUpstream({ type: 'error', status_code: 503 })).toMatchObject({ status: 503 });
    const flat = { type: 'error', status: 'bad', code: 'c', message: 'm' };
    expect(readUpstream(flat)).toMatchObject({ status: undefined, headers: {}, body: flat });
  });

  test.each([{ type: 'codex.rate_limits' }, { type: 7 }, {}, null, 'text', []])(
    '%j is something else',
    (payload) => {
      expect(readUpstream(payload)).toEqual({ kind: 'other' });
    },
  );
});

test('what the meter says itself is an error message, and a refusal has the status that ends Codex', () => {
  expect(JSON.parse(refusal('why "it" was', undefined))).toEqual({
    type: 'error',
    status: 400,
    error: { type: 'invalid_request_error', message: 'why "it" was' },
  });
  expect(JSON.parse(failure(502, 'gone', 'a'))).toMatchObject({ status: 502, stream_id: 'a' });
});
