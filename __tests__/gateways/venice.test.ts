import { describe, expect, test } from '@jest/globals';
import { ADMIN_KEY, gatewayOf, readFixture, readFrom } from '../support/gateway-fixtures.js';

describe('venice', () => {
  test('asks with the admin key alone', async () => {
    const { site } = await readFixture(gatewayOf('venice'), 'diem');
    expect(site.requests.map(({ headers }) => headers)).toEqual([{ authorization: `Bearer ${ADMIN_KEY}` }]);
  });

  test('bundled credits are not the balance in USD', async () => {
    const body = { canConsume: true, consumptionCurrency: 'BUNDLED_CREDITS', balances: { diem: 0, usd: 0 } };
    const { limits } = await readFrom('venice', { '/api/v1/billing/balance': body });
    expect(limits[0]?.remaining.kind).toBe('unknown');
  });
});
