/** Where this runs: the job, its event and its pull request, out of the environment GitHub gives, or a laptop's. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface RunContext {
  /** False on a laptop. */
  readonly isActions: boolean;
  /** True when the runner says where its cache service is. */
  readonly hasCacheService: boolean;
  /** `owner/name`; `undefined` outside Actions. */
  readonly repository: string | undefined;
  readonly runId: string;
  readonly runAttempt: number;
  readonly workflow: string;
  readonly actor: string;
  readonly event: string;
  readonly ref: string | undefined;
  readonly defaultBranch: string | undefined;
  /** `undefined` when the event has no pull request. */
  readonly pullRequest: number | undefined;
  readonly runUrl: string | undefined;
  readonly apiUrl: string;
  /** What the runner says of itself, lower-case: `self-hosted`, `linux`. */
  readonly runnerLabels: readonly string[];
  /** Folder for files of this job that later steps read; `$RUNNER_TEMP/spendgate` on a runner. */
  readonly jobDir: string;
  /** Folder for what is kept between runs on a laptop. */
  readonly stateDir: string;
}

const eventSchema = z.object({
  pull_request: z.object({ number: z.number() }).nullish(),
  issue: z.object({ number: z.number(), pull_request: z.unknown().optional() }).nullish(),
  repository: z.object({ default_branch: z.string().nullish() }).nullish(),
});

export function readRunContext(environment: Environment): RunContext {
  const isActions = environment['GITHUB_ACTIONS'] === 'true';
  const event = readEvent(environment['GITHUB_EVENT_PATH']);
  const repository = environment['GITHUB_REPOSITORY'];
  const runId = environment['GITHUB_RUN_ID'] ?? `local${Date.now()}`;
  const server = environment['GITHUB_SERVER_URL'] ?? 'https://github.com';
  const stateDir = join(
    environment['XDG_STATE_HOME'] ?? join(environment['HOME'] ?? homedir(), '.local', 'state'),
    'spendgate',
  );
  return {
    isActions,
    hasCacheService: Boolean(environment['ACTIONS_RESULTS_URL'] || environment['ACTIONS_CACHE_URL']),
    repository,
    runId,
    runAttempt: Number(environment['GITHUB_RUN_ATTEMPT'] ?? 1),
    workflow: environment['GITHUB_WORKFLOW'] ?? 'local',
    actor: environment['GITHUB_TRIGGERING_ACTOR'] ?? environment['GITHUB_ACTOR'] ?? userName(),
    event: environment['GITHUB_EVENT_NAME'] ?? 'local',
    ref: environment['GITHUB_REF'],
    defaultBranch: event?.repository?.default_branch ?? scheduledBranch(environment),
    pullRequest: event?.pull_request?.number ?? (event?.issue?.pull_request ? event.issue.number : undefined),
    runUrl: isActions && repository ? `${server}/${repository}/actions/runs/${runId}` : undefined,
    apiUrl: environment['GITHUB_API_URL'] ?? 'https://api.github.com',
    runnerLabels: runnerLabels(environment),
    jobDir: isActions ? join(environment['RUNNER_TEMP'] ?? tmpdir(), 'spendgate') : join(stateDir, 'runs'),
    stateDir,
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

function readEvent(path: string | undefined): z.infer<typeof eventSchema> | undefined {
  if (!path || !existsSync(path)) return undefined;
  return eventSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
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
