/**
 * Walks over JSON without building it: which values stand where, in bytes of any size, at the cost of their marks. Strings are
 * searched for their end and not read.
 */
import type { ValueVisitor } from '../ports/dialect.js';
import { foldKey, parseValue } from './object-scanner.js';

interface Open {
  readonly path: string;
  /** Of an object; `undefined` for an array. */
  readonly keys: string[] | undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
/** Deeper than anything an agent sends. */
const MAX_DEPTH = 128;
const MAX_KEYS = 8;
/** Longer than any key that means something. */
const MAX_KEY_BYTES = 1024;

/** False where the bytes are not JSON as far as was looked, or go too deep: then there may be more than was visited. */
export function walkJson(bytes: Buffer, visitor: ValueVisitor): boolean {
  const open: Open[] = [];
  let path = '';
  let isKey = false;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    const top = open.at(-1);
    if (byte === QUOTE) {
      const end = stringEnd(bytes, at + 1);
      if (end === undefined) return false;
      if (isKey && top?.keys) path = enterKey(top, bytes.subarray(at, end));
      else visitor.scalar(path, bytes.subarray(at, end));
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
      visitor.scalar(path, bytes.subarray(at, end));
      at = end;
    }
  }
  return open.length === 0;
}

function enterKey({ path, keys }: Open, bytes: Buffer): string {
  const key = bytes.length > MAX_KEY_BYTES ? '' : foldKey(String(readKey(bytes)));
  if (keys && keys.length < MAX_KEYS) keys.push(key);
  return `${path}.${key}`;
}

function readKey(bytes: Buffer): unknown {
  try {
    return parseValue(bytes);
  } catch {
    return '';
  }
}

/** Just behind the closing quote. */
function stringEnd(bytes: Buffer, from: number): number | undefined {
  let quote = bytes.indexOf(QUOTE, from);
  while (quote !== -1) {
    let backslashes = 0;
    while (quote - 1 - backslashes >= from && bytes[quote - 1 - backslashes] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return quote + 1;
    quote = bytes.indexOf(QUOTE, quote + 1);
  }
  return undefined;
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
