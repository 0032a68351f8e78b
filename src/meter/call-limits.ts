/** Limits of one call: it is refused, and the run goes on. */
import type { LimitName, RunLimits } from '../core/limits.js';
import type { RequestFacts } from '../ports/dialect.js';
import type { InputHold } from './input-hold.js';

/** Why one call may not leave. */
export interface CallRefusal {
  readonly limit: LimitName;
  /** For the agent. */
  readonly reason: string;
}

/** `undefined` when this call may leave. */
export function refuseCall(facts: RequestFacts, hold: InputHold, limits: RunLimits): CallRefusal | undefined {
  const { leastInputTokens, reads, unknownSize } = hold;
  const inputTokens = leastInputTokens / reads;
  const { requestMaxInputTokens, requestMaxOutputTokens } = limits;
  const ofUsage = facts.isDetached ? limitOfUsage(limits) : undefined;
  if (ofUsage !== undefined) {
    const reason =
      'spendgate refused this call: a background response reports its usage to nobody, and this run has limits.';
    return { limit: ofUsage, reason };
  }
  if (requestMaxInputTokens !== undefined && inputTokens > requestMaxInputTokens) {
    const bound = `\`request-max-input-tokens\` is ${requestMaxInputTokens}`;
    const reason =
      unknownSize === undefined
        ? `spendgate refused this call: its input is about ${inputTokens} tokens, and ${bound}. Send less context.`
        : refuseUnknownSize(hold, bound);
    return { limit: 'request-max-input-tokens', reason };
  }
  const floor = facts.outputFloor * facts.choices;
  if (requestMaxOutputTokens !== undefined && requestMaxOutputTokens < floor) {
    const why = facts.choices > 1 ? `${facts.choices} answers` : 'a thinking budget';
    const reason = `spendgate refused this call: it needs room for ${floor} output tokens (${why}), and \`request-max-output-tokens\` is ${requestMaxOutputTokens}.`;
    return { limit: 'request-max-output-tokens', reason };
  }
  const { ownCeiling = 0 } = facts.aside ?? {};
  if (requestMaxOutputTokens !== undefined && requestMaxOutputTokens < ownCeiling) {
    const reason = `spendgate refused this call: it allows a fallback or an advisor ${ownCeiling} output tokens, and \`request-max-output-tokens\` is ${requestMaxOutputTokens}. Allow it less.`;
    return { limit: 'request-max-output-tokens', reason };
  }
  return undefined;
}

/** @param why that is too much */
export function refuseUnknownSize({ unknownSize, leastInputTokens }: InputHold, why: string): string {
  return `spendgate refused this call: a part of its input (${unknownSize}) does not stand in the request, so that it may have up to ${leastInputTokens} tokens, as much as the model takes, and ${why}. Send what is needed of it in the request itself; a person can raise the limit.`;
}

/** For a request on a route that the meter cannot read. */
export function refuseUnmetered(route: string): string {
  return `spendgate refused this call: nobody can tell what ${route} uses, and \`on-unpriced\` is \`block\`. Do not retry.`;
}

/** A limit on tokens or cost; `undefined` where none is set. */
export function limitOfUsage(limits: RunLimits): LimitName | undefined {
  const set: readonly (readonly [LimitName, number | undefined])[] = [
    ['max-cost', limits.maxCostNanoUsd],
    ['max-tokens', limits.maxTokens],
    ['max-input-tokens', limits.maxInputTokens],
    ['max-output-tokens', limits.maxOutputTokens],
    ['max-weighted-tokens', limits.maxWeightedTokens],
  ];
  return set.find(([, limit]) => limit !== undefined)?.[0];
}
