import { describe, expect, test } from '@jest/globals';
import {
  AppError,
  describeError,
  type ErrorCode,
  InputFaults,
  WireFormatError,
} from '../../src/core/errors.js';

test.each<[ErrorCode, string, number]>([
  ['internal', 'internal', 1],
  ['bad-input', 'usage', 2],
  ['no-record', 'usage', 2],
  ['agent-not-started', 'usage', 2],
  ['denied', 'budget', 3],
  ['upstream-failed', 'upstream', 4],
  ['wire-format', 'upstream', 4],
  ['store-failed', 'state', 5],
])('%s is of kind %s and ends with %p', (code, kind, exitCode) => {
  const error = new AppError(code, 'what happened');
  expect(error).toMatchObject({ code, kind, exitCode, message: 'what happened' });
  expect(error.hint).not.toBe('');
});

test('a hint of its own replaces the one of the catalogue, and the cause is kept', () => {
  const cause = new Error('deep');
  expect(new AppError('denied', 'm', { hint: 'Do this.', cause })).toMatchObject({ hint: 'Do this.', cause });
});

test('all faults of one run stand in one message, each with place and example', () => {
  const error = new InputFaults([
    { where: 'max-cost', message: '"x" is not an amount.', example: '2 USD' },
    { where: '.github/spendgate.yml:4', message: 'limts is not a key.', example: 'limits: …' },
  ]);
  expect(error.message.split('\n')).toEqual([
    '2 inputs are wrong.',
    'max-cost: "x" is not an amount. Example: 2 USD',
    '.github/spendgate.yml:4: limts is not a key. Example: limits: …',
  ]);
  expect(error.exitCode).toBe(2);
});

test('an unknown shape names where it came from', () => {
  const error = new WireFormatError('litellm GET /key/info', new Error('no field\n spend'));
  expect(error.message).toBe('litellm GET /key/info: unexpected shape (no field spend)');
  expect(error.code).toBe('wire-format');
});

describe('describeError', () => {
  test.each([
    [new Error('two\n  lines'), 'two lines'],
    [new TypeError(''), 'TypeError'],
    ['plain', 'plain'],
    [undefined, 'undefined'],
    [new AggregateError([new Error('first'), new Error('second')], ''), 'first; second'],
    [new AggregateError([new Error('first')], 'all failed'), 'all failed'],
  ])('%p becomes one line', (error, expected) => {
    expect(describeError(error)).toBe(expected);
  });
});
