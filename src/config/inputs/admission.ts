/** May this run start? */
import type { Fallback } from '../../core/verdict.js';
import { oneOf, parseKillSwitch } from '../parsers.js';
import { parsePercentages, parseQuantity } from '../quantity.js';
import { defineInputs } from './spec.js';

const parseFallback: (value: string) => Fallback = oneOf('block', 'warn', 'pass');

export const ADMISSION_INPUTS = defineInputs({
  'min-remaining': {
    modes: ['pre'],
    description:
      'The step fails when less than this is left. A bare number counts in the unit the gateway reports (dollars for USD).',
    example: '5 USD',
    parse: parseQuantity,
  },
  'on-unreadable': {
    modes: ['pre'],
    description:
      'What a budget that could not be read means: `block` fails the step, `warn` and `pass` let the run start.',
    example: 'block',
    default: '`block`',
    parse: parseFallback,
  },
  'on-gate-unknown': {
    modes: ['pre'],
    description:
      'What a gate that could not be read means: `block` fails the step, `warn` and `pass` let the run start.',
    example: 'warn',
    default: '`warn`',
    parse: parseFallback,
  },
  'kill-switch': {
    modes: ['pre', 'wrap'],
    description:
      'Any value but empty, `false`, `0`, `no` and `off` lets no agent start. Meant for a variable, so that one click holds back every workflow.',
    example: '${{ vars.SPENDGATE_HALT }}',
    parse: parseKillSwitch,
  },
  'alert-at': {
    modes: ['pre', 'post'],
    description:
      'Shares of a limit at which people get a notice, and an alert where `alert-webhook` is given: `pre` when one is used already, `post` when it was reached since `pre`. Nothing stops below 100 %.',
    example: '50%,80%',
    default: '`50%,80%`',
    parse: parsePercentages,
  },
});
