/** `post` ends the meter in the background: its record, and whether it can be believed. */
import type { Config } from '../config/config.js';
import { type Finding, finding } from '../core/findings.js';
import { readMeterHandle } from '../core/meter-handle.js';
import { parseRecord } from '../core/record.js';
import { type EndCause, readTestament, type Testament } from '../core/testament.js';
import type { JobNote, MeterControl, MeterEnd } from '../ports/background.js';
import type { FoundRecord } from '../ports/run-files.js';
import type { ModeDeps } from './deps.js';
import { setUsageOutputs } from './run-record.js';
import { contractFindings, noteFindings } from './wrap-report.js';

export interface BackgroundEndDeps extends ModeDeps {
  readonly control: MeterControl;
  readonly meterNote: JobNote;
  /** Calls of a ledger whose meter is gone. @throws {AppError} `bad-record` when it cannot be read. */
  readonly findCut: (ledger: string) => FoundRecord;
}

const CAUSES: Readonly<Record<EndCause, string>> = {
  request: 'another step, or a program that read the variables of this job, asked it to',
  signal: 'it was sent a signal',
  idle: 'nobody had called it for hours',
  lifetime: 'it had run for days',
  'job-gone': 'its job seemed to be over',
};
const TROUBLES = {
  'ledger-trouble': { level: 'warning', title: 'The ledger could not be written' },
  'unread-usage': { level: 'notice', title: 'An answer could not be read' },
} as const;

/** `undefined` where no meter runs in the background. Sets the usage outputs, since `wrap` had none to set. */
export async function endBackground(deps: BackgroundEndDeps): Promise<FoundRecord | undefined> {
  const { config, control, meterNote, runner } = deps;
  const handle = config.post.meter ?? readMeterHandle(meterNote.find() ?? '');
  if (handle === undefined) return undefined;
  const end = await control.finish(handle);
  const dropped = meterNote.drop();
  runner.exportVariable(dropped.variable, dropped.value);
  const testament = 'testament' in end ? readTestament(end.testament) : undefined;
  const found =
    testament === undefined
      ? withFindings(deps.findCut(handle.ledger), [goneFinding(end)])
      : await foundIn(deps, end, testament);
  setUsageOutputs(runner, found.record);
  return withFindings(found, unproven(config));
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
  };
  const findings = [
    ...(kind === 'left' ? [leftFinding(testament)] : []),
    ...testament.troubles.map(({ id, message }) =>
      finding(TROUBLES[id].level, id, TROUBLES[id].title, message),
    ),
    ...noteFindings(record, notes),
    ...contractFindings(config, clock.now(), gatewayVersion),
  ];
  return { record, origin: 'the meter in the background', findings, isUnfinished: true };
}

function leftFinding({ endedBy, endedAt }: Testament): Finding {
  const message = `It ended at ${endedAt}: ${CAUSES[endedBy]}. Its record is whole up to then; calls after that were refused by nobody and counted by nobody, since nothing listened.`;
  return finding('warning', 'meter-gone', 'The meter had ended before `post` came', message);
}

function goneFinding(end: MeterEnd): Finding {
  if (end.kind === 'forged')
    return finding(
      'error',
      'meter-forged',
      'Somebody stands in for the meter',
      `The meter is gone: ${end.evidence}. What was said in its place is not counted; its ledger is.`,
      {
        advice: 'The ledger is a file that the agent could write to: compare with the gateway’s own count.',
      },
    );
  const why = end.kind === 'gone' ? end.evidence : 'what it left cannot be read';
  return finding(
    'warning',
    'meter-gone',
    'The meter was gone before `post` came',
    `Its process was ended from outside (${why}). Its ledger counts, a file that the agent could write to.`,
    {
      advice: 'Compare with the gateway’s own count, and look at what ended it.',
    },
  );
}

/** A variable of the job can be replaced by any step in between; an output cannot. */
function unproven({ post, context }: Config): Finding[] {
  if (post.meter !== undefined || !context.isActions) return [];
  const message =
    'The way to the meter came by a variable of the job, which the steps in between could have replaced together with the record.';
  return [
    finding('notice', 'meter-unproven', 'The record is taken on trust', message, {
      advice: 'Give `meter-control: ${{ steps.<id>.outputs.meter-control }}`.',
    }),
  ];
}

function withFindings(found: FoundRecord, findings: readonly Finding[]): FoundRecord {
  return { ...found, findings: [...found.findings, ...findings] };
}
