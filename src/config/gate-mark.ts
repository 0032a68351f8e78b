/**
 * Which gate a job stands before, as `wrap` knew it: a policy file that the agent changed is not read any more, and what it
 * said of the gate must not be lost with it.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from '../core/json.js';
import type { GateStoreChoice } from '../ports/store.js';

export interface GateMark {
  readonly variable: string;
  /** One word. */
  readonly value: string;
}

export interface MarkedGate {
  readonly name: string;
  readonly store: GateStoreChoice;
}

const markedGate = z.object({ name: z.string(), store: z.enum(['cache', 'issue', 'both']) });

export function gateVariable(task: string): string {
  return `SPENDGATE_GATE_${createHash('sha256').update(task).digest('hex').slice(0, 16).toUpperCase()}`;
}

export function renderGateMark(task: string, { name, store }: MarkedGate): GateMark {
  const value = Buffer.from(JSON.stringify({ name, store })).toString('base64url');
  return { variable: gateVariable(task), value };
}

/** `undefined` for what is no mark. */
export function readGateMark(value: string | undefined): MarkedGate | undefined {
  return markedGate.safeParse(parseJson(Buffer.from(value ?? '', 'base64url').toString())).data;
}
