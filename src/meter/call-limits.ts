/** Limits of one call: it is refused, and the run goes on. */
import type { RunLimits } from '../core/limits.js';
import type { RequestFacts } from '../ports/dialect.js';

/** Why this call may not leave, for the agent; `undefined` when it may. */
export function refuseCall(facts: RequestFacts, inputTokens: number, limits: RunLimits): string | undefined {
  const { requestMaxInputTokens, requestMaxOutputTokens } = limits;
  if (facts.isDetached && limitsUsage(limits)) {
    return 'spendgate refused this call: a background response reports its usage to nobody, and this run has limits.';
  }
  if (requestMaxInputTokens !== undefined && inputTokens > requestMaxInputTokens) {
    return `spendgate refused this call: its input is about ${inputTokens} tokens, and \`request-max-input-tokens\` is ${requestMaxInputTokens}. Send less context.`;
  }
  if (requestMaxOutputTokens !== undefined && requestMaxOutputTokens < facts.outputFloor) {
    return `spendgate refused this call: it needs room for ${facts.outputFloor} output tokens (a thinking budget), and \`request-max-output-tokens\` is ${requestMaxOutputTokens}.`;
  }
  return undefined;
}

function limitsUsage(limits: RunLimits): boolean {
  const { maxCostNanoUsd, maxTokens, maxInputTokens, maxOutputTokens, maxWeightedTokens } = limits;
  return [maxCostNanoUsd, maxTokens, maxInputTokens, maxOutputTokens, maxWeightedTokens].some(
    (limit) => limit !== undefined,
  );
}
