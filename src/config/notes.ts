/** What a person should know about how a run was configured: right in itself, and probably not what was meant. */
import { resolve } from 'node:path';
import { INPUT_NAMES, type InputName, inputSpec, type Mode } from './inputs.js';
import type { Settings } from './settings.js';

/** Limits that the agent can be told it comes to the end of. */
const LIMITS_OF_USE = [
  'max-cost',
  'max-tokens',
  'max-input-tokens',
  'max-output-tokens',
  'max-weighted-tokens',
  'max-requests',
] as const satisfies readonly InputName[];

const NAMES_OF_LIMITS = LIMITS_OF_USE.map((name) => `\`${name}\``).join(', ');

function hasLimitOfUse(settings: Settings): boolean {
  return LIMITS_OF_USE.some((name) => settings.held(name) !== undefined);
}

/** Modes that limits and ranges of a task are for. */
const WITH_LIMITS: ReadonlySet<Mode> = new Set(['pre', 'wrap', 'post']);

/** What concerns the meter is told where it runs: other steps may be given less. */
export function configNotes(settings: Settings, mode: Mode): string[] {
  return [
    ...(WITH_LIMITS.has(mode) ? taskNotes(settings) : []),
    ...(mode === 'wrap' ? wrapNotes(settings) : []),
  ];
}

function wrapNotes(settings: Settings): string[] {
  return [
    ...killSwitchNotes(settings),
    ...limitNotes(settings),
    ...wrapUpNotes(settings),
    ...weightNotes(settings),
  ];
}

/** What only the log says. */
export function configRemarks(settings: Settings, mode: Mode): string[] {
  return [...taskRemarks(settings, mode === 'wrap'), ...idleInputs(settings, mode)];
}

/** Steps may share their inputs, so one that is for another mode is no fault. */
function idleInputs(settings: Settings, mode: Mode): string[] {
  return INPUT_NAMES.filter(
    (name) => settings.input(name) !== undefined && !inputSpec(name).modes.includes(mode),
  ).map(
    (name) =>
      `\`${name}\` is for ${list(inputSpec(name).modes)}: this step (\`${mode}\`) makes no use of it.`,
  );
}

function list(modes: readonly Mode[]): string {
  return modes.map((mode) => `\`${mode}\``).join(' and ');
}

/** A task may be a mere name, of a gate and of records. */
function taskRemarks(settings: Settings, isWrap: boolean): string[] {
  const task = settings.input('task');
  if (task === undefined || settings.own.content !== undefined) return [];
  if (isWrap && limitNotes(settings).length > 0) return [];
  return [
    `The task \`${task}\` is named, and ${noFile(settings)}: it names the gate and the records, and brings no limits.`,
  ];
}

/** Observed only, the agent starts all the same. */
function killSwitchNotes(settings: Settings): string[] {
  const killSwitch = settings.value('kill-switch');
  if (killSwitch === undefined || settings.value('observe') !== true) return [];
  return [
    `The kill switch is on (\`kill-switch: ${killSwitch}\`): without \`observe\` the agent would not be started.`,
  ];
}

/** Nothing but the agent itself would end such a run. Where nothing is blocked, a limit would not either. */
function limitNotes(settings: Settings): string[] {
  if (settings.value('observe') === true || hasLimitOfUse(settings)) return [];
  const task = settings.input('task');
  const where =
    settings.policy !== undefined
      ? `neither the step nor ${settings.policy.file} sets one`
      : `the step sets none, and ${noFile(settings)}${task === undefined ? '' : ` that could set those of the task \`${task}\``}`;
  return [`No limit of use holds for this run: ${where}. Limits of use are ${NAMES_OF_LIMITS}.`];
}

function noFile({ own }: Settings): string {
  return `there is no policy file (looked for ${resolve(own.file)})`;
}

/** A task that was forgotten runs without the limits of any task. */
function taskNotes({ task, policy }: Settings): string[] {
  const tasks = policy?.tasks ?? [];
  if (tasks.length === 0 || tasks.includes(task)) return [];
  return [
    `No \`task\` is given, so none of the limits and ranges of ${tasks.join(', ')} (${policy?.file}) hold.`,
  ];
}

/** A reserve of which nobody is told would only be a lower limit. */
function wrapUpNotes(settings: Settings): string[] {
  if (settings.value('wrap-up') !== true)
    return settings.value('reserve') === undefined
      ? []
      : ['`reserve` keeps nothing back without `wrap-up: true`.'];
  if (hasLimitOfUse(settings)) return [];
  return [`\`wrap-up: true\` tells the agent nothing without a limit of use: ${NAMES_OF_LIMITS}.`];
}

function weightNotes(settings: Settings): string[] {
  const isIdle =
    settings.value('token-weights') !== undefined && settings.value('max-weighted-tokens') === undefined;
  return isIdle ? ['`token-weights` have no effect without `max-weighted-tokens`.'] : [];
}
