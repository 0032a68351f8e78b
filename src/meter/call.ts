/** One metered call, from the request's bytes to its entry in the ledger. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeError } from '../core/errors.js';
import type { Dialect, LocalAnswer, RequestFacts } from '../ports/dialect.js';
import { decodeBody } from '../wire/decode.js';
import { endToEndHeaders, headerRecord } from '../wire/headers.js';
import { JsonBody } from '../wire/json-body.js';
import { CallAccount, MAX_ERROR_BYTES } from './account.js';
import type { Client, Ticket } from './admission.js';
import { redact, swapHeaders, swapQuery } from './credentials.js';
import { sendLocal } from './local-answer.js';
import { type RelayEnd, relay, type UpstreamHead, type UpstreamRequest } from './relay.js';
import type { MeterServices } from './server.js';
import { ResponseTap } from './tap.js';

/** Where a call goes, once its path is known. */
export interface CallRoute {
  readonly dialect: Dialect;
  /** The dialect's own path. */
  readonly path: string;
  readonly query: string;
}

const MAX_BODY_BYTES = 64 * 1024 * 1024;
const REWRITTEN_HEADERS = new Set([
  'host',
  'content-length',
  'content-encoding',
  'accept-encoding',
  'expect',
]);

export class MeteredCall {
  readonly #services: MeterServices;
  readonly #route: CallRoute;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #headers: Record<string, string>;
  readonly #account: CallAccount;

  constructor(services: MeterServices, route: CallRoute, request: IncomingMessage, response: ServerResponse) {
    this.#services = services;
    this.#route = route;
    this.#request = request;
    this.#response = response;
    this.#headers = headerRecord(request.rawHeaders);
    this.#account = new CallAccount(services, route.dialect, this.#headers);
  }

  async run(): Promise<void> {
    const { dialect, path } = this.#route;
    if (this.#services.upstreamOf(dialect) === undefined) {
      this.#answer(
        dialect.failure(404, `spendgate has no upstream for ${dialect.id}: name one in \`upstream\`.`),
      );
      return;
    }
    let body: JsonBody;
    let facts: RequestFacts;
    try {
      const bytes = await readBody(this.#request);
      body = new JsonBody(await decodeBody(bytes, this.#headers['content-encoding'], MAX_BODY_BYTES));
      facts = dialect.readRequest(body, path);
    } catch (error) {
      this.#refuseUnread(error);
      return;
    }
    await this.#admit(body, facts);
  }

  async #admit(body: JsonBody, facts: RequestFacts): Promise<void> {
    const { dialect } = this.#route;
    const admission = await this.#account.admit({ facts, bytes: body.bytes }, clientOf(this.#response));
    if (admission.kind === 'refused') {
      const answer = dialect.refusal(admission.reason);
      this.#account.refuse(answer.status);
      this.#answer(answer);
      return;
    }
    let hidesRequestedUsage: boolean;
    try {
      if (admission.ceiling !== undefined) dialect.setOutputCeiling(body, admission.ceiling);
      hidesRequestedUsage = dialect.requestUsage(body);
    } catch (error) {
      this.#services.guard.release(admission.ticket);
      this.#refuseUnread(error);
      return;
    }
    await this.#forward(body, admission.ticket, hidesRequestedUsage);
  }

  /** The order at the end matters: what happened is on disk and counted before the client hears of it. */
  async #forward(body: JsonBody, ticket: Ticket, hidesRequestedUsage: boolean): Promise<void> {
    const { dialect } = this.#route;
    let tap: ResponseTap | undefined;
    this.#account.send(ticket);
    const end = await relay(this.#upstreamRequest(body), this.#response, {
      onHead: (head) => {
        if (isShortError(head)) return 'collect';
        tap = new ResponseTap({ dialect, headers: head.headers, hidesRequestedUsage });
        return tap.changesBytes ? 'relay-other-length' : 'relay';
      },
      redact: (header) => redact(this.#services.credentials, header),
      onData: (chunk) => tap?.push(chunk) ?? chunk,
    });
    const rest = tap?.end();
    const told = await this.#account.settle(ticket, end, await tap?.result());
    this.#finish(end, rest, told);
  }

  #upstreamRequest(body: JsonBody): UpstreamRequest {
    const { credentials, dispatcher, upstreamOf } = this.#services;
    const { dialect, path, query } = this.#route;
    const { origin = '', prefix = '' } = upstreamOf(dialect) ?? {};
    const swapped = swapQuery(credentials, query);
    const headers = swapHeaders(credentials, endToEndHeaders(this.#request.rawHeaders, REWRITTEN_HEADERS));
    // Uncompressed answers spare both sides the work, and can be listened to as they come.
    headers.push('accept-encoding', 'identity', ...swapped.headers);
    return {
      dispatcher,
      origin,
      path: `${prefix}${path}${swapped.query}`,
      method: 'POST',
      headers,
      body: body.bytes,
    };
  }

  /** The client's end of the exchange follows the upstream's: whole, refused, unreachable, or broken. */
  #finish(end: RelayEnd, rest: Buffer | undefined, told: string | undefined): void {
    const { dialect } = this.#route;
    if (end.kind === 'gone') return;
    if (end.head === undefined) {
      this.#answer(
        dialect.failure(502, `spendgate could not reach the upstream: ${describeError(end.error)}.`),
      );
    } else if (this.#response.headersSent) {
      if (end.kind === 'broken') this.#response.socket?.resetAndDestroy();
      else this.#response.end(rest);
    } else if (told !== undefined) {
      this.#answer(dialect.refusal(told));
    } else if (end.kind === 'broken') {
      this.#answer(dialect.failure(502, 'The upstream broke off its error message.'));
    } else {
      this.#passError(end.head, end.collected);
    }
  }

  /** An error answer as it came, unless it repeats the key. */
  #passError(head: UpstreamHead, body: Buffer): void {
    const { credentials } = this.#services;
    const isLeaking = credentials.key !== undefined && body.includes(credentials.key);
    const passed = isLeaking ? Buffer.from(redact(credentials, body.toString('utf8'))) : body;
    const headers = endToEndHeaders(head.rawHeaders, isLeaking ? new Set(['content-length']) : undefined);
    this.#response.writeHead(
      head.status,
      headers.map((header) => redact(credentials, header)),
    );
    this.#response.end(passed);
  }

  /** What the meter cannot read it cannot limit, and no upstream could read it either. */
  #refuseUnread(error: unknown): void {
    const { dialect } = this.#route;
    this.#answer(dialect.failure(400, `spendgate could not read the request: ${describeError(error)}.`));
  }

  #answer(answer: LocalAnswer): void {
    sendLocal(this.#response, answer);
  }
}

function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    request.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= MAX_BODY_BYTES) parts.push(part);
      else {
        request.pause();
        reject(new RangeError(`the body is larger than ${MAX_BODY_BYTES} bytes`));
      }
    });
    request.once('end', () => resolve(parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)));
    request.once('error', reject);
    request.once('close', () => {
      if (!request.complete) reject(new Error('the client went away'));
    });
  });
}

function isShortError({ status, headers }: UpstreamHead): boolean {
  return status >= 400 && Number(headers['content-length'] ?? 0) <= MAX_ERROR_BYTES;
}

function clientOf(response: ServerResponse): Client {
  return {
    isGone: response.destroyed,
    whenGone: (callback) => response.once('close', callback),
  };
}
