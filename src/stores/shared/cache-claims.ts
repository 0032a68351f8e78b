/** Names that are claimed once, as entries of the Actions cache: one can be made once in its scope, so making it is the claim. */
import { gateSlug } from '../../core/gate.js';
import type { CacheListing } from '../../ports/github.js';
import type { Claim, StoreContext } from '../../ports/store.js';
import type { CacheAccess } from './cache-access.js';
import type { Patience } from './patience.js';

/** Hashed as written, so this is a fixed literal: a path of the runner's would change the entry's version. */
const CLAIM_FILE = '.spendgate/claim.json';
const CLAIM_PREFIX = 'spendgate.claim.v1.';
const RENEW_MS = 3 * 24 * 60 * 60_000;

export class CacheClaims {
  readonly #cache: CacheAccess;
  readonly #patience: Patience;
  readonly #clock: StoreContext['clock'];
  /** What the list of caches held of claims when it was read last, by key. */
  #listed: ReadonlyMap<string, readonly CacheListing[]> = new Map();

  constructor(cache: CacheAccess, patience: Patience, clock: StoreContext['clock']) {
    this.#cache = cache;
    this.#patience = patience;
    this.#clock = clock;
  }

  async find(names: readonly string[]): Promise<ReadonlySet<string> | undefined> {
    const keys = names.map(claimKey);
    const found = await this.#patience.ask(() => this.#findKeys(keys), undefined);
    return found && new Set(names.filter((_, index) => found.has(keys[index] ?? '')));
  }

  /** One list holds the claims of every scope; without it each is looked up in the scopes of this run. */
  async #findKeys(keys: readonly string[]): Promise<ReadonlySet<string>> {
    const listed = await this.#cache.list(commonPrefix(keys));
    if ('caches' in listed) {
      const entries = keys.map(
        (key) => [key, listed.caches.filter((entry) => isClaimOf(key, entry.key))] as const,
      );
      this.#listed = new Map(entries.filter(([, claims]) => claims.length > 0));
      return new Set(this.#listed.keys());
    }
    const found = await Promise.all(keys.map((key) => this.#isClaimed(key)));
    return new Set(keys.filter((_, index) => found[index]));
  }

  async claim(name: string): Promise<Claim> {
    const key = claimKey(name);
    const { saved } = await this.#cache.save(CLAIM_FILE, key, `${JSON.stringify(name)}\n`);
    if (saved) return 'new';
    // A save that was refused looks the same whether the entry is there or this run may not write.
    const isThere = await this.#patience.ask(() => this.#isClaimed(key), false);
    if (isThere) return 'known';
    return this.#patience.isOver ? 'unknown' : 'refused';
  }

  /** An entry that nobody reads is evicted after a week, and the list reads none: a claim lives on in a newer one. */
  async tend(): Promise<void> {
    const now = this.#clock.now().getTime();
    for (const [key, listed] of this.#listed) {
      const newest = Math.max(...listed.map(({ createdAt }) => Date.parse(createdAt)));
      if (now - newest < RENEW_MS) continue;
      const renewed = await this.#cache.save(CLAIM_FILE, `${key}.${String(now).padStart(15, '0')}`, '\n');
      if (!renewed.saved) return;
    }
  }

  async #isClaimed(key: string): Promise<boolean> {
    const found = await this.#cache.lookUp(CLAIM_FILE, key).catch(() => undefined);
    return found !== undefined && isClaimOf(key, found);
  }
}

function claimKey(name: string): string {
  return `${CLAIM_PREFIX}${gateSlug(name)}`;
}

/** The claim itself, or a newer entry in which it lives on. */
function isClaimOf(key: string, found: string): boolean {
  return found === key || found.startsWith(`${key}.`);
}

/** What all of them begin with; each of them begins with that of claims. */
function commonPrefix(keys: readonly string[]): string {
  const [first = CLAIM_PREFIX, ...others] = keys;
  let length = first.length;
  while (!others.every((key) => key.startsWith(first.slice(0, length)))) length -= 1;
  return first.slice(0, length);
}
