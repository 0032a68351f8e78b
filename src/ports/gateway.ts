import type { BudgetReading } from '../core/budget.js';
import type { Failure, FailureEvidence } from '../core/failure.js';
import type { SpendHistory } from './store.js';

export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface HttpRequest {
  readonly url: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Sends one request; retries 5xx and resets, nothing else; any HTTP status is an answer, not an error.
 * @throws {AppError} `upstream-failed` when no answer came before the deadline.
 */
export type HttpSend = (request: HttpRequest) => Promise<HttpAnswer>;

/** One window of a budget that the user wrote down, for the `ledger` gateway. */
export interface BudgetWindow {
  /** `usd`: nano-USD; `tokens`: tokens. */
  readonly unit: 'usd' | 'tokens';
  readonly limit: number;
  /** `day`, `week`, `month` (calendar, UTC), or a rolling length in milliseconds. */
  readonly period: 'day' | 'week' | 'month' | { readonly rollingMs: number };
}

/** How to read any JSON usage API, for the `http` gateway. Pointers are RFC 6901. */
export interface HttpMapping {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly unit: string;
  readonly limit: string | undefined;
  readonly used: string | undefined;
  readonly remaining: string | undefined;
  readonly resetsAt: string | undefined;
}

/** Everything a budget reading may need; a gateway takes what it uses. */
export interface BudgetContext {
  readonly send: HttpSend;
  /** Base URL without a trailing `/v1` or slash: the one given, else the gateway's own. */
  readonly url: string;
  /** Where the budget is read, when that differs. */
  readonly budgetUrl: string | undefined;
  readonly key: string | undefined;
  readonly adminKey: string | undefined;
  readonly mapping: HttpMapping | undefined;
  readonly windows: readonly BudgetWindow[];
  readonly history: () => Promise<SpendHistory>;
  readonly now: Date;
}

/** What a gateway needs before its budget can be read. */
export type Requirement = 'gateway-key' | 'gateway-url' | 'mapping' | 'budgets';

/** One successful answer, for cost and route. */
export interface CallEvidence {
  readonly headers: Readonly<Record<string, string>>;
  readonly streamed: boolean;
  /** The wire's own usage object; `undefined` when none came. */
  readonly usage: unknown;
}

/** Who is paid: how its budget is read, what its errors mean, what a call cost. */
export interface Gateway {
  /** Lower-case slug: the value of the input `gateway`, and the name of the fixture folder. */
  readonly id: string;
  /** One line for the generated table: what is read, in which unit. */
  readonly summary: string;
  /** Base URL when `gateway-url` is not given; `undefined` when it must be. */
  readonly defaultUrl: string | undefined;
  readonly requires: readonly Requirement[];
  /**
   * The budget as it stands.
   * @throws {AppError} `upstream-failed` or `wire-format` when it cannot be read.
   */
  readBudget(context: BudgetContext): Promise<BudgetReading>;
  readFailure(evidence: FailureEvidence): Failure;
  /** Cost the gateway itself reports, nano-USD; `undefined` when it reports none. */
  readCost(evidence: CallEvidence): number | undefined;
}
