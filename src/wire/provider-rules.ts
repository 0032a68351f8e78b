/**
 * What OpenAI and Anthropic answer, also when a gateway passes it on. Wording is evidence only where nothing else exists:
 * Anthropic's customer-set limits and an empty prepaid balance.
 * @see https://platform.openai.com/docs/guides/error-codes  @see https://platform.claude.com/docs/en/api/errors
 */
import type { FailureRule } from '../core/failure.js';
import { onDetail, onMessage, onWord } from './failure-rules.js';

export const OPENAI_RULES: readonly FailureRule[] = [
  onWord('code', {
    insufficient_quota: { kind: 'exhausted', scope: 'account' },
    credit_balance_exhausted: { kind: 'exhausted', scope: 'account' },
    organization_spend_limit_exceeded: { kind: 'exhausted', scope: 'organization' },
    project_spend_limit_exceeded: { kind: 'exhausted', scope: 'project' },
    organization_usage_limit_exceeded: { kind: 'exhausted', scope: 'organization' },
    billing_hard_limit_reached: { kind: 'exhausted', scope: 'account' },
    rate_limit_exceeded: 'rate-limited',
    invalid_api_key: 'unauthorised',
    server_is_overloaded: 'overloaded',
  }),
  onWord('type', { insufficient_quota: { kind: 'exhausted', scope: 'account' } }),
];

const REGAIN = /regain access on (\d{4}-\d\d-\d\d) at (\d\d:\d\d) UTC/;

export const ANTHROPIC_RULES: readonly FailureRule[] = [
  onDetail('error_code', {
    enforced_spend_limit_reached: { kind: 'exhausted', scope: 'organization' },
    contract_spend_limit_reached: { kind: 'exhausted', scope: 'organization' },
    linked_organization_spend_limit_reached: { kind: 'exhausted', scope: 'linked organization' },
    linked_organization_billing_unavailable: { kind: 'exhausted', scope: 'linked organization' },
    ramp_limit_exceeded: 'rate-limited',
  }),
  onWord('type', {
    billing_error: { kind: 'exhausted', scope: 'account' },
    overloaded_error: 'overloaded',
    authentication_error: 'unauthorised',
  }),
  onMessage([400], /^Your credit balance is too low/i, { kind: 'exhausted', scope: 'account' }),
  onMessage([400], /^You have reached your specified workspace API usage limits/i, {
    kind: 'exhausted',
    scope: 'workspace',
  }),
  onMessage([400], /^You have reached your specified API usage limits/i, {
    kind: 'exhausted',
    scope: 'organization',
  }),
];

/** When Anthropic's own words say that access comes back; `undefined` when they do not. */
export function regainsAccess(message: string): string | undefined {
  const [, day, time] = REGAIN.exec(message) ?? [];
  const at = new Date(`${day}T${time}:00.000Z`);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

export const PROVIDER_RULES: readonly FailureRule[] = [
  ...OPENAI_RULES,
  ...ANTHROPIC_RULES,
  // Words that several gateways share for the same thing.
  onWord('code', { quota_exceeded: 'exhausted', budget_exceeded: 'exhausted' }),
  onWord('type', { budget_exceeded: 'exhausted' }),
];
