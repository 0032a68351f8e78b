/** What every dialect of the list must do, over recorded bytes: `fixtures/dialects/<id>/<case>`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { AppError } from '../../src/core/errors.js';
import type { UsageSnapshot } from '../../src/core/usage.js';
import { dialects } from '../../src/dialects/index.js';
import { canonicalise } from '../../src/meter/paths.js';
import type { Dialect } from '../../src/ports/dialect.js';
import { JsonBody } from '../../src/wire/json-body.js';
import { SseParser } from '../../src/wire/sse.js';

const FIXTURES = new URL('../fixtures/dialects/', import.meta.url);
const REASON = 'The run has used $2.00 of its $2.00 (max-cost). Do not retry — ask a “person” to raise it.';

/** The cases no dialect may be without. */
const REQUIRED = ['plain', 'stream', 'stream-cached', 'stream-cut', 'plain-no-usage', 'stream-no-usage'];

interface Expected {
  /** Left out where a dialect cannot tell without usage. */
  readonly model?: string;
  readonly final: boolean;
  /** The counts that were reported; every other one must be `undefined`. */
  readonly usage: Record<string, number>;
  readonly raw?: unknown;
}

interface Fixture {
  readonly name: string;
  readonly isStream: boolean;
  readonly bytes: Buffer;
  readonly expected: Expected;
}

function fixturesOf(id: string): Fixture[] {
  const dir = new URL(`${id}/`, FIXTURES);
  if (!existsSync(dir)) return [];
  const answers = readdirSync(dir).filter((file) => /(?<!\.expected)\.(?:sse|json)$/.test(file));
  return answers.map((file) => {
    const name = file.replace(/\.\w+$/, '');
    return {
      name,
      isStream: file.endsWith('.sse'),
      bytes: readFileSync(new URL(file, dir)),
      expected: JSON.parse(readFileSync(new URL(`${name}.expected.json`, dir), 'utf8')),
    };
  });
}

function readStream(dialect: Dialect, chunks: Iterable<Buffer>): UsageSnapshot {
  const parser = new SseParser();
  const reader = dialect.createUsageReader();
  const take = (data: Buffer | undefined) => {
    const payload = data && parseJson(data.toString('utf8'));
    if (payload !== undefined) reader.push(payload);
  };
  for (const chunk of chunks) for (const { data } of parser.push(chunk)) take(data);
  take(parser.end()?.data);
  return reader.snapshot();
}

