/** One call among the messages of a websocket: from its request to the message that ends its answer. */
import { WireFormatError } from '../core/errors.js';
import { lazily } from '../core/lazy.js';
import type { UsageSnapshot } from '../core/usage.js';
import type { ClientMessage, Dialect, UpstreamMessage, UsageReader } from '../ports/dialect.js';
import { JsonBody } from '../wire/json-body.js';
import { CallAccount, type CallRequest } from './account.js';
import type { Admission, Client, Ticket } from './admission.js';
import { NotedRequest } from './noted-request.js';
import type { RelayEnd } from './relay.js';
import type { MeterServices } from './services.js';

export type CallMessage = Extract<ClientMessage, { kind: 'call' }>;
type Heard = Extract<UpstreamMessage, { kind: 'answer' | 'error' }>;

export interface WebSocketCallOptions {
  readonly services: MeterServices;
  readonly dialect: Dialect;
  /** The dialect's own path. */
  readonly path: string;
  /** Of the handshake; lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonBody;
  readonly message: CallMessage;
  /** Bytes of what the server adds, as far as the meter has seen it; `undefined` when it has not. */
  readonly contextBytes: number | undefined;
}

/** What becomes of a message of the upstream: it goes on, or another one does, or none does and the request leaves again. */
export type Reply = 'as-it-came' | 'again' | { readonly told: string };

/** How an answer came to its end. */
interface Closing {
  readonly kind: RelayEnd['kind'];
  /** `undefined` where no answer began. */
  readonly status: number | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly error?: unknown;
}

/** In any estimate of a request's input so many bytes come to about a token, and to two where they are added to what was seen. */
const BYTES_PER_TOKEN = 4;
const NOTHING = Buffer.alloc(0);

export class WebSocketCall {
  readonly #options: WebSocketCallOptions;
  readonly #account: CallAccount;
  readonly #reader: UsageReader;
  readonly #end = Promise.withResolvers<void>();
  #request: NotedRequest | undefined;
  #ticket: Ticket | undefined;
  #hasBegun = false;
  /** True while no message of its answer holds anything of an answer. */
  #isPlain = true;
  /** Of the request and all that stands in front of it; `undefined` when the server adds what the meter has not seen. */
  #wholeBytes: number | undefined;
  #hasMedia = false;
  #trouble: string | undefined;

  constructor(options: WebSocketCallOptions) {
    const { services, dialect, headers, message } = options;
    this.#options = options;
    this.#account = new CallAccount(services, dialect, { ...headers, ...message.headers });
    this.#reader = dialect.createUsageReader();
  }

  /** Resolves when the call is settled. */
  get ended(): Promise<void> {
    return this.#end.promise;
  }

  get lane(): string | undefined {
    return this.#options.message.lane;
  }

  get isWarmUp(): boolean {
    return this.#options.message.isWarmUp;
  }

  /** False while the next message may be the first of its answer. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** @throws when the request cannot be read or edited; then nothing is held. */
  async admit(client: Client): Promise<Admission> {
    const { services, dialect, body, message } = this.#options;
    const admission = await this.#account.admit(this.#ask(), client);
    if (admission.kind === 'refused') return admission;
    try {
      if (admission.ceiling !== undefined) dialect.setOutputCeiling(message.request, admission.ceiling);
      const addNote = (text: string) => dialect.addNote(message.request, text);
      this.#request = new NotedRequest(body, admission, { addNote, guard: services.guard });
    } catch (error) {
      services.guard.release(admission.ticket);
      throw error;
    }
    return admission;
  }

