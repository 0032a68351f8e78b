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

/** How a report becomes an outcome. */
export interface CheckRules {
  /** What is outside its range is told, and fails nothing. */
  readonly isAdvisory: boolean;
  /** Nothing at all is failed, whatever is found. */
  readonly isObserved?: boolean | undefined;
  /** The report comes from a run that could have forged it, so it proves nothing good. */
  readonly isUnproven: boolean;
  /** No range is set, so there is nothing that the run could have failed. */
  readonly expectsNothing: boolean;
}

export type Conclusion = 'success' | 'failure' | 'neutral' | 'action_required';
export type StatusState = 'pending' | 'success' | 'failure' | 'error';

/** What a run came to, in the words of both kinds. */
export interface Outcome {
  readonly run: Conclusion;
  readonly status: StatusState;
}

/** A branch rule takes `success` and `neutral` of a check run for passed, and of a status `success` alone. */
const OUTCOMES = {
  passed: { run: 'success', status: 'success' },
  told: { run: 'neutral', status: 'success' },
  failed: { run: 'failure', status: 'failure' },
  waits: { run: 'action_required', status: 'failure' },
  unknown: { run: 'action_required', status: 'error' },
  unproven: { run: 'action_required', status: 'pending' },
} as const satisfies Record<string, Outcome>;

/** What a person has to do something about before a run may start; else it is the budget that has to change. */
const WAITS_FOR_A_PERSON = /^(?:gate-closed|gate-unknown|reruns-exhausted)$/;

/** `undefined` where the report is not the last word on a run. */
export function concludeCheck(report: Report, rules: CheckRules): Outcome | undefined {
  if (report.mode === 'pre') return concludeDenial(report);
  if (report.mode !== 'post') return undefined;
  const ending = concludeEnding(report, rules);
  if (ending !== undefined) return ending;
  const verdict = report.run?.verdict ?? 'unknown';
  if (rules.isUnproven) return verdict === 'outside' ? OUTCOMES.failed : OUTCOMES.unproven;
  if (verdict === 'outside') return rules.isAdvisory ? OUTCOMES.told : OUTCOMES.failed;
  if (verdict === 'within') return OUTCOMES.passed;
  return rules.isAdvisory || rules.expectsNothing ? OUTCOMES.told : OUTCOMES.unknown;
}

/** Small figures of a run that died are no sign of anything; that too much of something fails nothing does not excuse it. */
function concludeEnding({ run }: Report, rules: CheckRules): Outcome | undefined {
  if (run?.ending === undefined) return undefined;
  if (rules.isObserved) return OUTCOMES.told;
  return run.ending === 'unseen' && rules.isAdvisory ? OUTCOMES.told : OUTCOMES.failed;
}

/** A run that may start has its check open until `post`. */
function concludeDenial({ status, findings }: Report): Outcome | undefined {
  if (status !== 'bad') return undefined;
  const denying = findings.find(({ level }) => level === 'error');
  return denying !== undefined && WAITS_FOR_A_PERSON.test(denying.id) ? OUTCOMES.waits : OUTCOMES.failed;
}

/** The one of this job: in progress before completed, which a later word of the same job corrects. */
export function ownCheck<T extends { readonly externalId: string; readonly isCompleted: boolean }>(
  checks: readonly T[],
  { externalId }: CheckTarget,
): T | undefined {
  const own = checks.filter((check) => check.externalId === externalId);
  return own.find(({ isCompleted }) => !isCompleted) ?? own[0];
}

interface StatedStatus {
  readonly context: string;
  readonly state: StatusState;
  readonly targetUrl: string | undefined;
}

/** Where a status leads: to the page of its run, with a mark behind it that tells the jobs of the run apart. */
export function statusUrl({ runUrl, externalId }: CheckTarget): string | undefined {
  return runUrl === undefined ? undefined : `${runUrl}#${externalId}`;
}

/** The last word of this job. @param statuses the newest first */
export function ownStatus<T extends StatedStatus>(
  statuses: readonly T[],
  target: CheckTarget,
): T | undefined {
  const url = statusUrl(target);
  return statuses.find(({ context, targetUrl }) => context === target.name && targetUrl === url);
}

/** True when a job of this run has failed under this name. One status stands for all of them, so it has to stay failed. */
export function hasFailed(statuses: readonly StatedStatus[], { name, runUrl }: CheckTarget): boolean {
  return statuses.some(
    ({ context, state, targetUrl }) =>
      context === name &&
      (state === 'failure' || state === 'error') &&
      runUrl !== undefined &&
      targetUrl?.split('#')[0] === runUrl,
  );
}

/** How the words of an open check begin where nothing is to fail it. */
const OBSERVED = 'Only observed: nothing fails';

/**
 * What a check says while it is open. Under `observe` it says that, and the hook at the end of the job goes by it: nobody
 * changes what stands there who may not write checks. What the step left for its hook, the agent may have got at.
 */
export function openingWords(isObserved: boolean): { readonly title: string; readonly summary: string } {
  return isObserved
    ? { title: OBSERVED, summary: `${OBSERVED}, whatever the run uses. \`post\` completes this check.` }
    : {
        title: 'In progress',
        summary: 'The run may use what its budget allows; `post` completes this check.',
      };
}

/** @param words title of a check run, or description of a commit status */
export function saysObserved(words: string): boolean {
  return words.startsWith(OBSERVED);
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

/**
 * What the step that opened a check leaves for its own hook at the end of the job. Whoever gets at it can point at
 * nothing but a check of this very run: the rest is what GitHub and the workflow say.
 */
export interface CheckState {
  /** Of the check run, or of the commit status that is pending. */
  readonly id: number;
  readonly sha: string;
}

const SHA = /^[0-9a-f]{40}$/;

export function renderCheckState({ id, sha }: CheckState): string {
  return JSON.stringify({ id, sha });
}

/** `undefined` when the text is none. */
export function readCheckState(text: string): CheckState | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || !('id' in value) || !('sha' in value)) return undefined;
  const { id, sha } = value;
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || typeof sha !== 'string') return undefined;
  return SHA.test(sha) ? { id, sha } : undefined;
}
