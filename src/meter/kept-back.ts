/**
 * Calls of subagents and side calls that are refused, because what is left is kept for the main agent. They are counted, and
 * end where they lead nowhere: as long as the main agent goes on, each is refused alone.
 */
import type { LimitName } from '../core/limits.js';
import { renderRefusal, stopAt } from './admission.js';
import type { CallerMark } from './caller-mark.js';
import type { Refusal, RefusedCalls } from './subagents.js';

/** Refusals while the main agent makes no call: of one that has an id, and of all together. */
const MAX_OF_ONE = 3;
const MAX_OF_ALL = 100;

export class KeptBack {
  /** By the limit of which the rest is kept. */
  readonly refused = new Map<LimitName, RefusedCalls>();
  readonly #ofOne = new Map<string, number>();
  #ofAll = 0;

  refuse(caller: CallerMark | undefined, limit: LimitName): Refusal {
    const state = 'what was left of it was kept for the main agent to hand in';
    this.refused.set(limit, { calls: (this.refused.get(limit)?.calls ?? 0) + 1, state });
    this.#ofAll += 1;
    const inARow = this.#countOf(caller?.agentId);
    if (inARow < MAX_OF_ONE && this.#ofAll < MAX_OF_ALL) return { reason: reasonAt(limit) };
    const calls = inARow < MAX_OF_ONE ? `${this.#ofAll} refusals` : `${inARow} refusals of this subagent`;
    const stop = stopAt(limit, `what is left is kept for the main agent, and calls go on after ${calls}`);
    return { reason: renderRefusal(stop), stop };
  }

  /** The main agent goes on: whoever was refused does not keep it from its work. */
  noteLeader(): void {
    this.#ofOne.clear();
    this.#ofAll = 0;
  }

  /** Those that have no id may be many, so that none of them is known to go on. */
  #countOf(agentId: string | undefined): number {
    if (agentId === undefined) return 0;
    const count = (this.#ofOne.get(agentId) ?? 0) + 1;
    this.#ofOne.set(agentId, count);
    return count;
  }
}

function reasonAt(limit: LimitName): string {
  return `spendgate refused this call: what is left of \`${limit}\` is kept for the main agent to hand in. Do not retry.`;
}