/** `undefined` for what is not JSON: `[DONE]`, or an event that was cut. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readPlain(dialect: Dialect, bytes: Buffer): UsageSnapshot {
  const reader = dialect.createUsageReader();
  reader.push(JSON.parse(bytes.toString('utf8')));
  return reader.snapshot();
}

function bytewise(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
}

function withLineEnds(bytes: Buffer, end: string): Buffer {
  return Buffer.from(bytes.toString('utf8').replaceAll('\n', end));
}

function expectSnapshot(snapshot: UsageSnapshot, expected: Expected): void {
  expect(snapshot.usage).toEqual(expected.usage);
  expect(snapshot.final).toBe(expected.final);
  if (expected.model !== undefined) expect(snapshot.model).toBe(expected.model);
  if (expected.raw !== undefined) expect(snapshot.raw).toEqual(expected.raw);
}

function bodyOf(value: unknown): JsonBody {
  return new JsonBody(Buffer.from(JSON.stringify(value)));
}

function textOf(body: JsonBody): unknown {
  return JSON.parse(body.bytes.toString('utf8'));
}

function dialectOf(id: string): Dialect {
  const dialect = dialects.find((candidate) => candidate.id === id);
  if (dialect === undefined) throw new Error(`there is no dialect ${id}`);
  return dialect;
}

describe.each(dialects.map((dialect) => ({ id: dialect.id, dialect })))('dialect $id', ({ id, dialect }) => {
  const fixtures = fixturesOf(id);
  const streams = fixtures.filter(({ isStream }) => isStream);

  test('has a fixture for every case that is asked of a dialect', () => {
    expect(fixtures.map(({ name }) => name)).toEqual(expect.arrayContaining(REQUIRED));
  });

  test('says of every fixture where it comes from', () => {
    for (const { name } of fixtures) {
      expect(readFileSync(new URL(`${id}/${name}.source.md`, FIXTURES), 'utf8')).toMatch(/^Source: \S/);
    }
  });

  test.each(fixtures.filter(({ isStream }) => !isStream))(
    'reads the plain answer $name',
    ({ bytes, expected }) => {
      expectSnapshot(readPlain(dialect, bytes), expected);
    },
  );

  describe.each(streams)('reads the stream $name', ({ bytes, expected }) => {
    test('whole', () => expectSnapshot(readStream(dialect, [bytes]), expected));
    test('byte by byte', () => expectSnapshot(readStream(dialect, bytewise(bytes)), expected));
    test.each([
      ['CRLF', '\r\n'],
      ['CR', '\r'],
    ])('with %s line ends, whole and byte by byte', (_name, end) => {
      const other = withLineEnds(bytes, end);
      expectSnapshot(readStream(dialect, [other]), expected);
      expectSnapshot(readStream(dialect, bytewise(other)), expected);
    });
  });

  test('knows nothing before the first payload', () => {
    const { model, final, usage } = dialect.createUsageReader().snapshot();
    expect({ model, final, usage }).toEqual({ model: undefined, final: false, usage: {} });
  });

  test('keeps one answer apart from the next', () => {
    const [first] = fixtures.filter(({ name }) => name === 'plain');
    if (first) readPlain(dialect, first.bytes);
    expect(dialect.createUsageReader().snapshot().usage).toEqual({});
  });

  test('skips payloads of unknown type', () => {
    const reader = dialect.createUsageReader();
    for (const payload of [{}, null, 42, 'text', [], { type: 'response.new_event' }, { type: 'ping' }]) {
      reader.push(payload);
    }
    expect(reader.snapshot()).toMatchObject({ final: false, usage: {} });
  });

  test('refuses with a status its clients do not retry, and the reason in it', () => {
    const { status, headers, body } = dialect.refusal(REASON);
    expect([400, 402]).toContain(status);
    expect(headers['x-should-retry']).toBe('false');
    expect(headers['retry-after']).toBeUndefined();
    const words = headers['content-type']?.startsWith('text/plain') ? [body] : stringsIn(JSON.parse(body));
    expect(words).toContain(REASON);
  });

  test('fails in its own shape, with the status it was given and the message in it', () => {
    const { status, headers, body } = dialect.failure(502, 'could not reach the upstream');
    expect(status).toBe(502);
    expect(headers['content-type']).toBe('application/json');
    expect(stringsIn(JSON.parse(body))).toContain('could not reach the upstream');
  });

  test('owns nothing but POST', () => {
    const owned = [
      '/v1/messages',
      '/v1/chat/completions',
      '/v1/responses',
      '/v1beta/models/m:generateContent',
    ];
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'DELETE', 'PUT']) {
      for (const path of owned) expect(dialect.canonicalPath(method, path)).toBeUndefined();
    }
  });

  test('reads a request that says nothing as one without model, stream and ceiling', () => {
    const facts = dialect.readRequest(bodyOf({}), '/somewhere');
    expect(facts).toMatchObject({ model: undefined, stream: false, outputCeiling: undefined, choices: 1 });
    expect(facts.outputFloor).toBeGreaterThanOrEqual(1);
  });

  test('takes a ceiling that is not a positive whole number for none', () => {
    for (const value of [0, -1, 1.5, '4096', null, {}, []]) {
      const body = bodyOf({
        max_tokens: value,
        max_completion_tokens: value,
        max_output_tokens: value,
        generationConfig: { maxOutputTokens: value },
      });
      expect(dialect.readRequest(body, '/v1/x').outputCeiling).toBeUndefined();
    }
  });

  test('reads back the ceiling it has set, and changes nothing else', () => {
    const before = {
      model: 'm',
      temperature: 0.2,
      messages: [{ role: 'user', content: 'a “b” \n {"max_tokens":1}' }],
    };
    const body = bodyOf(before);
    dialect.setOutputCeiling(body, 4096);
    expect(dialect.readRequest(body, '/v1/x').outputCeiling).toBe(4096);
    dialect.setOutputCeiling(body, 512);
    expect(dialect.readRequest(body, '/v1/x').outputCeiling).toBe(512);
    expect(textOf(body)).toMatchObject(before);
  });
});

describe('addNote', () => {
  const result = (content: unknown) => ({ type: 'tool_result', tool_use_id: 't', content });
  const note = { type: 'text', text: 'NOTE' };
  const anthropic = (content: unknown, rest: object = {}) => ({
    ...rest,
    messages: [
      { role: 'assistant', content: 'x' },
      { role: 'user', content },
    ],
  });
  const chat = (last: object, model = 'gpt-5') => ({
    model,
    messages: [{ role: 'system', content: 's' }, last],
  });
  const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'NOTE' }] };
  const call = { type: 'function_call_output', call_id: 'c', output: 'done' };
  const thinking = { thinking: { type: 'adaptive' } };
  const response = { functionResponse: { name: 'f', response: { output: 'done' } } };

  test.each<[string, string, object, object]>([
    ['anthropic-messages', 'text', anthropic('hi'), anthropic('hi\n\nNOTE')],
    [
      'anthropic-messages',
      'blocks',
      anthropic([{ type: 'text', text: 'hi' }]),
      anthropic([{ type: 'text', text: 'hi' }, note]),
    ],
    ['anthropic-messages', 'a tool result', anthropic([result('done')]), anthropic([result('done'), note])],
    [
      'anthropic-messages',
      'a tool result in a thinking loop, whose thoughts would be dropped with any block beside it',
      anthropic([result('done'), result('more')], thinking),
      anthropic([result('done'), result('more\n\nNOTE')], thinking),
    ],
    [
      'anthropic-messages',
      'a tool result of blocks in a thinking loop',
      anthropic([result([{ type: 'text', text: 'done' }])], thinking),
      anthropic([result([{ type: 'text', text: 'done' }, note])], thinking),
    ],
    [
      'anthropic-messages',
      'a tool result without content in a thinking loop',
      anthropic([{ type: 'tool_result', tool_use_id: 't' }], thinking),
      anthropic([{ type: 'tool_result', tool_use_id: 't' }, note], thinking),
    ],
    [
      'openai-chat',
      'text',
      chat({ role: 'user', content: 'hi' }),
      chat({ role: 'user', content: 'hi\n\nNOTE' }),
    ],
    [
      'openai-chat',
      'parts',
      chat({ role: 'user', content: [{ type: 'text', text: 'hi' }] }),
      chat({ role: 'user', content: [{ type: 'text', text: 'hi' }, note] }),
    ],
    [
      'openai-chat',
      'a tool result',
      chat({ role: 'tool', tool_call_id: 'c', content: 'done' }),
      {
        ...chat({}),
        messages: [
          ...chat({ role: 'tool', tool_call_id: 'c', content: 'done' }).messages,
          { role: 'user', content: 'NOTE' },
        ],
      },
    ],
    [
      'openai-chat',
      'a tool result, for a model that takes no user behind a tool',
      chat({ role: 'tool', tool_call_id: 'c', content: 'done' }, 'mistralai/devstral-2'),
      chat({ role: 'tool', tool_call_id: 'c', content: 'done\n\nNOTE' }, 'mistralai/devstral-2'),
    ],
    ['openai-responses', 'text', { input: 'hi' }, { input: 'hi\n\nNOTE' }],
    ['openai-responses', 'a tool result', { input: [call] }, { input: [call, item] }],
    [
      'gemini',
      'text',
      { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] },
      { contents: [{ role: 'user', parts: [{ text: 'hi' }, { text: 'NOTE' }] }] },
    ],
    [
      'gemini',
      'a function response, beside which Vertex AI takes nothing',
      { contents: [{ role: 'user', parts: [response] }] },
      {
        contents: [
          { role: 'user', parts: [response] },
          { role: 'user', parts: [{ text: 'NOTE' }] },
        ],
      },
    ],
  ])('%s: behind %s', (id, _what, before, after) => {
    const body = bodyOf(before);
    expect(dialectOf(id).addNote(body, 'NOTE')).toBe(true);
    expect(textOf(body)).toEqual(after);
  });

  test.each<[string, object]>([
    ['anthropic-messages', { messages: [{ role: 'assistant', content: 'I begin' }] }],
    ['anthropic-messages', { messages: [] }],
    ['openai-chat', chat({ role: 'assistant', content: 'x', tool_calls: [] })],
    ['openai-chat', {}],
    ['openai-responses', { previous_response_id: 'r' }],
    ['gemini', { contents: [{ role: 'model', parts: [{ text: 'x' }] }] }],
    ['gemini', { contents: 'text' }],
  ])('%s: has no place in %j, which stays as it was', (id, before) => {
    const body = bodyOf(before);
    expect(dialectOf(id).addNote(body, 'NOTE')).toBe(false);
    expect(textOf(body)).toEqual(before);
  });

  test.each(dialects.map((dialect) => ({ id: dialect.id, dialect })))(
    '$id: knows a loop that has tools from a call that has none',
    ({ dialect }) => {
      expect(dialect.offersTools(bodyOf({ tools: [{ name: 'bash' }] }))).toBe(true);
      expect(dialect.offersTools(bodyOf({ tools: [] }))).toBe(false);
      expect(dialect.offersTools(bodyOf({}))).toBe(false);
    },
  );
});

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

describe('refusals', () => {
  test('are 402 in JSON where clients end at once on it', () => {
    for (const id of ['anthropic-messages', 'openai-chat', 'gemini']) {
      const { status, headers } = dialectOf(id).refusal(REASON);
      expect({ id, status, type: headers['content-type'] }).toEqual({
        id,
        status: 402,
        type: 'application/json',
      });
    }
  });

  test('are 400 in plain text for Responses, whose clients print the body word for word', () => {
    const { status, headers, body } = dialectOf('openai-responses').refusal(REASON);
    expect(status).toBe(400);
    expect(headers['content-type']).toMatch(/^text\/plain\b/);
    expect(body).toBe(REASON);
  });

  test('have the error envelope of their API', () => {
    const body = (id: string) => JSON.parse(dialectOf(id).refusal(REASON).body);
    expect(body('anthropic-messages')).toEqual({
      type: 'error',
      error: { type: 'billing_error', message: REASON },
    });
    expect(body('openai-chat')).toMatchObject({ error: { message: REASON, code: 'budget_exceeded' } });
    expect(body('gemini')).toMatchObject({ error: { code: 402, message: REASON } });
  });
});

describe('canonicalPath', () => {
  test.each([
    ['anthropic-messages', '/v1/messages', '/v1/messages'],
    ['anthropic-messages', '/messages', '/v1/messages'],
    ['anthropic-messages', '/v1/v1/messages', '/v1/messages'],
    ['anthropic-messages', '/anthropic/v1/messages', '/v1/messages'],
    ['openai-chat', '/v1/chat/completions', '/v1/chat/completions'],
    ['openai-chat', '/chat/completions', '/v1/chat/completions'],
    ['openai-chat', '/v1/v1/chat/completions', '/v1/chat/completions'],
    ['openai-chat', '/openai/deployments/x/chat/completions', '/openai/deployments/x/chat/completions'],
    [
      'openai-chat',
      '/openai/deployments/azure/x/chat/completions',
      '/openai/deployments/azure/x/chat/completions',
    ],
    ['openai-chat', '/openai/deployments/azure/x/completions', '/openai/deployments/azure/x/completions'],
    ['openai-chat', '/v1/completions', '/v1/completions'],
    ['openai-chat', '/Completions', '/v1/completions'],
    ['openai-responses', '/v1/responses', '/v1/responses'],
    ['openai-responses', '/responses', '/v1/responses'],
    ['openai-responses', '/v1/v1/responses', '/v1/responses'],
    ['openai-responses', '/v1/responses/compact', '/v1/responses/compact'],
    [
      'gemini',
      '/v1beta/models/gemini-3.5-pro:generateContent',
      '/v1beta/models/gemini-3.5-pro:generateContent',
    ],
    ['gemini', '/v1/models/g:streamGenerateContent', '/v1/models/g:streamGenerateContent'],
    ['gemini', '/models/g:streamGenerateContent', '/v1beta/models/g:streamGenerateContent'],
    ['gemini', '/v1beta/v1beta/models/g:generateContent', '/v1beta/models/g:generateContent'],
    [
      'gemini',
      '/v1beta1/publishers/google/models/g:generateContent',
      '/v1beta1/publishers/google/models/g:generateContent',
    ],
    [
      'gemini',
      '/v1/projects/p/locations/l/publishers/google/models/g:streamGenerateContent',
      '/v1/projects/p/locations/l/publishers/google/models/g:streamGenerateContent',
    ],
  ])('%s owns %s', (id, path, canonical) => {
    expect(dialectOf(id).canonicalPath('POST', path)).toBe(canonical);
    const others = dialects.filter(
      (dialect) => dialect.id !== id && dialect.canonicalPath('POST', path) !== undefined,
    );
    expect(others).toEqual([]);
  });

  test.each([
    '/v1/messages/count_tokens',
    '/v1/messages/batches',
    '/v1/xmessages',
    '/v1/responses/resp_1/cancel',
    '/v1/responses/input_tokens',
    '/v1/chat/completions/chatcmpl-1',
    '/v1/fim/completions',
    '/beta/completions',
    '/v1/engines/davinci/completions',
    '/v1/models',
    '/v1beta/models',
    '/v1beta/models/g:countTokens',
    '/v1beta/models/g',
    '/v1/embeddings',
    '/',
    '',
  ])('nobody owns %s', (path) => {
    expect(dialects.filter((dialect) => dialect.canonicalPath('POST', path) !== undefined)).toEqual([]);
  });

  // What a server undoes before it routes must not hide a metered route from the meter.
  test.each([
    ['anthropic-messages', '/v1/messages/'],
    ['anthropic-messages', '/v1//messages'],
    ['anthropic-messages', '/v1/./x/../messages'],
    ['anthropic-messages', '/v1/%6dessages'],
    ['anthropic-messages', '/v1%2Fmessages'],
    ['openai-chat', '/v1/chat%2fcompletions'],
    ['gemini', '/v1beta/models/g%3AgenerateContent'],
    ['gemini', '/v1beta/models/g%3astreamGenerateContent'],
  ])('%s owns %s once the meter has brought it into one form', (id, target) => {
    const path = canonicalise(target)?.path ?? '';
    expect(dialectOf(id).canonicalPath('POST', path)).toBeDefined();
  });

  test('token counts and model lists are neighbours of the API they belong to', () => {
    const neighbour = (path: string, headers: Record<string, string> = {}) =>
      dialects.find((dialect) => dialect.isNeighbour(path, headers))?.id;
    expect(neighbour('/v1/messages/count_tokens', { 'anthropic-version': '2023-06-01' })).toBe(
      'anthropic-messages',
    );
    expect(neighbour('/v1/models', { 'x-api-key': 'k' })).toBe('anthropic-messages');
    expect(neighbour('/v1beta/models/g:countTokens', {})).toBe('gemini');
    expect(neighbour('/v1/models', { 'x-goog-api-key': 'k' })).toBe('gemini');
    expect(neighbour('/v1/models', { authorization: 'Bearer k' })).toBe('openai-chat');
  });
});

describe('readRequest', () => {
  test('anthropic-messages: model, stream, max_tokens, and a floor above the thinking budget', () => {
    const body = bodyOf({
      model: 'claude-opus-5-5',
      stream: true,
      max_tokens: 32_000,
      thinking: { type: 'enabled', budget_tokens: 10_000 },
    });
    expect(dialectOf('anthropic-messages').readRequest(body, '/v1/messages')).toMatchObject({
      model: 'claude-opus-5-5',
      stream: true,
      outputCeiling: 32_000,
      outputFloor: 10_001,
      choices: 1,
    });
  });

  test('anthropic-messages: without a thinking budget the floor is one', () => {
    const body = bodyOf({ model: 'm', max_tokens: 1, thinking: { type: 'adaptive' } });
    expect(dialectOf('anthropic-messages').readRequest(body, '/v1/messages').outputFloor).toBe(1);
  });

  test('openai-chat: either name of the ceiling, the current one first, and the number of choices', () => {
    const read = (value: object) =>
      dialectOf('openai-chat').readRequest(bodyOf(value), '/v1/chat/completions');
    expect(read({ model: 'gpt-5.4', max_tokens: 100 })).toMatchObject({ outputCeiling: 100, choices: 1 });
    expect(read({ model: 'gpt-5.4', max_completion_tokens: 200, max_tokens: 100 })).toMatchObject({
      outputCeiling: 200,
    });
    expect(read({ model: 'gpt-5.4', n: 4, stream: true })).toMatchObject({ choices: 4, stream: true });
  });

  test('openai-responses: max_output_tokens, which the API takes from 16 up', () => {
    const body = bodyOf({ model: 'gpt-6.1-sol', stream: true, max_output_tokens: 5000, input: 'hi' });
    expect(dialectOf('openai-responses').readRequest(body, '/v1/responses')).toMatchObject({
      model: 'gpt-6.1-sol',
      stream: true,
      outputCeiling: 5000,
      outputFloor: 16,
      choices: 1,
    });
  });

  test('gemini: model and stream from the path, ceiling and candidates in either spelling', () => {
    const read = (value: object, action = 'generateContent') =>
      dialectOf('gemini').readRequest(bodyOf(value), `/v1beta/models/gemini-3.5-pro:${action}`);
    expect(read({ contents: [] })).toMatchObject({
      model: 'gemini-3.5-pro',
      stream: false,
      outputCeiling: undefined,
      choices: 1,
    });
    expect(read({ contents: [] }, 'streamGenerateContent').stream).toBe(true);
    expect(read({ generationConfig: { maxOutputTokens: 100, candidateCount: 3 } })).toMatchObject({
      outputCeiling: 100,
      choices: 3,
    });
    expect(read({ generation_config: { max_output_tokens: 100, candidate_count: 3 } })).toMatchObject({
      outputCeiling: 100,
      choices: 3,
    });
    expect(read({ generationConfig: { maxOutputTokens: 100, max_output_tokens: 900 } }).outputCeiling).toBe(
      900,
    );
  });

  test('a stream is one only where `stream` is true itself', () => {
    for (const id of ['anthropic-messages', 'openai-chat', 'openai-responses']) {
      for (const stream of [false, null, 'true', 1, undefined]) {
        expect(dialectOf(id).readRequest(bodyOf({ stream }), '/v1/x').stream).toBe(false);
      }
    }
  });
});

// A gateway that translates passes what it does not know on to the API behind it, as LiteLLM does.
describe('settings of another API', () => {
  test.each([
    ['anthropic-messages', { max_tokens: 16, max_completion_tokens: 16_000 }],
    ['openai-responses', { max_output_tokens: 16, max_tokens: 16_000 }],
    ['openai-chat', { max_tokens: 16, max_new_tokens: 16_000 }],
  ])('%s: the largest ceiling is held, and each of them lowered', (id, ceilings) => {
    const body = new JsonBody(Buffer.from(JSON.stringify({ model: 'm', ...ceilings })));
    const dialect = dialectOf(id);
    expect(dialect.readRequest(body, '/v1/x').outputCeiling).toBe(16_000);
    dialect.setOutputCeiling(body, 100);
    const lowered = Object.fromEntries(
      Object.entries(ceilings).map(([name, tokens]) => [name, Math.min(tokens, 100)]),
    );
    expect(JSON.parse(body.bytes.toString())).toEqual({ model: 'm', ...lowered });
  });

  test.each(['anthropic-messages', 'openai-responses', 'openai-chat', 'gemini'])(
    '%s: several answers are asked for by `n`',
    (id) => {
      const body = new JsonBody(Buffer.from(JSON.stringify({ model: 'm', max_tokens: 16, n: 128 })));
      expect(dialectOf(id).readRequest(body, '/v1/x').choices).toBe(128);
    },
  );

  test('a ceiling that only its reader understands is none', () => {
    const body = new JsonBody(Buffer.from('{"model":"m","max_tokens":16,"max_completion_tokens":"16000"}'));
    expect(dialectOf('anthropic-messages').readRequest(body, '/v1/messages').outputCeiling).toBeUndefined();
  });
});

describe('setOutputCeiling', () => {
  test('replaces the bytes of the number, and keeps every other byte', () => {
    const text =
      '{ "model":"claude-opus-5-5",\n\t"max_tokens" : 128000 , "metadata":{"max_tokens":7},"stream":true}';
    const body = new JsonBody(Buffer.from(text));
    dialectOf('anthropic-messages').setOutputCeiling(body, 8000);
    expect(body.bytes.toString()).toBe(text.replace('128000', '8000'));
  });

  test.each([
    ['anthropic-messages', { model: 'm' }, { model: 'm', max_tokens: 800 }],
    ['openai-responses', { model: 'm' }, { model: 'm', max_output_tokens: 800 }],
    ['anthropic-messages', { max_tokens: 0 }, { max_tokens: 800 }],
    ['anthropic-messages', { max_tokens: 0.5 }, { max_tokens: 800 }],
    ['anthropic-messages', { max_tokens: 800 }, { max_tokens: 800 }],
    ['anthropic-messages', { max_tokens: -1 }, { max_tokens: 800 }],
    ['anthropic-messages', { max_tokens: '9' }, { max_tokens: 800 }],
    ['openai-responses', { max_output_tokens: 900 }, { max_output_tokens: 800 }],
    ['openai-responses', { max_output_tokens: 9 }, { max_output_tokens: 9 }],
    ['openai-chat', { model: 'qwen3' }, { model: 'qwen3', max_tokens: 800 }],
    ['openai-chat', { model: 'gpt-5.4' }, { model: 'gpt-5.4', max_completion_tokens: 800 }],
    ['openai-chat', { model: 'openai/o4-mini' }, { model: 'openai/o4-mini', max_completion_tokens: 800 }],
    ['openai-chat', { model: 'gpt-5.4', prompt: '' }, { model: 'gpt-5.4', prompt: '', max_tokens: 800 }],
    ['openai-chat', { model: 'gpt-5.4', max_tokens: 900 }, { model: 'gpt-5.4', max_tokens: 800 }],
    [
      'openai-chat',
      { max_tokens: 5000, max_completion_tokens: 10 },
      { max_tokens: 800, max_completion_tokens: 10 },
    ],
    ['gemini', { contents: [] }, { contents: [], generationConfig: { maxOutputTokens: 800 } }],
    ['gemini', {}, { generationConfig: { maxOutputTokens: 800 } }],
    [
      'gemini',
      { generationConfig: { temperature: 1 } },
      { generationConfig: { temperature: 1, maxOutputTokens: 800 } },
    ],
    [
      'gemini',
      { generation_config: { max_output_tokens: 900 } },
      { generation_config: { max_output_tokens: 800 } },
    ],
    ['gemini', { generation_config: { topK: 1 } }, { generation_config: { topK: 1, maxOutputTokens: 800 } }],
    [
      'gemini',
      { generationConfig: { maxOutputTokens: 9, max_output_tokens: 1000 } },
      { generationConfig: { maxOutputTokens: 9, max_output_tokens: 800 } },
    ],
  ])('%s: %j becomes %j', (id, before, after) => {
    const body = bodyOf(before);
    dialectOf(id).setOutputCeiling(body, 800);
    expect(textOf(body)).toEqual(after);
  });

  test('reads a key in any spelling by case, so that no gateway sees another ceiling than the meter', () => {
    const body = bodyOf({ Max_Tokens: 128_000 });
    expect(dialectOf('anthropic-messages').readRequest(body, '/v1/messages').outputCeiling).toBe(128_000);
    dialectOf('anthropic-messages').setOutputCeiling(body, 800);
    expect(textOf(body)).toEqual({ Max_Tokens: 800 });
  });
});

describe('requestUsage', () => {
  const chat = dialectOf('openai-chat');

  test('asks for usage in a chat stream that would leave it out', () => {
    const body = bodyOf({ stream: true, stream_options: { include_obfuscation: false } });
    expect(chat.requestUsage(body)).toBe(true);
    expect(textOf(body)).toEqual({
      stream: true,
      stream_options: { include_obfuscation: false, include_usage: true },
    });
  });

  test('overrules a client that switched it off', () => {
    const body = bodyOf({ stream: true, stream_options: { include_usage: false } });
    expect(chat.requestUsage(body)).toBe(true);
    expect(textOf(body)).toEqual({ stream: true, stream_options: { include_usage: true } });
  });

  test('leaves alone what already asks, does not stream, or reports without being asked', () => {
    const asks = { stream: true, stream_options: { include_usage: true } };
    expect(chat.requestUsage(bodyOf(asks))).toBe(false);
    expect(chat.requestUsage(bodyOf({}))).toBe(false);
    for (const id of ['anthropic-messages', 'openai-responses', 'gemini']) {
      expect(dialectOf(id).requestUsage(bodyOf({ stream: true }))).toBe(false);
    }
  });

  test('knows the chunk that exists only because it asked', () => {
    expect(chat.isRequestedUsage({ choices: [], usage: { prompt_tokens: 1 } })).toBe(true);
    expect(chat.isRequestedUsage({ choices: [], usage: null })).toBe(false);
    expect(chat.isRequestedUsage({ choices: [], prompt_filter_results: [] })).toBe(false);
    expect(chat.isRequestedUsage({ choices: [{ delta: {} }], usage: { prompt_tokens: 1 } })).toBe(false);
    for (const id of ['anthropic-messages', 'openai-responses', 'gemini']) {
      expect(dialectOf(id).isRequestedUsage({ choices: [], usage: { prompt_tokens: 1 } })).toBe(false);
    }
  });
});

describe('usage in an unknown shape', () => {
  test.each([
    ['anthropic-messages', { type: 'message', model: 'm', usage: { input_tokens: 'many' } }],
    ['anthropic-messages', { type: 'message_start' }],
    ['anthropic-messages', { type: 'message_delta', usage: { output_tokens: -1 } }],
    ['openai-chat', { model: 'm', usage: { prompt_tokens: 1.5 } }],
    ['openai-chat', { model: 'm', usage: { prompt_tokens: '12' } }],
    ['openai-responses', { object: 'response', usage: { input_tokens: 'many' } }],
    ['openai-responses', { type: 'response.completed', response: 'text' }],
    ['gemini', { usageMetadata: { promptTokenCount: 'many' } }],
  ])('%s says so instead of guessing: %j', (id, payload) => {
    const reader = dialectOf(id).createUsageReader();
    expect(() => reader.push(payload)).toThrow(AppError);
    expect(reader.snapshot()).toMatchObject({ final: false, usage: {} });
  });

  test.each([
    ['anthropic-messages', { type: 'message', model: null, usage: { input_tokens: 5, output_tokens: 2 } }],
    ['openai-chat', { model: null, usage: { prompt_tokens: 5, completion_tokens: 2 } }],
    ['openai-responses', { object: 'response', model: null, usage: { input_tokens: 5, output_tokens: 2 } }],
    ['gemini', { modelVersion: null, usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 2 } }],
  ])('%s reads usage although the model is null', (id, payload) => {
    const reader = dialectOf(id).createUsageReader();
    reader.push(payload);
    expect(reader.snapshot()).toMatchObject({ model: undefined, usage: { inputTokens: 5, outputTokens: 2 } });
  });

  test.each([
    [
      'anthropic-messages',
      { type: 'message', model: 'm', usage: { input_tokens: null, output_tokens: null } },
    ],
    ['openai-chat', { model: 'm', usage: { prompt_tokens: null, prompt_tokens_details: null } }],
    ['openai-responses', { object: 'response', usage: { input_tokens: null, output_tokens_details: null } }],
    ['gemini', { usageMetadata: { promptTokenCount: null } }],
  ])('%s takes null counts for not reported, never for zero', (id, payload) => {
    const reader = dialectOf(id).createUsageReader();
    reader.push(payload);
    expect(reader.snapshot().usage).toEqual({});
  });
});
