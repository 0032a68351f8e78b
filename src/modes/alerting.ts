/**
 * Tells people, once for each threshold and period and once for each change of a gate, however many runs see it. Who was
 * told is claimed in the store; where the store does not answer, people are told: hearing twice is better than never. A
 * run from which the store keeps nothing tells what this job did, and leaves the rest to others: every run would repeat it.
 * Nothing here changes a verdict.
 */
import { type Alert, type AlertOrigin, budgetAlert, type GateChange, gateAlert } from '../core/alert.js';
import type { BudgetReading } from '../core/budget.js';
import { type Finding, finding } from '../core/findings.js';
import {
  type Crossing,
  crossingsOf,
  identityOf,
  isMoved,
  isUsedUp,
  lowerOnes,
  periodOf,
  refusedCrossing,
  type Share,
} from '../core/thresholds.js';
import type { AlertDesk, Delivery } from '../ports/alerts.js';
import { AlertClaims } from './alert-claims.js';
import type { ModeDeps } from './deps.js';

export interface AlertingDeps extends Pick<ModeDeps, 'config' | 'runner' | 'clock' | 'store' | 'alerts'> {
  /** Fingerprint of gateway, address and key; `undefined` without a key. */
  readonly keyFingerprint?: string | undefined;
}

/** More messages at once are noise; the next run tells the rest. */
const MAX_ALERTS = 5;

export interface News {
  readonly reading?: BudgetReading | undefined;
  /** How much was used when this job began. */
  readonly before?: readonly Share[] | undefined;
  readonly gate?: GateChange | undefined;
  /** True after a run that the gateway ended because a budget was used up. */
  readonly isRefused?: boolean;
}

/** An alert that nobody was told yet, and what stands for it in the store. */
interface Due {
  readonly alert: Alert;
  /** `undefined` for what is told without asking anybody. */
  readonly parts: readonly string[] | undefined;
  /** True when it happened in this job, so that no other run tells it instead. */
  readonly isOwn: boolean;
  /** What need not be told any more when this was. */
  readonly covers: readonly (readonly string[])[];
}

/** What is due from a look at the budget and from a change of the gate, in one go. Never throws. */
export async function tellPeople(deps: AlertingDeps, news: News): Promise<void> {
  const { alerts: desk } = deps;
  if (desk === undefined) return;
  try {
    await tell(deps, desk, news);
  } catch (error) {
    // A message of an unforeseen error may quote a webhook; its name does not.
    const name = error instanceof Error ? error.name : 'an unknown error';
    deps.runner.annotate(undelivered(`Alerts failed with ${name}.`));
  }
}

async function tell(deps: AlertingDeps, desk: AlertDesk, news: News): Promise<void> {
  const all = allDue(deps, news);
  if (all.length === 0) return;
  const claims = new AlertClaims(deps.store, desk);
  const due = await unheard(claims, all);
  const [deliveries] = await Promise.all([
    due.length === 0 ? [] : desk.send(due.map(({ alert }) => alert)),
    isAsked(all) ? claims.keep(due.flatMap(({ covers }) => covers)) : undefined,
  ]);
  for (const delivery of deliveries) noteDelivery(deps, delivery, due);
  if (deliveries.every(({ failure }) => failure !== undefined)) await claims.noteUndelivered(partsOf(due));
}

function allDue(deps: AlertingDeps, news: News): Due[] {
  const origin = originOf(deps);
  const { gate } = news;
  const budget = crossedIn(deps, news).map(({ crossing, isOwn }) => ({
    alert: budgetAlert(crossing, origin),
    parts: thresholdParts(deps, crossing, crossing.threshold),
    isOwn,
    // Whoever heard of 80 % need not hear of 50 % later.
    covers: lowerOnes(crossing, deps.config.alerts.at).map((lower) => thresholdParts(deps, crossing, lower)),
  }));
  return [...(gate ? [gateDue(gate, origin)] : []), ...budget];
}

/** That nothing holds the next run back cannot wait for a store, which may be why. */
function gateDue(change: GateChange, origin: AlertOrigin): Due {
  const parts = change.kept ? gateParts(change) : undefined;
  return { alert: gateAlert(change, origin), parts, isOwn: true, covers: [] };
}

/** A refusal counts where no reading shows what it was about. */
function crossedIn(
  { config, clock }: AlertingDeps,
  { reading, before = [], isRefused = false }: News,
): { readonly crossing: Crossing; readonly isOwn: boolean }[] {
  const seen = reading ? crossingsOf(reading, config.alerts.at) : [];
  const crossings = seen.map((crossing) => ({ crossing, isOwn: isMoved(before, crossing) }));
  if (!isRefused || seen.some(({ limit }) => isUsedUp(limit))) return crossings;
  const gateway = config.gateway.id ?? 'the gateway';
  return [{ crossing: refusedCrossing(gateway, clock.now().toISOString()), isOwn: true }, ...crossings];
}

async function unheard(claims: AlertClaims, all: readonly Due[]): Promise<Due[]> {
  if (isAsked(all)) await claims.look([...partsOf(all), ...all.flatMap(({ covers }) => covers)]);
  const found: Due[] = [];
  for (const due of all) {
    if (found.length === MAX_ALERTS) break;
    if (due.parts === undefined || (await claims.isNews(due.parts, due.isOwn))) found.push(due);
  }
  return found;
}

function partsOf(all: readonly Due[]): (readonly string[])[] {
  return all.flatMap(({ parts }) => (parts === undefined ? [] : [parts]));
}

const isAsked = (all: readonly Due[]) => partsOf(all).length > 0;

/** A limit that others share is told once for all keys. */
function thresholdParts(deps: AlertingDeps, { limit, gateway }: Crossing, threshold: number): string[] {
  const { config, clock, keyFingerprint = '' } = deps;
  const { url = '', budgetUrl = '', scope } = config.gateway;
  const owner = limit.isWider ? [url, budgetUrl, JSON.stringify(scope)] : [keyFingerprint];
  const period = periodOf(limit, clock.now());
  return ['budget', gateway, ...owner, ...identityOf(limit), String(threshold), period];
}

/** Jobs of one run close a gate together. */
function gateParts({ entry }: GateChange): string[] {
  const { gate, closed, runId, runAttempt } = entry;
  return ['gate', gate, closed ? 'closed' : 'open', runId, String(runAttempt)];
}

function originOf({ config, clock }: AlertingDeps): AlertOrigin {
  const { repository, workflow, runId, runAttempt, runUrl } = config.context;
  const { task, team, observe } = config;
  return {
    repository,
    workflow,
    task,
    team,
    runId,
    runAttempt,
    runUrl,
    observe,
    at: clock.now().toISOString(),
  };
}

function noteDelivery({ runner }: AlertingDeps, { to, failure }: Delivery, due: readonly Due[]): void {
  const titles = due.map(({ alert }) => alert.title).join('; ');
  if (failure === undefined) {
    runner.info(`spendgate: told ${to}: ${titles}`);
    return;
  }
  runner.annotate(undelivered(`${to}: ${failure}. People were to be told: ${titles}.`));
}

function undelivered(what: string): Finding {
  const message = `${what} The verdict is not affected.`;
  const advice = 'Check the secret behind `alert-webhook`, and whether this runner can reach that host.';
  return finding('notice', 'alert-failed', 'An alert could not be delivered', message, { advice });
}
