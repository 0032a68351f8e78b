/**
 * How many tokens a request can have at most, whatever stands in it: no tokeniser makes more than one of a byte. What stood in
 * a call that has settled came to no more than that call did, so of a conversation that goes on only what is new counts so.
 */

/** Bytes of each piece of a request, by hash. */
export type Chunks = ReadonlyMap<string, number>;

/** The pieces of a request, told apart when somebody asks. */
export interface Pieces {
  readonly chunks: Chunks;
  /** Bytes of the request that are held until somebody does. */
  readonly heldBytes: number;
  /** Somebody may ask when the call is over; absent, like its end, where there is nothing to hold. */
  hold?(): void;
  /** Nobody will ask any more. */
  letGo?(): void;
}

/** A call that has told its tokens, and that nobody has asked for yet. */
interface UnreadCall {
  readonly kind: string;
  readonly pieces: Pieces;
  readonly heldBytes: number;
  readonly tokens: number;
}

interface SeenCall {
  readonly kind: string;
  readonly tokens: number;
  readonly chunks: Chunks;
}

const MAX_CALLS = 256;
/** Of all calls that are remembered, each counted in each of them. */
const MAX_CHUNKS = 60_000;
/** A piece that all calls share, such as the tools, says little of which of them this one goes on from. */
const CALLS_PER_CHUNK = 2;
const MAX_CANDIDATES = 4;
/** Of calls that nobody has asked for, the last ones: what goes on from an older one most often goes on from these. */
const MAX_UNREAD = 32;
const MAX_HELD_BYTES = 4 * 1024 * 1024;

export class SeenText {
  readonly #calls = new Map<number, SeenCall>();
  /** The last calls that each piece stood in, by its hash. */
  readonly #callsWith = new Map<string, number[]>();
  readonly #unread: UnreadCall[] = [];
  #heldBytes = 0;
  #count = 0;
  #chunks = 0;

  learn(kind: string, pieces: Pieces, tokens: number): void {
    const { heldBytes } = pieces;
    // What is told apart need not keep the bytes that it was told of.
    const kept = heldBytes === 0 ? { chunks: pieces.chunks, heldBytes } : pieces;
    const call = { kind, pieces: kept, heldBytes, tokens };
    if (heldBytes > MAX_HELD_BYTES) {
      this.#read(call);
      return;
    }
    kept.hold?.();
    this.#unread.push(call);
    this.#heldBytes += heldBytes;
    while (this.#unread.length > MAX_UNREAD || this.#heldBytes > MAX_HELD_BYTES) {
      const oldest = this.#takeUnread();
      // Its pieces were told apart while it was under way, so that it costs nothing to keep.
      if (oldest?.heldBytes === 0) this.#read(oldest);
      else oldest?.pieces.letGo?.();
    }
  }

  #takeUnread(): UnreadCall | undefined {
    const oldest = this.#unread.shift();
    this.#heldBytes -= oldest?.heldBytes ?? 0;
    return oldest;
  }

  #read({ kind, pieces: { chunks }, tokens }: UnreadCall): void {
    this.#count += 1;
    this.#calls.set(this.#count, { kind, tokens, chunks });
    this.#chunks += chunks.size;
    for (const hash of chunks.keys()) {
      const calls = this.#callsWith.get(hash) ?? [];
      this.#callsWith.set(hash, [...calls, this.#count].slice(-CALLS_PER_CHUNK));
    }
    for (const [id, call] of this.#calls) {
      const isKept = this.#calls.size <= MAX_CALLS && this.#chunks <= MAX_CHUNKS;
      if (isKept || id === this.#count) return;
      this.#forget(id, call);
    }
  }

  #forget(id: number, { chunks }: SeenCall): void {
    this.#calls.delete(id);
    this.#chunks -= chunks.size;
    for (const hash of chunks.keys()) {
      const others = this.#callsWith.get(hash)?.filter((other) => other !== id) ?? [];
      if (others.length > 0) this.#callsWith.set(hash, others);
      else this.#callsWith.delete(hash);
    }
  }

  /** Input tokens at most. @param bytes of the request, those of its pieces and all others */
  bound(kind: string, { chunks }: Pieces, bytes: number): number {
    for (let next = this.#takeUnread(); next !== undefined; next = this.#takeUnread()) this.#read(next);
    const bounds = this.#candidates(chunks).flatMap((call) => {
      if (call.kind !== kind) return [];
      let seen = 0;
      for (const [hash, size] of chunks) if (call.chunks.has(hash)) seen += size;
      return [call.tokens + bytes - seen];
    });
    return Math.min(bytes, ...bounds);
  }

  /** The calls that share the most with these pieces. */
  #candidates(chunks: Chunks): SeenCall[] {
    const shared = new Map<number, number>();
    for (const [hash, size] of chunks)
      for (const call of this.#callsWith.get(hash) ?? []) shared.set(call, (shared.get(call) ?? 0) + size);
    return [...shared]
      .sort(([, a], [, b]) => b - a)
      .slice(0, MAX_CANDIDATES)
      .flatMap(([call]) => this.#calls.get(call) ?? []);
  }
}
