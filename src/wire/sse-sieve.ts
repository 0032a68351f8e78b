/**
 * A stream of events out of which some may be kept back. Most of the bytes hold nothing that could be meant, and go on as they
 * came, whole events at a time, without being read; only where a mark stands are events taken apart.
 */
import { type SseEvent, SseParser } from './sse.js';

const CR = 0x0d;
const BLANK_LINE = Buffer.from('\n\n');
const NOTHING = Buffer.alloc(0);

export interface SieveRules {
  /** True when these bytes, whole events, may hold one that has to be looked at. */
  hasMark(bytes: Buffer): boolean;
  /** True when the event goes on. Every event near a mark is asked about. */
  passes(event: SseEvent): boolean;
}

export class SseSieve {
  readonly #rules: SieveRules;
  readonly #parser = new SseParser({ keepRaw: true });
  /** True when the parser holds no part of an event. */
  #isBetween = true;
  /** Whether the last event that was asked about went on. */
  #isPassed = true;

  constructor(rules: SieveRules) {
    this.#rules = rules;
  }

  /** The bytes that go on. */
  push(chunk: Buffer): Buffer {
    const begin = this.#isBetween ? 0 : after(chunk.indexOf(BLANK_LINE));
    const end = after(chunk.lastIndexOf(BLANK_LINE));
    // Other line ends are for the parser, and so is an event that began before and does not end here.
    if (begin === undefined || end === undefined || chunk.includes(CR)) return this.#sift(chunk);
    const whole = chunk.subarray(begin, end);
    if (this.#rules.hasMark(whole)) return this.#sift(chunk);
    const before = begin === 0 ? NOTHING : this.#sift(chunk.subarray(0, begin));
    this.#parser.skip();
    // Of what has not ended only comments go on.
    const rest = end < chunk.length ? this.#sift(chunk.subarray(end)) : NOTHING;
    this.#isBetween = end === chunk.length;
    return before.length + rest.length === 0 ? whole : Buffer.concat([before, whole, rest]);
  }

  /** What is left when the stream has ended. */
  end(): Buffer {
    const last = this.#parser.end();
    return last !== undefined && this.#passes(last) ? last.raw : NOTHING;
  }

  #passes(event: SseEvent): boolean {
    if (!event.isRest) this.#isPassed = this.#rules.passes(event);
    return this.#isPassed;
  }

  #sift(chunk: Buffer): Buffer {
    const passed: Buffer[] = [];
    for (const event of this.#parser.push(chunk)) if (this.#passes(event)) passed.push(event.raw);
    this.#isBetween = chunk.length >= 2 && chunk.subarray(-2).equals(BLANK_LINE);
    const [only] = passed;
    return passed.length === 1 && only ? only : Buffer.concat(passed);
  }
}

/** Behind the blank line that was found; `undefined` where none was. */
function after(at: number): number | undefined {
  return at === -1 ? undefined : at + BLANK_LINE.length;
}
