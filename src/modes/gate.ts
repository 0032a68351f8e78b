/** A person's view of the gate: what it is, open it, close it. Who did it and why is recorded. */
import type { Config } from '../config/config.js';
import { AppError } from '../core/errors.js';
import { type Finding, finding } from '../core/findings.js';
import { endOf, type GateEntry, type GateReading, type GateState, isTrustedRun } from '../core/gate.js';
import type { Report, ReportLink } from '../core/report.js';
import { cut } from '../core/text.js';
import { inSeconds } from '../core/time.js';
import type { Kept } from '../ports/store.js';
import { tellPeople } from './alerting.js';
import { changeOf, gateEntry } from './close-gate.js';
import { type ModeDeps, reporterContext, statusOf } from './deps.js';
import { gateFacts, gateLinks, runsUrlOf } from './gate-watch.js';
import { publish } from './publish.js';

/** Of a gate's name in a sentence. */
const MAX_NAME = 100;

/** @throws {AppError} `store-failed` when the change was not kept. */
export async function runGate(deps: ModeDeps): Promise<void> {
  const { config, runner } = deps;
  const { state, message, findings, facts, links } =
    config.gate.action === 'status' ? await readStatus(deps) : await change(deps, config.gate.action);
  runner.setOutput('gate', state);
  runner.setOutput('reason', message);
  runner.info(message);
  for (const [label, value] of facts) runner.info(`${label}: ${value}`);
  const { context, gate } = config;
  const report = {
    mode: 'gate',
    task: gate.name,
    key: gate.name,
    status: statusOf(findings),
    headline: message,
    rows: [],
    facts,
    findings,
    gate: state,
    runUrl: context.runUrl,
    links,
  } as const;
  await publish(report, deps.reporters, reporterContext(deps));
}

interface GateResult {
  readonly state: GateState;
  readonly message: string;
  readonly findings: readonly Finding[];
  readonly facts: Report['facts'];
  readonly links: readonly ReportLink[];
}

async function readStatus({ config, store }: ModeDeps): Promise<GateResult> {
  const reading = await store.readGate(config.gate.name, config.gate.blockForMs, true);
  const { state, entry, evidence } = reading;
  const since = entry ? ` since ${inSeconds(entry.createdAt)} (run ${entry.runId})` : '';
  const by = entry?.actor ? ` by ${entry.actor}` : '';
  const why = entry?.reason ? `: “${entry.reason}”` : '';
  return {
    state,
    message: `The gate ${cut(config.gate.name, MAX_NAME)} is ${state}${since}${by}${why}. ${evidence}`,
    findings: [],
    facts: [...entryFacts(config, reading), ...gateFacts({ reading, notes: [] })],
    links: gateLinks(reading, runsUrlOf(config)),
  };
}

/** What is not known is left out. */
function entryFacts(config: Config, { entry, state }: GateReading): (readonly [string, string])[] {
  if (entry === undefined) return [['State', state]];
  const runsUrl = runsUrlOf(config);
  const ends = endOf(entry, config.gate.blockForMs);
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['State', state],
    ['Since', inSeconds(entry.createdAt)],
    ['By', entry.actor],
    ['Why', entry.reason],
    ['Until', state !== 'closed' ? undefined : ends === undefined ? 'a person opens it' : inSeconds(ends)],
    ['Run', runsUrl === undefined ? entry.runId : `${runsUrl}${entry.runId} (attempt ${entry.runAttempt})`],
  ];
  return facts.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const]));
}

async function change(deps: ModeDeps, action: 'open' | 'close'): Promise<GateResult> {
  const { config, store } = deps;
  const closed = action === 'close';
  const before = await store.readGate(config.gate.name, config.gate.blockForMs);
  const entry = gateEntry(deps, closed, config.gate.reason ?? 'No reason was given.');
  const saved = await store.saveGate(entry);
  if (!saved.saved) {
    if (closed) await tellPeople(deps, { gate: changeOf(entry, saved, config.gate.store) });
    throw new AppError('store-failed', `The gate ${entry.gate} was not changed: ${saved.reason}.`);
  }
  const unheeded = elsewhere(deps, closed);
  // Opened where nobody honours it, or open before: nothing has changed for anybody.
  const isChange =
    closed || (unheeded.length === 0 && !saved.missing && (before.state === 'closed' || before.blind));
  if (isChange) await tellPeople(deps, { gate: changeOf(entry, saved, config.gate.store) });
  return {
    ...outcome(entry, unheeded.length > 0 ? before : undefined),
    findings: [...halfKept(entry, saved), ...unheeded, ...neverClosed(before, entry.gate, closed)],
    facts: gateFacts({ reading: before, notes: [] }).map(([label, value]) => [`${label}, before`, value]),
    links: gateLinks(before, runsUrlOf(config)),
  };
}

/** @param unmoved the gate as the next run will see it, where it does not honour this change */
function outcome(
  { gate, closed, actor, reason }: GateEntry,
  unmoved: GateReading | undefined,
): Pick<GateResult, 'state' | 'message'> {
  const by = `by ${actor}: ${reason}`;
  if (unmoved !== undefined)
    return {
      state: unmoved.state,
      message: `The gate ${gate} is ${unmoved.state} as before: it was opened on a branch only, ${by}`,
    };
  const state = closed ? 'closed' : 'open';
  return { state, message: `The gate ${gate} is ${state} now, ${by}` };
}

/** An opening that one store did not keep may not count: what was closed there stays closed until it is later. */
function halfKept({ gate }: GateEntry, { missing, unconfirmed }: Kept): Finding[] {
  const notice =
    unconfirmed && finding('notice', 'gate-unconfirmed', 'The change may take a moment', unconfirmed);
  const warning =
    missing &&
    finding(
      'warning',
      'gate-half-changed',
      'One store did not keep the change',
      `${gate}: not in ${missing}.`,
    );
  return [warning, notice].filter((item) => typeof item === 'object');
}

/** A misspelt name opens a gate that nobody stands before. */
function neverClosed({ state, blind }: GateReading, name: string, closed: boolean): Finding[] {
  if (closed || blind || state === 'closed') return [];
  const advice = 'The name stands in the message of the run that was held back.';
  const [title, message] =
    state === 'open'
      ? ['This gate was not closed', `${name} was open before. Is that its name?`]
      : ['This gate had no state', `${name} has one now. Where a run was held back, is that its name?`];
  return [finding('notice', 'gate-was-not-closed', title, message, { advice })];
}

/** An open state counts only from the default branch: elsewhere it is kept, and later runs do not honour it. */
function elsewhere({ config: { context } }: ModeDeps, closed: boolean): Finding[] {
  if (closed || context.ref === undefined || isTrustedRun(context)) return [];
  const advice = 'Start this workflow by `workflow_dispatch` on the default branch.';
  return [
    finding(
      'warning',
      'gate-other-branch',
      'Opened on a branch only',
      `This ran on ${context.ref}; runs of the default branch do not see it.`,
      { advice },
    ),
  ];
}
