import { expect, test } from '@jest/globals';
import { costInUsage } from '../../src/gateways/shared/usage-cost.js';

// https://openrouter.ai/docs/use-cases/usage-accounting: with a provider's own key `cost` is the router's fee alone.
test.each([
  [{ cost: 0.95 }, 950_000_000],
  [{ cost: 0.95, is_byok: false, cost_details: { upstream_inference_cost: 19 } }, 950_000_000],
  [{ cost: 0.95, is_byok: true, cost_details: { upstream_inference_cost: 19 } }, 19_950_000_000],
  [{ cost: 0, is_byok: true, cost_details: { upstream_inference_cost: 0.315 } }, 315_000_000],
  [{ cost: 0.95, is_byok: true, cost_details: { upstream_inference_cost: null } }, undefined],
  [{ cost: 0.95, is_byok: true, cost_details: {} }, undefined],
  [{ cost: 0.95, is_byok: true }, undefined],
  [{ cost: '1' }, undefined],
  [{}, undefined],
  [undefined, undefined],
])('%j tells a cost of %p', (usage, nanoUsd) => {
  expect(costInUsage({ usage })).toBe(nanoUsd);
});
