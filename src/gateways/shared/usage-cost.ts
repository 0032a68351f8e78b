/** Gateways that put the cost of a call into its `usage` object. */
import { z } from 'zod';
import { readUsd } from '../../core/money.js';
import type { CallEvidence } from '../../ports/gateway.js';

const priced = z.object({ cost: z.number() });

/** Nano-USD; `undefined` where `usage.cost` is no number. */
export function costInUsage({ usage }: Pick<CallEvidence, 'usage'>): number | undefined {
  return readUsd(priced.safeParse(usage).data?.cost);
}
