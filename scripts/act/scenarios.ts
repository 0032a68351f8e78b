/** Which examples run under act, how they are started, and what becomes of each job. */

export type JobResult = 'success' | 'failure';

export interface Scenario {
  readonly example: string;
  /** What is special about this run, for the table. */
  readonly what: string;
  readonly event: string;
  readonly payload?: object;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Takes what the run before left as artifacts. */
  readonly keepsArtifacts?: boolean;
  /** The example names a provider's own address, so a policy file leads the calls to ours. */
  readonly namesProvider?: boolean;
  /** Expected result by job; of a matrix, of all its instances together. A job that is not named must not run. */
  readonly jobs: Readonly<Record<string, JobResult>>;
  /** Words that stand in the log, so that a job fails for the right reason. */
  readonly says?: string;
}

/** An example that act cannot run, and why. */
export interface Skipped {
  readonly example: string;
  readonly why: string;
}

/** The pull request of all scenarios, as the emulated API keeps it. */
export const PULL = {
  number: 7,
  state: 'open',
  head: 'acme:topic',
  headSha: 'a'.repeat(40),
  headRepository: 'acme/app',
};
const DAY_MS = 86_400_000;

const pullRequest = {
  pull_request: {
    number: 7,
    head: { sha: PULL.headSha, ref: 'topic', repo: { full_name: PULL.headRepository } },
    base: { sha: 'b'.repeat(40), ref: 'main' },
  },
};
const comment = (association: string) => ({
  issue: { number: 7, pull_request: {} },
  comment: { body: '@claude fix this', author_association: association },
});
const upstreamRun = (login: string) => ({
  workflow_run: {
    id: 1,
    run_attempt: 1,
    event: 'pull_request',
    html_url: 'https://github.com/acme/app/actions/runs/1',
    head_sha: PULL.headSha,
    head_branch: 'topic',
    head_repository: { full_name: PULL.headRepository },
    actor: { login },
  },
});
const gate = (action: string) => ({ gate: 'nightly-triage', action, reason: 'looked at it' });

function moreRequests(): string {
  const tomorrow = new Date(Date.now() + DAY_MS).toISOString().slice(0, 10);
  return `{ limits: { requests: 40 }, reason: The migration, until: ${tomorrow} }`;
}

/** In order: the gate that one run closes is there for the next. */
export const SCENARIOS: readonly Scenario[] = [
  { example: 'nightly-agent.yml', what: 'a normal night', event: 'schedule', jobs: { triage: 'success' } },
  {
    example: 'nightly-agent.yml',
    what: 'a loud night closes the gate',
    event: 'schedule',
    says: 'gate=closed',
    environment: { AGENT_CALLS: '45' },
    jobs: { triage: 'success' },
  },
  {
    example: 'nightly-agent.yml',
    what: 'the next night waits',
    event: 'schedule',
    says: 'The gate nightly-triage is closed',
    jobs: { triage: 'failure' },
  },
  {
    example: 'gate.yml',
    what: 'a person opens the gate',
    event: 'workflow_dispatch',
    inputs: gate('open'),
    jobs: { gate: 'success' },
  },
  { example: 'nightly-agent.yml', what: 'the night after', event: 'schedule', jobs: { triage: 'success' } },
  {
    example: 'nightly-agent.yml',
    what: 'an agent at its limit',
    event: 'schedule',
    says: 'stop-reason=limit:max-requests',
    environment: { AGENT_CALLS: '70' },
    jobs: { triage: 'failure' },
  },
  {
    example: 'pr-review.yml',
    what: 'a review outside its range',
    event: 'pull_request',
    payload: pullRequest,
    environment: { AGENT_CALLS: '30' },
    jobs: { review: 'success' },
    says: 'verdict=outside',
  },
  {
    example: 'fork-report.yml',
    what: 'shows the report of that review',
    event: 'workflow_run',
    payload: upstreamRun('dependabot[bot]'),
    keepsArtifacts: true,
    jobs: { report: 'success' },
    says: 'comment-url=https://',
  },
  {
    example: 'fork-report.yml',
    what: 'a branch of its own',
    event: 'workflow_run',
    payload: upstreamRun('octocat'),
    jobs: {},
  },
  {
    example: 'override.yml',
    what: 'an override lets it use more',
    event: 'workflow_dispatch',
    inputs: { prompt: 'Move everything', override: moreRequests() },
    environment: { AGENT_CALLS: '30' },
    jobs: { run: 'success' },
    says: 'because: “The migration”',
  },
  {
    example: 'matrix.yml',
    what: 'three agents, one sum',
    event: 'schedule',
    jobs: { budget: 'success', agents: 'success', total: 'success' },
  },
  {
    example: 'reusable-caller.yml',
    what: 'calls reusable.yml',
    event: 'schedule',
    jobs: { agent: 'success', report: 'success' },
  },
  {
    example: 'claude-code-action.yml',
    what: 'a member asks',
    event: 'issue_comment',
    payload: comment('MEMBER'),
    jobs: { claude: 'success' },
  },
  {
    example: 'claude-code-action.yml',
    what: 'a stranger asks',
    event: 'issue_comment',
    payload: comment('NONE'),
    jobs: {},
  },
  {
    example: 'codex-action.yml',
    what: 'a review',
    event: 'pull_request',
    payload: pullRequest,
    namesProvider: true,
    jobs: { review: 'success' },
  },
];

export const SKIPPED: readonly Skipped[] = [
  { example: 'gitlab-ci.yml', why: 'no workflow of GitHub: npm test runs its commands' },
  { example: 'Jenkinsfile', why: 'no workflow of GitHub: npm test runs its commands' },
];

/** What a green table does not say. */
export const NOT_SHOWN: readonly string[] = [
  '`permissions`: act holds no token to them (npm test does)',
  'reviewers of an environment: act asks nobody',
  'cache: a service of ours, since that of act speaks an older protocol',
  'checkout, artifacts, and the two agents that are actions: stand-ins, since act would fetch the real ones',
];
