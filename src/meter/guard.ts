/**
 * Decides over every call before it leaves: reserve the worst case, settle with the real usage.
 *
 * All decisions are made without waiting in between, so calls that arrive at once are counted one after the other.
 * A call that would fit once others have settled waits for them; a call that cannot fit ends the run for good.
 */
import type { LimitName, StopReason } from '../core/limits.js';
import type { ModelPrice } from '../core/price.js';
import { DEFAULT_WEIGHTS, type TokenWeights } from '../core/weights.js';
import {
  type Admission,
  type Ask,
  type Client,
  type GuardOptions,
  renderRefusal,
  type Settlement,
  type Stop,
  stopAt,
  type Ticket,
} from './admission.js';
import { Books } from './books.js';
import { type CallRefusal, limitOfUsage, refuseCall, refuseUnmetered } from './call-limits.js';
import { unpricedOf } from './call-price.js';
import { KeptBack } from './kept-back.js';
import { type Draft, Placement } from './placement.js';
import { CLIENT_GONE, Queue } from './queue.js';
import { countsReached, exceeded, priceMissing, requestsReached, unpricedStop } from './reached.js';
import { roomFor } from './room.js';
import { Streaks } from './streaks.js';
import { type Refusal, type RefusedCalls, Subagents } from './subagents.js';
import { type Note, WrapUp } from './wrap-up.js';

/** Names that answers give are kept for the report. */
const MAX_UNPRICED = 100;
/** An agent that makes no other calls than such as are refused alone does not come to an end by itself. */
const MAX_REFUSED_IN_A_ROW = 100;

type Decision = Admission | { readonly kind: 'wait' };

export class Guard {
  readonly #options: GuardOptions;
  readonly #books: Books;
  readonly #unpriced = new Set<string>();
  readonly #streaks: Streaks;
  readonly #subagents: Subagents;
  readonly #weights: TokenWeights;
  readonly #wrapUp: WrapUp | undefined;
  readonly #keptBack = new KeptBack();
  readonly #queue = new Queue(() => this.#wake());
  readonly #placement: Placement;
  #stop: Stop | undefined;
  #observed: Stop | undefined;
  #refusedInARow = 0;

