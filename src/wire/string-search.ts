/**
 * Looks for the ends of strings in a large piece of JSON, sixteen bytes at a time: string-end.wat, on a copy of the piece. Most
 * of what a large prompt costs without is the way into a search and back, for each quote that stands in it.
 */
import { lazily } from '../core/lazy.js';
import { STRING_END_WASM } from './string-end-wasm.js';

/** What string-end.wat has room for. */
const MOST_BYTES = 64 * 1024;
/** A smaller piece is not worth the copy. */
const LEAST_BYTES = 4 * 1024;

interface Search {
  readonly room: Uint8Array;
  readonly stringEnd: (from: number, until: number) => number;
}

/** `undefined` on machines without vectors, and where there is no room for it. */
const search = lazily(load);
/** What stands in its room. No piece is changed while anybody looks through it. */
let copied: Buffer | undefined;

/**
 * Just behind the quote that ends the string that goes on at `from`, -1 where it goes on behind the piece, and `undefined`
 * where nobody looked.
 */
export function searchStringEnd(piece: Buffer, from: number): number | undefined {
  if (piece.length < LEAST_BYTES || piece.length > MOST_BYTES) return undefined;
  const found = search();
  if (found === undefined) return undefined;
  if (piece !== copied) {
    found.room.set(piece);
    copied = piece;
  }
  return found.stringEnd(from, piece.length);
}

function load(): Search | undefined {
  try {
    const module = new WebAssembly.Module(Buffer.from(STRING_END_WASM, 'base64'));
    const { memory, stringEnd } = new WebAssembly.Instance(module).exports as {
      readonly memory: { readonly buffer: ArrayBuffer };
      readonly stringEnd: Search['stringEnd'];
    };
    return { room: new Uint8Array(memory.buffer), stringEnd };
  } catch {
    return undefined;
  }
}
