/** The books of a run: what is spent, and what is held for calls that are under way. */
import type { TokenWeights } from '../core/weights.js';
import type { Ask, Settlement, Ticket } from './admission.js';
import type { Look } from './densest.js';
import { Flight } from './flight.js';
import { Reckoner } from './reckoner.js';
import type { Used } from './room.js';

/** What ended calls came to, and how many calls and retries were made, those under way included. */
export interface Spent extends Used {
  readonly requests: number;
  readonly retries: number;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export class Books {
  /** What calls come to that nobody counted. */
  readonly reckoner: Reckoner;
  readonly #spent: Writable<Spent> = {
    inputTokens: 0,
    outputTokens: 0,
    costNanoUsd: 0,
    weightedTokens: 0,
    requests: 0,
    retries: 0,
  };
  readonly #held = new Flight<Ticket>();
  /** Held by requests that are no call unless they turn out to cost something. */
  readonly #warmUps = new WeakSet<Ticket>();
  readonly #retries = new WeakSet<Ticket>();

  constructor(weights: TokenWeights) {
    this.reckoner = new Reckoner(weights);
  }

  get spent(): Spent {
    return this.#spent;
  }

  /** Calls under way. */
  get inFlight(): number {
    return this.#held.size;
  }

  /** Spent and held together. */
  used(): Used {
    const used = { ...this.#spent };
    for (const ticket of this.#held) addTo(used, ticket);
    return used;
  }

  /** The same, if the bytes of those under way are as dense as bytes can be. */
  usedAtDensest(look: Look): Used {
    const used = { ...this.#spent };
    for (const { densest } of this.#held) addTo(used, look(densest));
    return used;
  }

  /** The first call of a kind goes alone: only its answer tells how many tokens its bytes are. */
  mustLearnFirst(kind: string): boolean {
    return !this.reckoner.input.hasLearned(kind) && this.#held.some((ticket) => ticket.kind === kind);
  }

  hold(ticket: Ticket, { isWarmUp, isRetry }: Pick<Ask, 'isWarmUp' | 'isRetry'>): void {
    this.#held.add(ticket);
    if (isWarmUp) {
      this.#warmUps.add(ticket);
      return;
    }
    this.#spent.requests += 1;
    if (!isRetry) return;
    this.#retries.add(ticket);
    this.#spent.retries += 1;
  }

  /** Counts a call whose usage nobody can read. */
  noteUnmetered(): void {
    this.#spent.requests += 1;
  }

  /** Gives back what a call held that never left; false when nothing is held. */
  release(ticket: Ticket): boolean {
    if (!this.#held.delete(ticket)) return false;
    if (!this.#warmUps.has(ticket)) this.#spent.requests -= 1;
    if (this.#retries.has(ticket)) this.#spent.retries -= 1;
    return true;
  }

  /** What was held for a call that has ended is held no more; false when nothing was. */
  close(ticket: Ticket): boolean {
    if (!this.#held.delete(ticket)) return false;
    if (this.#warmUps.has(ticket)) this.#spent.requests += 1;
    return true;
  }

  /** Enters what an ended call came to, and what earlier ones come to by what is known now. */
  enter(ticket: Ticket, settlement: Exclude<Settlement, { kind: 'none' }>, durationMs: number): Used {
    const call = this.reckoner.reckon(ticket, settlement, durationMs);
    addTo(this.#spent, call);
    for (const { before, after } of this.reckoner.revise()) {
      addTo(this.#spent, before, -1);
      addTo(this.#spent, after);
    }
    return call;
  }
}

function addTo(sum: Writable<Used>, call: Used, times = 1): void {
  sum.inputTokens += times * call.inputTokens;
  sum.outputTokens += times * call.outputTokens;
  sum.costNanoUsd += times * call.costNanoUsd;
  sum.weightedTokens += times * call.weightedTokens;
}