  constructor(options: GuardOptions) {
    this.#options = options;
    this.#streaks = new Streaks(options.limits);
    this.#weights = options.weights ?? DEFAULT_WEIGHTS;
    this.#books = new Books(this.#weights);
    this.#subagents = new Subagents(options.limits);
    // What is only observed is not told either: it would change the conversation.
    this.#wrapUp =
      options.wrapUp && !options.observe ? new WrapUp(options.limits, options.wrapUp.reserve) : undefined;
    this.#placement = new Placement({
      limits: options.limits,
      weights: this.#weights,
      prices: options.prices,
      books: this.#books,
      subagents: this.#subagents,
      wrapUp: this.#wrapUp,
      waiting: () => this.#queue.others,
    });
  }

  /** True when the agent is told that its run comes to an end, so that it matters who calls. */
  get tells(): boolean {
    return this.#wrapUp !== undefined;
  }

  /** True when nothing is stopped, and nothing that the agent gets is changed. */
  get observes(): boolean {
    return this.#options.observe;
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

  /** Calls of subagents and side calls that were refused alone, by the limit that did. */
  get refusedSubagents(): ReadonlyMap<LimitName, RefusedCalls> {
    return new Map([...this.#subagents.refused, ...this.#keptBack.refused]);
  }

  /** Ends the run for good: the first reason stays. Those who wait are refused; where all is only observed, nobody is. */
  stopWith(reason: StopReason, message: string): void {
    const stop = { reason, message };
    if (this.#options.observe) this.#observed ??= stop;
    else this.#latch(stop);
    this.#wake();
  }

  /** Resolves when the call may leave, or never may. A client that goes away takes its waiting call out of the queue. */
  admit(ask: Ask, client: Client): Promise<Admission> {
    if (client.isGone) return Promise.resolve({ kind: 'refused', reason: CLIENT_GONE });
    const decision: Decision = this.#queue.isClosed ? { kind: 'wait' } : this.#decide(ask);
    if (decision.kind === 'wait') return this.#queue.wait(ask, client);
    if (decision.kind === 'admitted') this.#queue.noteOvertaken();
    return Promise.resolve(decision);
  }

  /** Counts a call whose usage the meter cannot read; why it may not leave, or `undefined`. @param route for a person */
  admitUnmetered(route: string): string | undefined {
    const { limits, observe, onUnpriced } = this.#options;
    const reached = this.#checkRequests();
    if (observe) this.#observed ??= reached;
    const stop = observe ? undefined : (this.#stop ?? (reached && this.#latch(reached)));
    if (stop !== undefined) return renderRefusal(stop);
    // Agents also count and look on such routes, and do without: the run goes on.
    if (!observe && onUnpriced === 'block' && limitOfUsage(limits) !== undefined)
      return refuseUnmetered(route);
    this.#books.noteUnmetered();
    return undefined;
  }

  /** Gives back what a call held that never left, or what a warm-up held that cost nothing. */
  release(ticket: Ticket): void {
    if (!this.#books.release(ticket)) return;
    this.#subagents.settle(ticket, 0);
    this.noteUnheard(ticket);
    this.#wake();
  }

  /** The note of this call did not reach the agent's model: a later call tells it. */
  noteUnheard({ note }: Ticket): void {
    if (note !== undefined) this.#wrapUp?.noteUnheard(note);
  }

  /** Notes are not taken where this run's calls go. */
  tellNoMore(): void {
    this.#wrapUp?.tellNoMore();
  }

  /**
   * Replaces a reservation by what really happened.
   * @param durationMs from sending the call to the end of its answer
   */
  settle(ticket: Ticket, settlement: Settlement, durationMs: number): void {
    if (!this.#books.close(ticket)) return;
    if (hasAnswer(settlement)) this.#streaks.noteAnswer(settlement.usage);
    else {
      this.#streaks.noteFailure();
      this.noteUnheard(ticket);
    }
    if (settlement.kind === 'none') this.#subagents.settle(ticket, 0);
    else this.#spend(ticket, settlement, durationMs);
    this.#wake();
  }

  #spend(ticket: Ticket, settlement: Exclude<Settlement, { kind: 'none' }>, durationMs: number): void {
    const isPriced =
      ticket.price !== undefined || (settlement.kind === 'known' && settlement.costNanoUsd !== undefined);
    if (!isPriced && this.#options.limits.maxCostNanoUsd !== undefined) this.#unpriced.add(ticket.model);
    if (settlement.kind === 'known') this.#noteUnpriced(settlement.unpricedModel);
    const call = this.#books.enter(ticket, settlement, durationMs);
    this.#subagents.settle(ticket, call.inputTokens + call.outputTokens);
    if (ticket.role === 'leader') this.#wrapUp?.noteCall(call);
  }

  /** Another model answered than the one that was asked, and nobody knows what it costs. */
  #noteUnpriced(model: string | undefined): void {
    const { limits, onUnpriced } = this.#options;
    if (model === undefined || limits.maxCostNanoUsd === undefined) return;
    if (this.#unpriced.size < MAX_UNPRICED) this.#unpriced.add(model);
    const stop = unpricedStop(model);
    if (onUnpriced === 'block') this.stopWith(stop.reason, stop.message);
  }

  #wake(): void {
    this.#queue.retry((ask) => this.#decide(ask));
  }

  #decide(ask: Ask): Decision {
    const draft = this.#placement.draft(ask);
    if (this.#options.observe) return this.#observe(ask, draft);
    const blocked = this.#stop ?? this.#checkCounts(ask) ?? this.#checkPrice(ask, draft.price);
    if (blocked) return this.#refuse(blocked);
    const refused =
      refuseCall(ask.facts, draft.hold, this.#options.limits) ?? this.#placement.refuseUnknown(ask, draft);
    if (refused !== undefined) return this.#refuseAlone(ask, refused);
    const turnedAway = this.#subagents.check(ask.caller);
    return turnedAway ? this.#turnAway(turnedAway) : this.#place(ask, draft);
  }

  #place(ask: Ask, draft: Draft): Decision {
    const placed = this.#placement.place(ask, draft);
    if (placed.kind === 'wait') return placed;
    if (placed.kind === 'kept-back') return this.#turnAway(this.#keptBack.refuse(ask.caller, placed.limit));
    if (placed.kind === 'full') return this.#turnAway(this.#full(ask, placed.limit, placed.inputTokens));
    const { ticket, ceiling, note } = placed;
    if (note) this.#wrapUp?.noteTold(note.level);
    return this.#grant(ask, ticket, ceiling, note);
  }

  /** Grants everything, and remembers what would have stopped the run first. */
  #observe(ask: Ask, draft: Draft): Decision {
    const inputTokens = draft.hold.ownInputTokens;
    const used = this.#books.used();
    const all = roomFor({ ...draft, inputTokens }, this.#options.limits, used, this.#weights);
    const { binding, outputTokens } = this.#subagents.narrow(ask.caller, inputTokens, all);
    const isFull = binding !== undefined && outputTokens <= 0;
    // Each of them counts what it would have refused, whatever was observed first.
    const turnedAway = this.#subagents.check(ask.caller);
    const full = isFull ? this.#full(ask, binding, inputTokens) : undefined;
    this.#observed ??=
      this.#checkCounts(ask) ?? this.#checkPrice(ask, draft.price) ?? turnedAway?.stop ?? full?.stop;
    const held = { inputTokens, outputTokens: 0, costNanoUsd: 0, weightedTokens: 0 };
    return this.#grant(ask, { ...draft, ...held, densest: { flat: held, seen: () => held } });
  }

  #refuse(stop: Stop): Decision {
    return { kind: 'refused', reason: renderRefusal(this.#latch(stop)) };
  }

  /** The run goes on, unless it comes to nothing but such calls. */
  #refuseAlone(ask: Ask, { limit, reason }: CallRefusal): Decision {
    this.#refusedInARow += 1;
    this.#streaks.noteSent(ask.fingerprint);
    if (this.#refusedInARow < MAX_REFUSED_IN_A_ROW) return { kind: 'refused', reason };
    return this.#refuse(stopAt(limit, `${this.#refusedInARow} calls in a row were refused by it`));
  }

  /** Refuses one call of a subagent; the run goes on, unless this leads nowhere. */
  #turnAway({ reason, stop }: Refusal): Decision {
    return stop ? this.#refuse(stop) : { kind: 'refused', reason };
  }

  #latch(stop: Stop): Stop {
    if (this.#stop) return this.#stop;
    this.#stop = stop;
    this.#options.onStop?.(stop);
    return stop;
  }

  #grant(ask: Ask, ticket: Ticket, ceiling?: number, note?: Note): Decision {
    this.#books.hold(ticket, ask);
    this.#refusedInARow = 0;
    if (ticket.role === 'leader') this.#keptBack.noteLeader();
    this.#subagents.noteSent(ask.caller, ticket);
    if (!ask.isWarmUp) this.#streaks.noteSent(ask.fingerprint);
    return { kind: 'admitted', ticket, ceiling, note };
  }

  #checkRequests(): Stop | undefined {
    return requestsReached(this.#options.limits, this.#books.spent);
  }

  #checkCounts(ask: Ask): Stop | undefined {
    const { spent } = this.#books;
    return countsReached(ask, this.#options.limits, { spent, streaks: this.#streaks });
  }

  #checkPrice(ask: Ask, price: ModelPrice | undefined): Stop | undefined {
    const { limits, onUnpriced } = this.#options;
    const model = price ? undefined : unpricedOf(ask.facts, this.#options.prices);
    return priceMissing(model, price, { limits, onUnpriced, spent: this.#books.spent });
  }

  /** What a call is told that fits nowhere: it alone where its subagent's room is full, else the whole run. */
  #full({ caller }: Ask, limit: LimitName, inputTokens: number): Refusal {
    if (limit === 'max-subagent-tokens') return this.#subagents.refuseTokens(caller, inputTokens);
    const { limits } = this.#options;
    const stop = exceeded(limit, { limits, spent: this.#books.spent, inputTokens });
    return { reason: renderRefusal(stop), stop };
  }
}

/** True for a call that was answered as it should be. */
function hasAnswer(settlement: Settlement): settlement is Exclude<Settlement, { kind: 'none' }> {
  if (settlement.kind === 'known') return settlement.isFailed !== true;
  return settlement.kind === 'unknown' && settlement.isAnswered;
}
