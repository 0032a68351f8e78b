import { describe, expect, test } from '@jest/globals';
import { ADMIN_KEY, failureOf, gatewayOf, readFixture, readFrom } from '../support/gateway-fixtures.js';

describe('openai', () => {
  const openai = gatewayOf('openai');

  test('asks with the admin key alone, for the month so far, in days', async () => {
    const { site } = await readFixture(openai, 'organization');
    for (const { headers } of site.requests)
      expect(headers).toEqual({ authorization: `Bearer ${ADMIN_KEY}` });
    const query = new URL(site.request('/v1/organization/costs').url).searchParams;
    expect(query.get('start_time')).toBe(String(Date.parse('2026-11-01T00:00:00Z') / 1000));
    expect(query.get('bucket_width')).toBe('1d');
    expect(Number(query.get('limit'))).toBeGreaterThanOrEqual(31);
  });

  test('asks for each page once, and gives up on pages that do not end', async () => {
    const pagesOf = async (name: string) =>
      (await readFixture(openai, name)).site.requests.filter(({ url }) => url.includes('/costs')).length;
    expect(await pagesOf('several-pages')).toBe(2);
    expect(await pagesOf('pages-that-do-not-end')).toBeLessThanOrEqual(20);
  });
});

describe('openai, when an answer is odd', () => {
  test('an amount that is no number is an unknown shape', async () => {
    const amount = { value: 'lots', currency: 'usd' };
    const reading = readFrom('openai', {
      '/v1/organization/costs': { data: [{ results: [{ amount }] }] },
    });
    expect((await failureOf(reading)).code).toBe('wire-format');
  });
});
