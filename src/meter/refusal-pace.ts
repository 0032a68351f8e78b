/**
 * Slows down a client that goes on after it was refused: it may neither fill the ledger with what was refused nor keep the
 * meter busy, however long nobody comes to end it.
 */
import { withDeadline } from '../core/deadline.js';

/** In a row, which no client comes to that takes a refusal for what it is. */
const MAX_AT_ONCE = 100;
const PAUSE_MS = 1000;

export class RefusalPace {
  readonly #over = Promise.withResolvers<void>();
  #inARow = 0;

  noteSent(): void {
    this.#inARow = 0;
  }

  /** Resolves when the refusal may be told. */
  async noteRefused(): Promise<void> {
    this.#inARow += 1;
    if (this.#inARow > MAX_AT_ONCE) await withDeadline(this.#over.promise, PAUSE_MS, () => undefined);
  }

  /** The meter closes, and waits for nobody. */
  end(): void {
    this.#over.resolve();
  }
}
