import { expect, test } from '@jest/globals';
import { parseRecord } from '../../src/core/record.js';
import { endingOf } from '../../src/core/run-end.js';

const ending = (record: object) => endingOf(parseRecord(JSON.stringify({ requests: 2, ...record })));

test.each([
  ['agent-failed', 1, 'The agent failed with exit code 1.'],
  ['agent-failed', 127, 'The command of the agent was not found (exit code 127).'],
  ['agent-failed', 126, 'The command of the agent could not be executed (exit code 126).'],
  ['cancelled', 143, 'The run was cancelled.'],
  ['timed-out', 143, 'The run was ended by its timeout.'],
  ['budget-exhausted', 143, 'The run was stopped (budget-exhausted).'],
  ['limit:max-cost', 0, 'The run was stopped (limit:max-cost).'],
])('a run that ended with %s (%i) has not done its work', (reason, code, sentence) => {
  expect(ending({ 'stop-reason': reason, 'exit-code': code })).toEqual({ kind: 'cut', sentence });
});

test('a run whose meter was killed has not done its work', () => {
  expect(ending({ complete: false })?.kind).toBe('cut');
});

test('a run that made no call was not seen at work', () => {
  const none = { requests: 0, 'refused-requests': 0, 'other-requests': 0 };
  expect(ending({ ...none, 'stop-reason': 'completed' })?.kind).toBe('unseen');
});

test.each([{ 'stop-reason': 'completed' }, { 'stop-reason': 'end_turn' }, {}])(
  'a run of %j ended by itself, or nobody says otherwise',
  (record) => {
    expect(ending(record)).toBeUndefined();
  },
);
