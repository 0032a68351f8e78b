/**
 * The check that a branch rule can require: opened before the agent starts, completed by `post`, and failed where nobody
 * completed it. What finds it again is its commit, its name and its external id, never what a step told another one.
 */
import { parseJson } from './json.js';
import type { Report } from './report.js';

export type CheckKind = 'run' | 'status';

export interface CheckTarget {
  readonly kind: CheckKind;
  readonly name: string;
  readonly sha: string;
  /** Tells this job's check from another's of the same name. */
  readonly externalId: string;
  readonly runUrl: string | undefined;
}

/** How a report becomes a conclusion. */
export interface CheckRules {
  /** What is outside its range is told, and fails nothing. */
  readonly isAdvisory: boolean;
  /** Nothing at all is failed, whatever is found. */
  readonly isObserved?: boolean | undefined;
  /** The report comes from a run that could have forged it, so it proves nothing good. */
  readonly isUnproven: boolean;
}

export type Conclusion = 'success' | 'failure' | 'neutral' | 'action_required';

/** What a person has to do something about before a run may start; else it is the budget that has to change. */
const WAITS_FOR_A_PERSON = /^(?:gate-|rerun|re-run)/;

/** `undefined` where the report is not the last word on a run. */
export function concludeCheck(report: Report, rules: CheckRules): Conclusion | undefined {
  if (report.mode === 'pre') return concludeDenial(report);
  if (report.mode !== 'post') return undefined;
  const ending = concludeEnding(report, rules);
  if (ending !== undefined) return ending;
  const verdict = report.run?.verdict ?? 'unknown';
  if (verdict === 'outside') return rules.isAdvisory ? 'neutral' : 'failure';
  return verdict === 'within' && !rules.isUnproven ? 'success' : 'neutral';
}

/** Small figures of a run that died are no sign of anything; that too much of something fails nothing does not excuse it. */
function concludeEnding({ run }: Report, rules: CheckRules): Conclusion | undefined {
  if (run?.ending === undefined) return undefined;
  if (rules.isObserved) return 'neutral';
  return run.ending === 'unseen' && rules.isAdvisory ? 'neutral' : 'failure';
}

/** A run that may start has its check open until `post`. */
function concludeDenial({ status, findings }: Report): Conclusion | undefined {
  if (status !== 'bad') return undefined;
  const denying = findings.find(({ level }) => level === 'error');
  return denying !== undefined && WAITS_FOR_A_PERSON.test(denying.id) ? 'action_required' : 'failure';
}

/** The one of this job: in progress before completed, which a later word of the same job corrects. */
export function ownCheck<T extends { readonly externalId: string; readonly isCompleted: boolean }>(
  checks: readonly T[],
  { externalId }: CheckTarget,
): T | undefined {
  const own = checks.filter((check) => check.externalId === externalId);
  return own.find(({ isCompleted }) => !isCompleted) ?? own[0];
}

/** How far a job came, as its steps say it one after the other. */
const PROGRESS = {
  'pre began': '`pre` did not end: it failed, was killed, or the job was cancelled.',
  'pre ended': '`pre` let the run start, and no `post` step judged it.',
  'wrap began': '`wrap` was killed or cancelled, or could not start; no `post` step judged the run.',
  'wrap ended': 'No `post` step judged the run after `wrap`.',
  'post began': '`post` did not end: it failed, was killed, or the job was cancelled.',
  'post ended': '`post` ended, and could not complete this check.',
} as const;

export type Progress = keyof typeof PROGRESS;

const UNKNOWN_PROGRESS = 'No `post` step judged the run.';

/** Why the check is failed, for people. @param progress from the job's environment, so it decides nothing */
export function unfinishedBecause(progress: string | undefined): string {
  const known = Object.entries(PROGRESS).find(([name]) => name === progress);
  return `spendgate did not finish: ${known?.[1] ?? UNKNOWN_PROGRESS}`;
}

/** What the step that opened a check leaves for the end of the job, where only this step's own hook reads it. */
export interface CheckState extends CheckTarget {
  /** Of the check run, or of the commit status that is pending. */
  readonly id: number;
  /** Variable of the job that says how far it came. */
  readonly progressVariable: string;
}

export function renderCheckState(state: CheckState): string {
  return JSON.stringify(state);
}

/** `undefined` when the text is none. */
export function readCheckState(text: string): CheckState | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const string = (name: string) => {
    const field = fields.get(name);
    return typeof field === 'string' ? field : undefined;
  };
  const [name, sha, externalId] = [string('name'), string('sha'), string('externalId')];
  const [kind, progressVariable] = [string('kind'), string('progressVariable')];
  const id = fields.get('id');
  if (name === undefined || sha === undefined || externalId === undefined) return undefined;
  if ((kind !== 'run' && kind !== 'status') || progressVariable === undefined || typeof id !== 'number')
    return undefined;
  return { kind, name, sha, externalId, id, progressVariable, runUrl: string('runUrl') };
}
