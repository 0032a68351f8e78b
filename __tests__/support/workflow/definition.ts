/** A workflow file as it is written, as far as the examples use it. */

export type Texts = Readonly<Record<string, string>>;

/** Levels by permission; `read-all` and its like are not used. */
export type Permissions = Texts;

export interface WorkflowDefinition {
  readonly name?: string;
  readonly on?: {
    readonly workflow_call?: {
      readonly inputs?: Readonly<Record<string, { readonly default?: unknown }>>;
      readonly outputs?: Readonly<Record<string, { readonly value: string }>>;
    };
  };
  readonly env?: Texts;
  readonly permissions?: Permissions;
  readonly jobs: Readonly<Record<string, JobDefinition>>;
}

export interface JobDefinition {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly permissions?: Permissions;
  readonly environment?: string;
  readonly env?: Texts;
  readonly strategy?: { readonly 'fail-fast'?: boolean; readonly matrix?: Matrix };
  readonly outputs?: Texts;
  readonly steps?: readonly StepDefinition[];
  /** A called workflow, with what it is given. */
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly secrets?: Texts;
}

export interface StepDefinition {
  readonly id?: string;
  readonly name?: string;
  readonly if?: string | boolean;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly 'continue-on-error'?: boolean;
}

export type Matrix = Readonly<Record<string, readonly unknown[]>>;
