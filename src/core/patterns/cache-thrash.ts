/** A cache that does not hold: what the call before had already sent is paid for in full again. */
import { type Finding, finding } from '../findings.js';
import type { CallEntry } from '../ledger.js';
import { tallyOf } from '../usage.js';
import { type CountedCall, sumInput, threadsOf } from './threads.js';

/**
 * Of all input, what a call could have read from the cache and did not. In 500 public runs of one agent, whose provider
 * caches by itself, it was 15 % in the median, 27 % in the 95th of 100 runs and 40 % at most.
 */
const LEAST_SHARE = 0.4;
/** Below this the cache was not worth much. */
const LEAST_TOKENS = 100_000;
const LEAST_CALLS = 10;

export function findCacheThrash(calls: readonly CallEntry[]): Finding | undefined {
  const threads = threadsOf(calls).filter(usesCache);
  const repaid = threads.reduce((sum, thread) => sum + repaidTokens(thread), 0);
  const input = threads.reduce((sum, thread) => sum + sumInput(thread), 0);
  if (repaid < LEAST_TOKENS || repaid < LEAST_SHARE * input) return undefined;
  const { sum: written } = tallyOf(threads.flat(), ({ call }) => call.usage.cacheWriteTokens);
  const writes = written === 0 ? '' : ` ${written.toLocaleString('en-US')} tokens were written to the cache.`;
  const message = `${repaid.toLocaleString('en-US')} input tokens (${Math.round((100 * repaid) / input)} %) had been sent by the call before and were not read from the cache.${writes}`;
  return finding('notice', 'cache-thrash', 'The prompt cache did not hold', message, {
    advice:
      'Look for what changes early in the prompt (a time, a list that is rebuilt), for pauses longer than the cache lives, and for calls that go to another model or deployment in turns. `max-cache-misses` ends such a run.',
  });
}

/** Only a thread that was seen to use a cache can miss it. */
function usesCache(thread: readonly CountedCall[]): boolean {
  const touches = ({ call: { usage } }: CountedCall) =>
    (usage.cacheReadTokens ?? 0) + (usage.cacheWriteTokens ?? 0) > 0;
  return thread.length >= LEAST_CALLS && thread.some(touches);
}

function repaidTokens(thread: readonly CountedCall[]): number {
  return thread.reduce((sum, { call, inputTokens }, index) => {
    const { cacheReadTokens } = call.usage;
    if (cacheReadTokens === undefined) return sum;
    const before = thread[index - 1]?.inputTokens ?? 0;
    return sum + Math.max(0, Math.min(before, inputTokens) - cacheReadTokens);
  }, 0);
}
