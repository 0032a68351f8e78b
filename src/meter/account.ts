/**
 * The account of one call, however it travels: what it asks for, what is held for it, that it has left, and what it came to.
 */
import { sleep } from '../core/deadline.js';
import { lazily } from '../core/lazy.js';
import { costOfAnswer, findPrice, type ModelPrice, priceNames } from '../core/price.js';
import { oneLine } from '../core/text.js';
import { longWrites, NO_USAGE, type UsageSnapshot } from '../core/usage.js';
import type { Dialect, RequestBody, RequestFacts } from '../ports/dialect.js';
import type { CallEvidence } from '../ports/gateway.js';
import { decodeBody } from '../wire/decode.js';
import { readJson } from '../wire/json-answer.js';
import type { JsonBody } from '../wire/json-body.js';
import { ESCAPED_LETTER } from '../wire/json-marks.js';
import { readRequestId } from '../wire/request-id.js';
import {
  type Admission,
  type Ask,
  type Client,
  type Role,
  roleOf,
  type Settlement,
  type Ticket,
} from './admission.js';
import { type CallerMark, markOf, UNKNOWN_CALLER } from './caller-mark.js';
import { BodyPieces } from './chunks.js';
import { redact } from './credentials.js';
import type { FailureDesk } from './failure-desk.js';
import { MAX_ERROR_BYTES } from './kept-answer.js';
import { judgeOutcome, type Outcome, type Pricing, refusedEntry } from './outcome.js';
import { MOMENT_MS } from './queue.js';
import type { RelayEnd, UpstreamHead } from './relay.js';
import type { MeterServices } from './services.js';
import type { TapResult } from './tap.js';
import type { NoteLevel } from './wrap-up.js';

/** How a request asks for a cache that is kept for hours; letters that are written as escapes may say anything. */
const LONG_CACHE = ['"1h"', '"12h"', ESCAPED_LETTER];
/** Longer than any model's name; a made-up one must not fill the outputs. */
const MAX_MODEL_LENGTH = 200;

const LOST: Settlement = { kind: 'unknown', usage: NO_USAGE, isAnswered: false, mayGoOn: true };

export interface CallRequest {
  readonly facts: RequestFacts;
  /** As it came, before anything is set on it. */
  readonly body: JsonBody;
  /** What the dialect reads, where that is a part of the body only. */
  readonly request?: RequestBody;
  /** What makes it the very same request when it comes again, where that is not all of its bytes. */
  readonly fingerprint?: () => string;
  /** What the server adds of its own to these bytes, where the meter has seen it. */
  readonly contextBytes?: number;
  /** True for a request that says of itself that nothing is generated. */
  readonly isWarmUp?: boolean;
}

/** How an exchange ended. */
export interface Ended {
  readonly end: RelayEnd;
  readonly heard: TapResult | undefined;
  /** What its request told the agent. */
  readonly note: NoteLevel | undefined;
}

export class CallAccount {
  readonly #services: MeterServices;
  readonly #dialect: Dialect;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #startedAt: Date;
  /** ISO 8601. */
  readonly #at: string;
  readonly #id: string;
  #facts: RequestFacts | undefined;
  #pieces: BodyPieces | undefined;
  #fingerprint: () => string = () => '';
  #isRetry = false;
  #caller: CallerMark = UNKNOWN_CALLER;
  /** Whether the head of the answer told of a fallback; `undefined` while none was looked at. */
  #isRerouted: boolean | undefined;
  /** When it came, until it leaves. */
  #sentAtMs: number;

  /** @param headers lower-case names: who calls, and whether again */
  constructor(services: MeterServices, dialect: Dialect, headers: Readonly<Record<string, string>>) {
    this.#services = services;
    this.#dialect = dialect;
    this.#headers = headers;
    this.#startedAt = services.clock.now();
    this.#at = this.#startedAt.toISOString();
    this.#sentAtMs = this.#startedAt.getTime();
    this.#id = services.nextId();
  }

