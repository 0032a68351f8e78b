import { describe, expect, test } from '@jest/globals';
import {
  cut,
  oneLine,
  visibleLine,
  visibleText,
  withoutCommands,
  withoutControls,
} from '../../src/core/text.js';

describe('a visible line', () => {
  test.each([
    ['blanks of every kind are one', ' a\t\r\n\u2028\u00a0\u0085b ', 'a b'],
    ['a control is shown', 'a\u0000b\u001b[31mc', 'a\ufffdb\ufffd[31mc'],
    ['several in a row are one mark', 'a\u202e\u2066\u200b\ud83eb', 'a\ufffdb'],
    ['a joiner between letters of ASCII hides something', 'pay\u200dpal', 'pay\ufffdpal'],
    ['a joiner within an emoji belongs there', '\u{1f469}\u200d\u{1f4bb}', '\u{1f469}\u200d\u{1f4bb}'],
    ['a variation selector of an emoji belongs there', '❤\ufe0f', '❤\ufe0f'],
    ['letters of every script are left alone', 'naïve 日本語 می\u200cخواهم', 'naïve 日本語 می\u200cخواهم'],
  ])('%s', (_what, text, line) => {
    expect(visibleLine(text)).toBe(line);
  });

  test('of a text without end is made in no time', () => {
    expect(visibleLine('\u202e '.repeat(5_000_000)).length).toBeLessThanOrEqual(20_000);
  });
});

test('a visible text keeps its lines', () => {
  expect(visibleText('a\rb\r\nc\n\td ')).toBe('a\nb\nc\nd');
});

test('one line hides nothing: it begins no line, and turns no letters around', () => {
  expect(oneLine(' a\r\n::error::b\u001b[2J\u202ec\u200bd ', 99)).toBe('a ::error::b\ufffd[2J\ufffdc\ufffdd');
  expect(oneLine('a🧪🧪', 4)).toBe('a🧪…');
});

test('a cut leaves no half of a character', () => {
  expect(cut('a🧪🧪', 4)).toBe('a🧪…');
  expect(cut('a🧪🧪', 3)).toBe('a…');
  expect(cut('abc', 3)).toBe('abc');
});

test.each([
  '::error::x',
  ' \u0085\u3000::error::x',
  'a\r::error::x',
  'a\n\u00a0::error::x',
  'x ##[error]y',
  '####[error]y',
])('a runner finds no command in %j', (text) => {
  expect(withoutCommands(text)).not.toMatch(/(?:^|[\r\n])[\s\u0085]*::|##\[/);
});

test('a line of our own keeps its blanks, and nothing in it moves the cursor', () => {
  expect(withoutControls('a:\n\tb\u001b[2J\u202ec\ud83e')).toBe('a:\n\tb\ufffd[2J\ufffdc\ufffd');
});
