/**
 * Decides over every call before it leaves: reserve the worst case, settle with the real usage.
 *
 * All decisions are made without waiting in between, so calls that arrive at once are counted one after the other.
 * A call that would fit once others have settled waits for them; a call that cannot fit ends the run for good.
 */
import type { LimitName, StopReason } from '../core/limits.js';
import { findPrice, type ModelPrice, priceAtMost } from '../core/price.js';
import {
  type Admission,
  type Ask,
  type Client,
  type GuardOptions,
  type Settlement,
  type Stop,
  stopAt,
  type Ticket,
} from './admission.js';
import { refuseCall } from './call-limits.js';
import { InputEstimator } from './estimator.js';
import { OutputBound } from './output-bound.js';
import { costAtMost, renderState, roomFor, type Used } from './room.js';
import { Streaks } from './streaks.js';

interface Waiter {
  readonly ask: Ask;
  readonly resolve: (admission: Admission) => void;
  readonly timer: NodeJS.Timeout;
}

type Decision = Admission | { readonly kind: 'wait' };

/** Where neither the client nor the price table says how long an answer may get; then it is set on the request. */
const ASSUMED_MAX_OUTPUT = 16_384;
/** Rather than being cut below this, a call waits for the reservations of others. */
const COMFORTABLE_OUTPUT = 8192;
/** An answer shorter than this is of no use to an agent. */
const LEAST_USEFUL_OUTPUT = 256;
const CLIENT_GONE = 'The client went away.';
const MAX_WAIT_MS = 5 * 60_000;

export class Guard {
  readonly #options: GuardOptions;
  readonly #estimator = new InputEstimator();
  readonly #outputBound = new OutputBound();
  readonly #held = new Set<Ticket>();
  /** Held by requests that are no call unless they turn out to cost something. */
  readonly #warmUps = new WeakSet<Ticket>();
  readonly #spent = { inputTokens: 0, outputTokens: 0, costNanoUsd: 0, requests: 0, retries: 0 };
  readonly #unpriced = new Set<string>();
  readonly #streaks: Streaks;
  #waiters: Waiter[] = [];
  #stop: Stop | undefined;
  #observed: Stop | undefined;

  constructor(options: GuardOptions) {
    this.#options = options;
    this.#streaks = new Streaks(options.limits);
  }

  /** Why no call may leave any more; `undefined` while calls may. */
  get stop(): Stop | undefined {
    return this.#stop;
  }

  /** What would have stopped the run, had it not been observed only. */
  get observed(): Stop | undefined {
    return this.#observed;
  }