  /** @throws {SyntaxError} when the body's word on who calls is not JSON */
  async admit(call: CallRequest, client: Client): Promise<Admission> {
    const { body, request = body } = call;
    const facts = withTidyModel(call.facts);
    const { fingerprint = () => body.fingerprint, contextBytes = 0, isWarmUp = false } = call;
    this.#facts = facts;
    this.#pieces = new BodyPieces(body.parts);
    this.#fingerprint = fingerprint;
    this.#isRetry = this.#services.retries.isRetry(this.#headers, this.#fingerprint);
    this.#caller = markOf(this.#services.readCaller(this.#headers, request));
    const ask: Ask = {
      dialect: this.#dialect.id,
      facts,
      bodyBytes: body.size + contextBytes,
      contextBytes,
      pieces: this.#pieces,
      // A call that waits is asked again and again.
      mayWriteLongCache: lazily(() => LONG_CACHE.some((words) => body.includes(words))),
      isRetry: this.#isRetry,
      fingerprint,
      isWarmUp,
      // A warm-up makes nobody hear what it is told.
      role: isWarmUp ? 'other' : this.#roleFor(request),
      caller: this.#caller,
    };
    const admission = await this.#services.guard.admit(ask, client);
    if (admission.kind === 'admitted' && admission.hasWaited) await sleep(MOMENT_MS);
    return admission;
  }

  /** Only read where it matters. */
  #roleFor(request: RequestBody): Role {
    if (!this.#services.guard.tells) return 'other';
    return roleOf(this.#caller.caller, this.#dialect.offersTools(request));
  }

  /** Nothing left. Resolves when the client may be told. */
  refuse(status: number): Promise<void> {
    this.#record(refusedEntry(status));
    return this.#services.refusals.noteRefused();
  }

  /** On disk before it leaves: if nothing settles it any more, somebody can still say that it was there. */
  send({ inputTokens, outputTokens }: Ticket): void {
    this.#sentAtMs = this.#services.clock.now().getTime();
    this.#services.refusals.noteSent();
    this.#services.ledger.append({
      type: 'sent',
      id: this.#id,
      at: this.#at,
      dialect: this.#dialect.id,
      requestedModel: this.#facts?.model,
      inputTokens,
      // Where nothing is held, as by `observe`, what the client allows stands in.
      outputTokens: Math.max(outputTokens, this.#facts?.outputCeiling ?? 0),
    });
  }

  /** An answer begins: a fallback that its head tells of counts from now on, whatever becomes of the rest. */
  noteHead(head: UpstreamHead): void {
    if (this.#isRerouted !== undefined || head.status >= 400) return;
    const { fallbacks, gateway } = this.#services;
    const route = gateway.readRoute(this.#evidence(head, undefined));
    this.#isRerouted = fallbacks.noteHead(route, this.#facts?.model);
  }

  /**
   * What happened is on disk and counted when this resolves.
   * @returns what to tell the agent in place of an error answer; `undefined` where the answer goes on as it came
   */
  async settle(ticket: Ticket, { end, heard, note }: Ended): Promise<string | undefined> {
    this.#noteRoute(end, heard);
    const { head } = end;
    const isFailed = head !== undefined && (head.status >= 400 || heard?.error !== undefined);
    const judged = isFailed ? await this.#readFailure(head, end.kept, heard) : undefined;
    if (head && !isFailed && head.status < 300) this.#services.failures.noteSuccess();
    const { mayWriteLongCache = false } = ticket;
    const { entry, settlement: judgedAs } = judgeOutcome(end, heard, (head, snapshot) =>
      this.#cost(head, mayWriteLongCache ? withLongWrites(snapshot) : snapshot),
    );
    const settlement =
      judgedAs.kind === 'unknown' ? { ...judgedAs, price: this.#priceOfAnother(heard) } : judgedAs;
    if (entry.outcome === 'ok') this.#services.retries.noteSuccess(this.#fingerprint);
    else this.#services.retries.noteFailure(this.#fingerprint());
    if (heard?.trouble !== undefined) this.#services.onTrouble(heard.trouble);
    this.#record(entry, { note, head });
    this.#services.guard.settle(ticket, settlement, this.#services.clock.now().getTime() - this.#sentAtMs);
    return typeof judged === 'function' ? judged() : judged;
  }

  /** What became of it cannot be told: nothing of what was held for it is free again. */
  lose(ticket: Ticket): void {
    this.#services.guard.settle(ticket, LOST, 0);
  }

  /** When the call is over, and the bytes of its request have left or never will. */
  giveRequestBack(): void {
    this.#pieces?.giveBack();
  }

  /** Of the model that said it answered, where that of the one that was asked does not say it: an answer that was cut may still be its. */
  #priceOfAnother(heard: TapResult | undefined): ModelPrice | undefined {
    const { prices } = this.#services;
    const { model: asked } = this.#facts ?? {};
    const names = priceNames(asked, heard?.snapshot.model);
    if (prices === undefined) return undefined;
    const isHeld = asked !== undefined && names.includes(asked) && findPrice(prices, asked) !== undefined;
    return isHeld ? undefined : names.map((name) => findPrice(prices, name)).find(Boolean);
  }

  async #readFailure(
    head: UpstreamHead,
    kept: Buffer,
    heard: TapResult | undefined,
  ): Promise<ReturnType<FailureDesk['judge']>> {
    const body = heard?.error ?? readJson(await decodeText(kept, head.headers['content-encoding']));
    return this.#services.failures.judge({ ...head, body }, this.#startedAt);
  }

  #cost(head: UpstreamHead, snapshot: UsageSnapshot): Pricing {
    const { credentials, gateway, prices } = this.#services;
    const evidence = this.#evidence(head, snapshot.raw);
    const { model: asked, otherModels = [], surcharge } = this.#facts ?? {};
    const rerouted = this.#isRerouted ? gateway.readRoute(evidence) : undefined;
    const names = priceNames(asked, snapshot.model, rerouted);
    // What was asked for at a higher price counts as that, unless the answer says otherwise.
    const factor = snapshot.surcharge?.factor ?? surcharge?.factor;
    const isStored = gateway.isStored?.(evidence) ?? false;
    const answer = { ...snapshot, isStored, surcharge: { ...snapshot.surcharge, factor } };
    const cost = costOfAnswer(gateway.readCost(evidence), answer, prices, names);
    const isAnother = asked !== undefined && ![asked, ...otherModels].some((name) => names.includes(name));
    const isUnpriced = cost === undefined && (isAnother || snapshot.unpriced !== undefined);
    if (!isUnpriced) return { cost };
    const name = oneLine(redact(credentials, names[0] ?? 'of a fallback'), MAX_MODEL_LENGTH);
    const unpricedModel = snapshot.unpriced === undefined ? name : `${name} (${snapshot.unpriced})`;
    return { cost, unpricedModel };
  }

