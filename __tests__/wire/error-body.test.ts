import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { machineWords, readErrorBody } from '../../src/wire/error-body.js';

const envelope = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      error: fc.jsonValue(),
      message: fc.jsonValue(),
      code: fc.jsonValue(),
      type: fc.jsonValue(),
      detail: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
  fc.record({
    error: fc.record(
      {
        type: fc.jsonValue(),
        code: fc.jsonValue(),
        message: fc.jsonValue(),
        metadata: fc.jsonValue(),
        details: fc.jsonValue(),
      },
      { requiredKeys: [] },
    ),
  }),
  fc.array(fc.jsonValue(), { maxLength: 2 }),
);

describe('readErrorBody', () => {
  test.each<[string, unknown, object]>([
    [
      'OpenAI',
      { error: { message: 'No.', type: 't', code: 'c', param: null } },
      { type: 't', code: 'c', message: 'No.' },
    ],
    [
      'Anthropic',
      { type: 'error', error: { type: 'billing_error', message: 'No.' } },
      { type: 'billing_error', code: undefined, message: 'No.' },
    ],
    [
      'Gemini, in a list',
      [{ error: { code: 429, message: 'No.', status: 'S' } }],
      { type: undefined, code: '429', message: 'No.' },
    ],
    ['an error as text', { error: 'No.' }, { type: undefined, code: undefined, message: 'No.' }],
    ['a flat object', { code: 'c', message: 'No.' }, { code: 'c', message: 'No.' }],
    ['FastAPI', { detail: 'Not Found' }, { message: 'Not Found' }],
    ['plain text', 'upstream\n  is down', { type: undefined, message: 'upstream is down' }],
    [
      'LiteLLM, where None means nothing',
      { error: { message: 'No.', type: 'None', code: 'null' } },
      { type: undefined, code: undefined },
    ],
    [
      'metadata',
      { error: { metadata: { error_code: 'x' } } },
      { metadata: { error_code: 'x' }, message: '' },
    ],
    [
      'details in the place of metadata',
      { type: 'error', error: { details: { error_code: 'x' } } },
      { metadata: { error_code: 'x' }, message: '' },
    ],
    [
      'details that are a list, as Google sends them',
      { error: { code: 429, details: [{ reason: 'x' }] } },
      { code: '429', metadata: {} },
    ],
    ['a number for a code', { error: { code: 1113 } }, { code: '1113' }],
    ['an empty word', { error: { type: '', code: '' } }, { type: undefined, code: undefined }],
    ['null', null, { type: undefined, code: undefined, message: '', metadata: {} }],
    ['an empty list', [], { message: '', metadata: {} }],
  ])('%s', (_what, body, expected) => {
    expect(readErrorBody(body)).toMatchObject(expected);
  });

  test('shortens a long message', () => {
    expect(readErrorBody({ error: { message: 'x'.repeat(5000) } }).message).toHaveLength(500);
  });

  test('reads any JSON value without an error of its own', () => {
    fc.assert(
      fc.property(envelope, (body) => {
        const { type, code, message, metadata } = readErrorBody(body);
        expect(['string', 'undefined']).toContain(typeof type);
        expect(['string', 'undefined']).toContain(typeof code);
        expect(message).toMatch(/^.{0,500}$/);
        expect(typeof metadata).toBe('object');
      }),
      { numRuns: 500 },
    );
  });
});

describe('machineWords', () => {
  test.each<[string, unknown, string[]]>([
    [
      'words, the most particular first',
      { type: 't', error: { type: 'a', code: 'b', metadata: { reason: 'c' } } },
      ['c', 'b', 'a', 't'],
    ],
    ['no status', { error: { code: 429, type: '1113' } }, []],
    ['no sentence', { error: { code: 'Dear Alice', type: 'x\ny' } }, []],
    ['nothing long', { error: { code: 'x'.repeat(65), type: 'y'.repeat(64) } }, ['y'.repeat(64)]],
    ['not what every error is called', { type: 'error', error: { code: 'error' } }, []],
    ['nothing in a text', 'budget_exceeded', []],
  ])('are %s', (_what, body, expected) => {
    expect(machineWords(body).filter((word, index, all) => all.indexOf(word) === index)).toEqual(expected);
  });
});
