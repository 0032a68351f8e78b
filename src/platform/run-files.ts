/**
 * Finds the record of a run, or makes one of its ledger. The agent could have written to both files, so a record counts by
 * the checksum that travels through the runner's environment, which the agent is not given.
 */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { countOf } from '../core/count-of.js';
import { AppError } from '../core/errors.js';
import { type Finding, finding } from '../core/findings.js';
import { gateSlug } from '../core/gate.js';
import { parseJson } from '../core/json.js';
import { type CallEntry, type LedgerLine, readLedgerLine } from '../core/ledger.js';
import { findPatterns } from '../core/patterns/index.js';
import { parseRecord, recordOf } from '../core/record.js';
import { totalsOf } from '../core/totals.js';
import { readBoundedText } from '../files/bounded-file.js';
import type { FoundRecord } from '../ports/run-files.js';
import { checksum, isSealed, LOST, OPEN, type RunMark, type RunPlace, readMark } from './run-mark.js';

/** Room for a hundred thousand calls: an agent that can write there must not fill the memory of who reads it. */
const MAX_BYTES = 64 * 1024 * 1024;
/** How each of our lines begins. */
const LINE_START = '{"type":"';

export interface RecordSources extends RunPlace {
  /** The input `usage`: JSON, or a path. */
  readonly usage: string | undefined;
  /** True where a meter in the background has closed its record by now, whatever the variable still says. */
  readonly hasEnded?: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of the run that is judged; left out on a laptop. */
  readonly runId?: string | undefined;
  /** When `pre` looked at the budget: what began before is another run. */
  readonly notBefore?: string | undefined;
}

/** @throws {AppError} `no-record`, or `bad-record` where what was handed in or left by another tool is none. */
export function findRecord(sources: RecordSources): FoundRecord {
  const { usage, environment, task, hasEnded = false } = sources;
  const mark = readMark(task, environment);
  const { sum, path } = mark;
  const isOpen = sum === OPEN && !hasEnded;
  if (usage !== undefined) return isOpen ? disputed(usage, path) : given(usage);
  if (isOpen) return findCut(path);
  if (sum === LOST) return lost(path, `The disk did not take the record ${path}.`);
  if (isSealed(mark)) return sealed(mark);
  return newest(sources);
}

/** True where `wrap` has told what its record must be. */
export function hasSealedRecord({ task, environment }: Pick<RecordSources, 'task' | 'environment'>): boolean {
  return isSealed(readMark(task, environment));
}

/**
 * `wrap` tells its usage and closes its record in one go. Where the one is there without the other, somebody ended it and
 * told a usage in its place, or a later step set the variable back to bring a ledger of its own: the run counts by its
 * ledger, where there is one, and is outside in either case.
 */
function disputed(usage: string, ledger: string): FoundRecord {
  const found = findCut(ledger);
  return { ...(found.lost === undefined ? found : given(usage)), isDisputed: true };
}

function given(usage: string): FoundRecord {
  if (usage.trimStart().startsWith('{')) return whole(usage, 'the input `usage`');
  return whole(readText(usage), usage);
}

function sealed({ path, sum }: RunMark): FoundRecord {
  const text = readRegular(path);
  if (text === undefined)
    return lost(path, `The record ${path}, which \`wrap\` wrote, is not there any more.`);
  if (checksum(text) === sum) return whole(text, 'the record of `wrap`');
  const why = `The record ${path} is not the one that \`wrap\` wrote.`;
  return { ...lost(path, why), lost: { code: 'record-changed', why } };
}

/** Somebody has to look: with its record taken away, a run would otherwise be the one that nobody judges. */
function lost(path: string, why: string, isUnfinished = false): FoundRecord {
  const record = parseRecord('{"complete":false}');
  return { record, origin: path, findings: [], isUnfinished, lost: { code: 'bad-record', why } };
}

