/**
 * Limits by subagent, as far as the agent tells its subagents apart. A call over one of them is refused alone, and the main
 * loop goes on without that subagent; one that does not take the hint ends the run, so that nothing loops.
 *
 * Calls of subagents that name no id count as one subagent's. What the agent tells is no proof: the limits of the run hold
 * whoever calls.
 */
import { countOf } from '../core/count-of.js';
import type { LimitName, RunLimits } from '../core/limits.js';
import { renderRefusal, type Stop, stopAt, type Ticket } from './admission.js';
import type { CallerMark } from './caller-mark.js';
import { Flight } from './flight.js';
import type { Room } from './room.js';

type SubagentLimits = Pick<RunLimits, 'maxSubagents' | 'maxSubagentDepth' | 'maxSubagentTokens'>;
type Held = Pick<Ticket, 'inputTokens' | 'outputTokens'>;

/** Why a call may not leave; with `stop` where the run ends as well. */
export interface Refusal {
  readonly reason: string;
  readonly stop?: Stop;
}

interface Subagent {
  readonly depth: number;
  /** Spent, as far as calls have settled. */
  tokens: number;
}

/** An agent that sends a refused subagent on again and again gets nowhere, and neither does one that keeps starting others. */
const MAX_REFUSALS_OF_ONE = 3;
const MAX_REFUSED_SUBAGENTS = 100;
/** Subagents that are remembered where their number is not limited: an agent may make up ids without end. */
const MAX_REMEMBERED = 10_000;

/** What was refused at one limit. */
export interface RefusedCalls {
  readonly calls: number;
  /** What the last one of them met, with figures. */
  readonly state: string;
}

export class Subagents {
  /** By the limit that refused them; under `observe` what it would have refused. */
  readonly refused = new Map<LimitName, RefusedCalls>();
  readonly #limits: SubagentLimits;
  readonly #known = new Map<string, Subagent>();
  readonly #refusals = new Map<string, number>();
  readonly #held = new Flight<{ readonly ticket: Held; readonly subagent: Subagent }>();

  constructor(limits: SubagentLimits) {
    this.#limits = limits;
  }

  /** Before a call may leave: is its subagent one too many, or too deep? */
  check(caller: CallerMark | undefined): Refusal | undefined {
    const key = this.#keyOf(caller);
    if (caller === undefined || key === undefined || this.#known.has(key)) return undefined;
    const { maxSubagents, maxSubagentDepth } = this.#limits;
    const depth = this.#depthOf(caller);
    if (maxSubagents !== undefined && this.#known.size >= maxSubagents)
      return this.#refuse(
        key,
        'max-subagents',
        `this run may start ${countOf(maxSubagents, 'subagent')}, not one more`,
      );
    if (maxSubagentDepth !== undefined && depth > maxSubagentDepth) {
      const state = `this subagent is ${depth} deep, and ${maxSubagentDepth} is allowed`;
      return this.#refuse(key, 'max-subagent-depth', state);
    }
    return undefined;
  }

  /** The room of the run, narrowed to what the caller's own subagent has left. */
  narrow(caller: CallerMark | undefined, inputTokens: number, room: Room): Room {
    const { maxSubagentTokens } = this.#limits;
    if (maxSubagentTokens === undefined || this.#keyOf(caller) === undefined) return room;
    const left = Math.max(0, maxSubagentTokens - this.#used(caller) - inputTokens);
    return left < room.outputTokens ? { outputTokens: left, binding: 'max-subagent-tokens' } : room;
  }

  /** True while calls of the caller's own subagent are in flight: what they do not use comes back. */
  isBusy(caller: CallerMark | undefined): boolean {
    const own = this.#stateOf(caller);
    return own !== undefined && this.#held.some(({ subagent }) => subagent === own);
  }

  /** For a call that does not fit into what its subagent has left. */
  refuseTokens(caller: CallerMark | undefined, inputTokens: number): Refusal {
    const used = `${this.#used(caller)} of ${this.#limits.maxSubagentTokens} tokens of this subagent are used`;
    const state = `${used}, and the call needs about ${inputTokens} input tokens and an answer`;
    // Without the figures: OpenCode takes a 500 in the words of an error for the status of a server that may recover.
    const told = 'this subagent has used the tokens it may, or this call could pass them';
    return this.#refuse(this.#keyOf(caller) ?? '', 'max-subagent-tokens', state, told);
  }

  noteSent(caller: CallerMark | undefined, ticket: Held): void {
    const key = this.#keyOf(caller);
    if (caller === undefined || key === undefined) return;
    const isFull = this.#known.size >= Math.min(this.#limits.maxSubagents ?? MAX_REMEMBERED, MAX_REMEMBERED);
    // One that was refused is sent only where nothing is refused, and is no more welcome for it.
    if (!this.#known.has(key) && !isFull && !this.#refusals.has(key))
      this.#known.set(key, { depth: this.#depthOf(caller), tokens: 0 });
    const subagent = this.#known.get(key);
    if (subagent) this.#held.add({ ticket, subagent });
  }

  /** Replaces what a call held by what it used; nothing where it never left, or is not billed. */
  settle(ticket: Held, usedTokens: number): void {
    const held = this.#held.find((candidate) => candidate.ticket === ticket);
    if (held === undefined) return;
    this.#held.delete(held);
    held.subagent.tokens += usedTokens;
  }

  /** Which subagent's a call is; `undefined` for the calls of the main loop and of nobody known. */
  #keyOf(caller: CallerMark | undefined): string | undefined {
    if (caller === undefined) return undefined;
    const { agentId } = caller;
    if (caller.caller === 'subagent') return agentId ?? '';
    // A subagent's own helpers, such as its compaction, spend for it, and are as welcome as it is.
    const isSubagents = agentId !== undefined && (this.#known.has(agentId) || this.#refusals.has(agentId));
    return isSubagents ? agentId : undefined;
  }

  #stateOf(caller: CallerMark | undefined): Subagent | undefined {
    return this.#known.get(this.#keyOf(caller) ?? '');
  }

  #used(caller: CallerMark | undefined): number {
    const own = this.#stateOf(caller);
    let used = own?.tokens ?? 0;
    for (const { ticket, subagent } of this.#held)
      if (subagent === own) used += ticket.inputTokens + ticket.outputTokens;
    return used;
  }

  #depthOf({ parentAgentId }: CallerMark): number {
    return (this.#known.get(parentAgentId ?? '')?.depth ?? 0) + 1;
  }

  /** @param told what the agent hears in place of the state */
  #refuse(key: string, limit: LimitName, state: string, told = state): Refusal {
    const refusals = (this.#refusals.get(key) ?? 0) + 1;
    const isFull = this.#refusals.size >= MAX_REFUSED_SUBAGENTS && !this.#refusals.has(key);
    if (!isFull) this.#refusals.set(key, refusals);
    this.refused.set(limit, { calls: (this.refused.get(limit)?.calls ?? 0) + 1, state });
    const isLoop = refusals >= MAX_REFUSALS_OF_ONE || isFull;
    if (!isLoop)
      return { reason: `spendgate refused this call at the limit \`${limit}\`: ${told}. ${ADVICE}` };
    const stop = stopAt(limit, `${state}, and calls go on after ${refusals} refusals of this subagent`);
    return { reason: renderRefusal(stop), stop };
  }
}

const ADVICE = 'Do not retry; end this subagent, and let the main loop go on without it.';
