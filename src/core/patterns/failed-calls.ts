/** A run of which half the calls or more failed: why is the first thing to know, and stands in no other figure. */
import { countOf } from '../count-of.js';
import { type Finding, finding } from '../findings.js';
import type { CallEntry } from '../ledger.js';

const ADVICE: Readonly<Record<string, string>> = {
  'no answer': 'See whether the gateway is up, and whether `gateway-url` leads to it.',
  '401': 'See whether `gateway-key` is the right key for this gateway, and still good.',
  '403': 'See what `gateway-key` is allowed to do at this gateway.',
  '404': 'See whether `gateway-url` is right, and whether the gateway knows the model that was asked for.',
  '429': 'The gateway asks for fewer calls: see its rate limits.',
};

export function findFailedCalls(calls: readonly CallEntry[]): Finding | undefined {
  const sent = calls.filter(({ outcome }) => outcome !== 'refused');
  const failed = sent.filter(({ outcome }) => outcome === 'failed' || outcome === 'cut');
  const least = Math.max(sent.length / 2, Math.min(2, sent.length));
  if (failed.length === 0 || failed.length < least) return undefined;
  const byStatus = [...Map.groupBy(failed, kindOf)]
    .map(([status, group]) => ({ status, count: group.length }))
    .toSorted((a, b) => b.count - a.count);
  const told = byStatus.map(({ status, count }) => `${status} (${count})`).join(', ');
  const message = `${failed.length} of ${countOf(sent.length, 'call')} failed: ${told}.`;
  const advice = ADVICE[byStatus[0]?.status ?? ''] ?? 'See the log of the agent, and of the gateway.';
  return finding('notice', 'calls-failed', 'Most calls failed', message, { advice });
}

function kindOf({ status }: CallEntry): string {
  if (status === undefined) return 'no answer';
  return status < 300 ? 'broken off' : String(status);
}
