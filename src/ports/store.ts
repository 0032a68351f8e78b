import type { GateEntry, GateReading } from '../core/gate.js';
import type { SpendEntry } from '../core/ledger.js';

/** Spend of past runs. `complete: false`: runs may be missing, and `evidence` says why. */
export interface SpendHistory {
  readonly entries: readonly SpendEntry[];
  readonly complete: boolean;
  readonly evidence: string;
}

/** Whether something was really kept; a store that cannot say so has not kept it. */
export type Saved = { readonly saved: true } | { readonly saved: false; readonly reason: string };

/** Where gates and spend history live between runs. No method throws: what went wrong is in the answer. */
export interface Store {
  readonly id: string;
  readGate(gate: string, blockForMs: number | undefined): Promise<GateReading>;
  saveGate(entry: GateEntry): Promise<Saved>;
  readSpend(): Promise<SpendHistory>;
  /** Merges by entry id: saving the same entry again changes nothing. */
  mergeSpend(entries: readonly SpendEntry[]): Promise<Saved>;
}
