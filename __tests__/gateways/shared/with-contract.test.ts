/** What a contract may say of an answer, and what it may not overrule. */
import { describe, expect, test } from '@jest/globals';
import type { Contract, ExhaustedAnswer } from '../../../src/core/contract.js';
import type { Failure, FailureKind } from '../../../src/core/failure.js';
import { withContract } from '../../../src/gateways/shared/with-contract.js';
import { contextOf, gatewayOf, NOW, Site } from '../../support/gateway-fixtures.js';

const contractOf = (gateway: string, exhaustion?: Partial<ExhaustedAnswer>, lagMs?: number): Contract => ({
  gateway,
  gatewayVersion: undefined,
  verifiedAt: '2026-11-20',
  exhaustion: exhaustion && { status: 429, code: undefined, looksLike: undefined, ...exhaustion },
  enforcement: undefined,
  overshootPercent: undefined,
  lagMs,
  requestCeiling: undefined,
  keys: undefined,
  fallback: undefined,
});

interface Answered {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}
const read = (
  id: string,
  exhaustion: Partial<ExhaustedAnswer>,
  { headers = {}, ...answer }: Answered,
): Failure =>
  withContract(gatewayOf(id), contractOf(id, exhaustion)).readFailure({
    ...answer,
    headers,
    at: new Date(NOW),
  });
const bare = (id: string, { headers = {}, ...answer }: Answered): Failure =>
  gatewayOf(id).readFailure({ ...answer, headers, at: new Date(NOW) });

describe('a status without a word', () => {
  test.each([402, 412])('%i is about money, and the end', (status) => {
    expect(read('openrouter', { status }, { status, body: { error: { message: 'no' } } })).toMatchObject({
      kind: 'exhausted',
      retryable: false,
      needsProbe: false,
    });
  });

  test.each<[id: string, what: string, answered: Answered, kind: FailureKind]>([
    [
      'openrouter',
      'a model that the key may not use',
      { status: 403, body: { error: { code: 403, message: 'm' } } },
      'unknown',
    ],
    [
      'litellm',
      'an overloaded upstream',
      { status: 503, body: { error: { message: 'overloaded' } } },
      'overloaded',
    ],
    [
      'new-api',
      'a wrong key',
      { status: 401, body: { error: { message: 'Invalid token' } } },
      'unauthorised',
    ],
    [
      'helicone',
      'a rate limit that counts requests',
      {
        status: 429,
        body: { message: 'Rate limit' },
        headers: {
          'retry-after': '3',
          'helicone-ratelimit-policy': '10;w=60;u=request',
          'helicone-ratelimit-remaining': '0',
        },
      },
      'rate-limited',
    ],
  ])('%s: %s stays what it is until somebody looked', (id, _what, answered, kind) => {
    const failure = read(id, { status: answered.status }, answered);
    expect(failure).toMatchObject({ kind, retryable: undefined, confidence: 'low', needsProbe: true });
  });
});

describe('a word that any error of its sort has', () => {
  test.each(['invalid_request_error', 'api_error', 'server_error', 'rate_limit_error', 'permission_error'])(
    '%s is not the word for the end',
    (code) => {
      const failure = read('http', { status: 400, code }, { status: 400, body: { error: { type: code } } });
      expect(failure).toMatchObject({ confidence: 'low', needsProbe: true });
      expect(failure.kind).not.toBe('exhausted');
    },
  );

  test('a prompt that is too long ends no run', () => {
    const error = {
      type: 'invalid_request_error',
      message: 'prompt is too long: 210000 tokens > 200000 maximum',
    };
    const failure = read(
      'anthropic',
      { status: 400, code: 'invalid_request_error' },
      { status: 400, body: { type: 'error', error } },
    );
    expect(failure.kind).not.toBe('exhausted');
  });
});

describe('what a gateway says in a word of its own', () => {
  const WRONG_KEY: Answered = {
    status: 401,
    body: { error: { type: 'token_not_found_in_db', message: 'x' } },
  };
  const TOO_LARGE: Answered = {
    status: 400,
    body: { error: { type: 'budget_exceeded', message: 'Estimated request cost $3 exceeds', code: '400' } },
  };

  test.each<[string, Answered, Partial<ExhaustedAnswer>]>([
    ['a wrong key, under a bare status', WRONG_KEY, { status: 401 }],
    [
      'a wrong key, where the contract says that it looks like the end',
      WRONG_KEY,
      { status: 401, looksLike: 'unauthorised' },
    ],
    ['a call that is too large, under a bare status', TOO_LARGE, { status: 400 }],
    ['a call that is too large, under the very word', TOO_LARGE, { status: 400, code: 'budget_exceeded' }],
    [
      'a call that is too large, where it looks like something else',
      TOO_LARGE,
      { status: 400, looksLike: 'unknown' },
    ],
  ])('is kept: %s', (_what, answered, exhaustion) => {
    expect(read('litellm', exhaustion, answered)).toEqual(bare('litellm', answered));
  });
});

test.each<[string, number | undefined, number]>([
  ['as late as is documented, where less was seen', 2000, 60_000],
  ['as late as was seen, where that is more', 90_000, 90_000],
  ['as late as is documented, where nothing was seen', undefined, 60_000],
])('a reading is %s', async (_what, seen, told) => {
  const site = new Site({
    '/key/info': { status: 200, headers: {}, body: { info: { spend: 1, max_budget: 2 } } },
  });
  const litellm = withContract(gatewayOf('litellm'), contractOf('litellm', undefined, seen));
  expect((await litellm.readBudget(contextOf(litellm, site))).lagMs).toBe(told);
});

test('a reading is as late as was seen, where nothing is documented', async () => {
  const site = new Site({
    '/api/v1/key': { status: 200, headers: {}, body: { data: { limit: 5, limit_remaining: 4, usage: 1 } } },
  });
  const own = gatewayOf('openrouter');
  const seen = withContract(own, contractOf('openrouter', undefined, 3000));
  const documented = (await own.readBudget(contextOf(own, site))).lagMs;
  expect((await seen.readBudget(contextOf(seen, site))).lagMs).toBe(Math.max(3000, documented ?? 0));
});
