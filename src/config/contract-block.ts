/** The `contract` block of the policy file, as `verify` writes it and `pre` and `wrap` read it. */
import { stringify } from 'yaml';
import { z } from 'zod';
import type { Contract } from '../core/contract.js';
import { AppError } from '../core/errors.js';
import { parseDuration } from './quantity.js';

const duration = z.string().refine(isDuration, 'must be a duration such as 30s');

export const contractSchema = z.strictObject({
  gateway: z.string(),
  'gateway-version': z.string().optional(),
  'verified-at': z.iso.date('must be a day such as 2026-11-22'),
  exhaustion: z
    .strictObject({
      status: z.number().int().min(200).max(599),
      code: z
        .string()
        .regex(/^(?!\d+$)[\w.:-]{1,64}$/, 'must be a machine-readable word of the body')
        .optional(),
      'looks-like': z.enum(['rate-limited', 'unauthorised', 'unknown']).optional(),
    })
    .refine(
      ({ status, code }) => status >= 400 || code !== undefined,
      'a status below 400 needs the code that stands in the body',
    )
    .optional(),
  enforcement: z.enum(['hard', 'soft', 'reported-only']).optional(),
  'overshoot-percent': z.number().nonnegative().optional(),
  lag: duration.optional(),
  'request-ceiling': z.enum(['rejects', 'truncates', 'ignores']).optional(),
  keys: z.enum(['separate', 'shared']).optional(),
  fallback: z.enum(['capped', 'uncapped']).optional(),
});

type ContractBlock = z.infer<typeof contractSchema>;

export function toContract(block: ContractBlock): Contract {
  const { exhaustion } = block;
  return {
    gateway: block.gateway,
    gatewayVersion: block['gateway-version'],
    verifiedAt: block['verified-at'],
    exhaustion: exhaustion && {
      status: exhaustion.status,
      code: exhaustion.code,
      looksLike: exhaustion['looks-like'],
    },
    enforcement: block.enforcement,
    overshootPercent: block['overshoot-percent'],
    lagMs: block.lag === undefined ? undefined : parseDuration(block.lag),
    requestCeiling: block['request-ceiling'],
    keys: block.keys,
    fallback: block.fallback,
  };
}

/** The block as it goes into the policy file. */
export function renderContractYaml(contract: Contract): string {
  return stringify({ contract: toBlock(contract) });
}

/** The other way, for writing; what is not known is `undefined`, which YAML and JSON leave out. */
export function toBlock(contract: Contract): object {
  const { exhaustion, lagMs } = contract;
  return {
    gateway: contract.gateway,
    'gateway-version': contract.gatewayVersion,
    'verified-at': contract.verifiedAt,
    exhaustion: exhaustion && {
      status: exhaustion.status,
      code: exhaustion.code,
      'looks-like': exhaustion.looksLike,
    },
    enforcement: contract.enforcement,
    'overshoot-percent': contract.overshootPercent,
    lag: lagMs === undefined ? undefined : `${Math.max(1, Math.ceil(lagMs / 1000))}s`,
    'request-ceiling': contract.requestCeiling,
    keys: contract.keys,
    fallback: contract.fallback,
  };
}

function isDuration(text: string): boolean {
  try {
    parseDuration(text);
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}
