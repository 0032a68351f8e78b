import { expect, test } from '@jest/globals';
import { shownJson } from '../../src/core/json.js';

test.each([
  'x ##[error]y',
  '####[error]y',
  '\u009b31mred',
  'a\u007fb',
  '\u202egnp.exe',
  'a\u2028::error::b',
  'plain',
])('JSON that is printed keeps %j what it is, and nothing acts before it is read', (text) => {
  const json = shownJson({ text }, 2);
  expect(JSON.parse(json)).toEqual({ text });
  expect(json).not.toMatch(/##\[|[^\P{Cc}\n]|\p{Bidi_Control}|\u2028/u);
});
