/**
 * Decides over every call before it leaves: reserve the worst case, settle with the real usage.
 *
 * All decisions are made without waiting in between, so calls that arrive at once are counted one after the other.
 * A call that would fit once others have settled waits for them; a call that cannot fit ends the run for good.
 */
import { lazily } from '../core/lazy.js';
import type { LimitName, RunLimits, StopReason } from '../core/limits.js';
import { type ModelPrice, priceAtMost } from '../core/price.js';
import { DEFAULT_WEIGHTS, type TokenWeights, weighAtMost } from '../core/weights.js';
import {
  type Admission,
  type Ask,
  type Client,
  type GuardOptions,
  renderRefusal,
  type Settlement,
  type Stop,
  type Ticket,
} from './admission.js';
import { LEAST_COMFORTABLE } from './answer-sizes.js';
import { Books } from './books.js';
import { refuseCall, refuseUnknownSize } from './call-limits.js';
import { priceOf, readings, unpricedOf } from './call-price.js';
import { type Fit, type FitQuestion, fitCall, LEAST_USEFUL_OUTPUT } from './fit.js';
import { holdInput } from './input-hold.js';
import { KeptBack } from './kept-back.js';
import { CLIENT_GONE, Queue } from './queue.js';
import { countsReached, exceeded, priceMissing, requestsReached, unpricedStop } from './reached.js';
import { roomFor, type Used } from './room.js';
import type { Pieces } from './seen-text.js';
import { Streaks } from './streaks.js';
import { type Refusal, type RefusedCalls, Subagents } from './subagents.js';
import { type Note, noteBytes, WrapUp } from './wrap-up.js';

/** Names that answers give are kept for the report. */
const MAX_UNPRICED = 100;
const NEVER_SEEN: Pieces = { chunks: new Map(), heldBytes: 0 };

type Decision = Admission | { readonly kind: 'wait' };

/** What a call is known to need before it is decided what it gets. */
type Draft = Omit<Ticket, 'densest' | 'inputTokens' | 'outputTokens' | 'costNanoUsd' | 'weightedTokens'>;

export class Guard {
  readonly #options: GuardOptions;
  readonly #books: Books;
  readonly #unpriced = new Set<string>();
  readonly #streaks: Streaks;
  readonly #subagents: Subagents;
  readonly #weights: TokenWeights;
  readonly #wrapUp: WrapUp | undefined;
  readonly #keptBack = new KeptBack();
  readonly #queue = new Queue();
  #stop: Stop | undefined;
  #observed: Stop | undefined;

  constructor(options: GuardOptions) {
    this.#options = options;
    this.#streaks = new Streaks(options.limits);
    this.#weights = options.weights ?? DEFAULT_WEIGHTS;
    this.#books = new Books(this.#weights);
    this.#subagents = new Subagents(options.limits);
    // What is only observed is not told either: it would change the conversation.
    this.#wrapUp =
      options.wrapUp && !options.observe ? new WrapUp(options.limits, options.wrapUp.reserve) : undefined;
  }

