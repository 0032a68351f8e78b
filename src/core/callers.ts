/** Who spent it: a run's calls by who made them. What an agent does not tell stays `unknown`, a caller of its own. */
import type { CallEntry } from './ledger.js';
import { type Tally, tallyOf } from './usage.js';

export interface CallerTotals {
  readonly caller: CallEntry['caller'];
  /** How many of its kind there were, such as subagents; `undefined` where calls do not name who made them. */
  readonly agents: number | undefined;
  /** Calls that reached the upstream. */
  readonly requests: number;
  /** Of these, the ones answered with an error, cut or aborted. */
  readonly failedRequests: number;
  /** Of these, the ones that repeated a failed one. */
  readonly retries: number;
  readonly refusedRequests: number;
  readonly inputTokens: Tally;
  readonly outputTokens: Tally;
  readonly costNanoUsd: Tally;
}

/** In the order of their first call; `calls` holds each call once. */
export function callersOf(calls: readonly CallEntry[]): CallerTotals[] {
  return [...Map.groupBy(calls, ({ caller }) => caller)].map(([caller, group]) => {
    const sent = group.filter(({ outcome }) => outcome !== 'refused');
    const billable = sent.filter(({ outcome }) => outcome !== 'failed');
    return {
      caller,
      agents: countAgents(sent),
      requests: sent.length,
      failedRequests: sent.filter(({ outcome }) => outcome !== 'ok').length,
      retries: sent.filter(({ retry }) => retry).length,
      refusedRequests: group.length - sent.length,
      inputTokens: tallyOf(billable, ({ usage }) => usage.inputTokens),
      outputTokens: tallyOf(billable, ({ usage }) => usage.outputTokens),
      costNanoUsd: tallyOf(billable, (call) => call.costNanoUsd),
    };
  });
}

function countAgents(calls: readonly CallEntry[]): number | undefined {
  if (calls.some(({ agentId }) => agentId === undefined)) return undefined;
  return new Set(calls.map(({ agentId }) => agentId)).size;
}
