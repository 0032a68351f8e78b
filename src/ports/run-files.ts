import type { Finding } from '../core/findings.js';
import type { CallEntry, LedgerLine } from '../core/ledger.js';
import type { UsageRecord } from '../core/record.js';

/** Where the calls of a run are kept while it lasts, and its record when it has ended. */
export interface RunLedger {
  /** The calls of this run, whether or not the disk took them. */
  readonly calls: readonly CallEntry[];
  append(line: LedgerLine): void;
  /** Writes the record; `undefined` when the disk refuses. The variable carries its checksum to later steps. */
  seal(
    text: string,
  ): { readonly path: string; readonly variable: string; readonly value: string } | undefined;
}

/** A record that was found, and what there is to say about how it was found. */
export interface FoundRecord {
  readonly record: UsageRecord;
  readonly origin: string;
  readonly findings: readonly Finding[];
  /** True when `wrap` could not finish, so that nothing has been remembered of the run yet. */
  readonly isUnfinished: boolean;
}
