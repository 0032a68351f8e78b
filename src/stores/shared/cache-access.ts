/** The Actions cache, as far as what is kept in it needs to know. */
import type { CacheList } from '../../ports/github.js';
import type { Saved } from '../../ports/store.js';

/** Why there is no list. */
export interface Unlisted {
  readonly reason: string;
  /** True where there should have been one. */
  readonly isTrouble?: boolean;
}

export interface CacheAccess {
  /** False where there is no cache service. */
  isAvailable(): Promise<boolean>;
  /** @param ref leaves out the entries of all others */
  list(prefix: string, ref?: string): Promise<CacheList | Unlisted>;
  /** The newest key of this run's scopes that begins so; `undefined` for none, and for a service that is down. */
  lookUp(file: string, prefix: string): Promise<string | undefined>;
  /** Content of the entry with exactly this key. */
  restore(file: string, key: string): Promise<string | undefined>;
  /** The entry with this key, or the newest of this run's scopes whose key begins so. */
  restoreNewest(
    file: string,
    prefix: string,
  ): Promise<{ readonly key: string; readonly content: string } | undefined>;
  save(file: string, key: string, content: string): Promise<Saved>;
}
