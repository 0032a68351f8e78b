import { expect, test } from '@jest/globals';
import { strayVariables } from '../../src/entrypoints/stray-variables.js';

test.each([
  ['SPENDGATE_MAX_CSOT', 'SPENDGATE_MAX_COST'],
  ['SPENDGATE_KILLSWITCH', 'SPENDGATE_KILL_SWITCH'],
  ['SPENDGATE_GATEWAY_KEYS', 'SPENDGATE_GATEWAY_KEY'],
])('%s is said to be none, and %s to be near', (name, nearest) => {
  expect(strayVariables({ [name]: '1' })).toMatchObject([
    {
      level: 'warning',
      message: `The variable \`${name}\` stands for no input; the nearest one is \`${nearest}\`.`,
    },
  ]);
});

test.each([
  'SPENDGATE_MAX_COST',
  'SPENDGATE_HALT',
  'SPENDGATE_EVENT',
  'SPENDGATE_RUN',
  'SPENDGATE_TOLD',
  'SPENDGATE_DECIDED_AT',
  'SPENDGATE_POLICY_0123456789ABCDEF',
  'SPENDGATE_RECORD_0123456789ABCDEF',
  'MAX_CSOT',
])('%s is an input, a mark of our own, or somebody else’s', (name) => {
  expect(strayVariables({ [name]: '1' })).toEqual([]);
});