  /** Models whose calls passed uncounted, because no price is known and `on-unpriced` is `warn`. */
  get unpricedModels(): readonly string[] {
    return [...this.#unpriced];
  }

  /** Ends the run for good: the first reason stays. Those who wait are refused. */
  stopWith(reason: StopReason, message: string): void {
    this.#latch({ reason, message });
    this.#wake();
  }

  /** Resolves when the call may leave, or never may. A client that goes away takes its waiting call out of the queue. */
  admit(ask: Ask, client: Client): Promise<Admission> {
    if (client.isGone) return Promise.resolve({ kind: 'refused', reason: CLIENT_GONE });
    const decision = this.#decide(ask);
    if (decision.kind !== 'wait') return Promise.resolve(decision);
    return new Promise((resolve) => {
      const giveUp = (why: string) => () => {
        this.#waiters = this.#waiters.filter((candidate) => candidate !== waiter);
        clearTimeout(waiter.timer);
        resolve({ kind: 'refused', reason: why });
      };
      const late = giveUp(`This call waited ${MAX_WAIT_MS / 60_000} minutes for calls in flight to settle.`);
      const waiter: Waiter = { ask, resolve, timer: setTimeout(late, MAX_WAIT_MS).unref() };
      this.#waiters.push(waiter);
      client.whenGone(giveUp(CLIENT_GONE));
    });
  }

  /** Counts a call whose usage the meter cannot read; the stop that forbids it, or `undefined`. */
  admitUnmetered(): Stop | undefined {
    const reached = this.#checkRequests();
    if (this.#options.observe) this.#observed ??= reached;
    const stop = this.#options.observe ? undefined : (this.#stop ?? (reached && this.#latch(reached)));
    if (stop === undefined) this.#spent.requests += 1;
    return stop;
  }

  /** Gives back what a call held that never left, or what a warm-up held that cost nothing. */
  release(ticket: Ticket): void {
    if (this.#held.delete(ticket)) this.#wake();
  }

  /**
   * Replaces a reservation by what really happened.
   * @param durationMs from sending the call to the end of its answer
   */
  settle(ticket: Ticket, settlement: Settlement, durationMs: number): void {
    if (!this.#held.delete(ticket)) return;
    if (this.#warmUps.has(ticket)) this.#spent.requests += 1;
    if (settlement.kind === 'known') this.#streaks.noteAnswer(settlement.usage);
    else if (settlement.kind === 'none' || !settlement.isAnswered) this.#streaks.noteFailure();
    if (settlement.kind !== 'none') this.#spend(ticket, settlement, durationMs);
    this.#wake();
  }

  #spend(ticket: Ticket, settlement: Exclude<Settlement, { kind: 'none' }>, durationMs: number): void {
    const { usage } = settlement;
    const { inputTokens, outputTokens } = usage;
    if (inputTokens !== undefined) this.#estimator.learn(ticket.kind, ticket.bodyBytes, inputTokens);
    const told = settlement.kind === 'known' ? outputTokens : undefined;
    if (told !== undefined) this.#outputBound.learn(ticket.kind, told, durationMs);
    // What was not reported is reckoned at what can have been made in that time, and never above what was reserved.
    const input = inputTokens ?? ticket.inputTokens;
    const output = told ?? this.#outputBound.bound(ticket.kind, ticket.outputTokens, durationMs);
    const reported = settlement.kind === 'known' ? settlement.costNanoUsd : undefined;
    const isCounted = reported !== undefined || ticket.price !== undefined;
    if (!isCounted && this.#options.limits.maxCostNanoUsd !== undefined) this.#unpriced.add(ticket.model);
    this.#spent.inputTokens += input;
    this.#spent.outputTokens += output;
    this.#spent.costNanoUsd += reported ?? costAtMost(ticket, usage, input, output);
  }

  #wake(): void {
    for (const waiter of [...this.#waiters]) {
      const decision = this.#decide(waiter.ask);
      if (decision.kind === 'wait') continue;
      this.#waiters = this.#waiters.filter((candidate) => candidate !== waiter);
      clearTimeout(waiter.timer);
      waiter.resolve(decision);
    }
  }

  #decide(ask: Ask): Decision {
    const kind = `${ask.dialect} ${ask.facts.model ?? ''}`;
    const price = this.#priceOf(ask);
    const draft = {
      kind,
      // Asked for only where it matters: the whole request is searched for it.
      mayWriteLongCache: price?.cacheWrite1h !== undefined && ask.mayWriteLongCache,
      model: ask.facts.model ?? 'unnamed',
      bodyBytes: ask.bodyBytes,
      inputTokens: this.#estimator.estimate(kind, ask.bodyBytes, ask.facts.hasServerContext),
      price,
    };
    if (this.#options.observe) return this.#observe(ask, draft);
    const blocked = this.#stop ?? this.#checkCounts(ask) ?? this.#checkPrice(ask, draft.price);
    if (blocked) return this.#refuse(blocked);
    const reason = refuseCall(ask.facts, draft.inputTokens, this.#options.limits);
    return reason === undefined ? this.#fit(ask, draft) : { kind: 'refused', reason };
  }

  /** Grants everything, and remembers what would have stopped the run first. */
  #observe(ask: Ask, draft: Omit<Ticket, 'outputTokens' | 'costNanoUsd'>): Decision {
    const room = roomFor(draft, this.#options.limits, this.#used());
    const isFull = room.binding !== undefined && room.outputTokens <= 0;
    this.#observed ??=
      this.#checkCounts(ask) ??
      (isFull && room.binding ? this.#exceeded(room.binding, draft.inputTokens) : undefined);
    return this.#grant(ask, { ...draft, outputTokens: 0, costNanoUsd: 0 }, undefined);
  }

  #refuse(stop: Stop): Decision {
    return { kind: 'refused', reason: this.#latch(stop).message };
  }

  #latch(stop: Stop): Stop {
    if (this.#stop) return this.#stop;
    this.#stop = stop;
    this.#options.onStop?.(stop);
    return stop;
  }

  #grant(ask: Ask, ticket: Ticket, ceiling: number | undefined): Decision {
    this.#held.add(ticket);
    if (ask.isWarmUp) {
      this.#warmUps.add(ticket);
      return { kind: 'admitted', ticket, ceiling };
    }
    this.#spent.requests += 1;
    this.#streaks.noteSent(ask.fingerprint);
    if (ask.isRetry) this.#spent.retries += 1;
    return { kind: 'admitted', ticket, ceiling };
  }

  #checkRequests(): Stop | undefined {
    const { maxRequests } = this.#options.limits;
    const isOver = maxRequests !== undefined && this.#spent.requests >= maxRequests;
    return isOver
      ? stopAt('max-requests', `${this.#spent.requests} of ${maxRequests} calls are made`)
      : undefined;
  }

  #checkCounts({ isRetry, fingerprint }: Ask): Stop | undefined {
    const { maxRetries } = this.#options.limits;
    const reached = this.#checkRequests() ?? this.#streaks.check(fingerprint);
    if (reached) return reached;
    if (isRetry && maxRetries !== undefined && this.#spent.retries >= maxRetries) {
      return stopAt('max-retries', `${this.#spent.retries} of ${maxRetries} retries are made`);
    }
    return undefined;
  }

  #priceOf({ facts }: Ask): ModelPrice | undefined {
    const { prices } = this.#options;
    return prices && facts.model !== undefined ? findPrice(prices, facts.model) : undefined;
  }

  #checkPrice({ facts }: Ask, price: ModelPrice | undefined): Stop | undefined {
    const { maxCostNanoUsd } = this.#options.limits;
    if (maxCostNanoUsd === undefined || price !== undefined) return undefined;
    // A gateway may report a cost where the table has no price.
    if (this.#spent.costNanoUsd >= maxCostNanoUsd) return this.#exceeded('max-cost', 0);
    const model = facts.model ?? 'unnamed';
    if (this.#options.onUnpriced === 'block')
      return stopAt('on-unpriced', `no price is known for the model ${model}`);
    return undefined;
  }

  /** Finds room under every limit, lowering the output ceiling where that helps. */
  #fit(ask: Ask, draft: Omit<Ticket, 'outputTokens' | 'costNanoUsd'>): Decision {
    const room = roomFor(draft, this.#options.limits, this.#used());
    const { facts } = ask;
    const limited = lesser(facts.outputCeiling, this.#options.limits.requestMaxOutputTokens);
    const natural = limited ?? draft.price?.maxOutput ?? ASSUMED_MAX_OUTPUT;
    const isAssumed =
      limited === undefined && draft.price?.maxOutput === undefined && room.binding !== undefined;
    const affordable = Math.floor(room.outputTokens / facts.choices);
    const mayWait = this.#held.size > 0;
    if (mayWait && room.binding !== undefined && (facts.hasServerContext || this.#mustLearnFirst(draft.kind)))
      return { kind: 'wait' };
    if (mayWait && affordable < Math.min(natural, COMFORTABLE_OUTPUT)) return { kind: 'wait' };
    if (affordable < Math.max(Math.min(natural, LEAST_USEFUL_OUTPUT), facts.outputFloor)) {
      return this.#refuse(this.#exceeded(room.binding ?? 'max-tokens', draft.inputTokens));
    }
    const ceiling = Math.min(natural, affordable);
    const isNeeded =
      ceiling !== facts.outputCeiling && (limited !== undefined || isAssumed || affordable < natural);
    const outputTokens = ceiling * facts.choices;
    const costNanoUsd = draft.price
      ? priceAtMost(draft.price, draft.inputTokens, outputTokens, draft.mayWriteLongCache)
      : 0;
    return this.#grant(ask, { ...draft, outputTokens, costNanoUsd }, isNeeded ? ceiling : undefined);
  }

  /** The first call of a kind goes alone: only its answer tells how many tokens its bytes are. */
  #mustLearnFirst(kind: string): boolean {
    return !this.#estimator.hasLearned(kind) && [...this.#held].some((ticket) => ticket.kind === kind);
  }

  /** Spent and reserved together. */
  #used(): Used {
    const used = { ...this.#spent };
    for (const ticket of this.#held) {
      used.inputTokens += ticket.inputTokens;
      used.outputTokens += ticket.outputTokens;
      used.costNanoUsd += ticket.costNanoUsd;
    }
    return used;
  }

  #exceeded(limit: LimitName, inputTokens: number): Stop {
    return stopAt(limit, renderState(limit, this.#options.limits, this.#spent, inputTokens));
  }
}

function lesser(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
