import type { Alert } from '../core/alert.js';

/** An alert on the wire. */
export interface AlertMessage {
  /** Lower-case names; the content type is JSON anyway. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a message may be signed and told apart with. */
export interface Envelope {
  /** The same for every try, so that a receiver knows a message it has already. */
  readonly deliveryId: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly secret: string | undefined;
}

/** One way to write an alert. */
export interface AlertFormat {
  /** Lower-case slug: a value of the input `alert-format`. */
  readonly id: string;
  /** True for hosts that take nothing else. */
  recognises(host: string): boolean;
  /** Every text of the alert is escaped for this format. */
  render(alert: Alert, envelope: Envelope): AlertMessage;
}

/** One webhook that was told, or could not be. */
export interface Delivery {
  /** Format and host, never more of the URL. */
  readonly to: string;
  /** Why it did not take all of the alerts; `undefined` when it did. */
  readonly failure: string | undefined;
}

/** Tells people. */
export interface AlertDesk {
  /** A name to claim, which nobody can guess who does not know the webhooks. */
  nameOf(parts: readonly string[]): string;
  /** Sends every alert to every webhook, bounded in time; what went wrong is in the answer. */
  send(alerts: readonly Alert[]): Promise<Delivery[]>;
}
