/**
 * Listens to one answer: bytes in, usage out, and the very same bytes on to the client. Compressed bytes are undone in a
 * copy. The only thing ever kept back is a stream event that exists because the meter asked for usage.
 */
import type { Transform } from 'node:stream';
import { finished } from 'node:stream/promises';
import { describeError, WireFormatError } from '../core/errors.js';
import type { UsageSnapshot } from '../core/usage.js';
import type { Dialect, UsageReader } from '../ports/dialect.js';
import { createDecoder } from '../wire/decode.js';
import { errorIn } from '../wire/failure-body.js';
import { hasValueBehind } from '../wire/json-marks.js';
import { SseSieve } from '../wire/sse-sieve.js';
import { SseSkimmer } from '../wire/sse-skimmer.js';

export interface TapOptions {
  readonly dialect: Dialect;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** True when the meter asked for usage and the client did not. */
  readonly hidesRequestedUsage: boolean;
}

export interface TapResult {
  readonly snapshot: UsageSnapshot;
  /** First error object inside the answer; `undefined` when there was none. */
  readonly error: unknown;
  /** Why usage could not be read; `undefined` when it could, or was just not there. */
  readonly trouble: string | undefined;
  readonly bytes: number;
  readonly isStream: boolean;
  /** Tokens of the text in a stream that was not whole, roughly and at least; 0 where its events hold one or a few each. */
  readonly textTokens?: number;
}

const NOTHING = Buffer.alloc(0);
const MAX_JSON_BYTES = 64 * 1024 * 1024;
/** Only payloads that hold one of these can matter; text that quotes them costs a parse, nothing else. */
const MARKS = ['"usage', '"error', '"finishReason', '"blockReason'].map((mark) => Buffer.from(mark));
/** One of these stands in all of them. They begin with letters that JSON texts have fewer of than quotation marks, and are found far sooner. */
const SIGNS = ['usage', 'rror', 'Reason'].map((sign) => Buffer.from(sign));
/** Ends of `"usage":` and `"error"`, without the quotation mark in front that every word of a JSON text has. */
const USAGE_END = Buffer.from('sage":');
const ERROR_END = Buffer.from('rror"');
/** One in each event; no text can hold it, since JSON writes a line's end as an escape. */
const EVENT_MARK = Buffer.from('\ndata:');
/** What stands around the text of an event, in any dialect, is hardly longer. */
const EVENT_BYTES = 400;
const BYTES_PER_TOKEN = 4;
const NONE_YET = { pattern: /^ ?null/, length: ' null'.length };

export class ResponseTap {
  readonly #reader: UsageReader;
  readonly #dialect: Dialect;
  readonly #decoder: Transform | undefined;
  /** For streams of which an event may have to be kept back. */
  readonly #sieve: SseSieve | undefined;
  /** For all other streams. */
  readonly #skimmer: SseSkimmer | undefined;
  #json: Buffer[] = [];
  #jsonBytes = 0;
  #bytes = 0;
  #events = 0;
  #error: unknown;
  #trouble: string | undefined;
  readonly #isStream: boolean;

  constructor({ dialect, headers, hidesRequestedUsage }: TapOptions) {
    this.#dialect = dialect;
    this.#reader = dialect.createUsageReader();
    const isStream = isEventStream(headers);
    this.#isStream = isStream;
    const decoder = createDecoder(headers['content-encoding']);
    this.#decoder = typeof decoder === 'string' ? undefined : decoder;
    if (decoder === 'unknown') this.#trouble = `content-encoding ${headers['content-encoding']} is not known`;
    const isFiltered = hidesRequestedUsage && isStream && decoder === 'identity';
    this.#sieve = isFiltered
      ? new SseSieve({ hasMark: mayBeOurs, passes: ({ data }) => !this.#isOurs(data) })
      : undefined;
    this.#skimmer = isStream && !isFiltered ? new SseSkimmer(hasSign) : undefined;
    this.#decoder?.on('data', (chunk: Buffer) => this.#listen(chunk));
    this.#decoder?.on('error', (error) => {
      this.#trouble ??= describeError(error);
    });
  }

  /** True when the client may get other bytes than the upstream sent, so that no length can be promised. */
  get changesBytes(): boolean {
    return this.#sieve !== undefined;
  }

