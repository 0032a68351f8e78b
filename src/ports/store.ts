import type { GateEntry, GateReading, GateStanding } from '../core/gate.js';
import type { SpendEntry } from '../core/ledger.js';
import type { ReportLink } from '../core/report.js';
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
  /** Until when more may have been spent than the entries tell, in ms since 1970; left out where nothing says so. */
  readonly unseenUntilMs?: number | undefined;
}

/** Whether something was really kept; a store that cannot say so has not kept it. */
export type Saved = Kept | { readonly saved: false; readonly reason: string };

export interface Kept {
  readonly saved: true;
  /** Where it was not kept although it should be there too, and why; parts of a sentence. */
  readonly missing?: string;
  /** That an earlier closing goes on when the time of this one is over, which it therefore has as well; a sentence. */
  readonly outlasted?: string;
  /** How to undo it there; a sentence. */
  readonly hint?: string;
  /** Addresses in the hint. */
  readonly links?: readonly ReportLink[];
  /** Why nobody can be sure that others see it already; a sentence. */
  readonly unconfirmed?: string;
}

/**
 * Whether something was said before. `refused`: it is not known to be, and the store keeps nothing that this run says;
 * `unknown`: the store did not answer.
 */
export type Claim = 'new' | 'known' | 'refused' | 'unknown';

/** Where the states of gates live between runs. No method throws: what went wrong is in the answer. */
export interface GateStore {
  readonly id: string;
  /** @param wantsAll who decided and why is looked up for an open gate too, which costs a moment */
  readGate(gate: string, blockForMs: number | undefined, wantsAll?: boolean): Promise<GateReading>;
  saveGate(entry: GateEntry): Promise<Saved>;
  /**
   * Looks after a gate as this store read it last: a state that could be forgotten is kept again, what is over is tidied.
   * Changes no state, and does nothing where this run is not trusted to. What it did or could not do, in sentences.
   */
  tendGate(gate: string): Promise<readonly string[]>;
}

/** Where gates and spend history live between runs. No method throws: what went wrong is in the answer. */
export interface Store extends GateStore {
  readSpend(): Promise<SpendHistory>;
  /** Merges by entry id: saving the same entry again changes nothing. */
  mergeSpend(entries: readonly SpendEntry[]): Promise<Saved>;
  /** The newest sighting of a key's count; `undefined` when there is none, or nobody could look. */
  readSighting(key: string): Promise<Sighting | undefined>;
  saveSighting(sighting: Sighting): Promise<Saved>;
  /** Which of these names were claimed, by any run that can be seen from this one; `undefined` when the store did not answer. */
  findClaims(names: readonly string[]): Promise<ReadonlySet<string> | undefined>;
  /**
   * Claims a name once, for what people should be told a single time. Ask `findClaims` first: it can see claims of other
   * branches, which stand in the way of none here.
   */
  claim(name: string): Promise<Claim>;
  /** Looks after the claims that were found last: what could be forgotten is kept again. */
  tendClaims(): Promise<void>;
}

/** Which stores keep the state of gates: that of the place, an issue, or both. */
export const GATE_STORE_CHOICES = ['cache', 'issue', 'both'] as const;
export type GateStoreChoice = (typeof GATE_STORE_CHOICES)[number];

/** What a store may need to know about the run. */
export interface StoreContext extends GateStanding {
  readonly gateStore: GateStoreChoice;
  /** True where this step may open or close a gate, so that whoever may not read it is asked to let it write at once. */
  readonly changesGates?: boolean | undefined;
  /** False where the runner offers no cache service, so that its client need not be loaded to say so. */
  readonly hasCacheService: boolean;
  /** What the job may do with the cache, where the runner says so: `read`, `write`, `write-only`, `none`. */
  readonly cacheMode: string | undefined;
  /** Branch that a pull request goes to, whose entries it sees; `undefined` elsewhere. */
  readonly baseBranch?: string | undefined;
  readonly event: string;
  readonly runId: string;
  readonly runAttempt: number;
  readonly runUrl: string | undefined;
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
