/** Text from outside in Markdown of ours: names, messages and codes can be hostile. */

const MAX_TEXT = 600;
const ZERO_WIDTH_SPACE = '\u200b';

/** Plain text that stays plain text in a table cell: no markup, no HTML, no link, no mention, no line break. */
export function escapeMarkdown(text: string): string {
  const line = text.toWellFormed().replace(/\s+/g, ' ').trim();
  const short = line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT).replace(/[\ud800-\udbff]$/, '')}…` : line;
  return (
    short
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      // Shown escaped, a backtick is noise; a quotation mark says the same.
      .replace(/`/g, "'")
      .replace(/[\\*_{}[\]|~!$]/g, '\\$&')
      .replace(/:\/\//g, `:${ZERO_WIDTH_SPACE}//`)
      .replace(/www\./gi, (www) => `${www.slice(0, 3)}${ZERO_WIDTH_SPACE}.`)
      .replace(/[@#](?=[\w-])/g, `$&${ZERO_WIDTH_SPACE}`)
      .replace(/^([-+=#])/, '\\$1')
      .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2')
      .replace(/\b(GH)-(?=\d)/gi, `$1-${ZERO_WIDTH_SPACE}`)
  );
}
