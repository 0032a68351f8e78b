import { describe, expect, test } from '@jest/globals';
import {
  ADMIN_KEY,
  failureOf,
  gatewayOf,
  NOW,
  readFailure,
  readFixture,
  readFrom,
} from '../support/gateway-fixtures.js';

describe('anthropic', () => {
  const anthropic = gatewayOf('anthropic');

  test('asks with the admin key alone, under the betas that the routes need', async () => {
    const { site } = await readFixture(anthropic, 'organization');
    const betas = site.requests.map(({ url, headers = {} }) => {
      const { 'anthropic-beta': beta, ...rest } = headers;
      expect(rest).toEqual({ 'x-api-key': ADMIN_KEY, 'anthropic-version': '2023-06-01' });
      return [new URL(url).pathname, beta];
    });
    expect(Object.fromEntries(betas)).toEqual({
      '/v1/organizations/spend_limits': 'spend-limit-reads-2026-09-26',
      '/v1/organizations/analytics/cost': 'analytics-usage-cost-2026-08-24',
    });
  });

  test('asks for the month so far', async () => {
    const { site } = await readFixture(anthropic, 'organization');
    const query = new URL(site.request('/v1/organizations/analytics/cost').url).searchParams;
    expect(query.get('starting_at')).toBe('2026-11-01T00:00:00.000Z');
    expect(query.get('ending_at')).toBe(NOW);
    expect(query.has('group_by[]')).toBe(false);
  });

  test('waits for the day that its own words name, and for none that they do not', () => {
    const message = 'You have reached your specified API usage limits.';
    const read = (words: string) =>
      anthropic.readFailure({
        status: 400,
        headers: {},
        body: { error: { message: `${message} ${words}` } },
      });
    expect(read('You will regain access on 2027-01-01 at 08:30 UTC.').resetsAt).toBe(
      '2027-01-01T08:30:00.000Z',
    );
    expect(read('You will regain access soon.').resetsAt).toBeUndefined();
  });
});

describe('anthropic, when an answer is odd', () => {
  test('a day that no calendar has is not a moment', () => {
    const message =
      'You have reached your specified API usage limits. You will regain access on 2026-13-45 at 25:61 UTC.';
    expect(readFailure('anthropic', 400, { error: { message } }).resetsAt).toBeUndefined();
  });

  test('the limit may stand on the second page', async () => {
    const limit = (type: string) => ({ amount: '100', currency: 'USD', is_enabled: true, scope: { type } });
    const { limits } = await readFrom('anthropic', {
      '/v1/organizations/analytics/cost': { data: [] },
      '/v1/organizations/spend_limits': { data: [limit('workspace')], next_page: 'page_2' },
      '/v1/organizations/spend_limits?page=page_2': { data: [limit('organization')], next_page: null },
    });
    expect(limits[0]?.limit.kind).not.toBe('unlimited');
  });

  test('the limit of a day is not the one of the month', async () => {
    const scope = { type: 'organization' };
    const limit = (amount: string, period: string) => ({
      amount,
      currency: 'USD',
      is_enabled: true,
      scope,
      period,
    });
    const { limits } = await readFrom('anthropic', {
      '/v1/organizations/analytics/cost': { data: [] },
      '/v1/organizations/spend_limits': { data: [limit('500', 'daily'), limit('10000', 'monthly')] },
    });
    expect(limits[0]?.limit).toEqual({ kind: 'finite', value: 100_000_000_000 });
  });

  test('a limit in another currency is not one in USD', async () => {
    const limit = { amount: '100', currency: 'EUR', is_enabled: true, scope: { type: 'organization' } };
    const { limits } = await readFrom('anthropic', {
      '/v1/organizations/analytics/cost': { data: [] },
      '/v1/organizations/spend_limits': { data: [limit] },
    });
    expect(limits[0]?.limit.kind).toBe('unknown');
  });

  test('an amount that is no number is an unknown shape', async () => {
    const cost = { amount: 'lots', currency: 'USD' };
    const reading = readFrom('anthropic', {
      '/v1/organizations/analytics/cost': { data: [{ cost }] },
      '/v1/organizations/spend_limits': { data: [] },
    });
    expect((await failureOf(reading)).code).toBe('wire-format');
  });

  test('a refresh stamp that is no time is not taken for one', async () => {
    const { asOf } = await readFrom('anthropic', {
      '/v1/organizations/analytics/cost': { data: [], data_refreshed_at: 'a moment ago' },
      '/v1/organizations/spend_limits': { data: [] },
    });
    expect(asOf).toBe(NOW);
  });
});
