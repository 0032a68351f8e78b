/**
 * What a sticky comment remembers: the runs it told of, and what it said last. It stands in the comment itself, as JSON in
 * a hidden line at its end. Anybody with a token of the repository can edit a comment, so it is read by schema, in bounds,
 * and escaped anew when it is shown.
 */
import { z } from 'zod';
import { parseJson } from '../../core/json.js';
import type { Report, ReportRun } from '../../core/report.js';

export const MAX_RUNS = 50;
const MAX_FINDINGS = 50;
/** What is written stays below it. */
const MAX_DATA = 30_000;

const slug = z.string().regex(/^[\w.:-]{1,80}$/);
/** What is not a figure is not known; the run is still a row. */
const figure = z.number().int().nonnegative().optional().catch(undefined);
const runSchema = z.object({
  runId: z.string().regex(/^[\w-]{1,40}$/),
  runAttempt: z.number().int().min(1).max(10_000),
  at: z.iso.datetime(),
  commit: z
    .string()
    .regex(/^[\da-f]{7,64}$/)
    .optional()
    .catch(undefined),
  verdict: z.enum(['within', 'outside', 'unknown']),
  requests: figure,
  inputTokens: figure,
  outputTokens: figure,
  costUsd: z
    .string()
    .regex(/^\d{1,12}(\.\d{1,12})?$/)
    .optional()
    .catch(undefined),
});
const saidSchema = z.object({
  verdict: z.string().max(20),
  gate: z.string().max(20),
  /** Ids of findings, and labels of figures outside their range; each sorted. */
  findings: z.array(slug).max(MAX_FINDINGS),
  outside: z.array(slug).max(MAX_FINDINGS),
});
const historySchema = z.object({
  v: z.literal(1),
  said: saidSchema,
  runs: z.array(z.unknown()).max(MAX_RUNS),
});

/** What a comment says, as far as a change of it is worth a word. */
export type Said = z.infer<typeof saidSchema>;

export interface History {
  /** `undefined` where it cannot be read. */
  readonly said: Said | undefined;
  /** Newest first. */
  readonly runs: readonly ReportRun[];
}

const OPENING = '<!-- spendgate-history ';
const HIDDEN = /<!-- spendgate-history (\{.*\}) -->\s*$/;

export function saidBy({ run, status, gate, findings, rows }: Report): Said {
  return {
    verdict: run?.verdict ?? status,
    gate: gate ?? 'none',
    findings: distinct(findings.map(({ id }) => id)),
    outside: distinct(rows.filter(({ verdict }) => verdict === 'bad').map(({ label }) => label)),
  };
}

export function saysTheSame(a: Said | undefined, b: Said): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}

/** A hidden line. Nothing in it can end it: `<`, `>` and the second of two dashes are written as their numbers. */
export function renderHistory({ said, runs }: History): string {
  const json = JSON.stringify({ v: 1, said, runs: runs.slice(0, MAX_RUNS) });
  const hidden = json.replace(/[<>]|(?<=-)-/g, (mark) =>
    mark === '-' ? '\\u002d' : `\\u00${mark === '<' ? '3c' : '3e'}`,
  );
  return `${OPENING}${hidden} -->`;
}

/** What stands at the end of a comment of our own; nothing where it is not as we write it. */
export function readHistory(body: string): History {
  const [, json = ''] = HIDDEN.exec(body.slice(-MAX_DATA)) ?? [];
  const parsed = historySchema.safeParse(parseJson(json));
  if (!parsed.success) return { said: undefined, runs: [] };
  const { said, runs } = parsed.data;
  return { said, runs: runs.flatMap((run) => readRun(run) ?? []) };
}

/** The runs of several comments, each run and attempt once, newest first; an earlier list outranks a later one. */
export function mergeRuns(lists: readonly (readonly ReportRun[])[]): ReportRun[] {
  const byId = new Map<string, ReportRun>();
  for (const run of lists.flat()) {
    const id = `${run.runId}/${run.runAttempt}`;
    if (!byId.has(id)) byId.set(id, run);
  }
  return [...byId.values()].sort((a, b) => b.at.localeCompare(a.at)).slice(0, MAX_RUNS);
}

/** The row of this report, where it is one that can be read back. */
export function rowOf({ run }: Report): ReportRun[] {
  return run === undefined ? [] : (readRun(run) ?? []);
}

function readRun(value: unknown): ReportRun[] | undefined {
  const parsed = runSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { commit, requests, inputTokens, outputTokens, costUsd } = parsed.data;
  return [{ ...parsed.data, commit, requests, inputTokens, outputTokens, costUsd }];
}

function distinct(words: readonly string[]): string[] {
  const slugs = words
    .map((word) => word.replace(/[^\w.:-]+/g, '-').slice(0, 80))
    .filter((word) => word !== '');
  return [...new Set(slugs)].sort().slice(0, MAX_FINDINGS);
}
