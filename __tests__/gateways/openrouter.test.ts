import { describe, expect, test } from '@jest/globals';
import { ADMIN_KEY, gatewayOf, KEY, readFailure, readFixture } from '../support/gateway-fixtures.js';

describe('openrouter', () => {
  const openrouter = gatewayOf('openrouter');

  test('asks for the key with the key, and for credits with the admin key alone', async () => {
    const { site } = await readFixture(openrouter, 'overdrawn-credits');
    expect(site.request('/api/v1/key').headers).toEqual({ authorization: `Bearer ${KEY}` });
    expect(site.request('/api/v1/credits').headers).toEqual({ authorization: `Bearer ${ADMIN_KEY}` });
  });

  test('does not ask for credits without an admin key', async () => {
    const { site } = await readFixture(openrouter, 'capped-key');
    expect(site.requests.map(({ url }) => url)).toEqual(['https://openrouter.ai/api/v1/key']);
  });

  test('a content block under 403 is not an exhausted budget', () => {
    const body = {
      error: { code: 403, message: 'Request blocked by guardrail', metadata: { patterns: ['secret'] } },
    };
    expect(openrouter.readFailure({ status: 403, headers: {}, body }).kind).not.toBe('exhausted');
  });
});

describe('openrouter, when an answer is odd', () => {
  test('a typed reason outranks the general error_type beside it', () => {
    const metadata = {
      reason: 'in_flight_budget_exhausted',
      limit_source: 'openrouter_in_flight_budget',
      error_type: 'payment_required',
    };
    const body = { error: { code: 402, message: 'm', metadata } };
    expect(readFailure('openrouter', 402, body, { 'retry-after': '3' }).kind).toBe('rate-limited');
  });
});
