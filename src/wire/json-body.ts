/**
 * A JSON object that is read and edited by byte offsets. The body is never parsed whole and never written anew:
 * only the few values that are asked for are decoded, and an edit replaces exactly their bytes. It is looked through as its
 * pieces arrive, and the pieces are never copied together.
 *
 * Keys are matched without regard to case, and two keys that differ by case alone are refused: some gateways decode
 * case-insensitively and would see another request than the one that was checked.
 */

import { crc32 } from 'node:zlib';
import type { RequestBody, RequestItem, Step, ValueVisitor } from '../ports/dialect.js';
import { OPEN_BRACE, OPEN_BRACKET, QUOTE } from './json-marks.js';
import { walkJson } from './json-walk.js';
import { elementsOf, lastElement } from './last-element.js';
import { foldKey, type Member, ObjectScanner, parseValue, type ScannedObject } from './object-scanner.js';
import { Rope } from './rope.js';

/** Nothing that steers a call is near as large; what is would keep the meter busy, and fill its memory. */
const MAX_VALUE_BYTES = 64 * 1024;
const NULL = 'null';

export class JsonBody implements RequestBody {
  readonly #rope = new Rope();
  readonly #scanner = new ObjectScanner();
  #root: ScannedObject = { open: 0, members: new Map() };
  /** The pieces before the first edit; `undefined` while there was none. */
  #asCame: readonly Buffer[] | undefined;
  #longStrings: readonly number[] = [];
  #fingerprint: string | undefined;

  /** @throws {SyntaxError} when the bytes are not one JSON object, or hold one key twice. */
  constructor(bytes?: Buffer) {
    if (bytes === undefined) return;
    this.push(bytes);
    this.end();
  }

  /** The next piece, as it arrives. @throws {SyntaxError} */
  push(piece: Buffer): void {
    this.#rope.push(piece);
    this.#scanner.push(piece);
  }

  /** After the last piece; nothing can be read before. @throws {SyntaxError} */
  end(): void {
    this.#root = this.#scanner.end();
    this.#longStrings = this.#scanner.longStrings;
  }

  /** The same for the very same bytes, as they came: all that is kept of a request. No prompt can be read out of it. */
  get fingerprint(): string {
    this.#fingerprint ??= fingerprintOf(this.#asCame ?? this.#rope.parts);
    return this.#fingerprint;
  }

  get size(): number {
    return this.#rope.length;
  }

  /** The pieces in order, with the edits in them so far; later edits do not change this list. */
  get parts(): readonly Buffer[] {
    return this.#rope.parts;
  }

  get bytes(): Buffer {
    return this.#rope.slice(0, this.#rope.length);
  }

  /** Whether these words stand anywhere in the bytes. */
  includes(words: string): boolean {
    return this.#rope.includes(words);
  }

