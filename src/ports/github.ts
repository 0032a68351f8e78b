/**
 * GitHub's REST API for one repository, as the modes see it, by what is asked for. Every method throws when GitHub refuses
 * or cannot be reached; a permission that the token lacks is `AppError` `permission-missing`.
 */

/** One cache entry as GitHub lists it. */
export interface CacheListing {
  readonly key: string;
  readonly ref: string;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
}

export interface CacheList {
  /** Newest first. */
  readonly caches: readonly CacheListing[];
  /** False where there are more, all of them older, than were read. */
  readonly isWhole: boolean;
}

export interface CacheApi {
  /** Needs `actions: read`. @param ref leaves out all others, such as `refs/heads/main` */
  listCaches(keyPrefix: string, ref?: string): Promise<CacheList>;
}

export interface IssueComment {
  readonly id: number;
  /** Its id in GraphQL. */
  readonly nodeId: string;
  readonly body: string;
  readonly author: string;
  readonly url: string;
}

/** Comments of issues and of pull requests, which are issues to this API. Writing needs `pull-requests: write`. */
export interface CommentApi {
  /** Oldest first. @throws {AppError} `github-failed` where there may be more than are read, which is a thousand. */
  listComments(issue: number): Promise<IssueComment[]>;
  createComment(issue: number, body: string): Promise<IssueComment>;
  updateComment(id: number, body: string): Promise<IssueComment>;
  /** Nothing happens where it is gone already. */
  deleteComment(id: number): Promise<void>;
  /** Folds it away as outdated; a person can still open it. */
  minimizeComment(nodeId: string): Promise<void>;
}

export interface ContentApi {
  /**
   * The text of a file of any repository, as it was at a commit. Needs `contents: read` there.
   * @throws also for what is no file, is no text, or is larger than 256 KiB
   */
  readFile(repository: string, path: string, sha: string): Promise<string>;
}

export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly author: string;
  readonly labels: readonly string[];
  readonly isOpen: boolean;
  /** True for an open issue that was closed before. */
  readonly isReopened: boolean;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** `undefined` while it is open. */
  readonly closedAt: string | undefined;
  readonly url: string;
}

/** An issue was closed, or opened again. */
export interface IssueChange {
  readonly isClosing: boolean;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Login, of apps with `[bot]` at its end; `undefined` where GitHub does not say. */
  readonly actor: string | undefined;
  /** True when a commit, a merged pull request or a project board closed it: the actor only set that off. */
  readonly isSideEffect: boolean;
}

export interface IssueList {
  readonly issues: readonly Issue[];
  /** False where there are more than were read. */
  readonly isWhole: boolean;
}

/** What whoever reads an issue needs in all: where they will write as well, a person is asked for that at once. */
export type IssueAccess = 'read' | 'write';

/** Issues, pull requests left out. Reading needs `issues: read`, writing `issues: write`. */
export interface IssueApi {
  /** The one that changed last comes first. @param access `read` where nothing else is said */
  listIssues(label: string, state: 'open' | 'closed', access?: IssueAccess): Promise<IssueList>;
  /** The last times it was closed or opened again, oldest first. */
  readIssueChanges(number: number, access?: IssueAccess): Promise<readonly IssueChange[]>;
  /** A label that does not exist is made. */
  createIssue(issue: { title: string; body: string; labels: readonly string[] }): Promise<Issue>;
  updateIssue(number: number, change: { body?: string; state?: 'open' | 'closed' }): Promise<Issue>;
  commentOnIssue(number: number, body: string): Promise<void>;
}

export interface WorkflowRun {
  readonly id: number;
  readonly workflowId: number;
  /** From 1. */
  readonly attempt: number;
  readonly event: string;
  readonly headSha: string;
}

/** Runs of workflows. Needs `actions: read`. */
export interface RunApi {
  readRun(id: number): Promise<WorkflowRun>;
  /** Runs of one workflow for one commit that the same event started, at most some hundreds. */
  listRuns(like: Pick<WorkflowRun, 'workflowId' | 'headSha' | 'event'>): Promise<WorkflowRun[]>;
}

export type CheckConclusion = 'success' | 'failure' | 'neutral' | 'action_required';

export interface CheckRun {
  readonly id: number;
  /** What its maker called it; empty when it did not. */
  readonly externalId: string;
  /** Empty when it has none. */
  readonly title: string;
  readonly isCompleted: boolean;
}

/** A place in the files of the commit. Lines count from 1. */
export interface CheckAnnotation {
  readonly path: string;
  readonly line: number;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly title: string;
  readonly message: string;
}

/** Text, summary and title are cut by whoever makes them: GitHub refuses more than 65,535. */
export interface CheckOutput {
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
  /** Markdown; `undefined` when there is nothing more to say. */
  readonly text: string | undefined;
}

export interface NewCheckRun {
  readonly name: string;
  readonly sha: string;
  readonly externalId: string;
  readonly detailsUrl: string | undefined;
  readonly output: CheckOutput;
}

export type CommitState = 'pending' | 'success' | 'failure' | 'error';

export interface CommitStatus {
  readonly id: number;
  readonly context: string;
  readonly state: CommitState;
  /** At most 140 characters. */
  readonly description: string;
  readonly targetUrl: string | undefined;
}

export type NewCommitStatus = Omit<CommitStatus, 'id'>;

/** What a branch rule can require of a commit. Check runs need `checks: write`, commit statuses `statuses: write`. */
export interface CheckApi {
  /** Those of this name, the newest first. */
  listCheckRuns(sha: string, name: string): Promise<CheckRun[]>;
  /** Makes one that is in progress. */
  createCheckRun(check: NewCheckRun): Promise<CheckRun>;
  /** The last word on it; annotations are added to those it has. */
  completeCheckRun(
    id: number,
    conclusion: CheckConclusion,
    output: CheckOutput,
    annotations: readonly CheckAnnotation[],
  ): Promise<void>;
  /** The newest first. */
  listStatuses(sha: string): Promise<CommitStatus[]>;
  /** A status is never changed: the newest of a context is the one that counts. */
  createStatus(sha: string, status: NewCommitStatus): Promise<CommitStatus>;
}

export interface PullRequest {
  readonly number: number;
  readonly headSha: string;
  /** `owner/name`; `undefined` when the repository is gone. */
  readonly headRepository: string | undefined;
}

/** Needs `pull-requests: read`. */
export interface PullApi {
  /** Open ones. @param head `owner:branch` */
  listOpenPulls(head: string): Promise<PullRequest[]>;
}

export interface GitHub extends CacheApi, CommentApi, ContentApi, IssueApi, RunApi, CheckApi, PullApi {
  /** Login that the token acts as; `github-actions[bot]` where GitHub does not say. */
  login(): Promise<string>;
}
