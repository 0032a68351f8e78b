/** May this run start? Kill switch, gate and budget are read in parallel under one deadline; `core/verdict` decides. */
import type { Config } from '../config/config.js';
import { type BudgetLimit, type BudgetReading, type Level, percentUsed } from '../core/budget.js';
import { withDeadline } from '../core/deadline.js';
import { AppError } from '../core/errors.js';
import type { GateReading } from '../core/gate.js';
import { blindGate } from '../core/gate.js';
import type { Report, ReportRow } from '../core/report.js';
import { renderAmount, renderAmountPlain, type Unit, unitName } from '../core/units.js';
import { decidePre, deniedError, type PrePolicy, type PreVerdict, renderQuantity } from '../core/verdict.js';
import type { Gateway, HttpSend } from '../ports/gateway.js';
import { type ModeDeps, reporterContext } from './deps.js';
import { publish } from './publish.js';

export interface PreDeps extends ModeDeps {
  readonly gateways: readonly Gateway[];
  /** All requests of the returned function share one deadline. */
  readonly createSend: (deadlineMs: number) => HttpSend;
  readonly deadlineMs: number;
}

const BUDGET_DENIALS: ReadonlySet<string> = new Set(['budget-exhausted', 'budget-too-low']);

type BudgetOutcome = BudgetReading | { readonly error: string } | undefined;

/** @throws {AppError} `denied` when the run may not start. */
export async function runPre(deps: PreDeps): Promise<void> {
  const { config, deadlineMs } = deps;
  const [gate, budget] = await Promise.all([
    withDeadline(deps.store.readGate(config.gate.name, config.gate.blockForMs), deadlineMs, () =>
      blindGate('The store did not answer in time.'),
    ),
    withDeadline<BudgetOutcome>(readBudget(deps), deadlineMs, () => ({
      error: `no answer within ${deadlineMs / 1000} s.`,
    })),
  ]);
  const verdict = decidePre(
    { killSwitch: config.killSwitch, gate, gateName: config.gate.name, runsUrl: runsUrl(config), budget },
    config.pre,
  );
  setOutputs(deps, verdict, gate, budget);
  deps.runner.info(`spendgate: ${verdict.decision}. ${verdict.reason}`);
  await publish(reportOf(deps, verdict, gate, budget), deps.reporters, reporterContext(deps));
  if (verdict.decision === 'deny') throw deniedError(verdict);
}

async function readBudget({
  config,
  gateways,
  createSend,
  deadlineMs,
  store,
  clock,
}: PreDeps): Promise<BudgetOutcome> {
  const { id, url, key, adminKey, budgetUrl, windows, mapping } = config.gateway;
  const gateway = gateways.find((candidate) => candidate.id === id);
  if (gateway === undefined) return undefined;
  try {
    return await gateway.readBudget({
      send: createSend(deadlineMs),
      url: url ?? '',
      budgetUrl,
      key,
      adminKey,
      mapping,
      windows,
      history: () => store.readSpend(),
      now: clock.now(),
    });
  } catch (error) {
    if (error instanceof AppError) return { error: `${error.message} ${error.hint}` };
    throw error;
  }
}

function setOutputs(
  { runner }: PreDeps,
  verdict: PreVerdict,
  gate: GateReading,
  budget: BudgetOutcome,
): void {
  const limit = verdict.tightest?.limit;
  const reading = budget !== undefined && 'limits' in budget ? budget : undefined;
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
    lag: reading.lag,
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

function reportOf(
  { config }: PreDeps,
  verdict: PreVerdict,
  gate: GateReading,
  budget: BudgetOutcome,
): Report {
  const reading = budget !== undefined && 'limits' in budget ? budget : undefined;
  const facts: [string, string][] = [['Gate', gate.evidence]];
  if (reading)
    facts.push([
      'Budget',
      `${reading.gateway}, as of ${reading.asOf}${reading.lag ? `, may lag ${reading.lag}` : ''}`,
    ]);
  if (reading && reading.unread.length > 0) facts.push(['Could not be seen', reading.unread.join(', ')]);
  return {
    mode: 'pre',
    task: config.task,
    key: config.task,
    status: verdict.decision === 'deny' ? 'bad' : verdict.decision === 'degrade' ? 'warning' : 'ok',
    headline: verdict.reason,
    rows: reading?.limits.map((limit) => rowOf(limit, verdict, config.pre)) ?? [],
    facts,
    findings: verdict.findings,
    gate: gate.state,
    runUrl: config.context.runUrl,
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

/** Where the runs of this repository are shown, for links to other runs. */
function runsUrl({ context }: Config): string | undefined {
  return context.runUrl?.replace(/\d+$/, '');
}
