/** Escaping by itself; that nothing acts is shown by `contracts/hostile.test.ts`, with a parser. */
import { expect, test } from '@jest/globals';
import { escapeMarkdown, escapeName } from '../../src/core/markdown.js';

const Z = '\u200b';

test.each([
  ['ordinary words stay as they are', 'Usage is 42,100, at 10:20:30 (87 %): "fine", isn’t it?', undefined],
  ['a decimal number', '12.50 CNY, 0.5', undefined],
  ['an amount', '$0.50', '\\$0.50'],
  ['a dollar that could end a formula', '$x$ $', '<span>$</span>x<span>$</span> <span>$</span>'],
  ['a time', '2026-11-22T09:00:00Z at 09:00', undefined],
  ['markup', '*a* _b_ `c` ~d~ [e](f) !g', `\\*a\\* \\_b\\_ \\\`c\\\` \\~d\\~ \\[e\\](f) \\!g`],
  ['HTML', '<b>&amp;', '&lt;b&gt;&amp;amp;'],
  ['what a table reads again', 'a|b\\|c', 'a&#124;b&#92;&#124;c'],
  ['a mention', '@octocat a@_b.c', `@${Z}octocat a@${Z}\\_b.c`],
  ['a reference', 'o/r#12 GH-3 C# #4', `o/r#${Z}12 GH${Z}-${Z}3 C# #${Z}4`],
  ['a commit', '0123abc 012345', `0123ab${Z}c 012345`],
  ['an address', 'https://a.b www.c.d', `https:${Z}//a.b www${Z}.${Z}c.d`],
  ['an emoji, also one that a colon of ours would end', ':x: :y', `:${Z}x: :${Z}y`],
  ['the start of a list, a heading, a number', '- a', '\\- a'],
  ['a heading', '# a', `\\#${Z} a`],
  ['a numbered list', '1. a', '1\\. a'],
])('%s', (_what, text, escaped) => {
  expect(escapeMarkdown(text)).toBe(escaped ?? text);
});

test('a text is cut before it is escaped, so that no escape is cut', () => {
  expect(escapeMarkdown('<'.repeat(700))).toBe(`${'&lt;'.repeat(599)}…`);
  expect(escapeMarkdown('$$$$', { maxLength: 3 })).toBe(`${'<span>$</span>'.repeat(2)}…`);
});

test('a name can be copied as it is, and anything else is text', () => {
  expect(escapeName('claude-opus-4-20250514')).toBe('`claude-opus-4-20250514`');
  expect(escapeName('openrouter/z-ai/glm-4.6:free@x')).toBe('`openrouter/z-ai/glm-4.6:free@x`');
  expect(escapeName('a`b')).toBe('a\\`b');
  expect(escapeName('main')).toBe('main');
  expect(escapeName('two words')).toBe('two words');
});
