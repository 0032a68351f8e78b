/**
 * A client and an upstream that talk over a websocket, and the meter in between. A message of the client is a call, which
 * is admitted, bounded and settled like one over HTTP; or known to be free; or refused. What the upstream says goes on byte
 * for byte, and is listened to. Calls of one lane leave one after the other, so that each answer is known to be whose.
 */
import { describeError } from '../core/errors.js';
import { parseJson } from '../core/json.js';
import type { Dialect, MessageDialect, UpstreamMessage } from '../ports/dialect.js';
import { JsonBody } from '../wire/json-body.js';
import type { Client } from './admission.js';
import { maskKey } from './key-screen.js';
import type { MeterServices } from './services.js';
import { type CallMessage, WebSocketCall } from './websocket-call.js';
import type { Ending, Message, WebSocketPeer } from './websocket-peer.js';

export interface ConversationOptions {
  readonly services: MeterServices;
  readonly dialect: Dialect;
  readonly messages: MessageDialect;
  /** Of the handshake; lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly client: WebSocketPeer;
  readonly upstream: WebSocketPeer;
}

/** Calls that wait or are under way on one connection; beyond that the client is not read any further. */
const MAX_OPEN_CALLS = 32;
/** Answers that a later call may go on from. */
const MAX_CONTEXTS = 64;
/** What either side hears when the meter ends: it is going away. */
const GOODBYE: Ending = { kind: 'closed', code: 1001, reason: Buffer.from('spendgate: the meter ends') };

type Side = 'client' | 'upstream' | 'meter';

export class Conversation {
  readonly #options: ConversationOptions;
  /** Calls that have left, by lane, oldest first. */
  readonly #underWay = new Map<string | undefined, WebSocketCall>();
  /** Every call that is not settled, also those that wait. */
  readonly #open = new Set<Promise<void>>();
  /** The last call of each lane. */
  readonly #lanes = new Map<string | undefined, Promise<void>>();
  /** By answers that have ended: what stands in front of a call that goes on from one, in bytes. */
  readonly #contexts = new Map<string, number | undefined>();
  readonly #client: Client;
  readonly #whenGone = new Set<() => void>();
  readonly #retired = Promise.withResolvers<Ending>();
  #isRetiring = false;
  #isPassingOn = false;
  #isOver = false;

  constructor(options: ConversationOptions) {
    this.#options = options;
    const { client } = options;
    this.#client = {
      get isGone() {
        return client.isGone;
      },
      whenGone: (callback) => {
        this.#whenGone.add(callback);
        return () => this.#whenGone.delete(callback);
      },
    };
  }

