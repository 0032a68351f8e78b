/** One metered call over HTTP, from the request's bytes to the end of its answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeError } from '../core/errors.js';
import type { Dialect, LocalAnswer } from '../ports/dialect.js';
import { headerRecord } from '../wire/headers.js';
import { CallAccount } from './account.js';
import type { Client, Ticket } from './admission.js';
import { redact, swapQuery } from './credentials.js';
import { isShortError, passAtOnce, passKept, UNREADABLE, wayOfCoded } from './kept-answer.js';
import { KeyScreen } from './key-screen.js';
import { sendLocal } from './local-answer.js';
import { NotedRequest } from './noted-request.js';
import { outgoingHeaders } from './outgoing-headers.js';
import { withoutMasks } from './query.js';
import {
  type RelayEnd,
  type RelayHooks,
  relay,
  type UpstreamHead,
  type UpstreamRequest,
  type Way,
} from './relay.js';
import { readRequestBody } from './request-body.js';
import { type MeterServices, pathAt, type Upstream } from './services.js';
import { isEventStream, ResponseTap } from './tap.js';

/** Where a call goes, once its path is known. */
export interface CallRoute {
  readonly dialect: Dialect;
  /** The dialect's own path. */
  readonly path: string;
  readonly query: string;
}

/** A call that may leave. */
interface Admitted {
  readonly request: NotedRequest;
  readonly ticket: Ticket;
}

const REWRITTEN_HEADERS = new Set([
  'host',
  'content-length',
  'content-encoding',
  'accept-encoding',
  'expect',
  // As what it was checked: some servers read a form where this says so.
  'content-type',
  // A part of an answer would leave its usage out.
  'x-goog-fieldmask',
]);
/** A short answer goes out in one piece with its head. */
const MAX_SHORT_BYTES = 64 * 1024;
/** Up to here copying a body together is cheaper than sending it in pieces. */
const MAX_COPIED_BYTES = 128 * 1024;

const RETRY_HEADERS = new Set(['retry-after', 'retry-after-ms', 'x-should-retry']);
const NOWHERE: Upstream = { origin: '', prefix: '' };

export class MeteredCall implements RelayHooks, Client {
  readonly #services: MeterServices;
  readonly #route: CallRoute;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #headers: Record<string, string>;
  readonly #account: CallAccount;
  readonly #screen: KeyScreen;
  #hidesRequestedUsage = false;
  /** Listens to an answer that goes on as it comes. */
  #tap: ResponseTap | undefined;

  constructor(services: MeterServices, route: CallRoute, request: IncomingMessage, response: ServerResponse) {
    this.#services = services;
    this.#route = route;
    this.#request = request;
    this.#response = response;
    this.#headers = headerRecord(request.rawHeaders);
    this.#account = new CallAccount(services, route.dialect, this.#headers);
    this.#screen = new KeyScreen(services.credentials);
  }

  get isGone(): boolean {
    return this.#response.destroyed;
  }

  whenGone(callback: () => void): () => void {
    this.#response.once('close', callback);
    return () => this.#response.off('close', callback);
  }

