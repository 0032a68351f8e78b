/** Bounds what is asked of a service that may hang, and remembers that it did: nobody waits for it twice. */
import { withDeadline } from '../../core/deadline.js';

export class Patience {
  readonly #timeoutMs: number;
  #isOver = false;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** True once an answer did not come in time, until one does. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** `late` when the answer does not come in time, and at once where one did not come before. */
  async ask<T>(ask: () => Promise<T>, late: T): Promise<T> {
    return this.#isOver ? late : this.insist(ask, late);
  }

  /** Asks whatever was before: for what a verdict hangs on. */
  async insist<T>(ask: () => Promise<T>, late: T): Promise<T> {
    let isLate = false;
    const answer = await withDeadline(ask(), this.#timeoutMs, () => {
      isLate = true;
      return late;
    });
    this.#isOver = isLate;
    return answer;
  }
}
