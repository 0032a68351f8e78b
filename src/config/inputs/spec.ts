/** What an input is, and the words that inputs choose from. */

export const MODES = ['pre', 'wrap', 'post', 'gate', 'comment', 'verify'] as const;
export type Mode = (typeof MODES)[number];

/** What `verify` tries, in this order. */
export const PROBES = ['happy-path', 'request-ceiling', 'isolation', 'exhaustion', 'fallback'] as const;
export type ProbeName = (typeof PROBES)[number];

export interface InputSpec<T = unknown> {
  /** Where the input has a meaning; elsewhere it is accepted and ignored. */
  readonly modes: readonly Mode[];
  /** Full sentences, for `action.yml` and the README. */
  readonly description: string;
  /** A right value, shown beside every fault. */
  readonly example: string;
  /** What holds when nobody sets it, for people; `undefined` when there is no default. */
  readonly default?: string;
  /** Registered for masking the moment it is read; never taken from a policy file. */
  readonly secret?: true;
  /** Why only the workflow itself may say it, as the end of a sentence; `undefined` where a task may. */
  readonly workflowOnly?: string;
  /** @throws {AppError} of kind `usage`, whose hint is an example. */
  readonly parse: (text: string) => T;
}

export const asText = (value: string): string => value;

/** The same list, with the type of every parser kept. */
export function defineInputs<const S extends Record<string, InputSpec>>(specs: S): S {
  return specs;
}
