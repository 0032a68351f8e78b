/** What the error envelopes of all gateways share, and the rules that are true at every one of them. */
import { z } from 'zod';
import type { ErrorBody, Failure, FailureEvidence, FailureKind, FailureRule } from '../core/failure.js';

const MESSAGE_LENGTH = 500;
const envelope = z.looseObject({
  type: z.unknown().optional(),
  code: z.unknown().optional(),
  message: z.unknown().optional(),
  error: z.unknown().optional(),
  detail: z.unknown().optional(),
});

/** Type, code and message, from `{error: {…}}`, `{error: "…"}`, `[{error: {…}}]` or a flat object. */
export function readErrorBody(body: unknown): ErrorBody {
  const outer = envelope.safeParse(Array.isArray(body) ? body[0] : body).data;
  if (outer === undefined)
    return {
      type: undefined,
      code: undefined,
      message: typeof body === 'string' ? shorten(body) : '',
      metadata: {},
    };
  const inner = envelope.safeParse(outer.error).data;
  const { type, code, message } = inner ?? outer;
  const metadata = z
    .record(z.string(), z.unknown())
    .safeParse(inner?.['metadata'] ?? inner?.['details']).data;
  const said = [message, outer.error, outer.message, outer.detail].find((text) => typeof text === 'string');
  return {
    type: machineWord(type),
    code: machineWord(code),
    message: shorten(said ?? ''),
    metadata: metadata ?? {},
  };
}

/** LiteLLM writes the words "None" and "null" where it means nothing. */
function machineWord(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string' || value === '' || value === 'None' || value === 'null') return undefined;
  return value;
}

function shorten(text: unknown): string {
  const line = String(text).replace(/\s+/g, ' ').trim();
  return line.length <= MESSAGE_LENGTH ? line : `${line.slice(0, MESSAGE_LENGTH - 1)}…`;
}

/** First rule that speaks decides; then the status, as far as it means one thing everywhere. */
export function classify(evidence: FailureEvidence, rules: readonly FailureRule[]): Failure {
  const error = readErrorBody(evidence.body);
  for (const rule of rules) {
    const verdict = rule(evidence, error);
    if (verdict) return { ...verdict, message: error.message };
  }
  // Inside a stream that began with 200, some gateways put the status into the code.
  const isStatus = evidence.status === 200 && /^[1-5]\d\d$/.test(error.code ?? '');
  const status = isStatus ? Number(error.code) : evidence.status;
  return { ...byStatus(status), message: error.message };
}

function byStatus(status: number): { kind: FailureKind; evidence: string } {
  const evidence = `status ${status}`;
  if (status === 401) return { kind: 'unauthorised', evidence };
  if (status === 402) return { kind: 'exhausted', evidence };
  if (status === 429) return { kind: 'rate-limited', evidence };
  if (status === 503 || status === 529) return { kind: 'overloaded', evidence };
  return { kind: 'unknown', evidence };
}

/** A rule on the machine-readable type or code. */
export function onWord(field: 'type' | 'code', words: Readonly<Record<string, FailureKind>>): FailureRule {
  return (_evidence, error) => {
    const word = error[field];
    const kind = word === undefined || !Object.hasOwn(words, word) ? undefined : words[word];
    return kind && { kind, evidence: `error.${field}=${word}` };
  };
}

/** A rule on the wording, for gateways that say it nowhere else; only under one of these statuses. */
export function onMessage(statuses: readonly number[], pattern: RegExp, kind: FailureKind): FailureRule {
  return ({ status }, { message }) =>
    statuses.includes(status) && pattern.test(message)
      ? { kind, evidence: `status ${status} and the message ${pattern}` }
      : undefined;
}

/**
 * What providers themselves answer, also when a gateway passes it through.
 * The wording rules are the only evidence that exists for Anthropic's customer-set limits and empty prepaid balance.
 */
export const PROVIDER_RULES: readonly FailureRule[] = [
  onWord('code', {
    insufficient_quota: 'exhausted',
    credit_balance_exhausted: 'exhausted',
    organization_spend_limit_exceeded: 'exhausted',
    project_spend_limit_exceeded: 'exhausted',
    organization_usage_limit_exceeded: 'exhausted',
    billing_hard_limit_reached: 'exhausted',
    quota_exceeded: 'exhausted',
    budget_exceeded: 'exhausted',
    rate_limit_exceeded: 'rate-limited',
    invalid_api_key: 'unauthorised',
    server_is_overloaded: 'overloaded',
  }),
  onWord('type', {
    budget_exceeded: 'exhausted',
    billing_error: 'exhausted',
    insufficient_quota: 'exhausted',
    overloaded_error: 'overloaded',
    authentication_error: 'unauthorised',
  }),
  (_evidence, { metadata }) => {
    const code = metadata['error_code'];
    const spent = [
      'enforced_spend_limit_reached',
      'contract_spend_limit_reached',
      'linked_organization_spend_limit_reached',
    ];
    return typeof code === 'string' && spent.includes(code)
      ? { kind: 'exhausted', evidence: `error_code=${code}` }
      : undefined;
  },
  onMessage(
    [400],
    /credit balance is too low|reached your specified (?:workspace )?API usage limits/i,
    'exhausted',
  ),
];
