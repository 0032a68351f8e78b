/**
 * Walks over JSON without building it: which values stand where, in bytes of any size, at the cost of their marks. Strings are
 * searched for their end and not read, and pieces are not copied together.
 */

import type { ValueVisitor } from '../ports/dialect.js';
import { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from './json-marks.js';
import { NO_END_ESCAPED, stringEnd } from './json-string.js';
import { foldKey, parseKey } from './object-scanner.js';

interface Open {
  readonly path: string;
  /** Of an object; `undefined` for an array. */
  readonly keys: string[] | undefined;
}

/** Deeper than anything an agent sends. */
const MAX_DEPTH = 128;
const MAX_KEYS = 8;
/** Longer than any key that means something, and than any way to one. */
const MAX_KEY_BYTES = 1024;
const MAX_NAME = 32;
const MAX_PATH = 256;

/** Where strings stand that somebody has jumped over before. */
export interface KnownStrings {
  /** Of the first byte that is walked over. */
  readonly offset: number;
  /** `[start, end)` of each, flat and in order. */
  readonly longStrings: readonly number[];
}

/**
 * @param pieces the bytes of one value, in order
 * @returns false where they are not JSON as far as was looked, or go too deep: then there may be more than was visited
 */
export function walkJson(
  pieces: readonly Buffer[],
  visitor: ValueVisitor,
  known: KnownStrings = { offset: 0, longStrings: [] },
): boolean {
  const walker = new JsonWalker(visitor, known);
  return pieces.every((piece) => walker.push(piece)) && walker.end();
}

/** A string, number or literal that goes on in the next piece. */
interface Begun {
  readonly isString: boolean;
  /** What of it came so far; nothing where nobody wants it. */
  readonly parts: Buffer[];
  /** True when the next byte belongs to a backslash in the piece before. */
  isEscaped: boolean;
  /** Where it ends, where that is known. */
  readonly end: number | undefined;
}

class JsonWalker {
  readonly #visitor: ValueVisitor;
  readonly #open: Open[] = [];
  #path = '';
  #isKey = false;
  #isWanted = true;
  #begun: Begun | undefined;
  readonly #longStrings: readonly number[];
  /** The next one of them that was not passed. */
  #nextLong = 0;
  /** Of the present piece. */
  #offset: number;

  constructor(visitor: ValueVisitor, { offset, longStrings }: KnownStrings) {
    this.#visitor = visitor;
    this.#offset = offset;
    this.#longStrings = longStrings;
    this.#nextLong = firstFrom(longStrings, offset);
  }

  /** False where what came is no JSON. */
  push(piece: Buffer): boolean {
    let at = this.#begun ? this.#goOn(piece, this.#begun) : 0;
    while (at < piece.length) {
      const byte = piece[at] ?? 0;
      if (byte === QUOTE) at = this.#string(piece, at);
      else if (byte === COLON || byte <= 0x20) at += 1;
      else if (byte === COMMA) {
        const top = this.#open.at(-1);
        this.#isKey = top?.keys !== undefined;
        this.#path = top?.path ?? '';
        at += 1;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (!this.#enter(byte === OPEN_BRACE)) return false;
        at += 1;
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        if (!this.#leave(byte === CLOSE_BRACE)) return false;
        at += 1;
      } else at = this.#scalar(piece, at);
    }
    this.#offset += piece.length;
    return true;
  }

  /** False where something has begun and has no end. */
  end(): boolean {
    if (this.#begun?.isString) return false;
    if (this.#begun) this.#show(Buffer.concat(this.#begun.parts));
    return this.#open.length === 0;
  }

  #enter(isObject: boolean): boolean {
    if (this.#open.length >= MAX_DEPTH) return false;
    this.#isKey = isObject;
    this.#open.push({ path: this.#path, keys: isObject ? [] : undefined });
    return true;
  }

  #leave(isObject: boolean): boolean {
    const top = this.#open.pop();
    if (top === undefined || isObject !== (top.keys !== undefined)) return false;
    if (top.keys) this.#visitor.object(top.path, top.keys);
    this.#isKey = false;
    return true;
  }

  #string(piece: Buffer, at: number): number {
    const known = this.#knownEnd(this.#offset + at);
    const end = known === undefined ? stringEnd(piece, at + 1) : known - this.#offset;
    if (end < 0 || end > piece.length) {
      const parts = this.#isKey || this.#isWanted ? [piece.subarray(at)] : [];
      this.#begun = { isString: true, parts, isEscaped: end === NO_END_ESCAPED, end: known };
      return piece.length;
    }
    if (this.#isKey) this.#takeKey(piece.subarray(at, end));
    else if (this.#isWanted) this.#show(piece.subarray(at, end));
    return end;
  }

  #scalar(piece: Buffer, at: number): number {
    const end = scalarEnd(piece, at + 1);
    if (end < piece.length) this.#show(piece.subarray(at, end));
    else this.#begun = { isString: false, parts: [piece.subarray(at)], isEscaped: false, end: undefined };
    return end;
  }

  /** Where the string ends that begins there, if somebody has found that before. */
  #knownEnd(start: number): number | undefined {
    if (this.#longStrings[this.#nextLong] !== start) return undefined;
    this.#nextLong += 2;
    return this.#longStrings[this.#nextLong - 1];
  }

  /** Where what has begun ends in this piece. */
  #goOn(piece: Buffer, begun: Begun): number {
    const { isString, parts } = begun;
    const end = this.#endOf(piece, begun);
    const isOver = isString ? end >= 0 && end <= piece.length : end < piece.length;
    const isHeld = parts.length > 0;
    if (isHeld) parts.push(isOver ? piece.subarray(0, end) : piece);
    begun.isEscaped = end === NO_END_ESCAPED;
    if (!isOver) return piece.length;
    this.#begun = undefined;
    if (isHeld && isString && this.#isKey) this.#takeKey(Buffer.concat(parts));
    else if (isHeld) this.#show(Buffer.concat(parts));
    return end;
  }

  #endOf(piece: Buffer, { isString, isEscaped, end }: Begun): number {
    if (!isString) return scalarEnd(piece, 0);
    return end === undefined ? stringEnd(piece, isEscaped ? 1 : 0) : end - this.#offset;
  }

  #takeKey(bytes: Buffer): void {
    const top = this.#open.at(-1);
    const key = readKey(bytes);
    if (top?.keys && top.keys.length < MAX_KEYS) top.keys.push(key);
    this.#path = pathTo(top?.path ?? '', key);
    this.#isWanted = this.#visitor.names?.has(key) ?? true;
    this.#isKey = false;
  }

  #show(bytes: Buffer): void {
    if (this.#isWanted) this.#visitor.scalar(this.#path, bytes);
  }
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
    return foldKey(parseKey(bytes));
  } catch {
    return '';
  }
}

function scalarEnd(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte <= 0x20 || byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte === QUOTE)
      break;
    at += 1;
  }
  return at;
}

/** The index of the first string that begins there or later. */
function firstFrom(longStrings: readonly number[], offset: number): number {
  let [from, until] = [0, longStrings.length / 2];
  while (from < until) {
    const middle = (from + until) >> 1;
    if ((longStrings[2 * middle] ?? 0) < offset) from = middle + 1;
    else until = middle;
  }
  return 2 * from;
}
