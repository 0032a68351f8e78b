/** Who changed a gate and why, as a store keeps it. It comes from where others can write, so it is short and one line. */
import { z } from 'zod';
import { type GateKey, gateSlug } from '../../core/gate.js';
import { parseJson } from '../../core/json.js';
import { oneLine } from '../../core/text.js';

export interface GateWords {
  readonly actor: string;
  readonly reason: string;
}

export const MAX_ACTOR = 100;
export const MAX_REASON = 1000;

export const shortActor = z.string().transform((text) => oneLine(text, MAX_ACTOR));
export const shortReason = z.string().transform((text) => oneLine(text, MAX_REASON));

const kept = z.object({
  gate: z.string(),
  createdAt: z.string(),
  actor: shortActor,
  reason: shortReason,
});

/** `undefined` when the text is not that of this very change. */
export function readGateWords(text: string, entry: GateKey): GateWords | undefined {
  const { data } = kept.safeParse(parseJson(text));
  if (data === undefined || gateSlug(data.gate) !== gateSlug(entry.gate)) return undefined;
  const { actor, reason } = data;
  return Date.parse(data.createdAt) === Date.parse(entry.createdAt) ? { actor, reason } : undefined;
}
