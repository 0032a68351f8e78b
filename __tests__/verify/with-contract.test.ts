/** A known gateway, and what a contract adds to what is known of it. */
import { describe, expect, test } from '@jest/globals';
import type { Contract, ExhaustedAnswer } from '../../src/core/contract.js';
import type { FailureEvidence } from '../../src/core/failure.js';
import { litellm } from '../../src/gateways/litellm.js';
import { withContract } from '../../src/gateways/shared/with-contract.js';
import type { BudgetContext } from '../../src/ports/gateway.js';

function contractWith(exhaustion: ExhaustedAnswer | undefined, rest: Partial<Contract> = {}): Contract {
  return {
    gateway: 'litellm',
    gatewayVersion: undefined,
    verifiedAt: '2026-11-22',
    exhaustion,
    enforcement: 'hard',
    overshootPercent: undefined,
    lagMs: undefined,
    requestCeiling: undefined,
    keys: undefined,
    fallback: undefined,
    ...rest,
  };
}

const answer = (status: number, type: string, message = '', headers = {}): FailureEvidence => ({
  status,
  headers,
  body: { error: { type, message } },
});
const read = (
  exhaustion: ExhaustedAnswer | undefined,
  evidence: FailureEvidence,
  rest: Partial<Contract> = {},
) => withContract(litellm, contractWith(exhaustion, rest)).readFailure(evidence);

const OWN_WORD: ExhaustedAnswer = { status: 403, code: 'house_budget_gone', looksLike: undefined };
const NO_WORD: ExhaustedAnswer = { status: 412, code: undefined, looksLike: undefined };
const LIKE_RATE: ExhaustedAnswer = { status: 429, code: 'throttling_error', looksLike: 'rate-limited' };

describe('an answer that a contract knows', () => {
  test('is exhausted, whatever it is taken for elsewhere', () => {
    const told = answer(403, 'house_budget_gone');
    expect(litellm.readFailure(told).kind).toBe('unknown');
    expect(read(OWN_WORD, told)).toMatchObject({
      kind: 'exhausted',
      retryable: false,
      confidence: 'high',
      needsProbe: false,
      evidence: 'contract of 2026-11-22: status 403, house_budget_gone',
    });
  });

  test('has no time at which a rate limit would have ended', () => {
    const told = answer(403, 'house_budget_gone', '', { 'retry-after': '30' });
    expect(read(OWN_WORD, { ...told, at: new Date('2026-11-22T09:00:00Z') })).toMatchObject({
      kind: 'exhausted',
      resetsAt: undefined,
    });
  });

  test('needs a look at the budget where it means something else at other times', () => {
    const known = { ...LIKE_RATE, code: 'house_limit' };
    expect(read(known, answer(429, 'house_limit'))).toMatchObject({
      kind: 'rate-limited',
      retryable: undefined,
      confidence: 'low',
      needsProbe: true,
    });
  });

  // What verify writes for a gateway that tells the end like a rate limit: nothing it found is used.
  test('needs such a look also where the gateway’s own word is known for something else', () => {
    expect(read(LIKE_RATE, answer(429, 'throttling_error'))).toMatchObject({ needsProbe: true });
  });

  test('is the end for certain where the body says so itself', () => {
    const told = answer(429, 'budget_exceeded');
    expect(read({ ...LIKE_RATE, code: 'budget_exceeded' }, told)).toEqual(litellm.readFailure(told));
  });

  test('is known by a status that means money, where it has no word', () => {
    expect(read(NO_WORD, answer(412, 'teapot'))).toMatchObject({
      kind: 'exhausted',
      evidence: 'contract of 2026-11-22: status 412',
    });
  });

  test('under any other status and without a word needs a look at the budget', () => {
    expect(read({ ...NO_WORD, status: 400 }, answer(400, 'invalid_request_error'))).toMatchObject({
      kind: 'unknown',
      confidence: 'low',
      needsProbe: true,
    });
  });
});

describe('an answer stays what it is', () => {
  test.each([
    ['under another status', OWN_WORD, answer(402, 'house_budget_gone')],
    ['with another word', OWN_WORD, answer(403, 'something_else')],
    ['where no refusal was ever seen', undefined, answer(403, 'house_budget_gone')],
    [
      'when this call is too large, which is not the end',
      { status: 429, code: 'budget_exceeded', looksLike: undefined },
      answer(429, 'budget_exceeded', 'Estimated request cost is above what is left'),
    ],
  ] satisfies [string, ExhaustedAnswer | undefined, FailureEvidence][])(
    '%s',
    (_name, exhaustion, evidence) => {
      expect(read(exhaustion, evidence)).toEqual(litellm.readFailure(evidence));
    },
  );

  test('under a contract with another gateway, and without one', () => {
    expect(withContract(litellm, contractWith(OWN_WORD, { gateway: 'openrouter' }))).toBe(litellm);
    expect(withContract(litellm, undefined)).toBe(litellm);
  });
});

describe('a reading', () => {
  const context = (): BudgetContext => ({
    send: async () => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      text: '{"info":{"spend":1,"max_budget":2}}',
    }),
    url: 'http://127.0.0.1',
    budgetUrl: undefined,
    key: 'k',
    adminKey: undefined,
    scope: {},
    mapping: undefined,
    windows: [],
    history: () => Promise.reject(new Error('not asked for')),
    now: new Date('2026-11-22T09:00:00Z'),
  });

  test.each([
    ['as late as is generally known, where a lucky look saw less', 2000, 60_000],
    ['as late as was seen, where that is more', 90_000, 90_000],
    ['as late as is generally known, where nothing was seen', undefined, 60_000],
  ])('is %s', async (_name, lagMs, told) => {
    const gateway = withContract(litellm, contractWith(undefined, { lagMs }));
    expect(await gateway.readBudget(context())).toMatchObject({ lagMs: told, limits: [{ scope: 'key' }] });
  });
});

test('a bare status proves less than a word that is known', () => {
  const evidence = answer(429, 'throttling_error');
  expect(read({ ...NO_WORD, status: 429 }, evidence)).toEqual(litellm.readFailure(evidence));
});

test('a word that any bad request has does not become the word for the end', () => {
  // What verify writes for a refusal known by its wording: 400, invalid_request_error, "Budget has been exceeded!".
  const known = { status: 400, code: 'invalid_request_error', looksLike: undefined };
  expect(read(known, answer(400, 'invalid_request_error', 'max_tokens is too large')).kind).not.toBe(
    'exhausted',
  );
});
