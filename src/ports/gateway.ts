import type { Attribution } from '../core/attribution.js';
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

export type BudgetScope = Readonly<Record<string, string>>;

/** Everything a budget reading may need; a gateway takes what it uses. */
export interface BudgetContext {
  readonly send: HttpSend;
  /** Base URL without a trailing `/v1` or slash: the one given, else the gateway's own. */
  readonly url: string;
  /** Where the budget is read, when that differs. */
  readonly budgetUrl: string | undefined;
  readonly key: string | undefined;
  readonly adminKey: string | undefined;
  /** What the budget belongs to, where the key alone does not say: `{ project: 'proj_…' }`. */
  readonly scope: BudgetScope;
  readonly mapping: HttpMapping | undefined;
  readonly windows: readonly BudgetWindow[];
  readonly history: () => Promise<SpendHistory>;
  readonly now: Date;
}

/** What a gateway needs before its budget can be read. */
export type Requirement = 'gateway-key' | 'admin-key' | 'gateway-url' | 'mapping' | 'budgets';

/** A name that `budget-scope` may give to this gateway. */
export interface ScopeName {
  readonly name: string;
  readonly isRequired: boolean;
  readonly example: string;
}

/** One successful answer, for cost and route. */
export interface CallEvidence {
  readonly headers: Readonly<Record<string, string>>;
  readonly streamed: boolean;
  /** The wire's own usage object; `undefined` when none came. */
  readonly usage: unknown;
}

/** Who really answered a call; `undefined` where the gateway does not say. */
export interface Route {
  /** Model or deployment as the gateway names it. */
  readonly servedBy: string | undefined;
  /** Fallbacks that were tried before this one answered. */
  readonly fallbacks: number | undefined;
  /** The gateway's own version, where answers tell it. */
  readonly gatewayVersion?: string | undefined;
}

/**
 * `reserves`: holds the worst case of a call before it leaves. `checks`: looks before the call, counts after it.
 * `counts`: limits what comes after the call that passed. `none`: nothing that could be exhausted.
 */
export type Enforcement = 'reserves' | 'checks' | 'counts' | 'none' | 'unknown';

/**
 * `metadata`: beside the call, where nothing but its log is different for it. `tags`: also where the gateway itself may sum,
 * limit, route or bill by it.
 */
export type AttributionStyle = 'metadata' | 'tags';

/** Headers by which a client could have its call paid, booked, sent or logged elsewhere. */
export interface ReservedHeaders {
  /** Beginnings of names, lower-case. */
  readonly families: readonly string[];
  /** Whole names, lower-case, that a client must be able to send. */
  readonly except?: readonly string[];
}

/** What is known of a gateway, in sentences for people: the source of `docs/gateways.md`. */
export interface GatewayFacts {
  readonly title: string;
  /** Which credential reads the budget. */
  readonly credential: string;
  readonly units: string;
  readonly freshness: string;
  readonly enforcement: Enforcement;
  /** What an exhausted budget looks like on the wire, and what looks like it. */
  readonly exhausted: string;
  /** Where past spend can be looked up. */
  readonly history: string;
  /** What of a run it can be told with a call, or why nothing. */
  readonly attribution: string;
  /** An address, or a page of ours in `docs/`. */
  readonly see: string;
}

/** Who is paid: how its budget is read, what its errors mean, what a call cost. */
export interface Gateway {
  /** Lower-case slug: the value of the input `gateway`, and the name of the fixture folder. */
  readonly id: string;
  /** Other names that people know it by. */
  readonly aliases?: readonly string[];
  /** One line for the generated table: what is read, in which unit. */
  readonly summary: string;
  readonly facts: GatewayFacts;
  /** Base URL when `gateway-url` is not given; `undefined` when it must be. */
  readonly defaultUrl: string | undefined;
  readonly requires: readonly Requirement[];
  readonly scopeNames?: readonly ScopeName[];
  /** True where `readBudget` itself reads the budgets of the policy file. */
  readonly readsWindows?: boolean;
  /**
   * The budget as it stands.
   * @throws {RefusedAnswer} when its usage API answers with an error.
   * @throws {AppError} `upstream-failed` or `wire-format` when it cannot be read, `not-readable` when there is nothing to read.
   */
  readBudget(context: BudgetContext): Promise<BudgetReading>;
  /** The gateway's own version, where it takes a request of its own; others tell it with the budget. */
  readVersion?(context: BudgetContext): Promise<string | undefined>;
  /** What an error answer means. Pure, and never throws, whatever the body is. */
  readFailure(evidence: FailureEvidence): Failure;
  /** Cost the gateway itself reports, nano-USD; `undefined` when it reports none. */
  readCost(evidence: CallEvidence): number | undefined;
  /** True where it answered from a store of its own, which it may do for nothing. Left out where it has none, or does not tell. */
  isStored?(evidence: CallEvidence): boolean;
  readRoute(evidence: CallEvidence): Route;
  /**
   * Headers that tell it whose a call is: lower-case names, printable ASCII. Left out where it takes none that leave the
   * meaning of a request alone. Asked once for a run.
   */
  attribute?(facts: Attribution, how: AttributionStyle): Readonly<Record<string, string>>;
  /** What an agent that works with the workflow's key may not say to it. */
  readonly reservedHeaders?: ReservedHeaders;
}
