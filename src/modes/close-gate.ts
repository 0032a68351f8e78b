/** Changes the state of a gate, and says loudly when the change was not kept. */
import { type Finding, finding } from '../core/findings.js';
import type { GateEntry } from '../core/gate.js';
import type { ModeDeps } from './deps.js';

export function gateEntry({ config, clock }: ModeDeps, closed: boolean, reason: string): GateEntry {
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

/** The finding that tells about it: a notice when the gate is closed now, an error when it could not be. */
export async function closeGate(
  deps: ModeDeps,
  reason: string,
): Promise<{ closed: boolean; finding: Finding }> {
  const entry = gateEntry(deps, true, reason);
  const saved = await deps.store.saveGate(entry);
  const name = deps.config.gate.name;
  if (saved.saved) {
    const until = entry.until === undefined ? 'until a person opens it' : `until ${entry.until}`;
    const advice = `Look at this run, then reopen with \`mode: gate\`, \`gate: ${name}\`, \`gate-action: open\`.`;
    return {
      closed: true,
      finding: finding(
        'notice',
        'gate-closed',
        'The gate is closed',
        `Runs behind the gate ${name} wait ${until}.`,
        { advice },
      ),
    };
  }
  const advice = 'Nothing holds the next run back: stop it by hand, or set the kill switch.';
  return {
    closed: false,
    finding: finding(
      'error',
      'gate-not-closed',
      'The gate could NOT be closed',
      `${name}: ${saved.reason}.`,
      { advice },
    ),
  };
}
