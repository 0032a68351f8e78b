/** What follows from the answers: a contract for the policy file, an outcome, a log record. */
import type { Contract } from '../core/contract.js';
import { MONEY_STATUSES } from '../core/contract.js';
import { renderUsdPlain } from '../core/money.js';
import { answersOf, type Found } from './answers.js';
import type { CallResult } from './caller.js';
import { sameAnswer } from './neighbours.js';

/** What `pre` and `wrap` go by from now on. */
export function contractOf({
  gateway,
  at,
  happy,
  ceiling,
  exhaustion,
  isolation,
  fallback,
}: Found): Contract {
  const refusal = exhaustion?.refusal;
  const isLikeWrongKey = refusal !== undefined && sameAnswer(refusal, happy.wrongKey);
  return {
    gateway: gateway.id,
    gatewayVersion: gateway.version,
    verifiedAt: at.slice(0, 10),
    exhaustion: refusal && {
      status: refusal.status,
      code: tellingWord(refusal),
      looksLike: isLikeWrongKey ? 'unauthorised' : (exhaustion?.looksLike ?? ambiguity(refusal)),
    },
    enforcement: exhaustion?.enforcement,
    overshootPercent: exhaustion?.enforcement === undefined ? undefined : exhaustion.overshootPercent,
    lagMs: exhaustion?.lagMs ?? happy.lagMs,
    requestCeiling: ceiling?.above,
    keys: isolation?.keys,
    fallback: fallback?.fallback,
  };
}

/** A word counts where it, and not the wording or the status, told what the refusal was; or where nothing else did. */
function tellingWord({ words, failure }: CallResult): string | undefined {
  return failure?.kind === 'exhausted' && failure.confidence !== 'high' ? undefined : words[0];
}

/** A sentence alone is no mark to go by: under most statuses other errors come without a code too. */
function ambiguity(refusal: CallResult): 'unknown' | undefined {
  const isTold = tellingWord(refusal) !== undefined || MONEY_STATUSES.includes(refusal.status);
  return isTold ? undefined : 'unknown';
}

export type Outcome = 'pass' | 'fail' | 'incomplete';

/** `fail`: something that people rely on is not so. `incomplete`: nothing is wrong, and not everything could be seen. */
export function outcomeOf(found: Found): Outcome {
  const isRefuted = answersOf(found).some(({ verdict }) => verdict === 'refuted');
  const { answer } = found.happy;
  const isRefused = answer.isSent && answer.failure !== undefined;
  if (isRefuted || isRefused || found.isolation?.keys === 'shared') return 'fail';
  const isVerified = (id: string) =>
    answersOf(found).some((answer) => answer.id === id && answer.verdict === 'verified');
  const isWhole =
    isVerified('enforcement') &&
    isVerified('exhausted-answer') &&
    found.happy.usage === 'plausible' &&
    found.skipped.length === 0;
  return isWhole ? 'pass' : 'incomplete';
}

/** Exactly these fields, so that logs of many gateways stand side by side. No key, prompt, answer or price is in it. */
export function logRecordOf(found: Found): Readonly<Record<string, string | number | boolean | null>> {
  const { tally, exhaustion, isolation, happy } = found;
  const refusal = exhaustion?.refusal;
  const isKnown = tally.unreported === 0;
  return {
    smoke_test_run_id: found.runId,
    gateway_key_label: found.label,
    request_count: tally.requests,
    total_input_tokens: isKnown ? tally.inputTokens : null,
    total_output_tokens: isKnown ? tally.outputTokens : null,
    budget_limit_configured:
      found.limitNanoUsd === undefined ? null : `${renderUsdPlain(found.limitNanoUsd)} USD`,
    budget_exhaustion_observed: exhaustion === undefined ? null : refusal !== undefined,
    error_code_observed: refusal === undefined ? null : (refusal.words[0] ?? String(refusal.status)),
    log_entry_verified:
      happy.counted === 'unknown' ? null : happy.counted === 'yes' && exhaustion?.countFollowed !== false,
    cross_key_isolation_verified: isolation?.keys === undefined ? null : isolation.keys === 'separate',
    test_outcome: outcomeOf(found),
    notes: notesOf(found),
  };
}

function notesOf(found: Found): string {
  const refuted = answersOf(found)
    .filter(({ verdict }) => verdict === 'refuted')
    .map(({ id, finding }) => `${id}: ${finding}`);
  const shared = found.isolation?.keys === 'shared' ? [`isolation: ${found.isolation.evidence}`] : [];
  const usage =
    found.happy.usage === 'plausible' || found.happy.usage === 'unknown'
      ? []
      : [`usage in answers is ${found.happy.usage}`];
  return [...refuted, ...shared, ...usage, ...found.skipped].join('; ');
}
