/**
 * Carries one exchange between the client and the upstream: pooled connections, back pressure in both directions, and an
 * end that is told apart, because a stream that broke must be passed on as broken and never be ended cleanly.
 */
import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { createDecoder } from '../wire/decode.js';
import { endToEndHeaders, headerRecord } from '../wire/headers.js';
import { DecodedAnswer } from './decoded-answer.js';

export interface UpstreamRequest {
  readonly dispatcher: Dispatcher;
  readonly origin: string;
  readonly path: string;
  readonly method: string;
  /** Flat name and value pairs. */
  readonly headers: string[];
  /** In one piece, in several, or as it comes. */
  readonly body: Buffer | readonly Buffer[] | Readable | null;
}

export interface UpstreamHead {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Record<string, string>;
  /** Flat name and value pairs, as they came. */
  readonly rawHeaders: readonly string[];
}

/**
 * Whether an answer goes on to the client, and as what: as it came, with other bytes than its length was told of, or with
 * its compression undone. Or whether it is kept for the caller.
 */
export type Way = 'relay' | 'relay-other-length' | 'relay-decoded' | 'keep';

export interface RelayHooks {
  /** Decides once the head is there. */
  onHead(head: UpstreamHead): Way;
  /** Takes secrets out of a header that is passed on. */
  redact(header: string): string;
  /** What the client gets in place of these bytes of an answer that goes on, which are decoded where it is. */
  onData(chunk: Buffer): Buffer;
}

/**
 * `complete`: the whole answer came; the client's side is still open, for the caller to end.
 * `broken`: the upstream failed; `head` says whether an answer had begun. `gone`: the client went away.
 */
export type RelayEnd = {
  readonly kind: 'complete' | 'broken' | 'gone';
  readonly head: UpstreamHead | undefined;
  readonly error: Error | undefined;
  /** True where there was never a connection that the request could have left by. */
  readonly isUnsent?: boolean;
  /** The answer's body where it was kept; what is larger than 1 MiB is `broken`. */
  readonly kept: Buffer;
};

const MAX_KEPT_BYTES = 1024 * 1024;
/** An error that tells no more for so long is told as far as it came. */
const KEPT_SILENCE_MS = 10_000;
const TOO_LARGE = `the answer is larger than ${MAX_KEPT_BYTES / 1024 / 1024} MiB`;
const SILENT = `the answer stood still for ${KEPT_SILENCE_MS / 1000} s`;
const NOTHING = Buffer.alloc(0);
const DROPPED: Readonly<Record<Way, ReadonlySet<string> | undefined>> = {
  relay: undefined,
  'relay-other-length': new Set(['content-length']),
  'relay-decoded': new Set(['content-length', 'content-encoding']),
  keep: undefined,
};

export function relay(
  request: UpstreamRequest,
  response: ServerResponse,
  hooks: RelayHooks,
): Promise<RelayEnd> {
  return new Promise((resolve) => {
    const handler = new RelayHandler(response, hooks, resolve);
    const { dispatcher, origin, path, headers } = request;
    const method = request.method as Dispatcher.HttpMethod;
    // Its types do not know that undici takes anything that can be iterated over.
    const body = request.body as Buffer | Readable | null;
    dispatcher.dispatch({ origin, path, method, headers, body }, handler);
  });
}

class RelayHandler implements Dispatcher.DispatchHandlers {
  readonly #response: ServerResponse;
  readonly #hooks: RelayHooks;
  readonly #resolve: (end: RelayEnd) => void;
  readonly #onClose = () => this.#clientClosed();
  #abort: ((error?: Error) => void) | undefined;
  #head: UpstreamHead | undefined;
  #keeps = false;
  #decoded: DecodedAnswer | undefined;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #isSettled = false;
  #silence: NodeJS.Timeout | undefined;

