import { describe, expect, test } from '@jest/globals';
import { NOW, readFrom } from '../support/gateway-fixtures.js';

describe('bifrost, when an answer is odd', () => {
  test('a reset beyond any calendar is not known, and no crash', async () => {
    const budget = { max_limit: 1, current_usage: 0, reset_duration: '999999999Y', last_reset: NOW };
    const body = { virtual_key_name: 'k', budgets: [budget] };
    const { limits } = await readFrom('bifrost', { '/api/governance/virtual-keys/quota': body });
    expect(limits[0]?.resetsAt).toBeUndefined();
  });

  test('nothing is left of a key that is switched off, with budgets and without', async () => {
    const budget = { max_limit: 10, current_usage: 1 };
    for (const budgets of [[], [budget]]) {
      const body = { virtual_key_name: 'k', is_active: false, budgets };
      const { limits } = await readFrom('bifrost', { '/api/governance/virtual-keys/quota': body });
      expect(limits[0]).toMatchObject({
        scope: 'virtual key k (not active)',
        remaining: { kind: 'finite', value: 0 },
      });
      expect(limits).toHaveLength(budgets.length + 1);
    }
  });
});
