/** The events that start a workflow, as a runner tells a job of them: payload, ref, token and access to the cache. */

/** Head of the pull request, and of the merge group. */
export const HEAD = 'abc1230000000000000000000000000000000000';
/** What GITHUB_SHA is: a merge made for the test, or the tip of a branch. */
export const TIP = 'c0ffee0000000000000000000000000000000000';

export interface TestedEvent {
  /** As docs/events.md names it. */
  readonly title: string;
  readonly event: string;
  readonly ref: string;
  readonly payload: object;
  readonly environment?: Readonly<Record<string, string>>;
  readonly token: string;
  readonly cache: 'read' | 'write';
}

const MAIN = 'refs/heads/main';
const WRITES = 'contents=read,actions=read,issues=write,pull-requests=write,checks=write,statuses=write';
const READS = 'contents=read,actions=read,issues=read,pull-requests=read,checks=read,statuses=read';

const pull = (repository: string) => ({
  pull_request: { number: 7, head: { sha: HEAD, ref: 'topic', repo: { full_name: repository } } },
});
const onMain = { ref: MAIN, token: WRITES };
const onPull = { event: 'pull_request', ref: 'refs/pull/7/merge' };

export const EVENTS: readonly TestedEvent[] = [
  {
    ...onPull,
    title: '`pull_request` (own branch)',
    payload: pull('acme/app'),
    token: WRITES,
    cache: 'write',
  },
  { ...onPull, title: '`pull_request` (fork)', payload: pull('mallory/app'), token: READS, cache: 'read' },
  {
    ...onPull,
    title: '`pull_request` (Dependabot)',
    payload: pull('acme/app'),
    environment: { GITHUB_ACTOR: 'dependabot[bot]' },
    token: READS,
    cache: 'read',
  },
  {
    ...onMain,
    title: '`pull_request_target`',
    event: 'pull_request_target',
    payload: pull('mallory/app'),
    cache: 'read',
  },
  {
    title: '`merge_group`',
    event: 'merge_group',
    ref: 'refs/heads/gh-readonly-queue/main/pr-7-abc',
    payload: { merge_group: { head_sha: HEAD } },
    token: WRITES,
    cache: 'write',
  },
  {
    ...onMain,
    title: '`issue_comment` (pull request)',
    event: 'issue_comment',
    payload: { issue: { number: 7, pull_request: { url: '' } }, comment: { body: '/agent' } },
    cache: 'read',
  },
  {
    ...onMain,
    title: '`issue_comment` (issue)',
    event: 'issue_comment',
    payload: { issue: { number: 12 }, comment: { body: '/agent' } },
    cache: 'read',
  },
  { ...onMain, title: '`issues`', event: 'issues', payload: { issue: { number: 12 } }, cache: 'read' },
  { ...onMain, title: '`schedule`', event: 'schedule', payload: { schedule: '0 4 * * *' }, cache: 'write' },
  { ...onMain, title: '`workflow_dispatch`', event: 'workflow_dispatch', payload: {}, cache: 'write' },
  { ...onMain, title: '`push`', event: 'push', payload: {}, cache: 'write' },
  {
    ...onMain,
    title: '`workflow_run`',
    event: 'workflow_run',
    payload: {
      workflow_run: {
        id: 99,
        run_attempt: 1,
        workflow_id: 31,
        event: 'pull_request',
        html_url: 'https://github.com/acme/app/actions/runs/99',
        head_sha: HEAD,
        head_branch: 'topic',
        head_repository: { full_name: 'mallory/app' },
      },
    },
    cache: 'read',
  },
];

/** @throws when there is no such event */
export function eventOf(title: string): TestedEvent {
  const found = EVENTS.find((event) => event.title === title);
  if (found === undefined) throw new Error(`there is no event ${title}`);
  return found;
}
