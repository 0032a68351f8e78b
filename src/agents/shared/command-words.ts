/** The words of a command line that may name a program: those of a prompt do not. */

/** A quoted text, and what stands right in front of it. */
const QUOTED = /(\s-\w*c\s+|\beval\s+)?(["'])((?:\\[\s\S]|(?!\2)[^\\])*)\2/g;
/** What a shell runs inside of double quotes. */
const SUBSTITUTED = /\$\(|`/;

/** The command line without what is quoted and has blanks in it, unless a shell runs it. */
export function withoutTexts(command: string): string {
  return command.replace(QUOTED, (whole, shell: string | undefined, quote: string, text: string) => {
    const isRun = shell !== undefined || (quote === '"' && SUBSTITUTED.test(text));
    return isRun || !/\s/.test(text) ? whole : `${quote}${quote}`;
  });
}
