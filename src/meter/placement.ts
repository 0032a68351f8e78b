/** Where a call finds room: in front of the reserve while that is kept, else in all that is left. */
import { lazily } from '../core/lazy.js';
import type { LimitName, RunLimits } from '../core/limits.js';
import { type PriceTable, priceAtMost } from '../core/price.js';
import { type TokenWeights, weighAtMost } from '../core/weights.js';
import type { Ask, Ticket } from './admission.js';
import { LEAST_COMFORTABLE } from './answer-sizes.js';
import type { Books } from './books.js';
import { type CallRefusal, refuseUnknownSize } from './call-limits.js';
import { priceOf, readings, unpricedOf } from './call-price.js';
import { type Fit, type FitQuestion, fitCall, LEAST_USEFUL_OUTPUT } from './fit.js';
import { holdInput } from './input-hold.js';
import { roomFor, type Used } from './room.js';
import type { Pieces } from './seen-text.js';
import type { Subagents } from './subagents.js';
import { type Note, noteBytes, type WrapUp } from './wrap-up.js';

const NEVER_SEEN: Pieces = { chunks: new Map(), heldBytes: 0 };

/** What a call is known to need before it is decided what it gets. */
export type Draft = Omit<
  Ticket,
  'densest' | 'inputTokens' | 'outputTokens' | 'costNanoUsd' | 'weightedTokens'
>;

/** `kept-back`: a helper's call that would only fit into the reserve. */
export type Placed =
  | { readonly kind: 'wait' }
  | { readonly kind: 'kept-back'; readonly limit: LimitName }
  | { readonly kind: 'full'; readonly limit: LimitName; readonly inputTokens: number }
  | {
      readonly kind: 'placed';
      readonly ticket: Ticket;
      /** Output ceiling to set on the request, per answer. */
      readonly ceiling: number | undefined;
      readonly note: Note | undefined;
    };

interface PlacementOptions {
  readonly limits: RunLimits;
  readonly weights: TokenWeights;
  readonly prices: PriceTable | undefined;
  readonly books: Books;
  readonly subagents: Subagents;
  readonly wrapUp: WrapUp | undefined;
  /** Calls that wait for room, besides the one that is placed. */
  readonly waiting: () => number;
}

export class Placement {
  readonly #options: PlacementOptions;

  constructor(options: PlacementOptions) {
    this.#options = options;
  }

  draft(ask: Ask, note?: Note): Draft {
    const { books, prices } = this.#options;
    const { facts, pieces = NEVER_SEEN, contextBytes = 0 } = ask;
    const kind = `${ask.dialect} ${facts.model ?? ''}`;
    const bodyBytes = ask.bodyBytes + noteBytes(note);
    const price = priceOf(facts, prices);
    const reads = readings(facts);
    return {
      kind,
      // Asked for only where it matters: the whole request is searched for it.
      mayWriteLongCache: price?.cacheWrite1h !== undefined && ask.mayWriteLongCache(),
      model: (price ? undefined : unpricedOf(facts, prices)) ?? facts.model ?? 'unnamed',
      bodyBytes,
      pieces,
      hold: holdInput(books.reckoner, { kind, bodyBytes, contextBytes, pieces, facts, reads, price }),
      asideTokens: facts.aside?.outputTokens ?? 0,
      feeNanoUsd: facts.surcharge?.feeNanoUsd ?? 0,
      price,
      role: ask.role,
      note: note?.level,
    };
  }

  place(ask: Ask, draft: Draft): Placed {
    const { wrapUp, books } = this.#options;
    const note = wrapUp?.notice(ask.role, books.spent);
    const noted = note ? this.draft(ask, note) : draft;
    const front = note?.level === 'reserve' ? undefined : wrapUp?.limitsFor(ask.role);
    if (front === undefined) return this.#conclude(noted, this.#fit(ask, noted), note);
    const before = this.#fit(ask, noted, front);
    const isDecided = before.kind !== 'full' || before.limit === 'max-subagent-tokens';
    if (isDecided) return this.#conclude(noted, before, note);
    if (ask.role === 'helper') return { kind: 'kept-back', limit: before.limit };
    const { leastInputTokens: inputTokens } = noted.hold;
    const atWorst = this.#atWorst(noted, inputTokens, leastAnswer(ask) * ask.facts.choices);
    const last = wrapUp?.lastWord(ask.role, books.spent, { limit: before.limit, atWorst });
    if (last === undefined) return this.#conclude(noted, this.#squeeze(ask, noted, front), note);
    const told = this.draft(ask, last);
    return this.#conclude(told, this.#fit(ask, told), last);
  }

