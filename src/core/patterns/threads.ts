/** A run's calls as the conversations they belong to: each thread, session or subagent is one, in the order of its calls. */
import type { CallEntry } from '../ledger.js';

/** A call whose input was told, so that it can be set beside the one before it. */
export interface CountedCall {
  readonly call: CallEntry;
  readonly inputTokens: number;
}

/** Answered calls whose input is known, by who made them; auxiliary calls have no conversation of their own. */
export function threadsOf(calls: readonly CallEntry[]): CountedCall[][] {
  const counted = calls
    .filter(({ caller }) => caller === 'main' || caller === 'subagent' || caller === 'unknown')
    .map((call) => ({ call, inputTokens: call.usage.inputTokens }))
    .filter((item): item is CountedCall => item.inputTokens !== undefined);
  const threads = Map.groupBy(counted, ({ call }) => `${call.caller} ${call.agentId ?? ''} ${call.dialect}`);
  return [...threads.values()].map((thread) => thread.toSorted((a, b) => a.call.at.localeCompare(b.call.at)));
}

/** Of each call after the first, the input that the call before it had already sent. */
export function repeatedInput(thread: readonly CountedCall[]): number {
  return thread.reduce((sum, { inputTokens }, index) => {
    const before = thread[index - 1];
    return before === undefined ? sum : sum + Math.min(before.inputTokens, inputTokens);
  }, 0);
}

export function sumInput(thread: readonly CountedCall[]): number {
  return thread.reduce((sum, { inputTokens }) => sum + inputTokens, 0);
}
