/**
 * The first and the last events of a stream, and all of them where an error is about: usage stands at the ends, and what lies
 * between is text that nobody has to read. Works on chunks as they come, and only lets go of whole events.
 */
import { SseParser } from './sse.js';

const LF = 0x0a;
const R = 0x72;
/** The end of `"error"`: looking for a quotation mark would stop at every word of a JSON text. */
const ERROR_MARK = Buffer.from('rror"');
const BLANK_LINE = Buffer.from('\n\n');
/** Events at the beginning that are read as they come. */
const HEAD_EVENTS = 8;
/** Chunks that end with an event and are kept, so that as many of the last events are there in the end … */
const TAIL_CHUNKS = 32;
/** … or fewer, where they are large: usage is among the last few events. */
const LEAST_TAIL_CHUNKS = 4;
const ENOUGH_BYTES = 16 * 1024;
/** Where chunks do not end with events, so much is kept before the older part is let go of. */
const MAX_KEPT_BYTES = 1024 * 1024;
const TAIL_BYTES = 64 * 1024;

export class SseSkimmer {
  readonly #parser = new SseParser();
  readonly #mayMatter: (bytes: Buffer) => boolean;
  /** True when the parser holds no part of an event. */
  #isBetween = true;
  #headEvents = 0;
  #isSkimming = false;
  #readsAll = false;
  /** Begins with an event, always. */
  #kept: Buffer[] = [];
  #keptBytes = 0;
  /** Chunks that were let go of. */
  #gone = 0;
  /** Behind which chunks an event ends, counted from the first that was ever kept. */
  #ends: number[] = [];

  /** @param mayMatter false when nobody wants an event out of these bytes, which are whole ones */
  constructor(mayMatter: (bytes: Buffer) => boolean = () => true) {
    this.#mayMatter = mayMatter;
  }

  /** Payloads that are known to matter already. */
  push(chunk: Buffer): Buffer[] {
    if (chunk.length === 0) return [];
    if (!this.#isSkimming) return this.#read(chunk);
    const isError = chunk.includes(ERROR_MARK) || this.#isErrorAcross(chunk);
    this.#kept.push(chunk);
    this.#keptBytes += chunk.length;
    if (isError) return this.#readAll();
    if (endsEvent(chunk)) this.#letGo();
    else if (this.#keptBytes > MAX_KEPT_BYTES) return this.#cut();
    return [];
  }

  /** The rest: the last events, also one that never ended. */
  end(): Buffer[] {
    const payloads = this.#readKept();
    const last = this.#parser.end()?.data;
    return last ? [...payloads, last] : payloads;
  }

  /** The mark may stand half in the chunk before. */
  #isErrorAcross(chunk: Buffer): boolean {
    const before = this.#kept.at(-1);
    const seam = ERROR_MARK.length - 1;
    if (before === undefined || !before.includes(R, Math.max(0, before.length - seam))) return false;
    return Buffer.concat([before.subarray(-seam), chunk.subarray(0, seam)]).includes(ERROR_MARK);
  }

  #readAll(): Buffer[] {
    this.#readsAll = true;
    return this.#readKept();
  }

  #read(chunk: Buffer): Buffer[] {
    const payloads = this.#payloads(chunk);
    this.#headEvents += payloads.length;
    this.#isSkimming = !this.#readsAll && this.#headEvents >= HEAD_EVENTS && endsEvent(chunk);
    return payloads;
  }

  #readKept(): Buffer[] {
    const kept = this.#kept;
    this.#kept = [];
    this.#keptBytes = 0;
    this.#gone = 0;
    this.#ends = [];
    this.#isSkimming = false;
    return kept.flatMap((chunk) => this.#payloads(chunk));
  }

  #payloads(chunk: Buffer): Buffer[] {
    const payloads: Buffer[] = [];
    const wasBetween = this.#isBetween;
    this.#isBetween = endsEvent(chunk);
    if (wasBetween && this.#isBetween && !this.#mayMatter(chunk)) {
      this.#parser.skip();
      return payloads;
    }
    for (const { data } of this.#parser.push(chunk)) if (data) payloads.push(data);
    return payloads;
  }

  #letGo(): void {
    this.#ends.push(this.#gone + this.#kept.length);
    while (this.#ends.length > LEAST_TAIL_CHUNKS) {
      const end = this.#ends[0] ?? this.#gone;
      let bytes = 0;
      for (let at = 0; at < end - this.#gone; at += 1) bytes += this.#kept[at]?.length ?? 0;
      if (this.#ends.length <= TAIL_CHUNKS && this.#keptBytes - bytes < ENOUGH_BYTES) return;
      this.#ends.shift();
      this.#kept.splice(0, end - this.#gone);
      this.#keptBytes -= bytes;
      this.#gone = end;
    }
  }

  /** One huge event, or other line ends than before, are for the parser. */
  #cut(): Buffer[] {
    const whole = Buffer.concat(this.#kept);
    const end = whole.lastIndexOf(BLANK_LINE, whole.length - TAIL_BYTES);
    if (end === -1) return this.#readAll();
    const rest = whole.subarray(end + BLANK_LINE.length);
    this.#kept = [rest];
    this.#keptBytes = rest.length;
    this.#gone = 0;
    this.#ends = [];
    return [];
  }
}

function endsEvent(chunk: Buffer): boolean {
  return chunk[chunk.length - 1] === LF && chunk[chunk.length - 2] === LF;
}
