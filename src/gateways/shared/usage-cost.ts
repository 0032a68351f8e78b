/** Gateways that put the cost of a call into its `usage` object. */
import { readUsd } from '../../core/money.js';
import type { CallEvidence } from '../../ports/gateway.js';
import { hasKey } from '../../wire/values.js';

/** Nano-USD; `undefined` where `usage.cost` is no number. */
export function costInUsage({ usage }: Pick<CallEvidence, 'usage'>): number | undefined {
  // Most answers tell no cost: a schema would make an error of each.
  return hasKey(usage, 'cost') && typeof usage.cost === 'number' ? readUsd(usage.cost) : undefined;
}
