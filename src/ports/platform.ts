/** The outside world, as the modes see it. */
import type { Finding } from '../core/findings.js';

export interface Clock {
  now(): Date;
}

/** A text, or why there is none: the end of a sentence. */
export type FileRead =
  | { readonly text: string; readonly why?: undefined }
  | { readonly text?: undefined; readonly why: string };

/** The CI runner, or a terminal that stands in for one. */
export interface Runner {
  /** Registers a value for masking. Called the moment a secret is read. */
  setSecret(value: string): void;
  /** `undefined` becomes the empty string: not known, never zero. */
  setOutput(name: string, value: string | number | undefined): void;
  /** For later steps of the same job. */
  exportVariable(name: string, value: string): void;
  /** @param options.endsStep the one that says why the step failed: it is never left out for want of a place */
  annotate(finding: Finding, options?: { readonly endsStep?: boolean }): void;
  /** For the hook that runs for this very step when the job ends. */
  saveState(name: string, value: string): void;
  info(message: string): void;
  /** Appends Markdown to the job summary. @throws when it cannot be written. */
  addSummary(markdown: string): Promise<void>;
}

export interface Child {
  /** Its exit code as a shell has it: 128 and the number of the signal, where one ended it. */
  readonly exit: Promise<number>;
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
