/** What started a run, and what its token may do for that. */
import type { Permissions } from './definition.js';

export type EventName =
  | 'push'
  | 'pull_request'
  | 'schedule'
  | 'workflow_dispatch'
  | 'workflow_run'
  | 'issue_comment';

export interface Trigger {
  readonly event: EventName;
  readonly runId?: string;
  readonly ref?: string;
  readonly actor?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** Fields of the event's payload beside those that every event has. */
  readonly payload?: Readonly<Record<string, unknown>>;
  /** What a called workflow may have at most. */
  readonly ceiling?: Permissions;
}

export const REPOSITORY = 'acme/app';
const DEFAULT_REF = 'refs/heads/main';
const PULL_REQUEST = 7;
/** Of the runs on the default branch, those that a stranger can start get a cache they cannot write to. */
const LOW_TRUST: readonly EventName[] = ['workflow_run', 'issue_comment'];
const LEVELS = ['none', 'read', 'write'];

export interface GitHubContext {
  readonly event_name: EventName;
  readonly ref: string;
  readonly actor: string;
  readonly repository: string;
  readonly run_id: string;
  readonly run_attempt: string;
  readonly event: Readonly<Record<string, unknown>>;
}

export function githubContext(trigger: Trigger): GitHubContext {
  const { event, runId = '4711', actor = 'octocat', payload = {} } = trigger;
  const ref = trigger.ref ?? (event === 'pull_request' ? `refs/pull/${PULL_REQUEST}/merge` : DEFAULT_REF);
  const pullRequest =
    event === 'pull_request'
      ? {
          pull_request: {
            number: PULL_REQUEST,
            head: { sha: 'a'.repeat(40), repo: { full_name: REPOSITORY } },
          },
        }
      : {};
  return {
    event_name: event,
    ref,
    actor,
    repository: REPOSITORY,
    run_id: runId,
    run_attempt: '1',
    event: {
      repository: { default_branch: 'main', full_name: REPOSITORY },
      ...pullRequest,
      ...payload,
    },
  };
}

export function isLowTrust({ event }: Trigger): boolean {
  return LOW_TRUST.includes(event);
}

/**
 * The token of a job, as the emulated API reads it: its permissions. A pull request of a fork or of Dependabot reads at
 * most, and a called workflow has no more than its caller.
 */
export function tokenOf(trigger: Trigger, permissions: Permissions | undefined): string {
  if (permissions === undefined) throw new Error('every example says what its token may do');
  const limited = Object.entries(permissions).map(([name, level]) => {
    const bounds = [level, trigger.ceiling === undefined ? level : (trigger.ceiling[name] ?? 'none')];
    if (isReadOnly(trigger)) bounds.push('read');
    return [name, LEVELS[Math.min(...bounds.map((bound) => LEVELS.indexOf(bound)))]];
  });
  return ['metadata=read', ...limited.map(([name, level]) => `${name}=${level}`)].join(',');
}

function isReadOnly(trigger: Trigger): boolean {
  const { event_name, actor, event } = githubContext(trigger);
  if (event_name !== 'pull_request') return false;
  const { head } = event['pull_request'] as { head: { repo: { full_name: string } } };
  return head.repo.full_name !== REPOSITORY || actor === 'dependabot[bot]';
}
