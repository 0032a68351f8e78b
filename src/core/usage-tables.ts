/** The tables of who spent what, for the reports of a run: by model, and by who made the calls. */
import { readUsd, renderUsd } from './money.js';
import type { UsageRecord } from './record.js';
import type { ReportTable } from './report.js';

const TROUBLES = [
  ['Retries', 'retries'],
  ['Failed', 'failed-requests'],
  ['Refused', 'refused-requests'],
] as const;

type Part = UsageRecord['models'][number] | UsageRecord['callers'][number];

export function usageTables(record: UsageRecord): ReportTable[] {
  return [...modelTable(record), ...callerTable(record)];
}

/** Nothing where one model did it all: one row repeats the sums. */
function modelTable(record: UsageRecord): ReportTable[] {
  const { models } = record;
  if (models.length < 2) return [];
  // A model's part does not say which of its calls reported nothing.
  const rows = models.map((model) => [
    model.model,
    String(model.requests),
    ...figures(model, record['unreported-requests']),
  ]);
  const head = ['Model', 'Calls', 'Input', 'Output', 'Cost'];
  return [{ title: 'By model', head, rows, bars: barsOf(models, record) }];
}

/** Nothing where nobody told who made the calls; retries and the like only where there were any. */
function callerTable(record: UsageRecord): ReportTable[] {
  const { callers } = record;
  if (callers.every(({ caller }) => caller === 'unknown')) return [];
  const troubles = TROUBLES.filter(([, key]) => callers.some((caller) => caller[key] > 0));
  const rows = callers.map((caller) => [
    caller.caller === 'subagent' && caller.agents !== undefined
      ? `subagent (${caller.agents})`
      : caller.caller,
    String(caller.requests),
    ...troubles.map(([, key]) => String(caller[key])),
    ...figures(caller, caller['unreported-requests']),
  ]);
  const head = ['Calls of', 'Calls', ...troubles.map(([label]) => label), 'Input', 'Output', 'Cost'];
  return [{ title: 'By caller', head, rows, bars: barsOf(callers, record) }];
}

function figures(part: Part, unreported: number): string[] {
  const cost = readUsd(part['cost-usd']);
  return [
    renderCount(part['input-tokens'], unreported),
    renderCount(part['output-tokens'], unreported),
    cost === undefined ? 'not known' : renderUsd(cost),
  ];
}

function renderCount(value: number | undefined, unreported: number): string {
  if (value === undefined) return 'not known';
  return `${unreported > 0 ? 'at least ' : ''}${value.toLocaleString('en-US')}`;
}

/** Shares of the cost; of the tokens where not all cost is known. None where neither is: a share needs a whole. */
function barsOf(parts: readonly Part[], record: UsageRecord): ReportTable['bars'] {
  if (parts.length < 2 || !record.complete) return undefined;
  if (record['unpriced-requests'] === 0) {
    const shares = sharesOf(parts.map((part) => readUsd(part['cost-usd'])));
    if (shares) return { of: 'Share of cost', shares };
  }
  if (record['unreported-requests'] > 0) return undefined;
  const shares = sharesOf(
    parts.map(({ 'input-tokens': input, 'output-tokens': output }) =>
      input === undefined || output === undefined ? undefined : input + output,
    ),
  );
  return shares && { of: 'Share of tokens', shares };
}

function sharesOf(values: readonly (number | undefined)[]): number[] | undefined {
  const known = values.filter((value) => value !== undefined);
  const whole = known.reduce((sum, value) => sum + value, 0);
  return known.length < values.length || whole === 0 ? undefined : known.map((value) => value / whole);
}
