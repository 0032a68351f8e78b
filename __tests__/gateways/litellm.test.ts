import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import {
  ADMIN_KEY,
  budgetsOf,
  contextOf,
  gatewayOf,
  KEY,
  readFailure,
  readFixture,
  readFrom,
  Site,
  type StoredAnswer,
} from '../support/gateway-fixtures.js';

describe('litellm', () => {
  const litellm = gatewayOf('litellm');

  test('asks the root for the calling key, with the key in the header', async () => {
    const { site } = await readFixture(litellm, 'capped-key');
    expect(site.requests).toEqual([
      { url: 'https://llm.example.test/key/info', headers: { authorization: `Bearer ${KEY}` } },
    ]);
  });

  test('names the key by its hash when an admin key does the asking', async () => {
    const answers = budgetsOf('litellm').find(({ name }) => name === 'capped-key')?.answers ?? {};
    const site = new Site(answers);
    await litellm.readBudget(contextOf(litellm, site, { adminKey: ADMIN_KEY }));
    const hash = createHash('sha256').update(KEY).digest('hex');
    expect(site.requests).toEqual([
      {
        url: `https://llm.example.test/key/info?key=${hash}`,
        headers: { authorization: `Bearer ${ADMIN_KEY}` },
      },
    ]);
  });

  test('says how far its figures trail enforcement', async () => {
    expect((await readFixture(litellm, 'capped-key')).reading.lagMs).toBe(60_000);
  });

  test('is exhausted by its type, whatever an operator made of the message', () => {
    const body = {
      error: { message: 'Ask platform@example.com', type: 'budget_exceeded', param: null, code: '429' },
    };
    expect(litellm.readFailure({ status: 429, headers: {}, body })).toEqual({
      kind: 'exhausted',
      scope: undefined,
      origin: 'gateway',
      retryable: false,
      resetsAt: undefined,
      confidence: 'high',
      needsProbe: false,
      evidence: 'error.type=budget_exceeded',
      message: 'Ask platform@example.com',
    });
  });

  test('tells the version of the proxy, where the key may see it', async () => {
    const path = '/health/readiness/details';
    const versionFrom = (answer: StoredAnswer) =>
      litellm.readVersion?.(contextOf(litellm, new Site({ [path]: answer })));
    expect(await versionFrom({ status: 200, headers: {}, body: { litellm_version: '1.92.0' } })).toBe(
      '1.92.0',
    );
    for (const body of ['<html>', null, {}, { litellm_version: 1 }])
      expect(await versionFrom({ status: 200, headers: {}, body })).toBeUndefined();
    expect(
      await versionFrom({ status: 403, headers: {}, body: { litellm_version: '1.92.0' } }),
    ).toBeUndefined();
  });
});

describe('litellm, when an answer is odd', () => {
  test('a message of a user that quotes the words is no exhausted budget', () => {
    const message = 'Bad request: "Budget has been exceeded!" is not a role';
    const body = { error: { message, type: 'invalid_request_error' } };
    expect(readFailure('litellm', 422, body).kind).toBe('unknown');
  });

  test('what the gateway wrote does not become evidence whole', () => {
    const type = `one\n::error::two${'x'.repeat(1000)}_model_access_denied`;
    const { evidence } = readFailure('litellm', 403, { error: { type } });
    expect(evidence).toMatch(/^.{1,200}$/);
  });
});

test('nothing is left of a key that is blocked, whatever its budget says', async () => {
  const info = { spend: 1, max_budget: 10, blocked: true };
  const { limits } = await readFrom('litellm', { '/key/info': { info } });
  expect(limits).toMatchObject([
    { scope: 'key (blocked)', remaining: { kind: 'finite', value: 0 } },
    { remaining: { kind: 'finite', value: 9_000_000_000 } },
  ]);
});
