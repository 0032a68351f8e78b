/**
 * Strings of JSON, jumped over rather than read: what lies between quotes is searched for the next one, by vectors where the
 * piece is large.
 */
import { BACKSLASH, QUOTE } from './json-marks.js';
import { searchStringEnd } from './string-search.js';

/** Shorter strings are walked over; a search would cost more than it saves. */
const WALKED_BYTES = 12;

/** The string has no end in these bytes. */
export const NO_END = -1;
/** The same, and a backslash at their end belongs to the byte that follows them. */
export const NO_END_ESCAPED = -2;

/** Just behind the closing quote of a string that goes on at `from`, or {@link NO_END} or {@link NO_END_ESCAPED}. */
export function stringEnd(bytes: Buffer, from: number): number {
  let at = from;
  for (;;) {
    const near = Math.min(bytes.length, at + WALKED_BYTES);
    while (at < near) {
      const byte = bytes[at];
      if (byte === QUOTE) return at + 1;
      at += byte === BACKSLASH ? 2 : 1;
    }
    if (at >= bytes.length) return at > bytes.length ? NO_END_ESCAPED : NO_END;
    const end = searchStringEnd(bytes, at);
    if (end !== undefined) return end < 0 ? openEnd(bytes, at) : end;
    const quote = bytes.indexOf(QUOTE, at);
    if (quote === -1) return openEnd(bytes, at);
    const isEscaped = backslashesBefore(bytes, quote, at) % 2 === 1;
    at = quote + 1;
    if (!isEscaped) return at;
  }
}

/** Of a string that has no end in these bytes. */
function openEnd(bytes: Buffer, from: number): number {
  return backslashesBefore(bytes, bytes.length, from) % 2 === 1 ? NO_END_ESCAPED : NO_END;
}

/** How many backslashes stand directly in front of a quote: an odd number, and it is a part of its string. */
function backslashesBefore(bytes: Buffer, quote: number, from: number): number {
  let count = 0;
  while (quote - 1 - count >= from && bytes[quote - 1 - count] === BACKSLASH) count += 1;
  return count;
}
