/**
 * Shows the report of a run that could only read, from a run that may write. The report is a file out of an artifact that
 * anybody who opens a pull request can have made: it is shown, and nothing is believed of it. Which pull request it goes
 * to is what GitHub says of the run that ended.
 */
import type { UpstreamRun } from '../config/run-context.js';
import { AppError } from '../core/errors.js';
import { type Finding, finding } from '../core/findings.js';
import { gateSlug } from '../core/gate.js';
import type { Report, ReportRun } from '../core/report.js';
import { type ClaimedReport, MAX_REPORT_FILE_BYTES, readReportFile } from '../core/report-file.js';
import type { PullApi } from '../ports/github.js';
import type { FileRead } from '../ports/platform.js';
import type { ReporterContext } from '../ports/reporter.js';
import { type ModeDeps, reporterContext } from './deps.js';
import { publish } from './publish.js';

export interface CommentDeps extends ModeDeps {
  readonly readFile: (path: string, maxBytes: number) => FileRead;
}

const MAX_FAULT = 500;
/** The state of a gate is never what a stranger's file says. */
const ABOUT_GATE = /^gate-/;

/**
 * A token that may not read or write pull requests is told of where GitHub refused, and fails nothing.
 * What a stranger can have caused, such as a file that is no report, fails nothing either: it is said.
 * @throws {AppError} `bad-value` for another event.
 */
export async function runComment(deps: CommentDeps): Promise<void> {
  const { runner, github } = deps;
  const run = upstreamOf(deps);
  if (github === undefined)
    throw new AppError('bad-value', 'github-token: `comment` writes with a token, and there is none.', {
      hint: '${{ github.token }}',
    });
  const { claimed, fault, advice } = readReport(deps);
  if (claimed === undefined) {
    runner.annotate(finding('warning', 'report-refused', 'Nothing was written', fault, { advice }));
    return;
  }
  const found = await findPull(github, run);
  if (found === undefined) return;
  if (found.pullRequest === undefined) {
    runner.annotate(finding('notice', 'no-pull-request', 'Nothing was written', found.reason));
    return;
  }
  const check = checkOf(deps, run);
  const context = { ...reporterContext(deps), pullRequest: found.pullRequest, check };
  const reported = await publish(reportOf(deps, run, claimed), deps.reporters, context);
  runner.setOutput('comment-url', reported.commentUrl);
}

function upstreamOf({ config: { context } }: CommentDeps): UpstreamRun {
  if (context.event === 'workflow_run' && context.upstreamRun !== undefined) return context.upstreamRun;
  throw new AppError(
    'bad-value',
    context.event === 'workflow_run'
      ? 'mode: The payload of this `workflow_run` event does not say which run has ended: its `workflow_run` needs at least `id`, `event` and `head_sha`.'
      : `mode: \`comment\` shows the report of another run, so it needs the event \`workflow_run\`; this is ${context.event}.`,
    { hint: 'on: { workflow_run: { workflows: [agent], types: [completed] } }' },
  );
}

type FoundReport =
  | { readonly claimed: ClaimedReport; readonly fault?: undefined; readonly advice?: undefined }
  | { readonly claimed?: undefined; readonly fault: string; readonly advice: string };

function readReport({ config, readFile }: CommentDeps): FoundReport {
  const path = config.report ?? '';
  const { text, why } = readFile(path, MAX_REPORT_FILE_BYTES);
  if (text === undefined)
    return {
      fault: `report: ${JSON.stringify(path)} ${why}.`,
      advice: 'Give the path where `actions/download-artifact` put it, such as `report/default-report.json`.',
    };
  const { report, fault } = readReportFile(text);
  if (report !== undefined) return { claimed: report };
  return {
    fault: `report: This is not a report of \`post\`: ${fault.slice(0, MAX_FAULT)}.`,
    advice: 'Upload the file that `post` names in its output `report`, unchanged.',
  };
}

type FoundPull =
  | { readonly pullRequest: number; readonly reason?: undefined }
  | { readonly pullRequest?: undefined; readonly reason: string };

