import type { GateEntry, GateReading } from '../core/gate.js';
import type { SpendEntry } from '../core/ledger.js';
import type { Sighting } from '../core/sighting.js';
import type { GitHub } from './github.js';
import type { Clock } from './platform.js';

/**
 * Spend of past runs. `complete: false`: runs may be missing, and `evidence` says why.
 * `readable: false`: nobody could look, which is not the same as "nothing was spent".
 */
export interface SpendHistory {
  readonly entries: readonly SpendEntry[];
  readonly readable: boolean;
  readonly complete: boolean;
  readonly evidence: string;
}

/** Whether something was really kept; a store that cannot say so has not kept it. */
export type Saved = { readonly saved: true } | { readonly saved: false; readonly reason: string };

/** Whether something was said before: `unknown` when the store could not tell. */
export type Claim = 'new' | 'known' | 'unknown';

/** Where gates and spend history live between runs. No method throws: what went wrong is in the answer. */
export interface Store {
  readonly id: string;
  readGate(gate: string, blockForMs: number | undefined): Promise<GateReading>;
  saveGate(entry: GateEntry): Promise<Saved>;
  readSpend(): Promise<SpendHistory>;
  /** Merges by entry id: saving the same entry again changes nothing. */
  mergeSpend(entries: readonly SpendEntry[]): Promise<Saved>;
  /** The newest sighting of a key's count; `undefined` when there is none, or nobody could look. */
  readSighting(key: string): Promise<Sighting | undefined>;
  saveSighting(sighting: Sighting): Promise<Saved>;
  /** Claims a name once over all runs, for what people should be told a single time. */
  claim(name: string): Promise<Claim>;
  /** Whether a name was claimed, without claiming it; false where nobody can tell. */
  isClaimed(name: string): Promise<boolean>;
}

/** What a store may need to know about the run. */
export interface StoreContext {
  readonly isActions: boolean;
  /** False where the runner offers no cache service, so that its client need not be loaded to say so. */
  readonly hasCacheService: boolean;
  readonly runId: string;
  readonly runAttempt: number;
  readonly defaultBranch: string | undefined;
  /** Folder that is kept between runs. */
  readonly stateDir: string;
  readonly clock: Clock;
  /** `undefined` without a token. */
  readonly github: GitHub | undefined;
}

/** One kind of store, as it stands in the list. */
export interface StoreKind {
  readonly id: string;
  readonly summary: string;
  isFor(context: StoreContext): boolean;
  create(context: StoreContext): Store;
}