  #ask(): CallRequest {
    const { dialect, path, body, message, contextBytes } = this.#options;
    const facts = dialect.readRequest(message.request, path);
    const isSeen = message.continues !== undefined && contextBytes !== undefined;
    const hasServerContext = facts.hasServerContext && !isSeen;
    const isAllSeen = !hasServerContext && facts.outside?.unbounded === undefined;
    const inlineBytes = facts.outside?.inlineBytes ?? 0;
    this.#hasMedia = inlineBytes > 0;
    if (isAllSeen) this.#wholeBytes = body.size - inlineBytes + (contextBytes ?? 0);
    return {
      facts: { ...facts, stream: true, hasServerContext },
      body,
      request: message.request,
      fingerprint: fingerprintOf(body, message.unsteady),
      contextBytes: contextBytes ?? 0,
      isWarmUp: message.isWarmUp,
    };
  }

  /** What leaves. */
  get bytes(): Buffer {
    return Buffer.concat(this.#request?.parts ?? []);
  }

  /** A warm-up that does not leave is no call that was refused. */
  async refuse(status: number): Promise<void> {
    if (!this.isWarmUp) await this.#account.refuse(status);
  }

  /** A warm-up is no call, so nobody has to be told that it was on its way. */
  send(ticket: Ticket): void {
    this.#ticket = ticket;
    if (!this.isWarmUp) this.#account.send(ticket);
  }

  /** Takes a message of its answer, and settles with the last one. */
  async hear(payload: unknown, heard: Heard): Promise<Reply> {
    this.#read(payload);
    if (heard.kind === 'answer') {
      this.#hasBegun = true;
      this.#isPlain &&= heard.isPlain;
      return heard.isLast
        ? this.#settle({ kind: 'complete', status: 200, error: heard.error })
        : 'as-it-came';
    }
    const { status = 200, headers, body } = heard;
    return this.#settle({ kind: 'complete', status: this.#hasBegun ? 200 : status, headers, error: body });
  }

  /** The connection ended, whichever side it was. */
  async breakOff(kind: 'broken' | 'gone'): Promise<void> {
    await this.#settle({ kind, status: this.#hasBegun ? 200 : undefined });
  }

  /** Bytes that a call which goes on from this one has in front of its own; `undefined` when that cannot be told. */
  get contextBytes(): number | undefined {
    const { usage } = this.#reader.snapshot();
    const { inputTokens = 0, outputTokens = this.isWarmUp ? 0 : undefined } = usage;
    if (this.#wholeBytes === undefined || outputTokens === undefined) return undefined;
    // The bytes of a picture say nothing of it, so somebody must have counted it.
    if (this.#hasMedia && inputTokens === 0) return undefined;
    // What was fetched or searched for stays in front of what follows.
    return Math.max(this.#wholeBytes, inputTokens * BYTES_PER_TOKEN) + outputTokens * BYTES_PER_TOKEN;
  }

  #read(payload: unknown): void {
    try {
      this.#reader.push(payload);
    } catch (error) {
      this.#trouble ??=
        error instanceof WireFormatError ? error.message : 'a message with usage is not readable';
    }
  }

  async #settle(closing: Closing): Promise<Reply> {
    const { kind, status, headers = {}, error } = closing;
    const ticket = this.#ticket;
    if (ticket === undefined) return 'as-it-came';
    const end = {
      kind,
      head: status === undefined ? undefined : { status, headers, rawHeaders: [] },
      error: undefined,
      kept: error === undefined ? NOTHING : Buffer.from(JSON.stringify(error)),
    };
    if (this.#request?.goesAgain(end)) return 'again';
    this.#ticket = undefined;
    try {
      const told = await this.#close(ticket, closing, end);
      return told === undefined ? 'as-it-came' : { told };
    } catch (error) {
      this.#account.lose(ticket);
      throw error;
    } finally {
      this.#end.resolve();
    }
  }

  async #close(ticket: Ticket, closing: Closing, end: RelayEnd): Promise<string | undefined> {
    const { services, path } = this.#options;
    const snapshot = this.#reader.snapshot();
    if (!this.#wasFree(closing, snapshot)) {
      const heard = { snapshot, error: closing.error, trouble: this.#trouble, bytes: 0, isStream: true };
      return this.#account.settle(ticket, { end, heard, note: this.#request?.note });
    }
    services.guard.release(ticket);
    services.noteOther(`WS ${path} warm-up`);
    return undefined;
  }

  /** Told as nothing, or left untold where nothing was generated that anybody saw, and nobody stopped it. */
  #wasFree({ kind, error }: Closing, { usage }: UsageSnapshot): boolean {
    if (!this.isWarmUp || kind !== 'complete' || error !== undefined) return false;
    const { inputTokens, outputTokens } = usage;
    if (inputTokens === undefined && outputTokens === undefined) return this.#isPlain;
    return inputTokens === 0 && outputTokens === 0;
  }
}

/** Of the request as it is now, whenever somebody asks. */
function fingerprintOf(body: JsonBody, unsteady: readonly string[] | undefined): () => string {
  if (unsteady === undefined) return () => body.fingerprint;
  const { parts } = body;
  return lazily(() => {
    const steady = new JsonBody(Buffer.concat(parts));
    steady.set(unsteady, 0);
    return new JsonBody(steady.bytes).fingerprint;
  });
}
