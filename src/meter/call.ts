/** One metered call, from the request's bytes to its entry in the ledger. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describeError } from '../core/errors.js';
import { type AnswerCost, costOfAnswer } from '../core/price.js';
import type { UsageSnapshot } from '../core/usage.js';
import type { Dialect, LocalAnswer, RequestFacts } from '../ports/dialect.js';
import { decodeBody } from '../wire/decode.js';
import { endToEndHeaders, headerRecord } from '../wire/headers.js';
import { readJson } from '../wire/json-answer.js';
import { JsonBody } from '../wire/json-body.js';
import { readRequestId } from '../wire/request-id.js';
import type { Client, Ticket } from './admission.js';
import { redact, swapHeaders, swapQuery } from './credentials.js';
import type { FailureDesk } from './failure-desk.js';
import { sendLocal } from './local-answer.js';
import { judgeOutcome, type Outcome, refusedEntry } from './outcome.js';
import { type RelayEnd, relay, type UpstreamHead, type UpstreamRequest } from './relay.js';
import { fingerprintOf } from './retries.js';
import type { MeterServices } from './server.js';
import { ResponseTap, type TapResult } from './tap.js';

/** Where a call goes, once its path is known. */
export interface CallRoute {
  readonly dialect: Dialect;
  /** The dialect's own path. */
  readonly path: string;
  readonly query: string;
}

/** How a request asks for a cache that is kept for an hour; letters that are written as escapes may say anything. */
const LONG_CACHE = ['"1h"', '\\u00'];
const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** Longer than any model's name; a made-up one must not fill the outputs. */
const MAX_MODEL_LENGTH = 200;
const REWRITTEN_HEADERS = new Set([
  'host',
  'content-length',
  'content-encoding',
  'accept-encoding',
  'expect',
]);
/** Beyond this an answer is no error message any more, and goes on as it comes. */
const MAX_ERROR_BYTES = 256 * 1024;

export class MeteredCall {
  readonly #services: MeterServices;
  readonly #route: CallRoute;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #headers: Record<string, string>;
  readonly #startedAt: Date;
  readonly #id: string;
  #facts: RequestFacts | undefined;
  #body: Buffer = Buffer.alloc(0);
  #fingerprint = '';
  #isRetry = false;

  constructor(services: MeterServices, route: CallRoute, request: IncomingMessage, response: ServerResponse) {
    this.#services = services;
    this.#route = route;
    this.#request = request;
    this.#response = response;
    this.#headers = headerRecord(request.rawHeaders);
    this.#startedAt = services.clock.now();
    this.#id = services.nextId();
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
    try {
      const bytes = await readBody(this.#request);
      body = new JsonBody(await decodeBody(bytes, this.#headers['content-encoding'], MAX_BODY_BYTES));
      this.#facts = dialect.readRequest(body, path);
    } catch (error) {
      this.#refuseUnread(error);
      return;
    }
    this.#body = body.bytes;
    this.#fingerprint = fingerprintOf(this.#body);
    this.#isRetry = this.#services.retries.isRetry(this.#headers, this.#fingerprint);
    await this.#admit(body, this.#facts);
  }

  async #admit(body: JsonBody, facts: RequestFacts): Promise<void> {
    const { dialect } = this.#route;
    const ask = {
      dialect: dialect.id,
      facts,
      bodyBytes: body.bytes.length,
      mayWriteLongCache: LONG_CACHE.some((words) => body.bytes.includes(words)),
      isRetry: this.#isRetry,
      fingerprint: this.#fingerprint,
    };
    const admission = await this.#services.guard.admit(ask, clientOf(this.#response));
    if (admission.kind === 'refused') {
      const answer = dialect.refusal(admission.reason);
      this.#record(refusedEntry(answer.status));
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
    const sentAtMs = this.#services.clock.now().getTime();
    this.#recordSent(ticket);
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
    const heard = await tap?.result();
    const judged = await this.#readFailure(end, heard);
    const { entry, settlement } = judgeOutcome(end, heard, (head, snapshot) => this.#cost(head, snapshot));
    if (entry.outcome !== 'ok') this.#services.retries.noteFailure(this.#fingerprint);
    if (heard?.trouble !== undefined) this.#services.onTrouble(heard.trouble);
    this.#record(entry, end.head);
    this.#services.guard.settle(ticket, settlement, this.#services.clock.now().getTime() - sentAtMs);
    this.#finish(end, rest, typeof judged === 'function' ? await judged() : judged);
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

  /** What to tell the agent in place of an error answer; `undefined` where the answer goes on as it came. */
  async #readFailure(
    { head, collected }: RelayEnd,
    heard: TapResult | undefined,
  ): Promise<ReturnType<FailureDesk['judge']>> {
    if (head === undefined) return undefined;
    if (head.status < 400 && heard?.error === undefined) {
      this.#services.failures.noteSuccess();
      return undefined;
    }
    const body = heard?.error ?? readJson(await decodeText(collected, head.headers['content-encoding']));
    return this.#services.failures.judge({ ...head, body }, this.#startedAt);
  }

  #cost(head: UpstreamHead, snapshot: UsageSnapshot): AnswerCost | undefined {
    const { gateway, prices } = this.#services;
    const evidence = {
      headers: head.headers,
      streamed: this.#facts?.stream ?? false,
      usage: snapshot.raw,
    };
    this.#services.noteRoute(gateway.readRoute(evidence), this.#facts?.model);
    const models = [snapshot.model, this.#facts?.model];
    return costOfAnswer(gateway.readCost(evidence), snapshot.usage, prices, models);
  }

  /** On disk before it leaves: if nothing settles it any more, somebody can still say that it was there. */
  #recordSent({ inputTokens, outputTokens }: Ticket): void {
    this.#services.ledger.append({
      type: 'sent',
      id: this.#id,
      at: this.#startedAt.toISOString(),
      dialect: this.#route.dialect.id,
      requestedModel: this.#facts?.model?.slice(0, MAX_MODEL_LENGTH),
      inputTokens,
      // Where nothing is held, as by `observe`, what the client allows stands in.
      outputTokens: Math.max(outputTokens, this.#facts?.outputCeiling ?? 0),
    });
  }

  #record(entry: Outcome['entry'], head?: UpstreamHead): void {
    const { clock, credentials, ledger, readCaller } = this.#services;
    ledger.append({
      type: 'call',
      id: this.#id,
      at: this.#startedAt.toISOString(),
      durationMs: Math.max(0, clock.now().getTime() - this.#startedAt.getTime()),
      dialect: this.#route.dialect.id,
      requestedModel: this.#facts?.model?.slice(0, MAX_MODEL_LENGTH),
      caller: readCaller(this.#headers),
      retry: this.#isRetry,
      requestId: head && readRequestId(head.headers, (id) => redact(credentials, id)),
      ...entry,
      model: entry.model?.slice(0, MAX_MODEL_LENGTH),
    });
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

/** Text of an error body; empty when it cannot be decoded, since the status alone still says something. */
async function decodeText(bytes: Buffer, contentEncoding: string | undefined): Promise<string> {
  try {
    return (await decodeBody(bytes, contentEncoding, MAX_ERROR_BYTES * 4)).toString('utf8');
  } catch {
    return '';
  }
}

function clientOf(response: ServerResponse): Client {
  return {
    isGone: response.destroyed,
    whenGone: (callback) => response.once('close', callback),
  };
}
