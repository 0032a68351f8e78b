/** What the report says of limits that no row of it stands for: weighted tokens, and what the agent was told. */
import type { WrapConfig } from '../config/wrap-config.js';
import { type CallEntry, isBillable } from '../core/ledger.js';
import { TallyCounter } from '../core/usage.js';
import { renderWeights, weighUsage } from '../core/weights.js';

type Terms = Pick<WrapConfig, 'limits' | 'weights' | 'wrapUp'>;

export function limitFacts(terms: Terms, calls: readonly CallEntry[]): [string, string][] {
  const sums = new LimitSums(terms);
  for (const call of calls) sums.add(call);
  return sums.facts();
}

/** Kept as the calls come, so that a meter that lives for hours holds no call. */
export class LimitSums {
  readonly #terms: Terms;
  readonly #told = new Set<CallEntry['note']>();
  readonly #weighted = new TallyCounter();

  constructor(terms: Terms) {
    this.#terms = terms;
  }

  add(call: CallEntry): void {
    if (isBillable(call)) this.#weighted.add(weighUsage(this.#terms.weights, call.usage));
    if (call.outcome === 'ok') this.#told.add(call.note);
  }

  facts(): [string, string][] {
    const { limits, weights, wrapUp } = this.#terms;
    const facts: [string, string][] = [];
    if (limits.maxWeightedTokens !== undefined) {
      const { sum, unknown } = this.#weighted.tally;
      const used = `${unknown > 0 ? 'at least ' : ''}${sum.toLocaleString('en-US')}`;
      const full = limits.maxWeightedTokens.toLocaleString('en-US');
      facts.push(['Weighted tokens', `${used} of ${full} (${renderWeights(weights)})`]);
    }
    if (wrapUp !== undefined) facts.push(['Told to wrap up', this.#toldText()]);
    return facts;
  }

  #toldText(): string {
    const moments = [
      this.#told.has('80%') ? 'at 80 %' : '',
      this.#told.has('reserve') ? 'when it was time to hand in' : '',
    ];
    return moments.filter((moment) => moment !== '').join(', and ') || 'no';
  }
}
