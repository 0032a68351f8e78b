import { describe, expect, test } from '@jest/globals';
import { readAside } from '../../../src/dialects/shared/anthropic-aside.js';
import { JsonBody } from '../../../src/wire/json-body.js';

const read = (body: object) =>
  readAside(new JsonBody(Buffer.from(JSON.stringify({ model: 'claude-haiku-4-5', ...body }))));
const advisor = { type: 'advisor_20260301', name: 'advisor', model: 'claude-opus-5-5' };

test('an ordinary request is its own answer and nothing else', () => {
  const tools = [
    { name: 'Bash', description: 'x'.repeat(99_000), input_schema: {} },
    { type: 'custom', name: 'Edit' },
  ];
  const edits = [{ type: 'clear_thinking_20251015', keep: 'all' }];
  expect(read({ tools, context_management: { edits }, speed: 'standard' })).toEqual({ choices: 1 });
});

describe('an advisor', () => {
  test('reads the conversation as often as it may be asked, and so does the answer behind each', () => {
    expect(read({ tools: [{ name: 'Bash' }, { ...advisor, max_uses: 3, max_tokens: 2048 }] })).toEqual({
      choices: 1,
      otherModels: ['claude-opus-5-5'],
      aside: { inputReads: 6, outputTokens: 6144, ownCeiling: 2048 },
    });
  });

  test('without bounds is held at stated ones', () => {
    expect(read({ tools: [advisor] }).aside).toEqual({ inputReads: 4, outputTokens: 16_384 });
  });

  test('is seen under any spelling of its type', () => {
    const spelt = JSON.stringify({ model: 'm', tools: [advisor] })
      .replace('"advisor_', '"\\u0061dvisor_')
      .replace('"advisor"', '"a"');
    expect(readAside(new JsonBody(Buffer.from(spelt))).otherModels).toEqual(['claude-opus-5-5']);
  });

  test.each([{ model: undefined }, { model: ['claude-opus-5-5'] }, { max_uses: '3_0' }, { max_tokens: {} }])(
    'with %p cannot be held',
    (more) => {
      expect(() => read({ tools: [{ ...advisor, ...more }] })).toThrow(SyntaxError);
    },
  );
});

test.each([
  { context_management: { edits: [{ type: 'clear_thinking_20251015' }, { type: 'compact_20260112' }] } },
  { compaction: { type: 'summarize' } },
  { fallbacks: 'default' },
])('%j is one more reading, with an answer as long', (body) => {
  expect(read(body)).toEqual({ choices: 2, aside: { inputReads: 1, outputTokens: 0 } });
});

test('each fallback is an attempt of its own, at its own ceiling and speed', () => {
  const fallbacks = [
    { model: 'claude-opus-4-8' },
    { model: 'claude-opus-5-5', max_tokens: 9000, speed: 'fast' },
  ];
  expect(read({ fallbacks })).toEqual({
    choices: 2,
    otherModels: ['claude-opus-4-8', 'claude-opus-5-5'],
    aside: { inputReads: 2, outputTokens: 9000, ownCeiling: 9000 },
    surcharge: { factor: 2, feeNanoUsd: 0 },
  });
});

test('searches cost a cent each', () => {
  const search = { type: 'web_search_20250305', name: 'web_search' };
  expect(read({ tools: [{ ...search, max_uses: 8 }] }).surcharge).toEqual({
    factor: undefined,
    feeNanoUsd: 80_000_000,
  });
  expect(read({ tools: [search] }).surcharge?.feeNanoUsd).toBe(100_000_000);
});

test.each([
  ['claude-opus-5-5', 2],
  ['claude-opus-4-6', 6],
])('%s at speed fast costs %d times as much', (model, factor) => {
  expect(read({ model, speed: 'fast' }).surcharge).toEqual({ factor, feeNanoUsd: 0 });
});
