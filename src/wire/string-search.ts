/**
 * Looks for the ends of strings in a large piece of JSON, sixteen bytes at a time: string-end.wat, on a copy of the piece. Where
 * each quote is searched for on its own, the way into the search and back is most of what a large prompt costs.
 */
import { lazily } from '../core/lazy.js';
import { STRING_END_WASM } from './string-end-wasm.js';

/** What string-end.wat has room for. */
const MOST_BYTES = 64 * 1024;
/** A smaller piece is not worth the copy. */
const LEAST_BYTES = 4 * 1024;

interface Engine {
  readonly room: Uint8Array;
  readonly stringEnd: (from: number, until: number) => number;
}

/** `undefined` on machines without vectors, and where there is no room for it. */
const engine = lazily(load);
/** What stands in its room: a piece must never be changed once it was looked through. */
let copied: Buffer | undefined;

/**
 * Just behind the quote that ends the string that goes on at `from`, -1 where it goes on behind the piece, and `undefined`
 * where nobody looked.
 */
export function searchStringEnd(piece: Buffer, from: number): number | undefined {
  // A small part of a large body would keep all of that alive.
  if (piece.length < LEAST_BYTES || piece.buffer.byteLength > MOST_BYTES) return undefined;
  const vectors = engine();
  if (vectors === undefined) return undefined;
  if (piece !== copied) {
    vectors.room.set(piece);
    copied = piece;
  }
  return vectors.stringEnd(from, piece.length);
}

function load(): Engine | undefined {
  try {
    const module = new WebAssembly.Module(Buffer.from(STRING_END_WASM, 'base64'));
    const { memory, stringEnd } = new WebAssembly.Instance(module).exports as {
      readonly memory: { readonly buffer: ArrayBuffer };
      readonly stringEnd: Engine['stringEnd'];
    };
    return { room: new Uint8Array(memory.buffer), stringEnd };
  } catch {
    return undefined;
  }
}
