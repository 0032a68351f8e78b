/** What a person should know about how a run was configured: right in itself, and probably not what was meant. */
import type { InputName, Mode } from './inputs.js';
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

/** Modes that limits and ranges of a task are for. */
const WITH_LIMITS: ReadonlySet<Mode> = new Set(['pre', 'wrap', 'post']);

/** What concerns the meter is told where it runs: other steps may be given less. */
export function configNotes(settings: Settings, mode: Mode): string[] {
  const tasks = WITH_LIMITS.has(mode) ? taskNotes(settings) : [];
  return [...tasks, ...(mode === 'wrap' ? [...wrapUpNotes(settings), ...weightNotes(settings)] : [])];
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
  if (LIMITS_OF_USE.some((name) => settings.value(name) !== undefined)) return [];
  const names = LIMITS_OF_USE.map((name) => `\`${name}\``).join(', ');
  return [`\`wrap-up: true\` tells the agent nothing without a limit of use: ${names}.`];
}

function weightNotes(settings: Settings): string[] {
  const isIdle =
    settings.value('token-weights') !== undefined && settings.value('max-weighted-tokens') === undefined;
  return isIdle ? ['`token-weights` have no effect without `max-weighted-tokens`.'] : [];
}