/** No checksum came with a variable, so the record's own file proves nothing: the ledger is read call by call. */
function newest(sources: RecordSources): FoundRecord {
  const { jobDir, task } = sources;
  const prefix = `${gateSlug(task)}-`;
  const names = lstatSync(jobDir, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(jobDir) : [];
  const runs = names
    .filter((name) => name.startsWith(prefix) && /^\d+-\w+\.(?:nd)?json$/.test(name.slice(prefix.length)))
    .map((name) => name.replace(/\.\w+$/, ''));
  const run = runs.sort().at(-1);
  const last = run === undefined ? undefined : `${run}.ndjson`;
  if (last !== undefined && !names.includes(last))
    return lost(
      join(jobDir, last),
      `The ledger ${join(jobDir, last)} is not there any more, and its record alone proves nothing.`,
    );
  const path = join(jobDir, last ?? '');
  const lines = last === undefined ? undefined : linesIn(readText(path));
  if (lines === undefined || isOfAnotherRun(lines[0], sources))
    throw new AppError('no-record', `No usage of the task ${task} was found in ${jobDir}.`);
  return rebuilt(path, lines);
}

/** A folder may outlive a job, and with it what an earlier one left there. */
function isOfAnotherRun(
  first: LedgerLine | undefined,
  { runId, notBefore }: Pick<RecordSources, 'runId' | 'notBefore'>,
): boolean {
  if (first?.type !== 'run') return false;
  const isEarlier = notBefore !== undefined && Date.parse(first.startedAt) < Date.parse(notBefore);
  return isEarlier || (runId !== undefined && first.runId !== runId);
}

/**
 * `wrap` was killed: whoever did that could also have written an end into the ledger, so none is believed. Its first line was
 * there before the agent was: without it, it is not the one that `wrap` began.
 */
export function findCut(path: string): FoundRecord {
  const text = readRegular(path);
  if (text === undefined)
    return lost(path, `The ledger ${path}, which was begun, is not there any more.`, true);
  const lines = linesIn(text).filter(({ type }) => type !== 'end');
  if (lines[0]?.type !== 'run') return lost(path, `The ledger ${path} is not the one that was begun.`, true);
  return rebuilt(path, lines);
}

/** @throws {AppError} `bad-record` when the file cannot be read. */
export function readCalls(path: string): CallEntry[] {
  return linesIn(readText(path)).filter((line) => line.type === 'call');
}

/** One after the other: of what is none of ours, however much it is, nothing is kept. */
function linesIn(text: string): LedgerLine[] {
  const lines: LedgerLine[] = [];
  for (let from = 0, end = 0; from < text.length; from = end + 1) {
    const next = text.indexOf('\n', from);
    end = next === -1 ? text.length : next;
    const line = text.startsWith(LINE_START, from)
      ? readLedgerLine(parseJson(text.slice(from, end)))
      : undefined;
    if (line) lines.push(line);
  }
  return lines;
}

/** Every call was on disk when it settled, so a killed `wrap` still leaves correct totals. */
function rebuilt(path: string, lines: readonly LedgerLine[]): FoundRecord {
  const calls = lines.filter((line) => line.type === 'call');
  const header = lines.find((line) => line.type === 'run');
  const end = lines.find((line) => line.type === 'end');
  const isWhole = end !== undefined && (end.calls ?? calls.length) <= calls.length;
  const facts = {
    complete: isWhole,
    runId: calls[0]?.id.replace(/-\d+$/, '') ?? header?.runId ?? 'unknown',
    task: header?.task ?? 'default',
    agent: header?.agent ?? 'unknown',
    startedAt: header?.startedAt ?? '',
    durationMs: end && header ? Date.parse(end.endedAt) - Date.parse(header.startedAt) : undefined,
    stopReason: end?.stopReason,
    stopMessage: end?.reason,
    exitCode: end?.exitCode,
    otherRequests: end?.otherRequests,
    limits: header?.limits,
    overrides: header?.overrides,
    attribution: header?.attribution,
  };
  return {
    record: recordOf(facts, totalsOf(calls)),
    origin: path,
    findings: [
      ...(end ? [] : [unfinished(calls.length), ...unsettled(lines)]),
      ...(end && !isWhole ? [withHoles(path, calls.length, end.calls)] : []),
      ...findPatterns(calls),
    ],
    isUnfinished: !isWhole,
  };
}

function unfinished(calls: number): Finding {
  const message = `The meter was ended before it could close its record; ${countOf(calls, 'settled call')} can be counted, calls in flight cannot.`;
  return finding('warning', 'run-unfinished', 'The run was cut short', message);
}

function withHoles(path: string, found: number, calls: number | undefined): Finding {
  const message = `The ledger ${path} holds ${found} of the ${calls} calls of the run: the disk did not take the others, or somebody took them out.`;
  return finding('warning', 'run-unfinished', 'Calls are missing from the ledger', message);
}

/** Calls that had left and that nothing settled: whether they were billed, only the gateway knows. */
function unsettled(lines: readonly LedgerLine[]): Finding[] {
  const settled = new Set(lines.filter((line) => line.type === 'call').map(({ id }) => id));
  const open = lines.filter((line) => line.type === 'sent').filter(({ id }) => !settled.has(id));
  if (open.length === 0) return [];
  const byModel = Map.groupBy(open, ({ requestedModel }) => requestedModel ?? 'unnamed');
  const names = [...byModel].map(([model, group]) => `${model} (${group.length})`).join(', ');
  const tokens = open.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
  const message = `Sent and not settled: ${names}. Up to ${tokens.toLocaleString('en-US')} tokens may have been used that stand in no figure here.`;
  return [
    finding('warning', 'unsettled-calls', 'Calls were on their way', message, {
      advice: 'Look at the gateway for what they came to.',
    }),
  ];
}

function whole(text: string, origin: string): FoundRecord {
  return { record: parseRecord(text), origin, findings: [], isUnfinished: false };
}

function readRegular(path: string): string | undefined {
  return readBoundedText(path, { maxBytes: MAX_BYTES })?.text;
}

function readText(path: string): string {
  const text = readRegular(path);
  if (text !== undefined) return text;
  throw new AppError(
    'bad-record',
    `The usage record ${path} could not be read: there is no regular file of at most ${MAX_BYTES} bytes.`,
  );
}
