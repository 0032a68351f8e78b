/** Reads the gate a run stands before, looks after it where the run is trusted to, and says which store said what. */

import type { Config } from '../config/config.js';
import { HINT_MS, withDeadline } from '../core/deadline.js';
import { blindGate, type GateReading, isTrustedRun, isUntouched } from '../core/gate.js';
import type { ReportLink } from '../core/report.js';
import { inSeconds } from '../core/time.js';
import type { ModeDeps } from './deps.js';

export interface GateWatch {
  readonly reading: GateReading;
  /** What was done for the gate beside reading it, in sentences. */
  readonly notes: readonly string[];
}

export async function watchGate({ config, store }: ModeDeps, deadlineMs: number): Promise<GateWatch> {
  const { name, blockForMs } = config.gate;
  const reading = await withDeadline(store.readGate(name, blockForMs), deadlineMs, () =>
    blindGate('The store did not answer in time.'),
  );
  if (reading.blind || !isTrustedRun(config.context)) return { reading, notes: [] };
  const notes = await withDeadline<readonly string[]>(store.tendGate(name), HINT_MS, () => [
    'Looking after the gate took too long, and was left.',
  ]);
  return { reading, notes };
}

/** Every store with what it said and when, and what it could not see. */
export function gateFacts({ reading, notes }: GateWatch): (readonly [string, string])[] {
  const { sources, evidence } = reading;
  const untouched = isUntouched(reading) ? 'never closed, as far as can be seen' : undefined;
  const said = sources.flatMap(({ store, state, readAt, evidence: why, unseen }) => [
    [`Gate in ${store}`, `${untouched ?? state}, read at ${inSeconds(readAt)}. ${why}`] as const,
    ...(unseen.length === 0 ? [] : [[`${store} could not see`, unseen.join('; ')] as const]),
  ]);
  const facts = sources.length === 0 ? [['Gate', evidence] as const] : said;
  return [...facts, ...notes.map((note) => ['Gate looked after', note] as const)];
}

/** The run that changed the gate last, and what else its stores name. */
export function gateLinks({ entry, sources }: GateReading, runsUrl: string | undefined): ReportLink[] {
  const run =
    entry === undefined || runsUrl === undefined
      ? []
      : [{ text: `run ${entry.runId}`, url: `${runsUrl}${entry.runId}` }];
  return [...run, ...sources.flatMap(({ links = [] }) => links)];
}

/** Where the runs of this repository are shown, for links to other runs. */
export function runsUrlOf({ context }: Config): string | undefined {
  return context.runUrl?.replace(/\d+$/, '');
}
