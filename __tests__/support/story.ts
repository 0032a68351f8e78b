/**
 * A world for a whole story: a provider, an Actions cache, a stateful GitHub, and jobs of a workflow that run the
 * committed bundle in it, each with the event, the ref, the token and the rights to the cache that GitHub would give it.
 */
import { test } from '@jest/globals';
import { type CacheService, startCacheService } from './cache-service.js';
import { type GitHubEmulator, startGitHubEmulator } from './github-emulator/index.js';
import { type Provider, startProvider } from './provider.js';
import { createJob, type Job, type JobOptions, type StepOptions, type StepResult } from './runner.js';

export const KEY = 'sk-the-gateway-key-of-the-story';
/** The least that the README asks for, whole. */
export const PERMISSIONS = 'actions=read,contents=read,pull-requests=write';
/** What a fork's run gets, whatever is asked for. */
export const READ_ONLY =
  'actions=read,checks=read,contents=read,issues=read,pull-requests=read,statuses=read';

/** Figures out of their range, for a `post` without an agent. */
export const OUTSIDE = { 'input-tokens': '9', 'expect-input-tokens': '..5' } as const;

type Inputs = Readonly<Record<string, string>>;

/** What makes one run unlike another; all of it is what GitHub says, nothing what the step is told. */
export interface Run {
  readonly event: string;
  readonly ref: string;
  readonly payload: object;
  readonly token: string;
  readonly cache: 'read' | 'write';
  readonly environment: Readonly<Record<string, string>>;
}

export interface StoryJob {
  readonly job: Job;
  pre(inputs?: Inputs): Promise<StepResult>;
  /** An agent that makes as many calls as it is told. */
  wrap(calls: number, inputs?: Inputs, options?: StepOptions): Promise<StepResult>;
  post(inputs?: Inputs): Promise<StepResult>;
  gate(action: 'open' | 'close' | 'status', inputs?: Inputs): Promise<StepResult>;
  /** Any step, with the token of the job. */
  step(mode: string, inputs?: Inputs): Promise<StepResult>;
}

export interface Story {
  readonly provider: Provider;
  readonly cache: CacheService;
  readonly github: GitHubEmulator;
  /** A job of a new run of the workflow `nightly`. */
  run(kind: Kind, more?: Partial<Run> & Pick<JobOptions, 'files' | 'runId'>): StoryJob;
  /** The same run again: same id, next attempt, a fresh machine. */
  rerun(job: StoryJob): StoryJob;
  /** Bodies of the comments on a pull request or an issue. */
  comments(number?: number): Promise<string[]>;
  end(): Promise<void>;
}

/** Who starts a run, and where. */
export type Kind = keyof ReturnType<typeof kindsOf>;

const AGENT = `
for (let turn = 1; turn <= Number(process.argv[2]); turn += 1) {
  const response = await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
    method: 'POST',
    headers: { 'x-api-key': process.env.ANTHROPIC_API_KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 500, messages: [{ role: 'user', content: 'turn ' + turn }] }),
  });
  await response.text();
  if (!response.ok) process.exit(1);
}
`;
const FIRST_RUN = 4711;
/** Long enough for the deadlines of the action itself, on a busy machine. */
const STORY_TIMEOUT_MS = 90_000;

/** A test in a world of its own; the stories of a file are told side by side. */
export function story(name: string, tell: (world: Story) => Promise<void>): void {
  test.concurrent(
    name,
    async () => {
      const world = await startStory();
      try {
        await tell(world);
      } finally {
        await world.end();
      }
    },
    STORY_TIMEOUT_MS,
  );
}

