/** May this run start? The rules of `pre`, without the outside world: readings in, verdict with reasons out. */
import { type BudgetReading, percentUsed, type Tightest, tightestOf, type UnreadBudget } from './budget.js';
import { AppError, type ErrorCode } from './errors.js';
import { asNotices, type Finding, finding } from './findings.js';
import { type GateReading, isUntouched } from './gate.js';
import { howToOpen } from './gate-advice.js';
import { NANO_PER_USD } from './money.js';
import { judgeReruns, type RerunCount } from './reruns.js';
import { inSeconds } from './time.js';
import { type Amount, convertOrThrow, renderAmount, renderExactly, type Unit } from './units.js';

/** A quantity as a person wrote it. Without a unit it counts in whatever unit the gateway reports (dollars for USD). */
export interface Quantity {
  readonly value: number;
  readonly unit: Unit | undefined;
}

export type Fallback = 'block' | 'warn' | 'pass';

export interface PrePolicy {
  readonly minRemaining: Quantity | undefined;
  readonly onUnreadable: Fallback;
  readonly onGateUnknown: Fallback;
  /** Percentages, such as `[50, 80]`. */
  readonly alertAt: readonly number[];
  /** How often a workflow may be run again for one commit; `undefined`: as often as people like. */
  readonly rerunsPerCommit?: number | undefined;
  readonly observe: boolean;
}

/** What was found out; `budget` is an error message when it could not be read, `undefined` when none was asked for. */
export interface PreEvidence {
  readonly killSwitch: string | undefined;
  readonly gate: GateReading;
  readonly gateName?: string;
  /** Where its state is kept, as `gate-store` says. */
  readonly gateStore?: string;
  /** Address that a run's id is put behind. */
  readonly runsUrl?: string | undefined;
  readonly budget: BudgetReading | UnreadBudget | undefined;
  /** `undefined` where nobody counted. */
  readonly reruns?: RerunCount | undefined;
}

export interface PreVerdict {
  /** `degrade`: allowed, though something that should have been known is not. */
  readonly decision: 'allow' | 'degrade' | 'deny';
  /** The deciding sentence. */
  readonly reason: string;
  readonly findings: readonly Finding[];
  readonly tightest: Tightest | undefined;
}

/** @throws {AppError} `units-not-comparable` when `min-remaining` cannot be compared with what the gateway reports. */
export function decidePre(evidence: PreEvidence, policy: PrePolicy): PreVerdict {
  const reading =
    evidence.budget !== undefined && !('error' in evidence.budget) ? evidence.budget : undefined;
  const tightest = reading && tightestOf(reading, policy.minRemaining?.unit);
  const findings = [
    ...judgeKillSwitch(evidence.killSwitch),
    ...judgeGate(evidence, policy.onGateUnknown),
    ...judgeReruns(evidence.reruns, policy.rerunsPerCommit),
    ...judgeBudget(evidence.budget, tightest, policy),
    ...(reading ? alerts(reading, policy.alertAt) : []),
  ];
  const denying = findings.find(({ level }) => level === 'error');
  const doubtful = findings.find(({ level, id }) => level === 'warning' || id.endsWith('-unknown'));
  if (policy.observe && denying) {
    const reason = `Observed only; without \`observe\` this run would be denied: ${denying.message}`;
    return { decision: 'allow', reason, findings: asNotices(findings), tightest };
  }
  const decision = denying ? 'deny' : doubtful ? 'degrade' : 'allow';
  const allowed = allowedBecause(evidence, tightest);
  const reason = denying?.message ?? (doubtful ? `${doubtful.message} ${allowed}`.trim() : allowed);
  return { decision, reason, findings, tightest };
}

function allowedBecause({ budget }: PreEvidence, tightest: Tightest | undefined): string {
  if (budget === undefined) return 'No gateway is named, so no budget was asked for.';
  if ('error' in budget) return '';
  if (tightest === undefined) return 'No finite limit stands against this run.';
  return `${renderAmount(tightest.remaining)} left on ${tightest.limit.scope}.`;
}

function judgeKillSwitch(killSwitch: string | undefined): Finding[] {
  if (killSwitch === undefined) return [];
  return [
    finding(
      'error',
      'kill-switch',
      'Kill switch is on',
      `The kill switch is on (\`kill-switch: ${killSwitch}\`).`,
      {
        advice:
          'Clear the variable behind `kill-switch` (often `vars.SPENDGATE_HALT`) when runs may start again.',
      },
    ),
  ];
}

