import { describe, expect, test } from '@jest/globals';
import type { BudgetContext, HttpMapping } from '../../src/ports/gateway.js';
import {
  ADMIN_KEY,
  contextOf,
  failureOf,
  gatewayOf,
  KEY,
  mappingOf,
  Site,
} from '../support/gateway-fixtures.js';

describe('http', () => {
  const http = gatewayOf('http');
  const read = (body: unknown, mapping: Partial<HttpMapping>, rest: Partial<BudgetContext> = {}) => {
    const site = new Site({ '/usage': { status: 200, headers: {}, body } });
    return {
      site,
      reading: http.readBudget(contextOf(http, site, { mapping: mappingOf(mapping), ...rest })),
    };
  };

  test('puts the keys where the mapping wants them', async () => {
    const { site, reading } = read(
      { left: 1 },
      {
        url: 'https://usage.example.test/usage?team=a',
        headers: { 'x-api-key': '{admin-key}', authorization: 'Bearer {gateway-key}', accept: 'text/json' },
        remaining: '/left',
      },
      { adminKey: ADMIN_KEY },
    );
    await reading;
    expect(site.requests).toEqual([
      {
        url: 'https://usage.example.test/usage?team=a',
        headers: { 'x-api-key': ADMIN_KEY, authorization: `Bearer ${KEY}`, accept: 'text/json' },
      },
    ]);
  });

  test('writes a key into a URL so that it arrives whole', async () => {
    const key = 'a+b&c=d#e';
    const { site, reading } = read(
      { left: 1 },
      { url: 'https://usage.example.test/usage?key={gateway-key}&x=1', remaining: '/left' },
      { key },
    );
    await reading;
    expect(new URL(site.requests[0]?.url ?? '').searchParams.get('key')).toBe(key);
  });

  test.each([
    '/nothing',
    '/data/left/deeper',
    '/list/9',
    '/list/-1',
    '/list/x',
    '/constructor',
    '/list/length',
    '/__proto__',
  ])('says that %s leads nowhere', async (pointer) => {
    const { reading } = read({ data: { left: 1 }, list: [1, 2] }, { remaining: pointer });
    const error = await failureOf(reading);
    expect(error.code).toBe('wire-format');
    expect(error.message).toContain(pointer);
  });

  test('needs a mapping', async () => {
    const error = await failureOf(http.readBudget(contextOf(http, new Site({}), { mapping: undefined })));
    expect(error.kind).toBe('usage');
  });

  test('a reset that is not text is not known', async () => {
    const { reading } = read({ left: 1, reset: 1795322860 }, { remaining: '/left', resetsAt: '/reset' });
    expect((await reading).limits[0]?.resetsAt).toBeUndefined();
  });
});
