/** What people are told outside of the run: that a share of a budget is used, and that a gate closed or opened. */
import type { BudgetLimit, Level } from './budget.js';
import type { GateEntry } from './gate.js';
import { howToOpen } from './gate-advice.js';
import { oneLine } from './text.js';
import { type Crossing, isUsedUp } from './thresholds.js';
import { inSeconds } from './time.js';
import { type Amount, renderAmount, renderAmountPlain, unitName } from './units.js';

export type AlertEvent = 'budget.threshold' | 'gate.closed' | 'gate.not-closed' | 'gate.opened';

/** Where an alert comes from. */
export interface AlertOrigin {
  readonly repository: string | undefined;
  readonly workflow: string;
  readonly task: string;
  readonly team?: string | undefined;
  readonly runId: string;
  readonly runAttempt: number;
  readonly runUrl: string | undefined;
  /** True where nothing is failed or blocked, whatever was found. */
  readonly observe: boolean;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** Figures for programs. Amounts are plain decimals in `unit`; what is not known is `undefined`. */
export interface BudgetFigures {
  readonly gateway: string;
  readonly scope: string;
  /** `undefined` where a refusal alone says that nothing is left. */
  readonly unit: string | undefined;
  /** Percent. */
  readonly threshold: number;
  /** One decimal; `undefined` where no limit is told, only that nothing is left. */
  readonly percentUsed: string | undefined;
  readonly limit: string | undefined;
  readonly used: string | undefined;
  readonly remaining: string | undefined;
  readonly period: string | undefined;
  readonly resetsAt: string | undefined;
  readonly asOf: string;
}

export interface GateFigures {
  readonly name: string;
  readonly state: 'open' | 'closed' | 'unknown';
  readonly actor: string;
  readonly reason: string;
  readonly until: string | undefined;
  /** Where a change was not kept although it should stand there too, and why. */
  readonly missing: string | undefined;
}

/** Strings are plain text on one line, bounded, and not escaped for any format. */
export interface Alert extends AlertOrigin {
  readonly event: AlertEvent;
  readonly severity: 'info' | 'warning' | 'critical';
  readonly title: string;
  readonly text: string;
  /** Label and value, for people. */
  readonly facts: readonly (readonly [label: string, value: string])[];
  readonly budget: BudgetFigures | undefined;
  readonly gate: GateFigures | undefined;
}

const MAX_NAME = 100;
const MAX_TITLE = 140;
const MAX_TEXT = 600;
/** A longer one would leave no room for what matters more. */
const MAX_REASON = 200;
const OBSERVED = ' Runs are only observed: none is held back.';

const plainName = (name: string | undefined) => (name === undefined ? undefined : oneLine(name, MAX_NAME));

export function budgetAlert(crossing: Crossing, origin: AlertOrigin): Alert {
  const { limit, gateway, threshold } = crossing;
  const isEnd = threshold >= 100;
  const scope = oneLine(limit.scope, MAX_NAME);
  const title = isEnd ? `A budget is used up: ${scope}` : `${threshold} % of a budget is used: ${scope}`;
  return alertOf(origin, {
    event: 'budget.threshold',
    severity: isEnd ? 'critical' : threshold >= 80 ? 'warning' : 'info',
    title,
    text: `${useOf(crossing)} (${gateway}, ${crossing.asOf}).${resetOf(limit)}${origin.observe ? OBSERVED : ''}`,
    facts: budgetFacts(crossing),
    budget: figuresOf(crossing, scope),
    gate: undefined,
  });
}

/** `83 % of $10.00 is used on key, $1.68 is left`, as far as it is known. */
function useOf({ limit, percent }: Crossing): string {
  const { whole, left } = levelsOf(limit, renderAmount);
  const rest = isUsedUp(limit) ? 'nothing is left' : `${left ?? 'an unknown amount'} is left`;
  if (whole === undefined || percent === undefined) return `On ${limit.scope} ${rest}`;
  return `${Math.floor(percent)} % of ${whole} is used on ${limit.scope}, ${rest}`;
}

function resetOf({ resetsAt }: BudgetLimit): string {
  return resetsAt === undefined ? '' : ` It resets at ${resetsAt}.`;
}

function budgetFacts({ limit, gateway }: Crossing): [string, string][] {
  const { whole, used, left } = levelsOf(limit, renderAmount);
  return known([
    ['Used', used],
    ['Limit', whole],
    ['Left', left],
    ['Gateway', gateway],
  ]);
}

function figuresOf({ limit, gateway, threshold, percent, asOf }: Crossing, scope: string): BudgetFigures {
  const { whole, used, left } = levelsOf(limit, renderAmountPlain);
  return {
    gateway,
    scope,
    unit: isRefusal(limit) ? undefined : unitName(limit.unit),
    threshold,
    percentUsed: percent?.toFixed(1),
    limit: whole,
    used,
    remaining: left,
    period: limit.period,
    resetsAt: limit.resetsAt,
    asOf,
  };
}

/** The finite ones; none where a refusal alone says that nothing is left, and nobody knows in which unit. */
function levelsOf(
  limit: BudgetLimit,
  render: (amount: Amount) => string,
): {
  readonly whole?: string | undefined;
  readonly used?: string | undefined;
  readonly left?: string | undefined;
} {
  if (isRefusal(limit)) return {};
  const show = (level: Level) =>
    level.kind === 'finite' ? render({ unit: limit.unit, value: level.value }) : undefined;
  return { whole: show(limit.limit), used: show(limit.used), left: show(limit.remaining) };
}

function isRefusal({ hasNoCount, limit, used }: BudgetLimit): boolean {
  return hasNoCount === true && limit.kind === 'unknown' && used.kind === 'unknown';
}

function known(facts: readonly (readonly [string, string | undefined])[]): [string, string][] {
  return facts.flatMap(([label, value]): [string, string][] =>
    value === undefined ? [] : [[label, oneLine(value, MAX_NAME)]],
  );
}

/** What became of a gate: `kept` is false when it should have been closed, and the store did not keep it. */
export interface GateChange {
  readonly entry: GateEntry;
  readonly kept: boolean;
  /** Where the gate is kept, as `gate-store` says; left out for `cache`. */
  readonly store?: string | undefined;
  /** The store of two that did not keep it, and why; parts of a sentence. */
  readonly missing?: string | undefined;
  /** How else a closed one can be opened, a sentence. */
  readonly hint?: string | undefined;
}

export function gateAlert(change: GateChange, origin: AlertOrigin): Alert {
  const { entry, kept, missing } = change;
  const name = oneLine(entry.gate, MAX_NAME);
  const state = kept ? (entry.closed ? 'closed' : 'open') : 'unknown';
  const half = missing === undefined ? '' : ' in one store only';
  return alertOf(origin, {
    event: kept ? (entry.closed ? 'gate.closed' : 'gate.opened') : 'gate.not-closed',
    severity: entry.closed ? 'critical' : 'info',
    title: kept ? `The gate ${name} is ${state}${half}` : `The gate ${name} could NOT be closed`,
    text: `${effectOf(change)} Reason: ${entry.reason}`,
    facts: [
      ['By', oneLine(entry.actor, MAX_NAME)],
      ...(kept && entry.closed ? [['To open it', openingOf(name, change)] as const] : []),
    ],
    budget: undefined,
    gate: {
      name,
      state,
      actor: oneLine(entry.actor, MAX_NAME),
      reason: oneLine(entry.reason, MAX_TEXT),
      until: entry.until,
      missing: missing === undefined ? undefined : oneLine(missing, MAX_TEXT),
    },
  });
}

function openingOf(name: string, { store, hint = '' }: GateChange): string {
  return oneLine(`Look at the run, then ${howToOpen(name, store, (words) => words)}. ${hint}`, MAX_TEXT);
}

function effectOf({ entry, kept, missing }: GateChange): string {
  if (!kept) return 'Nothing holds the next run back: stop it by hand, or set the kill switch.';
  if (!entry.closed) return 'Runs behind it may start again.';
  const until = entry.until === undefined ? 'a person opens it' : inSeconds(entry.until);
  const half = missing === undefined ? '' : ` It was not kept in ${oneLine(missing, MAX_REASON)}.`;
  return `Runs behind it wait until ${until}.${half}`;
}

function alertOf(origin: AlertOrigin, rest: Omit<Alert, keyof AlertOrigin>): Alert {
  const { runAttempt, observe } = origin;
  const [repository, team] = [plainName(origin.repository), plainName(origin.team)];
  const [workflow, task] = [oneLine(origin.workflow, MAX_NAME), oneLine(origin.task, MAX_NAME)];
  const places = known([
    ['Repository', repository],
    ['Workflow', runAttempt > 1 ? `${workflow}, attempt ${runAttempt}` : workflow],
    ['Task', task],
    ['Team', team],
  ]);
  return {
    ...origin,
    ...{ repository, workflow, task, team },
    ...rest,
    title: oneLine(observe ? `[observe] ${rest.title}` : rest.title, MAX_TITLE),
    text: oneLine(rest.text, MAX_TEXT),
    facts: [...rest.facts, ...places],
  };
}
