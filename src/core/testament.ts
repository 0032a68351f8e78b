/** What a meter in the background leaves when it ends: the record, and what the record alone does not tell. */
import { z } from 'zod';
import { parseJson } from './json.js';

/** `request`: it was asked to; the others ended it before anybody asked. */
const CAUSES = ['request', 'signal', 'idle', 'lifetime', 'job-gone'] as const;

/** What led whoever asked: the step output, which only the workflow hands on, or the variable, which every step can read. */
const WAYS = ['output', 'variable'] as const;

const testamentSchema = z.object({
  endedBy: z.enum(CAUSES),
  /** Absent when nobody asked. */
  askedBy: z.enum(WAYS).optional(),
  endedAt: z.string(),
  /** The usage record as it stands on disk. */
  record: z.string(),
  /** What seals the record for later steps; absent when the disk refused. */
  sealed: z.object({ variable: z.string(), path: z.string(), value: z.string() }).optional(),
  canary: z.string(),
  /** What the report says of limits that no figure of the record stands for, as label and text. */
  limitFacts: z.array(z.tuple([z.string(), z.string()])),
  observed: z.string().optional(),
  unpricedModels: z.array(z.string()),
  /** As `METHOD /path`. */
  otherRequests: z.array(z.string()),
  /** Calls that a fallback answered, by `asked → answered`. */
  reroutes: z.record(z.string(), z.number()),
  /** Calls of subagents that were refused while the run went on, by the limit that did. */
  refusedSubagents: z.record(z.string(), z.object({ calls: z.number(), state: z.string() })),
  /** Headers that the agent sent and may not send, by name. */
  withheldHeaders: z.record(z.string(), z.number()),
  gatewayVersion: z.string().optional(),
  troubles: z.array(
    z.object({
      id: z.enum(['ledger-trouble', 'not-handed-on', 'unread-usage', 'unexpected']),
      message: z.string(),
    }),
  ),
});

export type Testament = z.infer<typeof testamentSchema>;
export type AskedBy = (typeof WAYS)[number];
export type EndCause = Testament['endedBy'];
export type Trouble = Testament['troubles'][number];

/** `undefined` for a text that is none of ours. */
export function readTestament(text: string): Testament | undefined {
  return testamentSchema.safeParse(parseJson(text)).data;
}
