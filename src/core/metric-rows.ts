/** The rows of a report on a run's usage: observed, expected, limit, and a bar. */
import type { RunLimits } from './limits.js';
import { renderUsd, renderUsdExactly } from './money.js';
import { judgeRange, type Observed, type Range } from './range.js';
import { limitsIn, METRICS, type Metric, observedIn, type UsageRecord } from './record.js';
import type { ReportRow } from './report.js';

const LABELS: Readonly<Record<Metric, string>> = {
  'input-tokens': 'input tokens',
  'output-tokens': 'output tokens',
  cost: 'cost',
  requests: 'model calls',
};

const LIMIT_OF: Readonly<Record<Metric, keyof RunLimits>> = {
  'input-tokens': 'maxInputTokens',
  'output-tokens': 'maxOutputTokens',
  cost: 'maxCostNanoUsd',
  requests: 'maxRequests',
};

/** @param limits those of this step; what the run itself was held to, where its record tells, outranks them */
export function usageRows(
  record: UsageRecord,
  expect: ReadonlyMap<Metric, { readonly range: Range }>,
  limits: RunLimits,
): ReportRow[] {
  const held = limitsIn(record);
  return METRICS.map((metric) => {
    const observed = observedIn(record, metric);
    const range = expect.get(metric)?.range;
    const limit = held ? held[metric] : limits[LIMIT_OF[metric]];
    return {
      label: metricLabel(metric),
      observed: renderObserved(metric, observed),
      expected: range ? renderRange(metric, range) : '',
      limit: limit === undefined ? '' : renderMetric(metric, limit),
      share: shareOf(observed, range?.max ?? limit),
      shareOf: range?.max === undefined ? 'limit' : 'expected',
      verdict: rowVerdict(observed, range),
    };
  });
}

export function metricLabel(metric: Metric): string {
  return LABELS[metric];
}

/** `48,210`, `$0.42`, `at least 48,210`, `not known`. */
export function renderObserved(
  metric: Metric,
  observed: Observed | undefined,
  render = renderMetric,
): string {
  if (observed === undefined) return 'not known';
  return `${observed.exact ? '' : 'at least '}${render(metric, observed.value)}`;
}

export function renderRange(metric: Metric, { min, max }: Range, render = renderMetric): string {
  const [low, high] = [min, max].map((bound) => (bound === undefined ? '' : render(metric, bound)));
  return `${low}..${high}`;
}

/** Both in a sentence: to the last digit where they would look alike and are not. */
export function renderBeside(
  metric: Metric,
  observed: Observed,
  range: Range,
): { observed: string; range: string } {
  const looksAlike = [range.min, range.max].some(
    (bound) =>
      bound !== undefined &&
      bound !== observed.value &&
      renderMetric(metric, bound) === renderMetric(metric, observed.value),
  );
  const render = looksAlike ? renderExactly : renderMetric;
  return {
    observed: renderObserved(metric, observed, render),
    range: renderRange(metric, range, render),
  };
}

function renderMetric(metric: Metric, value: number): string {
  return metric === 'cost' ? renderUsd(value) : value.toLocaleString('en-US');
}

function renderExactly(metric: Metric, value: number): string {
  return metric === 'cost' ? renderUsdExactly(value) : String(value);
}

function shareOf(observed: Observed | undefined, full: number | undefined): number | undefined {
  return observed === undefined || full === undefined || full === 0 ? undefined : observed.value / full;
}

function rowVerdict(observed: Observed | undefined, range: Range | undefined): ReportRow['verdict'] {
  if (range === undefined) return 'none';
  const verdict = judgeRange(observed, range);
  if (verdict === 'unknown') return 'unknown';
  return verdict === 'within' ? 'ok' : 'bad';
}
