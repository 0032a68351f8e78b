/**
 * The life of the check around a mode: `pre` opens it (or `wrap`, where no `pre` ran), a reporter completes it, and what a
 * step says of its progress is for the hook that fails a check nobody completed. Nothing here changes a verdict.
 */
import type { Config } from '../config/config.js';
import {
  type CheckTarget,
  type Conclusion,
  ownCheck,
  type Progress,
  renderCheckState,
} from '../core/check.js';
import { AppError, describeError } from '../core/errors.js';
import { finding } from '../core/findings.js';
import { escapeMarkdown } from '../core/markdown.js';
import { oneLine } from '../core/text.js';
import type { CheckOutput, GitHub } from '../ports/github.js';
import type { ModeDeps } from './deps.js';

/** Events whose commit is the default branch's, whatever they are about: a check there says nothing about it. */
const WITHOUT_COMMIT: ReadonlySet<string> = new Set(['issue_comment', 'issues', 'workflow_run']);
const NO_CHECK = 'no-check';
const MAX_LINE = 140;
const IN_PROGRESS = 'The run may use what its budget allows; `post` completes this check.';

/** `undefined` where no check is asked for, or there is no commit that it could be of. */
export function checkTarget({ check, context }: Config): CheckTarget | undefined {
  const { kind, name, externalId } = check;
  const sha = context.headSha;
  if (kind === 'none' || sha === undefined || WITHOUT_COMMIT.has(context.event)) return undefined;
  return { kind, name, sha, externalId, runUrl: attemptUrl(context) };
}

/** The page of this attempt: what an earlier one left is another check. */
function attemptUrl({ runUrl, runAttempt }: Config['context']): string | undefined {
  return runUrl === undefined || runAttempt === 1 ? runUrl : `${runUrl}/attempts/${runAttempt}`;
}

/** Runs `pre`, `wrap` or `post`, with the check opened before and its progress told. */
export async function withCheck<T>(deps: ModeDeps, run: () => Promise<T>): Promise<T> {
  const { mode } = deps.config;
  if (deps.config.check.kind === 'none' || (mode !== 'pre' && mode !== 'wrap' && mode !== 'post'))
    return run();
  tell(deps, `${mode} began`);
  if (mode !== 'post') await openCheck(deps);
  try {
    const result = await run();
    tell(deps, `${mode} ended`);
    return result;
  } catch (error) {
    // After `wrap` there is `post`, which knows more.
    if (mode !== 'wrap') await failCheck(deps, error);
    throw error;
  }
}

function tell({ config, runner }: ModeDeps, progress: Progress): void {
  runner.exportVariable(config.check.progressVariable, progress);
}

async function openCheck(deps: ModeDeps): Promise<void> {
  const target = checkTarget(deps.config);
  const { github } = deps;
  if (target === undefined || github === undefined) {
    const why =
      github === undefined ? 'there is no token' : `${deps.config.context.event} has no commit of its own`;
    // It is the same for every step of the job.
    if (deps.isNews?.(NO_CHECK) !== false) note(deps, why);
    return;
  }
  await orNotice(deps, async () => {
    const id = await open(github, target);
    if (id === undefined) return;
    const { progressVariable } = deps.config.check;
    deps.runner.saveState('check', renderCheckState({ ...target, id, progressVariable }));
  });
}

/** Its id; `undefined` where an earlier step of this job has opened it, and has its end in hand. */
async function open(github: GitHub, target: CheckTarget): Promise<number | undefined> {
  const { name, sha, externalId, runUrl } = target;
  if (target.kind === 'status') {
    const newest = (await github.listStatuses(sha)).find(({ context }) => context === name);
    const pending = {
      context: name,
      state: 'pending',
      description: plain(IN_PROGRESS),
      targetUrl: runUrl,
    } as const;
    const isOpen = newest?.state === 'pending' && newest.targetUrl === runUrl;
    return isOpen ? undefined : (await github.createStatus(sha, pending)).id;
  }
  const own = ownCheck(await github.listCheckRuns(sha, name), target);
  const output = { title: 'In progress', summary: IN_PROGRESS, text: undefined };
  return own !== undefined
    ? undefined
    : (await github.createCheckRun({ name, sha, externalId, detailsUrl: runUrl, output })).id;
}

/** A step that ended in an error told no report: its check says why. A denial has told its report already. */
async function failCheck(deps: ModeDeps, error: unknown): Promise<void> {
  const target = checkTarget(deps.config);
  const { config, github } = deps;
  if (target === undefined || github === undefined) return;
  if (error instanceof AppError && (error.isReported || error.code === 'denied')) return;
  const conclusion = config.observe ? 'neutral' : 'failure';
  await orNotice(deps, () =>
    completeCheck(github, target, conclusion, `\`${config.mode}\` failed: ${describeError(error)}`),
  );
}

/** Completes with one sentence. */
async function completeCheck(
  github: GitHub,
  target: CheckTarget,
  conclusion: Conclusion,
  sentence: string,
): Promise<void> {
  const { kind, name, sha, externalId, runUrl } = target;
  if (kind === 'status') {
    const state = conclusion === 'failure' ? 'error' : 'success';
    await github.createStatus(sha, { context: name, state, description: plain(sentence), targetUrl: runUrl });
    return;
  }
  const output: CheckOutput = {
    title: plain(sentence),
    summary: escapeMarkdown(sentence),
    text: undefined,
  };
  const own = ownCheck(await github.listCheckRuns(sha, name), target);
  const { id } = own ?? (await github.createCheckRun({ name, sha, externalId, detailsUrl: runUrl, output }));
  await github.completeCheckRun(id, conclusion, output, []);
}

function plain(sentence: string): string {
  return oneLine(sentence.replaceAll('`', ''), MAX_LINE).toWellFormed();
}

function note({ config, runner }: ModeDeps, why: string): void {
  const message = `No check ${config.check.name} is kept: ${why}.`;
  runner.annotate(finding('notice', NO_CHECK, 'There is no check', message));
}

/** What a permission would have spared is told where it was refused. */
async function orNotice(deps: ModeDeps, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (error instanceof AppError && error.code === 'permission-missing') return;
    note(deps, describeError(error));
  }
}
