/**
 * Finds where the members of one JSON object stand, in bytes that come in pieces: only keys are decoded, values are walked
 * over. What lies between quotes is searched for the next quote, which is fast on long prompts.
 */
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  isBlank,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
} from './json-marks.js';
import { NO_END_ESCAPED, stringEnd } from './json-string.js';

export interface Member {
  /** Bytes of the value: `[start, end)`. */
  readonly start: number;
  readonly end: number;
}

export interface ScannedObject {
  /** Offset of the opening brace. */
  readonly open: number;
  /** By folded key. */
  readonly members: Map<string, Member>;
}

type State =
  | 'before'
  | 'first-key'
  | 'key'
  | 'in-key'
  | 'colon'
  | 'value'
  | 'in-string'
  | 'in-container'
  | 'in-container-string'
  | 'in-scalar'
  | 'after-value'
  | 'behind';

/** The bit that makes a brace out of a bracket. */
const CURLY = 0x20;
const [UPPER_A, UPPER_Z] = [0x41, 0x5a];
/** Shorter ones are found again as fast. */
const LONG_BYTES = 128;
const MAX_PLAIN_BYTES = 200;
/** No request has so many; each costs far more memory than its bytes. */
const MAX_MEMBERS = 1000;
const DECODER = new TextDecoder('utf-8', { fatal: true });

export class ObjectScanner {
  readonly #members = new Map<string, Member>();
  #state: State = 'before';
  /** Bytes before the present piece. */
  #offset = 0;
  #open = 0;
  #key = '';
  #keyStart = 0;
  #keyParts: Buffer[] = [];
  #valueStart = 0;
  #depth = 0;
  /** True when the next byte belongs to a backslash in the piece before. */
  #isEscaped = false;
  #stringStart = 0;
  /** Where long strings stand below the members, each with its quotes `[start, end)`, flat and in order. */
  readonly longStrings: number[] = [];

  /** @throws {SyntaxError} when the bytes are not one JSON object, or hold one key twice. */
  push(piece: Buffer): void {
    let at = 0;
    while (at < piece.length) at = this.#step(piece, at);
    if (this.#state === 'in-key')
      this.#keyParts.push(piece.subarray(Math.max(0, this.#keyStart - this.#offset)));
    this.#offset += piece.length;
  }

  /** @throws {SyntaxError} when the object has no end. */
  end(): ScannedObject {
    if (this.#state === 'before') throw new SyntaxError('the body is not a JSON object');
    if (this.#state !== 'behind') throw new SyntaxError(`the JSON object has no end at byte ${this.#offset}`);
    return { open: this.#open, members: this.#members };
  }

  /** Takes the bytes from `at` on, and says where the next step begins. */
  #step(piece: Buffer, at: number): number {
    switch (this.#state) {
      case 'in-key':
        return this.#walkString(piece, at, 'colon');
      case 'in-string':
        return this.#walkString(piece, at, 'after-value');
      case 'in-container-string':
        return this.#walkString(piece, at, 'in-container');
      case 'in-container':
        return this.#walkContainer(piece, at);
      case 'in-scalar':
        return this.#walkScalar(piece, at);
      default:
        return isBlank(piece[at]) ? at + 1 : this.#mark(piece, at, this.#state);
    }
  }

  /** A byte that is no blank, where one of JSON's marks must stand. */
  #mark(piece: Buffer, at: number, state: State): number {
    const byte = piece[at];
    if (state === 'before' && byte === OPEN_BRACE) {
      this.#open = this.#offset + at;
      this.#state = 'first-key';
    } else if ((state === 'key' || state === 'first-key') && byte === QUOTE) {
      this.#keyStart = this.#offset + at;
      this.#state = 'in-key';
    } else if (state === 'colon' && byte === COLON) this.#state = 'value';
    else if (state === 'value') return this.#startValue(piece, at);
    else if (state === 'after-value' && byte === COMMA) this.#state = 'key';
    else if ((state === 'after-value' || state === 'first-key') && byte === CLOSE_BRACE)
      this.#state = 'behind';
    else throw new SyntaxError(`${EXPECTED[state] ?? 'not JSON'} at byte ${this.#offset + at}`);
    return at + 1;
  }

  #startValue(piece: Buffer, at: number): number {
    const byte = piece[at];
    this.#valueStart = this.#offset + at;
    if (byte === QUOTE) this.#state = 'in-string';
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      this.#depth = 1;
      this.#state = 'in-container';
    } else if (isDelimiter(byte)) throw new SyntaxError(`no value at byte ${this.#valueStart}`);
    else this.#state = 'in-scalar';
    return at + 1;
  }