  /** Resolves when both sides have ended and every call is settled. */
  async run(): Promise<void> {
    const { client, upstream } = this.#options;
    void client.ended.then(() => {
      for (const callback of [...this.#whenGone]) callback();
    });
    client.passHeartbeatsTo(upstream);
    upstream.passHeartbeatsTo(client, (data) => this.#masked(data));
    this.#readClient().catch((error: unknown) => this.#giveUp(error));
    const { closing } = this.#options.services;
    const retire = () => this.#retire();
    closing.addEventListener('abort', retire);
    if (closing.aborted) retire();
    try {
      const { who, ending } = await this.#untilEnd();
      await this.#breakOff(who === 'client' ? 'gone' : 'broken');
      this.#part(who, ending);
    } catch (error) {
      await this.#breakOff('broken');
      throw error;
    } finally {
      closing.removeEventListener('abort', retire);
    }
    await Promise.all(this.#open);
  }

  /** Nothing is heard any more: what is under way is settled by what came. */
  async #breakOff(kind: 'broken' | 'gone'): Promise<void> {
    this.#isOver = true;
    for (const call of this.#underWay.values()) await call.breakOff(kind);
  }

  #untilEnd(): Promise<{ readonly who: Side; readonly ending: Ending }> {
    const { client } = this.#options;
    return Promise.race([
      client.ended.then((ending) => ({ who: 'client' as const, ending })),
      this.#readUpstream().then((ending) => ({ who: 'upstream' as const, ending })),
      this.#retired.promise.then((ending) => ({ who: 'meter' as const, ending })),
    ]);
  }

  /** Ends at once when no call is open and nothing is on its way to the client, else as soon as that is so. */
  #retire(): void {
    this.#isRetiring = true;
    if (this.#open.size === 0 && !this.#isPassingOn) this.#retired.resolve(GOODBYE);
  }

  /** The other side hears how this one ended: a goodbye as a goodbye, a break as a break. */
  #part(who: Side, ending: Ending): void {
    const { client, upstream } = this.#options;
    if (ending.kind === 'closed') {
      client.close({ ...ending, reason: this.#masked(ending.reason) });
      upstream.close(ending);
    } else if (who === 'client') {
      client.destroy();
      upstream.destroy();
    } else {
      upstream.destroy();
      client.reset();
    }
  }

  /** Whatever the upstream says, the client gets no key. */
  #masked(said: Buffer): Buffer {
    return maskKey(this.#options.services.credentials, said);
  }

  async #readClient(): Promise<void> {
    for await (const message of this.#options.client.messages()) {
      while (this.#open.size >= MAX_OPEN_CALLS) await Promise.race(this.#open);
      if (this.#isOver) return;
      await this.#takeFromClient(message);
    }
  }

  async #takeFromClient({ data, isBinary }: Message): Promise<void> {
    const { messages } = this.#options;
    if (isBinary) return this.#refuseUnread('it is binary, and a request is text');
    try {
      const body = new JsonBody(data);
      const message = messages.readClient(body);
      if (message.kind === 'call') this.#queue(body, message);
      else if (message.kind === 'free') await this.#passFree(data);
      else
        await this.#refuseUnread(`nobody knows what a message of type ${JSON.stringify(message.type)} costs`);
    } catch (error) {
      await this.#refuseUnread(describeError(error));
    }
  }

  /** What the upstream says to one that comes too early would end a call that it bills. */
  async #passFree(data: Buffer): Promise<void> {
    if (!this.#awaitsFirst()) return this.#options.upstream.send(data, false);
    await this.#refuseUnread('no answer has begun that it could be about');
  }

  /** What the meter cannot read it cannot limit. */
  #refuseUnread(why: string, lane?: string): Promise<void> {
    const text = `spendgate could not read the message: ${why}.`;
    return this.#answer(this.#options.messages.failure(400, text, lane));
  }

  #answer(text: string): Promise<void> {
    return this.#options.client.send(Buffer.from(text), false);
  }

  #queue(body: JsonBody, message: CallMessage): void {
    const { lane } = message;
    const served = (this.#lanes.get(lane) ?? Promise.resolve())
      .then(() => this.#serve(body, message))
      .catch((error: unknown) => this.#giveUp(error));
    this.#lanes.set(lane, served);
    this.#open.add(served);
    void served.finally(() => {
      this.#open.delete(served);
      if (this.#lanes.get(lane) === served) this.#lanes.delete(lane);
      if (this.#isRetiring) this.#retire();
    });
  }

  #giveUp(error: unknown): void {
    const { services, client } = this.#options;
    // Not the error's words: they may quote a request.
    services.onTrouble(
      `a message could not be handled (${error instanceof Error ? error.name : 'unknown error'})`,
    );
    client.destroy();
  }

  async #serve(body: JsonBody, message: CallMessage): Promise<void> {
    if (this.#isOver) return;
    const { services, dialect, messages, headers, upstream } = this.#options;
    const contextBytes = message.continues === undefined ? 0 : this.#contexts.get(message.continues);
    const path = messages.path;
    const call = new WebSocketCall({ services, dialect, path, headers, body, message, contextBytes });
    try {
      const admission = await call.admit(this.#client);
      if (admission.kind === 'refused') {
        if (this.#client.isGone) return;
        await call.refuse(dialect.refusal(admission.reason).status);
        return await this.#answer(messages.refusal(admission.reason, message.lane));
      }
      if (this.#isOver) return services.guard.release(admission.ticket);
      call.send(admission.ticket);
    } catch (error) {
      return this.#refuseUnread(describeError(error), message.lane);
    }
    this.#underWay.set(message.lane, call);
    await upstream.send(call.bytes, false);
    await call.ended;
  }

  async #readUpstream(): Promise<Ending> {
    const { client, upstream } = this.#options;
    for await (const { data, isBinary } of upstream.messages()) {
      this.#isPassingOn = true;
      const masked = this.#masked(data);
      const passed = isBinary ? masked : await this.#hear(masked);
      if (passed !== undefined) await client.send(passed, isBinary);
      this.#isPassingOn = false;
      if (this.#isRetiring) this.#retire();
    }
    return upstream.ended;
  }

  /** What the client gets for this message; `undefined` for nothing. */
  async #hear(data: Buffer): Promise<Buffer | undefined> {
    const payload = this.#isOfInterest(data) ? parseJson(data.toString('utf8')) : undefined;
    if (payload === undefined) return data;
    const heard = this.#options.messages.readUpstream(payload);
    const call = heard.kind === 'other' ? undefined : this.#callOf(heard);
    if (heard.kind === 'other' || call === undefined) return data;
    const isLast = heard.kind === 'error' || heard.isLast;
    // Whatever comes while it is settled is not its any more.
    if (isLast) this.#underWay.delete(call.lane);
    const reply = await call.hear(payload, heard);
    if (reply === 'again') return this.#sendAgain(call);
    if (heard.kind === 'answer' && isLast) this.#keepContext(heard.answerId, call.contextBytes);
    if (reply === 'as-it-came') return data;
    return Buffer.from(this.#options.messages.refusal(reply.told, call.lane));
  }

  async #sendAgain(call: WebSocketCall): Promise<undefined> {
    if (this.#isOver) {
      await call.breakOff('broken');
      return;
    }
    this.#underWay.set(call.lane, call);
    await this.#options.upstream.send(call.bytes, false);
  }

  #awaitsFirst(): boolean {
    return [...this.#underWay.values()].some(({ hasBegun }) => !hasBegun);
  }

  /** Of an answer's first message, and of all that answers a warm-up, it matters what they are. */
  #looksAtAll(): boolean {
    return [...this.#underWay.values()].some(({ hasBegun, isWarmUp }) => !hasBegun || isWarmUp);
  }

  #isOfInterest(data: Buffer): boolean {
    return this.#looksAtAll() || this.#options.messages.marks.some((mark) => data.includes(mark));
  }

  /**
   * Whose answer this is part of; `undefined` when nobody can say, so that no call is settled by the answer of another. An
   * upstream that names no lane at all answers in the order in which it was asked.
   */
  #callOf(heard: Exclude<UpstreamMessage, { kind: 'other' }>): WebSocketCall | undefined {
    const named = this.#underWay.get(heard.lane);
    const isOrdered = heard.lane === undefined && (heard.kind === 'answer' || this.#underWay.size === 1);
    const call = named ?? (isOrdered ? this.#underWay.values().next().value : undefined);
    const isRepeated =
      heard.kind === 'answer' &&
      heard.isLast &&
      heard.answerId !== undefined &&
      this.#contexts.has(heard.answerId);
    return isRepeated && !call?.hasBegun ? undefined : call;
  }

  #keepContext(answerId: string | undefined, bytes: number | undefined): void {
    if (answerId === undefined) return;
    this.#contexts.set(answerId, bytes);
    const [oldest] = this.#contexts.keys();
    if (this.#contexts.size > MAX_CONTEXTS && oldest !== undefined) this.#contexts.delete(oldest);
  }
}
