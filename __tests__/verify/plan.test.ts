/** What is told before anything is spent. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type PlanFacts, planProbes, totalOf } from '../../src/verify/plan.js';

const PRICE = { input: 150_000_000, output: 600_000_000 };
const FACTS: PlanFacts = {
  wanted: undefined,
  price: PRICE,
  fallbackPrice: PRICE,
  budgetTrouble: undefined,
  budgetNanoUsd: 2_000_000,
  maxNanoUsd: 10_000_000,
  hasSecondKey: true,
  endpoints: 4,
  requestCeiling: 300,
};
const namesOf = (facts: Partial<PlanFacts>) =>
  planProbes({ ...FACTS, ...facts }).probes.map(({ probe }) => probe);

describe('the plan', () => {
  test('has every probe that has what it needs, in order', () => {
    expect(namesOf({})).toEqual(['happy-path', 'request-ceiling', 'isolation', 'exhaustion', 'fallback']);
    expect(planProbes(FACTS).skipped).toEqual([]);
  });

  test('says why a probe does not run: no second key', () => {
    const { probes, skipped } = planProbes({ ...FACTS, hasSecondKey: false });
    expect(probes.map(({ probe }) => probe)).not.toContain('isolation');
    expect(skipped).toEqual(['isolation: it needs `verify-second-key`']);
  });

  test.each([
    ['no known budget', { budgetNanoUsd: undefined }, '`verify-budget` says what is set'],
    [
      'a budget that cannot be read',
      { budgetNanoUsd: undefined, budgetTrouble: 'status 403' },
      'no test budget could be read on the key (status 403)',
    ],
    ['nothing left', { budgetNanoUsd: 0 }, 'nothing is left'],
    ['more used than there was', { budgetNanoUsd: -5 }, 'nothing is left'],
    ['a budget above the maximum', { budgetNanoUsd: 10_000_001 }, '`verify-max-cost` is $0.01'],
  ] satisfies [string, Partial<PlanFacts>, string][])(
    'says why nothing that needs an exhausted key runs: %s',
    (_name, facts, why) => {
      const { probes, skipped } = planProbes({ ...FACTS, ...facts });
      expect(probes.map(({ probe }) => probe)).toEqual(['happy-path', 'request-ceiling']);
      expect(skipped.map((line) => line.split(':')[0])).toEqual(['isolation', 'exhaustion', 'fallback']);
      for (const line of skipped) expect(line).toContain(why);
    },
  );

  test.each(['isolation', 'fallback'] as const)('%s is nothing without the exhaustion', (probe) => {
    expect(planProbes({ ...FACTS, wanted: [probe] })).toEqual({
      probes: [expect.objectContaining({ probe: 'happy-path' })],
      skipped: [`${probe}: it needs the probe \`exhaustion\``],
    });
  });

  test('takes a budget as large as the maximum', () => {
    expect(namesOf({ budgetNanoUsd: 10_000_000 })).toContain('exhaustion');
  });

  test('has what is wanted, and always the first call, which tells the endpoint', () => {
    expect(namesOf({ wanted: ['exhaustion'] })).toEqual(['happy-path', 'exhaustion']);
    expect(planProbes({ ...FACTS, wanted: ['exhaustion'], hasSecondKey: false }).skipped).toEqual([]);
  });
});

describe('the total', () => {
  const maxOf = (probe: string, facts: Partial<PlanFacts>) =>
    planProbes({ ...FACTS, ...facts }).probes.find((planned) => planned.probe === probe)?.maxNanoUsd;

  test('goes by the fallback’s own price', () => {
    const fallbackPrice = { input: 10 * PRICE.input, output: 10 * PRICE.output };
    expect(maxOf('fallback', { fallbackPrice })).toBe(10 * (maxOf('fallback', {}) ?? 0));
  });

  test.each([1, 300, 1_000_000_000])(
    'a request ceiling of %d leaves most of the budget to the exhaustion',
    (requestCeiling) => {
      expect(maxOf('request-ceiling', { requestCeiling })).toBeLessThanOrEqual(0.3 * 2_000_000);
    },
  );

  test('a request ceiling that no budget bounds is told as what it may cost', () => {
    const asked = { budgetNanoUsd: undefined, requestCeiling: 1_000_000 };
    expect(maxOf('request-ceiling', asked)).toBeGreaterThan(2_000_000 * 600);
  });

  test('is the sum of the parts, and every part costs something', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000_000 }),
        fc.integer({ min: 1, max: 100_000 }),
        fc.boolean(),
        (budgetNanoUsd, requestCeiling, hasSecondKey) => {
          const plan = planProbes({
            ...FACTS,
            budgetNanoUsd,
            requestCeiling,
            hasSecondKey,
            maxNanoUsd: undefined,
          });
          const parts = plan.probes.map(({ maxNanoUsd }) => maxNanoUsd);
          for (const part of parts) expect(part).toBeGreaterThan(0);
          expect(totalOf(plan)).toBe(parts.reduce((sum, part) => sum + part, 0));
        },
      ),
    );
  });
});
