/** Puts together who is told: the webhooks of this run, each with its format. */
import { createHmac, randomUUID } from 'node:crypto';
import type { Dispatcher } from 'undici';
import { formatFor } from '../alerts/index.js';
import type { AlertConfig } from '../config/alerts-config.js';
import type { Alert } from '../core/alert.js';
import { createWebhookSend, type WebhookSend } from '../platform/webhook.js';
import type { AlertDesk, AlertFormat, Delivery } from '../ports/alerts.js';
import type { Clock } from '../ports/platform.js';

const NAME_LENGTH = 32;

interface Webhook {
  readonly url: string;
  readonly host: string;
  readonly format: AlertFormat;
}

export function createAlertDesk(
  { urls, format, secret }: AlertConfig,
  dispatcher: () => Promise<Dispatcher>,
  clock: Clock,
): AlertDesk {
  const webhooks = urls.map((url): Webhook => {
    const { hostname } = new URL(url);
    return { url, host: hostname, format: formatFor(hostname, format) };
  });
  return {
    // Webhooks are secrets, so a stranger's run cannot claim what has not been told; another webhook is told anew.
    nameOf: (parts) => `alert-${hmac(urls.join('\n'), parts)}`,
    send: (due) => {
      const send = createWebhookSend(dispatcher);
      const timestamp = Math.floor(clock.now().getTime() / 1000);
      return Promise.all(webhooks.map((webhook) => tell(webhook, due, { send, timestamp, secret })));
    },
  };
}

function hmac(key: string, parts: readonly string[]): string {
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest('hex').slice(0, NAME_LENGTH);
}

interface Means {
  readonly send: WebhookSend;
  readonly timestamp: number;
  readonly secret: string | undefined;
}

async function tell(
  { url, host, format }: Webhook,
  due: readonly Alert[],
  { send, timestamp, secret }: Means,
): Promise<Delivery> {
  const failures = await Promise.all(
    due.map((alert) => {
      const { headers, body } = format.render(alert, { deliveryId: randomUUID(), timestamp, secret });
      return send({ url, headers, body });
    }),
  );
  const failure = failures.find((why) => why !== undefined);
  return { to: `${format.id} (${host})`, failure };
}
