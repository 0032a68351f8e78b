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

export interface CacheApi {
  /** Newest first, over all refs. Needs `actions: read`. */
  listCaches(keyPrefix: string): Promise<CacheListing[]>;
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
  /** Who closed it; `undefined` in lists, and where GitHub does not say. */
  readonly closedBy: string | undefined;
  readonly url: string;
}

export interface IssueList {
  readonly issues: readonly Issue[];
  /** False where there are more than were read. */
  readonly isWhole: boolean;
}

/** Issues, pull requests left out. Reading needs `issues: read`, writing `issues: write`. */
export interface IssueApi {
  /** The one that changed last comes first. */
  listIssues(label: string, state: 'open' | 'closed'): Promise<IssueList>;
  readIssue(number: number): Promise<Issue>;
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

export interface GitHub extends CacheApi, CommentApi, ContentApi, IssueApi, RunApi {
  /** Login that the token acts as; `github-actions[bot]` where GitHub does not say. */
  login(): Promise<string>;
}
