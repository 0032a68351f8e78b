/**
 * An override: somebody decided that a task may use more, or less, until a day. It has an end, and ends by itself.
 * Whoever reads a report sees who decided, why, and what it came to.
 */
import { z } from 'zod';
import { AppError } from './errors.js';
import { type Finding, finding, type Position } from './findings.js';
import { oneLine } from './text.js';

const DAY_MS = 86_400_000;
/** What is meant to last belongs into the task itself. */
const LONGEST_DAYS = 90;
export const MAX_NAME = 100;
export const MAX_REASON = 300;
const MAX_VALUE = 200;
/** A record may come from elsewhere. There are fewer settings, and two overrides that hold set none of them twice. */
const MAX_OVERRIDES = 60;
const MAX_CHANGES = 60;
/** How far away the end of an example is: one that has passed would be no example. */
const EXAMPLE_DAYS = 14;

/** A name or a word of a person's, cut to what a report has room for. */
const words = (length: number) => z.string().transform((text) => oneLine(text, length));

/** One override as the usage record has it. */
export const overrideSchema = z.object({
  by: words(MAX_NAME),
  reason: words(MAX_REASON),
  /** ISO 8601 UTC; from then on it no longer holds. */
  until: words(MAX_NAME),
  /** `policy .github/spendgate.yml:12`, or `workflow_dispatch`. */
  origin: words(MAX_VALUE),
  /** Each setting, with what would hold without it; absent where nothing would. */
  changes: z
    .array(
      z.object({
        setting: words(MAX_NAME),
        before: words(MAX_VALUE).optional(),
        after: words(MAX_VALUE),
      }),
    )
    .max(MAX_CHANGES),
});
export const overridesSchema = z.array(overrideSchema).max(MAX_OVERRIDES);

export type OverrideRecord = z.infer<typeof overrideSchema>;

/** An override of this run's task, and where somebody can look at it. */
export interface TaskOverride {
  readonly record: OverrideRecord;
  /** `undefined` where it came by `workflow_dispatch`. */
  readonly position: Position | undefined;
}

/** The day on which an override could end, for examples. */
export function exampleEnd(now: Date): string {
  return new Date(now.getTime() + EXAMPLE_DAYS * DAY_MS).toISOString().slice(0, 10);
}

/** When something ends. A day ends with its last moment, UTC. @throws {AppError} `bad-value`. */
export function parseUntil(text: string, now: Date): Date {
  const [, date = '', time] =
    /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.exec(text.trim()) ??
    [];
  const day = new Date(`${date}T00:00:00Z`);
  const end = time === undefined ? new Date(day.getTime() + DAY_MS) : new Date(`${date}${time}`);
  // The thirty-first of February is read as a day of March.
  if (!Number.isNaN(end.getTime()) && day.toISOString().startsWith(date)) return end;
  const said = JSON.stringify(text.slice(0, MAX_NAME));
  throw new AppError(
    'bad-value',
    `${said} is neither a date nor an ISO time with its zone. The end must be absolute: a run that is started again keeps its words.`,
    { hint: `${exampleEnd(now)}, or ${exampleEnd(now)}T18:00:00Z` },
  );
}

/** @throws {AppError} `bad-value` when it would hold for too long. */
export function checkEnd(until: Date, now: Date): void {
  if (until.getTime() - now.getTime() <= LONGEST_DAYS * DAY_MS) return;
  const latest = new Date(now.getTime() + (LONGEST_DAYS - 1) * DAY_MS).toISOString().slice(0, 10);
  throw new AppError(
    'bad-value',
    `an override ends within ${LONGEST_DAYS} days. What is meant to last belongs into the task itself.`,
    { hint: `until: ${latest}` },
  );
}

/** The moment it ends, without the thousandths that nobody wrote. */
export function renderUntil(until: Date): string {
  return until.toISOString().replace('.000Z', 'Z');
}

/** `max-cost from 2 USD to 10 USD, max-requests from no value to 200`. */
export function renderChanges({ changes }: Pick<OverrideRecord, 'changes'>): string {
  return changes
    .map(({ setting, before, after }) => `${setting} from ${before ?? 'no value'} to ${after}`)
    .join(', ');
}

export function overrideFacts(overrides: readonly OverrideRecord[]): [string, string][] {
  return overrides.map((override) => [
    'Override',
    `${renderChanges(override)}, until ${override.until}, by ${override.by}`,
  ]);
}

/** @param title what it does: one that held while the run went on need not be what it is judged by */
export function activeFinding({ record, position }: TaskOverride, title = 'An override holds'): Finding {
  const { by, reason, until, origin } = record;
  const message = `Until ${until}, by ${by} (${origin}), because: “${reason}”. It sets ${renderChanges(record)}.`;
  return finding('notice', 'override-active', title, message, { position });
}

export function expiredFinding({ record, position }: TaskOverride): Finding {
  const { by, until, origin } = record;
  const message = `The override of ${by} (${origin}) ended at ${until} and is ignored.`;
  return finding('notice', 'override-expired', 'An override has ended', message, {
    advice: 'Remove it, or give it a new end.',
    position,
  });
}

/** Those that have ended by now and that the run was not held to, as far as its record tells. */
export function unheldOverrides(
  own: readonly TaskOverride[],
  recorded: readonly OverrideRecord[],
  now: Date,
): TaskOverride[] {
  const held = new Set(recorded.map(keyOf));
  return own.filter(({ record }) => Date.parse(record.until) <= now.getTime() && !held.has(keyOf(record)));
}

function keyOf({ by, origin, until, reason }: OverrideRecord): string {
  return JSON.stringify([by, origin, until, reason]);
}

/** Those of the record, and those of this step that the record does not tell: each once. */
export function joinOverrides(
  recorded: readonly OverrideRecord[],
  own: readonly TaskOverride[],
): TaskOverride[] {
  const known = new Map<string, TaskOverride>();
  for (const record of recorded) known.set(keyOf(record), { record, position: undefined });
  for (const override of own) known.set(keyOf(override.record), override);
  return [...known.values()];
}
