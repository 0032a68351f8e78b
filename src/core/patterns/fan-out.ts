/** Many subagents at once: each of them reads the same things anew. */
import { type Finding, finding } from '../findings.js';
import type { CallEntry } from '../ledger.js';
import { tallyOf } from '../usage.js';

/**
 * So many at once, with so much of the tokens. No public data tells subagents apart per call, so both are a judgement: two
 * or three that search side by side are what agents do unasked, and half of the tokens is where the main loop is no more
 * what a run pays for.
 */
const LEAST_AT_ONCE = 4;
const LEAST_SHARE = 0.5;

export function findFanOut(calls: readonly CallEntry[]): Finding | undefined {
  const named = calls.filter(
    ({ caller, agentId, outcome }) => caller === 'subagent' && agentId !== undefined && outcome !== 'refused',
  );
  const subagents = [...Map.groupBy(named, ({ agentId }) => agentId).values()];
  const peak = peakOf(subagents.map(spanOf));
  const all = tokensOf(calls);
  const share = all === 0 ? 0 : tokensOf(named) / all;
  if (peak < LEAST_AT_ONCE || share < LEAST_SHARE) return undefined;
  const message = `${subagents.length} subagents ran, up to ${peak} of them at once; they used ${Math.round(100 * share)} % of the run’s tokens.`;
  return finding('notice', 'fan-out', 'The run fanned out', message, {
    advice: 'See whether the task needs them: `max-subagents` and `max-subagent-tokens` set bounds.',
  });
}

function spanOf(calls: readonly CallEntry[]): readonly [start: number, end: number] {
  const starts = calls.map(({ at }) => Date.parse(at));
  const ends = calls.map(({ at, durationMs }) => Date.parse(at) + durationMs);
  return [Math.min(...starts), Math.max(...ends)];
}

/** The most spans that hold one moment; one that ends as another starts is over. */
function peakOf(spans: readonly (readonly [start: number, end: number])[]): number {
  const steps = spans.flatMap(([start, end]) => [
    { at: start, step: 1 },
    { at: end, step: -1 },
  ]);
  let now = 0;
  let peak = 0;
  for (const { step } of steps.toSorted((a, b) => a.at - b.at || a.step - b.step)) {
    now += step;
    peak = Math.max(peak, now);
  }
  return peak;
}

function tokensOf(calls: readonly CallEntry[]): number {
  const { sum: input } = tallyOf(calls, ({ usage }) => usage.inputTokens);
  return input + tallyOf(calls, ({ usage }) => usage.outputTokens).sum;
}
