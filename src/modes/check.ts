/**
 * The life of the check around a mode: `pre` opens it (or `wrap`, where no `pre` ran), a reporter completes it, and what a
 * step says of its progress is for the hook that fails a check nobody completed. Nothing here changes a verdict.
 */
import type { Config } from '../config/config.js';
import {
  type CheckTarget,
  type Conclusion,
  hasFailed,
  openingWords,
  ownCheck,
  ownStatus,
  type Progress,
  renderCheckState,
  statusUrl,
} from '../core/check.js';
import { withDeadline } from '../core/deadline.js';
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
/** No run waits longer for its check to be opened. */
const OPEN_MS = 5000;

/** `undefined` where no check is asked for, or there is no commit that it could be of. */
export function checkTarget({ check, context }: Config): CheckTarget | undefined {
  const { kind, name, externalId, runUrl } = check;
  const sha = context.headSha;
  if (kind === 'none' || sha === undefined || WITHOUT_COMMIT.has(context.event)) return undefined;
  return { kind, name, sha, externalId, runUrl };
}

/**
 * Runs `pre`, `wrap` or `post`, with the check opened and its progress told. `wrap` starts an agent, so it waits for the
 * check first; `pre` reads meanwhile, and waits before it says anything.
 * @param run is told when the check is open, or was waited for long enough
 */
export async function withCheck<T>(
  deps: ModeDeps,
  run: (checkOpened: Promise<void>) => Promise<T>,
): Promise<T> {
  const { mode } = deps.config;
  const nothing = Promise.resolve();
  if (deps.config.check.kind === 'none' || (mode !== 'pre' && mode !== 'wrap' && mode !== 'post'))
    return run(nothing);
  tell(deps, `${mode} began`);
  const opened = mode === 'post' ? nothing : openCheck(deps);
  if (mode === 'wrap') await opened;
  try {
    const result = await run(opened);
    await opened;
    tell(deps, `${mode} ended`);
    return result;
  } catch (error) {
    await opened;
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
  const keepOpen = async () => {
    const id = await open(github, target, openingWords(deps.config.observe));
    if (id !== undefined) deps.runner.saveState('check', renderCheckState({ id, sha: target.sha }));
    return true;
  };
  await orNotice(deps, async () => {
    if (await withDeadline(keepOpen(), OPEN_MS, () => false)) return;
    throw new AppError('github-failed', `GitHub did not answer within ${OPEN_MS / 1000} s.`);
  });
}

/** Its id; `undefined` where an earlier step of this job has opened it, and has its end in hand. */
async function open(
  github: GitHub,
  target: CheckTarget,
  { title, summary }: ReturnType<typeof openingWords>,
): Promise<number | undefined> {
  const { name, sha, externalId, runUrl } = target;
  if (target.kind === 'status') {
    // Another job's of the same name is not looked after by this one.
    const isOpen = ownStatus(await github.listStatuses(sha), target)?.state === 'pending';
    const pending = {
      context: name,
      state: 'pending',
      description: plain(summary),
      targetUrl: statusUrl(target),
    } as const;
    return isOpen ? undefined : (await github.createStatus(sha, pending)).id;
  }
  const own = ownCheck(await github.listCheckRuns(sha, name), target);
  const output = { title, summary, text: undefined };
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
    const isBad = conclusion === 'failure' || hasFailed(await github.listStatuses(sha), target);
    await github.createStatus(sha, {
      context: name,
      state: isBad ? 'error' : 'success',
      description: plain(sentence),
      targetUrl: statusUrl(target),
    });
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
  return oneLine(sentence.replaceAll('`', ''), MAX_LINE);
}

function note({ config, runner }: ModeDeps, why: string): void {
  const message = `No check ${config.check.name} is kept: ${why.replace(/\.$/, '')}.`;
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
