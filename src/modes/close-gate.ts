/** Changes the state of a gate, and says loudly when the change was not kept. */
import type { GateChange } from '../core/alert.js';
import { type Finding, finding } from '../core/findings.js';
import type { GateEntry, GateFigure } from '../core/gate.js';
import { howToOpen } from '../core/gate-advice.js';
import type { ReportLink } from '../core/report.js';
import { inSeconds } from '../core/time.js';
import type { Kept, Saved } from '../ports/store.js';
import type { ModeDeps } from './deps.js';

export function gateEntry(
  { config, clock }: Pick<ModeDeps, 'config' | 'clock'>,
  closed: boolean,
  reason: string,
): GateEntry {
  const now = clock.now();
  const { blockForMs, name } = config.gate;
  return {
    gate: name,
    closed,
    createdAt: now.toISOString(),
    runId: config.context.runId,
    runAttempt: config.context.runAttempt,
    until:
      closed && blockForMs !== undefined ? new Date(now.getTime() + blockForMs).toISOString() : undefined,
    actor: config.context.actor,
    reason,
  };
}

/** What is told of a change, once a store was asked to keep it. */
export function changeOf(entry: GateEntry, saved: Saved, store: string): GateChange {
  return saved.saved
    ? { entry, kept: true, store, missing: saved.missing, hint: saved.hint }
    : { entry, kept: false };
}

export interface Closing {
  readonly change: GateChange;
  readonly finding: Finding;
  /** Addresses in the finding. */
  readonly links: readonly ReportLink[];
}

/**
 * What became of it, and the finding that tells about it: a notice when the gate is closed now, a warning when only one of
 * two stores kept it, an error when none did.
 * @param figures what the run came to, kept with the reason
 */
export async function closeGate(
  deps: ModeDeps,
  reason: string,
  figures: readonly GateFigure[],
): Promise<Closing> {
  const entry = { ...gateEntry(deps, true, reason), figures: figures.map(figureOf) };
  const saved = await deps.store.saveGate(entry);
  return {
    change: changeOf(entry, saved, deps.config.gate.store),
    links: saved.saved ? (saved.links ?? []) : [],
    finding: saved.saved ? keptFinding(entry, saved, deps.config.gate.store) : lostFinding(entry, saved),
  };
}

function figureOf({ label, observed, expected, limit }: GateFigure): GateFigure {
  return { label, observed, expected, limit };
}

function keptFinding(
  { gate, until }: GateEntry,
  { missing, outlasted, unconfirmed, hint }: Kept,
  store: string,
): Finding {
  const open = `Look at this run, then ${howToOpen(gate, store)}.`;
  const advice = hint === undefined ? open : `${open} ${hint}`;
  const wait = `Runs behind the gate ${gate} wait ${until === undefined ? 'until a person opens it' : `until ${inSeconds(until)}`}.`;
  const text = [wait, outlasted, unconfirmed].filter((part) => part !== undefined).join(' ');
  if (missing === undefined) return finding('notice', 'gate-closed', 'The gate is closed', text, { advice });
  return finding(
    'warning',
    'gate-half-closed',
    'The gate is closed in one store only',
    `${text} It was not kept in ${missing}.`,
    { advice },
  );
}

function lostFinding({ gate }: GateEntry, { reason }: { readonly reason: string }): Finding {
  const advice = 'Nothing holds the next run back: stop it by hand, or set the kill switch.';
  return finding('error', 'gate-not-closed', 'The gate could NOT be closed', `${gate}: ${reason}.`, {
    advice,
  });
}