  /** A call counts once: by its head, or else by the model that its answer names. */
  #noteRoute({ head }: RelayEnd, heard: TapResult | undefined): void {
    if (head) this.noteHead(head);
    if (!this.#isRerouted) this.#services.fallbacks.noteModel(this.#facts?.model, heard?.snapshot.model);
  }

  #evidence({ headers }: UpstreamHead, usage: unknown): CallEvidence {
    return { headers, streamed: this.#facts?.stream ?? false, usage };
  }

  #record(
    entry: Outcome['entry'],
    told: { note?: NoteLevel | undefined; head?: UpstreamHead | undefined } = {},
  ): void {
    const { clock, credentials, ledger } = this.#services;
    const { note, head } = told;
    ledger.append({
      type: 'call',
      id: this.#id,
      at: this.#at,
      durationMs: Math.max(0, clock.now().getTime() - this.#startedAt.getTime()),
      dialect: this.#dialect.id,
      requestedModel: this.#facts?.model,
      ...this.#caller,
      retry: this.#isRetry,
      note,
      requestId: head && readRequestId(head.headers, (id) => redact(credentials, id)),
      ...entry,
      model: entry.model && oneLine(entry.model, MAX_MODEL_LENGTH),
    });
  }
}

function withLongWrites(snapshot: UsageSnapshot): UsageSnapshot {
  const { usage, parts } = snapshot;
  return {
    ...snapshot,
    usage: longWrites(usage),
    parts: parts?.map((part) => ({ ...part, usage: longWrites(part.usage) })),
  };
}

/** The agent names it, and it is repeated in logs and reports. */
function withTidyModel(facts: RequestFacts): RequestFacts {
  const model = facts.model && oneLine(facts.model, MAX_MODEL_LENGTH);
  return model === facts.model ? facts : { ...facts, model };
}

/** Text of an error body; empty when it cannot be decoded, since the status alone still says something. */
async function decodeText(bytes: Buffer, contentEncoding: string | undefined): Promise<string> {
  try {
    return (await decodeBody(bytes, contentEncoding, MAX_ERROR_BYTES * 4)).toString('utf8');
  } catch {
    return '';
  }
}
