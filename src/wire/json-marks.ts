/** The bytes that JSON is made of, for those who look through it without a parser. */

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;

/** How any ASCII letter can begin in a string, so that words that are looked for may be spelt without their letters. */
export const ESCAPED_LETTER = '\\u00';

/** The blanks that JSON knows. */
export function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** What stands behind a mark, such as a key, that has no value. */
export interface NoValue {
  readonly pattern: RegExp;
  /** Bytes that it can be told by. */
  readonly length: number;
}

/** Whether this mark stands anywhere with a value. */
export function hasValueBehind(bytes: Buffer, mark: Buffer, { pattern, length }: NoValue): boolean {
  for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at)) {
    at += mark.length;
    if (!pattern.test(bytes.toString('latin1', at, at + length))) return true;
  }
  return false;
}
