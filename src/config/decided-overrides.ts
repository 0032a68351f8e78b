/**
 * Which overrides hold for a task. It is decided once a job, by its first step: an override that ends while the job runs
 * ends for the next one, and `post` judges by what `wrap` was held to.
 */
import type { Fault } from '../core/errors.js';
import { nearest } from './nearest.js';
import type { OverrideEntry } from './override-block.js';
import type { Environment } from './run-context.js';

export const DECISION_VARIABLE = 'SPENDGATE_DECIDED_AT';
/** No job lasts longer, so no time further back is that of this one. */
const LONGEST_JOB_MS = 5 * 86_400_000;

export interface Decision {
  readonly at: Date;
  /** True when no step of this job has decided before. */
  readonly isFirst: boolean;
}

/** @param handed what the workflow itself hands on, which outranks the variable */
export function decisionTime(handed: string | undefined, environment: Environment, now: Date): Decision {
  const at = new Date(handed ?? environment[DECISION_VARIABLE] ?? Number.NaN);
  const age = now.getTime() - at.getTime();
  return age >= 0 && age <= LONGEST_JOB_MS ? { at, isFirst: false } : { at: now, isFirst: true };
}

export interface DecidedOverrides {
  /** The one that outranks the others first. */
  readonly active: readonly OverrideEntry[];
  readonly expired: readonly OverrideEntry[];
}

interface Told {
  readonly task: string;
  readonly knownTasks: readonly string[];
  readonly decidedAt: Date;
  readonly onFault: (fault: Fault) => void;
}

export function decideOverrides(entries: readonly OverrideEntry[], told: Told): DecidedOverrides {
  for (const entry of entries) checkTasks(entry, told);
  const own = entries.filter(({ tasks }) => tasks === undefined || tasks.includes(told.task));
  const [active, expired] = [true, false].map((holds) =>
    own.filter(({ until }) => until.getTime() > told.decidedAt.getTime() === holds),
  );
  checkClashes(active ?? [], told);
  return { active: active ?? [], expired: expired ?? [] };
}

function checkTasks({ tasks = [], place }: OverrideEntry, { knownTasks, onFault }: Told): void {
  for (const task of tasks) {
    if (knownTasks.length === 0 || task === 'default' || knownTasks.includes(task)) continue;
    const suggestion = nearest(task, knownTasks);
    const message = `task: ${JSON.stringify(task.slice(0, 100))} is not a task; the nearest one is \`${suggestion}\`.`;
    onFault({ where: place, message, example: `task: ${suggestion}` });
  }
}

/** What a run was started with outranks the file; two of the file that say the same would leave open which holds. */
function checkClashes(active: readonly OverrideEntry[], { onFault }: Told): void {
  const written = active.filter(({ position }) => position !== undefined);
  for (const [index, entry] of written.entries())
    for (const name of entry.settings.keys()) {
      const earlier = written.slice(0, index).find(({ settings }) => settings.has(name));
      if (earlier === undefined) continue;
      const message = `The overrides at ${earlier.place} and ${entry.place} both set \`${name}\`, and neither has ended.`;
      onFault({ where: entry.place, message, example: 'one of them, with the value that is meant' });
    }
}
