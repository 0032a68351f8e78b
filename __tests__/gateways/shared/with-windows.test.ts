/** A gateway with budgets of the policy file beside its own. */
import { describe, expect, test } from '@jest/globals';
import { tightestOf } from '../../../src/core/budget.js';
import { AppError } from '../../../src/core/errors.js';
import { countOf } from '../../../src/core/sighting.js';
import { gateways } from '../../../src/gateways/index.js';
import { withWindows } from '../../../src/gateways/shared/with-windows.js';
import type { BudgetContext, BudgetWindow } from '../../../src/ports/gateway.js';
import { contextOf, failureOf, gatewayOf, isReadable, NOW, Site } from '../../support/gateway-fixtures.js';

const USD = 1_000_000_000;
const litellm = withWindows(gatewayOf('litellm'));
const MONTH: BudgetWindow = { unit: 'usd', limit: 5 * USD, period: 'month' };
const spent =
  (dollars: number, partial = false): BudgetContext['history'] =>
  async () => ({
    entries: [{ id: '1', at: NOW, task: 't', costNanoUsd: dollars * USD, tokens: 100, partial }],
    readable: true,
    complete: true,
    evidence: 'read',
  });
const site = () =>
  new Site({ '/key/info': { status: 200, headers: {}, body: { info: { spend: 1, max_budget: 10 } } } });
const look = (rest: Partial<BudgetContext>) => litellm.readBudget(contextOf(litellm, site(), rest));

test.each([
  [1, 'ledger, month', 4],
  [0, 'ledger, month', 5],
  [-9, 'key', 9],
])('the tighter of both decides: %i dollars of the ledger are spent', async (dollars, scope, left) => {
  const reading = await look({ windows: [MONTH], history: spent(dollars) });
  expect(reading.gateway).toBe('litellm');
  expect(reading.limits).toHaveLength(2);
  expect(tightestOf(reading)).toMatchObject({
    limit: { scope },
    remaining: { unit: 'usd', value: left * USD },
  });
});

test('the count is the gateway’s own, never that of the ledger', async () => {
  const reading = await look({ windows: [MONTH], history: spent(1) });
  expect(countOf(reading)).toMatchObject({ scope: 'key', value: USD });
  expect(countOf({ ...reading, limits: reading.limits.slice(1) })).toBeUndefined();
});

test.each([true, false])('a ledger with a gap in it (%p) says so of its own limit alone', async (partial) => {
  const { limits } = await look({ windows: [MONTH], history: spent(1, partial) });
  expect(limits.map(({ isAtLeast }) => isAtLeast ?? false)).toEqual([false, partial]);
});

test('a gap outside the window does not matter', async () => {
  const history: BudgetContext['history'] = async () => {
    const { entries, ...rest } = await spent(1, true)();
    return { ...rest, entries: entries.map((entry) => ({ ...entry, at: '2026-10-01T00:00:00Z' })) };
  };
  expect((await look({ windows: [MONTH], history })).limits[1]).not.toHaveProperty('isAtLeast');
});

test('a limit in tokens stands beside one in dollars, and whichever is used up decides', async () => {
  const tokens: BudgetWindow = { unit: 'tokens', limit: 100, period: 'day' };
  const reading = await look({ windows: [tokens], history: spent(1) });
  expect(tightestOf(reading, 'usd')?.limit.scope).toBe('ledger, day');
});

describe('nothing of it is lost', () => {
  test('without a budget in the policy file nobody looks into the ledger', async () => {
    const history = () => Promise.reject(new Error('nobody asked'));
    expect((await look({ history })).limits.map(({ scope }) => scope)).toEqual(['key']);
  });

  test('a ledger that cannot be read is an error, though the gateway answered', async () => {
    const history = async () => ({ entries: [], readable: false, complete: false, evidence: 'no access' });
    expect((await failureOf(look({ windows: [MONTH], history }))).code).toBe('store-failed');
  });

  test('a gateway that fails is an error, though the ledger could be read', async () => {
    const down = new AppError('upstream-failed', 'down');
    const send = () => Promise.reject(down);
    expect(await failureOf(look({ windows: [MONTH], history: spent(1), send }))).toBe(down);
  });

  test('what reads the windows itself stays as it is, so that none counts twice', () => {
    for (const gateway of gateways) {
      const reads = gateway.id === 'ledger' || !isReadable(gateway);
      expect({ id: gateway.id, same: withWindows(gateway) === gateway }).toEqual({
        id: gateway.id,
        same: reads,
      });
    }
  });
});
