import { describe, expect, test } from '@jest/globals';
import {
  ADMIN_KEY,
  budgetsOf,
  contextOf,
  gatewayOf,
  KEY,
  readFixture,
  Site,
} from '../support/gateway-fixtures.js';

describe('cometapi', () => {
  const cometapi = gatewayOf('cometapi');

  test('asks its balance host alone, with the key in the query and nowhere else', async () => {
    const { site } = await readFixture(cometapi, 'two-keys');
    expect(site.requests).toEqual([
      { url: `https://query.cometapi.com/user/quota?key=${encodeURIComponent(KEY)}` },
    ]);
  });

  test('asks with the admin key where one is given, so that the agent’s key stays out of URLs', async () => {
    const site = new Site(budgetsOf('cometapi')[0]?.answers ?? {});
    await cometapi.readBudget(contextOf(cometapi, site, { adminKey: ADMIN_KEY }));
    expect(site.requests.map(({ url }) => url)).toEqual([
      `https://query.cometapi.com/user/quota?key=${ADMIN_KEY}`,
    ]);
  });

  test('says that it cannot tell which of several keys is the agent’s', async () => {
    expect((await readFixture(cometapi, 'two-keys')).reading.unread).toEqual([
      expect.stringContaining('names only'),
    ]);
  });
});
