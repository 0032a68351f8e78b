/** What the report says of limits that no row of it stands for: weighted tokens, and what the agent was told. */
import type { WrapConfig } from '../config/config.js';
import type { CallEntry } from '../core/ledger.js';
import { addToTally, EMPTY_TALLY } from '../core/usage.js';
import { renderWeights, weighUsage } from '../core/weights.js';

export function limitFacts(
  { limits, weights, wrapUp }: Pick<WrapConfig, 'limits' | 'weights' | 'wrapUp'>,
  calls: readonly CallEntry[],
): [string, string][] {
  const facts: [string, string][] = [];
  if (limits.maxWeightedTokens !== undefined) {
    const billable = calls.filter(({ outcome }) => outcome !== 'refused' && outcome !== 'failed');
    const { sum, unknown } = billable.reduce(
      (tally, { usage }) => addToTally(tally, weighUsage(weights, usage)),
      EMPTY_TALLY,
    );
    const used = `${unknown > 0 ? 'at least ' : ''}${sum.toLocaleString('en-US')}`;
    facts.push([
      'Weighted tokens',
      `${used} of ${limits.maxWeightedTokens.toLocaleString('en-US')} (${renderWeights(weights)})`,
    ]);
  }
  if (wrapUp !== undefined) facts.push(['Told to wrap up', toldText(calls)]);
  return facts;
}

function toldText(calls: readonly CallEntry[]): string {
  const told = new Set(calls.filter(({ outcome }) => outcome === 'ok').map(({ note }) => note));
  const moments = [
    told.has('80%') ? 'at 80 %' : '',
    told.has('reserve') ? 'when it was time to hand in' : '',
  ];
  return moments.filter((moment) => moment !== '').join(', and ') || 'no';
}
