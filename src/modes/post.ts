/** Was that normal? Observed usage against the expected range; the verdict is shown, and the gate closed. */
import type { GateChange } from '../core/alert.js';
import { AppError } from '../core/errors.js';
import { byImportance, type Finding, finding } from '../core/findings.js';
import { type GateState, isTrustedRun } from '../core/gate.js';
import { usageRows } from '../core/metric-rows.js';
import { renderUsdPlain } from '../core/money.js';
import type { UsageRecord } from '../core/record.js';
import type { ReportLink } from '../core/report.js';
import { judgeUsage, type UsageVerdict, withChangedPolicy } from '../core/usage-verdict.js';
import type { FoundRecord } from '../ports/run-files.js';
import { tellPeople } from './alerting.js';
import { closeGate, gateEntry } from './close-gate.js';
import { isAfterDenial, tellDenial } from './denied-run.js';
import { type ModeDeps, reporterContext } from './deps.js';
import { overrideFindings } from './override-report.js';
import { headlineOf, postReport } from './post-report.js';
import { publish } from './publish.js';
import { type ReconcileDeps, reconcileRun, rememberRun } from './reconciliation.js';
import { leaveReport, type SaveFile } from './report-file.js';
import { rememberSpend, spendOf } from './run-record.js';

export interface PostDeps extends ModeDeps, ReconcileDeps {
  /** Ends the meter in the background; `undefined` where none runs. */
  readonly endBackground: () => Promise<FoundRecord | undefined>;
  /** @throws {AppError} `no-record` or `bad-record`. */
  readonly findRecord: () => FoundRecord;
  readonly saveFile: SaveFile;
}

/** @throws {AppError} `denied` when usage is outside and `on-out-of-range` is `fail`. */
export async function runPost(deps: PostDeps): Promise<void> {
  const { config, runner } = deps;
  const found = await foundOrNothing(deps);
  if (found === undefined) return tellDenial(deps);
  const { changedPolicy, expect } = config.post;
  const figures = judgeUsage(found.record, expect);
  const judged = changedPolicy === undefined ? figures : withChangedPolicy(figures, changedPolicy);
  const findings = [...judged.findings, ...found.findings, ...missingExpectation(deps)];
  findings.push(...overrideFindings(config, found.record));
  const { gate, change, links = [] } = await settleGate(deps, { judged, record: found.record }, findings);
  await rememberUnfinished(deps, found, findings);
  // The gate is settled before anything that may take its time.
  const reconciled = await reconcileRun(deps, found.record);
  findings.push(...(reconciled?.findings ?? []));
  const shown = byImportance(
    config.observe || config.post.onOutOfRange === 'warn' ? softened(findings, config.observe) : findings,
  );
  runner.setOutput('verdict', judged.verdict);
  runner.setOutput('findings', JSON.stringify(shown.map(findingJson)));
  runner.setOutput('gate', gate);
  runner.setOutput('drift-percent', renderDrift(reconciled?.driftPercent));
  runner.info(`spendgate: ${headlineOf(config, judged, found.record)}`);
  const report = postReport(deps, { judged, found, findings: shown, gate, links, counted: reconciled?.fact });
  leaveReport(deps, deps.saveFile, report);
  const [reported] = await Promise.all([
    publish(report, deps.reporters, reporterContext(deps)),
    tellPeople(deps, {
      reading: reconciled?.after,
      gate: change,
      isRefused: found.record['stop-reason'] === 'budget-exhausted',
    }),
  ]);
  runner.setOutput('comment-url', reported.commentUrl);
  const fails = config.post.onOutOfRange === 'fail' || changedPolicy !== undefined;
  if (judged.verdict === 'outside' && fails && !config.observe) {
    throw new AppError('denied', headlineOf(config, judged, found.record), { isReported: true });
  }
}

/** One decimal, and never a negative zero. */
function renderDrift(percent: number | undefined): string | undefined {
  return percent === undefined ? undefined : (Math.round(percent * 10) / 10 || 0).toFixed(1);
}

/** An observed job without a record is told so, and fails nothing. `undefined` for a run that `pre` held back. */
async function foundOrNothing(deps: PostDeps): Promise<FoundRecord | undefined> {
  try {
    const background = await deps.endBackground();
    return observedRecord(deps, background);
  } catch (error) {
    if (isAfterDenial(deps, error)) return undefined;
    if (!(error instanceof AppError) || !deps.config.observe) throw error;
    const record = emptyRecord(deps.config.task);
    return {
      record,
      origin: 'nothing',
      findings: [finding('notice', error.code, 'No usage was found', error.message)],
      isUnfinished: false,
    };
  }
}

