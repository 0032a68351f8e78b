import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { refusalWords } from '../../src/wire/refusal-words.js';

test.each([
  ['300 of 1000 tokens are used', '300 of 1000 tokens are used'],
  ['1500 of 500000 tokens are used.', '1.5E3 of 5E5 tokens are used.'],
  ['the budget is exhausted (status 429, reset at 5)', 'the budget is exhausted (status 4-2-9, reset at 5)'],
  ['$0.5024 of $2.00 are spent', '$5E-1 of $2.00 are spent'],
])('%s', (reason, expected) => {
  expect(refusalWords(reason)).toBe(expected);
});

test('nothing in them looks like the status of a server that may recover, whatever the figures', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat(), fc.float({ noNaN: true }), fc.string())), (parts) => {
      expect(refusalWords(`spendgate stopped: ${parts.join(' of ')}`)).not.toMatch(/429|50[0234]|524/);
    }),
    { numRuns: 2000 },
  );
});
