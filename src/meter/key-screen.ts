/**
 * Takes the key out of an answer as it passes: whatever an upstream repeats of a request, the agent never gets the key. As many
 * bytes stand there afterwards as before, so that every length stays right.
 */
import { spellingsOf } from '../core/redact.js';
import type { Credentials } from './credentials.js';

const NOTHING = Buffer.alloc(0);
const STAR = '*'.charCodeAt(0);
/** The credentials of a run are one object for as long as it lasts. */
const KNOWN = new WeakMap<Credentials, readonly Buffer[]>();

function spellingsFor(credentials: Credentials): readonly Buffer[] {
  const known = KNOWN.get(credentials);
  if (known) return known;
  const spellings = spellingsOf(credentials.key).map((word) => Buffer.from(word));
  KNOWN.set(credentials, spellings);
  return spellings;
}

/** The same number of bytes without the key: these very bytes, where it does not stand in them. */
export function maskKey(credentials: Credentials, bytes: Buffer): Buffer {
  let masked = bytes;
  for (const spelling of spellingsFor(credentials)) {
    for (let at = masked.indexOf(spelling); at !== -1; at = masked.indexOf(spelling, at + spelling.length)) {
      if (masked === bytes) masked = Buffer.from(bytes);
      masked.fill(STAR, at, at + spelling.length);
    }
  }
  return masked;
}

/** For an answer that passes in pieces; made for one of them. */
export class KeyScreen {
  readonly #credentials: Credentials;
  readonly #spellings: readonly Buffer[];
  /** What may be the beginning of the key. Most often nothing: a piece that ends otherwise waits for no other. */
  #held = NOTHING;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
    this.#spellings = spellingsFor(credentials);
  }

  /** What goes on of these bytes, and of those held before. */
  push(chunk: Buffer): Buffer {
    if (this.#spellings.length === 0) return chunk;
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const masked = maskKey(this.#credentials, bytes);
    const end = masked.length - this.#beginning(masked);
    this.#held = end === masked.length ? NOTHING : Buffer.from(masked.subarray(end));
    return end === masked.length ? masked : masked.subarray(0, end);
  }

  /** What is left when the answer has ended: the beginning of a key, and no key. */
  end(): Buffer {
    const held = this.#held;
    this.#held = NOTHING;
    return held;
  }

  /** How many bytes at the end the key may begin with. */
  #beginning(bytes: Buffer): number {
    let longest = 0;
    for (const spelling of this.#spellings) {
      for (let at = Math.max(0, bytes.length - spelling.length + 1); at < bytes.length - longest; at += 1)
        if (endsLike(bytes, at, spelling)) longest = bytes.length - at;
    }
    return longest;
  }
}

/** True when all that stands from there on is what the word begins with. By hand: most often one look is enough. */
function endsLike(bytes: Buffer, from: number, word: Buffer): boolean {
  let at = from;
  while (at < bytes.length && bytes[at] === word[at - from]) at += 1;
  return at === bytes.length;
}
