import { describe, expect, test } from '@jest/globals';
import {
  ADMIN_KEY,
  contextOf,
  failureOf,
  gatewayOf,
  NOT_FOUND,
  readFixture,
  readFrom,
  Site,
} from '../support/gateway-fixtures.js';

describe('github-copilot', () => {
  const copilot = gatewayOf('github-copilot');

  test('asks with the admin key alone, for the organization and the user that were named', async () => {
    const { site } = await readFixture(copilot, 'user');
    expect(site.requests).toEqual([
      {
        url: 'https://api.github.com/organizations/example-org/settings/billing/budgets?per_page=100&user=octocat',
        headers: {
          authorization: `Bearer ${ADMIN_KEY}`,
          accept: 'application/vnd.github+json',
          'x-github-api-version': '2022-11-28',
        },
      },
    ]);
  });

  test('writes names into the URL so that they arrive whole', async () => {
    const site = new Site(() => NOT_FOUND);
    const scope = { organization: 'a/b?c', user: 'd&e=f' };
    await failureOf(copilot.readBudget(contextOf(copilot, site, { scope })));
    const url = new URL(site.requests[0]?.url ?? '');
    expect(url.pathname).toBe('/organizations/a%2Fb%3Fc/settings/billing/budgets');
    expect(url.searchParams.get('user')).toBe('d&e=f');
  });
});

describe('github-copilot, when an answer is odd', () => {
  test('the budget may stand on the second page', async () => {
    const base = '/organizations/octo-org/settings/billing';
    const budget = (budget_product_sku: string) => ({
      budget_amount: 5,
      budget_scope: 'organization',
      prevent_further_usage: true,
      budget_product_sku,
    });
    const { limits } = await readFrom('github-copilot', {
      [`${base}/budgets`]: { budgets: [budget('actions')], has_next_page: true },
      [`${base}/budgets?page=2`]: { budgets: [budget('ai_credits')], has_next_page: false },
      [`${base}/ai_credit/usage`]: { usageItems: [] },
    });
    expect(limits[0]?.limit.kind).not.toBe('unlimited');
  });

  test('a user without a budget is not the organization', async () => {
    const base = '/organizations/octo-org/settings/billing';
    const scope = { organization: 'octo-org', user: 'octocat' };
    const answers = {
      [`${base}/budgets?user=octocat`]: { budgets: [], user: 'octocat', has_next_page: false },
      [`${base}/ai_credit/usage`]: { usageItems: [{ netAmount: 2 }] },
    };
    const { limits } = await readFrom('github-copilot', answers, { scope });
    expect(limits[0]?.limit.kind).not.toBe('unlimited');
  });
});
