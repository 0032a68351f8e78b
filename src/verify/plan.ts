/** Which probes can run, and the most that each may spend: told before anything is spent. */
import { renderUsd } from '../core/money.js';
import { type ModelPrice, priceAtMost } from '../core/price.js';
import { SHORT_CEILING } from './happy-path.js';
import { PROMPT_TOKENS_AT_MOST } from './purse.js';
import { HIGH_CEILING } from './request-ceiling.js';

export type Probe = 'happy-path' | 'request-ceiling' | 'isolation' | 'exhaustion' | 'fallback';

export interface PlannedProbe {
  readonly probe: Probe;
  readonly maxNanoUsd: number;
}

export interface Plan {
  readonly probes: readonly PlannedProbe[];
  /** Why the others do not run. */
  readonly skipped: readonly string[];
}

export interface PlanFacts {
  /** `undefined`: all that have what they need. */
  readonly wanted: readonly Probe[] | undefined;
  /** Of the model, or the dearest of the table where it has none. */
  readonly price: ModelPrice;
  readonly fallbackPrice: ModelPrice;
  /** What is left of the test budget, nano-USD; `undefined` when nobody says. */
  readonly budgetNanoUsd: number | undefined;
  /** Why no budget could be read. */
  readonly budgetTrouble: string | undefined;
  readonly maxNanoUsd: number | undefined;
  readonly hasSecondKey: boolean;
  readonly endpoints: number;
  readonly requestCeiling: number | undefined;
}

const ORDER: readonly Probe[] = ['happy-path', 'request-ceiling', 'isolation', 'exhaustion', 'fallback'];
/** A soft cap is followed this far beyond the budget, and not further. */
const EXHAUSTION_SHARE = 1.5;
/** And at least so many calls, where the budget is that of a few. */
const CALLS_BEYOND = 4;
const CEILING_SHARE = 0.3;

export function planProbes(facts: PlanFacts): Plan {
  const skipped: string[] = [];
  const probes: PlannedProbe[] = [];
  for (const probe of ORDER) {
    if (probe !== 'happy-path' && facts.wanted !== undefined && !facts.wanted.includes(probe)) continue;
    const why = missing(probe, facts);
    if (why === undefined) probes.push({ probe, maxNanoUsd: maxOf(probe, facts) });
    else skipped.push(`${probe}: ${why}`);
  }
  return { probes, skipped };
}

/** The sum of all stated maxima. */
export function totalOf({ probes }: Plan): number {
  return probes.reduce((sum, { maxNanoUsd }) => sum + maxNanoUsd, 0);
}

function missing(probe: Probe, facts: PlanFacts): string | undefined {
  const { budgetNanoUsd, maxNanoUsd, hasSecondKey, wanted, budgetTrouble } = facts;
  if (probe === 'happy-path' || probe === 'request-ceiling') return undefined;
  if (probe === 'isolation' && !hasSecondKey) return 'it needs `verify-second-key`';
  if (probe !== 'exhaustion')
    return wanted !== undefined && !wanted.includes('exhaustion')
      ? 'it needs the probe `exhaustion`'
      : missing('exhaustion', facts);
  if (budgetNanoUsd === undefined)
    return `no test budget could be read on the key${budgetTrouble ? ` (${budgetTrouble})` : ''}; \`verify-budget\` says what is set`;
  if (budgetNanoUsd <= 0) return 'nothing is left of the test budget';
  if (maxNanoUsd !== undefined && budgetNanoUsd > maxNanoUsd)
    return `${renderUsd(budgetNanoUsd)} are left on the key, and \`verify-max-cost\` is ${renderUsd(maxNanoUsd)}: set a small budget for the test, or raise the maximum`;
  return undefined;
}

function maxOf(probe: Probe, facts: PlanFacts): number {
  const { price, fallbackPrice, budgetNanoUsd = 0, endpoints, requestCeiling = HIGH_CEILING } = facts;
  const call = (output: number, at = price) => priceAtMost(at, PROMPT_TOKENS_AT_MOST, output);
  switch (probe) {
    case 'exhaustion':
      return Math.max(
        Math.ceil(budgetNanoUsd * EXHAUSTION_SHARE),
        budgetNanoUsd + CALLS_BEYOND * call(HIGH_CEILING),
      );
    case 'request-ceiling': {
      const whole = endpoints * 2 * call(HIGH_CEILING) + call(requestCeiling * 2);
      // The budget is for the exhaustion; a ceiling that eats it up proves nothing.
      return budgetNanoUsd > 0 ? Math.min(whole, Math.ceil(budgetNanoUsd * CEILING_SHARE)) : whole;
    }
    case 'fallback':
      return call(SHORT_CEILING, fallbackPrice);
    case 'isolation':
      return 2 * call(SHORT_CEILING);
    case 'happy-path':
      // Besides the endpoints, a wrong key is tried.
      return (endpoints + 1) * call(SHORT_CEILING);
  }
}
