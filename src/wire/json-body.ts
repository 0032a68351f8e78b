/**
 * A JSON object that is read and edited by byte offsets. The body is never parsed whole and never written anew:
 * only the few values that are asked for are decoded, and an edit replaces exactly their bytes.
 *
 * Keys are matched without regard to case, and two keys that differ by case alone are refused: some gateways decode
 * case-insensitively and would see another request than the one that was checked.
 */
import type { RequestBody, Step } from '../ports/dialect.js';

/** Bytes of a value: `[start, end)`. */
interface Slice {
  readonly start: number;
  readonly end: number;
}

interface Member extends Slice {
  readonly key: string;
}

interface Scanned {
  /** Offset of the opening brace. */
  readonly open: number;
  readonly close: number;
  readonly members: ReadonlyMap<string, Member>;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const DECODER = new TextDecoder('utf-8', { fatal: true });

export class JsonBody implements RequestBody {
  #bytes: Buffer;
  #root: Scanned;

  /** @throws {SyntaxError} when the bytes are not one JSON object, or hold one key twice. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#root = scanObject(bytes, skipBlank(bytes, 0));
    if (skipBlank(bytes, this.#root.close + 1) !== bytes.length)
      throw new SyntaxError('something follows the JSON object');
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  get(...path: Step[]): unknown {
    const member = this.#find(path);
    return member && parseSlice(this.#bytes, member);
  }

  set(path: readonly string[], value: number | boolean): void {
    let object = this.#root;
    for (const [index, key] of path.entries()) {
      const member = object.members.get(fold(key));
      const rest = path.slice(index + 1);
      const isObject = member !== undefined && this.#bytes[member.start] === OPEN_BRACE;
      if (rest.length === 0 || !isObject) {
        this.#splice(
          object,
          key,
          member,
          rest.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value),
        );
        return;
      }
      object = scanObject(this.#bytes, member.start);
    }
  }

  append(path: readonly Step[], value: unknown): boolean {
    const list = this.#find(path);
    if (list === undefined || this.#bytes[list.start] !== OPEN_BRACKET) return false;
    const isEmpty = skipBlank(this.#bytes, list.start + 1) === list.end - 1;
    this.#insert(list.end - 1, `${isEmpty ? '' : ','}${JSON.stringify(value)}`);
    return true;
  }

  extend(path: readonly Step[], text: string): boolean {
    const words = this.#find(path);
    if (words === undefined || this.#bytes[words.start] !== QUOTE) return false;
    this.#insert(words.end - 1, JSON.stringify(text).slice(1, -1));
    return true;
  }

  #find(path: readonly Step[]): Slice | undefined {
    let found: Slice | undefined = { start: this.#root.open, end: this.#root.close + 1 };
    for (const step of path) {
      if (found === undefined) return undefined;
      found = step === -1 ? lastElement(this.#bytes, found.start) : this.#members(found)?.get(fold(step));
    }
    return found;
  }

  #members({ start }: Slice): ReadonlyMap<string, Member> | undefined {
    if (start === this.#root.open) return this.#root.members;
    return this.#bytes[start] === OPEN_BRACE ? scanObject(this.#bytes, start).members : undefined;
  }

  #splice(object: Scanned, key: string, member: Member | undefined, value: unknown): void {
    const text = JSON.stringify(value);
    const from = member ? member.start : object.open + 1;
    const until = member ? member.end : from;
    const comma = object.members.size > 0 ? ',' : '';
    const insert = member ? text : `${JSON.stringify(key)}:${text}${comma}`;
    this.#insert(from, insert, until);
  }

  #insert(from: number, text: string, until = from): void {
    this.#bytes = Buffer.concat([
      this.#bytes.subarray(0, from),
      Buffer.from(text),
      this.#bytes.subarray(until),
    ]);
    this.#root = scanObject(this.#bytes, skipBlank(this.#bytes, 0));
  }
}

/** As Go's decoder folds keys, which also takes the long s for an s. */
function fold(key: string): string {
  return key.toLowerCase().replaceAll('ſ', 's');
}

/** @throws {SyntaxError} also for bytes that are not UTF-8. */
function parseSlice(bytes: Buffer, { start, end }: Slice): unknown {
  return JSON.parse(decode(bytes.subarray(start, end)));
}

function decode(bytes: Buffer): string {
  try {
    return DECODER.decode(bytes);
  } catch {
    throw new SyntaxError('the body is not UTF-8');
  }
}

function scanObject(bytes: Buffer, open: number): Scanned {
  if (bytes[open] !== OPEN_BRACE) throw new SyntaxError('the body is not a JSON object');
  const members = new Map<string, Member>();
  let at = skipBlank(bytes, open + 1);
  if (bytes[at] === CLOSE_BRACE) return { open, close: at, members };
  for (;;) {
    const keyEnd = stringEnd(bytes, at);
    const key = String(parseSlice(bytes, { start: at, end: keyEnd }));
    at = skipBlank(bytes, keyEnd);
    if (bytes[at] !== COLON) throw new SyntaxError(`no colon after a key at byte ${at}`);
    const start = skipBlank(bytes, at + 1);
    const end = valueEnd(bytes, start);
    const folded = fold(key);
    if (members.has(folded)) throw new SyntaxError(`the key ${JSON.stringify(key)} stands twice`);
    members.set(folded, { key, start, end });
    at = skipBlank(bytes, end);
    if (bytes[at] === CLOSE_BRACE) return { open, close: at, members };
    if (bytes[at] !== COMMA) throw new SyntaxError(`neither comma nor closing brace at byte ${at}`);
    at = skipBlank(bytes, at + 1);
  }
}

/** `undefined` for what is no array, and for an empty one. */
function lastElement(bytes: Buffer, open: number): Slice | undefined {
  if (bytes[open] !== OPEN_BRACKET) return undefined;
  let start = skipBlank(bytes, open + 1);
  if (bytes[start] === CLOSE_BRACKET) return undefined;
  for (;;) {
    const end = valueEnd(bytes, start);
    const at = skipBlank(bytes, end);
    if (bytes[at] === CLOSE_BRACKET) return { start, end };
    if (bytes[at] !== COMMA) throw new SyntaxError(`neither comma nor closing bracket at byte ${at}`);
    start = skipBlank(bytes, at + 1);
  }
}

/** Offset just behind the value that starts at `start`. */
function valueEnd(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === QUOTE) return stringEnd(bytes, start);
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return containerEnd(bytes, start);
  let at = start;
  while (at < bytes.length && !isDelimiter(bytes[at])) at += 1;
  if (at === start) throw new SyntaxError(`no value at byte ${start}`);
  return at;
}

/** Strings are jumped over by searching for the next quote, which is fast on long prompts. */
function stringEnd(bytes: Buffer, start: number): number {
  if (bytes[start] !== QUOTE) throw new SyntaxError(`no string at byte ${start}`);
  let quote = bytes.indexOf(QUOTE, start + 1);
  while (quote !== -1 && isEscaped(bytes, quote)) quote = bytes.indexOf(QUOTE, quote + 1);
  if (quote === -1) throw new SyntaxError(`a string that starts at byte ${start} has no end`);
  return quote + 1;
}

function isEscaped(bytes: Buffer, quote: number): boolean {
  let backslashes = 0;
  while (bytes[quote - 1 - backslashes] === BACKSLASH) backslashes += 1;
  return backslashes % 2 === 1;
}

function containerEnd(bytes: Buffer, start: number): number {
  let depth = 0;
  let at = start;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = stringEnd(bytes, at);
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
    at += 1;
    if (depth === 0) return at;
  }
  throw new SyntaxError(`what starts at byte ${start} has no end`);
}

function isDelimiter(byte: number | undefined): boolean {
  return byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isBlank(byte);
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function skipBlank(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && isBlank(bytes[at])) at += 1;
  return at;
}
