/** One value at a time: override, input, task, then the file's defaults; and the list of everything that was wrong. */
import { AppError, type Fault } from '../core/errors.js';
import { type Position, renderPosition } from '../core/findings.js';
import { type DecidedOverrides, type Decision, decideOverrides, decisionTime } from './decided-overrides.js';
import { type ExtendedFile, parseExtended } from './extended-file.js';
import { gateVariable, type MarkedGate, readGateMark } from './gate-mark.js';
import { INPUTS, type InputName, type InputValue, inputSpec } from './inputs.js';
import { nearest } from './nearest.js';
import { endedFault, type OverrideEntry, readDispatch } from './override-block.js';
import {
  DEFAULT_POLICY_FILE,
  givenInput,
  handedOn,
  type OwnPolicy,
  type RawInputs,
  readOwnPolicy,
} from './own-policy.js';
import { isBlank, type ParsedPolicy, parsePolicy } from './policy-file.js';
import { PolicyLayers, type Written } from './policy-layers.js';
import type { Path } from './policy-source.js';
import type { Environment } from './run-context.js';

/** What is known of a step besides its inputs. */
export interface SettingsSources {
  readonly environment: Environment;
  readonly now: Date;
  /** Name of the event, and who started the run. */
  readonly event: string;
  readonly actor: string;
  /** The policy file, where it was read beforehand. */
  readonly own?: OwnPolicy | undefined;
  /** The file that it extends, read beforehand; `undefined` when it extends none. */
  readonly extended: ExtendedFile | undefined;
  /** True where a task that the file does not know is no mistake. */
  readonly takesAnyTask?: boolean;
  /** True where a policy file that is not there, or says nothing, is one without settings. */
  readonly mayBeEmpty?: boolean;
}

/** A value, and who said it. */
export type Held =
  | { readonly from: 'override'; readonly text: string; readonly override: OverrideEntry }
  | { readonly from: 'input'; readonly text: string }
  | (Written & { readonly from: 'policy' });

export class Settings {
  readonly task: string;
  readonly faults: Fault[] = [];
  /** The policy file as it stands now. */
  readonly own: OwnPolicy;
  readonly policy: PolicyLayers | undefined;
  readonly decision: Decision;
  /** Of this task. */
  readonly overrides: DecidedOverrides;
  /** What `wrap` of this job knew of the gate; `undefined` where none ran. */
  readonly markedGate: MarkedGate | undefined;
  /** The policy file, where it is not what it was when `wrap` started; then it is not read. */
  changedPolicy: string | undefined;
  /** True when a policy file stands there and could not be used: what is missing may stand in it. */
  hasBrokenPolicy = false;
  /** False where a task may stand in a file that could not be read. */
  #knowsTasks = true;
  readonly #inputs: RawInputs;
  readonly #sources: SettingsSources;

  constructor(inputs: RawInputs, sources: SettingsSources) {
    const { environment, now } = sources;
    this.#inputs = inputs;
    this.#sources = sources;
    this.task = this.input('task') ?? 'default';
    this.own = sources.own ?? readOwnPolicy(inputs, environment, now);
    this.policy = this.#readPolicy();
    this.#checkTask();
    this.markedGate = readGateMark(handedOn(inputs).gate ?? environment[gateVariable(this.task)]);
    this.decision = decisionTime(handedOn(inputs).decidedAt, environment, now);
    this.overrides = decideOverrides([...this.#dispatched(), ...(this.policy?.overrides ?? [])], {
      task: this.task,
      knownTasks: this.#knownTasks(),
      decidedAt: this.decision.at,
      onFault: (fault) => this.faults.push(fault),
    });
    this.#checkEnd();
  }

