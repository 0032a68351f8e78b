/** What `wrap` has to say about a run that has ended. */
import type { Config } from '../config/config.js';

import { judgeContract } from '../core/contract.js';
import { countOf } from '../core/count-of.js';
import { type Finding, finding } from '../core/findings.js';
import { usageRows } from '../core/metric-rows.js';
import type { UsageRecord } from '../core/record.js';
import type { Report } from '../core/report.js';
import { usageTables } from '../core/usage-tables.js';
import { heardFindings, nothingMetered, unreportedUsage } from '../core/usage-verdict.js';
import { isSpendingRoute } from '../meter/neighbour-routes.js';
import { statusOf } from './deps.js';
import { overrideReportFacts } from './override-report.js';
import { heardFacts, renderModels, runnerFacts } from './run-record.js';

/** What the record alone does not tell. */
export interface RunNotes {
  /** What would have stopped the run, had it not been observed only. */
  readonly observed: string | undefined;
  /** Models whose calls did not count against `max-cost`. */
  readonly unpricedModels: readonly string[];
  /** Requests that went out unmetered, as `METHOD /path`. */
  readonly otherRequests: readonly string[];
  /** Calls that a fallback answered, by `asked → answered`. */
  readonly reroutes: ReadonlyMap<string, number>;
  /** Calls of subagents that were refused while the run went on, by the limit that did. */
  readonly refusedSubagents: ReadonlyMap<string, { readonly calls: number; readonly state: string }>;
  /** Headers that the agent sent and may not send, by name. */
  readonly withheldHeaders: ReadonlyMap<string, number>;
}

export function wrapFindings(record: UsageRecord, notes: RunNotes): Finding[] {
  return [
    ...endFindings(record),
    ...noteFindings(record, notes),
    ...unreportedUsage(record),
    ...nothingMetered(record),
    ...heardFindings(record),
  ];
}

function endFindings(record: UsageRecord): Finding[] {
  const { 'stop-reason': reason, 'stop-message': message } = record;
  const findings: Finding[] = [];
  if (message !== undefined) {
    findings.push(
      finding(
        reason === 'cancelled' ? 'warning' : 'error',
        'run-stopped',
        `The run ended: ${reason}`,
        message,
      ),
    );
  }
  if (reason === 'agent-failed') {
    findings.push(
      finding(
        'warning',
        'agent-failed',
        'The agent failed',
        `The command ended with exit code ${record['exit-code']}.`,
      ),
    );
  }
  return findings;
}

/** What stands neither in the figures of a record nor in how the run ended. */
export function noteFindings(
  record: UsageRecord,
  { observed, unpricedModels, otherRequests, reroutes, refusedSubagents, withheldHeaders }: RunNotes,
): Finding[] {
  const findings: Finding[] = withheldFindings(withheldHeaders);
  if (observed !== undefined)
    findings.push(
      finding(
        'warning',
        'would-stop',
        'A limit would have ended this run',
        `Without \`observe\` it would have ended with: ${observed}`,
      ),
    );
  if (unpricedModels.length > 0) {
    const text = `${unpricedModels.join(', ')}: what these calls cost is not known, and \`max-cost\` may not have held for them.`;
    findings.push(finding('warning', 'unpriced-model', 'A model has no known price', text));
  }
  if (record['runner-minutes'] !== undefined && record['runner-cost-usd'] === undefined) {
    const text =
      '`minutes-price` has no price for a label of this runner, so its minutes are left out of the cost.';
    findings.push(
      finding('warning', 'minutes-unpriced', 'The runner has no price', text, {
        advice: 'Give `runner-label`, or a price without a label for all others.',
      }),
    );
  }
  const spending = otherRequests.filter(isSpendingRoute);
  if (spending.length > 0) {
    const text = `${spending.join(', ')}: these routes report no usage the meter knows.`;
    findings.push(finding('notice', 'unmetered-calls', 'Requests went out unmetered', text));
  }
  if (reroutes.size > 0) {
    const text = [...reroutes].map(([route, calls]) => `${route} (${calls})`).join(', ');
    findings.push(
      finding('warning', 'fallback-served', 'A fallback answered', `${text}.`, {
        advice:
          'It may cost more than the model that was asked for, or stand outside the budget: `mode: verify`. `on-fallback: stop` ends a run at once.',
      }),
    );
  }
  for (const [limit, { calls, state }] of refusedSubagents) {
    const text = `${calls} at \`${limit}\`, the last one because ${state}.`;
    findings.push(
      finding('warning', 'subagent-refused', 'Calls beside the main loop were refused', text, {
        advice: 'The main loop went on without them. Raise the limit where the task needs them.',
      }),
    );
  }
  return findings;
}

