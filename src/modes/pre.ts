/**
 * May this run start? Kill switch, gate, budget and re-runs are read in parallel under one deadline, hints under a shorter
 * one of their own; `core/verdict` decides.
 */
import { type BudgetLimit, type BudgetReading, type Level, percentUsed, renderLag } from '../core/budget.js';
import { judgeContract } from '../core/contract.js';
import { withDeadline } from '../core/deadline.js';
import { asNotices, type Finding } from '../core/findings.js';
import { type GateReading, isUntouched } from '../core/gate.js';
import type { Report, ReportRow } from '../core/report.js';
import type { RerunCount } from '../core/reruns.js';
import { countOf, judgeSharing, type Sighting } from '../core/sighting.js';
import { sharesOf } from '../core/thresholds.js';
import { inSeconds } from '../core/time.js';
import { renderAmount, renderAmountPlain, type Unit, unitName } from '../core/units.js';
import { decidePre, deniedError, type PrePolicy, type PreVerdict, renderQuantity } from '../core/verdict.js';
import type { MarkFile } from '../ports/run-files.js';
import { tellPeople } from './alerting.js';
import { type BudgetDeps, type BudgetOutcome, readBudgetAndVersion, readingOf } from './budget-reading.js';
import { rememberDenial } from './denied-run.js';
import { type ModeDeps, reporterContext } from './deps.js';
import { type GateWatch, gateFacts, gateLinks, runsUrlOf, watchGate } from './gate-watch.js';
import { overrideFindings, overrideReportFacts } from './override-report.js';
import { publish } from './publish.js';
import { readReruns } from './reruns.js';
import { readLast, type SightingDeps, saveCount } from './sightings.js';

export interface PreDeps extends ModeDeps, BudgetDeps, SightingDeps {
  readonly markFile: MarkFile;
  /** When the check is in progress, or was waited for long enough; left out where there is none. */
  readonly checkOpened?: Promise<void>;
}

const BUDGET_DENIALS: ReadonlySet<string> = new Set(['budget-exhausted', 'budget-too-low']);

/** @throws {AppError} `denied` when the run may not start. */
export async function runPre(deps: PreDeps): Promise<void> {
  const { config, deadlineMs } = deps;
  const [watch, budget, last, reruns] = await Promise.all([
    watchGate(deps, deadlineMs),
    withDeadline<BudgetOutcome>(readBudgetAndVersion(deps), deadlineMs, () => ({
      error: `no answer within ${deadlineMs / 1000} s.`,
    })),
    readLast(deps),
    readReruns(deps, deadlineMs),
    deps.checkOpened,
  ]);
  const gate = watch.reading;
  const { killSwitch } = config;
  const decided = decidePre(
    {
      killSwitch,
      gate,
      gateName: config.gate.name,
      gateStore: config.gate.store,
      runsUrl: runsUrlOf(config),
      budget,
      reruns,
    },
    config.pre,
  );
  const verdict = { ...decided, findings: [...decided.findings, ...notes(deps, budget, last)] };
  setOutputs(deps, verdict, gate, budget);
  rememberDenial(deps, verdict.decision === 'deny');
  deps.runner.info(`spendgate: ${verdict.decision}. ${verdict.reason}`);
  await Promise.all([
    publish(reportOf(deps, verdict, { watch, budget, reruns }), deps.reporters, reporterContext(deps)),
    remember(deps, budget),
    tellPeople(deps, { reading: readingOf(budget) }),
  ]);
  if (verdict.decision === 'deny') throw deniedError(verdict, budget);
}

/** What a person should know, and what changes no verdict. */
function notes({ config, clock }: PreDeps, budget: BudgetOutcome, last: Sighting | undefined): Finding[] {
  const { contract, id } = config.gateway;
  const reading = readingOf(budget);
  const found = [
    ...overrideFindings(config),
    ...(contract ? judgeContract(contract, clock.now(), { id, version: reading?.version }) : []),
    ...(reading ? judgeSharing(last, { reading, workflow: config.context.workflow }) : []),
  ];
  return config.observe ? asNotices(found) : found;
}

/** Keeps the gateway's count: for `post` of this job, and for the next `pre` that is asked with the same key. */
async function remember(deps: PreDeps, budget: BudgetOutcome): Promise<void> {
  const reading = readingOf(budget);
  const count = reading && countOf(reading);
  if (reading === undefined || count === undefined) return;
  const { gateway, asOf, conversions } = reading;
  const mark = deps.markFile.save({ gateway, count, at: asOf, conversions, shares: sharesOf(reading) });
  deps.runner.exportVariable(mark.variable, mark.value);
  await saveCount(deps, count);
}

