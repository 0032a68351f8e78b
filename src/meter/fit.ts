/** How a call fits into what the limits leave: at once, with the output ceiling it then gets, or later, or not at all. */
import type { LimitName, RunLimits } from '../core/limits.js';
import type { TokenWeights } from '../core/weights.js';
import type { RequestFacts } from '../ports/dialect.js';
import type { Ticket } from './admission.js';
import { roomFor, type Used } from './room.js';

export interface FitQuestion {
  readonly facts: RequestFacts;
  readonly draft: Pick<Ticket, 'inputTokens' | 'price' | 'mayWriteLongCache'>;
  readonly limits: RunLimits;
  readonly weights: TokenWeights;
  /** Spent and reserved together. */
  readonly used: Used;
  /** True when calls are in flight whose end may leave more room. */
  readonly mayWait: boolean;
  /** True when the size of the input is better known once another call has settled. */
  readonly mustLearnFirst: boolean;
  /** The shortest answer that is worth a call. */
  readonly leastOutput: number;
}

export type Fit =
  | {
      readonly kind: 'fits';
      /** Of all answers together. */
      readonly outputTokens: number;
      /** Output ceiling to set on the request, per answer; `undefined`: the client's own will do. */
      readonly ceiling: number | undefined;
    }
  | { readonly kind: 'wait' }
  | { readonly kind: 'full'; readonly limit: LimitName };

/** Where neither the client nor the price table says how long an answer may get; then it is set on the request. */
const ASSUMED_MAX_OUTPUT = 16_384;
/** Rather than being cut below this, a call waits for the reservations of others. */
export const COMFORTABLE_OUTPUT = 8192;
/** An answer shorter than this is of no use to an agent. */
export const LEAST_USEFUL_OUTPUT = 256;

/** Finds room under every limit, lowering the output ceiling where that helps. */
export function fitCall({ facts, draft, limits, weights, used, ...rest }: FitQuestion): Fit {
  const room = roomFor(draft, limits, used, weights);
  const limited = lesser(facts.outputCeiling, limits.requestMaxOutputTokens);
  const natural = limited ?? draft.price?.maxOutput ?? ASSUMED_MAX_OUTPUT;
  const isAssumed =
    limited === undefined && draft.price?.maxOutput === undefined && room.binding !== undefined;
  const affordable = Math.floor(room.outputTokens / facts.choices);
  if (rest.mayWait && room.binding !== undefined && (facts.hasServerContext || rest.mustLearnFirst))
    return { kind: 'wait' };
  if (rest.mayWait && affordable < Math.min(natural, COMFORTABLE_OUTPUT)) return { kind: 'wait' };
  if (affordable < Math.max(Math.min(natural, rest.leastOutput), facts.outputFloor))
    return { kind: 'full', limit: room.binding ?? 'max-tokens' };
  const ceiling = Math.min(natural, affordable);
  const isNeeded =
    ceiling !== facts.outputCeiling && (limited !== undefined || isAssumed || affordable < natural);
  return { kind: 'fits', outputTokens: ceiling * facts.choices, ceiling: isNeeded ? ceiling : undefined };
}

function lesser(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
