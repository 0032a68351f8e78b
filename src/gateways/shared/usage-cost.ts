/** Gateways that put the cost of a call into its `usage` object. */
import { readUsd } from '../../core/money.js';
import type { CallEvidence } from '../../ports/gateway.js';
import { hasKey } from '../../wire/values.js';

/**
 * Nano-USD; `undefined` where `usage.cost` is no number. With a provider's own key it is the gateway's fee alone, and the
 * provider's bill stands beside it.
 */
export function costInUsage({ usage }: Pick<CallEvidence, 'usage'>): number | undefined {
  // Most answers tell no cost: a schema would make an error of each.
  if (!hasKey(usage, 'cost') || typeof usage.cost !== 'number') return undefined;
  if (!hasKey(usage, 'is_byok') || usage.is_byok !== true) return readUsd(usage.cost);
  const details = hasKey(usage, 'cost_details') ? usage.cost_details : undefined;
  if (!hasKey(details, 'upstream_inference_cost')) return undefined;
  const { upstream_inference_cost: upstream } = details;
  return typeof upstream === 'number' ? readUsd(usage.cost + upstream) : undefined;
}
