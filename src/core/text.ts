/** Words that came from elsewhere, made fit for people and for a log. */

/** What a person cannot see, or what turns the letters around it; JavaScript’s `\s` does not know U+0085. */
const BLANKS = /[\s\u0085]+/gu;
const UNSEEN =
  /[[\p{Cc}\p{Bidi_Control}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]--[\u200c\u200d\ufe0e\ufe0f]]+/gv;
/** Short names, ids and the like: nothing in them can hide. */
const PLAIN = /^[!-~]{1,200}$/;
/** Joiners and variation selectors belong to letters and emoji; behind plain ASCII they only hide something. */
const STRAY_JOINERS = /(?<=^|\p{ASCII})(?:\u200c|\u200d|\ufe0e|\ufe0f)+/gu;
const REPLACEMENT = '\ufffd';
/** Nobody reads more of one text, and no pattern has to. */
const MAX_READ = 20_000;

/**
 * One line in which everything can be seen: blanks of any kind are one space, and what hides (controls, direction marks,
 * zero-width characters, half a surrogate pair) is shown as `�`.
 */
export function visibleLine(text: string): string {
  if (PLAIN.test(text)) return text;
  const line = text.slice(0, MAX_READ).toWellFormed().replace(BLANKS, ' ').trim();
  return line
    .replace(UNSEEN, REPLACEMENT)
    .replace(STRAY_JOINERS, REPLACEMENT)
    .replace(/\ufffd{2,}/g, REPLACEMENT);
}

/** The same for a text of several lines, whose ends are kept as `\n`. */
export function visibleText(text: string): string {
  return text
    .slice(0, MAX_READ)
    .split(/\r\n|[\n\r]/)
    .map(visibleLine)
    .join('\n')
    .trim();
}

/** For lines of our own that quote foreign words: as they are, but for what hides or moves the cursor. */
export function withoutControls(text: string): string {
  return text.toWellFormed().replace(/[^\P{Cc}\t\n\r]+|\p{Bidi_Control}+/gu, REPLACEMENT);
}

/** At most `length` UTF-16 units, cut at a character's boundary and marked with `…`. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** One line in which everything can be seen, so that nothing in it begins a line of its own or turns its letters around. */
export function oneLine(text: string, length: number): string {
  return cut(visibleLine(text), length);
}

/** A runner obeys lines of a log that begin with `::`, behind any blanks it knows, and `##[` anywhere in one. */
export function withoutCommands(text: string): string {
  return text.replace(/(^|[\r\n])([\s\u0085]*)::/g, '$1$2: :').replaceAll('##[', '## [');
}
