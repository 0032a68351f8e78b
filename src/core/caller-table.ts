/** The table of who spent what, for the reports of a run. */
import { readUsd, renderUsd } from './money.js';
import type { UsageRecord } from './record.js';
import type { ReportTable } from './report.js';

/** Nothing where nobody told who made the calls: one row that repeats the sums says nothing. */
export function callerTables({ callers }: UsageRecord): ReportTable[] {
  if (callers.every(({ caller }) => caller === 'unknown')) return [];
  const rows = callers.map((caller) => [
    caller.caller === 'subagent' && caller.agents !== undefined
      ? `subagent (${caller.agents})`
      : caller.caller,
    String(caller.requests),
    String(caller.retries),
    String(caller['failed-requests']),
    String(caller['refused-requests']),
    renderCount(caller['input-tokens'], caller['unreported-requests']),
    renderCount(caller['output-tokens'], caller['unreported-requests']),
    renderCost(readUsd(caller['cost-usd'])),
  ]);
  return [{ head: ['Calls of', 'Calls', 'Retries', 'Failed', 'Refused', 'Input', 'Output', 'Cost'], rows }];
}

function renderCount(value: number | undefined, unreported: number): string {
  if (value === undefined) return 'not known';
  return `${unreported > 0 ? 'at least ' : ''}${value.toLocaleString('en-US')}`;
}

function renderCost(nanoUsd: number | undefined): string {
  return nanoUsd === undefined ? 'not known' : renderUsd(nanoUsd);
}