  constructor(response: ServerResponse, hooks: RelayHooks, resolve: (end: RelayEnd) => void) {
    this.#response = response;
    this.#hooks = hooks;
    this.#resolve = resolve;
    response.on('close', this.#onClose);
  }

  onConnect(abort: (error?: Error) => void): void {
    this.#abort = abort;
    if (this.#isSettled) abort(new Error('the client went away'));
    else if (this.#response.destroyed) this.#clientClosed();
  }

  onHeaders(status: number, rawHeaders: Buffer[], resume: () => void): boolean {
    if (status < 200) return true;
    const raw = rawHeaders.map((part) => part.toString('latin1'));
    this.#head = { status, headers: headerRecord(raw), rawHeaders: raw };
    const decision = this.#hooks.onHead(this.#head);
    this.#keeps = decision === 'keep';
    if (this.#keeps) {
      if (status >= 400) this.#silence = setTimeout(() => this.#cutError(SILENT), KEPT_SILENCE_MS);
      return true;
    }
    if (decision === 'relay-decoded') this.#decode(this.#head, resume);
    const redact = (header: string) => this.#hooks.redact(header);
    this.#response.writeHead(status, clientHeaders(this.#head, redact, DROPPED[decision]));
    // The client waits for the head, however long the first bytes take.
    this.#response.flushHeaders();
    this.#response.on('drain', () => (this.#decoded ? this.#decoded.resume() : resume()));
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (this.#keeps) return this.#keep(chunk);
    return this.#decoded ? this.#decoded.push(chunk) : this.#pass(chunk);
  }

  onComplete(): void {
    if (this.#decoded) this.#decoded.end();
    else if (this.#keptBytes <= MAX_KEPT_BYTES) this.#settle('complete', undefined);
    else this.#settle('broken', new RangeError(TOO_LARGE));
  }

  onError(error: Error): void {
    this.#settle('broken', error);
  }

  onUpgrade(): void {
    // Nothing that is relayed asks for one: see websocket-dial.ts.
  }

  #pass(chunk: Buffer): boolean {
    const passed = this.#hooks.onData(chunk);
    return passed.length === 0 || this.#response.write(passed);
  }

  #decode({ headers }: UpstreamHead, resume: () => void): void {
    const decoder = createDecoder(headers['content-encoding']);
    if (typeof decoder === 'string') return;
    this.#decoded = new DecodedAnswer(decoder, {
      pass: (chunk) => this.#pass(chunk),
      onRoom: resume,
      onEnd: (error) => {
        this.#settle(error ? 'broken' : 'complete', error);
        if (error) this.#abort?.(error);
      },
    });
  }

  #keep(chunk: Buffer): boolean {
    this.#silence?.refresh();
    this.#keptBytes += chunk.length;
    if (this.#keptBytes <= MAX_KEPT_BYTES) this.#kept.push(chunk);
    else if (this.#silence) this.#cutError(TOO_LARGE);
    return true;
  }

  /** What counts of an error is its status, and when to come again: it must not hang on a body that never ends. */
  #cutError(why: string): void {
    const error = new RangeError(why);
    this.#settle('broken', error);
    this.#abort?.(error);
  }

  #clientClosed(): void {
    if (this.#isSettled || this.#response.writableFinished) return;
    this.#settle('gone', undefined);
    this.#abort?.(new Error('the client went away'));
  }

  /** Whichever side ends first decides, once. */
  #settle(kind: RelayEnd['kind'], error: Error | undefined): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    clearTimeout(this.#silence);
    this.#response.off('close', this.#onClose);
    this.#decoded?.drop();
    const [only = NOTHING] = this.#kept;
    const kept = this.#kept.length > 1 ? Buffer.concat(this.#kept) : only;
    this.#resolve({ kind, head: this.#head, error, isUnsent: this.#abort === undefined, kept });
  }
}

/** The headers of an answer as they go on to the client, flat. */
export function clientHeaders(
  { rawHeaders }: UpstreamHead,
  redact: (header: string) => string,
  dropped?: ReadonlySet<string>,
): string[] {
  return endToEndHeaders(rawHeaders, dropped).map(redact);
}
