/**
 * The ledger of one run: an append-only file of JSON lines. A header when the run starts, one entry per call as it
 * settles, one line when it ends. Whatever is on disk is true, so a killed job still leaves correct totals.
 *
 * No prompt, completion, key or header ever stands in an entry.
 */
import { z } from 'zod';
import { attributionSchema } from './attribution.js';
import { overridesSchema } from './override.js';
import type { Usage } from './usage.js';

const count = z.number().int().nonnegative();
const reported = count.optional();

const usageSchema = z.object({
  inputTokens: reported,
  outputTokens: reported,
  cacheReadTokens: reported,
  cacheWriteTokens: reported,
  cacheWrite1hTokens: reported,
  reasoningTokens: reported,
});

const runSchema = z.object({
  type: z.literal('run'),
  runId: z.string(),
  task: z.string(),
  agent: z.string(),
  gateway: z.string().optional(),
  startedAt: z.string(),
  limits: z.record(z.string(), z.number().nonnegative()),
  overrides: overridesSchema.optional(),
  /** A run whose origin cannot be read has been run all the same. */
  attribution: attributionSchema.optional().catch(undefined),
});

/** Of an agent's own id only this much of its SHA-256 is kept. */
const shortHash = z
  .string()
  .regex(/^[0-9a-f]{12}$/)
  .optional();

const callSchema = z.object({
  type: z.literal('call'),
  /** Unique over all runs, so that histories merge by it. */
  id: z.string(),
  at: z.string(),
  durationMs: z.number().nonnegative(),
  dialect: z.string(),
  requestedModel: z.string().optional(),
  /** The model that answered; differs from the requested one after a fallback. */
  model: z.string().optional(),
  /** The upstream's own id of the call, which agents write into their telemetry too. */
  requestId: z.string().optional(),
  /** HTTP status sent to the client; absent when the connection broke before one. */
  status: z.number().int().optional(),
  outcome: z.enum(['ok', 'failed', 'refused', 'cut', 'aborted']),
  caller: z.enum(['main', 'subagent', 'auxiliary', 'compaction', 'title', 'unknown']),
  /** Same for all calls of one thread, session or subagent; absent where the agent does not tell. */
  agentId: shortHash,
  parentAgentId: shortHash,
  retry: z.boolean(),
  /** What this call told the agent about the end of its run. */
  note: z.enum(['80%', 'reserve']).optional(),
  usage: usageSchema,
  /** False when the stream ended before its last usage report. */
  final: z.boolean(),
  costNanoUsd: reported,
  costSource: z.enum(['gateway', 'price-table', 'unknown']),
});

/** A call that has left. Without a `call` line of the same id it never settled: billed or not, nobody can say. */
const sentSchema = z.object({
  type: z.literal('sent'),
  id: z.string(),
  at: z.string(),
  dialect: z.string(),
  requestedModel: z.string().optional(),
  /** What was held for it. */
  inputTokens: count,
  outputTokens: count,
});

const endSchema = z.object({
  type: z.literal('end'),
  endedAt: z.string(),
  stopReason: z.string(),
  reason: z.string().optional(),
  exitCode: z.number().int().optional(),
  otherRequests: count,
  /** How many calls were given to the ledger, whether or not the disk took them. */
  calls: count.optional(),
});

export type RunHeader = z.infer<typeof runSchema>;
export type RunEnd = z.infer<typeof endSchema>;
export type CallEntry = Omit<z.infer<typeof callSchema>, 'usage'> & { readonly usage: Usage };
export type SentCall = z.infer<typeof sentSchema>;
export type LedgerLine = RunHeader | SentCall | CallEntry | RunEnd;

const lineSchema = z.discriminatedUnion('type', [runSchema, sentSchema, callSchema, endSchema]);

/** One line of a ledger file; `undefined` for a line that is not one of ours, such as the last one of a full disk. */
export function readLedgerLine(value: unknown): LedgerLine | undefined {
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const line = parsed.data;
  return line.type === 'call' ? { ...line, usage: completeUsage(line.usage) } : line;
}

function completeUsage(usage: z.infer<typeof usageSchema>): Usage {
  return {
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    cacheReadTokens: usage.cacheReadTokens,
    cacheWriteTokens: usage.cacheWriteTokens,
    cacheWrite1hTokens: usage.cacheWrite1hTokens,
    reasoningTokens: usage.reasoningTokens,
  };
}

/** True for a call that an upstream answered, or may have: one that was refused, or failed with an error, costs nothing. */
export function isBillable({ outcome }: CallEntry): boolean {
  return outcome !== 'refused' && outcome !== 'failed';
}

/** What one run spent, as it is kept across runs for the `ledger` gateway. */
export interface SpendEntry {
  /** `<run_id>-<attempt>-<run token>`; merging is a union by it. */
  readonly id: string;
  /** When the run ended, ISO 8601 UTC. */
  readonly at: string;
  readonly task: string;
  readonly costNanoUsd: number;
  readonly tokens: number;
  /** True when part of the run's cost or tokens is not known: the true figures are these or more. */
  readonly partial: boolean;
}

const spendSchema = z.object({
  id: z.string(),
  at: z.string(),
  task: z.string(),
  costNanoUsd: count,
  tokens: count,
  partial: z.boolean(),
});

export function readSpendEntry(value: unknown): SpendEntry | undefined {
  return spendSchema.safeParse(value).data;
}

/** Union by id, oldest first. */
export function mergeSpend(...histories: readonly (readonly SpendEntry[])[]): SpendEntry[] {
  const byId = new Map(histories.flat().map((entry) => [entry.id, entry]));
  return [...byId.values()].sort((a, b) => a.at.localeCompare(b.at) || a.id.localeCompare(b.id));
}
