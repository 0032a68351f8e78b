/** Was this run normal? The rules of `post`, without the outside world. */
import { countOf } from './count-of.js';
import { type Finding, finding, type Position } from './findings.js';
import { isLimitStop } from './limits.js';
import { metricLabel, renderBeside, renderRange } from './metric-rows.js';
import { judgeRange, type Range } from './range.js';
import { type Metric, observedIn, type UsageRecord } from './record.js';
import { telemetryFindings } from './telemetry.js';
import { witnessFindings } from './witness.js';

/** What a shell gives for a command that there is not. */
const NOT_FOUND = 127;

export interface UsageVerdict {
  readonly verdict: 'within' | 'outside' | 'unknown';
  readonly findings: readonly Finding[];
}

export function judgeUsage(
  record: UsageRecord,
  expect: ReadonlyMap<Metric, { readonly range: Range; readonly position: Position | undefined }>,
): UsageVerdict {
  const findings = [
    ...[...expect].flatMap(([metric, { range, position }]) => judgeMetric(record, metric, range, position)),
    ...judgeStop(record),
    ...judgeGaps(record),
    ...nothingMetered(record),
  ];
  const isOutside = findings.some(({ level }) => level === 'error');
  // What went past the meter stands in no figure, so figures within their range show nothing.
  const isUnknown =
    expect.size === 0 ||
    nothingMetered(record).length > 0 ||
    record.witness?.verdict === 'unmetered' ||
    (record.telemetry?.['not-joined'] ?? 0) > 0 ||
    findings.some(({ id }) => id.endsWith('-unknown'));
  return {
    verdict: isOutside ? 'outside' : isUnknown ? 'unknown' : 'within',
    findings: [...findings, ...heardFindings(record)],
  };
}

/** A run that changed what judges it is outside, whatever its figures say. */
export function withChangedPolicy({ findings }: UsageVerdict, file: string): UsageVerdict {
  const text = `${file} was changed after \`wrap\` had started, so nothing that it says holds.`;
  const advice = 'Look at what changed it. Judged was by the inputs alone.';
  const changed = finding('error', 'policy-changed', 'The policy file was changed', text, { advice });
  return { verdict: 'outside', findings: [changed, ...findings] };
}

/** Whoever changed what the job is about wanted it to be about something else. */
export function withChangedEvent({ findings }: UsageVerdict, message: string): UsageVerdict {
  const text = `${message} Which pull request and which commit this is about is not known any more.`;
  const advice = 'Look at what changed it. No pull request, issue or check was written to.';
  const changed = finding('error', 'event-changed', 'The event file was changed', text, { advice });
  return { verdict: 'outside', findings: [changed, ...findings] };
}

/** Whoever told a usage in the place of `wrap` wanted the run to be another one. */
export function withDisputedUsage({ findings }: UsageVerdict): UsageVerdict {
  const text =
    'The input `usage` was given, and yet `wrap` never closed its record: it was ended before it could tell a usage, or a step behind it set back the variable that names the record.';
  const advice = 'Look at what ended the step of `wrap`, and compare with the gateway’s own count.';
  const disputed = finding('error', 'usage-disputed', 'The usage handed in is not believed', text, {
    advice,
  });
  return { verdict: 'outside', findings: [disputed, ...findings] };
}

/** A run of which nobody can tell what it used, although that was written down, is no run within its range. */
export function withLostRecord({ findings }: UsageVerdict, why: string): UsageVerdict {
  const text = `${why} What the run used is not known.`;
  const advice =
    'Look at what took it away, and at the gateway for what the run came to. `usage: ${{ steps.agent.outputs.usage }}` on `post` hands the record on without a file.';
  const gone = finding('error', 'record-lost', 'The record of the run is gone', text, { advice });
  return { verdict: 'outside', findings: [gone, ...findings] };
}