function judgeGate(evidence: PreEvidence, onUnknown: Fallback): Finding[] {
  const { gate, gateName, gateStore, runsUrl } = evidence;
  if (gate.state === 'open') return [];
  if (gate.state === 'unknown') return judgeUnknownGate(evidence, onUnknown);
  const { entry } = gate;
  const name = gateName ?? entry?.gate ?? '';
  const run = entry && runsUrl ? `${runsUrl}${entry.runId}` : `run ${entry?.runId}`;
  const since = entry ? ` since ${inSeconds(entry.createdAt)} (${run})` : '';
  const why = entry?.reason
    ? ` Reason: “${entry.reason}”.`
    : entry
      ? ' The reason stands in the summary of that run.'
      : '';
  const until = entry?.until ? ` It opens by itself at ${inSeconds(entry.until)}.` : '';
  return [
    finding(
      'error',
      'gate-closed',
      'Gate is closed',
      `The gate ${name} is closed${since}.${why}${until} ${gate.evidence}`.trim(),
      {
        advice: `Look at that run, then ${howToOpen(name, gateStore)}.`,
      },
    ),
  ];
}

/** What was read and holds no state is mended by a person who opens it; what could not be read is not. */
function judgeUnknownGate({ gate, gateName = '', gateStore }: PreEvidence, onUnknown: Fallback): Finding[] {
  if (isUntouched(gate) && onUnknown !== 'block') return [];
  if (gate.blind) {
    const message = `The gate could not be read, so nobody knows whether it is closed. ${gate.evidence}`;
    return [fallbackFinding(onUnknown, 'gate-unknown', 'Gate is unknown', message, 'on-gate-unknown')];
  }
  const title = 'Gate has no state yet';
  if (onUnknown !== 'block') return [finding('notice', 'gate-unknown', title, gate.evidence)];
  const message = `No state of the gate ${gateName} is known: it is new, or what was kept of it is lost. ${gate.evidence}`;
  const advice = `If runs may start, ${howToOpen(gateName, gateStore)}. \`on-gate-unknown: warn\` would let this one start as it is.`;
  return [finding('error', 'gate-unknown', title, message, { advice })];
}

function judgeBudget(
  budget: PreEvidence['budget'],
  tightest: Tightest | undefined,
  policy: PrePolicy,
): Finding[] {
  if (budget === undefined) return [];
  if ('error' in budget) {
    const message = `The budget could not be read: ${budget.error}`;
    return [
      fallbackFinding(policy.onUnreadable, 'budget-unknown', 'Budget is unknown', message, 'on-unreadable'),
    ];
  }
  if (tightest) return [...judgeRemaining(budget, tightest, policy.minRemaining), ...judgeGaps(budget)];
  const isUnlimited =
    budget.limits.length > 0 && budget.limits.every(({ remaining }) => remaining.kind === 'unlimited');
  if (isUnlimited) return [];
  const message = `${budget.gateway} answered, but no limit in its answer says what is left.`;
  return [
    fallbackFinding(policy.onUnreadable, 'budget-unknown', 'Budget is unknown', message, 'on-unreadable'),
  ];
}

/** What is left of a budget whose spend is partly unknown is that much at most. */
function judgeGaps(reading: BudgetReading): Finding[] {
  return [...judgeUnknownLimits(reading), ...judgeBounds(reading)];
}

/** One of them may be the tightest. */
function judgeUnknownLimits({ limits }: BudgetReading): Finding[] {
  const unknown = limits
    .filter(({ limit, remaining }) => limit.kind === 'finite' && remaining.kind === 'unknown')
    .map(({ scope }) => scope);
  if (unknown.length === 0) return [];
  const message = `What is left of ${unknown.join(' and ')} is not known: a limit is told, and no use of it.`;
  return [
    finding('warning', 'budget-uncertain', 'A limit cannot be judged', message, {
      advice:
        'Less may be left than the other limits say. `spendgate verify` shows what the gateway enforces.',
    }),
  ];
}

function judgeBounds({ limits }: BudgetReading): Finding[] {
  const uncertain = limits.filter(({ isAtLeast }) => isAtLeast).map(({ scope }) => scope);
  if (uncertain.length === 0) return [];
  return [
    finding(
      'warning',
      'budget-uncertain',
      'Part of what was spent is not known',
      `Not all that counts against ${uncertain.join(' and ')} is known: runs used models without a known price, did not report their tokens, ran on branches that this one cannot see, or cannot be read any more. What is left is that much at most.`,
      {
        advice:
          'A gateway that reports its costs, or a model with a price, makes the budget exact, and `actions: read` shows whether other branches spent; a line that cannot be read takes a look at the store.',
      },
    ),
  ];
}

