/** Calls that fail and are sent again, close together: money and time for nothing. */
import { type Finding, finding } from '../findings.js';
import type { CallEntry } from '../ledger.js';

/** Consecutive calls that are looked at together: a storm is over soon, and must not drown in a long run. */
const WINDOW = 10;
/**
 * So many of them failed or repeated a failed one. One hiccup makes two (the failure and its retry), two in a row make
 * three; agents that meet a lasting fault send six to thirty.
 */
const LEAST_CALLS = 5;

export function findRetryStorm(calls: readonly CallEntry[]): Finding | undefined {
  const sent = calls
    .filter(({ outcome }) => outcome !== 'refused')
    .toSorted((a, b) => a.at.localeCompare(b.at));
  const worst = worstWindow(sent);
  if (worst === undefined || worst.count < LEAST_CALLS) return undefined;
  const { count, from } = worst;
  const window = sent.slice(from, from + WINDOW);
  const all = sent.filter(isWaste).length;
  const message = `From ${window[0]?.at} on, ${count} of ${window.length} calls in a row failed or repeated a failed one; in the whole run it was ${all} of ${sent.length} (${Math.round((100 * all) / sent.length)} %).`;
  return finding('notice', 'retry-storm', 'Calls were retried in a storm', message, {
    advice:
      'See what the gateway answered (a rate limit, an overload, a wrong key). `max-retries` and `max-consecutive-errors` end such a run early.',
  });
}

function worstWindow(sent: readonly CallEntry[]): { count: number; from: number } | undefined {
  const starts = sent.slice(0, Math.max(1, sent.length - WINDOW + 1));
  return starts
    .map((_, from) => ({ count: sent.slice(from, from + WINDOW).filter(isWaste).length, from }))
    .reduce<{ count: number; from: number } | undefined>(
      (best, next) => (best === undefined || next.count > best.count ? next : best),
      undefined,
    );
}

/** A call that its client gave up is not counted: nobody knows that anything was wrong. */
function isWaste({ outcome, retry }: CallEntry): boolean {
  return retry || outcome === 'failed' || outcome === 'cut';
}
