/** Was that normal? Observed usage against the expected range; the verdict is shown, and the gate closed. */
import type { Config } from '../config/config.js';
import type { GateChange } from '../core/alert.js';
import { AppError, InputFaults } from '../core/errors.js';
import { byImportance, type Finding, finding } from '../core/findings.js';
import { type GateState, isTrustedRun } from '../core/gate.js';
import { usageRows } from '../core/metric-rows.js';
import { renderUsdPlain } from '../core/money.js';
import { unheldOverrides } from '../core/override.js';
import type { UsageRecord } from '../core/record.js';
import type { ReportLink } from '../core/report.js';
import {
  judgeUsage,
  type UsageVerdict,
  withChangedEvent,
  withChangedPolicy,
  withDisputedUsage,
  withLostRecord,
} from '../core/usage-verdict.js';
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
  readonly findRecord: (told?: { readonly hasEnded: boolean }) => FoundRecord;
  readonly saveFile: SaveFile;
  /** The same configuration, with the overrides that have not ended by now. */
  readonly decideNow: () => Config;
}

/**
 * @throws {AppError} `denied` when usage is outside and `on-out-of-range` is `fail`.
 * @throws {InputFaults} when the run is judged, of what was wrong and did not keep it from that.
 */
export async function runPost(deps: PostDeps): Promise<void> {
  const { lateFaults } = deps.config;
  if (lateFaults.length === 0) return judge(deps);
  try {
    await judge(deps);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const own = { where: 'post', message: error.message, example: error.hint };
    throw new InputFaults(error.isReported ? lateFaults : [...lateFaults, own]);
  }
  throw new InputFaults(lateFaults);
}

async function judge(given: PostDeps): Promise<void> {
  const found = await foundOrNothing(given);
  if (found === undefined) return tellDenial(given);
  const deps = { ...given, config: heldTo(given, found.record) };
  const { config, runner } = deps;
  const judged = judgeFound(config, found);
  const findings = [...judged.findings, ...found.findings, ...missingExpectation(deps)];
  findings.push(...overrideFindings(config, found.record));
  const settled = await settleGate(deps, { judged, record: found.record }, findings);
  const { gate, change, links = [], issues = [] } = settled;
  // People hear of a gate at once: what follows may wait for a gateway.
  const toldOfGate = tellPeople(deps, { gate: change });
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
  const report = postReport(deps, {
    judged,
    found,
    findings: shown,
    gate,
    issues,
    links,
    counted: reconciled?.fact,
  });
  leaveReport(deps, deps.saveFile, report);
  const [reported] = await Promise.all([
    publish(report, deps.reporters, reporterContext(deps)),
    toldOfGate.then(() =>
      tellPeople(deps, {
        reading: reconciled?.after,
        before: reconciled?.before,
        isRefused: found.record['stop-reason'] === 'budget-exhausted',
      }),
    ),
  ]);
  runner.setOutput('comment-url', reported.commentUrl);
  if (found.lost !== undefined && !config.observe)
    throw new AppError(found.lost.code, found.lost.why, { isReported: true });
  if (judged.verdict === 'outside' && config.post.onOutOfRange === 'fail' && !config.observe) {
    throw new AppError('denied', headlineOf(config, judged, found.record), { isReported: true });
  }
}

/**
 * When the job decided over its overrides came by a variable, which any step could have set back. An override that has
 * ended since counts where the record says that the run was held to it.
 */
function heldTo({ config, clock, decideNow }: PostDeps, record: UsageRecord): Config {
  const unheld = unheldOverrides(config.overrides.active, record.overrides ?? [], clock.now());
  return config.post.meter !== undefined || unheld.length === 0 ? config : decideNow();
}

/** By its figures, by whether they are its own, and by whether what judges them is what it was when the job began. */
function judgeFound({ post, context }: Config, found: FoundRecord): UsageVerdict {
  const { record, isDisputed = false, lost } = found;
  const figures = judgeUsage(record, post.expect);
  const known = lost === undefined ? figures : withLostRecord(figures, lost.why);
  const told = isDisputed ? withDisputedUsage(known) : known;
  const { changedPolicy } = post;
  const judged = changedPolicy === undefined ? told : withChangedPolicy(told, changedPolicy);
  const { trouble } = context.eventFile;
  return trouble?.kind === 'changed' ? withChangedEvent(judged, trouble.message) : judged;
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
  const whole = () =>
    (usage === undefined ? background : undefined) ?? findRecord({ hasEnded: background !== undefined });
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
  return { ...base, record: withTotal({ ...base.record, ...given }) };
}

/** The figures that were given may be others than those it was the sum of. */
function withTotal(record: UsageRecord): UsageRecord {
  const { 'input-tokens': input, 'output-tokens': output } = record;
  const total = input === undefined || output === undefined ? undefined : input + output;
  return { ...record, 'total-tokens': total };
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

interface SettledGate {
  readonly gate: GateState;
  readonly change?: GateChange;
  /** Addresses in the finding that tells of the change. */
  readonly links?: readonly ReportLink[];
  /** Open issues that hold it closed. */
  readonly issues?: readonly ReportLink[];
}

/**
 * Closes the gate after a run outside its range. Otherwise, where all was read and nothing was ever said of the gate, that
 * is kept as its first state, so that "never closed" is known; it outranks no closing that was not seen yet.
 */
async function settleGate(
  deps: PostDeps,
  { judged: { verdict }, record }: { judged: UsageVerdict; record: UsageRecord },
  findings: Finding[],
): Promise<SettledGate> {
  const { config, store } = deps;
  if (verdict === 'outside' && config.post.onOutOfRange !== 'warn' && !config.observe) {
    const reasons = findings.filter(({ level }) => level === 'error').map(({ message }) => message);
    const reason = reasons.join(' ');
    const figures = usageRows(record, config.post.expect, config.wrap.limits);
    const { change, finding: told, links } = await closeGate(deps, reason, figures);
    findings.push(told);
    return { gate: change.kept ? 'closed' : 'unknown', change, links };
  }
  const reading = await store.readGate(config.gate.name, config.gate.blockForMs);
  const isFirst = reading.state === 'unknown' && reading.sawAll === true && verdict !== 'outside';
  // Without its event nobody knows whether this run is a stranger's.
  const isTrusted = isTrustedRun(config.context) && config.context.eventFile.trouble === undefined;
  if (!isFirst || !isTrusted)
    return { gate: reading.state, issues: reading.sources.flatMap(({ holding = [] }) => holding) };
  const first = { ...gateEntry(deps, false, 'First run behind this gate.'), isFirst: true };
  const saved = await store.saveGate(first);
  return { gate: saved.saved ? 'open' : reading.state };
}

/** `wrap` could not remember the run, killed or gone before the agent began, so `post` does, under the same id. */
async function rememberUnfinished(deps: PostDeps, found: FoundRecord, findings: Finding[]): Promise<void> {
  const { config, store, clock } = deps;
  if (!found.isUnfinished) return;
  const id = found.record['run-id'] ?? config.context.runId;
  const spend = spendOf(id, found.record, clock.now());
  const [unsaved] = await Promise.all([
    config.gateway.windows.length === 0 ? [] : rememberSpend(store, spend),
    rememberRun(deps, found.record),
  ]);
  findings.push(...unsaved);
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
