/** What a change of the policy file would change, task by task, as text for people and as JSON for programs. */
import { shownJson } from '../core/json.js';
import { oneLine, withoutCommands } from '../core/text.js';
import type { ResolvedRow } from './resolved.js';
import { LONGEST_CELL, LONGEST_ORIGIN, type ResolvedTask, sideJson } from './resolved-text.js';

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

export function compareTasks(
  before: ResolvedTask | undefined,
  after: ResolvedTask | undefined,
  kind: 'both' | 'added' | 'removed',
): TaskChange {
  const names = [...new Set([...(before?.rows ?? []), ...(after?.rows ?? [])].map(({ setting }) => setting))];
  const changes = names.flatMap((setting) => {
    const [old, now] = [rowNamed(before, setting), rowNamed(after, setting)];
    const own = { setting, before: old, after: now };
    const isOverridden = old.beneath !== undefined || now.beneath !== undefined;
    const beneath = {
      setting: `${setting}, when its override has ended`,
      before: old.beneath ?? old,
      after: now.beneath ?? now,
    };
    return [own, ...(isOverridden ? [beneath] : [])].filter(
      (change) => change.before.value !== change.after.value,
    );
  });
  const task = after?.task ?? before?.task ?? '';
  return { task, kind: kind === 'both' ? (changes.length === 0 ? 'same' : 'changed') : kind, changes };
}

function rowNamed(side: ResolvedTask | undefined, setting: string): ResolvedRow {
  const none = { setting, value: undefined, origin: undefined };
  return side?.rows.find((row) => row.setting === setting) ?? none;
}

const LONGEST_NOTE = 500;

const TITLES: Readonly<Record<TaskChange['kind'], string>> = {
  changed: '',
  same: ': no difference',
  added: ' (new)',
  removed: ' (removed)',
};

/** @param notes what is wrong with the version before the change */
export function renderComparison(tasks: readonly TaskChange[], notes: readonly string[] = []): string {
  const isSame = tasks.every(({ kind }) => kind === 'same');
  const changes = isSame ? 'no difference' : tasks.map(renderChange).join('\n\n');
  const lines = notes.map((note) => `Note: ${oneLine(note, LONGEST_NOTE)}`);
  return withoutCommands([changes, ...(lines.length === 0 ? [] : [lines.join('\n')])].join('\n\n'));
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

export function comparisonJson(tasks: readonly TaskChange[], notes: readonly string[] = []): string {
  return shownJson({
    different: tasks.some(({ kind }) => kind !== 'same'),
    notes: notes.map((note) => oneLine(note, LONGEST_NOTE)),
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