  /** What the client gets for these bytes. */
  push(chunk: Buffer): Buffer {
    this.#bytes += chunk.length;
    if (this.#isStream) this.#countEvents(chunk);
    if (this.#sieve) return this.#sieve.push(chunk);
    if (this.#decoder) this.#decode(this.#decoder, chunk);
    else if (this.#trouble === undefined) this.#listen(chunk);
    return chunk;
  }

  /** What the client still gets when the upstream has ended. */
  end(): Buffer {
    return this.#sieve?.end() ?? NOTHING;
  }

  /** Usage as far as it was reported; valid for a stream that was cut as well. Told at once where nothing has to be undone. */
  result(): TapResult | Promise<TapResult> {
    return this.#decoder ? this.#drain(this.#decoder).then(() => this.#told()) : this.#told();
  }

  #told(): TapResult {
    for (const data of this.#skimmer?.end() ?? []) this.#take(data);
    const [only] = this.#json;
    if (only) this.#take(this.#json.length === 1 ? only : Buffer.concat(this.#json));
    this.#json = [];
    return {
      snapshot: this.#reader.snapshot(),
      error: this.#error,
      trouble: this.#trouble,
      bytes: this.#bytes,
      isStream: this.#isStream,
      textTokens: this.#isStream ? this.#textTokens() : 0,
    };
  }

  #countEvents(chunk: Buffer): void {
    for (let at = chunk.indexOf(EVENT_MARK); at !== -1; at = chunk.indexOf(EVENT_MARK, at + 1))
      this.#events += 1;
  }

  #textTokens(): number {
    return Math.max(0, Math.round((this.#bytes - this.#events * EVENT_BYTES) / BYTES_PER_TOKEN));
  }

  /** A decoder that failed, or that was given up, takes no more. */
  #decode(decoder: Transform, chunk: Buffer): void {
    if (!decoder.destroyed) decoder.write(chunk);
  }

  /** Reads an event; true when it is there because the meter asked for usage. */
  #isOurs(data: Buffer | undefined): boolean {
    const payload = data && this.#take(data);
    return payload !== undefined && this.#dialect.isRequestedUsage(payload);
  }

  #listen(chunk: Buffer): void {
    if (this.#skimmer) {
      for (const data of this.#skimmer.push(chunk)) this.#take(data);
      return;
    }
    this.#jsonBytes += chunk.length;
    if (this.#jsonBytes <= MAX_JSON_BYTES) this.#json.push(chunk);
    else {
      this.#json = [];
      this.#trouble ??= `the answer is larger than ${MAX_JSON_BYTES} bytes`;
      // A little that unpacks to very much must not keep the meter busy.
      this.#decoder?.destroy();
    }
  }

  /** Reads one payload; what cannot be read is noted, and never disturbs the call. */
  #take(data: Buffer): unknown {
    if (!hasSign(data) || !MARKS.some((mark) => data.includes(mark))) return undefined;
    try {
      const payload: unknown = JSON.parse(data.toString('utf8'));
      this.#noteError(payload);
      this.#reader.push(payload);
      return payload;
    } catch (error) {
      // Not the parser's words: they quote what they stumbled over.
      this.#trouble ??=
        error instanceof WireFormatError ? error.message : 'a payload with usage is not valid JSON';
      return undefined;
    }
  }

  #noteError(payload: unknown): void {
    if (this.#error !== undefined) return;
    const error = errorIn(payload);
    if (error !== undefined) this.#error = { error };
  }

  async #drain(decoder: Transform): Promise<void> {
    if (decoder.destroyed) return;
    decoder.end();
    try {
      await finished(decoder);
    } catch (error) {
      // A stream that was cut ends inside its compression; what came out before counts.
      this.#trouble ??= describeError(error);
    }
  }
}

/** By lower-case names. */
export function isEventStream(headers: Readonly<Record<string, string>>): boolean {
  return (headers['content-type'] ?? '').toLowerCase().includes('text/event-stream');
}

/** False where no payload in these bytes can matter. */
function hasSign(bytes: Buffer): boolean {
  return SIGNS.some((sign) => bytes.includes(sign));
}

/** True where usage or an error stands. Where usage was asked for, some servers say in every event that there is none yet. */
function mayBeOurs(bytes: Buffer): boolean {
  return bytes.includes(ERROR_END) || hasValueBehind(bytes, USAGE_END, NONE_YET);
}
