/** The settings of one block: those of a task, of the file's defaults, or of an override. */
import type { Fault } from '../core/errors.js';
import { type InputName, inputSpec } from './inputs.js';
import { EXPECT_KEYS, LIMIT_KEYS, SETTING_NAMES } from './policy-schema.js';
import type { Path, PolicySource } from './policy-source.js';

/** One setting as it stands in the file. */
export interface Setting {
  readonly text: string;
  readonly line: number | undefined;
}

/** What a block says, once it fits the schema. */
export interface TaskBlock {
  readonly limits?: Readonly<Record<string, unknown>> | undefined;
  readonly expect?: Readonly<Record<string, unknown>> | undefined;
  readonly [key: string]: unknown;
}

export function readTask(
  task: TaskBlock,
  path: Path,
  source: PolicySource,
  faults: Fault[],
): Map<InputName, Setting> {
  const { limits = {}, expect = {}, ...settings } = task;
  const places: [InputName, unknown, Path][] = [
    ...SETTING_NAMES.map((name): [InputName, unknown, Path] => [name, settings[name], [...path, name]]),
    ...shortNames(limits, LIMIT_KEYS, [...path, 'limits']),
    ...shortNames(expect, EXPECT_KEYS, [...path, 'expect']),
  ];
  const read = new Map<InputName, Setting>();
  const given = new Map<InputName, Path>();
  for (const [name, value, place] of places) {
    if (value === undefined) continue;
    const earlier = given.get(name);
    if (earlier) faults.push(source.twice(path, earlier, place));
    given.set(name, place);
    const text = settingText(name, value);
    const fault = source.check(place, () => inputSpec(name).parse(text), inputSpec(name).example);
    if (fault) faults.push(fault);
    else read.set(name, { text, line: source.line(place) });
  }
  return read;
}

function settingText(name: InputName, value: unknown): string {
  if (Array.isArray(value)) return value.join(name === 'upstream' ? '\n' : ',');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, part]) => `${key}=${part}`)
    .join('\n');
}

function shortNames(
  block: Readonly<Record<string, unknown>>,
  names: Readonly<Record<string, InputName>>,
  path: Path,
): [InputName, unknown, Path][] {
  return Object.entries(names).map(([short, name]) => [name, block[short], [...path, short]]);
}
