/** Puts classifiers together: rules that each read one thing, the strongest evidence decides, the status speaks last. */
import {
  type ErrorBody,
  type Failure,
  type FailureEvidence,
  type FailureKind,
  type FailureReading,
  type FailureRule,
  strongest,
  toFailure,
} from '../core/failure.js';
import { readErrorBody } from './error-body.js';
import { readResetTime } from './reset-time.js';

/** A kind, or a kind with more that the word tells. */
type Meaning =
  | FailureKind
  | ({ readonly kind: FailureKind } & Omit<Partial<FailureReading>, 'by' | 'evidence'>);

export interface FailureRules {
  readonly rules: readonly FailureRule[];
  /** Whose answer it is when only the status says something: a provider's own, or nobody knows behind a gateway. */
  readonly origin: Failure['origin'];
  /** True where a budget and a rate limit may share the status 429, so that a bare one says neither. */
  readonly sharesRateStatus?: boolean;
  /** Adds what the wording tells about an answer whose kind is known. */
  readonly refine?: (reading: FailureReading, error: ErrorBody) => Partial<FailureReading>;
}

export function classify(evidence: FailureEvidence, how: FailureRules): Failure {
  const error = readErrorBody(evidence.body);
  const readings = how.rules.map((rule) => rule(evidence, error)).filter((reading) => reading !== undefined);
  const decided = strongest(readings) ?? byStatus(evidence, error, how);
  const refined = { ...decided, ...how.refine?.(decided, error) };
  const failure = toFailure(refined, error.message);
  const mayPass = failure.retryable !== false;
  return {
    ...failure,
    resetsAt: failure.resetsAt ?? (mayPass ? readResetTime(evidence.headers, evidence.at) : undefined),
  };
}

/** The status, as far as it means one thing everywhere. */
function byStatus(
  { status: sent, headers }: FailureEvidence,
  error: ErrorBody,
  { origin, sharesRateStatus = false }: FailureRules,
): FailureReading {
  // Inside an answer that began with 200, some gateways put the status into the code.
  const isInBody = sent === 200 && /^[1-5]\d\d$/.test(error.code ?? '');
  const status = isInBody ? Number(error.code) : sent;
  const base = {
    by: 'status',
    evidence: `${isInBody ? 'error.code=' : 'status '}${status}`,
    origin,
  } as const;
  if (status === 401) return { ...base, kind: 'unauthorised' };
  if (status === 402) return { ...base, kind: 'exhausted' };
  if (status === 429) {
    if (headers['retry-after'] !== undefined) return { ...base, kind: 'rate-limited' };
    return {
      ...base,
      kind: 'rate-limited',
      confidence: 'low',
      ...(sharesRateStatus ? { retryable: undefined } : {}),
    };
  }
  if (status === 503 || status === 529) return { ...base, kind: 'overloaded' };
  const isBadRequest = BAD_REQUESTS.has(status) && headers['retry-after'] === undefined;
  const retryable = status >= 500 ? true : isBadRequest ? false : undefined;
  return { ...base, kind: 'unknown', retryable, confidence: 'low' };
}

/** The request itself is wrong: sent again it is wrong again. */
const BAD_REQUESTS = new Set([400, 404, 405, 413, 415, 422]);

function meaningOf(meaning: Meaning): { kind: FailureKind } & Partial<FailureReading> {
  return typeof meaning === 'string' ? { kind: meaning } : meaning;
}

/** A rule on a machine-readable word of the body. */
export function onWord(field: 'type' | 'code', words: Readonly<Record<string, Meaning>>): FailureRule {
  return (_evidence, error) => lookUp(words, error[field], `error.${field}`, 'code');
}

/** A rule on a word inside the error's `metadata` or `details`. */
export function onDetail(
  name: string,
  words: Readonly<Record<string, Meaning>>,
  by: 'code' | 'source' = 'code',
): FailureRule {
  return (_evidence, { metadata }) => lookUp(words, metadata[name], name, by);
}

function lookUp(
  words: Readonly<Record<string, Meaning>>,
  word: unknown,
  name: string,
  by: FailureReading['by'],
): FailureReading | undefined {
  const meaning = typeof word === 'string' && Object.hasOwn(words, word) ? words[word] : undefined;
  return meaning && { by, evidence: `${name}=${String(word)}`, ...meaningOf(meaning) };
}

/** A rule on a status that the gateway documents for this. */
export function onStatus(status: number, meaning: Meaning): FailureRule {
  return (evidence) =>
    evidence.status === status
      ? { by: 'status', evidence: `status ${status}`, ...meaningOf(meaning) }
      : undefined;
}

/** A rule on the wording, for gateways that say it nowhere else; only under one of these statuses. */
export function onMessage(statuses: readonly number[], pattern: RegExp, meaning: Meaning): FailureRule {
  return ({ status }, { message }) =>
    statuses.includes(status) && pattern.test(message)
      ? {
          by: 'wording',
          evidence: `status ${status} and the message ${pattern}`,
          ...meaningOf(meaning),
        }
      : undefined;
}

/** The same rules where somebody else's answers are passed on. */
export function withOrigin(origin: Failure['origin'], rules: readonly FailureRule[]): FailureRule[] {
  return rules.map((rule) => (evidence, error) => {
    const reading = rule(evidence, error);
    return reading && { ...reading, origin };
  });
}
