/**
 * What one-api, new-api and their forks share: quota units with a factor of the site's own, and their error codes.
 * Forks rename `error.type`, so only `error.code` and, where it is missing, the wording are evidence.
 * @see https://github.com/songquanpeng/one-api  @see https://github.com/QuantumNous/new-api
 */
import { z } from 'zod';
import { AppError } from '../../core/errors.js';
import type { FailureEvidence, FailureRule } from '../../core/failure.js';
import { NANO_PER_USD } from '../../core/money.js';
import type { Conversion, Unit } from '../../core/units.js';
import type { BudgetContext } from '../../ports/gateway.js';
import { onMessage, onWord, withOrigin } from '../../wire/failure-rules.js';
import { readJson } from '../../wire/json-answer.js';
import { PROVIDER_RULES } from '../../wire/provider-rules.js';

const DEFAULT_QUOTA_PER_USD = 500_000;

const statusBody = z.object({
  data: z.object({
    quota_per_unit: z.number().positive().nullish(),
    display_in_currency: z.boolean().nullish(),
    quota_display_type: z.string().nullish(),
    version: z.string().nullish(),
  }),
});

export interface Site {
  readonly conversion: Conversion;
  /** What the billing routes count in, although their fields end in `_usd`. */
  readonly billUnit: Unit;
  readonly version: string | undefined;
}

/** The site's public settings; where it does not tell, the family's defaults, marked as assumed. */
export async function readSite({ send, url }: BudgetContext): Promise<Site> {
  const answer = await send({ url: `${url}/api/status` });
  const data = answer.status === 200 ? statusBody.safeParse(readJson(answer.text)).data?.data : undefined;
  const display =
    data?.quota_display_type?.toUpperCase() ?? (data?.display_in_currency === false ? 'TOKENS' : 'USD');
  const perUsd = data?.quota_per_unit ?? DEFAULT_QUOTA_PER_USD;
  const source = data?.quota_per_unit
    ? `/api/status says ${perUsd} quota units are one dollar, and that the site shows ${display === 'TOKENS' ? 'quota units' : display}`
    : `assumed that ${perUsd} quota units are one dollar: /api/status does not say`;
  return {
    conversion: { unit: 'quota', nanoUsdPerUnit: NANO_PER_USD / perUsd, source },
    billUnit: billUnitOf(display),
    version: data?.version ?? undefined,
  };
}

function billUnitOf(display: string): Unit {
  if (display === 'USD') return 'usd';
  return display === 'TOKENS' ? 'quota' : `currency:${display}`;
}

/** Headers of every read with the inference key. */
export function bearer(key: string | undefined): Record<string, string> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}

/** These routes answer errors with HTTP 200. @throws {AppError} `upstream-failed` when this is such an answer. */
export function refuseErrorBody(text: string, what: string): void {
  const failed = z
    .union([
      z.object({ error: z.object({ message: z.string() }) }),
      z.object({ success: z.literal(false), message: z.string() }),
    ])
    .safeParse(readJson(text)).data;
  if (failed === undefined) return;
  const message = 'error' in failed ? failed.error.message : failed.message;
  throw new AppError('upstream-failed', `${what} answered with an error in a 200: ${message}`);
}

export const QUOTA_RULES: readonly FailureRule[] = [
  onWord('code', {
    insufficient_user_quota: { kind: 'exhausted', scope: 'user' },
    pre_consume_token_quota_failed: { kind: 'exhausted', scope: 'key' },
  }),
  onMessage([401], /额度已用尽|TokenStatusExhausted|RemainQuota = 0/, { kind: 'exhausted', scope: 'key' }),
  onMessage([403], /额度不足|quota (?:is )?not enough|insufficient.{0,10}quota/i, {
    kind: 'exhausted',
    scope: 'user',
  }),
  // Every 429 of an upstream is rewritten to this, an exhausted one too.
  onMessage([429], /上游负载已饱和|upstream saturated/, {
    kind: 'rate-limited',
    origin: 'upstream',
    confidence: 'low',
    retryable: undefined,
  }),
  dashboardRefusal,
  ...withOrigin('upstream', PROVIDER_RULES),
];

/** Newer sites answer an exhausted, an expired and a wrong token with the same words: only a reading can tell. */
export const SAME_WORDS_FOR_EXHAUSTED: FailureRule = onMessage([401], /invalid token|无效的令牌/i, {
  kind: 'unauthorised',
  confidence: 'low',
  needsProbe: true,
});

const refusal = z.object({ success: z.literal(false), message: z.string() });

/** Dashboard routes tell a failed login with HTTP 200. */
function dashboardRefusal({ status, body }: FailureEvidence): ReturnType<FailureRule> {
  const said = status === 200 ? refusal.safeParse(body).data?.message : undefined;
  return said !== undefined && /unauthori[sz]ed|access token|未登录|无权/i.test(said)
    ? { kind: 'unauthorised', by: 'wording', evidence: 'success=false in a 200, and the message' }
    : undefined;
}
