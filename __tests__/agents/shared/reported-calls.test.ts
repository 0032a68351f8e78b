import { expect, test } from '@jest/globals';
import { ReportedCalls } from '../../../src/agents/shared/reported-calls.js';

test('lines of one call count once, with the larger figures', () => {
  const calls = new ReportedCalls();
  calls.add('a', { inputTokens: 10, outputTokens: 1 });
  calls.add('a', { inputTokens: 10, outputTokens: 50 });
  calls.add('b', { inputTokens: 5, outputTokens: 2 });
  expect(calls.sums()).toEqual({ inputTokens: 15, outputTokens: 52, costNanoUsd: undefined });
});

test('calls without an id count by themselves', () => {
  const calls = new ReportedCalls();
  for (let time = 0; time < 3; time += 1)
    calls.add(undefined, { inputTokens: 1, outputTokens: 2, costNanoUsd: 3 });
  expect(calls.sums()).toEqual({ inputTokens: 3, outputTokens: 6, costNanoUsd: 9 });
});

test('a figure that one call did not tell is not known of all', () => {
  const calls = new ReportedCalls();
  calls.add('a', { inputTokens: 1, outputTokens: undefined, costNanoUsd: 1 });
  calls.add('b', { inputTokens: 1, outputTokens: 1 });
  expect(calls.sums()).toEqual({ inputTokens: 2, outputTokens: undefined, costNanoUsd: undefined });
});

test('no call at all is no report', () => {
  expect(new ReportedCalls().sums()).toBeUndefined();
});
