/** What `post` has to say about a run that it judged. */
import type { Config } from '../config/config.js';
import type { Finding } from '../core/findings.js';
import type { GateState } from '../core/gate.js';
import { usageRows } from '../core/metric-rows.js';
import type { UsageRecord } from '../core/record.js';
import type { Report, ReportLink, ReportRun } from '../core/report.js';
import { endingOf } from '../core/run-end.js';
import { usageTables } from '../core/usage-tables.js';
import { nothingMetered, type UsageVerdict } from '../core/usage-verdict.js';
import type { FoundRecord } from '../ports/run-files.js';
import { type ModeDeps, statusOf } from './deps.js';
import { overrideReportFacts } from './override-report.js';
import { heardFacts, renderModels, runnerFacts } from './run-record.js';

export interface Judged {
  readonly judged: UsageVerdict;
  readonly found: FoundRecord;
  readonly findings: readonly Finding[];
  readonly gate: GateState;
  /** Open issues that hold the gate closed. */
  readonly issues: readonly ReportLink[];
  /** Addresses in the findings. */
  readonly links: readonly ReportLink[];
  /** What the gateway's own count says; `undefined` when it was not read. */
  readonly counted: string | undefined;
}

/** @param judged with findings as they are shown */
export function postReport(
  { config, clock }: ModeDeps,
  { judged, found, findings, gate, issues, links, counted }: Judged,
): Report {
  const { record, origin } = found;
  const at = clock.now();
  const facts: (readonly [string, string])[] = [['Usage from', origin]];
  if (record.models.length > 0) facts.push(['Models', renderModels(record)]);
  if (record['stop-reason'] !== undefined) facts.push(['Run ended', record['stop-reason']]);
  facts.push(...overrideReportFacts(config, record), ...(found.facts ?? []));
  facts.push(...runnerFacts(record), ...heardFacts(record));
  if (counted !== undefined) facts.push(['Gateway’s count', counted]);
  return {
    mode: 'post',
    task: config.task,
    key: config.gate.name,
    status: statusOf(findings) === 'ok' && isDoubtful(judged, record) ? 'warning' : statusOf(findings),
    headline: headlineOf(config, judged, record),
    rows: usageRows(record, config.post.expect, config.wrap.limits),
    facts,
    tables: usageTables(record),
    findings,
    gate,
    gatePlace: { store: config.gate.store, issues },
    runUrl: config.context.runUrl,
    links,
    run: runOf(config, judged, record, at),
  };
}

function isDoubtful({ verdict }: UsageVerdict, record: UsageRecord): boolean {
  return verdict === 'outside' || endingOf(record) !== undefined;
}

function runOf({ context }: Config, { verdict }: UsageVerdict, record: UsageRecord, at: Date): ReportRun {
  return {
    runId: context.runId,
    runAttempt: context.runAttempt,
    at: at.toISOString(),
    commit: context.headSha,
    verdict,
    ending: endingOf(record)?.kind,
    requests: record.requests,
    inputTokens: record['input-tokens'],
    outputTokens: record['output-tokens'],
    costUsd: record['cost-usd'] === undefined ? undefined : String(record['cost-usd']),
  };
}

/** How the run ended comes first: what a run used that died says little. */
export function headlineOf(config: Config, judged: UsageVerdict, record: UsageRecord): string {
  const ending = endingOf(record);
  const usage = usageSentence(config, judged, record);
  // The finding that makes it outside says which limit it was.
  const isTold = ending?.kind !== 'cut' || (judged.verdict === 'outside' && stoppedBy(judged) !== undefined);
  return isTold ? usage : `${ending.sentence} ${usage}`;
}

function usageSentence({ post }: Config, judged: UsageVerdict, record: UsageRecord): string {
  const { verdict, findings } = judged;
  if (verdict === 'within') return 'Usage is within its expected range.';
  if (verdict === 'outside') {
    const first = findings.find(({ level }) => level === 'error');
    return `Usage is outside its expected range: ${first?.message ?? ''}`;
  }
  if (post.expect.size === 0)
    return `Usage cannot be judged: nothing is expected of the task ${record.task ?? 'default'}.`;
  if (nothingMetered(record).length > 0) return 'Usage cannot be judged: no call reached the meter.';
  const doubt =
    findings.find(({ id }) => id.endsWith('-unknown')) ?? findings.find(({ level }) => level === 'warning');
  return `Usage cannot be judged: ${doubt?.message ?? ''}`.trim();
}

function stoppedBy({ findings }: UsageVerdict): Finding | undefined {
  return findings.find(({ id, level }) => id === 'run-stopped' && level === 'error');
}
