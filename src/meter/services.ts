/** What a meter is made of, and what one call needs of it. */
import type { CallEntry, SentCall } from '../core/ledger.js';
import type { PriceTable } from '../core/price.js';
import type { CallerFacts } from '../ports/agent.js';
import type { Dialect, RequestBody } from '../ports/dialect.js';
import type { Gateway } from '../ports/gateway.js';
import type { Clock } from '../ports/platform.js';
import type { Uplink } from '../ports/uplink.js';
import type { Credentials } from './credentials.js';
import type { FailureDesk, Probe } from './failure-desk.js';
import type { Fallbacks, OnFallback } from './fallbacks.js';
import type { Guard } from './guard.js';
import type { HeaderPolicy } from './outgoing-headers.js';
import type { RefusalPace } from './refusal-pace.js';
import type { RetryDetector } from './retries.js';
import type { TelemetrySink } from './telemetry-sink.js';

/** An upstream's base URL, taken apart. */
export interface Upstream {
  readonly origin: string;
  /** Path in front of every request, without a trailing slash; often empty. */
  readonly prefix: string;
  /** What is said to it besides, and what its client may not say; left out where nothing is. */
  readonly headers?: HeaderPolicy | undefined;
}

/** Takes a base URL apart; a trailing `/v1` belongs to the paths, not to the base. */
export function parseUpstream(baseUrl: string): Upstream {
  const url = new URL(baseUrl);
  return { origin: url.origin, prefix: url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '') };
}

/** `…/paas/v4`, `…/v1beta/openai`: a version of its own stands there. */
const VERSIONED = /\/v\d+(?:(?:alpha|beta)\d*)?(?:\/openai)?$/;

/** A dialect's path at an upstream: what stands there already, such as a version, takes the place of the usual one. */
export function pathAt({ prefix }: Pick<Upstream, 'prefix'>, path: string): string {
  if (VERSIONED.test(prefix)) return prefix + path.replace(/^\/v1(?:beta)?(?=\/)/, '');
  return prefix.endsWith('/openai') ? prefix + path.replace(/^\/openai(?=\/)/, '') : prefix + path;
}

export interface MeterOptions {
  /** 0 picks a free port. */
  readonly port: number;
  readonly dialects: readonly Dialect[];
  readonly gateway: Pick<Gateway, 'readFailure' | 'readCost' | 'readRoute' | 'isStored'>;
  readonly guard: Guard;
  readonly prices: PriceTable | undefined;
  readonly credentials: Credentials;
  readonly dispatcher: Uplink;
  /** `undefined`: calls of this dialect have nowhere to go. */
  readonly upstreamOf: (dialect: Dialect) => Upstream | undefined;
  /** Takes each call as it settles. Must not throw. */
  readonly ledger: { append(line: SentCall | CallEntry): void };
  readonly readCaller: (
    headers: Readonly<Record<string, string | undefined>>,
    body: RequestBody,
  ) => CallerFacts;
  readonly clock: Clock;
  /** A look at the budget, for answers that cannot be told apart; `undefined` where there is nothing to look at. */
  readonly probe: Probe | undefined;
  readonly onFallback: OnFallback;
  /** Prefix of the ids of this run's calls. */
  readonly idPrefix: string;
  /** Told when an answer's usage could not be read. */
  readonly onTrouble: (message: string) => void;
  /** Takes the agent's telemetry; `undefined` where it was not asked for. */
  readonly telemetry?: TelemetrySink | undefined;
}

/** What one call needs of the meter. */
export interface MeterServices
  extends Omit<MeterOptions, 'port' | 'dialects' | 'idPrefix' | 'probe' | 'onFallback'> {
  readonly failures: FailureDesk;
  readonly fallbacks: Fallbacks;
  /** Takes a request that was forwarded and is no metered call, by a name for a person. */
  readonly noteOther: (what: string) => void;
  /** Takes the name of a header that a client may not send. */
  readonly noteWithheld: (name: string) => void;
  readonly refusals: RefusalPace;
  readonly retries: RetryDetector;
  /** Fires when the meter is about to close: what has nothing under way ends at once. */
  readonly closing: AbortSignal;
  readonly nextId: () => string;
}
