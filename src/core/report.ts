/** What a mode has to say, before anybody decides where it is shown. */
import type { Finding } from './findings.js';
import type { GateState } from './gate.js';
import type { RunEnding } from './run-end.js';

/** One figure against what was expected of it. Strings are for people and not yet escaped. */
export interface ReportRow {
  readonly label: string;
  readonly observed: string;
  readonly expected: string;
  readonly limit: string;
  /** Share of the expected maximum, or of the limit where there is none; 1 is full. `undefined` draws no bar. */
  readonly share: number | undefined;
  /** What the share is a share of, told beside the bar; `undefined` where the row says it. */
  readonly shareOf?: 'expected' | 'limit' | undefined;
  readonly verdict: 'ok' | 'bad' | 'unknown' | 'none';
}

/** A small table besides the rows. Strings are for people and not yet escaped. */
export interface ReportTable {
  /** What it is about, such as `By model`. */
  readonly title?: string | undefined;
  readonly head: readonly string[];
  /** As wide as the head. */
  readonly rows: readonly (readonly string[])[];
  /** Bars beside the rows, one each; `of` says what they are shares of. 1 is full, `undefined` draws none. */
  readonly bars?: { readonly of: string; readonly shares: readonly (number | undefined)[] } | undefined;
}

/** An address of our own that stands in texts of a report. */
export interface ReportLink {
  readonly text: string;
  readonly url: string;
}

/** The run a report is about, as a row beside the runs before it. What is not known is `undefined`. */
export interface ReportRun {
  readonly runId: string;
  readonly runAttempt: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly commit: string | undefined;
  readonly verdict: 'within' | 'outside' | 'unknown';
  /** Why it may not have done its work; left out where it ended by itself. */
  readonly ending?: RunEnding['kind'] | undefined;
  readonly requests: number | undefined;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  /** Exact decimal. */
  readonly costUsd: string | undefined;
}

/** What a person has to change to open a closed gate. */
export interface GatePlace {
  /** As `gate-store` says. */
  readonly store: string;
  /** Open issues that hold it closed, as far as they are known. */
  readonly issues: readonly ReportLink[];
}

export interface Report {
  readonly mode: 'pre' | 'wrap' | 'post' | 'gate' | 'verify';
  readonly task: string;
  /** Identity of the thing reported on, for a comment that is updated instead of repeated. */
  readonly key: string;
  readonly status: 'ok' | 'warning' | 'bad';
  /** One sentence that says it all. */
  readonly headline: string;
  readonly rows: readonly ReportRow[];
  /** Further facts as label and value, in order. */
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly tables?: readonly ReportTable[];
  readonly findings: readonly Finding[];
  readonly gate: GateState | undefined;
  /** Where the gate is kept, for whoever has to open it; left out where nobody has. */
  readonly gatePlace?: GatePlace;
  readonly runUrl: string | undefined;
  /** Addresses that may be links where they stand in the headline, a finding or a fact. */
  readonly links?: readonly ReportLink[];
  /** True where it is another run's word about itself, which nobody can prove. */
  readonly isClaimed?: boolean;
  /** Only where a run was judged. */
  readonly run?: ReportRun;
}
