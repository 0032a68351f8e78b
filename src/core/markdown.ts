/**
 * Text from outside in Markdown of ours: names, messages and codes can be hostile.
 *
 * GitHub works in two passes, and both are answered here. The parser acts on punctuation, which is escaped. What comes
 * after it looks at finished text: mentions, references, commits, emoji and addresses; a zero-width space breaks those.
 * Mathematics is found apart from both; GitHub's own advice is a `span` around `$`. In front of a digit, as in an amount, `$`
 * ends no formula, and as nothing else can either, a backslash is enough there.
 * @see https://github.github.com/gfm/
 * @see https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/writing-mathematical-expressions
 */
import { cut, visibleLine } from './text.js';

const MAX_TEXT = 600;
const MAX_NAME = 120;
const BREAK = '\u200b';
/** A commit is linked from seven hexadecimal digits on. */
const UNLINKED_DIGITS = /[\da-f]{6}(?=[\da-f])/gi;

const ACTIVE = new RegExp(
  [
    // What begins a list, a heading or an underline at the start of a line, and a numbered list.
    /^[-+=]/,
    /(?<=^\d+)[.)](?=\s|$)/,
    /[&<>`\\*_[\]|~!$@]/,
    /#(?=[\w-])|^#/,
    // Addresses, and emoji, also where a colon of ours follows; `10:20:30` is neither.
    /:(?=\/\/)|:(?!\d\d(?!\d))(?=[\w+-]+(?::|$))/,
    /(?<=www)\./,
    /(?<=\bGH)-(?=\d)/,
    /(?<![\da-z])[\da-f]{7,40}(?![\da-z])/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gi',
);

/** Punctuation that a table or a code span would read once more is written as a number. */
const WRITTEN: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '|': '&#124;',
  '\\': '&#92;',
  $: '<span>$</span>',
  '@': `@${BREAK}`,
  ':': `:${BREAK}`,
};

/**
 * Plain text that stays plain text, also in a table cell and at the start of a line: no markup, no HTML, no link, no
 * mention, no reference, no line break.
 * @param options.maxLength of the text before it is escaped
 */
export function escapeMarkdown(text: string, { maxLength = MAX_TEXT }: { maxLength?: number } = {}): string {
  return cut(visibleLine(text), maxLength).replace(ACTIVE, (match: string, offset: number, line: string) => {
    if (match.length > 1) return match.replace(UNLINKED_DIGITS, `$&${BREAK}`);
    if (match === '#') return `${offset === 0 ? '\\' : ''}#${BREAK}`;
    // Behind `www` and `GH`; elsewhere these two are at the start of a line.
    if (/[a-z]/i.test(line[offset - 1] ?? '') && (match === '.' || match === '-'))
      return `${BREAK}${match}${BREAK}`;
    if (match === '$' && /\d/.test(line[offset + 1] ?? '')) return '\\$';
    return WRITTEN[match] ?? `\\${match}`;
  });
}

/** A name such as `gpt-5` as code, so that it can be copied as it is; a word, and anything else, as text. */
export function escapeName(name: string): string {
  const isName = name.length <= MAX_NAME && /^(?=.*[^a-z])[\w./:@+-]+$/i.test(name);
  return isName ? `\`${name}\`` : escapeMarkdown(name, { maxLength: MAX_NAME });
}
