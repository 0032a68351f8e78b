/** What a run normally uses, and what this one did. */
import type { Range } from '../../core/range.js';
import { oneOf } from '../parsers.js';
import { parseCount, parsePercentage, parseRange, parseUsd, parseUsdRange, parseWait } from '../quantity.js';
import { asText, defineInputs } from './spec.js';

const OBSERVED =
  'it is what one run was seen to use, and given by the workflow (a limit is `max-…`, a range `expect-…`)';
const countRange = (value: string): Range => parseRange(value, parseCount);

export const EXPECTATION_INPUTS = defineInputs({
  'expect-input-tokens': {
    modes: ['post'],
    description: 'Expected range of input tokens.',
    example: '5k..50k',
    parse: countRange,
  },
  'expect-output-tokens': {
    modes: ['post'],
    description: 'Expected range of output tokens.',
    example: '..10k',
    parse: countRange,
  },
  'expect-cost': {
    modes: ['post'],
    description: 'Expected range of cost.',
    example: '0.05..0.50 USD',
    parse: parseUsdRange,
  },
  'expect-requests': {
    modes: ['post'],
    description: 'Expected range of model calls.',
    example: '3..40',
    parse: countRange,
  },
  'input-tokens': {
    modes: ['post'],
    description: 'Observed input tokens, where the agent ran without `wrap`.',
    example: '48210',
    workflowOnly: OBSERVED,
    parse: parseCount,
  },
  'output-tokens': {
    modes: ['post'],
    description: 'Observed output tokens, where the agent ran without `wrap`.',
    example: '3120',
    workflowOnly: OBSERVED,
    parse: parseCount,
  },
  'cost-usd': {
    modes: ['post'],
    description: 'Observed cost in USD, where the agent ran without `wrap`.',
    example: '0.42',
    workflowOnly: OBSERVED,
    parse: parseUsd,
  },
  usage: {
    modes: ['post'],
    description:
      'Observed usage as JSON (the output `usage` of `wrap`), or the path of a file that holds it.',
    example: '${{ steps.agent.outputs.usage }}',
    default: 'the record that `wrap` left in this job',
    workflowOnly: 'it is the record of one run, and given by the workflow',
    parse: asText,
  },
  'meter-control': {
    modes: ['post'],
    description:
      'The output `meter-control` of the `wrap` step that started a meter in the background. Without it `post` finds the meter by a variable of the job, which the steps in between could have changed.',
    example: '${{ steps.meter.outputs.meter-control }}',
    workflowOnly: 'it is the output of one `wrap` step',
    secret: true,
    parse: asText,
  },
  'max-drift': {
    modes: ['post'],
    description:
      "How far the gateway's own count may be from the meter's, in percent, before it is a finding. It is read when `pre` ran in the same job.",
    example: '5%',
    default: '`5%`',
    parse: parsePercentage,
  },
  'reconcile-wait': {
    modes: ['post'],
    description:
      'How long to wait for a gateway whose count trails its calls (within the lag it states), before the two counts are compared. `0` compares at once.',
    example: '60s',
    default: '`10s`',
    parse: parseWait,
  },
  'on-out-of-range': {
    modes: ['post'],
    description:
      'What usage outside its range does: `block` closes the gate and annotates, and the step stays green; `fail` does the same and fails the step; `warn` only annotates.',
    example: 'block',
    default: '`block`',
    parse: oneOf('block', 'fail', 'warn'),
  },
});