function setOutputs(
  { runner }: PreDeps,
  verdict: PreVerdict,
  gate: GateReading,
  budget: BudgetOutcome,
): void {
  const limit = verdict.tightest?.limit;
  const reading = readingOf(budget);
  const isUnlimited =
    limit === undefined && (reading?.limits.some(({ remaining }) => remaining.kind === 'unlimited') ?? false);
  const percent = limit && percentUsed(limit);
  runner.setOutput('allowed', String(verdict.decision !== 'deny'));
  runner.setOutput('verdict', verdict.decision);
  runner.setOutput('remaining', verdict.tightest && renderAmountPlain(verdict.tightest.remaining));
  runner.setOutput('unit', limit && unitName(limit.unit));
  runner.setOutput(
    'limit',
    limit ? plainLevel(limit.limit, limit.unit) : isUnlimited ? 'unlimited' : undefined,
  );
  runner.setOutput('used', limit && plainLevel(limit.used, limit.unit));
  runner.setOutput('percent-used', percent === undefined ? undefined : percent.toFixed(1));
  runner.setOutput('resets-at', limit?.resetsAt);
  runner.setOutput('gate', gate.state);
  runner.setOutput('reason', verdict.reason);
  runner.setOutput('snapshot', reading && JSON.stringify(snapshotOf(reading)));
}

function plainLevel(level: Level, unit: Unit): string | undefined {
  if (level.kind === 'finite') return renderAmountPlain({ unit, value: level.value });
  return level.kind === 'unlimited' ? 'unlimited' : undefined;
}

function snapshotOf(reading: BudgetReading): object {
  return {
    gateway: reading.gateway,
    'as-of': reading.asOf,
    lag: reading.lagMs === undefined ? undefined : `up to ${renderLag(reading.lagMs)}`,
    version: reading.version,
    complete: reading.unread.length === 0,
    unread: reading.unread,
    conversions: reading.conversions.map(({ unit, nanoUsdPerUnit, source }) => ({
      unit,
      'nano-usd-per-unit': nanoUsdPerUnit,
      source,
    })),
    limits: reading.limits.map((limit) => ({
      scope: limit.scope,
      unit: unitName(limit.unit),
      limit: plainLevel(limit.limit, limit.unit),
      used: plainLevel(limit.used, limit.unit),
      remaining: plainLevel(limit.remaining, limit.unit),
      period: limit.period,
      'resets-at': limit.resetsAt,
    })),
  };
}

interface PreReadings {
  readonly watch: GateWatch;
  readonly budget: BudgetOutcome;
  readonly reruns: RerunCount | undefined;
}

function reportOf({ config }: PreDeps, verdict: PreVerdict, { watch, budget, reruns }: PreReadings): Report {
  const reading = readingOf(budget);
  const facts: (readonly [string, string])[] = [...gateFacts(watch), ...overrideReportFacts(config)];
  const permitted = config.pre.rerunsPerCommit;
  if (reruns)
    facts.push(['Re-runs of this commit', `${reruns.count} of ${permitted} permitted. ${reruns.evidence}`]);
  if (reading)
    facts.push([
      'Budget',
      `${reading.gateway}, as of ${inSeconds(reading.asOf)}${reading.lagMs === undefined ? '' : `, may lag ${renderLag(reading.lagMs)}`}`,
    ]);
  if (reading && reading.unread.length > 0)
    facts.push([
      'Limits that could not be read',
      `${reading.unread.join(', ')}. Where one is set, it holds too, and less may be left than stands above.`,
    ]);
  return {
    mode: 'pre',
    task: config.task,
    key: config.task,
    status: verdict.decision === 'deny' ? 'bad' : verdict.decision === 'degrade' ? 'warning' : 'ok',
    headline: verdict.reason,
    rows: reading?.limits.map((limit) => rowOf(limit, verdict, config.pre)) ?? [],
    facts,
    findings: verdict.findings,
    gate: isUntouched(watch.reading) ? undefined : watch.reading.state,
    runUrl: config.context.runUrl,
    links: gateLinks(watch.reading, runsUrlOf(config)),
  };
}

function rowOf(
  limit: BudgetLimit,
  { tightest, findings }: PreVerdict,
  { minRemaining }: PrePolicy,
): ReportRow {
  const show = (level: Level) =>
    level.kind === 'finite' ? renderAmount({ unit: limit.unit, value: level.value }) : level.kind;
  const percent = percentUsed(limit);
  const isTightest = tightest?.limit === limit;
  const isDenying = isTightest && findings.some(({ id }) => BUDGET_DENIALS.has(id));
  return {
    label: `left on ${limit.scope}${percent === undefined ? '' : ` (${Math.round(percent)} % used)`}`,
    observed: show(limit.remaining),
    expected: isTightest && minRemaining ? `${renderQuantity(minRemaining)}..` : '',
    limit: show(limit.limit),
    share: percent === undefined ? undefined : percent / 100,
    verdict: isDenying ? 'bad' : limit.remaining.kind === 'unknown' ? 'unknown' : 'ok',
  };
}
