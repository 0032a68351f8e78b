/** Whether a gateway's count and the cost of its answers are of one unit. */
import { expect, test } from '@jest/globals';
import { judgeUnit } from '../../src/verify/unit.js';
import { lookAt } from './found.js';

const usd = (value: number) => ({ unit: 'usd', value }) as const;
const MILL = 1_000_000;

test.each([
  ['the same figure', 10 * MILL, 10 * MILL, 'same'],
  ['three times as much', 10 * MILL, 30 * MILL, 'same'],
  ['a third', 30 * MILL, 10 * MILL, 'same'],
  ['ten times as much: a price, or a unit', 10 * MILL, 100 * MILL, 'unknown'],
  ['cents for dollars', 10 * MILL, 1000 * MILL, 'different'],
  ['dollars for cents', 1000 * MILL, 10 * MILL, 'different'],
  ['cents for dollars, of next to nothing', 1000, 100_000, 'unknown'],
  ['a free call', 0, 10 * MILL, 'unknown'],
  ['a call without a cost', undefined, 10 * MILL, 'unknown'],
] as const)('%s', (_name, cost, counted, unit) => {
  expect(judgeUnit(cost, 'gateway', usd(counted), lookAt(0)).unit).toBe(unit);
});

test.each([
  ['a count that did not move', undefined, 'not seen to move'],
  ['a unit without a rate', { unit: 'credits', value: 5 } as const, 'no rate is known for 5 credits'],
])('%s says nothing, and says why', (_name, moved, why) => {
  expect(judgeUnit(10 * MILL, 'gateway', moved, lookAt(0))).toEqual({
    unit: 'unknown',
    evidence: expect.stringContaining(why),
  });
});

test('the evidence names what was compared', () => {
  expect(judgeUnit(10 * MILL, 'price-table', usd(10 * MILL), lookAt(0)).evidence).toContain(
    'the price table',
  );
  expect(judgeUnit(10 * MILL, 'gateway', usd(10 * MILL), lookAt(0)).evidence).toContain(
    'the cost in the answers',
  );
});
