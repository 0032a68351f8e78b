/** Calls that wait until others have settled: in the order they came, for a while, and no longer than their client. */
import type { Admission, Ask, Client } from './admission.js';

interface Waiter {
  readonly ask: Ask;
  readonly resolve: (admission: Admission) => void;
  readonly timer: NodeJS.Timeout;
  /** A connection outlives its calls: it must not hold the ones that have left the queue. */
  forget: () => void;
}

export const CLIENT_GONE = 'The client went away.';
const MAX_WAIT_MS = 5 * 60_000;

export class Queue {
  #waiters: Waiter[] = [];
  #isDeciding = false;

  /** Calls that wait, besides the one that is being decided. */
  get others(): number {
    return this.#waiters.length - (this.#isDeciding ? 1 : 0);
  }

  /** Resolves when `retry` decides, when the time is over, or when the client goes away. */
  wait(ask: Ask, client: Client): Promise<Admission> {
    return new Promise((resolve) => {
      const giveUp = (reason: string) => () => this.#leave(waiter, { kind: 'refused', reason });
      const late = giveUp(`This call waited ${MAX_WAIT_MS / 60_000} minutes for calls in flight to settle.`);
      const timer = setTimeout(late, MAX_WAIT_MS).unref();
      const waiter: Waiter = { ask, resolve, timer, forget: () => undefined };
      this.#waiters.push(waiter);
      waiter.forget = client.whenGone(giveUp(CLIENT_GONE));
    });
  }

  /** Asks again for everyone who waits. */
  retry(decide: (ask: Ask) => Admission | { readonly kind: 'wait' }): void {
    for (const waiter of [...this.#waiters]) {
      this.#isDeciding = true;
      const decision = decide(waiter.ask);
      this.#isDeciding = false;
      if (decision.kind !== 'wait') this.#leave(waiter, decision);
    }
  }

  #leave(waiter: Waiter, admission: Admission): void {
    this.#waiters = this.#waiters.filter((candidate) => candidate !== waiter);
    clearTimeout(waiter.timer);
    waiter.forget();
    waiter.resolve(admission);
  }
}
