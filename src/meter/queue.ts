/**
 * Calls that wait until others have settled: for a while, and no longer than their client. A smaller one may pass a larger one
 * that came before it, but not without end.
 */
import type { Admission, Ask, Client } from './admission.js';

interface Waiter {
  readonly ask: Ask;
  readonly resolve: (admission: Admission) => void;
  readonly timer: NodeJS.Timeout;
  /** Calls that came later and left earlier. */
  overtaken: number;
  /** A connection outlives its calls: it must not hold the ones that have left the queue. */
  forget: () => void;
}

/** Clients that go away together are heard of one after the other: a call that has waited waits for so long to hear of its own. */
export const MOMENT_MS = 10;
export const CLIENT_GONE = 'The client went away.';
const MAX_WAIT_MS = 5 * 60_000;
/** After so many, all others wait as well: calls in flight come to an end, and the one that waits has all the room. */
const MAX_OVERTAKEN = 8;

export class Queue {
  readonly #onGivenUp: () => void;
  #waiters: Waiter[] = [];
  #isDeciding = false;

  /** @param onGivenUp called when one has left without a decision: those whom it held up can be asked again */
  constructor(onGivenUp: () => void) {
    this.#onGivenUp = onGivenUp;
  }

  /** Calls that wait, besides the one that is being decided. */
  get others(): number {
    return this.#waiters.length - (this.#isDeciding ? 1 : 0);
  }

  /** True while somebody has been overtaken too often: then no call may leave before that one. */
  get isClosed(): boolean {
    return this.#waiters.some(isDue);
  }

  /** A call has left that came after all of those who wait. */
  noteOvertaken(): void {
    for (const waiter of this.#waiters) waiter.overtaken += 1;
  }

  /** Resolves when `retry` decides, when the time is over, or when the client goes away. */
  wait(ask: Ask, client: Client): Promise<Admission> {
    return new Promise((resolve) => {
      const giveUp = (reason: string) => () => {
        this.#leave(waiter, { kind: 'refused', reason });
        this.#onGivenUp();
      };
      const late = giveUp(`This call waited ${MAX_WAIT_MS / 60_000} minutes for calls in flight to settle.`);
      const timer = setTimeout(late, MAX_WAIT_MS).unref();
      const waiter: Waiter = { ask, resolve, timer, overtaken: 0, forget: () => undefined };
      this.#waiters.push(waiter);
      waiter.forget = client.whenGone(giveUp(CLIENT_GONE));
    });
  }

  /** Asks again for everyone who waits, in the order they came. */
  retry(decide: (ask: Ask) => Admission | { readonly kind: 'wait' }): void {
    const passed: Waiter[] = [];
    for (const waiter of [...this.#waiters]) {
      this.#isDeciding = true;
      const decision = decide(waiter.ask);
      this.#isDeciding = false;
      if (decision.kind === 'wait') {
        if (isDue(waiter)) return;
        passed.push(waiter);
      } else {
        this.#leave(waiter, decision);
        if (decision.kind === 'admitted') for (const earlier of passed) earlier.overtaken += 1;
      }
    }
  }

  #leave(waiter: Waiter, admission: Admission): void {
    this.#waiters = this.#waiters.filter((candidate) => candidate !== waiter);
    clearTimeout(waiter.timer);
    waiter.forget();
    waiter.resolve(admission.kind === 'admitted' ? { ...admission, hasWaited: true } : admission);
  }
}

function isDue({ overtaken }: Waiter): boolean {
  return overtaken >= MAX_OVERTAKEN;
}
