/** What an error answer means. Exhausted, rate-limited, unauthorised and overloaded are four different things. */

import { AppError } from './errors.js';
import { oneLine } from './text.js';

export type FailureKind =
  | 'exhausted'
  | 'rate-limited'
  | 'unauthorised'
  | 'too-large-for-budget'
  | 'overloaded'
  | 'unknown';

/** One error answer, or one error inside an answer that began with HTTP 200. */
export interface FailureEvidence {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON where the body is JSON, else its text. */
  readonly body: unknown;
  /** When it came, for waits that are told in seconds; `undefined`: such waits have no end that is known. */
  readonly at?: Date | undefined;
}

/** What decided, strongest first: a machine code in the body, a typed source of the limit, a documented header, the status, the wording. */
export const EVIDENCE_ORDER = ['code', 'source', 'header', 'status', 'wording'] as const;
export type EvidenceKind = (typeof EVIDENCE_ORDER)[number];

export type Confidence = 'high' | 'medium' | 'low';

export interface Failure {
  readonly kind: FailureKind;
  /** On what the limit applies: `key`, `user`, `team`, `workspace`, `model`, `account` …; `undefined` when it is not said. */
  readonly scope: string | undefined;
  /** Who refuses: the gateway that was asked, or the provider behind it. */
  readonly origin: 'gateway' | 'upstream' | 'unknown';
  /** Whether the same call may pass later without anybody doing something; `undefined` when nobody can tell. */
  readonly retryable: boolean | undefined;
  /** When it may pass again, ISO 8601 UTC. */
  readonly resetsAt: string | undefined;
  readonly confidence: Confidence;
  /** True when the answer cannot settle it and a budget reading can. */
  readonly needsProbe: boolean;
  /** Which piece of evidence decided, such as `error.type=budget_exceeded`. */
  readonly evidence: string;
  /** The gateway's own words, shortened. They may quote a key or a prompt, so they are told to the caller alone. */
  readonly message: string;
}

/** What one rule has to say; everything but kind and evidence has a default by kind and by the sort of evidence. */
export interface FailureReading
  extends Partial<
    Pick<Failure, 'scope' | 'origin' | 'retryable' | 'resetsAt' | 'confidence' | 'needsProbe'>
  > {
  readonly kind: FailureKind;
  readonly by: EvidenceKind;
  readonly evidence: string;
}

/** Reads one kind of failure from an answer; `undefined` when the answer is none of its business. */
export type FailureRule = (evidence: FailureEvidence, error: ErrorBody) => FailureReading | undefined;

/** The parts that error envelopes of all gateways share. Strings as given; `undefined` where absent. */
export interface ErrorBody {
  readonly type: string | undefined;
  readonly code: string | undefined;
  readonly message: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const EVIDENCE_LENGTH = 200;
const RETRYABLE: Readonly<Record<FailureKind, boolean | undefined>> = {
  exhausted: false,
  'rate-limited': true,
  unauthorised: false,
  'too-large-for-budget': false,
  overloaded: true,
  unknown: undefined,
};

const CONFIDENCE: Readonly<Record<EvidenceKind, Confidence>> = {
  code: 'high',
  source: 'high',
  header: 'medium',
  status: 'medium',
  wording: 'medium',
};

/** A whole verdict from what a rule said. `retryable: undefined`, said on purpose, stays: it means that nobody can tell. */
export function toFailure(reading: FailureReading, message: string): Failure {
  const { kind, by, evidence } = reading;
  return {
    kind,
    scope: reading.scope,
    origin: reading.origin ?? 'gateway',
    retryable: 'retryable' in reading ? reading.retryable : RETRYABLE[kind],
    resetsAt: reading.resetsAt,
    confidence: reading.confidence ?? CONFIDENCE[by],
    needsProbe: reading.needsProbe ?? false,
    evidence: oneLine(evidence, EVIDENCE_LENGTH),
    message,
  };
}

/** The strongest evidence decides; among equals, the first. */
export function strongest(readings: readonly FailureReading[]): FailureReading | undefined {
  return readings.toSorted((a, b) => EVIDENCE_ORDER.indexOf(a.by) - EVIDENCE_ORDER.indexOf(b.by))[0];
}

/** For programs: kebab-case keys, `null` for what is not known, and none of the gateway's own words. */
export function failureJson(failure: Failure): Readonly<Record<string, string | boolean | null>> {
  return {
    kind: failure.kind,
    scope: failure.scope ?? null,
    origin: failure.origin,
    retryable: failure.retryable ?? null,
    'resets-at': failure.resetsAt ?? null,
    confidence: failure.confidence,
    'needs-probe': failure.needsProbe,
    evidence: failure.evidence,
  };
}

/** A usage API answered with an error. It may itself say that the budget is exhausted, so the answer comes along. */
export class RefusedAnswer extends AppError {
  readonly answer: FailureEvidence;

  constructor(answer: FailureEvidence, message: string, options: { hint?: string } = {}) {
    super('upstream-failed', message, options);
    this.answer = answer;
  }
}
