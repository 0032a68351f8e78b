import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FailureEvidence, FailureKind } from '../../src/core/failure.js';
import { classify, onMessage, onWord, PROVIDER_RULES, readErrorBody } from '../../src/wire/error-body.js';

const evidence = (status: number, body: unknown): FailureEvidence => ({ status, headers: {}, body });
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
        expect(message.length).toBeLessThanOrEqual(500);
        expect(typeof metadata).toBe('object');
      }),
      { numRuns: 500 },
    );
  });
});

describe('what an answer means', () => {
  test.each<[number, unknown, FailureKind]>([
    [401, {}, 'unauthorised'],
    [402, {}, 'exhausted'],
    [403, {}, 'unknown'],
    [429, {}, 'rate-limited'],
    [500, {}, 'unknown'],
    [503, {}, 'overloaded'],
    [529, {}, 'overloaded'],
    [429, { error: { code: 'insufficient_quota', message: 'm' } }, 'exhausted'],
    [429, { error: { code: 'rate_limit_exceeded' } }, 'rate-limited'],
    [400, { error: { type: 'budget_exceeded' } }, 'exhausted'],
    [
      400,
      {
        error: {
          type: 'invalid_request_error',
          message: 'Your credit balance is too low to access the API.',
        },
      },
      'exhausted',
    ],
    [400, { error: { message: 'You have reached your specified workspace API usage limits.' } }, 'exhausted'],
    [500, { error: { message: 'Your credit balance is too low' } }, 'unknown'],
    [200, { error: { type: 'overloaded_error' } }, 'overloaded'],
    [200, { error: { code: 402, message: 'm' } }, 'exhausted'],
    [200, { error: { code: 'odd', message: 'm' } }, 'unknown'],
    [403, { error: { details: { error_code: 'enforced_spend_limit_reached' } } }, 'exhausted'],
    [400, { error: { code: 'constructor', type: '__proto__' } }, 'unknown'],
  ])('status %p with %j is %s', (status, body, kind) => {
    expect(classify(evidence(status, body), PROVIDER_RULES).kind).toBe(kind);
  });

  test('comes with the evidence that decided and with the words of the gateway', () => {
    expect(
      classify(evidence(429, { error: { code: 'insufficient_quota', message: 'Pay up.' } }), PROVIDER_RULES),
    ).toEqual({
      kind: 'exhausted',
      evidence: 'error.code=insufficient_quota',
      message: 'Pay up.',
    });
  });

  test('is decided by the first rule that speaks', () => {
    const rules = [onMessage([429], /slow/, 'rate-limited'), onWord('code', { c: 'exhausted' })];
    expect(classify(evidence(429, { error: { code: 'c', message: 'slow down' } }), rules).kind).toBe(
      'rate-limited',
    );
    expect(classify(evidence(400, { error: { code: 'c', message: 'slow down' } }), rules).kind).toBe(
      'exhausted',
    );
  });

  test('is found for any JSON value, with readable evidence', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 599 }), envelope, (status, body) => {
        const failure = classify(evidence(status, body), PROVIDER_RULES);
        expect(typeof failure.kind).toBe('string');
        expect(failure.evidence).not.toContain('NaN');
      }),
      { numRuns: 500 },
    );
  });

  test('inside a stream, a code that is no status does not become one', () => {
    expect(classify(evidence(200, { error: { code: 'odd' } }), PROVIDER_RULES).evidence).toBe('status 200');
  });
});
