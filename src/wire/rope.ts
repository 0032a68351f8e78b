/** Bytes in pieces, read and spliced by offset. They are copied together once, if a long part of them is asked for whole. */

/** Shorter ones are copied each time; the pieces of a long one would be copied again for whoever asks next. */
const LONG_BYTES = 64 * 1024;

export class Rope {
  #parts: Buffer[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The pieces in order; none is empty. */
  get parts(): readonly Buffer[] {
    return this.#parts;
  }

  push(part: Buffer): void {
    if (part.length === 0) return;
    this.#parts.push(part);
    this.#length += part.length;
  }

  /** The bytes `[start, end)` as they stand, in order. */
  pieces(start: number, end: number): readonly Buffer[] {
    return piecesOf(this.#parts, start, end);
  }

  /** The bytes `[start, end)`; copied only where they stand in several pieces. */
  slice(start: number, end: number): Buffer {
    const found = piecesOf(this.#parts, start, end);
    if (found.length === 1 && found[0]) return found[0];
    if (end - start < LONG_BYTES) return Buffer.concat(found);
    const whole = Buffer.concat(this.#parts);
    this.#parts = [whole];
    return whole.subarray(start, end);
  }

  /** Puts `insert` in the place of the bytes `[start, end)`. */
  splice(start: number, end: number, insert: Buffer): void {
    const parts = [
      ...piecesOf(this.#parts, 0, start),
      ...(insert.length > 0 ? [insert] : []),
      ...piecesOf(this.#parts, end, this.#length),
    ];
    this.#parts = parts;
    this.#length += insert.length - (end - start);
  }

  /** Also where the words stand across two pieces. */
  includes(words: string): boolean {
    const seam = words.length - 1;
    let before: Buffer = Buffer.alloc(0);
    for (const part of this.#parts) {
      if (part.includes(words)) return true;
      if (before.length > 0 && Buffer.concat([before, part.subarray(0, seam)]).includes(words)) return true;
      before = Buffer.concat([before, part.subarray(-seam)]).subarray(-seam);
    }
    return false;
  }
}

function piecesOf(parts: readonly Buffer[], start: number, end: number): Buffer[] {
  const found: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const from = Math.max(0, start - offset);
    const until = Math.min(part.length, end - offset);
    if (from < until) found.push(from === 0 && until === part.length ? part : part.subarray(from, until));
    offset += part.length;
    if (offset >= end) break;
  }
  return found;
}