/** A header that is missing at the gateway is looked for at the gateway, unless somebody says so. */
function withheldFindings(withheld: RunNotes['withheldHeaders']): Finding[] {
  if (withheld.size === 0) return [];
  const text = [...withheld].map(([name, times]) => `${name} (${times})`).join(', ');
  return [
    finding('notice', 'headers-withheld', 'Headers of the agent did not reach the gateway', `${text}.`, {
      advice:
        'With `gateway-key` only the workflow says whose a call is, and by which rules it is paid: set it at the gateway, for the key.',
    }),
  ];
}

/** Answers may tell a version that a budget reading does not. */
export function contractFindings(
  { gateway: { contract, id } }: Pick<Config, 'gateway'>,
  now: Date,
  version: string | undefined,
): Finding[] {
  if (contract === undefined) return [];
  return judgeContract(contract, now, { id, version }).filter(({ level }) => level === 'warning');
}

/** @param canary what the rehearsal before the agent's start showed */
export function wrapReport(
  config: Config,
  record: UsageRecord,
  findings: readonly Finding[],
  canary: string,
): Report {
  return {
    mode: 'wrap',
    task: config.task,
    key: config.task,
    status: statusOf(findings),
    headline: wrapHeadline(record),
    rows: usageRows(record, config.post.expect, config.wrap.limits),
    facts: [
      ['Models', renderModels(record) || 'none'],
      ['Cost from', record['cost-source'] ?? 'unknown'],
      ['Calls of subagents', String(record['subagent-requests'] ?? 0)],
      ['Refused calls', String(record['refused-requests'] ?? 0)],
      ['Canary', canary],
      ...overrideReportFacts(config),
      ...runnerFacts(record),
      ...heardFacts(record),
    ],
    tables: usageTables(record),
    findings,
    gate: undefined,
    runUrl: config.context.runUrl,
  };
}

/** `post` finds one record by the name of its task. */
export function earlierRun(task: string): Finding {
  const message = `An earlier run of the task ${task} stands in this job. A \`post\` judges the last run before it alone.`;
  return finding('notice', 'earlier-run', 'This task ran in this job before', message, {
    advice: 'Where no `post` stands between them, give each run a `task` and a `post` of its own.',
  });
}

/** One line with the figures, for the log and the terminal. */
export function wrapHeadline(record: UsageRecord): string {
  const {
    requests = 0,
    'total-tokens': tokens,
    'cost-usd': cost,
    'unreported-requests': unreported,
  } = record;
  const used =
    tokens === undefined
      ? 'tokens not known'
      : `${atLeast(unreported)}${tokens.toLocaleString('en-US')} tokens`;
  // Where nothing was billed, the cost is zero by no source.
  const source = record['cost-source'] === 'unknown' ? '' : ` (${record['cost-source']})`;
  const spent =
    cost === undefined ? 'cost not known' : `${atLeast(record['unpriced-requests'])}${cost} USD${source}`;
  return `The run ended: ${record['stop-reason']}, exit code ${record['exit-code']}. ${countOf(requests, 'model call')}, ${used}, ${spent}.`;
}

/** @param unknown how many calls are missing in a sum */
function atLeast(unknown: number): string {
  return unknown > 0 ? 'at least ' : '';
}
