/** Calls as an agent logged them. The same call may stand in several lines and files, and its figures may still grow. */
import { z } from 'zod';
import { readUsd } from '../../core/money.js';
import { sumKnown } from '../../core/usage.js';
import type { AgentReport } from '../../ports/agent.js';
import { sumReported } from '../../wire/tokens.js';

/** No run costs that much; a figure above it is damage. */
const MOST_USD = 1_000_000;

/** A cost in dollars as agents write it, as nano-USD. */
export const reportedUsd = z.number().nonnegative().max(MOST_USD).nullish().transform(readUsd);

/** A figure with the parts that an agent counts beside it; not known when the figure itself is not. */
export function withParts(
  figure: number | undefined,
  ...parts: readonly (number | undefined)[]
): number | undefined {
  return figure === undefined ? undefined : sumReported(figure, ...parts);
}

export interface ReportedCall {
  /** Cached tokens included. */
  readonly inputTokens: number | undefined;
  /** Reasoning included. */
  readonly outputTokens: number | undefined;
  readonly costNanoUsd?: number | undefined;
}

export class ReportedCalls {
  readonly #byId = new Map<string, ReportedCall>();

  /** @param id what repeated lines of one call share; a call without one counts by itself */
  add(id: string | undefined, call: ReportedCall): void {
    const key = id ?? `#${this.#byId.size}`;
    const known = this.#byId.get(key);
    this.#byId.set(key, {
      inputTokens: larger(known?.inputTokens, call.inputTokens),
      outputTokens: larger(known?.outputTokens, call.outputTokens),
      costNanoUsd: larger(known?.costNanoUsd, call.costNanoUsd),
    });
  }

  /** `undefined` when no call was logged; a sum is not known when one of its parts is not. */
  sums(): Pick<AgentReport, 'inputTokens' | 'outputTokens' | 'costNanoUsd'> | undefined {
    const calls = [...this.#byId.values()];
    if (calls.length === 0) return undefined;
    return {
      inputTokens: sumKnown(calls.map((call) => call.inputTokens)),
      outputTokens: sumKnown(calls.map((call) => call.outputTokens)),
      costNanoUsd: sumKnown(calls.map((call) => call.costNanoUsd)),
    };
  }
}

/** A line that is written while an answer still comes holds less than the last one. */
function larger(known: number | undefined, given: number | undefined): number | undefined {
  return known === undefined || given === undefined ? (known ?? given) : Math.max(known, given);
}
