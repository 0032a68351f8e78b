/** Hears the second witness: the reports of the agents that ran, against the calls that the meter saw. */
import type { CallEntry } from '../core/ledger.js';
import { type Account, hearWitness, type Witness } from '../core/witness.js';
import type { Agent, ReportContext } from '../ports/agent.js';

/** @param agents the ones whose environment the command got, the one without a name among them */
export function readWitness(
  agents: readonly Agent[],
  context: ReportContext,
  calls: readonly CallEntry[],
): Witness | undefined {
  const named = agents.filter(({ readReport }) => readReport !== undefined);
  const accounts = named.flatMap((agent): Account[] => {
    const report = agent.readReport?.(context);
    return report === undefined ? [] : [{ ...report, agent: agent.id }];
  });
  return hearWitness(accounts, calls, accounts.length < named.length);
}
