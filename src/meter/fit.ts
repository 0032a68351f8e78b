/** How a call fits into what the limits leave: at once, with the output ceiling it then gets, or later, or not at all. */
import type { LimitName, RunLimits } from '../core/limits.js';
import type { TokenWeights } from '../core/weights.js';
import type { RequestFacts } from '../ports/dialect.js';
import type { Ticket } from './admission.js';
import { FLAT, type Look, SEEN } from './densest.js';
import { type Needed, type Room, roomFor, type Used } from './room.js';

export interface FitQuestion {
  readonly facts: RequestFacts;
  readonly draft: Omit<Needed, 'inputTokens'> & Pick<Ticket, 'hold'>;
  readonly limits: RunLimits;
  readonly weights: TokenWeights;
  readonly spent: Used;
  /** Spent and reserved together. */
  readonly used: Used;
  /** The same, if the bytes of calls under way are as dense as bytes can be. */
  readonly usedAtDensest: (look: Look) => Used;
  /** The room of the run, narrowed to what the caller itself may use. */
  readonly narrow: (room: Room, inputTokens: number) => Room;
  /** Calls in flight, whose end may leave more room. */
  readonly inFlight: number;
  /** True while calls of the caller's own subagent are in flight. */
  readonly isOwnBusy: boolean;
  /** Calls that want room, this one and those in flight with them. */
  readonly crowd: number;
  /** True when the size of the input is better known once another call has settled. */
  readonly mustLearnFirst: boolean;
  /** Rather than being cut below this, the call waits for others. */
  readonly comfortableOutput: number;
  /** The shortest answer that is worth a call. */
  readonly leastOutput: number;
  /** An answer gets no more than this, whatever there is room for; left out: it may have it all. */
  readonly mostOutput?: number;
}

export type Fit =
  | {
      readonly kind: 'fits';
      readonly inputTokens: number;
      /** Of all answers together. */
      readonly outputTokens: number;
      /** Output ceiling to set on the request, per answer; `undefined`: the client's own will do. */
      readonly ceiling: number | undefined;
    }
  | { readonly kind: 'wait' }
  | { readonly kind: 'full'; readonly limit: LimitName };

/** Where neither the client nor the price table says how long an answer may get; then it is set on the request. */
const ASSUMED_MAX_OUTPUT = 16_384;
/** An answer shorter than this is of no use to an agent. */
export const LEAST_USEFUL_OUTPUT = 256;

/**
 * Finds room under every limit, lowering the output ceiling where that helps. What tools of the server may bring in is held
 * while other calls are under way; one that goes alone may go without, as most such calls bring in little or nothing.
 */
export function fitCall(question: FitQuestion): Fit {
  const { inputTokens, leastInputTokens } = question.draft.hold;
  const fit = fitWith(question, inputTokens);
  return fit.kind === 'full' && leastInputTokens < inputTokens ? fitWith(question, leastInputTokens) : fit;
}

function fitWith(question: FitQuestion, inputTokens: number): Fit {
  const { facts, limits, weights, used, comfortableOutput, leastOutput } = question;
  const draft = { ...question.draft, inputTokens };
  const room = question.narrow(roomFor(draft, limits, used, weights), inputTokens);
  const limited = lesser(facts.outputCeiling, perAnswer(limits.requestMaxOutputTokens, facts.choices));
  const natural = limited ?? draft.price?.maxOutput ?? ASSUMED_MAX_OUTPUT;
  const isAssumed =
    limited === undefined && draft.price?.maxOutput === undefined && room.binding !== undefined;
  const affordable = Math.floor(room.outputTokens / facts.choices);
  const comfortable = Math.max(Math.min(natural, comfortableOutput), facts.outputFloor);
  // Beside others, not even the densest text may pass a limit; alone, what this run has seen says enough.
  const atDensest = question.inFlight > 0 ? affordableAtDensest(question, natural) : Number.POSITIVE_INFINITY;
  if (atDensest < comfortable) return { kind: 'wait' };
  // What a subagent of its own limit waits for comes back from its own calls alone.
  const mayWait = room.binding === 'max-subagent-tokens' ? question.isOwnBusy : question.inFlight > 0;
  if (mayWait && room.binding !== undefined) {
    const mustWait = question.mustLearnFirst || affordable < comfortable;
    if (mustWait) return { kind: 'wait' };
  }
  if (affordable < Math.max(Math.min(natural, leastOutput), facts.outputFloor))
    return { kind: 'full', limit: room.binding ?? 'max-tokens' };
  const share = Math.max(comfortable, fairShare(question, inputTokens));
  const ceiling = Math.min(natural, affordable, atDensest, share, question.mostOutput ?? natural);
  const isNeeded =
    ceiling !== facts.outputCeiling && (limited !== undefined || isAssumed || ceiling < natural);
  const outputTokens = ceiling * facts.choices;
  return { kind: 'fits', inputTokens, outputTokens, ceiling: isNeeded ? ceiling : undefined };
}

/** How long each answer may get so that no limit is passed, whatever stands in the calls under way and in this one. */
function affordableAtDensest(question: FitQuestion, natural: number): number {
  const flat = affordableWith(question, FLAT);
  // What is enough as it is need not be looked at any closer.
  return flat >= natural ? flat : affordableWith(question, SEEN);
}

function affordableWith({ facts, draft, limits, usedAtDensest, weights }: FitQuestion, look: Look): number {
  const inputTokens = look(draft.hold.densest);
  const room = roomFor({ ...draft, inputTokens }, limits, usedAtDensest(look), weights);
  return Math.floor(room.outputTokens / facts.choices);
}

/** What falls to each of the crowd of all that is not spent, so that the first to come do not hold what the others need. */
function fairShare(
  { draft, facts, limits, weights, spent, crowd }: FitQuestion,
  inputTokens: number,
): number {
  if (crowd <= 1) return Number.POSITIVE_INFINITY;
  const all = roomFor({ ...draft, inputTokens: 0 }, limits, spent, weights).outputTokens;
  const own = roomFor({ ...draft, inputTokens }, limits, spent, weights).outputTokens;
  return Number.isFinite(own) ? Math.floor((all / crowd - (all - own)) / facts.choices) : own;
}

/** What falls to each of the answers that one call asks for. */
function perAnswer(tokens: number | undefined, choices: number): number | undefined {
  return tokens === undefined ? undefined : Math.floor(tokens / choices);
}

function lesser(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
