/**
 * A JSON object that is read and edited by byte offsets. The body is never parsed whole and never written anew:
 * only the few values that are asked for are decoded, and an edit replaces exactly their bytes. It is looked through as its
 * pieces arrive, and the pieces are never copied together.
 *
 * Keys are matched without regard to case, and two keys that differ by case alone are refused: some gateways decode
 * case-insensitively and would see another request than the one that was checked.
 */
import { crc32 } from 'node:zlib';
import type { RequestBody } from '../ports/dialect.js';
import { foldKey, type Member, ObjectScanner, parseValue, type ScannedObject } from './object-scanner.js';
import { Rope } from './rope.js';

const OPEN_BRACE = 0x7b;

export class JsonBody implements RequestBody {
  readonly #rope = new Rope();
  readonly #scanner = new ObjectScanner();
  #root: ScannedObject = { open: 0, members: new Map() };
  #checksum = 0;
  #fingerprint = '';

  /** @throws {SyntaxError} when the bytes are not one JSON object, or hold one key twice. */
  constructor(bytes?: Buffer) {
    if (bytes === undefined) return;
    this.push(bytes);
    this.end();
  }

  /** The next piece, as it arrives. @throws {SyntaxError} */
  push(piece: Buffer): void {
    this.#rope.push(piece);
    this.#checksum = crc32(piece, this.#checksum);
    this.#scanner.push(piece);
  }

  /** After the last piece; nothing can be read before. @throws {SyntaxError} */
  end(): void {
    this.#root = this.#scanner.end();
    this.#fingerprint = `${this.#rope.length}-${this.#checksum}`;
  }

  /** The same for the very same bytes, as they came: all that is kept of a request. No prompt can be read out of it. */
  get fingerprint(): string {
    return this.#fingerprint;
  }

  get size(): number {
    return this.#rope.length;
  }

  /** The pieces in order, with the edits in them. */
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

  get(...path: string[]): unknown {
    const member = this.#find(path);
    return member && parseValue(this.#rope.slice(member.start, member.end));
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

  #find(path: readonly string[]): Member | undefined {
    let object: ScannedObject | undefined = this.#root;
    for (const [index, key] of path.entries()) {
      const member: Member | undefined = object.members.get(foldKey(key));
      if (member === undefined || index === path.length - 1) return member;
      object = this.#objectAt(member);
      if (object === undefined) return undefined;
    }
    return undefined;
  }

  /** A value that is an object itself, with its offsets in the whole body. */
  #objectAt({ start, end }: Member): ScannedObject | undefined {
    if (this.#rope.slice(start, start + 1)[0] !== OPEN_BRACE) return undefined;
    const scanner = new ObjectScanner();
    scanner.push(this.#rope.slice(start, end));
    const { open, members } = scanner.end();
    const moved = [...members].map(([key, member]) => [key, move(member, start)] as const);
    return { open: open + start, members: new Map(moved) };
  }

  #write(object: ScannedObject, key: string, member: Member | undefined, text: string): void {
    const from = member ? member.start : object.open + 1;
    const until = member ? member.end : from;
    const lead = `${JSON.stringify(key)}:`;
    const insert = Buffer.from(member ? text : `${lead}${text}${object.members.size > 0 ? ',' : ''}`);
    this.#rope.splice(from, until, insert);
    this.#shift(from, until, insert.length);
    if (member === undefined && object === this.#root) {
      const start = from + Buffer.byteLength(lead);
      this.#root.members.set(foldKey(key), { start, end: start + Buffer.byteLength(text) });
    }
  }

  /** The bytes `[from, until)` have become `length` bytes: what holds them grows, what follows them moves. */
  #shift(from: number, until: number, length: number): void {
    const by = length - (until - from);
    for (const [key, member] of this.#root.members) {
      if (member.start >= until && member.start > from) this.#root.members.set(key, move(member, by));
      else if (member.end >= until && member.start <= from)
        this.#root.members.set(key, { start: member.start, end: member.end + by });
    }
  }
}

function move({ start, end }: Member, by: number): Member {
  return { start: start + by, end: end + by };
}