export async function startStory(): Promise<Story> {
  const usage = { body: { info: { spend: 3, max_budget: 10, budget_duration: '1d' } } };
  const provider = await startProvider({ routes: { '/key/info': () => usage } });
  const cache = await startCacheService();
  const github = await startGitHubEmulator(cache);
  const jobs: Job[] = [];
  const started = new Map<StoryJob, Parameters<typeof start>>();
  let runs = 0;

  function start(run: Run & Pick<JobOptions, 'files'>, runId: string, attempt: number): StoryJob {
    const { event, ref, payload, token } = run;
    const job = createJob({
      event,
      ref,
      payload,
      runId,
      files: { 'agent.mjs': AGENT, ...run.files },
      environment: {
        ...cache.environment(ref, run.cache),
        GITHUB_API_URL: github.url,
        GITHUB_JOB: 'agent',
        GITHUB_RUN_ATTEMPT: String(attempt),
        GITHUB_SHA: github.mainSha,
        ...run.environment,
      },
    });
    jobs.push(job);
    const gateway = { gateway: 'litellm', 'gateway-url': `${provider.url}/v1`, 'gateway-key': KEY };
    const step = (mode: string, inputs: Inputs = {}, options: StepOptions = {}) =>
      job.step({ mode, 'github-token': token, ...inputs }, options);
    const made: StoryJob = {
      job,
      step,
      pre: (inputs) => step('pre', { ...gateway, ...inputs }),
      wrap: (calls, inputs, options) =>
        step('wrap', { ...gateway, run: `node agent.mjs ${calls}`, ...inputs }, options),
      post: (inputs) => step('post', inputs),
      gate: (action, inputs) =>
        step('gate', { gate: 'nightly-default', 'gate-action': action, reason: 'looked at it', ...inputs }),
    };
    started.set(made, [run, runId, attempt]);
    return made;
  }

  return {
    provider,
    cache,
    github,
    run: (kind, { runId, ...more } = {}) => {
      runs += 1;
      return start({ ...kindsOf(github)[kind], ...more }, runId ?? String(FIRST_RUN + runs - 1), 1);
    },
    rerun: (job) => {
      const [run, runId, attempt] = started.get(job)!;
      return start(run, runId, attempt + 1);
    },
    comments: async (number = 7) => {
      const { body } = await github.as('octocat', 'GET', `/repos/acme/app/issues/${number}/comments`);
      return body.map((comment: { readonly body: string }) => comment.body);
    },
    end: async () => {
      for (const job of jobs) job.clean();
      await Promise.all([provider.close(), cache.close(), github.close()]);
    },
  };
}

/** As GitHub sets them up. @see https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows */
function kindsOf({ headSha }: GitHubEmulator) {
  const main = {
    ref: 'refs/heads/main',
    payload: {},
    token: PERMISSIONS,
    cache: 'write',
    environment: {},
  } as const;
  const head = (repository: string) => ({
    pull_request: { number: 7, head: { sha: headSha, repo: { full_name: repository } } },
  });
  const ofPullRequest = { ...main, event: 'pull_request', ref: 'refs/pull/7/merge' } as const;
  return {
    schedule: { ...main, event: 'schedule' },
    dispatch: { ...main, event: 'workflow_dispatch' },
    push: { ...main, event: 'push' },
    pullRequest: { ...ofPullRequest, payload: head('acme/app') },
    fork: { ...ofPullRequest, payload: head('stranger/app'), token: READ_ONLY, cache: 'read' },
    dependabot: {
      ...ofPullRequest,
      payload: head('acme/app'),
      token: READ_ONLY,
      cache: 'read',
      environment: { GITHUB_ACTOR: 'dependabot[bot]' },
    },
    mergeQueue: {
      ...main,
      event: 'merge_group',
      ref: 'refs/heads/gh-readonly-queue/main/pr-7',
      payload: { merge_group: { head_sha: headSha } },
    },
    commentOnPullRequest: {
      ...main,
      event: 'issue_comment',
      cache: 'read',
      payload: { issue: { number: 7, pull_request: {} } },
    },
    workflowRun: { ...main, event: 'workflow_run', cache: 'read' },
    branch: { ...main, event: 'workflow_dispatch', ref: 'refs/heads/feature' },
  } satisfies Record<string, Run>;
}

/** Annotations of a step, a line each: `warning The gate …`. */
export function said({ annotations }: StepResult): string {
  return annotations.map(({ level, message }) => `${level} ${message}`).join('\n');
}
