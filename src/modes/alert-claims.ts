/** What people were told, kept in the store: each name is claimed by the first run that tells. */
import { HINT_MS, withDeadline } from '../core/deadline.js';
import type { AlertDesk } from '../ports/alerts.js';
import type { Claim, Store } from '../ports/store.js';

/** A claim that was left under way is waited for this long where it matters what became of it. */
const LANDING_MS = 20_000;
const UNDELIVERED = 'undelivered';
const AGAIN = 'again';

type Parts = readonly string[];

/** For one step. Claims are made one after the other: a store has one place to prepare them. */
export class AlertClaims {
  readonly #store: Store;
  readonly #desk: AlertDesk;
  /** What was claimed when somebody looked. */
  #found: ReadonlySet<string> = new Set();
  /** The store did not answer in time, or could not look: it is not asked again. */
  #isDown = false;
  /** The store takes nothing from this run: every further try would be one more warning in the log. */
  #isReadOnly = false;
  /** Claims of this step by name, some of them still under way. */
  readonly #claims = new Map<string, Promise<Claim>>();

  constructor(store: Store, desk: AlertDesk) {
    this.#store = store;
    this.#desk = desk;
  }

  /** Asks once for all that may be told, and for what need not be told with it. */
  async look(all: readonly Parts[]): Promise<void> {
    const names = all.flatMap((parts) => [parts, [...parts, UNDELIVERED], [...parts, AGAIN]]);
    const finding = this.#store.findClaims(names.map((parts) => this.#desk.nameOf(parts)));
    const found = await withDeadline(finding, HINT_MS, () => undefined);
    this.#isDown = found === undefined;
    this.#found = found ?? this.#found;
  }

  /**
   * What was claimed and reached nobody is news once more. Where the store does not answer everything is news; where it
   * keeps nothing that this run says, only what no other run would tell.
   */
  async isNews(parts: Parts, isOwn: boolean): Promise<boolean> {
    const claim = await this.#claim(parts);
    if (claim === 'refused') return isOwn;
    if (claim !== 'known') return true;
    return this.#isFound([...parts, UNDELIVERED]) && (await this.#claim([...parts, AGAIN])) === 'new';
  }

  /** So that nobody is told of these; and what was found is not forgotten. */
  async keep(covered: readonly Parts[]): Promise<void> {
    for (const parts of covered) await this.#claim(parts);
    if (this.#isDown || this.#isReadOnly) return;
    await withDeadline(this.#store.tendClaims(), HINT_MS, () => undefined);
  }

  /**
   * So that a later run tries once more. A claim that was given up on may have been kept all the same, and would silence
   * every later run.
   */
  async noteUndelivered(all: readonly Parts[]): Promise<void> {
    for (const parts of all) {
      const claiming = this.#claims.get(this.#desk.nameOf(parts));
      if (claiming === undefined) continue;
      const claim = await withDeadline<Claim>(claiming, LANDING_MS, () => 'unknown');
      if (claim === 'new' || claim === 'unknown') await this.#ask([...parts, UNDELIVERED]);
    }
  }

  #isFound(parts: Parts): boolean {
    return this.#found.has(this.#desk.nameOf(parts));
  }

  async #claim(parts: Parts): Promise<Claim> {
    if (this.#isFound(parts)) return 'known';
    if (this.#isDown) return 'unknown';
    if (this.#isReadOnly) return 'refused';
    const claim = await this.#ask(parts);
    this.#isDown = claim === 'unknown';
    this.#isReadOnly = claim === 'refused';
    return claim;
  }

  async #ask(parts: Parts): Promise<Claim> {
    const name = this.#desk.nameOf(parts);
    const claiming = this.#store.claim(name);
    this.#claims.set(name, claiming);
    return withDeadline<Claim>(claiming, HINT_MS, () => 'unknown');
  }
}
