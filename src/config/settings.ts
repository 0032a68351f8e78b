/** One value at a time: input, then task, then the file's defaults; and the list of everything that was wrong. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { AppError, describeError, type Fault } from '../core/errors.js';
import type { Position } from '../core/findings.js';
import { readMeterHandle } from '../core/meter-handle.js';
import { INPUTS, type InputName, type InputValue, inputSpec } from './inputs.js';
import { nearest } from './nearest.js';
import { type Policy, parsePolicy } from './policy-file.js';
import type { Environment } from './run-context.js';

export const DEFAULT_POLICY_FILE = '.github/spendgate.yml';

export type RawInputs = Partial<Record<InputName, string>>;

export interface PolicyMark {
  readonly variable: string;
  /** SHA-256, or a word where there is no file to read. */
  readonly checksum: string;
}

export class Settings {
  readonly task: string;
  readonly policy: Policy | undefined;
  readonly #environment: Environment;
  readonly faults: Fault[] = [];
  /** Checksum of the policy file as it stands now, and the variable that carries it from `wrap` to later steps. */
  readonly policyMark: PolicyMark;
  /** The policy file, where it is not what it was when `wrap` started; then it is not read. */
  changedPolicy: string | undefined;
  /** True when a policy file stands there and could not be used: what is missing may stand in it. */
  hasBrokenPolicy = false;
  readonly #inputs: RawInputs;

  constructor(inputs: RawInputs, environment: Environment) {
    this.#inputs = inputs;
    this.#environment = environment;
    this.task = this.input('task') ?? 'default';
    this.policyMark = markOf(this.input('config') ?? DEFAULT_POLICY_FILE);
    this.policy = this.#readPolicy();
    this.#checkTask();
  }

  /** An input as it was given; `undefined` when it is absent or blank. */
  input(name: InputName): string | undefined {
    const value = this.#inputs[name]?.trim();
    return value === undefined || value === '' ? undefined : value;
  }

  /** The parsed value that holds; `undefined` when nobody set it, or when it did not parse and the fault is noted. */
  value<N extends InputName>(name: N): InputValue<N> {
    const text = this.input(name) ?? this.#fromPolicy(name)?.text;
    if (text === undefined) return undefined;
    return this.attempt(name, inputSpec(name).example, () => INPUTS[name].parse(text) as InputValue<N>);
  }

  /** Where a value stands in the policy file; `undefined` when it came from an input or nobody set it. */
  position(name: InputName): Position | undefined {
    if (this.input(name) !== undefined || this.policy === undefined) return undefined;
    const setting = this.#fromPolicy(name);
    return setting && { file: this.policy.file, line: setting.line };
  }

  /** Runs a parser; an error of the user's making becomes a fault. */
  attempt<T>(where: string, example: string, parse: () => T): T | undefined {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.fault(where, error.message, example);
      return undefined;
    }
  }

  /** One value may be read for two purposes; its fault is told once. */
  fault(where: string, message: string, example: string): void {
    if (this.faults.some((fault) => fault.where === where && fault.message === message)) return;
    this.faults.push({ where, message, example });
  }

  /** True when something is wrong with this input already. */
  isFaulty(where: string): boolean {
    return this.faults.some((fault) => fault.where === where);
  }

  #fromPolicy(name: InputName): { readonly text: string; readonly line: number | undefined } | undefined {
    return this.policy?.tasks.get(this.task)?.get(name) ?? this.policy?.defaults.get(name);
  }

  #readPolicy(): Policy | undefined {
    const named = this.input('config');
    const file = named ?? DEFAULT_POLICY_FILE;
    if (this.#isChanged()) return this.#distrust(file);
    if (!existsSync(file)) {
      if (named !== undefined)
        this.fault('config', `The policy file ${file} does not exist.`, DEFAULT_POLICY_FILE);
      return undefined;
    }
    const text = readPolicyText(file);
    if ('reason' in text) {
      this.fault('config', `The policy file ${file} could not be read: ${text.reason}.`, DEFAULT_POLICY_FILE);
      return undefined;
    }
    const parsed = parsePolicy(text.text, file);
    if ('policy' in parsed) return parsed.policy;
    this.hasBrokenPolicy = true;
    this.faults.push(...parsed.faults);
    return undefined;
  }

  /** The agent can write to the workspace: what judges it must be what stood there before it started. */
  #isChanged(): boolean {
    const { variable, checksum } = this.policyMark;
    const before = this.#checksumBefore(variable);
    return before !== undefined && before !== checksum;
  }

  /** `post` has a run to judge, and does so without the file; no other mode goes on. */
  #distrust(file: string): undefined {
    this.changedPolicy = file;
    if (this.input('mode') === 'post') return;
    this.fault(
      'config',
      `The policy file ${file} was changed after \`wrap\` had started.`,
      'leave the file alone while a job runs',
    );
  }

  /** What the workflow hands on outranks the variable, which steps beside a meter in the background could have replaced. */
  #checksumBefore(variable: string): string | undefined {
    const handle = readMeterHandle(this.input('meter-control') ?? '');
    const [name, checksum] = handle?.policy.split(' ') ?? [];
    return name === variable ? checksum : this.#environment[variable];
  }

  /** A misspelt task would run without any of its limits. */
  #checkTask(): void {
    const known = [...(this.policy?.tasks.keys() ?? [])];
    if (known.length === 0 || this.task === 'default' || known.includes(this.task)) return;
    const suggestion = nearest(this.task, known);
    const message = `${JSON.stringify(this.task)} is not a task of ${this.policy?.file}; the nearest one is \`${suggestion}\`.`;
    this.fault('task', message, suggestion);
  }
}

function markOf(file: string): PolicyMark {
  const sum = (text: string) => createHash('sha256').update(text).digest('hex');
  const content = existsSync(file) ? readPolicyText(file) : undefined;
  const checksum = content === undefined ? 'none' : 'text' in content ? sum(content.text) : 'unreadable';
  return { variable: `SPENDGATE_POLICY_${sum(file).slice(0, 16).toUpperCase()}`, checksum };
}

function readPolicyText(file: string): { readonly text: string } | { readonly reason: string } {
  try {
    return { text: readFileSync(file, 'utf8') };
  } catch (error) {
    return { reason: describeError(error) };
  }
}
