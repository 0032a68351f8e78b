/** A desk that keeps what people would have been told, and alerts to show. */

import type { Alert } from '../../src/core/alert.js';
import { type AlertOrigin, budgetAlert, gateAlert } from '../../src/core/alert.js';
import { budgetLimit, finite } from '../../src/core/budget.js';
import type { AlertDesk, Delivery } from '../../src/ports/alerts.js';

export class RecordingDesk implements AlertDesk {
  readonly told: Alert[] = [];
  /** Set it to let every webhook fail for this reason. */
  failure: string | undefined;

  nameOf(parts: readonly string[]): string {
    return JSON.stringify(parts);
  }

  async send(alerts: readonly Alert[]): Promise<Delivery[]> {
    if (this.failure === undefined) this.told.push(...alerts);
    return [{ to: 'json (alerts.test)', failure: this.failure }];
  }

  get titles(): string[] {
    return this.told.map(({ title }) => title);
  }
}

export const ORIGIN: AlertOrigin = {
  repository: 'acme/app',
  workflow: 'nightly',
  task: 'triage',
  runId: '42',
  runAttempt: 1,
  runUrl: 'https://github.com/acme/app/actions/runs/42',
  observe: false,
  at: '2026-11-22T09:00:00.000Z',
};

const USD = 1_000_000_000;

/** 83 % of ten dollars, in a window of a day. */
export function budgetAlertOf(origin: Partial<AlertOrigin> = {}, scope = 'key ci'): Alert {
  const limit = budgetLimit(
    scope,
    'usd',
    { limit: finite(10 * USD), used: finite(8.32 * USD) },
    { period: '1d', resetsAt: '2026-11-23T00:00:00Z' },
  );
  const crossing = { limit, gateway: 'litellm', asOf: '2026-11-22T09:00:00Z', percent: 83.2, threshold: 80 };
  return budgetAlert(crossing, { ...ORIGIN, ...origin });
}

export function gateAlertOf(
  entry: { closed?: boolean; reason?: string; gate?: string; actor?: string } = {},
  kept = true,
  hint?: string,
): Alert {
  const closing = {
    gate: 'nightly-triage',
    closed: true,
    createdAt: ORIGIN.at,
    runId: '42',
    runAttempt: 1,
    until: undefined,
    actor: 'octocat',
    reason: '92,400 input tokens observed, 5,000..50,000 expected.',
    ...entry,
  };
  return gateAlert({ entry: closing, kept, hint }, ORIGIN);
}
