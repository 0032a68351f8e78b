/** Words that came from elsewhere, made fit for a log. */

/** One line without control characters, so that nothing in it can begin a line of its own. */
export function oneLine(text: string, length: number): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`;
}

/** A runner obeys lines of a log that begin with `::`, and `##[` anywhere in one. */
export function withoutCommands(text: string): string {
  return text.replace(/(^|[\r\n])(\s*)::/g, '$1$2: :').replaceAll('##[', '## [');
}
