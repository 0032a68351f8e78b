/** Where this runs: the job, its event and its pull request, out of the environment GitHub gives, or a laptop's. */
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type EventFile, type GitHubEvent, readEventFile } from './event-file.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface RunContext {
  /** False on a laptop. */
  readonly isActions: boolean;
  /** True when the runner says where its cache service is. */
  readonly hasCacheService: boolean;
  /** What the job may do with the cache, where the runner says so: `read`, `write`, `write-only`, `none`. */
  readonly cacheMode: string | undefined;
  /** `owner/name`; `undefined` outside Actions. */
  readonly repository: string | undefined;
  readonly runId: string;
  readonly runAttempt: number;
  readonly workflow: string;
  /** Id of the job in the workflow; `undefined` outside Actions. */
  readonly job: string | undefined;
  readonly actor: string;
  readonly event: string;
  readonly ref: string | undefined;
  readonly defaultBranch: string | undefined;
  /** Branch that a pull request goes to; `undefined` elsewhere. */
  readonly baseBranch?: string | undefined;
  /** `undefined` when the event has no pull request. */
  readonly pullRequest: number | undefined;
  /** The issue an event is about; `undefined` for a pull request. */
  readonly issue: number | undefined;
  /**
   * The commit people look at: the head of a pull request or of a merge group, never the merge made for the test;
   * `undefined` as well where the event file cannot be believed.
   */
  readonly headSha: string | undefined;
  /** Why the token can only read, whatever is asked for; `undefined` where nothing says so. */
  readonly readOnlyBecause: 'fork' | 'dependabot' | undefined;
  /** The run that a `workflow_run` event is about; `undefined` elsewhere. */
  readonly upstreamRun: UpstreamRun | undefined;
  readonly runUrl: string | undefined;
  readonly apiUrl: string;
  /** What the runner says of itself, lower-case: `self-hosted`, `linux`. */
  readonly runnerLabels: readonly string[];
  /** What the event file is now, for later steps, and what is wrong with it; then nothing of it is in here. */
  readonly eventFile: Pick<EventFile, 'mark' | 'trouble'>;
  /** Folder for files of this job that later steps read; `$RUNNER_TEMP/spendgate` on a runner. */
  readonly jobDir: string;
  /** Folder for what is kept between runs on a laptop. */
  readonly stateDir: string;
}

/** The run whose end started this one. GitHub says all of it, so none of it is a stranger's. */
export interface UpstreamRun {
  readonly id: number;
  readonly attempt: number;
  /** Id of its workflow, which a change of its name or of its file's text leaves; `undefined` where GitHub does not say. */
  readonly workflowId: number | undefined;
  readonly event: string;
  readonly url: string;
  readonly headSha: string;
  readonly headBranch: string | undefined;
  /** `owner/name` of the repository the commit is in; `undefined` when it is gone. */
  readonly headRepository: string | undefined;
}

const DEPENDABOT = 'dependabot[bot]';

