/** What an exchange that has ended means for the ledger and for the limits. */
import type { CallEntry } from '../core/ledger.js';
import type { AnswerCost } from '../core/price.js';
import { NO_USAGE, type UsageSnapshot } from '../core/usage.js';
import type { Settlement } from './admission.js';
import type { RelayEnd, UpstreamHead } from './relay.js';
import type { TapResult } from './tap.js';

export interface Outcome {
  readonly entry: Pick<
    CallEntry,
    'status' | 'outcome' | 'usage' | 'final' | 'costNanoUsd' | 'costSource' | 'model'
  >;
  readonly settlement: Settlement;
}

/** What is known of the cost of a whole answer. */
export interface Pricing {
  readonly cost: AnswerCost | undefined;
  /** A model without a price that answered in place of the one that was asked. */
  readonly unpricedModel?: string | undefined;
}

const UNPRICED: Pricing = { cost: undefined };
/**
 * A gateway, or whoever stands in front of it, gave up waiting. What is behind it got the request, and may go on and bill.
 * @see https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/
 * @see https://docs.litellm.ai/docs/exception_mapping
 */
const GAVE_UP = new Set([408, 499, 504, 522, 524]);
const NOT_REPORTED = {
  usage: NO_USAGE,
  costNanoUsd: undefined,
  costSource: 'unknown',
  model: undefined,
} as const;

/** Billed or not, and how much: nobody will say. */
const UNTOLD: Settlement = { kind: 'unknown', usage: NO_USAGE, isAnswered: false, mayGoOn: true };
/** Whoever gives up lets go of what is behind it, as far as is known: what came to be until then is seldom longer. */
const GIVEN_UP: Settlement = { ...UNTOLD, mayGoOn: false, mostTokens: 16_384 };

/** The meter's own refusal: nothing left, nothing is billed. */
export function refusedEntry(status: number): Outcome['entry'] {
  return { ...NOT_REPORTED, status, outcome: 'refused', final: true };
}

/**
 * @param priceOf cost of a whole answer; never asked for a part of one, since part of a bill is not a bill
 */
export function judgeOutcome(
  end: RelayEnd,
  heard: TapResult | undefined,
  priceOf: (head: UpstreamHead, snapshot: UsageSnapshot) => Pricing,
): Outcome {
  const { head, isUnsent = false } = end;
  if (head === undefined && !isUnsent) {
    // It may have been sent, and no answer began.
    const outcome = end.kind === 'gone' ? 'aborted' : 'cut';
    return {
      entry: { ...NOT_REPORTED, status: undefined, outcome, final: false },
      settlement: UNTOLD,
    };
  }
  if (head !== undefined && GAVE_UP.has(head.status)) {
    return {
      entry: { ...NOT_REPORTED, status: head.status, outcome: 'cut', final: false },
      settlement: GIVEN_UP,
    };
  }
  // A redirection is no answer either, and nobody bills it.
  if (head === undefined || head.status >= 300) {
    return {
      entry: { ...NOT_REPORTED, status: head?.status, outcome: 'failed', final: head !== undefined },
      settlement: { kind: 'none' },
    };
  }
  return judgeAnswer(end, head, heard, priceOf);
}

function judgeAnswer(
  end: RelayEnd,
  head: UpstreamHead,
  heard: TapResult | undefined,
  priceOf: (head: UpstreamHead, snapshot: UsageSnapshot) => Pricing,
): Outcome {
  const snapshot = heard?.snapshot ?? { model: undefined, final: false, usage: NO_USAGE, raw: undefined };
  const { inputTokens, outputTokens } = snapshot.usage;
  // No call reads nothing: a zero is a server that does not count, and two are one that counts nothing at all.
  const isCounted = inputTokens !== 0 || outputTokens !== 0;
  const usage = inputTokens === 0 ? { ...snapshot.usage, inputTokens: undefined } : snapshot.usage;
  const isEnded = end.kind === 'complete' || (snapshot.hasEnded === true && heard?.error === undefined);
  const isWhole = isEnded && snapshot.final && isCounted;
  const partial = isCounted ? { ...usage, outputTokens: undefined } : NO_USAGE;
  const { cost, unpricedModel } = isWhole ? priceOf(head, { ...snapshot, usage }) : UNPRICED;
  const entry = {
    status: head.status,
    outcome: isWhole && heard?.error === undefined ? 'ok' : outcomeOf(end, heard),
    // The output count of a cut stream is what was reported until then, not what was made.
    usage: isWhole ? usage : partial,
    final: isWhole,
    costNanoUsd: cost?.nanoUsd,
    costSource: cost?.source ?? ('unknown' as const),
    model: snapshot.model,
  };
  const isAnswered = entry.outcome === 'ok';
  // A provider stops to generate when its stream is dropped. What is not a stream it generates to the end.
  const mayGoOn = end.kind !== 'complete' && !heard?.isStream;
  const settlement: Settlement = isWhole
    ? {
        kind: 'known',
        usage,
        costNanoUsd: cost?.nanoUsd,
        inputOnce: snapshot.inputOnce,
        unpricedModel,
        ...(heard?.error !== undefined && { isFailed: true }),
      }
    : {
        kind: 'unknown',
        usage: partial,
        isAnswered,
        mayGoOn,
        textTokens: Math.max(heard?.textTokens ?? 0, outputTokens ?? 0),
      };
  return { entry, settlement };
}

function outcomeOf(end: RelayEnd, heard: TapResult | undefined): CallEntry['outcome'] {
  if (end.kind === 'gone') return 'aborted';
  return end.kind === 'broken' || heard?.error !== undefined ? 'cut' : 'ok';
}
