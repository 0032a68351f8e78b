/**
 * Walks over JSON without building it: which values stand where, in bytes of any size, at the cost of their marks. Strings are
 * searched for their end and not read.
 */

import type { ValueVisitor } from '../ports/dialect.js';
import {
  BACKSLASH,
  backslashesBefore,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from './json-marks.js';
import { foldKey, parseValue } from './object-scanner.js';

interface Open {
  readonly path: string;
  /** Of an object; `undefined` for an array. */
  readonly keys: string[] | undefined;
}

/** Shorter strings are walked over; a search would cost more than it saves. */
const WALKED_BYTES = 32;
/** Deeper than anything an agent sends. */
const MAX_DEPTH = 128;
const MAX_KEYS = 8;
/** Longer than any key that means something, and than any way to one. */
const MAX_KEY_BYTES = 1024;
const MAX_NAME = 32;
const MAX_PATH = 256;

/** False where the bytes are not JSON as far as was looked, or go too deep: then there may be more than was visited. */
export function walkJson(bytes: Buffer, visitor: ValueVisitor): boolean {
  const open: Open[] = [];
  let path = '';
  let isKey = false;
  let isWanted = true;
  const { names } = visitor;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    const top = open.at(-1);
    if (byte === QUOTE) {
      const end = stringEnd(bytes, at + 1);
      if (end === undefined) return false;
      if (isKey && top?.keys) {
        const key = readKey(bytes.subarray(at, end));
        if (top.keys.length < MAX_KEYS) top.keys.push(key);
        path = pathTo(top.path, key);
        isWanted = names?.has(key) ?? true;
      } else if (isWanted) visitor.scalar(path, bytes.subarray(at, end));
      isKey = false;
      at = end;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (open.length >= MAX_DEPTH) return false;
      isKey = byte === OPEN_BRACE;
      open.push({ path, keys: isKey ? [] : undefined });
      at += 1;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (top === undefined || (byte === CLOSE_BRACE) !== (top.keys !== undefined)) return false;
      if (top.keys) visitor.object(top.path, top.keys);
      open.pop();
      isKey = false;
      at += 1;
    } else if (byte === COMMA) {
      isKey = top?.keys !== undefined;
      path = top?.path ?? '';
      at += 1;
    } else if (byte === COLON || byte <= 0x20) at += 1;
    else {
      const end = scalarEnd(bytes, at);
      if (isWanted) visitor.scalar(path, bytes.subarray(at, end));
      at = end;
    }
  }
  return open.length === 0;
}

/** What stands too deep, or under a name too long, stands nowhere that an API knows. */
function pathTo(parent: string, key: string): string {
  const isKnown = key.length <= MAX_NAME && parent.length < MAX_PATH;
  return isKnown ? `${parent}.${key}` : '..';
}

/** Folded. */
function readKey(bytes: Buffer): string {
  if (bytes.length > MAX_KEY_BYTES) return '';
  try {
    return foldKey(String(parseValue(bytes)));
  } catch {
    return '';
  }
}

/** Just behind the closing quote. */
function stringEnd(bytes: Buffer, from: number): number | undefined {
  let at = from;
  for (;;) {
    const near = Math.min(bytes.length, at + WALKED_BYTES);
    while (at < near) {
      const byte = bytes[at];
      if (byte === QUOTE) return at + 1;
      at += byte === BACKSLASH ? 2 : 1;
    }
    const quote = at < bytes.length ? bytes.indexOf(QUOTE, at) : -1;
    if (quote === -1) return undefined;
    const backslashes = backslashesBefore(bytes, quote, at);
    at = quote + 1;
    if (backslashes % 2 === 0) return at;
  }
}

function scalarEnd(bytes: Buffer, from: number): number {
  let at = from + 1;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte <= 0x20 || byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte === QUOTE)
      break;
    at += 1;
  }
  return at;
}
