/** What holds, as text for people and as JSON for programs. Nothing in it can command a runner or a terminal. */
import { shownJson } from '../core/json.js';
import { expiredFinding, type TaskOverride } from '../core/override.js';
import { oneLine, withoutCommands } from '../core/text.js';
import type { ResolvedRow, RowOrigin } from './resolved.js';

export interface ResolvedTask {
  readonly task: string;
  readonly rows: readonly ResolvedRow[];
  readonly expired: readonly TaskOverride[];
}

export const LONGEST_CELL = 80;
export const LONGEST_ORIGIN = 200;

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

export function tasksJson(tasks: readonly ResolvedTask[]): string {
  return shownJson(
    {
      tasks: Object.fromEntries(
        tasks.map(({ task, rows }) => [
          task,
          Object.fromEntries(rows.map((row) => [row.setting, sideJson(row)])),
        ]),
      ),
    },
    2,
  );
}

export function sideJson({ value, origin }: ResolvedRow): object {
  return { value: value ?? null, origin: origin === undefined ? null : originJson(origin) };
}

function originJson({ kind, text, position }: RowOrigin): object {
  return { kind, text, ...position };
}
