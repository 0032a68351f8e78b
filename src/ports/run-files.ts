import type { Finding } from '../core/findings.js';
import type { LedgerLine } from '../core/ledger.js';
import type { UsageRecord } from '../core/record.js';
import type { Report } from '../core/report.js';
import type { BudgetMark } from '../core/sighting.js';

/** Where the calls of a run are kept while it lasts, and its record when it has ended. */
export interface RunLedger {
  /** Variable that tells later steps where to look: first the value below, then the one that sealing gives. */
  readonly variable: string;
  readonly opened: string;
  /** For a record that the disk did not take. */
  readonly lost: string;
  readonly path: string;
  append(line: LedgerLine): void;
  /** Writes the record; `undefined` when the disk refuses. The value carries its checksum. */
  seal(text: string): { readonly path: string; readonly value: string } | undefined;
}

export interface LostRecord {
  readonly code: 'bad-record' | 'record-changed';
  /** A sentence. */
  readonly why: string;
}

/** A record that was found, and what there is to say about how it was found. */
export interface FoundRecord {
  readonly record: UsageRecord;
  readonly origin: string;
  readonly findings: readonly Finding[];
  /** True when nothing has been remembered of the run yet: `wrap` could not finish, or had left before the agent began. */
  readonly isUnfinished: boolean;
  /** True where what was handed in cannot be, by what the job itself says of the run. */
  readonly isDisputed?: boolean;
  /** Why nobody knows what the run used, though the job says that it was kept. */
  readonly lost?: LostRecord;
  /** What to tell besides; only where the step that made the record has told nobody. */
  readonly facts?: Report['facts'];
}

export interface MarkFile {
  /** A variable for later steps, which carries the mark where steps hand variables on. */
  save(mark: BudgetMark): { readonly variable: string; readonly value: string };
  /** `undefined` when `pre` left none in this job. */
  find(): BudgetMark | undefined;
}
