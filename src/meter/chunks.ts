/**
 * A body in pieces that stay the same when more is added to it: cut where one object of a list ends and the next begins, which
 * is where an agent's messages do. Told apart by hashes that nobody can make collide; no text can be read out of them.
 */
import { hash } from 'node:crypto';
import { freeBytes } from '../wire/free-bytes.js';
import type { Chunks, Pieces } from './seen-text.js';

const BETWEEN = Buffer.from('},{');
const LEAST_BYTES = 256;
const MAX_CHUNKS = 4000;
const HASH_LENGTH = 16;

/**
 * Most calls are never compared with another: the pieces of a body are told apart when somebody asks, and then it is let go.
 * Whoever may ask later holds it; once nobody does and its call is over, its memory is given back.
 */
export class BodyPieces implements Pieces {
  #parts: readonly Buffer[];
  #chunks: Chunks | undefined;
  #isHeld = false;
  #isOver = false;

  /** @param parts in order; they must not change */
  constructor(parts: readonly Buffer[]) {
    this.#parts = parts;
  }

  get chunks(): Chunks {
    if (this.#chunks) return this.#chunks;
    const [only = Buffer.alloc(0)] = this.#parts;
    this.#chunks = chunksOf(this.#parts.length > 1 ? Buffer.concat(this.#parts) : only);
    this.letGo();
    return this.#chunks;
  }

  get heldBytes(): number {
    return this.#chunks ? 0 : this.#parts.reduce((sum, { length }) => sum + length, 0);
  }

  hold(): void {
    this.#isHeld = true;
  }

  letGo(): void {
    this.#isHeld = false;
    this.#tidy();
  }

  /** The call is over, and its bytes have left or never will. */
  giveBack(): void {
    this.#isOver = true;
    this.#tidy();
  }

  #tidy(): void {
    if (this.#isHeld || !this.#isOver) return;
    freeBytes(this.#parts);
    this.#parts = [];
  }
}

/** Bytes of each piece by its hash; what stands there more than once is counted once. */
export function chunksOf(bytes: Buffer): Chunks {
  const chunks = new Map<string, number>();
  let from = 0;
  while (from < bytes.length) {
    const isLast = chunks.size >= MAX_CHUNKS;
    const mark = isLast ? -1 : bytes.indexOf(BETWEEN, from + LEAST_BYTES);
    const until = mark === -1 ? bytes.length : mark + 1;
    const chunk = bytes.subarray(from, until);
    chunks.set(hash('sha256', chunk, 'base64').slice(0, HASH_LENGTH), chunk.length);
    from = until;
  }
  return chunks;
}