function judgeRemaining(
  reading: BudgetReading,
  tightest: Tightest,
  minimum: Quantity | undefined,
): Finding[] {
  const { limit, remaining } = tightest;
  const resets = limit.resetsAt ? ` It resets at ${limit.resetsAt}.` : '';
  const where = `left on ${limit.scope} (${reading.gateway}, ${inSeconds(reading.asOf)})`;
  const advice = `Raise the limit on ${limit.scope}${limit.resetsAt ? ', wait for the reset' : ''}, or lower \`min-remaining\`.`;
  if (remaining.value <= 0) {
    return [
      finding(
        'error',
        'budget-exhausted',
        'Budget is exhausted',
        `${renderAmount(remaining)} ${where}.${resets}`,
        { advice },
      ),
    ];
  }
  if (minimum === undefined) return [];
  const needed = amountOf(minimum, remaining.unit);
  const comparable = convertOrThrow(remaining, needed.unit, reading.conversions);
  if (comparable.amount.value >= needed.value) return [];
  const via = comparable.via.length > 0 ? ` (converted: ${comparable.via.join(', ')})` : '';
  // What would look alike and is not is told to the last digit.
  const render = renderAmount(needed) === renderAmount(remaining) ? renderExactly : renderAmount;
  const message = `${render(remaining)} ${where}${via} is less than the minimum of ${render(needed)}.${resets}`;
  return [finding('error', 'budget-too-low', 'Budget is too low', message, { advice })];
}

/** `$5.00`, `200,000 tokens`; a bare number as it was written. */
export function renderQuantity({ value, unit }: Quantity): string {
  return unit === undefined ? String(value) : renderAmount({ unit, value });
}

/** @throws {AppError} never for a unit that was given; the unit of the reading stands in where none was. */
function amountOf({ value, unit }: Quantity, reported: Unit): Amount {
  if (unit !== undefined) return { unit, value };
  return reported === 'usd'
    ? { unit: 'usd', value: Math.round(value * NANO_PER_USD) }
    : { unit: reported, value };
}

/** One notice per limit that crossed a threshold: the highest one crossed. */
function alerts(reading: BudgetReading, thresholds: readonly number[]): Finding[] {
  return reading.limits.flatMap((limit) => {
    const used = percentUsed(limit);
    const crossed =
      used === undefined
        ? undefined
        : thresholds.filter((threshold) => used >= threshold).sort((a, b) => b - a)[0];
    if (used === undefined || crossed === undefined) return [];
    const message = `${used.toFixed(0)} % of the limit on ${limit.scope} is used (${reading.gateway}); the alert is set at ${crossed} %.`;
    return [finding('notice', 'budget-alert', `Budget is ${crossed} % used`, message)];
  });
}

function fallbackFinding(
  fallback: Fallback,
  id: string,
  title: string,
  message: string,
  input: string,
): Finding {
  const level = ({ block: 'error', warn: 'warning', pass: 'notice' } as const)[fallback];
  return finding(level, id, title, message, {
    advice: `\`${input}: ${fallback}\` decides what this means; \`${fallback === 'block' ? 'warn' : 'block'}\` would ${fallback === 'block' ? 'let the run start' : 'stop it'}.`,
  });
}

const DENIED_BY: Readonly<Record<string, (budget: PreEvidence['budget']) => ErrorCode>> = {
  // The budget of a ledger stands in a store.
  'budget-unknown': (budget) =>
    budget && 'error' in budget && budget.code === 'store-failed' ? 'store-failed' : 'upstream-failed',
  'gate-unknown': () => 'store-failed',
};

/** The error a denied `pre` ends with: a limit, the gateway that could not be read, or the store that could not. */
export function deniedError(verdict: PreVerdict, budget: PreEvidence['budget']): AppError {
  const { advice, id = '' } = verdict.findings.find(({ level }) => level === 'error') ?? {};
  const code = DENIED_BY[id]?.(budget) ?? 'denied';
  return new AppError(code, verdict.reason, {
    isReported: true,
    ...(advice === undefined ? {} : { hint: advice }),
  });
}
