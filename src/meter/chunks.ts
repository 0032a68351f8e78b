/**
 * A body in pieces that stay the same when more is added to it: cut where one object of a list ends and the next begins, which
 * is where an agent's messages do. Told apart by hashes that nobody can make collide; no text can be read out of them.
 */
import { hash } from 'node:crypto';
import type { Chunks } from './seen-text.js';

const BETWEEN = Buffer.from('},{');
const LEAST_BYTES = 256;
const MAX_CHUNKS = 4000;
const HASH_LENGTH = 16;

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
