import { describe, expect, test } from '@jest/globals';
import { budgetsOf, gatewayOf, KEY, readFixture } from '../../support/gateway-fixtures.js';

describe('new-api and one-api', () => {
  test.each(['new-api', 'one-api'])(
    '%s: the key goes to the billing routes, not to the public status page',
    async (id) => {
      const [fixture] = budgetsOf(id);
      const { site } = await readFixture(gatewayOf(id), fixture?.name ?? '');
      expect(site.request('/api/status').headers ?? {}).toEqual({});
      for (const { url, headers } of site.requests.filter(
        (request) => !request.url.endsWith('/api/status'),
      )) {
        expect({ url, headers }).toEqual({ url, headers: { authorization: `Bearer ${KEY}` } });
      }
    },
  );

  test.each(['new-api', 'one-api'])('%s: a fork that renamed the type is known by its code', (id) => {
    const body = {
      error: { message: 'nope', type: 'some_fork_error', param: '', code: 'insufficient_user_quota' },
    };
    expect(gatewayOf(id).readFailure({ status: 403, headers: {}, body }).kind).toBe('exhausted');
  });

  test.each(['new-api', 'one-api', 'cometapi'])(
    '%s: a 403 about permissions is not an exhausted budget',
    (id) => {
      const body = {
        error: { message: 'This token has no access to model gpt-5', type: 'new_api_error', code: '' },
      };
      expect(gatewayOf(id).readFailure({ status: 403, headers: {}, body }).kind).not.toBe('exhausted');
    },
  );
});
