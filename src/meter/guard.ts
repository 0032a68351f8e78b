/**
 * Decides over every call before it leaves: reserve the worst case, settle with the real usage.
 *
 * All decisions are made without waiting in between, so calls that arrive at once are counted one after the other.
 * A call that would fit once others have settled waits for them; a call that cannot fit ends the run for good.
 */
import type { LimitName, StopReason } from '../core/limits.js';
import { renderUsd } from '../core/money.js';
import { findPrice, type ModelPrice, priceAtMost, pricesAt } from '../core/price.js';
import {
  type Admission,
  type Ask,
  type GuardOptions,
  type Settlement,
  type Stop,
  stopAt,
  type Ticket,
} from './admission.js';
import { refuseCall } from './call-limits.js';
import { InputEstimator } from './estimator.js';

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
  readonly #held = new Set<Ticket>();
  readonly #spent = { inputTokens: 0, outputTokens: 0, costNanoUsd: 0, requests: 0, retries: 0 };
  readonly #unpriced = new Set<string>();
  #waiters: Waiter[] = [];
  #stop: Stop | undefined;
  #observed: Stop | undefined;

  constructor(options: GuardOptions) {
    this.#options = options;
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

  /** Resolves when the call may leave, or never may. An abort takes a waiting call out of the queue. */
  admit(ask: Ask, signal: AbortSignal): Promise<Admission> {
    if (signal.aborted) return Promise.resolve({ kind: 'refused', reason: CLIENT_GONE });
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
      signal.addEventListener('abort', giveUp(CLIENT_GONE), { once: true });
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

  /** Replaces a reservation by what really happened. */
  settle(ticket: Ticket, settlement: Settlement): void {
    if (!this.#held.delete(ticket)) return;
    if (settlement.kind !== 'none') this.#spend(ticket, settlement);
    this.#wake();
  }

  #spend(ticket: Ticket, settlement: Exclude<Settlement, { kind: 'none' }>): void {
    const { inputTokens, outputTokens } = settlement.usage;
    if (inputTokens !== undefined) this.#estimator.learn(ticket.kind, ticket.bodyBytes, inputTokens);
    // What was not reported is reckoned at what was reserved: hidden reasoning fills an answer that shows nothing.
    const input = inputTokens ?? ticket.inputTokens;
    const output = (settlement.kind === 'known' ? outputTokens : undefined) ?? ticket.outputTokens;
    const reported = settlement.kind === 'known' ? settlement.costNanoUsd : undefined;
    const isCounted = reported !== undefined || ticket.price !== undefined;
    if (!isCounted && this.#options.limits.maxCostNanoUsd !== undefined) this.#unpriced.add(ticket.model);
    this.#spent.inputTokens += input;
    this.#spent.outputTokens += output;
    this.#spent.costNanoUsd += reported ?? (ticket.price ? priceAtMost(ticket.price, input, output) : 0);
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
    const draft = {
      kind,
      model: ask.facts.model ?? 'unnamed',
      bodyBytes: ask.bodyBytes,
      inputTokens: this.#estimator.estimate(kind, ask.bodyBytes, ask.facts.hasServerContext),
      price: this.#priceOf(ask),
    };
    if (this.#options.observe) return this.#observe(ask, draft);
    const blocked = this.#stop ?? this.#checkCounts(ask) ?? this.#checkPrice(ask, draft.price);
    if (blocked) return this.#refuse(blocked);
    const reason = refuseCall(ask.facts, draft.inputTokens, this.#options.limits);
    return reason === undefined ? this.#fit(ask, draft) : { kind: 'refused', reason };
  }

  /** Grants everything, and remembers what would have stopped the run first. */
  #observe(ask: Ask, draft: Omit<Ticket, 'outputTokens' | 'costNanoUsd'>): Decision {
    const room = this.#room(draft);
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
    this.#spent.requests += 1;
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

  #checkCounts({ isRetry }: Ask): Stop | undefined {
    const { maxRetries } = this.#options.limits;
    const reached = this.#checkRequests();
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
    const room = this.#room(draft);
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
    const costNanoUsd = draft.price ? priceAtMost(draft.price, draft.inputTokens, outputTokens) : 0;
    return this.#grant(ask, { ...draft, outputTokens, costNanoUsd }, isNeeded ? ceiling : undefined);
  }

  /** The first call of a kind goes alone: only its answer tells how many tokens its bytes are. */
  #mustLearnFirst(kind: string): boolean {
    return !this.#estimator.hasLearned(kind) && [...this.#held].some((ticket) => ticket.kind === kind);
  }

  /** Output tokens that fit under every limit after this input, and the limit that leaves the least. */
  #room({ inputTokens, price }: Pick<Ticket, 'inputTokens' | 'price'>): {
    outputTokens: number;
    binding: LimitName | undefined;
  } {
    const { maxTokens, maxInputTokens, maxOutputTokens, maxCostNanoUsd } = this.#options.limits;
    const used = this.#used();
    const rooms: [LimitName, number][] = [];
    if (maxTokens !== undefined)
      rooms.push(['max-tokens', maxTokens - used.inputTokens - used.outputTokens - inputTokens]);
    if (maxOutputTokens !== undefined) rooms.push(['max-output-tokens', maxOutputTokens - used.outputTokens]);
    if (maxInputTokens !== undefined) {
      const fits = maxInputTokens - used.inputTokens >= inputTokens;
      rooms.push(['max-input-tokens', fits ? Number.POSITIVE_INFINITY : 0]);
    }
    if (maxCostNanoUsd !== undefined && price !== undefined) {
      const left = maxCostNanoUsd - used.costNanoUsd - priceAtMost(price, inputTokens, 0);
      const perToken = pricesAt(price, inputTokens).output / 1e6;
      rooms.push([
        'max-cost',
        perToken === 0 && left >= 0 ? Number.POSITIVE_INFINITY : left / (perToken || 1),
      ]);
    }
    const least = rooms.reduce<[LimitName, number] | undefined>(
      (a, b) => (a === undefined || b[1] < a[1] ? b : a),
      undefined,
    );
    return { outputTokens: Math.max(0, least?.[1] ?? Number.POSITIVE_INFINITY), binding: least?.[0] };
  }

  /** Spent and reserved together. */
  #used(): Pick<Ticket, 'inputTokens' | 'outputTokens' | 'costNanoUsd'> {
    const used = { ...this.#spent };
    for (const ticket of this.#held) {
      used.inputTokens += ticket.inputTokens;
      used.outputTokens += ticket.outputTokens;
      used.costNanoUsd += ticket.costNanoUsd;
    }
    return used;
  }

  #exceeded(limit: LimitName, inputTokens: number): Stop {
    const { inputTokens: input, outputTokens: output, costNanoUsd } = this.#spent;
    const { limits } = this.#options;
    const next = `; the next call needs about ${inputTokens} input tokens and an answer`;
    const states: Partial<Record<LimitName, string>> = {
      'max-cost': `${renderUsd(costNanoUsd)} of ${renderUsd(limits.maxCostNanoUsd ?? 0)} are spent${next}`,
      'max-input-tokens': `${input} of ${limits.maxInputTokens} input tokens are used${next}`,
      'max-output-tokens': `${output} of ${limits.maxOutputTokens} output tokens are used`,
      'max-tokens': `${input + output} of ${limits.maxTokens} tokens are used${next}`,
    };
    return stopAt(limit, states[limit] ?? 'the limit is reached');
  }
}

function lesser(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