  onHead(head: UpstreamHead): Way {
    if (isShortError(head) || isShortAnswer(head)) return 'keep';
    this.#account.noteHead(head);
    const coded = wayOfCoded(this.#services.credentials, head);
    if (coded === 'keep') return coded;
    // What is decoded on its way is heard as it is passed on.
    const headers = coded === undefined ? head.headers : { ...head.headers, 'content-encoding': '' };
    this.#tap = this.#tapFor(headers);
    return coded ?? (this.#tap.changesBytes ? 'relay-other-length' : 'relay');
  }

  redact(header: string): string {
    return redact(this.#services.credentials, header);
  }

  onData(chunk: Buffer): Buffer {
    return this.#screen.push(this.#tap?.push(chunk) ?? chunk);
  }

  async run(): Promise<void> {
    const { dialect } = this.#route;
    if (this.#services.upstreamOf(dialect) === undefined) {
      const text = `spendgate has no upstream for ${dialect.id}: name one in \`upstream\`.`;
      this.#answer(dialect.failure(404, text));
      return;
    }
    const admitted = await this.#admit();
    if (admitted === undefined) return;
    try {
      await this.#exchange(admitted);
    } catch (error) {
      this.#account.lose(admitted.ticket);
      throw error;
    }
  }

  /** `undefined` when the call was answered here. */
  async #admit(): Promise<Admitted | undefined> {
    const { dialect, path } = this.#route;
    let ticket: Ticket | undefined;
    try {
      const body = await readRequestBody(this.#request, this.#headers['content-encoding']);
      const facts = dialect.readRequest(body, path);
      const admission = await this.#account.admit({ facts, body }, this);
      if (admission.kind === 'refused') {
        if (this.isGone) this.#account.giveRequestBack();
        else await this.#refuse(admission.reason);
        return undefined;
      }
      ticket = admission.ticket;
      if (this.isGone) {
        this.#services.guard.release(ticket);
        this.#account.giveRequestBack();
        return undefined;
      }
      if (admission.ceiling !== undefined) dialect.setOutputCeiling(body, admission.ceiling);
      this.#hidesRequestedUsage = dialect.requestUsage(body);
      const { guard } = this.#services;
      const addNote = (text: string) => dialect.addNote(body, text);
      return { ticket, request: new NotedRequest(body, admission, { addNote, guard }) };
    } catch (error) {
      if (ticket) this.#services.guard.release(ticket);
      this.#refuseUnread(error);
      return undefined;
    }
  }

  /**
   * The order at the end matters: what happened is on disk and counted before the client hears of it, or, where an answer goes
   * on at once, before the meter hears anything more: nothing may be waited for in between.
   */
  async #exchange({ request, ticket }: Admitted): Promise<void> {
    this.#account.send(ticket);
    const end = await request.send((parts) => relay(this.#upstreamRequest(parts), this.#response, this));
    const isPassed = passAtOnce(this.#services.credentials, this.#response, end);
    const rest = this.#rest();
    const result = (this.#tap ?? this.#tapOfKept(end))?.result();
    const heard = result instanceof Promise ? await result : result;
    const told = await this.#account.settle(ticket, { end, heard, note: request.note });
    if (!isPassed) await this.#finish(end, rest, told);
    if (this.#services.dispatcher.hasUnsent?.() === false) this.#account.giveRequestBack();
  }

  /** What the client still gets behind what was passed on. */
  #rest(): Buffer | undefined {
    if (this.#tap === undefined) return undefined;
    return Buffer.concat([this.#screen.push(this.#tap.end()), this.#screen.end()]);
  }

  /** `undefined` where nothing was answered but an error, of which more is read. */
  #tapOfKept({ head, kept }: RelayEnd): ResponseTap | undefined {
    if (head === undefined || head.status >= 400) return undefined;
    const tap = this.#tapFor(head.headers);
    tap.push(kept);
    return tap;
  }

  #tapFor(headers: UpstreamHead['headers']): ResponseTap {
    const { dialect } = this.#route;
    return new ResponseTap({ dialect, headers, hidesRequestedUsage: this.#hidesRequestedUsage });
  }

  #upstreamRequest(parts: readonly Buffer[]): UpstreamRequest {
    const size = parts.reduce((sum, { length }) => sum + length, 0);
    const { credentials, dispatcher, upstreamOf } = this.#services;
    const { dialect, path, query } = this.#route;
    const upstream = upstreamOf(dialect) ?? NOWHERE;
    const swapped = swapQuery(credentials, withoutMasks(query));
    const { rawHeaders: raw } = this.#request;
    const headers = outgoingHeaders(this.#services, {
      raw,
      dropped: REWRITTEN_HEADERS,
      policy: upstream.headers,
    });
    // Uncompressed answers spare both sides the work, and can be listened to as they come.
    headers.push('content-type', 'application/json', 'content-length', String(size));
    headers.push('accept-encoding', 'identity', ...swapped.headers);
    return {
      dispatcher,
      origin: upstream.origin,
      path: `${pathAt(upstream, path)}${swapped.query}`,
      method: 'POST',
      headers,
      body: size > MAX_COPIED_BYTES ? parts : Buffer.concat(parts),
    };
  }

  /** The client's end of the exchange follows the upstream's: whole, refused, unreachable, or broken. */
  async #finish(end: RelayEnd, rest: Buffer | undefined, told: string | undefined): Promise<void> {
    const { dialect } = this.#route;
    if (end.kind === 'gone') return;
    if (end.head === undefined) {
      this.#answer(
        dialect.failure(502, `spendgate could not reach the upstream: ${describeError(end.error)}.`),
      );
    } else if (this.#response.headersSent) {
      if (end.kind === 'broken') this.#request.socket.resetAndDestroy();
      else this.#response.end(rest);
    } else if (told !== undefined) {
      this.#answer(dialect.refusal(told));
    } else if (end.kind === 'complete') {
      const { head, kept } = end;
      const isPassed = await passKept(this.#services.credentials, this.#response, { head, kept });
      if (!isPassed) this.#answer(dialect.failure(head.status < 400 ? 502 : head.status, UNREADABLE));
    } else if (end.head.status < 400) {
      this.#request.socket.resetAndDestroy();
    } else {
      const why = end.error === undefined ? '' : ` (${describeError(end.error)})`;
      const { status, headers } = end.head;
      const failure = dialect.failure(status, `The upstream's error message did not come whole${why}.`);
      this.#answer({ ...failure, headers: { ...failure.headers, ...whenToRetry(headers) } });
    }
  }

  async #refuse(reason: string): Promise<void> {
    const answer = this.#route.dialect.refusal(reason);
    const told = this.#account.refuse(answer.status);
    this.#account.giveRequestBack();
    await told;
    this.#answer(answer);
  }

  /** What the meter cannot read it cannot limit, and no upstream could read it either. */
  #refuseUnread(error: unknown): void {
    const { dialect } = this.#route;
    // Nobody reads the rest of it.
    if (!this.#request.complete && !this.#response.headersSent)
      this.#response.setHeader('connection', 'close');
    this.#answer(dialect.failure(400, `spendgate could not read the request: ${describeError(error)}.`));
  }

  #answer(answer: LocalAnswer): void {
    sendLocal(this.#response, answer);
  }
}

/** Of a stream something may have to be left out. */
function isShortAnswer({ headers }: UpstreamHead): boolean {
  return Number(headers['content-length'] ?? Number.NaN) <= MAX_SHORT_BYTES && !isEventStream(headers);
}

/** What an error tells of trying again, in headers by lower-case names. */
function whenToRetry(headers: UpstreamHead['headers']): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => RETRY_HEADERS.has(name)));
}
