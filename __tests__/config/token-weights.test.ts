import { describe, expect, test } from '@jest/globals';
import { parseReserve, parseTokenWeights } from '../../src/config/token-weights.js';
import { AppError } from '../../src/core/errors.js';
import { DEFAULT_WEIGHTS } from '../../src/core/weights.js';

function thrownBy(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error('nothing was refused');
}

describe('token weights', () => {
  test.each([
    ['output=4', { output: 4000, reasoning: 4000 }],
    ['output=4 reasoning=1', { output: 4000, reasoning: 1000 }],
    ['input=1, cache-read=0.025,cache-write=0', { input: 1000, cacheRead: 25, cacheWrite: 0 }],
    ['cache-read=.1\ninput=2', { cacheRead: 100, input: 2000 }],
  ])('%j, and the defaults for the rest', (text, expected) => {
    expect(parseTokenWeights(text)).toEqual({ ...DEFAULT_WEIGHTS, ...expected });
  });

  test.each([
    ['', 'no weight'],
    ['output', '"output" is not `name=weight`'],
    ['output=4x', '"output=4x" is not `name=weight`'],
    ['output=-1', '"output=-1" is not `name=weight`'],
    ['output=0.0001', 'at most three decimals'],
    ['output=1001', 'up to 1000'],
    ['outputs=4', '`outputs` is none of input, cache-read'],
    ['output=4 output=5', '`output` is given twice'],
  ])('%j is refused: %s', (text, message) => {
    expect(() => parseTokenWeights(text)).toThrow(AppError);
    expect(() => parseTokenWeights(text)).toThrow(message);
  });
});

test('everything that is wrong with the weights is told at once', () => {
  const { message } = thrownBy(() => parseTokenWeights('input=x foo=2 output=4 output=5'));
  expect(message).toMatch(
    /^"input=x" is not `name=weight`.*; `foo` is none of .*; `output` is given twice\.$/,
  );
});

describe('the reserve', () => {
  test.each([
    ['auto', 'auto'],
    ['none', 'none'],
    ['5%', 0.05],
    [' 7.5 % ', 0.075],
    ['50%', 0.5],
  ])('%j', (text, expected) => {
    expect(parseReserve(text)).toBe(expected);
  });

  test.each(['', '5', '0%', '51%', 'all', '-5%'])('%j is refused, with what is right', (text) => {
    expect(() => parseReserve(text)).toThrow('neither `auto`, `none` nor a percentage up to 50%');
  });
});