  /** True when the agent is told that its run comes to an end, so that it matters who calls. */
  get tells(): boolean {
    return this.#wrapUp !== undefined;
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

  /** Counts a call whose usage the meter cannot read; the stop that forbids it, or `undefined`. */
  admitUnmetered(): Stop | undefined {
    const reached = this.#checkRequests();
    if (this.#options.observe) this.#observed ??= reached;
    const stop = this.#options.observe ? undefined : (this.#stop ?? (reached && this.#latch(reached)));
    if (stop === undefined) this.#books.noteUnmetered();
    return stop;
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
    if (settlement.kind === 'known') this.#streaks.noteAnswer(settlement.usage);
    else if (settlement.kind === 'none' || !settlement.isAnswered) {
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
    const draft = this.#draft(ask);
    if (this.#options.observe) return this.#observe(ask, draft);
    const blocked = this.#stop ?? this.#checkCounts(ask) ?? this.#checkPrice(ask, draft.price);
    if (blocked) return this.#refuse(blocked);
    const reason = refuseCall(ask.facts, draft.hold, this.#options.limits) ?? this.#refuseUnknown(ask, draft);
    if (reason !== undefined) return { kind: 'refused', reason };
    const turnedAway = this.#subagents.check(ask.caller);
    return turnedAway ? this.#turnAway(turnedAway) : this.#place(ask, draft);
  }

  #draft(ask: Ask, note?: Note): Draft {
    const kind = `${ask.dialect} ${ask.facts.model ?? ''}`;
    const bodyBytes = ask.bodyBytes + noteBytes(note);
    const price = priceOf(ask.facts, this.#options.prices);
    const { pieces = NEVER_SEEN } = ask;
    return {
      kind,
      // Asked for only where it matters: the whole request is searched for it.
      mayWriteLongCache: price?.cacheWrite1h !== undefined && ask.mayWriteLongCache(),
      model:
        (price ? undefined : unpricedOf(ask.facts, this.#options.prices)) ?? ask.facts.model ?? 'unnamed',
      bodyBytes,
      pieces,
      hold: holdInput(this.#books.reckoner, {
        kind,
        bodyBytes,
        contextBytes: ask.contextBytes ?? 0,
        pieces,
        facts: ask.facts,
        reads: readings(ask.facts),
        price,
      }),
      asideTokens: ask.facts.aside?.outputTokens ?? 0,
      feeNanoUsd: ask.facts.surcharge?.feeNanoUsd ?? 0,
      price,
      role: ask.role,
      note: note?.level,
    };
  }

  /** In front of the reserve while it is kept, else in all that is left. */
  #place(ask: Ask, draft: Draft): Decision {
    const note = this.#wrapUp?.notice(ask.role, this.#books.spent);
    const noted = note ? this.#draft(ask, note) : draft;
    const front = note?.level === 'reserve' ? undefined : this.#wrapUp?.limitsFor(ask.role);
    if (front === undefined) return this.#conclude(ask, noted, this.#fit(ask, noted), note);
    const before = this.#fit(ask, noted, front);
    const isDecided = before.kind !== 'full' || before.limit === 'max-subagent-tokens';
    if (isDecided) return this.#conclude(ask, noted, before, note);
    if (ask.role === 'helper') return this.#turnAway(this.#keptBack.refuse(ask.caller, before.limit));
    const { leastInputTokens } = noted.hold;
    const atWorst = this.#atWorst(noted, {
      inputTokens: leastInputTokens,
      outputTokens: leastAnswer(ask) * ask.facts.choices,
    });
    const last = this.#wrapUp?.lastWord(ask.role, this.#books.spent, { limit: before.limit, atWorst });
    if (last === undefined) return this.#conclude(ask, noted, this.#squeeze(ask, noted, front), note);
    const told = this.#draft(ask, last);
    return this.#conclude(ask, told, this.#fit(ask, told), last);
  }

  /**
   * A call that may be too large by what does not stand in it, and would fit without, is refused alone: the run can go on,
   * and the agent can send the same in the request.
   */
  #refuseUnknown(ask: Ask, draft: Draft): string | undefined {
    const { hold } = draft;
    if (hold.unknownSize === undefined) return undefined;
    const fit = this.#fit(ask, draft);
    if (fit.kind !== 'full' || fit.limit === 'max-subagent-tokens') return undefined;
    const { ownInputTokens } = hold;
    const own = { ...hold, inputTokens: ownInputTokens, leastInputTokens: ownInputTokens };
    if (this.#fit(ask, { ...draft, hold: own }).kind === 'full') return undefined;
    return refuseUnknownSize(hold, `that does not fit what is left of \`${fit.limit}\``);
  }

  /** What a call is held at may get into the reserve by its input; its answer alone may not. */
  #squeeze(ask: Ask, draft: Draft, front: RunLimits): Fit {
    const answer = roomFor(
      { ...draft, inputTokens: 0 },
      front,
      this.#books.spent,
      this.#weights,
    ).outputTokens;
    const mostOutput = Math.max(Math.floor(answer / ask.facts.choices), leastAnswer(ask));
    return fitCall({ ...this.#question(ask, draft, this.#options.limits), mostOutput });
  }

  /** @param front limits that keep the reserve; what is cut short there would not have to be */
  #fit(ask: Ask, draft: Draft, front?: RunLimits): Fit {
    if (front?.maxRequests !== undefined && this.#books.spent.requests >= front.maxRequests)
      return { kind: 'full', limit: 'max-requests' };
    const question = this.#question(ask, draft, front ?? this.#options.limits);
    const isUncut = front && ask.role === 'leader';
    return fitCall(isUncut ? { ...question, leastOutput: question.comfortableOutput } : question);
  }

  #question({ facts, caller }: Ask, draft: Draft, limits: RunLimits): FitQuestion {
    return {
      facts,
      draft,
      limits,
      weights: this.#weights,
      spent: this.#books.spent,
      used: this.#books.used(),
      usedAtDensest: (look) => this.#books.usedAtDensest(look),
      narrow: (room, inputTokens) => this.#subagents.narrow(caller, inputTokens, room),
      inFlight: this.#books.inFlight,
      isOwnBusy: this.#subagents.isBusy(caller),
      crowd: this.#books.inFlight + this.#queue.others + 1,
      mustLearnFirst: this.#books.mustLearnFirst(draft.kind),
      comfortableOutput: this.#books.reckoner.answerSizes.comfortable(draft.kind),
      leastOutput: LEAST_USEFUL_OUTPUT,
    };
  }

  #conclude(ask: Ask, draft: Draft, fit: Fit, note: Note | undefined): Decision {
    if (fit.kind === 'wait') return fit;
    if (fit.kind === 'full') return this.#turnAway(this.#full(ask, fit.limit, draft.hold.leastInputTokens));
    const { inputTokens, outputTokens, ceiling } = fit;
    if (note) this.#wrapUp?.noteTold(note.level);
    const { flat, seen } = draft.hold.densest;
    const held = this.#atWorst(draft, { inputTokens, outputTokens });
    const densest = {
      flat: this.#atWorst(draft, { inputTokens: flat, outputTokens }),
      seen: lazily(() => this.#atWorst(draft, { inputTokens: seen(), outputTokens })),
    };
    return this.#grant(ask, { ...draft, ...held, densest }, ceiling, note);
  }

  #atWorst(
    { price, mayWriteLongCache, asideTokens = 0, feeNanoUsd = 0 }: Draft,
    { inputTokens, outputTokens: answerTokens }: Pick<Ticket, 'inputTokens' | 'outputTokens'>,
  ): Used {
    const outputTokens = answerTokens + asideTokens;
    const tokens = price ? priceAtMost(price, inputTokens, outputTokens, mayWriteLongCache) : 0;
    const costNanoUsd = tokens + feeNanoUsd;
    const weightedTokens = weighAtMost(this.#weights, inputTokens, outputTokens);
    return { inputTokens, outputTokens, costNanoUsd, weightedTokens };
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
    this.#observed ??= this.#checkCounts(ask) ?? turnedAway?.stop ?? full?.stop;
    const held = { inputTokens, outputTokens: 0, costNanoUsd: 0, weightedTokens: 0 };
    return this.#grant(ask, { ...draft, ...held, densest: { flat: held, seen: () => held } });
  }

  #refuse(stop: Stop): Decision {
    return { kind: 'refused', reason: renderRefusal(this.#latch(stop)) };
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

/** Less, and a tool call of any size is cut, or the request is not taken at all. */
function leastAnswer({ facts }: Ask): number {
  return Math.max(LEAST_COMFORTABLE, facts.outputFloor);
}
