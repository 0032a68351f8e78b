/**
 * The policy file: limits and expected ranges per task, in one YAML file beside the workflows.
 * It is checked whole, whichever task runs, and every fault names file, line and a right example.
 */
import type { z } from 'zod';
import type { Contract } from '../core/contract.js';
import type { Fault } from '../core/errors.js';
import type { Conversion } from '../core/units.js';
import { toContract } from './contract-block.js';
import { type InputName, inputSpec } from './inputs.js';
import { type GatewayPolicy, readGateway, readRates } from './policy-gateway.js';
import { EXPECT_KEYS, LIMIT_KEYS, SETTING_NAMES, type taskSchema } from './policy-schema.js';
import { type Path, PolicySource } from './policy-source.js';

/** One setting as it stands in the file. */
export interface Setting {
  readonly text: string;
  readonly line: number | undefined;
}

export interface Policy {
  readonly file: string;
  readonly gateway: GatewayPolicy;
  /** What a unit is worth in dollars, where somebody wrote it down. */
  readonly rates: readonly Conversion[];
  readonly contract: Contract | undefined;
  readonly defaults: ReadonlyMap<InputName, Setting>;
  readonly tasks: ReadonlyMap<string, ReadonlyMap<InputName, Setting>>;
}

/** The policy, or everything that is wrong with it. */
export function parsePolicy(text: string, file: string): { policy: Policy } | { faults: Fault[] } {
  const source = new PolicySource(text, file);
  const syntax = source.syntaxFaults();
  if (syntax.length > 0) return { faults: syntax };
  const faults: Fault[] = [];
  const data = source.read(faults);
  if (data === undefined) return { faults };
  const { gateway = {}, rates = {}, defaults = {}, tasks = {} } = data;
  const policy: Policy = {
    file,
    gateway: readGateway(gateway, source, faults),
    rates: readRates(rates, source, faults),
    contract: data.contract && toContract(data.contract),
    defaults: readTask(defaults, ['defaults'], source, faults),
    tasks: new Map(
      Object.entries(tasks).map(([name, task]) => [name, readTask(task, ['tasks', name], source, faults)]),
    ),
  };
  return faults.length > 0 ? { faults } : { policy };
}

function readTask(
  task: z.infer<typeof taskSchema>,
  path: Path,
  source: PolicySource,
  faults: Fault[],
): Map<InputName, Setting> {
  const { limits = {}, expect = {}, ...settings } = task;
  const places: [InputName, unknown, Path][] = [
    ...SETTING_NAMES.map((name): [InputName, unknown, Path] => [
      name,
      (settings as Record<string, unknown>)[name],
      [...path, name],
    ]),
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
  block: Record<string, unknown>,
  names: Record<string, InputName>,
  path: Path,
): [InputName, unknown, Path][] {
  return Object.entries(names).map(([short, name]) => [name, block[short], [...path, short]]);
}