/** `undefined` where the token may not see any. */
async function findPull(github: PullApi, run: UpstreamRun): Promise<FoundPull | undefined> {
  try {
    return await matchPull(github, run);
  } catch (error) {
    if (error instanceof AppError && error.code === 'permission-missing') return undefined;
    throw error;
  }
}

/** Open, and still at the commit that ran: a report about an older commit would be read as one about the newer. */
async function matchPull(github: PullApi, run: UpstreamRun): Promise<FoundPull> {
  const { headBranch, headRepository, headSha, event } = run;
  if (event !== 'pull_request') return { reason: `The run was of ${event}, not of a pull request.` };
  if (headBranch === undefined || headRepository === undefined)
    return { reason: 'The repository or the branch that the run was of is gone.' };
  const [owner = ''] = headRepository.split('/');
  const open = await github.listOpenPulls(`${owner}:${headBranch}`);
  const fitting = open.filter((pull) => pull.headSha === headSha && pull.headRepository === headRepository);
  const [first, second] = fitting;
  if (first === undefined)
    return { reason: `No open pull request is at the commit ${headSha} that the run was of.` };
  if (second !== undefined)
    return {
      reason: `${fitting.length} open pull requests are at the commit ${headSha}: which one is not known.`,
    };
  return { pullRequest: first.number };
}

function checkOf(
  { config: { check, report = '' } }: CommentDeps,
  { id, attempt, headSha, url }: UpstreamRun,
): ReporterContext['check'] {
  if (check.kind === 'none') return undefined;
  return {
    kind: check.kind,
    name: check.name,
    sha: headSha,
    externalId: `${id}-${attempt}-claimed-${gateSlug(report)}`,
    runUrl: url,
    isAdvisory: false,
    isUnproven: true,
    expectsNothing: false,
  };
}

/**
 * Of the workflow that ran and of the path that this one names, so no file can choose which comment is renewed, or that a
 * new one is made each time. The word before them keeps it apart from the comment of a run that is believed.
 */
function keyOf({ config }: CommentDeps, { workflowId }: UpstreamRun): string {
  return `claimed/${workflowId ?? 'workflow'}/${config.report ?? ''}`;
}

function reportOf(deps: CommentDeps, run: UpstreamRun, claimed: ClaimedReport): Report {
  const { config, clock } = deps;
  const { rows, facts, tables, findings, status, task } = claimed;
  return {
    mode: 'post',
    isClaimed: true,
    task,
    key: keyOf(deps, run),
    status,
    headline: `Reported by a run that cannot prove it: ${claimed.headline}`,
    rows: rows.map((row) => ({ ...row, share: row.share })),
    facts,
    tables,
    findings: [
      ...findings
        .filter(({ id }) => !ABOUT_GATE.test(id))
        .map((item) => ({ ...item, advice: item.advice, position: undefined })),
      unprovenNotice(run, config.context.repository),
    ],
    gate: undefined,
    runUrl: run.url,
    ...(claimed.run === undefined ? {} : { run: runOf(claimed.run, run, clock.now()) }),
  };
}

/** @param at when it is shown: when it was made is claimed as well */
function runOf(
  { verdict, ending, requests, inputTokens, outputTokens, costUsd }: NonNullable<ClaimedReport['run']>,
  { id, attempt, headSha }: UpstreamRun,
  at: Date,
): ReportRun {
  const figures = { requests, inputTokens, outputTokens, costUsd };
  return {
    runId: String(id),
    runAttempt: attempt,
    at: at.toISOString(),
    commit: headSha,
    verdict,
    ending,
    ...figures,
  };
}

function unprovenNotice({ id, headRepository }: UpstreamRun, repository: string | undefined): Finding {
  const where =
    headRepository === repository ? 'this repository' : `the fork ${headRepository ?? 'that is gone'}`;
  const message = `The figures come from run ${id} on a commit of ${where}. Whoever wrote that commit could have written them as well.`;
  return finding('notice', 'report-unproven', 'This report cannot be proven', message);
}
