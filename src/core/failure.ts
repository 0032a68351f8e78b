/** What an error answer means. Exhausted, rate-limited, unauthorised and overloaded are four different things. */

export type FailureKind =
  | 'exhausted'
  | 'rate-limited'
  | 'unauthorised'
  | 'too-large-for-budget'
  | 'overloaded'
  | 'unknown';

/** One error answer, or one error inside a stream that began with HTTP 200. */
export interface FailureEvidence {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON where the body is JSON, else its text. */
  readonly body: unknown;
}

export interface Failure {
  readonly kind: FailureKind;
  /** The gateway's own words, shortened; safe to show. */
  readonly message: string;
  /** Which piece of evidence decided, such as `error.type=budget_exceeded`. */
  readonly evidence: string;
}

/** Decides one kind of failure from an answer; the first rule that speaks wins. */
export type FailureRule = (
  evidence: FailureEvidence,
  error: ErrorBody,
) => { kind: FailureKind; evidence: string } | undefined;

/** The parts that error envelopes of all gateways share. Strings as given; `undefined` where absent. */
export interface ErrorBody {
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly message: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}