function judgeMetric(
  record: UsageRecord,
  metric: Metric,
  range: Range,
  position: Position | undefined,
): Finding[] {
  const observed = observedIn(record, metric);
  const verdict = judgeRange(observed, range);
  if (verdict === 'within') return [];
  const label = metricLabel(metric);
  if (observed === undefined) {
    const message = `${label}: not known, ${renderRange(metric, range)} expected.`;
    const advice = 'Neither the upstream, nor a price, nor an input gave it.';
    return [
      finding('warning', `${metric}-unknown`, `${label} cannot be judged`, message, { position, advice }),
    ];
  }
  const shown = renderBeside(metric, observed, range);
  const figures = `${shown.observed} ${label} observed, ${shown.range} expected`;
  if (verdict === 'unknown') {
    return [
      finding('warning', `${metric}-unknown`, `${label} cannot be judged`, `${figures}.`, {
        position,
        advice: whyPartial(record, metric),
      }),
    ];
  }
  const advice =
    verdict === 'above'
      ? 'Look for a loop or a growing context in the run; widen the range when this is the new normal.'
      : 'A run that is suspiciously cheap often did nothing: look at what it produced.';
  return [
    finding('error', `${metric}-${verdict}`, `${label} ${verdict} the expected range`, `${figures}.`, {
      position,
      advice,
    }),
  ];
}

function whyPartial(record: UsageRecord, metric: Metric): string {
  if (!record.complete)
    return 'The run was cut short: what was under way, or was not written down, is missing.';
  return metric === 'cost' && record['unreported-requests'] === 0
    ? 'Some calls have no known price.'
    : 'Part of the usage was not reported by the upstream.';
}

/** A run that a limit ended is outside whatever its figures say: they were cut. */
function judgeStop(record: UsageRecord): Finding[] {
  const reason = record['stop-reason'];
  if (reason === undefined || !isLimitStop(reason)) return [];
  const message = record['stop-message'] ?? `The run ended with \`${reason}\`.`;
  const level = reason === 'budget-exhausted' ? 'warning' : 'error';
  return [
    finding(level, 'run-stopped', 'The run was stopped', message, {
      advice: 'Its figures are what it used until then.',
    }),
  ];
}

/** What the agent's own words show that the meter's figures do not. */
export function heardFindings({ telemetry, witness }: UsageRecord): Finding[] {
  return [...witnessFindings(witness), ...telemetryFindings(telemetry)];
}

/** One notice when calls did not report all their tokens, else none. */
export function unreportedUsage({ 'unreported-requests': unreported }: UsageRecord): Finding[] {
  if (unreported === 0) return [];
  const message = `${countOf(unreported, 'call')} did not report all their tokens; sums are lower bounds.`;
  return [finding('notice', 'unreported-usage', 'Usage was not reported', message)];
}

/** One warning when no request at all came by, else none: then the figures say nothing of what was spent. */
export function nothingMetered(record: UsageRecord): Finding[] {
  const counts = [record.requests, record['refused-requests'], record['other-requests']];
  if (counts.some((count) => count !== 0)) return [];
  const advice =
    record['exit-code'] === NOT_FOUND
      ? 'The command of the agent was not found (exit code 127): install it in an earlier step, or correct its name.'
      : 'An agent that was to call a model did so past the meter: look at how it is told its base URL, and keep every key out of its reach.';
  return [
    finding('warning', 'nothing-metered', 'No call reached the meter', 'No request was made through it.', {
      advice,
    }),
  ];
}

function judgeGaps(record: UsageRecord): Finding[] {
  const gaps = unreportedUsage(record);
  const { 'unpriced-requests': unpriced } = record;
  if (unpriced > 0) {
    gaps.push(
      finding(
        'notice',
        'unpriced-usage',
        'Cost is not complete',
        `No cost is known of ${countOf(unpriced, 'call')}; the cost is a lower bound.`,
      ),
    );
  }
  return gaps;
}
