/** Builds a meter out of the configuration: the same one for `wrap` and for the meter alone. */
import type { Config } from '../config/config.js';
import { tightestOf } from '../core/budget.js';
import type { CallEntry, SentCall } from '../core/ledger.js';
import type { PriceTable } from '../core/price.js';
import type { Stop } from '../meter/admission.js';
import type { Probe } from '../meter/failure-desk.js';
import { Guard } from '../meter/guard.js';
import type { HeaderPolicy } from '../meter/outgoing-headers.js';
import { type Meter, startMeter } from '../meter/server.js';
import { parseUpstream, type Upstream } from '../meter/services.js';
import type { TelemetrySink } from '../meter/telemetry-sink.js';
import type { Agent, CallerFacts } from '../ports/agent.js';
import type { Dialect, RequestBody } from '../ports/dialect.js';
import type { Gateway } from '../ports/gateway.js';
import type { Clock } from '../ports/platform.js';
import type { Uplink } from '../ports/uplink.js';
import { headerPolicy } from './attribution.js';
import { type BudgetOutcome, readingOf } from './budget-reading.js';

/** The part of the configuration that metering goes by. */
export interface MeteringConfig extends Pick<Config, 'attribution' | 'gateway' | 'observe'> {
  readonly wrap: Pick<
    Config['wrap'],
    'limits' | 'weights' | 'wrapUp' | 'onUnpriced' | 'onFallback' | 'upstream'
  >;
}

export interface MeteringDeps {
  readonly config: MeteringConfig;
  readonly clock: Clock;
  readonly dialects: readonly Dialect[];
  readonly gateways: readonly Gateway[];
  readonly agents: readonly Agent[];
  readonly prices: PriceTable;
  readonly dispatcher: Uplink;
  /** Reads the budget once, for answers of the gateway that cannot be told apart. */
  readonly lookAtBudget: () => Promise<BudgetOutcome>;
}

export interface MeteringOptions {
  readonly port: number;
  readonly token: string | undefined;
  readonly idPrefix: string;
  readonly ledger: { append(line: SentCall | CallEntry): void };
  readonly onTrouble: (message: string) => void;
  readonly onStop: (stop: Stop) => void;
  readonly telemetry?: TelemetrySink | undefined;
}

export async function startMetering(
  deps: MeteringDeps,
  options: MeteringOptions,
): Promise<{ meter: Meter; guard: Guard }> {
  const { config, prices } = deps;
  const { limits, weights, wrapUp, onUnpriced, onFallback } = config.wrap;
  const { attribution, observe } = config;
  const gateway = gatewayOf(deps);
  const policy = headerPolicy({ gateway, attribution, isOurKey: config.gateway.key !== undefined });
  const guard = new Guard({ limits, weights, wrapUp, prices, onUnpriced, observe, onStop: options.onStop });
  const meter = await startMeter({
    ...options,
    dialects: deps.dialects,
    gateway,
    guard,
    prices,
    credentials: { token: options.token, key: config.gateway.key },
    dispatcher: deps.dispatcher,
    upstreamOf: upstreams(config, deps.dialects, policy),
    readCaller: (headers, body) => callerOf(deps.agents, headers, body),
    probe: () => lookOnce(deps),
    onFallback,
    clock: deps.clock,
  });
  return { meter, guard };
}

/** Requests that were forwarded without being metered, all paths together. */
export function otherRequestsOf({ otherRequests }: Meter): number {
  return [...otherRequests.values()].reduce((sum, count) => sum + count, 0);
}

async function lookOnce({ lookAtBudget }: MeteringDeps): ReturnType<Probe> {
  const reading = readingOf(await lookAtBudget());
  const left = reading && tightestOf(reading)?.remaining;
  if (left === undefined) return 'unknown';
  return left.value <= 0 ? 'spent' : 'left';
}

/** Without a named gateway, errors are read by the rules that hold at every provider. */
function gatewayOf({ config, gateways }: MeteringDeps): Gateway {
  const gateway = gateways.find(({ id }) => id === (config.gateway.id ?? 'ledger'));
  if (gateway === undefined) throw new TypeError('the list of gateways has no fallback');
  return gateway;
}

/** Where upstreams are named one by one, the others have none: the key belongs to those that were named. */
function upstreams(
  { wrap, gateway }: MeteringConfig,
  dialects: readonly Dialect[],
  policy: HeaderPolicy | undefined,
): (dialect: Dialect) => Upstream | undefined {
  const own = gateway.url === undefined ? undefined : new URL(gateway.url).origin;
  const byId = new Map(
    dialects.map(({ id, defaultUpstream }) => {
      const base = wrap.upstream ? wrap.upstream.get(id) : (gateway.url ?? defaultUpstream);
      if (base === undefined) return [id, undefined];
      const upstream = parseUpstream(base);
      // The key goes to all that were named; whose the run is, is the business of the gateway alone.
      const isGateway = own === undefined || upstream.origin === own;
      return [id, { ...upstream, headers: isGateway ? policy : policy && { ...policy, added: [] } }];
    }),
  );
  return ({ id }) => byId.get(id);
}

function callerOf(
  agents: readonly Agent[],
  headers: Readonly<Record<string, string | undefined>>,
  body: RequestBody,
): CallerFacts {
  for (const agent of agents) {
    const facts = agent.readCaller(headers, body);
    if (facts !== undefined) return facts;
  }
  return { caller: 'unknown' };
}
