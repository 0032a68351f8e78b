/** The outside world, as the modes see it. */
import type { Finding } from '../core/findings.js';

export interface Clock {
  now(): Date;
}

/** The CI runner, or a terminal that stands in for one. */
export interface Runner {
  /** Registers a value for masking. Called the moment a secret is read. */
  setSecret(value: string): void;
  /** `undefined` becomes the empty string: not known, never zero. */
  setOutput(name: string, value: string | number | undefined): void;
  /** For later steps of the same job. */
  exportVariable(name: string, value: string): void;
  annotate(finding: Finding): void;
  info(message: string): void;
  /** Appends Markdown to the job summary. @throws when it cannot be written. */
  addSummary(markdown: string): Promise<void>;
}

/** One cache entry as GitHub's REST API lists it. */
export interface CacheListing {
  readonly key: string;
  readonly ref: string;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
}

export interface IssueComment {
  readonly id: number;
  readonly body: string;
  readonly author: string;
  readonly url: string;
}

/** GitHub's REST API for one repository. Every method throws when GitHub refuses or cannot be reached. */
export interface GitHub {
  /** Newest first, over all refs. Needs `actions: read`. */
  listCaches(keyPrefix: string): Promise<CacheListing[]>;
  /** Needs `pull-requests: read`. */
  listComments(pullRequest: number): Promise<IssueComment[]>;
  /** Needs `pull-requests: write`. */
  createComment(pullRequest: number, body: string): Promise<IssueComment>;
  updateComment(id: number, body: string): Promise<IssueComment>;
  /** Login that the token acts as; `github-actions[bot]` where GitHub does not say. */
  login(): Promise<string>;
}

export interface ChildExit {
  /** `undefined` when it was ended by a signal. */
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

export interface Child {
  readonly exit: Promise<ChildExit>;
  /** Ends the whole process group: SIGTERM, and SIGKILL after `graceMs`. Resolves when the group is gone. */
  end(graceMs: number): Promise<void>;
}

export interface ChildSpec {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

/** @throws {AppError} `agent-not-started` when the command does not exist. */
export type SpawnChild = (spec: ChildSpec) => Promise<Child>;
