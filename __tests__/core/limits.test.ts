import { expect, test } from '@jest/globals';
import { isLimitStop } from '../../src/core/limits.js';

test.each([
  ['limit:max-cost', true],
  ['limit:max-requests', true],
  ['timed-out', true],
  ['budget-exhausted', true],
  ['completed', false],
  ['agent-failed', false],
  ['cancelled', false],
] as const)('%s counts as ended by a limit: %p', (reason, expected) => {
  expect(isLimitStop(reason)).toBe(expected);
});
