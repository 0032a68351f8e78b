/**
 * The policy file: limits and expected ranges per task, in one YAML file beside the workflows.
 * It is checked whole, whichever task runs, and every fault names file, line and a right example.
 */
import type { z } from 'zod';
import type { Contract } from '../core/contract.js';
import type { Fault } from '../core/errors.js';
import { type Position, renderPosition } from '../core/findings.js';
import type { Conversion } from '../core/units.js';
import { toContract } from './contract-block.js';
import { EXTENDS_EXAMPLE, type ExtendsReference, parseExtends } from './extends.js';
import type { InputName } from './inputs.js';
import { type OverrideEntry, type Reading, readOverrides } from './override-block.js';
import { type GatewayPolicy, readGateway, readRates } from './policy-gateway.js';
import { LENIENT_POLICY, policySchema } from './policy-schema.js';
import { type Path, PolicySource } from './policy-source.js';
import { readTask, type Setting } from './task-block.js';

const EMPTY = 'the file: it is empty, and a policy file says at least its version.';

export interface Policy {
  /** As it is shown: a path, or `acme/platform@0123456789ab:path` where it stands in another repository. */
  readonly file: string;
  /** Defaults of an organisation; `undefined` when the file stands alone. */
  readonly extends: ExtendsReference | undefined;
  /** `undefined` when the file says nothing of a gateway. */
  readonly gateway: GatewayPolicy | undefined;
  /** What a unit is worth in dollars, where somebody wrote it down. */
  readonly rates: readonly Conversion[];
  readonly contract: Contract | undefined;
  readonly defaults: ReadonlyMap<InputName, Setting>;
  readonly tasks: ReadonlyMap<string, ReadonlyMap<InputName, Setting>>;
  readonly overrides: readonly OverrideEntry[];
  /** Where a path such as `gateway`, `id` stands. */
  readonly position: (path: Path) => Position;
}

export interface PolicyPlace {
  /** Where the file stands, when that is another repository: `owner/name@sha`. */
  readonly repository?: string;
  /** For how far away an end is. */
  readonly now?: Date;
}

/** Nothing, or comments alone. */
export function isBlank(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(?:#|$)/.test(line));
}

/** The policy, or everything that is wrong with it; then also what is left of it, for further checks and nothing else. */
export type ParsedPolicy =
  | { readonly policy: Policy }
  | { readonly faults: readonly Fault[]; readonly rest?: Policy };

/** Checks the whole file. Throws nothing: what is wrong with it is in the answer. */
export function parsePolicy(
  text: string,
  file: string,
  { repository, now = new Date() }: PolicyPlace = {},
): ParsedPolicy {
  const shown = repository === undefined ? file : renderPosition({ file, line: undefined, repository });
  if (isBlank(text)) return { faults: [{ where: `${shown}:1`, message: EMPTY, example: 'version: 1' }] };
  const source = new PolicySource(text, shown, now);
  const syntax = source.syntaxFaults();
  if (!source.isReadable) return { faults: syntax };
  const faults = syntax;
  const names = source.keys(['tasks']);
  const data = source.read({ strict: policySchema, lenient: LENIENT_POLICY }, faults);
  if (data === undefined) return { faults };
  if (repository !== undefined) faults.push(...notInExtended(data, source));
  const position = (path: Path): Position => ({
    file,
    line: source.line(path),
    ...(repository === undefined ? {} : { repository }),
  });
  const policy = { file: shown, ...toPolicy(data, { source, position, faults, now }) };
  if (faults.length === 0) return { policy };
  // A task of which nothing could be read is one all the same.
  const tasks = new Map(names.map((name) => [name, policy.tasks.get(name) ?? new Map()]));
  return { faults, rest: { ...policy, tasks } };
}

function toPolicy(data: z.infer<typeof LENIENT_POLICY>, reading: Reading): Omit<Policy, 'file'> {
  const { source, position, faults } = reading;
  const { gateway, rates = {}, contract, defaults = {}, tasks = {}, overrides = [] } = data;
  return {
    extends: data.extends === undefined ? undefined : readExtends(data.extends, source, faults),
    gateway: gateway && readGateway(gateway, source, faults),
    rates: readRates(rates, source, faults),
    contract: contract && toContract(contract),
    defaults: readTask(defaults, ['defaults'], source, faults),
    tasks: new Map(
      Object.entries(tasks).map(([name, task]) => [name, readTask(task, ['tasks', name], source, faults)]),
    ),
    overrides: readOverrides(overrides, reading),
    position,
  };
}

function readExtends(text: string, source: PolicySource, faults: Fault[]): ExtendsReference | undefined {
  let reference: ExtendsReference | undefined;
  const read = () => {
    reference = parseExtends(text);
  };
  const fault = source.check(['extends'], read, EXTENDS_EXAMPLE);
  if (fault) faults.push(fault);
  return reference;
}

/** What only the file of the repository itself may say. */
function notInExtended(data: { extends?: unknown; overrides?: unknown }, source: PolicySource): Fault[] {
  const faults: Fault[] = [];
  if (data.extends !== undefined)
    faults.push({
      where: source.place(['extends']),
      message: 'A file that others extend extends no further file: a reader could not find what holds.',
      example: 'the settings themselves',
    });
  if (data.overrides !== undefined)
    faults.push({
      where: source.place(['overrides']),
      message:
        'A file that others extend holds no overrides: whoever pinned it could be neither asked nor told when one is withdrawn.',
      example: 'the override in the policy file of the repository it is for',
    });
  return faults;
}
