import { describe, expect, test } from '@jest/globals';
import { dialects } from '../../../src/dialects/index.js';
import { JsonBody } from '../../../src/wire/json-body.js';

const PATHS: Readonly<Record<string, string>> = {
  'anthropic-messages': '/v1/messages',
  'openai-chat': '/v1/chat/completions',
  'openai-responses': '/v1/responses',
  gemini: '/v1beta/models/gemini-2.5-pro:generateContent',
};
function factsOf(id: string, body: object) {
  const dialect = dialects.find((candidate) => candidate.id === id);
  if (dialect === undefined) throw new Error(`no dialect ${id}`);
  return dialect.readRequest(new JsonBody(Buffer.from(JSON.stringify(body))), PATHS[id] ?? '');
}
const BY_NAME = ['anthropic-messages', 'openai-chat', 'openai-responses'];
const GATEWAYS = ['openai-chat', 'openai-responses'];

describe.each(BY_NAME)('%s', (id) => {
  test('all models that may answer are named', () => {
    expect(factsOf(id, { model: 'a', models: ['a', 'b', 'c'] })).toMatchObject({
      model: 'a',
      otherModels: ['b', 'c'],
    });
    expect(factsOf(id, { models: ['a', 'b'] })).toMatchObject({ model: 'a', otherModels: ['b'] });
    expect(factsOf(id, { model: 'a', fallbacks: ['b', { model: 'c' }] }).otherModels).toEqual(['b', 'c']);
    expect(factsOf(id, { model: 'a', context_window_fallback_dict: { a: 'b' } }).otherModels).toEqual(['b']);
    expect(
      factsOf(id, { model: 'a', models: null, fallbacks: null, extra_body: null }).otherModels,
    ).toBeUndefined();
  });

  test.each([
    ['a model that is no text', { model: ['a'] }],
    ['a model that is an object', { model: { name: 'a' } }],
    ['models that are no list', { models: 'a,b' }],
    ['models that are no texts', { models: ['a', 7] }],
    ['more models than anybody needs', { models: Array.from({ length: 200 }, (_, index) => `m${index}`) }],
    ['a fallback without a model', { fallbacks: [{ a: 'b' }] }],
    ['a fallback that holds no names', { fallbacks: [{ a: [1] }] }],
    ['fallbacks for one kind of failure', { context_window_fallbacks: [{ a: ['b'] }] }],
    ['settings of the router', { router_settings_override: { fallbacks: [] } }],
    ['a table that holds no names', { context_window_fallback_dict: { a: ['b'] } }],
    ['a table that is a list', { context_window_fallback_dict: ['b'] }],
    [
      'a table that is larger than one with models',
      {
        context_window_fallback_dict: Object.fromEntries(
          Array.from({ length: 900 }, (_, index) => [`k${index}`, 'x'.repeat(100)]),
        ),
      },
    ],
    ['a made-up failure', { mock_testing_fallbacks: true }],
    ['the same in other letters', { Mock_Testing_Fallbacks: true }],
    ['models of the client’s own', { user_config: {} }],
    ['a price of the client’s own', { input_cost_per_token: 0 }],
    ['another price', { cache_read_input_token_cost: 0 }],
    ['fallbacks beside the request', { extra_body: { fallbacks: ['b'] } }],
    ['a detached answer beside the request', { extra_body: { background: true } }],
    ['a price beside the request', { extra_body: { output_cost_per_token: 0 } }],
  ])('%s is refused', (_name, body) => {
    expect(() => factsOf(id, { model: 'a', ...body })).toThrow(SyntaxError);
  });
});

test.each(GATEWAYS)('%s: a fallback that brings settings of its own is refused', (id) => {
  expect(() => factsOf(id, { model: 'a', fallbacks: [{ model: 'b', max_tokens: 90_000 }] })).toThrow(
    /fallbacks/,
  );
  expect(
    factsOf(id, { model: 'a', fallbacks: [{ model: 'b', messages: ['x'.repeat(99_000)] }] }).otherModels,
  ).toEqual(['b']);
});

test('LiteLLM’s lists of fallbacks by model are read', () => {
  expect(factsOf('openai-chat', { model: 'a', fallbacks: [{ a: ['b', 'c'] }] }).otherModels).toEqual([
    'b',
    'c',
  ]);
});

test('gemini: models that may answer in place of the one in the path are named too', () => {
  expect(factsOf('gemini', { contents: [], fallbacks: ['b'] })).toMatchObject({
    model: 'gemini-2.5-pro',
    otherModels: ['b'],
  });
  expect(() => factsOf('gemini', { mock_testing_fallbacks: true })).toThrow(SyntaxError);
});

describe('a background answer', () => {
  test.each([true, 'true', 'false', 1, 0, {}, []])('%p is one', (background) => {
    expect(factsOf('openai-responses', { model: 'a', background }).isDetached).toBe(true);
  });
  test.each([false, null, undefined])('%p is none', (background) => {
    expect(factsOf('openai-responses', { model: 'a', background }).isDetached).toBe(false);
  });
});

describe('how many answers are asked for', () => {
  const chat = (n: unknown) => factsOf('openai-chat', { model: 'a', n }).choices;
  const gemini = (count: unknown) =>
    factsOf('gemini', { generationConfig: { candidateCount: count } }).choices;

  test.each([
    [8, 8],
    ['8', 8],
    [8.0, 8],
    [null, 1],
    [undefined, 1],
    [0, 1],
  ])('%p are %p', (value, choices) => {
    expect(chat(value)).toBe(choices);
    expect(gemini(value)).toBe(choices);
    expect(factsOf('gemini', { generation_config: { candidate_count: value } }).choices).toBe(choices);
  });

  test.each(['1_0', '10 ', '+10', '1e1', 'ten', '', true, [10], {}, 1.5])(
    '%p may be read as any number',
    (value) => {
      expect(() => chat(value)).toThrow('`n` is no whole number');
      expect(() => gemini(value)).toThrow('candidateCount');
    },
  );
});
