/** Where the elements of a JSON array stand. */
import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, isBlank, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './json-marks.js';
import { stringEnd } from './json-string.js';
import type { Member } from './object-scanner.js';

/** @param bytes one array, whole; `undefined` for what is no array, and for an empty one */
export function lastElement(bytes: Buffer): Member | undefined {
  if (bytes[0] !== OPEN_BRACKET) return undefined;
  let depth = 0;
  let start = 1;
  let at = 0;
  for (; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) at = closingQuote(bytes, at);
    else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) depth += 1;
    else if (byte === COMMA && depth === 1) start = at + 1;
    else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) {
      depth -= 1;
      if (depth === 0) break;
    }
  }
  return trimmed(bytes, start, at);
}

/** Each element in turn, found as it is asked for. @param bytes one array, whole; none for what is no array */
export function* elementsOf(bytes: Buffer): Generator<Member> {
  if (bytes[0] !== OPEN_BRACKET) return;
  let depth = 0;
  let start = 1;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) at = closingQuote(bytes, at);
    else if (byte === OPEN_BRACKET || byte === OPEN_BRACE) depth += 1;
    else if (byte === CLOSE_BRACKET || byte === CLOSE_BRACE) depth -= 1;
    const isLast = depth === 0;
    if (!isLast && !(byte === COMMA && depth === 1)) continue;
    const element = trimmed(bytes, start, at);
    if (element) yield element;
    if (isLast) return;
    start = at + 1;
  }
}

/** Where the quote stands that closes a string, or the end of the bytes. */
function closingQuote(bytes: Buffer, open: number): number {
  const end = stringEnd(bytes, open + 1);
  return end < 0 ? bytes.length : end - 1;
}

function trimmed(bytes: Buffer, from: number, until: number): Member | undefined {
  let [start, end] = [from, until];
  while (start < end && isBlank(bytes[start])) start += 1;
  while (end > start && isBlank(bytes[end - 1])) end -= 1;
  return start < end ? { start, end } : undefined;
}
