import { expect, test } from '@jest/globals';
import { NO_USAGE, type Usage } from '../../../src/core/usage.js';
import { partsOf } from '../../../src/dialects/shared/anthropic-iterations.js';

const usage = (told: Partial<Usage>): Usage => ({ ...NO_USAGE, ...told });
const compaction = {
  type: 'compaction',
  model: undefined,
  usage: usage({ inputTokens: 500, outputTokens: 50 }),
};

test.each([
  ['without figures of its own', { outputTokens: 30 }, [], { inputTokens: undefined, outputTokens: 80 }],
  [
    'with figures that stand in no run',
    { inputTokens: 7, outputTokens: 30 },
    [],
    { inputTokens: 507, outputTokens: 80 },
  ],
  [
    'in a run that leaves its input out',
    { outputTokens: 30 },
    [{ type: 'message', model: undefined, usage: usage({ outputTokens: 30 }) }],
    { inputTokens: undefined, outputTokens: 80 },
  ],
])('an answer %s beside a compaction: what nobody told is not known', (_what, plain, own, whole) => {
  expect(partsOf(usage(plain), [...own, compaction])?.usage).toMatchObject(whole);
});
