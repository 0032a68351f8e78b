/**
 * Gemini API. `RESOURCE_EXHAUSTED` is the word for a rate, a day's free quota and an empty prepaid account alike; the
 * status and the quota's name tell them apart. A wrong key is a 400.
 * @see https://ai.google.dev/gemini-api/docs/rate-limits
 */
import { z } from 'zod';
import type { FailureKind, FailureReading, FailureRule } from '../core/failure.js';
import type { Gateway } from '../ports/gateway.js';
import { classify } from '../wire/failure-rules.js';
import { fromSecondsOrDate } from '../wire/reset-time.js';
import { nothingToRead } from './shared/nothing-to-read.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

const envelope = z.object({
  error: z.object({
    code: z.number().optional(),
    status: z.string().optional(),
    details: z.array(z.unknown()).optional(),
  }),
});
const badKey = z.object({ reason: z.literal('API_KEY_INVALID') });
const violation = z.object({ violations: z.array(z.object({ quotaId: z.string() })) });
const retryInfo = z.object({ retryDelay: z.string() });

const WORDS: Readonly<Record<string, FailureKind>> = {
  UNAUTHENTICATED: 'unauthorised',
  PERMISSION_DENIED: 'unauthorised',
  UNAVAILABLE: 'overloaded',
};

const byStatusWord: FailureRule = ({ status: sent, body, at }) => {
  const error = envelope.safeParse(Array.isArray(body) ? body[0] : body).data?.error;
  if (error?.status === undefined) return undefined;
  // Inside a stream that began with 200, the body holds the status.
  const status = sent === 200 ? (error.code ?? sent) : sent;
  const details = error.details ?? [];
  if (details.some((detail) => badKey.safeParse(detail).success))
    return { kind: 'unauthorised', by: 'code', evidence: 'reason=API_KEY_INVALID' };
  const evidence = `error.status=${error.status}`;
  if (error.status === 'RESOURCE_EXHAUSTED') return readExhausted(status, details, at);
  const kind = Object.hasOwn(WORDS, error.status) ? WORDS[error.status] : undefined;
  return kind && { kind, by: 'code', evidence };
};

function readExhausted(status: number, details: readonly unknown[], at: Date | undefined): FailureReading {
  const evidence = `status ${status}, error.status=RESOURCE_EXHAUSTED`;
  if (status === 402) return { kind: 'exhausted', by: 'code', evidence, scope: 'account' };
  const ids = details.flatMap((detail) => violation.safeParse(detail).data?.violations ?? []);
  if (ids.some(({ quotaId }) => /PerDay/.test(quotaId)))
    return { kind: 'exhausted', by: 'code', evidence: `${evidence}, a quota per day`, scope: 'project, day' };
  const delay = details.map((detail) => retryInfo.safeParse(detail).data?.retryDelay).find(Boolean);
  return {
    kind: 'rate-limited',
    by: 'code',
    evidence,
    confidence: ids.length > 0 ? 'high' : 'low',
    resetsAt: fromSecondsOrDate(delay?.replace(/s$/, ''), at),
  };
}

const RULES = [byStatusWord];

export const gemini: Gateway = {
  id: 'gemini',
  summary: 'Meters and classifies; nothing to read: give `gateway.budgets` in the policy file.',
  facts: {
    title: 'Gemini API',
    credential: 'No key reads it.',
    units: 'USD in the console.',
    freshness: 'Nothing to read.',
    enforcement: 'counts',
    exhausted:
      "402 `RESOURCE_EXHAUSTED` for a prepaid account; 429 `RESOURCE_EXHAUSTED` with a `quotaId` per day for the day's quota, per minute for a rate.",
    history: 'The Cloud console.',
    attribution: 'Nothing: it books by key.',
    see: 'https://ai.google.dev/gemini-api/docs/rate-limits',
  },
  defaultUrl: 'https://generativelanguage.googleapis.com',
  requires: [],
  ...nothingToRead('gemini', 'Google publishes no balance endpoint'),
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'gateway' }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
};