  /** An input as it was given; `undefined` when it is absent or blank. */
  input(name: InputName): string | undefined {
    return givenInput(this.#inputs, name);
  }

  /** The parsed value that holds; `undefined` when nobody set it, or when it did not parse and the fault is noted. */
  value<N extends InputName>(name: N): InputValue<N> {
    const text = this.held(name)?.text;
    if (text === undefined) return undefined;
    return this.attempt(name, inputSpec(name).example, () => INPUTS[name].parse(text) as InputValue<N>);
  }

  /** What holds, with who said it. An override outranks the input: that is what it is for. */
  held(name: InputName): Held | undefined {
    const override = this.overrides.active.find(({ settings }) => settings.has(name));
    const text = override?.settings.get(name)?.text;
    if (override !== undefined && text !== undefined) return { from: 'override', text, override };
    return this.withoutOverrides(name);
  }

  /** What would hold if nobody had overridden it. */
  withoutOverrides(name: InputName): Held | undefined {
    const input = this.input(name);
    if (input !== undefined) return { from: 'input', text: input };
    const written = this.policy?.find(this.task, name);
    return written && { from: 'policy', ...written };
  }

  /** Where a value stands in a policy file; `undefined` when it came from an input or nobody set it. */
  position(name: InputName): Position | undefined {
    const held = this.held(name);
    if (held === undefined || held.from === 'input') return undefined;
    if (held.from === 'policy') return held.position;
    const line = held.override.settings.get(name)?.line;
    return held.override.position && { ...held.override.position, line };
  }

  /** Where a value is to be corrected: `file:line` of the policy, or the input's name. */
  where(name: InputName): string {
    const position = this.position(name);
    return position === undefined ? name : renderPosition(position);
  }

  /** `file:line` of a part of the policy that is no setting, for faults. */
  place(path: readonly ['gateway' | 'contract', ...Path]): string {
    const position = this.policy?.position(path);
    return position === undefined ? 'config' : renderPosition(position);
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

  #readPolicy(): PolicyLayers | undefined {
    const { file, content, parsed, isChanged } = this.own;
    if (isChanged) return this.#distrust(file);
    const saysNothing = content === undefined || (content.text !== undefined && isBlank(content.text));
    if (this.#sources.mayBeEmpty && saysNothing)
      return this.#layers('version: 1', parsePolicy('version: 1', file));
    if (content === undefined) {
      if (this.input('config') !== undefined)
        this.fault('config', `The policy file ${file} does not exist.`, DEFAULT_POLICY_FILE);
      return undefined;
    }
    if (content.text === undefined) {
      const message = `The policy file ${file} ${content.why}.`;
      this.fault('config', message, DEFAULT_POLICY_FILE);
      return undefined;
    }
    return parsed && this.#layers(content.text, parsed);
  }

  #layers(text: string, parsed: ParsedPolicy): PolicyLayers | undefined {
    if ('faults' in parsed) {
      this.#broken(parsed.faults);
      const { rest } = parsed;
      // What the other file says was not read for a file that is wrong.
      this.#knowsTasks = rest !== undefined && !text.includes('extends');
      return rest && new PolicyLayers(rest, undefined);
    }
    const { policy } = parsed;
    if (policy.extends === undefined) return new PolicyLayers(policy, undefined);
    const position = policy.position(['extends']);
    const { extended: read, now } = this.#sources;
    const extended = parseExtended({ reference: policy.extends, position, read, now });
    if ('policy' in extended) return new PolicyLayers(policy, extended.policy);
    this.#broken(extended.faults);
    this.#knowsTasks = extended.rest !== undefined;
    return new PolicyLayers(policy, extended.rest);
  }

  /** What is left of the file is checked further; nothing is run by it. */
  #broken(faults: readonly Fault[]): void {
    this.hasBrokenPolicy = true;
    this.faults.push(...faults);
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

  /** Only whoever may start a run by hand may say what it may use; the words of other events can be a stranger's. */
  #dispatched(): OverrideEntry[] {
    const text = this.input('override');
    if (text === undefined) return [];
    const { event, actor, now } = this.#sources;
    if (event !== 'workflow_dispatch') {
      const message = `It is honoured only where a person started the run by hand (\`workflow_dispatch\`): on the event \`${event}\` its text could come from a stranger.`;
      this.fault('override', message, '${{ inputs.override }}, which is empty on every other event');
      return [];
    }
    const read = readDispatch(text, actor, now);
    if ('entry' in read) return [read.entry];
    this.faults.push(...read.faults);
    return [];
  }

  /** `post` has a run to judge, which one that has ended by now may have held for. One of the file is ignored, and told. */
  #checkEnd(): void {
    if (this.input('mode') === 'post') return;
    const typed = this.overrides.expired.filter(({ position }) => position === undefined);
    this.faults.push(...typed.map((entry) => endedFault(entry, this.#sources.now)));
  }

  #knownTasks(): readonly string[] {
    return this.#knowsTasks ? (this.policy?.tasks ?? []) : [];
  }

  /** A misspelt task would run without any of its limits. */
  #checkTask(): void {
    const known = this.#knownTasks();
    if (
      this.#sources.takesAnyTask ||
      known.length === 0 ||
      this.task === 'default' ||
      known.includes(this.task)
    )
      return;
    const suggestion = nearest(this.task, known);
    const message = `${JSON.stringify(this.task)} is not a task of ${this.policy?.file}; the nearest one is \`${suggestion}\`.`;
    this.fault('task', message, suggestion);
  }
}