  get(...path: Step[]): unknown {
    const member = this.#find(path);
    return member && readValue(this.#bytesOf(member), path);
  }

  has(...path: Step[]): boolean {
    const member = this.#find(path);
    if (member === undefined) return false;
    return member.end - member.start !== NULL.length || this.#bytesOf(member).toString('latin1') !== NULL;
  }

  keys(...path: Step[]): readonly string[] {
    const member = this.#find(path);
    const object = path.length === 0 ? this.#root : member && this.#objectAt(member);
    return [...(object?.members.keys() ?? [])];
  }

  *items(...path: Step[]): Generator<RequestItem> {
    const member = this.#find(path);
    if (member === undefined) return;
    const bytes = this.#bytesOf(member);
    for (const { start, end } of elementsOf(bytes)) yield itemOf(bytes.subarray(start, end), path);
  }

  mentions(words: readonly string[], ...path: Step[]): boolean {
    const member = this.#find(path);
    const bytes = member && this.#bytesOf(member);
    return bytes !== undefined && words.some((word) => bytes.includes(word));
  }

  head(maxBytes: number, ...path: Step[]): string | undefined {
    const member = this.#find(path);
    if (member === undefined) return undefined;
    return this.#rope.slice(member.start, Math.min(member.end, member.start + maxBytes)).toString('utf8');
  }

  walk(path: readonly string[], visit: ValueVisitor): boolean {
    const member = this.#find(path);
    if (member === undefined) return true;
    const known = { offset: member.start, longStrings: this.#longStrings };
    return walkJson(this.#rope.pieces(member.start, member.end), visit, known);
  }

  set(path: readonly string[], value: number | boolean): void {
    let object = this.#root;
    for (const [index, key] of path.entries()) {
      const member = object.members.get(foldKey(key));
      const rest = path.slice(index + 1);
      const inner = member && rest.length > 0 ? this.#objectAt(member) : undefined;
      if (inner === undefined) {
        const nested = rest.reduceRight<unknown>((holder, name) => ({ [name]: holder }), value);
        this.#write(object, key, member, JSON.stringify(nested));
        return;
      }
      object = inner;
    }
  }

  append(path: readonly Step[], value: unknown): boolean {
    const list = this.#find(path);
    if (list === undefined || this.#byteAt(list.start) !== OPEN_BRACKET) return false;
    const isEmpty = lastElement(this.#rope.slice(list.start, list.end)) === undefined;
    this.#replace(list.end - 1, list.end - 1, `${isEmpty ? '' : ','}${JSON.stringify(value)}`);
    return true;
  }

  extend(path: readonly Step[], text: string): boolean {
    const words = this.#find(path);
    if (words === undefined || this.#byteAt(words.start) !== QUOTE) return false;
    this.#replace(words.end - 1, words.end - 1, JSON.stringify(text).slice(1, -1));
    return true;
  }

  #find(path: readonly Step[]): Member | undefined {
    const [first] = path;
    if (first === undefined) return { start: this.#root.open, end: this.#rope.length };
    let found = typeof first === 'string' ? this.#root.members.get(foldKey(first)) : undefined;
    for (let index = 1; found !== undefined && index < path.length; index += 1) {
      const step = path[index] ?? -1;
      found = step === -1 ? this.#lastOf(found) : this.#objectAt(found)?.members.get(foldKey(step));
    }
    return found;
  }

  #lastOf({ start, end }: Member): Member | undefined {
    const last = lastElement(this.#rope.slice(start, end));
    return last && move(last, start);
  }

  /** A value that is an object itself, with its offsets in the whole body. */
  #objectAt({ start, end }: Member): ScannedObject | undefined {
    if (this.#byteAt(start) !== OPEN_BRACE) return undefined;
    const { open, members } = scan(this.#rope.pieces(start, end));
    const moved = [...members].map(([key, member]) => [key, move(member, start)] as const);
    return { open: open + start, members: new Map(moved) };
  }

  #bytesOf({ start, end }: Member): Buffer {
    return this.#rope.slice(start, end);
  }

  #byteAt(offset: number): number | undefined {
    return this.#rope.slice(offset, offset + 1)[0];
  }

  #write(object: ScannedObject, key: string, member: Member | undefined, text: string): void {
    if (member !== undefined) {
      this.#replace(member.start, member.end, text);
      return;
    }
    const from = object.open + 1;
    const lead = `${JSON.stringify(key)}:`;
    this.#replace(from, from, `${lead}${text}${object.members.size > 0 ? ',' : ''}`);
    if (object !== this.#root) return;
    const start = from + Buffer.byteLength(lead);
    this.#root.members.set(foldKey(key), { start, end: start + Buffer.byteLength(text) });
  }

  /** The bytes `[from, until)` become the text: what holds them grows or shrinks, what follows them moves. */
  #replace(from: number, until: number, text: string): void {
    const insert = Buffer.from(text);
    this.#asCame ??= this.#rope.parts;
    this.#rope.splice(from, until, insert);
    // They stand elsewhere now.
    this.#longStrings = [];
    const by = insert.length - (until - from);
    for (const [key, member] of this.#root.members) {
      if (member.start >= until && member.start > from) this.#root.members.set(key, move(member, by));
      else if (member.end >= until && member.start <= from)
        this.#root.members.set(key, { start: member.start, end: member.end + by });
    }
  }
}

function fingerprintOf(pieces: readonly Buffer[]): string {
  const size = pieces.reduce((sum, { length }) => sum + length, 0);
  return `${size}-${pieces.reduce((checksum, piece) => crc32(piece, checksum), 0)}`;
}

/** @throws {SyntaxError} when it is too large to be read, or no JSON */
function readValue(bytes: Buffer, path: readonly Step[]): unknown {
  if (bytes.length > MAX_VALUE_BYTES)
    throw new SyntaxError(`\`${path.join('.')}\` is larger than ${MAX_VALUE_BYTES} bytes`);
  return parseValue(bytes);
}

function itemOf(bytes: Buffer, path: readonly Step[]): RequestItem {
  const members = bytes[0] === OPEN_BRACE ? scan([bytes]).members : new Map<string, Member>();
  return {
    keys: [...members.keys()],
    head: (maxBytes) => bytes.subarray(0, maxBytes).toString('utf8'),
    get: (key) => {
      if (key === undefined) return readValue(bytes, path);
      const member = members.get(foldKey(key));
      return member && readValue(bytes.subarray(member.start, member.end), [...path, key]);
    },
  };
}

function scan(pieces: readonly Buffer[]): ScannedObject {
  const scanner = new ObjectScanner();
  for (const piece of pieces) scanner.push(piece);
  return scanner.end();
}

function move({ start, end }: Member, by: number): Member {
  return { start: start + by, end: end + by };
}
