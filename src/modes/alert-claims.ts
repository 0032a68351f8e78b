/** What people were told, kept in the store: each name is claimed by the first run that tells. */
import { HINT_MS, withDeadline } from '../core/deadline.js';
import type { AlertDesk } from '../ports/alerts.js';
import type { Claim, Store } from '../ports/store.js';

const UNDELIVERED = 'undelivered';
const AGAIN = 'again';

type Parts = readonly string[];

/** For one step. Claims are made one after the other: a store has one place to prepare them. */
export class AlertClaims {
  readonly #store: Store;
  readonly #desk: AlertDesk;
  /** A store that could not say is not asked again. */
  #isDown = false;

  constructor(store: Store, desk: AlertDesk) {
    this.#store = store;
    this.#desk = desk;
  }

  /** What was claimed and reached nobody is news once more; what the store does not know is news too. */
  async isNews(parts: Parts): Promise<boolean> {
    if ((await this.#claim(parts)) !== 'known') return true;
    const lost = this.#store.isClaimed(this.#desk.nameOf([...parts, UNDELIVERED]));
    const isLost = await withDeadline(lost, HINT_MS, () => false);
    return isLost && (await this.#claim([...parts, AGAIN])) === 'new';
  }

  /** So that nobody is told of these. */
  async cover(all: readonly Parts[]): Promise<void> {
    for (const parts of all) await this.#claim(parts);
  }

  /** So that a later run tries once more. */
  async noteUndelivered(all: readonly Parts[]): Promise<void> {
    await this.cover(all.map((parts) => [...parts, UNDELIVERED]));
  }

  async #claim(parts: Parts): Promise<Claim> {
    if (this.#isDown) return 'unknown';
    const claiming = this.#store.claim(this.#desk.nameOf(parts));
    const claim = await withDeadline<Claim>(claiming, HINT_MS, () => 'unknown');
    this.#isDown = claim === 'unknown';
    return claim;
  }
}
