/** Resolved configurations as text for people and as JSON for programs. Nothing in it can command a runner that reads along. */
import { expiredFinding, type TaskOverride } from '../core/override.js';
import { oneLine, withoutCommands } from '../core/text.js';
import type { ResolvedRow, RowOrigin } from './resolved.js';

export interface ResolvedTask {
  readonly task: string;
  readonly rows: readonly ResolvedRow[];
  readonly expired: readonly TaskOverride[];
}

/** How two versions of a policy file differ for a task. */
export interface TaskChange {
  readonly task: string;
  /** `added` and `removed`: only one of the two knows the task. */
  readonly kind: 'changed' | 'same' | 'added' | 'removed';
  readonly changes: readonly RowChange[];
}

export interface RowChange {
  readonly setting: string;
  readonly before: ResolvedRow;
  readonly after: ResolvedRow;
}

const LONGEST_CELL = 80;
const LONGEST_ORIGIN = 200;

export function renderTasks(tasks: readonly ResolvedTask[]): string {
  return withoutCommands(tasks.map(renderTask).join('\n\n'));
}

function renderTask({ task, rows, expired }: ResolvedTask): string {
  const said = rows.filter(({ value }) => value !== undefined);
  const unsaid = rows.filter(({ value }) => value === undefined).map(({ setting }) => setting);
  const table = alignColumns([
    ['SETTING', 'VALUE', 'ORIGIN'],
    ...said.map(({ setting, value, origin }) => [
      oneLine(setting, LONGEST_CELL),
      oneLine(value ?? '', LONGEST_CELL),
      oneLine(origin?.text ?? '', LONGEST_ORIGIN),
    ]),
  ]);
  return [
    `Task ${oneLine(task, LONGEST_CELL)}`,
    ...table.map((line) => `  ${line}`),
    ...(unsaid.length === 0 ? [] : [`  Not set: ${unsaid.join(', ')}`]),
    ...expired.map((override) => `  Note: ${oneLine(expiredFinding(override).message, LONGEST_ORIGIN)}`),
  ].join('\n');
}

function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

export function compareTasks(
  before: ResolvedTask | undefined,
  after: ResolvedTask | undefined,
  kind: 'both' | 'added' | 'removed',
): TaskChange {
  const names = [...new Set([...(before?.rows ?? []), ...(after?.rows ?? [])].map(({ setting }) => setting))];
  const changes = names.flatMap((setting) => {
    const [old, now] = [before, after].map((side) => rowNamed(side, setting));
    return old === undefined || now === undefined || old.value === now.value
      ? []
      : [{ setting, before: old, after: now }];
  });
  const task = after?.task ?? before?.task ?? '';
  return { task, kind: kind === 'both' ? (changes.length === 0 ? 'same' : 'changed') : kind, changes };
}

function rowNamed(side: ResolvedTask | undefined, setting: string): ResolvedRow {
  const none = { setting, value: undefined, origin: undefined };
  return side?.rows.find((row) => row.setting === setting) ?? none;
}

const TITLES: Readonly<Record<TaskChange['kind'], string>> = {
  changed: '',
  same: ': no difference',
  added: ' (new)',
  removed: ' (removed)',
};

export function renderComparison(tasks: readonly TaskChange[]): string {
  if (tasks.every(({ kind }) => kind === 'same')) return 'no difference';
  return withoutCommands(tasks.map(renderChange).join('\n\n'));
}

function renderChange({ task, kind, changes }: TaskChange): string {
  const lines = changes.map(
    ({ setting, before, after }) =>
      `  ${oneLine(setting, LONGEST_CELL)}: ${renderSide(before)} → ${renderSide(after)}`,
  );
  return [`Task ${oneLine(task, LONGEST_CELL)}${TITLES[kind]}`, ...lines].join('\n');
}

function renderSide({ value, origin }: ResolvedRow): string {
  if (value === undefined) return 'not set';
  const from = origin === undefined ? '' : ` (${oneLine(origin.text, LONGEST_ORIGIN)})`;
  return `${oneLine(value, LONGEST_CELL)}${from}`;
}

export function tasksJson(tasks: readonly ResolvedTask[]): string {
  return toJson({
    tasks: Object.fromEntries(
      tasks.map(({ task, rows }) => [
        task,
        Object.fromEntries(rows.map((row) => [row.setting, sideJson(row)])),
      ]),
    ),
  });
}

export function comparisonJson(tasks: readonly TaskChange[]): string {
  return toJson({
    different: tasks.some(({ kind }) => kind !== 'same'),
    tasks: Object.fromEntries(
      tasks.map(({ task, kind, changes }) => [
        task,
        {
          kind,
          changes: changes.map(({ setting, before, after }) => ({
            setting,
            before: sideJson(before),
            after: sideJson(after),
          })),
        },
      ]),
    ),
  });
}

function sideJson({ value, origin }: ResolvedRow): object {
  return { value: value ?? null, origin: origin === undefined ? null : originJson(origin) };
}

function originJson({ kind, text, position }: RowOrigin): object {
  return { kind, text, ...position };
}

/** The escape keeps a value what it is, and a runner that reads along from obeying it. */
function toJson(value: object): string {
  return JSON.stringify(value, null, 2).replaceAll('##[', '\\u0023#[');
}
