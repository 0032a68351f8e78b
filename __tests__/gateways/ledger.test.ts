import { describe, expect, test } from '@jest/globals';
import { budgetsOf, gatewayOf, readFixture } from '../support/gateway-fixtures.js';

describe('ledger', () => {
  test('asks nobody', async () => {
    for (const fixture of budgetsOf('ledger')) {
      expect((await readFixture(gatewayOf('ledger'), fixture.name)).site.requests).toEqual([]);
    }
  });
});