  /**
   * A call that may be too large by what does not stand in it, and would fit without, is refused alone: the run can go on,
   * and the agent can send the same in the request.
   */
  refuseUnknown(ask: Ask, draft: Draft): CallRefusal | undefined {
    const { hold } = draft;
    if (hold.unknownSize === undefined) return undefined;
    const fit = this.#fit(ask, draft);
    if (fit.kind !== 'full' || fit.limit === 'max-subagent-tokens') return undefined;
    const { ownInputTokens } = hold;
    const own = { ...hold, inputTokens: ownInputTokens, leastInputTokens: ownInputTokens };
    if (this.#fit(ask, { ...draft, hold: own }).kind === 'full') return undefined;
    const reason = refuseUnknownSize(hold, `that does not fit what is left of \`${fit.limit}\``);
    return { limit: fit.limit, reason };
  }

  /** What a call is held at may get into the reserve by its input; its answer alone may not. */
  #squeeze(ask: Ask, draft: Draft, front: RunLimits): Fit {
    const { books, limits, weights } = this.#options;
    const answer = roomFor({ ...draft, inputTokens: 0 }, front, books.spent, weights).outputTokens;
    const mostOutput = Math.max(Math.floor(answer / ask.facts.choices), leastAnswer(ask));
    return fitCall({ ...this.#question(ask, draft, limits), mostOutput });
  }

  /** @param front limits that keep the reserve; what is cut short there would not have to be */
  #fit(ask: Ask, draft: Draft, front?: RunLimits): Fit {
    const { books, limits } = this.#options;
    if (front?.maxRequests !== undefined && books.spent.requests >= front.maxRequests)
      return { kind: 'full', limit: 'max-requests' };
    const question = this.#question(ask, draft, front ?? limits);
    const isUncut = front && ask.role === 'leader';
    return fitCall(isUncut ? { ...question, leastOutput: question.comfortableOutput } : question);
  }

  #question({ facts, caller }: Ask, draft: Draft, limits: RunLimits): FitQuestion {
    const { books, subagents, waiting, weights } = this.#options;
    return {
      facts,
      draft,
      limits,
      weights,
      spent: books.spent,
      used: books.used(),
      usedAtDensest: (look) => books.usedAtDensest(look),
      narrow: (room, inputTokens) => subagents.narrow(caller, inputTokens, room),
      inFlight: books.inFlight,
      isOwnBusy: subagents.isBusy(caller),
      crowd: books.inFlight + waiting() + 1,
      mustLearnFirst: books.mustLearnFirst(draft.kind),
      comfortableOutput: books.reckoner.answerSizes.comfortable(draft.kind),
      leastOutput: LEAST_USEFUL_OUTPUT,
    };
  }

  #conclude(draft: Draft, fit: Fit, note: Note | undefined): Placed {
    if (fit.kind === 'wait') return fit;
    if (fit.kind === 'full') return { ...fit, inputTokens: draft.hold.leastInputTokens };
    const { inputTokens, outputTokens, ceiling } = fit;
    const { flat, seen } = draft.hold.densest;
    const densest = {
      flat: this.#atWorst(draft, flat, outputTokens),
      seen: lazily(() => this.#atWorst(draft, seen(), outputTokens)),
    };
    const ticket = { ...draft, ...this.#atWorst(draft, inputTokens, outputTokens), densest };
    return { kind: 'placed', ticket, ceiling, note };
  }

  #atWorst(
    { price, mayWriteLongCache, asideTokens = 0, feeNanoUsd = 0 }: Draft,
    inputTokens: number,
    answerTokens: number,
  ): Used {
    const outputTokens = answerTokens + asideTokens;
    const tokens = price ? priceAtMost(price, inputTokens, outputTokens, mayWriteLongCache) : 0;
    const weightedTokens = weighAtMost(this.#options.weights, inputTokens, outputTokens);
    return { inputTokens, outputTokens, costNanoUsd: tokens + feeNanoUsd, weightedTokens };
  }
}

/** Less, and a tool call of any size is cut, or the request is not taken at all. */
function leastAnswer({ facts }: Ask): number {
  return Math.max(LEAST_COMFORTABLE, facts.outputFloor);
}
