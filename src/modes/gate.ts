/** A person's view of the gate: what it is, open it, close it. Who did it and why is recorded. */
import { AppError } from '../core/errors.js';
import { type Finding, finding } from '../core/findings.js';
import { type GateReading, type GateState, trustedRef } from '../core/gate.js';
import { tellPeople } from './alerting.js';
import { gateEntry } from './close-gate.js';
import { type ModeDeps, reporterContext, statusOf } from './deps.js';
import { publish } from './publish.js';

/** @throws {AppError} `store-failed` when the change was not kept. */
export async function runGate(deps: ModeDeps): Promise<void> {
  const { config, runner } = deps;
  const { state, message, findings } =
    config.gate.action === 'status' ? await readStatus(deps) : await change(deps, config.gate.action);
  runner.setOutput('gate', state);
  runner.setOutput('reason', message);
  runner.info(message);
  const { context, gate } = config;
  const report = {
    mode: 'gate',
    task: gate.name,
    key: gate.name,
    status: statusOf(findings),
    headline: message,
    rows: [],
    facts: [],
    findings,
    gate: state,
    runUrl: context.runUrl,
  } as const;
  await publish(report, deps.reporters, reporterContext(deps));
}

interface GateResult {
  readonly state: GateState;
  readonly message: string;
  readonly findings: readonly Finding[];
}

async function readStatus({ config, store }: ModeDeps): Promise<GateResult> {
  const { state, entry, evidence } = await store.readGate(config.gate.name, config.gate.blockForMs);
  const since = entry ? ` since ${entry.createdAt} (run ${entry.runId})` : '';
  const by = entry?.actor ? ` by ${entry.actor}` : '';
  const why = entry?.reason ? `: ${entry.reason}` : '';
  return {
    state,
    message: `The gate ${config.gate.name} is ${state}${since}${by}${why}. ${evidence}`,
    findings: [],
  };
}

async function change(deps: ModeDeps, action: 'open' | 'close'): Promise<GateResult> {
  const { config, store } = deps;
  const closed = action === 'close';
  const before = await store.readGate(config.gate.name, config.gate.blockForMs);
  const entry = gateEntry(deps, closed, config.gate.reason ?? 'No reason was given.');
  const saved = await store.saveGate(entry);
  if (!saved.saved)
    throw new AppError('store-failed', `The gate ${entry.gate} was not changed: ${saved.reason}.`);
  const unheeded = elsewhere(deps, closed);
  // Opened where nobody honours it, or open before: nothing has changed for anybody.
  const isChange = closed || (unheeded.length === 0 && (before.state === 'closed' || before.blind));
  if (isChange) await tellPeople(deps, { gate: { entry, kept: true } });
  const state = closed ? 'closed' : 'open';
  const message = `The gate ${entry.gate} is ${state} now, by ${entry.actor}: ${entry.reason}`;
  return {
    state,
    message,
    findings: [...unheeded, ...neverClosed(before, entry.gate, closed)],
  };
}

/** A misspelt name opens a gate that nobody stands before. */
function neverClosed({ state, blind }: GateReading, name: string, closed: boolean): Finding[] {
  if (closed || blind || state === 'closed') return [];
  const advice = 'The name stands in the message of the run that was held back.';
  return [
    finding(
      'notice',
      'gate-was-not-closed',
      'This gate was not closed',
      `${name} was ${state} before. Is that its name?`,
      { advice },
    ),
  ];
}

/** An open state counts only from the default branch: elsewhere it is kept, and later runs do not honour it. */
function elsewhere({ config: { context } }: ModeDeps, closed: boolean): Finding[] {
  const isDefault = context.ref === undefined || context.ref === trustedRef(context.defaultBranch);
  if (closed || !context.isActions || isDefault) return [];
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
