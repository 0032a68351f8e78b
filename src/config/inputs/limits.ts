/** What a run may use. */
import { parseCeiling, parseCount, parseDuration, parseUsd } from '../quantity.js';
import { parseTokenWeights } from '../token-weights.js';
import { defineInputs } from './spec.js';

export const LIMITS_INPUTS = defineInputs({
  'max-cost': {
    modes: ['wrap'],
    description:
      'The run may cost this much. A call that could pass it, within the bounds of docs/limits.md, is refused before it leaves. A model without a price counts only by what the gateway reports of its cost; `on-unpriced: block` refuses it.',
    example: '2 USD',
    parse: parseUsd,
  },
  'max-tokens': {
    modes: ['wrap'],
    description: 'Input and output tokens the run may use together.',
    example: '2m',
    parse: parseCount,
  },
  'max-input-tokens': {
    modes: ['wrap'],
    description: 'Input tokens the run may use, cached ones included.',
    example: '1.5m',
    parse: parseCount,
  },
  'max-output-tokens': {
    modes: ['wrap'],
    description: 'Output tokens the run may use, reasoning included.',
    example: '100k',
    parse: parseCount,
  },
  'max-weighted-tokens': {
    modes: ['wrap'],
    description:
      'Tokens the run may use, each weighted by `token-weights`: a limit on what a run is worth where no price is known, or none is paid by the token.',
    example: '2m',
    parse: parseCount,
  },
  'token-weights': {
    modes: ['wrap'],
    description:
      "Weights for `max-weighted-tokens`: `input`, `cache-read`, `cache-write`, `output`, `reasoning` (as `output` unless it is named). The defaults are the ratios of Claude's list prices.",
    example: 'input=1 cache-read=0.1 output=4 reasoning=4',
    default: '`input=1 cache-read=0.1 cache-write=1.25 output=5`',
    parse: parseTokenWeights,
  },
  'max-requests': {
    modes: ['wrap'],
    description: 'Model calls the run may make.',
    example: '60',
    parse: parseCount,
  },
  'max-retries': {
    modes: ['wrap'],
    description: 'Calls the run may repeat after a failure.',
    example: '10',
    parse: parseCount,
  },
  'max-consecutive-errors': {
    modes: ['wrap'],
    description: 'Calls in a row that may fail before the run is ended: a retry storm.',
    example: '8',
    parse: parseCount,
  },
  'max-identical-requests': {
    modes: ['wrap'],
    description:
      'How often the very same request may be sent, answered or not, before the run is ended: a loop.',
    example: '5',
    parse: parseCount,
  },
  'max-cache-misses': {
    modes: ['wrap'],
    description:
      'Calls in a row that may read nothing from the prompt cache, once it has been read, before the run is ended: each of them pays the whole context again.',
    example: '10',
    parse: parseCount,
  },
  'max-subagents': {
    modes: ['wrap'],
    description:
      'How many subagents the run may start, where the agent tells them apart. Calls of one more are refused, and the main loop goes on; the third refused call of the same subagent ends the run.',
    example: '4',
    parse: parseCount,
  },
  'max-subagent-depth': {
    modes: ['wrap'],
    description:
      'How deep subagents may start subagents of their own: `0` allows none, `1` those of the main loop. Calls of a deeper one are refused like those of one too many.',
    example: '1',
    parse: parseCount,
  },
  'max-subagent-tokens': {
    modes: ['wrap'],
    description:
      'Input and output tokens each subagent may use together. A call of a subagent that could pass it is refused, and the main loop goes on.',
    example: '500k',
    parse: parseCount,
  },
  timeout: {
    modes: ['wrap'],
    description:
      'How long the command may run. Then its whole process group is ended, and the outputs are still written.',
    example: '20m',
    parse: parseDuration,
  },
  'request-max-input-tokens': {
    modes: ['wrap'],
    description: 'A call with a larger input (estimated from its bytes) is refused; the run goes on.',
    example: '150k',
    parse: parseCount,
  },
  'request-max-output-tokens': {
    modes: ['wrap'],
    description:
      'Output ceiling of every call: lowered where the agent asks for more, added where it asks for none.',
    example: '8k',
    parse: parseCeiling,
  },
});
