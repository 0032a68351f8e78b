import { expect, test } from '@jest/globals';
import { AnswerSizes } from '../../src/meter/answer-sizes.js';

function sizesOf(answers: readonly number[]): AnswerSizes {
  const sizes = new AnswerSizes();
  for (const tokens of answers) sizes.learn('k', tokens);
  return sizes;
}
const times = (count: number, tokens: number) => Array.from({ length: count }, () => tokens);

test.each<[string, readonly number[], number]>([
  ['nothing is known', [], 8192],
  ['too little is known', times(19, 100), 8192],
  ['answers are short', times(20, 100), 1024],
  ['answers are of some length', times(20, 900), 1800],
  ['one in twenty is longer, at twice that one', [...times(38, 300), 1500, 1500], 3000],
  ['one in forty is longer, as if it were not', [...times(39, 600), 8000], 1200],
  ['answers are long', times(20, 30_000), 8192],
  ['answers were long once, and are not any more', [...times(50, 4000), ...times(200, 600)], 1200],
])('where %s, a call waits rather than being cut below what is comfortable', (_what, answers, expected) => {
  expect(sizesOf(answers).comfortable('k')).toBe(expected);
});

test('one kind of call says nothing of another', () => {
  expect(sizesOf(times(20, 100)).comfortable('other')).toBe(8192);
});
