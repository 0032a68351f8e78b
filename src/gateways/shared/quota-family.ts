/**
 * What one-api, new-api and their forks share: quota units with a factor of the site's own, and their error codes.
 * Forks rename `error.type`, so only `error.code` and, where it is missing, the wording are evidence.
 * @see https://github.com/songquanpeng/one-api  @see https://github.com/QuantumNous/new-api
 */
import { z } from 'zod';
import { AppError } from '../../core/errors.js';
import type { FailureRule } from '../../core/failure.js';
import { NANO_PER_USD } from '../../core/money.js';
import type { Conversion, Unit } from '../../core/units.js';
import type { BudgetContext } from '../../ports/gateway.js';
import { onMessage, onWord, PROVIDER_RULES } from '../../wire/error-body.js';
import { readJson } from '../../wire/json-answer.js';

const DEFAULT_QUOTA_PER_USD = 500_000;

const statusBody = z.object({
  data: z.object({
    quota_per_unit: z.number().positive().nullish(),
    display_in_currency: z.boolean().nullish(),
    quota_display_type: z.string().nullish(),
  }),
});

export interface Site {
  readonly conversion: Conversion;
  /** What the billing routes count in, although their fields end in `_usd`. */
  readonly billUnit: Unit;
}

/** The site's public settings; where it does not tell, the family's defaults, marked as assumed. */
export async function readSite({ send, url }: BudgetContext): Promise<Site> {
  const answer = await send({ url: `${url}/api/status` });
  const data = answer.status === 200 ? statusBody.safeParse(readJson(answer.text)).data?.data : undefined;
  const perUsd = data?.quota_per_unit ?? DEFAULT_QUOTA_PER_USD;
  const source = data?.quota_per_unit
    ? `/api/status says ${perUsd} quota units are one dollar`
    : `assumed that ${perUsd} quota units are one dollar: /api/status does not say`;
  const display =
    data?.quota_display_type?.toUpperCase() ?? (data?.display_in_currency === false ? 'TOKENS' : 'USD');
  return {
    conversion: { unit: 'quota', nanoUsdPerUnit: NANO_PER_USD / perUsd, source },
    billUnit: billUnitOf(display),
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
  onWord('code', { insufficient_user_quota: 'exhausted', pre_consume_token_quota_failed: 'exhausted' }),
  onMessage([401], /额度已用尽|TokenStatusExhausted|RemainQuota = 0/, 'exhausted'),
  onMessage([403], /额度不足|quota (?:is )?not enough|insufficient.{0,10}quota/i, 'exhausted'),
  ...PROVIDER_RULES,
];
