/**
 * A gate as an issue: what people read, and one hidden line that says it to programs. Everything in it that a run said is
 * escaped, and the hidden line cannot be closed from within.
 */
import { z } from 'zod';
import { type GateEntry, type GateFigure, gateSlug } from '../../core/gate.js';
import { parseJson } from '../../core/json.js';
import { escapeMarkdown } from '../../core/markdown.js';
import { oneLine } from '../../core/text.js';
import { MAX_ACTOR, MAX_REASON, shortActor, shortReason } from './gate-words.js';

export const GATE_LABEL = 'spendgate-gate';

const MAX_NAME = 100;
const MAX_FIGURES = 20;
const MAX_CELL = 60;

const time = z.iso.datetime();
const said = { at: time, run: z.string().max(MAX_NAME), actor: shortActor, reason: shortReason };
const markerSchema = z.object({
  gate: z.string(),
  closed: z.object({
    ...said,
    attempt: z.number().int(),
    until: time.nullish().transform((until) => until ?? undefined),
  }),
  /** What opened it, where that was no hand on the issue. */
  opened: z
    .object(said)
    .nullish()
    .transform((opened) => opened ?? undefined),
  /** Number of the issue that says the same, and counts. */
  twinOf: z
    .number()
    .int()
    .nullish()
    .transform((number) => number ?? undefined),
});

/** `gate` is the slug. */
export type GateMarker = z.infer<typeof markerSchema>;

const MARKER = /^<!-- spendgate:gate (\{.*\}) -->$/m;

/** `undefined` when the body is not that of a gate. */
export function readMarker(body: string): GateMarker | undefined {
  const [, json] = MARKER.exec(body) ?? [];
  return json === undefined ? undefined : markerSchema.safeParse(parseJson(json)).data;
}

export function withMarker(body: string, marker: GateMarker): string {
  // A function, because a reason may hold what a replacement pattern would be.
  return body.replace(MARKER, () => renderMarker(marker));
}

export function markerOf(entry: GateEntry): GateMarker {
  const { createdAt: at, runId: run, runAttempt: attempt, until } = entry;
  const actor = oneLine(entry.actor, MAX_ACTOR);
  const reason = oneLine(entry.reason, MAX_REASON);
  return {
    gate: gateSlug(entry.gate),
    closed: { at, run, actor, reason, attempt, until },
    opened: undefined,
    twinOf: undefined,
  };
}

/** JSON in a comment: what could end the comment stands there as its number. */
function renderMarker(marker: GateMarker): string {
  const json = JSON.stringify(marker).replace(
    /[<>@#$-]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `<!-- spendgate:gate ${json} -->`;
}

export function gateTitle(gate: string): string {
  return `spendgate: the gate ${oneLine(gate, MAX_NAME)} is closed`;
}

/** @param runUrl of the run that closes the gate */
export function gateBody(entry: GateEntry, until: string | undefined, runUrl: string | undefined): string {
  const name = code(entry.gate);
  const wait = until === undefined ? 'until a person opens it' : `until ${until}, or until a person opens it`;
  const parts = [
    renderMarker({ ...markerOf(entry), closed: { ...markerOf(entry).closed, until } }),
    `This issue is a closed gate: runs behind the gate ${name} wait ${wait}.`,
    gateReport(entry, runUrl),
    '### How to open it',
    'Look at that run. Then **close this issue**: the next run may start, and who closed it stands in its report. ' +
      `Or say why as well: run \`mode: gate\` with ${code(`gate: ${entry.gate}`)}, the \`gate-store\` of the runs behind it, \`gate-action: open\` and a \`reason\` on the default branch.`,
    `To close the gate again by hand, reopen the issue. The label \`${GATE_LABEL}\` and the hidden first line are how runs find it: leave both as they are.`,
  ];
  return `${parts.join('\n\n')}\n`;
}

/** Why, which figures, by whom and where. */
export function gateReport(entry: GateEntry, runUrl: string | undefined): string {
  const run = `run ${escapeMarkdown(entry.runId)}`;
  const link = runUrl === undefined ? run : `[${run}](${encodeURI(runUrl)})`;
  const by = `Closed by ${escapeMarkdown(oneLine(entry.actor, MAX_ACTOR))} in ${link}, attempt ${entry.runAttempt}, at ${entry.createdAt}.`;
  const why = `**Why:** ${escapeMarkdown(oneLine(entry.reason, MAX_REASON))}`;
  return [why, figureTable(entry.figures ?? []), by].filter((part) => part !== '').join('\n\n');
}

function figureTable(figures: readonly GateFigure[]): string {
  if (figures.length === 0) return '';
  const rows = figures.slice(0, MAX_FIGURES).map(({ label, observed, expected, limit }) => {
    const cells = [label, observed, expected, limit].map((text) => escapeMarkdown(oneLine(text, MAX_CELL)));
    return `| ${cells.join(' | ')} |`;
  });
  return ['| | Observed | Expected | Limit |', '|---|--:|--:|--:|', ...rows].join('\n');
}

/** A code span, in which nothing else has a meaning. Its fence is longer than any in the text, which is shown as it is. */
function code(text: string): string {
  const line = oneLine(text, MAX_NAME);
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  const gap = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${gap}${line}${gap}${fence}`;
}