function emptyRecord(task: string): UsageRecord {
  return {
    version: 1,
    complete: true,
    task,
    'unreported-requests': 0,
    'unpriced-requests': 0,
    models: [],
    callers: [],
  };
}

/** Figures given as inputs outrank the record, one by one; without any of them the record must be there. */
function observedRecord({ config, findRecord }: PostDeps, background: FoundRecord | undefined): FoundRecord {
  const { inputTokens, outputTokens, costNanoUsd, usage } = config.post;
  const whole = () => (usage === undefined ? background : undefined) ?? findRecord();
  const given = {
    ...(inputTokens === undefined ? {} : { 'input-tokens': inputTokens }),
    ...(outputTokens === undefined ? {} : { 'output-tokens': outputTokens }),
    ...(inputTokens !== undefined && outputTokens !== undefined ? { 'unreported-requests': 0 } : {}),
    ...(costNanoUsd === undefined ? {} : { 'cost-usd': renderUsdPlain(costNanoUsd), 'unpriced-requests': 0 }),
  };
  if (Object.keys(given).length === 0) return whole();
  const base =
    usage === undefined && background === undefined
      ? { record: emptyRecord(config.task), origin: 'inputs', findings: [], isUnfinished: false }
      : whole();
  return { ...base, record: { ...base.record, ...given } };
}

function missingExpectation({ config }: PostDeps): Finding[] {
  if (config.post.expect.size > 0) return [];
  const advice = 'Give `expect-input-tokens` and the like, or `expect:` for this task in the policy file.';
  return [
    finding(
      'notice',
      'no-expectation',
      'Nothing is expected of this task',
      `No expected range is set for the task ${config.task}.`,
      { advice },
    ),
  ];
}

/** Closes the gate after a run outside its range; writes the first open state otherwise, so that "never closed" is known. */
async function settleGate(
  deps: PostDeps,
  { judged: { verdict }, record }: { judged: UsageVerdict; record: UsageRecord },
  findings: Finding[],
): Promise<{ gate: GateState; change?: GateChange; links?: readonly ReportLink[] }> {
  const { config, store } = deps;
  if (verdict === 'outside' && config.post.onOutOfRange !== 'warn' && !config.observe) {
    const reasons = findings.filter(({ level }) => level === 'error').map(({ message }) => message);
    const reason = reasons.join(' ');
    const figures = usageRows(record, config.post.expect, config.wrap.limits);
    const closing = await closeGate(deps, reason, figures);
    findings.push(closing.finding);
    const { hint, links } = closing;
    const change = { entry: gateEntry(deps, true, reason), kept: closing.closed, hint };
    return { gate: closing.closed ? 'closed' : 'unknown', change, links };
  }
  const reading = await store.readGate(config.gate.name, config.gate.blockForMs);
  const isFirst = reading.state === 'unknown' && !reading.blind && verdict !== 'outside';
  if (!isFirst || !isTrustedRun(config.context)) return { gate: reading.state };
  const saved = await store.saveGate(gateEntry(deps, false, 'First run behind this gate.'));
  return { gate: saved.saved ? 'open' : reading.state };
}

/** `wrap` could not remember the run, killed or gone before the agent began, so `post` does, under the same id. */
async function rememberUnfinished(deps: PostDeps, found: FoundRecord, findings: Finding[]): Promise<void> {
  const { config, store, clock } = deps;
  if (!found.isUnfinished) return;
  await rememberRun(deps, found.record);
  if (config.gateway.windows.length === 0) return;
  const id = found.record['run-id'] ?? config.context.runId;
  findings.push(...(await rememberSpend(store, spendOf(id, found.record, clock.now()))));
}

/** `warn` annotates without failing; `observe` only mentions. */
function softened(findings: readonly Finding[], observe: boolean): Finding[] {
  return findings.map((item) => ({
    ...item,
    level: observe ? 'notice' : item.level === 'error' ? 'warning' : item.level,
  }));
}

function findingJson({ id, level, title, message, advice, position }: Finding): object {
  return { id, level, title, message, advice, ...position };
}
