/**
 * Carries one exchange between the client and the upstream: pooled connections, back pressure in both directions, and an
 * end that is told apart, because a stream that broke must be passed on as broken and never be ended cleanly.
 */
import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { endToEndHeaders, headerRecord } from '../wire/headers.js';

export interface UpstreamRequest {
  readonly dispatcher: Dispatcher;
  readonly origin: string;
  readonly path: string;
  readonly method: string;
  /** Flat name and value pairs. */
  readonly headers: string[];
  readonly body: Buffer | Readable | null;
}

export interface UpstreamHead {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Record<string, string>;
  /** Flat name and value pairs, as they came. */
  readonly rawHeaders: readonly string[];
}

export interface RelayHooks {
  /** Decides, once the head is there, whether the answer goes on to the client or is collected for the caller. */
  onHead(head: UpstreamHead): 'relay' | 'relay-other-length' | 'collect';
  /** Takes secrets out of a header that is passed on. */
  redact(header: string): string;
  /** What the client gets in place of these bytes. */
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
  /** The answer's body where it was collected; cut at 1 MiB. */
  readonly collected: Buffer;
};

const MAX_COLLECTED_BYTES = 1024 * 1024;
const NO_LENGTH = new Set(['content-length']);

export function relay(
  request: UpstreamRequest,
  response: ServerResponse,
  hooks: RelayHooks,
): Promise<RelayEnd> {
  return new Promise((resolve) => {
    const handler = new RelayHandler(response, hooks, resolve);
    const { dispatcher, ...options } = request;
    dispatcher.dispatch({ ...options, method: options.method as Dispatcher.HttpMethod }, handler);
  });
}

class RelayHandler implements Dispatcher.DispatchHandlers {
  readonly #response: ServerResponse;
  readonly #hooks: RelayHooks;
  readonly #resolve: (end: RelayEnd) => void;
  readonly #onClose = () => this.#clientClosed();
  #abort: ((error?: Error) => void) | undefined;
  #head: UpstreamHead | undefined;
  #collects = false;
  #hasData = false;
  #collected: Buffer[] = [];
  #collectedBytes = 0;
  #isSettled = false;

  constructor(response: ServerResponse, hooks: RelayHooks, resolve: (end: RelayEnd) => void) {
    this.#response = response;
    this.#hooks = hooks;
    this.#resolve = resolve;
    response.once('close', this.#onClose);
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
    this.#collects = decision === 'collect';
    if (this.#collects) return true;
    const headers = endToEndHeaders(raw, decision === 'relay' ? undefined : NO_LENGTH).map(
      this.#hooks.redact,
    );
    this.#response.writeHead(status, headers);
    // A short answer follows at once, and goes out with its head in one piece.
    if (this.#head.headers['content-length'] === undefined) this.#response.flushHeaders();
    else setImmediate(() => this.#hasData || this.#response.flushHeaders());
    this.#response.on('drain', resume);
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#hasData = true;
    if (this.#collects) {
      this.#collectedBytes += chunk.length;
      if (this.#collectedBytes <= MAX_COLLECTED_BYTES) this.#collected.push(chunk);
      return true;
    }
    const passed = this.#hooks.onData(chunk);
    return passed.length === 0 || this.#response.write(passed);
  }

  onComplete(): void {
    this.#settle('complete', undefined);
  }

  onError(error: Error): void {
    this.#settle('broken', error);
  }

  onUpgrade(): void {
    // Upgrades are answered by the meter itself and never reach an upstream.
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
    this.#response.off('close', this.#onClose);
    this.#resolve({ kind, head: this.#head, error, collected: Buffer.concat(this.#collected) });
  }
}
