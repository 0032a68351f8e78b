import { describe, expect, test } from '@jest/globals';
import { renderObserved, renderRange, usageRows } from '../../src/core/metric-rows.js';
import type { Range } from '../../src/core/range.js';
import { type Metric, parseRecord } from '../../src/core/record.js';

const record = parseRecord(
  '{"input-tokens": 48210, "output-tokens": 3120, "cost-usd": "0.42", "unreported-requests": 1}',
);
const expectation = (range: Range) => ({ range });

test('there is one row per figure, with observed, expected, limit and share', () => {
  const expected = new Map<Metric, { range: Range }>([
    ['input-tokens', expectation({ min: 5000, max: 50_000 })],
    ['cost', expectation({ min: undefined, max: 210_000_000 })],
  ]);
  const rows = usageRows(record, expected, { maxOutputTokens: 6240, maxCostNanoUsd: 2_000_000_000 });
  expect(rows).toEqual([
    {
      label: 'input tokens',
      observed: 'at least 48,210',
      expected: '5,000..50,000',
      limit: '',
      share: 0.9642,
      shareOf: 'expected',
      verdict: 'unknown',
    },
    {
      label: 'output tokens',
      observed: 'at least 3,120',
      expected: '',
      limit: '6,240',
      share: 0.5,
      shareOf: 'limit',
      verdict: 'none',
    },
    {
      label: 'cost',
      observed: '$0.42',
      expected: '..$0.21',
      limit: '$2.00',
      share: 2,
      shareOf: 'expected',
      verdict: 'bad',
    },
    {
      label: 'model calls',
      observed: 'not known',
      expected: '',
      limit: '',
      share: undefined,
      shareOf: 'limit',
      verdict: 'none',
    },
  ]);
});

test('what the run was held to outranks the limits of this step, also where it was held to less or to nothing', () => {
  const own = { maxInputTokens: 9, maxOutputTokens: 9, maxCostNanoUsd: 9, maxRequests: 9 };
  const limitsOf = (limits: object | undefined) =>
    usageRows(parseRecord(JSON.stringify({ limits })), new Map(), own).map(({ limit }) => limit);
  expect(limitsOf({ 'input-tokens': 70_000, 'cost-usd': '1.5', requests: 60 })).toEqual([
    '70,000',
    '',
    '$1.50',
    '60',
  ]);
  expect(limitsOf({})).toEqual(['', '', '', '']);
  expect(limitsOf(undefined)).toEqual(['9', '9', '$0.000000009', '9']);
});

test.each([
  [{ min: 5000, max: 50_000 }, 'input-tokens', '5,000..50,000'],
  [{ min: undefined, max: 500_000_000 }, 'cost', '..$0.50'],
  [{ min: 3, max: undefined }, 'requests', '3..'],
] as const)('the range %j reads as it was written', (range, metric, text) => {
  expect(renderRange(metric, range)).toBe(text);
});

describe('a figure', () => {
  test('that is not known is not shown as zero', () => {
    expect(renderObserved('cost', undefined)).toBe('not known');
    expect(renderObserved('cost', { value: 0, exact: true })).toBe('$0.00');
  });

  test('with a maximum of zero draws no bar', () => {
    const rows = usageRows(
      parseRecord('{"requests": 3}'),
      new Map([['requests', expectation({ min: 0, max: 0 })]]),
      {},
    );
    expect(rows[3]).toMatchObject({ share: undefined, verdict: 'bad' });
  });
});