/** @param handedEvent checksum of the event file, where the workflow itself hands it on */
export function readRunContext(environment: Environment, handedEvent?: string): RunContext {
  const isActions = environment['GITHUB_ACTIONS'] === 'true';
  const { event, mark, trouble } = readEventFile(environment, handedEvent);
  const repository = environment['GITHUB_REPOSITORY'];
  const runId = environment['GITHUB_RUN_ID'] ?? `local${Date.now()}`;
  const server = environment['GITHUB_SERVER_URL'] ?? 'https://github.com';
  const stateDir = join(
    // Set to nothing is not set, says the specification of these folders.
    environment['XDG_STATE_HOME'] || join(environment['HOME'] || homedir(), '.local', 'state'),
    'spendgate',
  );
  return {
    isActions,
    hasCacheService: Boolean(environment['ACTIONS_RESULTS_URL'] || environment['ACTIONS_CACHE_URL']),
    cacheMode: cacheMode(environment['ACTIONS_CACHE_MODE']),
    repository,
    runId,
    runAttempt: Number(environment['GITHUB_RUN_ATTEMPT'] ?? 1),
    workflow: environment['GITHUB_WORKFLOW'] ?? 'local',
    job: environment['GITHUB_JOB'] || undefined,
    actor: environment['GITHUB_TRIGGERING_ACTOR'] ?? environment['GITHUB_ACTOR'] ?? userName(),
    event: environment['GITHUB_EVENT_NAME'] ?? 'local',
    ref: environment['GITHUB_REF'],
    defaultBranch: event?.repository?.default_branch ?? scheduledBranch(environment),
    baseBranch: environment['GITHUB_BASE_REF'] || undefined,
    pullRequest: event?.pull_request?.number ?? (event?.issue?.pull_request ? event.issue.number : undefined),
    issue: event?.issue && !event.issue.pull_request ? event.issue.number : undefined,
    headSha: trouble === undefined ? headSha(event, environment) : undefined,
    readOnlyBecause: readOnlyBecause(event, repository, environment),
    upstreamRun: upstreamRun(event, `${server}/${repository}/actions/runs`),
    runUrl: isActions && repository ? `${server}/${repository}/actions/runs/${runId}` : undefined,
    apiUrl: environment['GITHUB_API_URL'] ?? 'https://api.github.com',
    runnerLabels: runnerLabels(environment),
    eventFile: { mark, trouble },
    jobDir: isActions ? join(environment['RUNNER_TEMP'] ?? tmpdir(), 'spendgate') : join(stateDir, 'runs'),
    stateDir,
  };
}

function headSha(event: GitHubEvent | undefined, environment: Environment): string | undefined {
  return event?.pull_request?.head?.sha ?? event?.merge_group?.head_sha ?? environment['GITHUB_SHA'];
}

/** A word of the runner's; anything else says nothing that could be shown. */
function cacheMode(value: string | undefined): string | undefined {
  const word = value?.trim().toLowerCase() ?? '';
  return /^[a-z-]{1,20}$/.test(word) ? word : undefined;
}

/** What a stranger's commit may start gets a token that writes nothing. `pull_request_target` runs the base's own workflow. */
function readOnlyBecause(
  event: GitHubEvent | undefined,
  repository: string | undefined,
  environment: Environment,
): RunContext['readOnlyBecause'] {
  const name = environment['GITHUB_EVENT_NAME'] ?? '';
  const head = event?.pull_request?.head;
  if (
    name.startsWith('pull_request') &&
    name !== 'pull_request_target' &&
    head &&
    head.repo?.full_name !== repository
  )
    return 'fork';
  return environment['GITHUB_ACTOR'] === DEPENDABOT && name !== 'schedule' && name !== 'workflow_dispatch'
    ? 'dependabot'
    : undefined;
}

function upstreamRun(event: GitHubEvent | undefined, runsUrl: string): UpstreamRun | undefined {
  const run = event?.workflow_run;
  if (!run) return undefined;
  return {
    id: run.id,
    attempt: run.run_attempt,
    workflowId: run.workflow_id ?? undefined,
    event: run.event,
    url: run.html_url ?? `${runsUrl}/${run.id}`,
    headSha: run.head_sha,
    headBranch: run.head_branch ?? undefined,
    headRepository: run.head_repository?.full_name,
  };
}

/** A schedule always runs on the default branch, whatever its payload says. */
function scheduledBranch(environment: Environment): string | undefined {
  return environment['GITHUB_EVENT_NAME'] === 'schedule'
    ? environment['GITHUB_REF']?.replace(/^refs\/heads\//, '')
    : undefined;
}

/** What the runner says of itself: nobody tells a step the labels its job asked for. */
function runnerLabels(environment: Environment): string[] {
  const isSelfHosted = environment['RUNNER_ENVIRONMENT'] === 'self-hosted';
  const system = environment['RUNNER_OS']?.toLowerCase();
  return [...(isSelfHosted ? ['self-hosted'] : []), ...(system ? [system] : [])];
}

function userName(): string {
  try {
    return userInfo().username;
  } catch (error) {
    // A container may run under an id that has no name.
    if (error instanceof Error && 'code' in error) return 'unknown';
    throw error;
  }
}
