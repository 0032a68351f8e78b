/** What the report says of limits that no row of it stands for: tokens of all kinds, and what the agent was told. */
import type { WrapConfig } from '../config/wrap-config.js';
import { type CallEntry, isBillable } from '../core/ledger.js';
import { type Tally, TallyCounter } from '../core/usage.js';
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
  readonly #tokens = new TallyCounter();
  readonly #weighted = new TallyCounter();

  constructor(terms: Terms) {
    this.#terms = terms;
  }

  add(call: CallEntry): void {
    if (isBillable(call)) {
      const { inputTokens, outputTokens } = call.usage;
      this.#tokens.add(
        inputTokens === undefined || outputTokens === undefined ? undefined : inputTokens + outputTokens,
      );
      this.#weighted.add(weighUsage(this.#terms.weights, call.usage));
    }
    if (call.outcome === 'ok') this.#told.add(call.note);
  }

  facts(): [string, string][] {
    const { limits, weights, wrapUp } = this.#terms;
    const facts: [string, string][] = [];
    if (limits.maxTokens !== undefined)
      facts.push(['Tokens together', usedOf(this.#tokens.tally, limits.maxTokens)]);
    if (limits.maxWeightedTokens !== undefined) {
      const used = usedOf(this.#weighted.tally, limits.maxWeightedTokens);
      facts.push(['Weighted tokens', `${used} (${renderWeights(weights)})`]);
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

function usedOf({ sum, unknown }: Tally, limit: number): string {
  return `${unknown > 0 ? 'at least ' : ''}${sum.toLocaleString('en-US')} of ${limit.toLocaleString('en-US')}`;
}
