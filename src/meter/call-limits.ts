/** Limits of one call: it is refused, and the run goes on. */
import type { RunLimits } from '../core/limits.js';
import type { RequestFacts } from '../ports/dialect.js';
import type { InputHold } from './input-hold.js';

/** Why this call may not leave, for the agent; `undefined` when it may. */
export function refuseCall(facts: RequestFacts, hold: InputHold, limits: RunLimits): string | undefined {
  const { leastInputTokens, reads, unknownSize } = hold;
  const inputTokens = leastInputTokens / reads;
  const { requestMaxInputTokens, requestMaxOutputTokens } = limits;
  if (facts.isDetached && limitsUsage(limits)) {
    return 'spendgate refused this call: a background response reports its usage to nobody, and this run has limits.';
  }
  if (requestMaxInputTokens !== undefined && inputTokens > requestMaxInputTokens) {
    const bound = `\`request-max-input-tokens\` is ${requestMaxInputTokens}`;
    if (unknownSize !== undefined) return refuseUnknownSize(hold, bound);
    return `spendgate refused this call: its input is about ${inputTokens} tokens, and ${bound}. Send less context.`;
  }
  if (requestMaxOutputTokens !== undefined && requestMaxOutputTokens < facts.outputFloor) {
    return `spendgate refused this call: it needs room for ${facts.outputFloor} output tokens (a thinking budget), and \`request-max-output-tokens\` is ${requestMaxOutputTokens}.`;
  }
  return undefined;
}

/** @param why that is too much */
export function refuseUnknownSize({ unknownSize, leastInputTokens }: InputHold, why: string): string {
  return `spendgate refused this call: a part of its input (${unknownSize}) does not stand in the request, so that it may have up to ${leastInputTokens} tokens, as much as the model takes, and ${why}. Send what is needed of it in the request itself; a person can raise the limit.`;
}

function limitsUsage(limits: RunLimits): boolean {
  const { maxCostNanoUsd, maxTokens, maxInputTokens, maxOutputTokens, maxWeightedTokens } = limits;
  return [maxCostNanoUsd, maxTokens, maxInputTokens, maxOutputTokens, maxWeightedTokens].some(
    (limit) => limit !== undefined,
  );
}
