import { describe, expect, test } from '@jest/globals';
import {
  ADMIN_KEY,
  budgetsOf,
  contextOfFixture,
  failureOf,
  gatewayOf,
  KEY,
  readFixture,
  Site,
  unreadableOf,
} from '../support/gateway-fixtures.js';

describe('gateways that name their key otherwise', () => {
  test('bifrost: the virtual key, in its own header', async () => {
    const { site } = await readFixture(gatewayOf('bifrost'), 'daily');
    expect(site.requests).toEqual([
      { url: 'https://llm.example.test/api/governance/virtual-keys/quota', headers: { 'x-bf-vk': KEY } },
    ]);
  });

  test('portkey: the admin key, in its own header', async () => {
    const { site } = await readFixture(gatewayOf('portkey'), 'cost-policy');
    expect(site.requests.map(({ headers }) => headers)).toEqual([{ 'x-portkey-api-key': ADMIN_KEY }]);
  });

  test('portkey: a value that is not counted is answered with those that are', async () => {
    const portkey = gatewayOf('portkey');
    const [fixture] = unreadableOf('portkey').filter(({ name }) => name === 'value-that-is-not-counted');
    if (fixture === undefined) throw new Error('there is no such fixture');
    const site = new Site(fixture.answers ?? {});
    const error = await failureOf(portkey.readBudget(contextOfFixture(portkey, site, fixture)));
    expect(error.hint).toContain('api_key:ci-agent');
  });

  test.each(['vercel', 'deepseek'])('%s: the key of the calls, where no other is given', async (id) => {
    const gateway = gatewayOf(id);
    const [fixture] = budgetsOf(id);
    const { site } = await readFixture(gateway, fixture?.name ?? '');
    expect(site.requests.map(({ headers }) => headers)).toEqual([{ authorization: `Bearer ${KEY}` }]);
  });
});
