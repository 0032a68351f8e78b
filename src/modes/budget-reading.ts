/** Asks the configured gateway for its budget. An answer that says "exhausted" is a reading too: nothing is left. */
import type { Config } from '../config/config.js';
import { type BudgetReading, budgetLimit, finite, type UnreadBudget } from '../core/budget.js';
import { AppError } from '../core/errors.js';
import { type Failure, RefusedAnswer } from '../core/failure.js';
import type { BudgetContext, Gateway, HttpSend } from '../ports/gateway.js';
import type { Clock } from '../ports/platform.js';
import type { Store } from '../ports/store.js';

/** What one look at a budget takes. */
export interface ReadingDeps {
  readonly config: Pick<Config, 'gateway'>;
  readonly clock: Clock;
  readonly store: Pick<Store, 'readSpend'>;
  readonly gateways: readonly Gateway[];
  /** All requests of the returned function share one deadline. */
  readonly createSend: (deadlineMs: number) => HttpSend;
  readonly deadlineMs: number;
}

export interface BudgetDeps extends ReadingDeps {
  readonly config: Config;
  readonly store: Store;
}

/** A reading, why there is none, or `undefined` when no gateway is named. */
export type BudgetOutcome = BudgetReading | UnreadBudget | undefined;

export function readingOf(outcome: BudgetOutcome): BudgetReading | undefined {
  return outcome !== undefined && 'limits' in outcome ? outcome : undefined;
}

export async function readBudget(deps: ReadingDeps): Promise<BudgetOutcome> {
  const { config, gateways } = deps;
  const gateway = gateways.find(({ id }) => id === config.gateway.id);
  if (gateway === undefined) return undefined;
  return tryRead(gateway, deps, config.gateway.key);
}

/** Besides the budget, the version where a contract goes by one: it may cost a request. */
export async function readBudgetAndVersion(deps: BudgetDeps): Promise<BudgetOutcome> {
  const { config, gateways } = deps;
  const budget = await readBudget(deps);
  const gateway = gateways.find(({ id }) => id === config.gateway.id);
  if (gateway === undefined || budget === undefined || 'error' in budget) return budget;
  if (config.gateway.contract?.gatewayVersion === undefined) return budget;
  return { ...budget, version: await readVersion(gateway, deps, budget) };
}

/** A reading with one key, or why there is none. */
export async function tryRead(
  gateway: Gateway,
  deps: Omit<ReadingDeps, 'gateways'>,
  key: string | undefined,
): Promise<BudgetReading | UnreadBudget> {
  try {
    return withRates(await gateway.readBudget(contextOf(deps, key)), deps.config);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const failure = error instanceof RefusedAnswer ? gateway.readFailure(error.answer) : undefined;
    if (failure?.kind === 'exhausted') return nothingLeft(gateway.id, failure, deps.clock.now());
    const hint = failure ? hintFor(failure, error) : error.hint;
    return { error: `${error.message.replace(/\.?$/, '.')} ${hint}`, code: error.code };
  }
}

/** The gateway's version as far as it tells; a page that cannot be read tells nothing. */
export async function readVersion(
  gateway: Gateway,
  deps: Omit<ReadingDeps, 'gateways'>,
  reading: BudgetReading | undefined,
): Promise<string | undefined> {
  if (reading?.version !== undefined || gateway.readVersion === undefined) return reading?.version;
  try {
    return await gateway.readVersion(contextOf(deps, deps.config.gateway.key));
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

function contextOf(
  { config, clock, store, createSend, deadlineMs }: Omit<ReadingDeps, 'gateways'>,
  key: string | undefined,
): BudgetContext {
  const { url, adminKey, budgetUrl, scope, windows, mapping } = config.gateway;
  return {
    send: createSend(deadlineMs),
    url: url ?? '',
    budgetUrl,
    key,
    adminKey,
    scope,
    mapping,
    windows,
    history: () => store.readSpend(),
    now: clock.now(),
  };
}

/** What the policy file says a unit is worth outranks what the gateway says. */
function withRates(reading: BudgetReading, { gateway }: Pick<Config, 'gateway'>): BudgetReading {
  return { ...reading, conversions: [...gateway.rates, ...reading.conversions] };
}

function nothingLeft(gateway: string, failure: Failure, now: Date): BudgetReading {
  const limit = budgetLimit(
    failure.scope ?? 'a budget of this key',
    'usd',
    { remaining: finite(0) },
    { resetsAt: failure.resetsAt, hasNoCount: true },
  );
  return {
    gateway,
    limits: [limit],
    unread: [`every other budget (the gateway refused even this reading: ${failure.evidence})`],
    conversions: [],
    asOf: now.toISOString(),
    lagMs: undefined,
  };
}

const HINTS: Partial<Record<Failure['kind'], string>> = {
  'rate-limited': 'This is a rate limit, not the budget: try again later.',
  overloaded: 'The gateway is overloaded: try again later.',
};

function hintFor({ kind }: Failure, error: AppError): string {
  return HINTS[kind] ?? error.hint;
}
