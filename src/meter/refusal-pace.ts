/**
 * Slows down a client that goes on after it was refused: it may neither fill the ledger with what was refused nor keep the
 * meter busy, however long nobody comes to end it.
 */
import { sleep } from '../core/deadline.js';

/** In a row, which no client comes to that takes a refusal for what it is. */
const MAX_AT_ONCE = 100;
const PAUSE_MS = 1000;

export class RefusalPace {
  #inARow = 0;

  noteSent(): void {
    this.#inARow = 0;
  }

  /** Resolves when the refusal may be told. */
  async noteRefused(): Promise<void> {
    this.#inARow += 1;
    if (this.#inARow > MAX_AT_ONCE) await sleep(PAUSE_MS);
  }
}
