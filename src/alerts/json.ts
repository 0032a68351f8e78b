/**
 * Generic JSON, for receivers of one's own. `version` changes when a field changes its meaning or goes; new fields may
 * come at any time. Signed as `sha256=<hex of HMAC-SHA-256 over "timestamp.body">`, so that neither can be exchanged.
 */
import { createHmac } from 'node:crypto';
import type { Alert } from '../core/alert.js';
import type { AlertFormat, Envelope } from '../ports/alerts.js';

const VERSION = 1;

export const json: AlertFormat = {
  id: 'json',
  recognises: () => false,
  render: (alert, envelope) => {
    const body = JSON.stringify(payloadOf(alert));
    return { headers: headersOf(body, envelope), body };
  },
};

function headersOf(body: string, { deliveryId, timestamp, secret }: Envelope): Record<string, string> {
  const headers = { 'x-spendgate-delivery': deliveryId, 'x-spendgate-timestamp': String(timestamp) };
  if (secret === undefined) return headers;
  const hex = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return { ...headers, 'x-spendgate-signature-256': `sha256=${hex}` };
}

/** Fields that are not known are left out. */
function payloadOf(alert: Alert): object {
  const { budget, gate } = alert;
  return {
    version: VERSION,
    event: alert.event,
    severity: alert.severity,
    title: alert.title,
    text: alert.text,
    at: alert.at,
    observe: alert.observe,
    repository: alert.repository,
    workflow: alert.workflow,
    task: alert.task,
    team: alert.team,
    'run-id': alert.runId,
    'run-attempt': alert.runAttempt,
    'run-url': alert.runUrl,
    budget: budget && {
      gateway: budget.gateway,
      scope: budget.scope,
      unit: budget.unit,
      threshold: budget.threshold,
      'percent-used': budget.percentUsed,
      limit: budget.limit,
      used: budget.used,
      remaining: budget.remaining,
      period: budget.period,
      'resets-at': budget.resetsAt,
      'as-of': budget.asOf,
    },
    gate,
  };
}
