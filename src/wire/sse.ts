/**
 * Server-sent events out of bytes, in whatever pieces they arrive: an event may be cut anywhere, also inside a
 * character or between CR and LF. Lines end with LF, CR or CRLF; `data` lines of one event are joined with LF.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */

export interface SseEvent {
  /** Joined `data`; `undefined` when the event had no data line, or was larger than the parser keeps. */
  readonly data: Buffer | undefined;
  /** The event's own bytes with its closing blank line; empty unless the parser was asked to keep them. */
  readonly raw: Buffer;
  /** True when these bytes are the rest of the event before, which was cut between the CR and the LF of its end. */
  readonly isRest?: boolean;
}

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const SPACE = 0x20;
const REST: SseEvent = { data: undefined, raw: Buffer.from('\n'), isRest: true };
const DEFAULT_MAX_EVENT_BYTES = 32 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);

/** How many small pieces stand side by side before they are made one: each takes far more memory than it holds. */
const MAX_LOOSE = 1024;

/** Pieces that are one in the end, however small and many they come. */
class Pieces {
  readonly #join: (parts: Buffer[]) => Buffer;
  #parts: Buffer[] = [];
  #loose = 0;

  constructor(join: (parts: Buffer[]) => Buffer) {
    this.#join = join;
  }

  get size(): number {
    return this.#parts.length;
  }

  push(part: Buffer): void {
    this.#parts.push(part);
    this.#loose += 1;
    if (this.#loose < MAX_LOOSE) return;
    this.#parts.push(this.#join(this.#parts.splice(-MAX_LOOSE)));
    this.#loose = 0;
  }

  /** `undefined` where there are none. */
  take(): Buffer | undefined {
    const [only] = this.#parts;
    if (only === undefined) return undefined;
    const whole = this.#parts.length === 1 ? only : this.#join(this.#parts);
    this.#parts = [];
    this.#loose = 0;
    return whole;
  }
}

export class SseParser {
  readonly #keepRaw: boolean;
  readonly #maxEventBytes: number;
  /** Pieces of the line that has not ended yet. */
  #line: Buffer[] = [];
  /** Values of the event's `data` fields so far. */
  #data = new Pieces(joinLines);
  #raw = new Pieces(Buffer.concat);
  /** True while nothing but comments came of the event: they stand for themselves, and a client may wait for them. */
  #isComment = true;
  /** Length of the line so far, also where its pieces were dropped. */
  #lineBytes = 0;
  #eventBytes = 0;
  #afterCr = false;
  #isFirstLine = true;

  constructor(options: { keepRaw?: boolean; maxEventBytes?: number } = {}) {
    this.#keepRaw = options.keepRaw ?? false;
    this.#maxEventBytes = options.maxEventBytes ?? DEFAULT_MAX_EVENT_BYTES;
  }

  /** The events that these bytes complete, in order. */
  push(chunk: Buffer): SseEvent[] {
    const events: SseEvent[] = [];
    let start = this.#afterCr && chunk[0] === LF ? 1 : 0;
    if (start === 1 && this.#keepRaw) {
      if (this.#raw.size === 0) events.push(REST);
      else this.#appendRaw(chunk.subarray(0, 1));
    }
    if (chunk.length > 0) this.#afterCr = false;
    for (let at = start; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (byte !== LF && byte !== CR) continue;
      const next = byte === CR && chunk[at + 1] === LF ? at + 2 : at + 1;
      this.#afterCr = byte === CR && next === chunk.length && next === at + 1;
      this.#appendRaw(chunk.subarray(start, next));
      const event = this.#endLine(chunk.subarray(start, at));
      if (event) events.push(event);
      start = next;
      at = next - 1;
    }
    if (start < chunk.length) this.#keepPartial(chunk.subarray(start));
    if (this.#keepRaw && this.#isComment && this.#raw.size > 0 && this.#line.length === 0) {
      events.push({ data: undefined, raw: this.#takeRaw() });
      this.#eventBytes = 0;
    }
    // Too large to be read, so there is nothing to wait for: its bytes go on as they come.
    if (this.#keepRaw && this.#eventBytes > this.#maxEventBytes)
      events.push({ data: undefined, raw: this.#takeRaw() });
    return events;
  }

  /** Whole events went by that nobody had to read. */
  skip(): void {
    this.#isFirstLine = false;
  }

  /** What is left when the stream ends without a closing blank line. A client drops such an event; its bytes still count. */
  end(): SseEvent | undefined {
    const last = this.#line.length > 0 ? this.#endLine(NOTHING) : undefined;
    const hasRest = this.#data.size > 0 || this.#raw.size > 0;
    return last ?? (hasRest ? this.#takeEvent() : undefined);
  }

  #keepPartial(part: Buffer): void {
    this.#appendRaw(part);
    this.#lineBytes += part.length;
    this.#eventBytes += part.length;
    if (this.#eventBytes <= this.#maxEventBytes) this.#line.push(part);
  }

  #appendRaw(part: Buffer): void {
    if (this.#keepRaw) this.#raw.push(part);
  }

  /** Takes the line whose last piece is `tail`; a blank line completes the event. */
  #endLine(tail: Buffer): SseEvent | undefined {
    const line = this.#line.length === 0 ? tail : Buffer.concat([...this.#line, tail]);
    const isBlank = this.#lineBytes + tail.length === 0;
    this.#line = [];
    this.#lineBytes = 0;
    this.#eventBytes += tail.length;
    if (!isBlank) {
      const field = this.#withoutMark(line);
      if (field[0] !== COLON) this.#isComment = false;
      this.#readField(field);
      return undefined;
    }
    this.#isFirstLine = false;
    return this.#data.size > 0 || this.#keepRaw || this.#eventBytes > 0 ? this.#takeEvent() : undefined;
  }

  /** A stream may begin with a byte order mark. */
  #withoutMark(line: Buffer): Buffer {
    const isMarked = this.#isFirstLine && line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf;
    this.#isFirstLine = false;
    return isMarked ? line.subarray(3) : line;
  }

  #takeRaw(): Buffer {
    return this.#raw.take() ?? NOTHING;
  }

  #readField(line: Buffer): void {
    if (!isDataField(line) || this.#eventBytes > this.#maxEventBytes) return;
    const value = line[5] === SPACE && line[4] === COLON ? 6 : 5;
    this.#data.push(line.subarray(value));
  }

  #takeEvent(): SseEvent {
    const isTooLarge = this.#eventBytes > this.#maxEventBytes;
    const all = this.#data.take();
    const data = isTooLarge ? undefined : all;
    const raw = this.#takeRaw();
    this.#isComment = true;
    this.#eventBytes = 0;
    return { data, raw };
  }
}

function isDataField(line: Buffer): boolean {
  const named = line[0] === 0x64 && line[1] === 0x61 && line[2] === 0x74 && line[3] === 0x61;
  return named && (line.length === 4 || line[4] === COLON);
}

function joinLines(lines: readonly Buffer[]): Buffer {
  return Buffer.concat(lines.flatMap((line, index) => (index === 0 ? [line] : [Buffer.from('\n'), line])));
}
