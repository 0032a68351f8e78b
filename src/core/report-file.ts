/**
 * A report as a file, for a run that may not write on the pull request: another run shows it. By then it is a stranger's
 * text, since whoever opened the pull request can have written it, so everything is bounded, and what would point
 * somewhere or decide something is not taken from it.
 */
import { z } from 'zod';
import { describeError } from './errors.js';
import { gateSlug } from './gate.js';
import { parseJson } from './json.js';
import type { Report, ReportTable } from './report.js';
import { cut } from './text.js';

export const REPORT_FILE_VERSION = 1;
export const MAX_REPORT_FILE_BYTES = 256 * 1024;

const MAX_TEXT = 4000;
const MAX_NAME = 300;
const MAX_ROWS = 100;
const MAX_COLUMNS = 20;
const MAX_FINDINGS = 200;
const MAX_TABLES = 20;
/** What fits whatever it is made of. */
const SHORT_ROWS = 20;
const SHORT_FINDINGS = 5;

const text = z.string().max(MAX_TEXT);
const name = z.string().max(MAX_NAME);
/** JSON has no word for what is not known. */
const share = z
  .number()
  .nullish()
  .transform((value) => value ?? undefined);
const count = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).optional();

const reportSchema = z.object({
  task: name,
  key: name,
  status: z.enum(['ok', 'warning', 'bad']),
  headline: text,
  rows: z
    .array(
      z.object({
        label: name,
        observed: name,
        expected: name,
        limit: name,
        share,
        shareOf: z.enum(['expected', 'limit']).optional(),
        verdict: z.enum(['ok', 'bad', 'unknown', 'none']),
      }),
    )
    .max(MAX_ROWS),
  facts: z.array(z.tuple([name, text])).max(MAX_ROWS),
  tables: z
    .array(
      z.object({
        head: z.array(name).max(MAX_COLUMNS),
        rows: z.array(z.array(name).max(MAX_COLUMNS)).max(MAX_ROWS),
        title: name.optional(),
        bars: z.object({ of: name, shares: z.array(share).max(MAX_ROWS) }).optional(),
      }),
    )
    .max(MAX_TABLES)
    .default([]),
  findings: z
    .array(
      z.object({
        id: name,
        level: z.enum(['error', 'warning', 'notice']),
        title: name,
        message: text,
        advice: text.optional(),
      }),
    )
    .max(MAX_FINDINGS),
  run: z
    .object({
      verdict: z.enum(['within', 'outside', 'unknown']),
      ending: z.enum(['cut', 'unseen']).optional(),
      requests: count,
      inputTokens: count,
      outputTokens: count,
      costUsd: z
        .string()
        .regex(/^\d{1,15}(?:\.\d{1,15})?$/)
        .optional(),
    })
    .optional(),
});

const fileSchema = z.object({ version: z.literal(REPORT_FILE_VERSION), report: reportSchema });

/** One a task: a job may have several. */
export function reportFileName(task: string): string {
  return `${gateSlug(task)}-report.json`;
}

/** What a file says of a run; when, where and of which commit it was is what GitHub says. */
export type ClaimedReport = z.infer<typeof reportSchema>;

/** Fits the bounds that reading asks for: what is longer is cut. */
export function renderReportFile(report: Report): string {
  const { rows, facts, findings, tables = [] } = report;
  const claimed = cutStrings({
    ...report,
    rows: rows.slice(0, MAX_ROWS),
    facts: facts.slice(0, MAX_ROWS),
    tables: tables.slice(0, MAX_TABLES).map((table) => cutTable(table)),
    findings: findings.slice(0, MAX_FINDINGS),
  });
  const file = JSON.stringify({ version: REPORT_FILE_VERSION, report: claimed }, undefined, 2);
  if (new TextEncoder().encode(file).length <= MAX_REPORT_FILE_BYTES) return `${file}\n`;
  const first = { rows: rows.slice(0, SHORT_ROWS), findings: findings.slice(0, SHORT_FINDINGS) };
  const short = cutStrings({ ...report, ...first, tables: [], facts: [] });
  return `${JSON.stringify({ version: REPORT_FILE_VERSION, report: short })}\n`;
}

function cutTable({ bars, ...table }: ReportTable): ReportTable {
  const rows = table.rows.slice(0, MAX_ROWS);
  return bars === undefined
    ? { ...table, rows }
    : { ...table, rows, bars: { ...bars, shares: bars.shares.slice(0, MAX_ROWS) } };
}

/** Names are the shorter of the two kinds of text, and the bound of every string that a table or a row holds. */
function cutStrings(value: unknown, key = ''): unknown {
  const max = key === 'headline' || key === 'message' || key === 'advice' ? MAX_TEXT : MAX_NAME;
  if (typeof value === 'string') return cut(value, max);
  if (Array.isArray(value)) return value.map((item) => cutStrings(item, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name_, field]) => [name_, cutStrings(field, name_)]));
}

export type ReadReport =
  | { readonly report: ClaimedReport; readonly fault?: undefined }
  | { readonly report?: undefined; readonly fault: string };

/** @param file at most `MAX_REPORT_FILE_BYTES` long */
export function readReportFile(file: string): ReadReport {
  const parsed = fileSchema.safeParse(parseJson(file));
  return parsed.success ? { report: parsed.data.report } : { fault: describeError(parsed.error) };
}
