/** Bytes in pieces: cut, read and spliced by offset without ever being copied together. */

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

  /** The bytes `[start, end)`; copied only where they stand in several pieces. */
  slice(start: number, end: number): Buffer {
    const found = piecesOf(this.#parts, start, end);
    return found.length === 1 && found[0] ? found[0] : Buffer.concat(found);
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
