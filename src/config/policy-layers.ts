/**
 * The own policy file and the one it extends, as one. A setting: task of the own file, its defaults, then task and defaults
 * of the other. The `gateway` block is taken whole, since who is paid, where and with which key belong together, and so is
 * the `contract`; a rate counts by its unit. What the own file says outranks the other.
 */
import type { Contract } from '../core/contract.js';
import type { Position } from '../core/findings.js';
import type { Conversion } from '../core/units.js';
import type { InputName } from './inputs.js';
import type { OverrideEntry } from './override-block.js';
import type { Policy } from './policy-file.js';
import type { GatewayPolicy } from './policy-gateway.js';
import type { Path } from './policy-source.js';
import type { Setting } from './task-block.js';

/** Where in a file something was said. */
export interface Written {
  readonly block: 'task' | 'defaults';
  readonly text: string;
  readonly position: Position;
}

export class PolicyLayers {
  readonly #layers: readonly Policy[];
  /** Of the own file, for messages. */
  readonly file: string;
  /** Names of all tasks, those of the own file first. */
  readonly tasks: readonly string[];
  readonly gateway: GatewayPolicy | undefined;
  readonly contract: Contract | undefined;
  readonly rates: readonly Conversion[];
  readonly overrides: readonly OverrideEntry[];

  constructor(own: Policy, extended: Policy | undefined) {
    this.#layers = extended === undefined ? [own] : [own, extended];
    this.file = own.file;
    this.tasks = [...new Set(this.#layers.flatMap(({ tasks }) => [...tasks.keys()]))];
    this.gateway = own.gateway ?? extended?.gateway;
    this.contract = own.contract ?? extended?.contract;
    const others = (extended?.rates ?? []).filter(
      ({ unit }) => !own.rates.some((rate) => rate.unit === unit),
    );
    this.rates = [...own.rates, ...others];
    this.overrides = own.overrides;
  }

  /** The first place that says a setting of a task. */
  find(task: string, name: InputName): Written | undefined {
    for (const { tasks, defaults, position } of this.#layers) {
      const ofTask = tasks.get(task)?.get(name);
      if (ofTask !== undefined) return written('task', ofTask, position([]));
      const ofFile = defaults.get(name);
      if (ofFile !== undefined) return written('defaults', ofFile, position([]));
    }
    return undefined;
  }

  /** Where a block that is taken whole stands. */
  position(path: readonly ['gateway' | 'contract', ...Path]): Position | undefined {
    const [block] = path;
    return this.#layers.find((layer) => layer[block] !== undefined)?.position(path);
  }
}

function written(block: Written['block'], { text, line }: Setting, file: Position): Written {
  return { block, text, position: { ...file, line } };
}
