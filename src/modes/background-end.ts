/** `post` ends the meter in the background: its record, and whether it can be believed. */
import { AppError } from '../core/errors.js';
import { type Finding, finding } from '../core/findings.js';
import type { CallEntry } from '../core/ledger.js';
import { readMeterHandle } from '../core/meter-handle.js';
import { findPatterns } from '../core/patterns/index.js';
import { parseRecord, type UsageRecord } from '../core/record.js';
import { readTestament, type Testament } from '../core/testament.js';
import { totalsOf } from '../core/totals.js';
import type { JobNote, MeterControl, MeterEnd } from '../ports/background.js';
import type { FoundRecord } from '../ports/run-files.js';
import { goneFinding, leftFinding, meterSetAside, unproven } from './background-findings.js';
import type { ModeDeps } from './deps.js';
import { setUsageOutputs } from './run-record.js';
import { troubleFinding } from './troubles.js';
import { contractFindings, noteFindings } from './wrap-report.js';

export interface BackgroundEndDeps extends ModeDeps {
  readonly control: MeterControl;
  readonly meterNote: JobNote;
  /** True where a `wrap` that had its agent in hand left a record with its checksum. */
  readonly hasSealedRecord: () => boolean;
  /** Calls of a ledger whose meter is gone. @throws {AppError} `bad-record` when it cannot be read. */
  readonly findCut: (ledger: string) => FoundRecord;
  /** Each call of a ledger. @throws {AppError} `bad-record` when it cannot be read. */
  readonly readCalls: (ledger: string) => readonly CallEntry[];
}

/** `undefined` where no meter runs in the background. Sets the usage outputs, since `wrap` had none to set. */
export async function endBackground(deps: BackgroundEndDeps): Promise<FoundRecord | undefined> {
  const { config, control, meterNote, runner } = deps;
  const handle = config.post.meter ?? readMeterHandle(meterNote.find() ?? '');
  if (handle === undefined) return undefined;
  const end = await control.finish(handle);
  const dropped = meterNote.drop();
  runner.exportVariable(dropped.variable, dropped.value);
  if (config.post.meter === undefined && deps.hasSealedRecord()) {
    runner.annotate(meterSetAside());
    return undefined;
  }
  const testament = 'testament' in end ? readTestament(end.testament) : undefined;
  const found =
    testament === undefined
      ? withFindings(deps.findCut(handle.ledger), [goneFinding(end)])
      : withFindings(await foundIn(deps, end, testament), patternsIn(deps, handle.ledger, testament));
  setUsageOutputs(runner, found.record);
  return { ...withFindings(found, unproven(config)), facts: factsOf(found.record, testament) };
}

async function foundIn(
  deps: BackgroundEndDeps,
  { kind }: MeterEnd,
  testament: Testament,
): Promise<FoundRecord> {
  const { config, clock, runner } = deps;
  const record = parseRecord(testament.record);
  const { sealed, gatewayVersion } = testament;
  runner.setOutput('record', sealed?.path);
  if (sealed) runner.exportVariable(sealed.variable, sealed.value);
  const notes = {
    observed: testament.observed,
    unpricedModels: testament.unpricedModels,
    otherRequests: testament.otherRequests,
    reroutes: new Map(Object.entries(testament.reroutes)),
    refusedSubagents: new Map(Object.entries(testament.refusedSubagents)),
    withheldHeaders: new Map(Object.entries(testament.withheldHeaders)),
  };
  const findings = [
    ...(kind === 'left' ? [leftFinding(testament)] : []),
    ...testament.troubles.map(troubleFinding),
    ...noteFindings(record, notes),
    ...contractFindings(config, clock.now(), gatewayVersion),
  ];
  return { record, origin: 'the meter in the background', findings, isUnfinished: true };
}

/** The record is proven and the ledger is not: where they differ, nothing is read out of the ledger. */
function patternsIn({ readCalls }: BackgroundEndDeps, ledger: string, { record }: Testament): Finding[] {
  try {
    const calls = readCalls(ledger);
    if (isSame(parseRecord(record), calls)) return findPatterns(calls);
    return [unreadLedger('it does not hold the calls that the meter counted')];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [unreadLedger(error.message)];
  }
}

function isSame(record: UsageRecord, calls: readonly CallEntry[]): boolean {
  const { requests, refusedRequests } = totalsOf(calls);
  return record.requests === requests && record['refused-requests'] === refusedRequests;
}

function unreadLedger(why: string): Finding {
  const message = `The ledger is of no use (${why}), so patterns of spending were not looked for. The record does not depend on it.`;
  return finding('notice', 'ledger-unread', 'No patterns were looked for', message, {
    advice: 'Leave the folder of the job alone while an agent runs.',
  });
}

/** What the report of `wrap` would tell beside the figures. */
function factsOf(record: UsageRecord, testament: Testament | undefined): [string, string][] {
  const refused = record['refused-requests'];
  return [
    ...(refused === undefined ? [] : [['Refused calls', String(refused)] satisfies [string, string]]),
    ...(testament === undefined ? [] : [['Canary', testament.canary] satisfies [string, string]]),
    ...(testament?.limitFacts ?? []),
  ];
}

function withFindings(found: FoundRecord, findings: readonly Finding[]): FoundRecord {
  return { ...found, findings: [...found.findings, ...findings] };
}