  #walkScalar(piece: Buffer, from: number): number {
    let at = from;
    while (at < piece.length && !isDelimiter(piece[at])) at += 1;
    if (at < piece.length) this.#endValue(at);
    return at;
  }

  #walkContainer(piece: Buffer, from: number): number {
    let at = from;
    while (at < piece.length) {
      const byte = piece[at] ?? 0;
      at += 1;
      if (byte === QUOTE) {
        this.#state = 'in-container-string';
        this.#stringStart = this.#offset + at - 1;
        return at;
      }
      const curly = byte | CURLY;
      if (curly === OPEN_BRACE) this.#depth += 1;
      else if (curly === CLOSE_BRACE) {
        this.#depth -= 1;
        if (this.#depth === 0) {
          this.#endValue(at);
          return at;
        }
      }
    }
    return at;
  }

  #walkString(piece: Buffer, from: number, next: State): number {
    const end = stringEnd(piece, from + (this.#isEscaped ? 1 : 0));
    this.#isEscaped = end === NO_END_ESCAPED;
    if (end < 0) return piece.length;
    this.#state = next;
    if (next === 'after-value') this.#endValue(end);
    else if (next === 'colon') this.#endKey(piece, end);
    else this.#noteString(this.#offset + end);
    return end;
  }

  #noteString(end: number): void {
    if (end - this.#stringStart >= LONG_BYTES) this.longStrings.push(this.#stringStart, end);
  }

  #endKey(piece: Buffer, end: number): void {
    const last = piece.subarray(Math.max(0, this.#keyStart - this.#offset), end);
    const bytes = this.#keyParts.length === 0 ? last : Buffer.concat([...this.#keyParts, last]);
    this.#keyParts = [];
    this.#key = foldKey(parseKey(bytes));
    if (this.#members.size >= MAX_MEMBERS)
      throw new SyntaxError(`an object has more than ${MAX_MEMBERS} keys`);
    if (this.#members.has(this.#key))
      throw new SyntaxError(`the key ${JSON.stringify(this.#key)} stands twice`);
  }

  #endValue(at: number): void {
    this.#members.set(this.#key, { start: this.#valueStart, end: this.#offset + at });
    this.#state = 'after-value';
  }
}

const EXPECTED: Partial<Record<State, string>> = {
  before: 'the body is not a JSON object: no opening brace',
  'first-key': 'neither a key nor a closing brace',
  key: 'no key',
  colon: 'no colon after a key',
  'after-value': 'neither comma nor closing brace',
  behind: 'something follows the JSON object',
};

/** As Go's decoder folds keys, which also takes the long s for an s. */
export function foldKey(key: string): string {
  return isFolded(key) ? key : key.toLowerCase().replaceAll('ſ', 's');
}

/** Most keys are as they stand. */
function isFolded(key: string): boolean {
  for (let at = 0; at < key.length; at += 1) {
    const unit = key.charCodeAt(at);
    if (unit >= 0x80 || (unit >= UPPER_A && unit <= UPPER_Z)) return false;
  }
  return true;
}

/** @throws {SyntaxError} also for bytes that are not UTF-8. */
export function parseValue(bytes: Buffer): unknown {
  if (isPlain(bytes)) return JSON.parse(bytes.toString('latin1'));
  let text: string;
  try {
    text = DECODER.decode(bytes);
  } catch {
    throw new SyntaxError('the body is not UTF-8');
  }
  return JSON.parse(text);
}

/** Most keys are plain ASCII and need no parser. @throws {SyntaxError} */
export function parseKey(bytes: Buffer): string {
  return isPlain(bytes) ? bytes.toString('latin1', 1, bytes.length - 1) : String(parseValue(bytes));
}

/** Short, ASCII, and without escapes: what most keys and the values that are asked for look like. */
function isPlain(bytes: Buffer): boolean {
  if (bytes.length > MAX_PLAIN_BYTES) return false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte >= 0x7f || byte === BACKSLASH) return false;
  }
  return true;
}

function isDelimiter(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isBlank(byte);
}
