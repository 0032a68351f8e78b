/**
 * Tells people, once for each threshold and period and once for each change of a gate, however many runs see it. Who was
 * told is claimed in the store; where the store cannot say, people are told: hearing twice is better than never.
 * Nothing here changes a verdict.
 */
import { type Alert, type AlertOrigin, budgetAlert, type GateChange, gateAlert } from '../core/alert.js';
import type { BudgetReading } from '../core/budget.js';
import { withDeadline } from '../core/deadline.js';
import { finding } from '../core/findings.js';
import {
  type Crossing,
  crossingsOf,
  identityOf,
  isUsedUp,
  lowerOnes,
  periodOf,
  refusedCrossing,
} from '../core/thresholds.js';
import type { AlertDesk } from '../ports/alerts.js';
import type { Claim } from '../ports/store.js';
import type { ModeDeps } from './deps.js';

export interface AlertingDeps extends Pick<ModeDeps, 'config' | 'runner' | 'clock' | 'store' | 'alerts'> {
  /** Fingerprint of gateway, address and key; `undefined` without a key. */
  readonly keyFingerprint?: string | undefined;
}

/** A store that hangs holds nobody up for longer. */
const CLAIM_MS = 10_000;
/** More messages at once are noise; the next run tells the rest. */
const MAX_ALERTS = 5;

export interface News {
  readonly reading?: BudgetReading | undefined;
  readonly gate?: GateChange | undefined;
  /** True after a run that the gateway ended because a budget was used up. */
  readonly isRefused?: boolean;
}

/** What is due from a look at the budget and from a change of the gate, in one go. */
export async function tellPeople(deps: AlertingDeps, news: News): Promise<void> {
  const { alerts: desk } = deps;
  if (desk === undefined) return;
  const origin = originOf(deps);
  const due: Alert[] = [];
  if (news.gate && (await isNews(deps, desk, gateParts(news.gate)))) due.push(gateAlert(news.gate, origin));
  const passed = await unheard(deps, desk, crossedIn(deps, news));
  due.push(...passed.map((crossing) => budgetAlert(crossing, origin)));
  if (due.length === 0) return;
  await Promise.all([deliver(deps, desk, due), claimLower(deps, desk, passed)]);
}

/** A refusal counts where no reading shows what it was about. */
function crossedIn({ config, clock }: AlertingDeps, { reading, isRefused = false }: News): Crossing[] {
  const crossings = reading ? crossingsOf(reading, config.alerts.at) : [];
  if (!isRefused || crossings.some(({ limit }) => isUsedUp(limit))) return crossings;
  const gateway = config.gateway.id ?? 'the gateway';
  return [refusedCrossing(gateway, clock.now().toISOString()), ...crossings];
}

/** Claims are made one after the other: a store has one place to prepare them. */
async function unheard(
  deps: AlertingDeps,
  desk: AlertDesk,
  crossings: readonly Crossing[],
): Promise<Crossing[]> {
  const found: Crossing[] = [];
  for (const crossing of crossings) {
    if (found.length === MAX_ALERTS) break;
    if (await isNews(deps, desk, thresholdParts(deps, crossing, crossing.threshold))) found.push(crossing);
  }
  return found;
}

/** Whoever heard of 80 % need not hear of 50 % later. */
async function claimLower(deps: AlertingDeps, desk: AlertDesk, passed: readonly Crossing[]): Promise<void> {
  for (const crossing of passed)
    for (const lower of lowerOnes(crossing, deps.config.alerts.at))
      await claim(deps, desk, thresholdParts(deps, crossing, lower));
}

async function isNews(deps: AlertingDeps, desk: AlertDesk, parts: readonly string[]): Promise<boolean> {
  return (await claim(deps, desk, parts)) !== 'known';
}

function claim({ store }: AlertingDeps, desk: AlertDesk, parts: readonly string[]): Promise<Claim> {
  return withDeadline<Claim>(store.claim(desk.nameOf(parts)), CLAIM_MS, () => 'unknown');
}

/** A limit that others share is told once for all keys. */
function thresholdParts(deps: AlertingDeps, { limit, gateway }: Crossing, threshold: number): string[] {
  const { config, clock, keyFingerprint = '' } = deps;
  const { url = '', budgetUrl = '', scope } = config.gateway;
  const owner = limit.isWider ? [url, budgetUrl, JSON.stringify(scope)] : [keyFingerprint];
  const period = periodOf(limit, clock.now());
  return ['budget', gateway, ...owner, ...identityOf(limit), String(threshold), period];
}

/** Jobs of one run close a gate together. */
function gateParts({ entry, kept }: GateChange): string[] {
  const { gate, closed, runId, runAttempt } = entry;
  return ['gate', gate, closed ? 'closed' : 'open', String(kept), runId, String(runAttempt)];
}

function originOf({ config, clock }: AlertingDeps): AlertOrigin {
  const { repository, workflow, runId, runAttempt, runUrl } = config.context;
  const { task, observe } = config;
  return { repository, workflow, task, runId, runAttempt, runUrl, observe, at: clock.now().toISOString() };
}

async function deliver({ runner }: AlertingDeps, desk: AlertDesk, due: readonly Alert[]): Promise<void> {
  for (const { to, failure } of await desk.send(due)) {
    if (failure === undefined)
      runner.info(`spendgate: told ${to}: ${due.map(({ title }) => title).join('; ')}`);
    else runner.annotate(undelivered(to, failure, due));
  }
}

function undelivered(to: string, failure: string, due: readonly Alert[]) {
  const titles = due.map(({ title }) => title).join('; ');
  const message = `${to}: ${failure}. People were to be told: ${titles}. The verdict is not affected.`;
  const advice = 'Check the secret behind `alert-webhook`, and whether this runner can reach that host.';
  return finding('notice', 'alert-failed', 'An alert could not be delivered', message, { advice });
}
