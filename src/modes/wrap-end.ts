/** What a wrapped run comes to once its agent has ended: why it did, the record of it, and how that is kept and shown. */
import type { Config } from '../config/config.js';
import type { Finding } from '../core/findings.js';
import type { CallEntry, LedgerLine } from '../core/ledger.js';
import type { StopReason } from '../core/limits.js';
import { type RunnerCost, runnerCost } from '../core/minutes.js';
import { findPatterns } from '../core/patterns/index.js';
import type { PriceTable } from '../core/price.js';
import { recordOf, type UsageRecord } from '../core/record.js';
import { totalsOf } from '../core/totals.js';
import type { Stop } from '../meter/admission.js';
import type { Guard } from '../meter/guard.js';
import type { Meter } from '../meter/server.js';
import { type ModeDeps, reporterContext } from './deps.js';
import type { Heard } from './hearing.js';
import { limitFacts } from './limit-facts.js';
import { overrideFindings, runFacts } from './override-report.js';
import { publish } from './publish.js';
import { type ReconcileDeps, rememberRun } from './reconciliation.js';
import { rememberSpend, spendOf } from './run-record.js';
import { contractFindings, wrapFindings, wrapHeadline, wrapReport } from './wrap-report.js';

export interface RunEnd {
  /** Names this run among all others. */
  readonly runKey: string;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly stopReason: StopReason;
  /** For people; `undefined` for a run that ended by itself. */
  readonly stopMessage: string | undefined;
  /** As shells have it. */
  readonly exitCode: number;
  readonly otherRequests: number;
}

/** What was seen of a run besides its figures. */
interface Seen {
  readonly calls: readonly CallEntry[];
  readonly canary: string;
  readonly findings: readonly Finding[];
  readonly guard: Guard;
  readonly meter: Meter;
}

/**
 * Why the run ended. What the agent's own exit code says comes last: it may be anything.
 * @param ended.ending what ended the command from outside, before the meter had a say
 */
export function stopOf(
  config: Config,
  ended: { ending: 'timed-out' | 'cancelled' | undefined; stop: Stop | undefined; exitCode: number },
): Pick<RunEnd, 'stopReason' | 'stopMessage'> {
  const { ending, exitCode } = ended;
  if (ending !== undefined) return { stopReason: ending, stopMessage: endingMessage(ending, config) };
  const stop = config.observe ? undefined : ended.stop;
  const byItself = exitCode === 0 ? 'completed' : 'agent-failed';
  return { stopReason: stop?.reason ?? byItself, stopMessage: stop?.message };
}

function endingMessage(ending: 'timed-out' | 'cancelled', { wrap }: Config): string {
  return ending === 'timed-out'
    ? `The command ran longer than \`timeout\` (${(wrap.limits.timeoutMs ?? 0) / 1000} s); its process group was ended.`
    : 'The runner ended this step: the job was cancelled, or ran out of time. The process group of the command was ended.';
}

export function recordOfRun(config: Config, end: RunEnd, heard: Heard): UsageRecord {
  const { runKey, startedAt, endedAt, stopReason, stopMessage, exitCode, otherRequests } = end;
  const durationMs = endedAt.getTime() - startedAt.getTime();
  const facts = {
    complete: true,
    runId: runKey,
    task: config.task,
    agent: config.wrap.agent,
    startedAt: startedAt.toISOString(),
    durationMs,
    stopReason,
    stopMessage,
    exitCode,
    otherRequests,
    runner: minutesOf(config, durationMs),
    witness: heard.witness,
    telemetry: heard.telemetry,
    limits: config.wrap.limits,
    ...runFacts(config),
  };
  return recordOf(facts, totalsOf(heard.calls));
}

function minutesOf({ wrap }: Config, durationMs: number): RunnerCost | undefined {
  const { prices, labels } = wrap.runner;
  return prices === undefined ? undefined : runnerCost(durationMs, prices, labels);
}

/** Of a ledger. */
export function lastLine({
  endedAt,
  stopReason,
  stopMessage,
  exitCode,
  otherRequests,
  calls,
}: Pick<RunEnd, 'endedAt' | 'stopReason' | 'otherRequests'> &
  Partial<RunEnd> & { readonly calls: number }): LedgerLine {
  return {
    type: 'end',
    endedAt: endedAt.toISOString(),
    stopReason,
    reason: stopMessage,
    exitCode,
    otherRequests,
    calls,
  };
}

/** Keeps what later runs are to know of this one; what could not be kept becomes findings. */
export async function rememberWrapped(
  deps: ModeDeps & Omit<ReconcileDeps, 'sleep'>,
  { runKey, endedAt }: RunEnd,
  record: UsageRecord,
): Promise<readonly Finding[]> {
  const { config, store } = deps;
  const isCounted = config.gateway.windows.length > 0;
  const [unsaved] = await Promise.all([
    isCounted ? rememberSpend(store, spendOf(runKey, record, endedAt)) : [],
    rememberRun(deps, record),
  ]);
  return unsaved;
}

export async function showWrapped(
  deps: ModeDeps & { readonly prices: PriceTable },
  record: UsageRecord,
  seen: Seen,
): Promise<void> {
  const { config, clock, runner } = deps;
  const { calls, canary, guard, meter } = seen;
  const notes = {
    observed: guard.observed?.message,
    unpricedModels: guard.unpricedModels,
    otherRequests: [...meter.otherRequests.keys()],
    reroutes: meter.reroutes,
    refusedSubagents: guard.refusedSubagents,
    withheldHeaders: meter.withheldHeaders,
  };
  const findings = [
    ...seen.findings,
    ...overrideFindings(config),
    ...wrapFindings(record, notes),
    ...findPatterns(calls, deps.prices),
    ...contractFindings(config, clock.now(), meter.gatewayVersion),
  ];
  runner.info(`spendgate: ${wrapHeadline(record)}`);
  const report = wrapReport(config, record, findings, canary);
  const facts = [...report.facts, ...limitFacts(config.wrap, calls)];
  await publish({ ...report, facts }, deps.reporters, reporterContext(deps));
}
