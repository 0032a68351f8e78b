/**
 * The meter in the background, in its own process. Limits and ledger are those of `wrap`; there is no command to end, so a
 * limit and `timeout` refuse calls until `post` comes. It must not be left behind when nobody comes, so it also ends by
 * itself: when the job is gone, when nobody has called for hours, and when it has outlived any job.
 */
import type { MeterOrder } from '../config/meter-order.js';
import { meteringConfigOf } from '../config/meter-order.js';
import { LONGEST_TIMER_MS } from '../core/deadline.js';
import type { CallEntry, SentCall } from '../core/ledger.js';
import type { StopReason } from '../core/limits.js';
import type { MeterUp } from '../core/meter-up.js';
import { runnerCost } from '../core/minutes.js';
import { recordOf } from '../core/record.js';
import type { AskedBy, EndCause, Testament, Trouble } from '../core/testament.js';
import { RunningTotals } from '../core/totals.js';
import type { Guard } from '../meter/guard.js';
import type { Meter } from '../meter/server.js';
import type { RunLedger } from '../ports/run-files.js';
import { LimitSums } from './limit-facts.js';
import { type MeteringDeps, otherRequestsOf, startMetering } from './metering.js';

export interface BackgroundMeterDeps extends Omit<MeteringDeps, 'config'> {
  readonly order: MeterOrder;
  readonly openLedger: (onTrouble: (message: string) => void) => RunLedger;
  /** Opens the way for later steps; the URL of it. */
  readonly openControl: (finish: (askedBy: AskedBy) => Promise<string>) => Promise<string>;
  /** Leaves the testament where later steps find it when the meter is no longer there. */
  readonly leave: (ledger: string, testament: string) => void;
  readonly isJobGone: () => boolean;
  /** Called once, when everything is written that can be. */
  readonly onEnded: (cause: EndCause) => void;
}

/** What calls in flight get to settle when somebody asks for the record. */
const DRAIN_MS = 10_000;
const WATCH_MS = 5000;
const HOUR_MS = 60 * 60_000;
const IDLE_MS = 6 * HOUR_MS;
/** No job may run for longer. */
const LIFETIME_MS = 5 * 24 * HOUR_MS;
const MAX_TROUBLES = 50;
const MAX_NAME = 80;

export class BackgroundMeter {
  readonly #deps: BackgroundMeterDeps;
  readonly #ledger: RunLedger;
  readonly #sums = new RunningTotals();
  readonly #limitSums: LimitSums;
  #callCount = 0;
  readonly #startedAt: Date;
  readonly #troubles: Trouble[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  #meter: Meter | undefined;
  #guard: Guard | undefined;
  #canary = '';
  #lastCallMs: number;
  #askedBy: AskedBy | undefined;
  #testament: Promise<string> | undefined;

  constructor(deps: BackgroundMeterDeps) {
    this.#deps = deps;
    this.#limitSums = new LimitSums(meteringConfigOf(deps.order).wrap);
    this.#startedAt = deps.clock.now();
    this.#lastCallMs = this.#startedAt.getTime();
    this.#ledger = deps.openLedger((message) => this.#note('ledger-trouble', message));
  }

  async start(): Promise<MeterUp> {
    const { order, openControl } = this.#deps;
    this.#ledger.append({
      type: 'run',
      runId: order.runId,
      task: order.task,
      agent: order.agent,
      gateway: order.gateway.id,
      startedAt: this.#startedAt.toISOString(),
      limits: order.limits,
      overrides: order.overrides,
      attribution: order.attribution.facts,
    });
    const { meter, guard } = await this.#startMetering();
    this.#meter = meter;
    this.#guard = guard;
    const { isArmed, evidence } = await meter.rehearse();
    this.#canary = evidence;
    this.#setTimers(guard);
    const { path, variable, opened } = this.#ledger;
    const controlUrl = await openControl((askedBy) => this.#finish(askedBy));
    return { url: meter.url, controlUrl, ledger: { path, variable, opened }, isArmed, canary: evidence };
  }

  /** Once; whoever asks again gets the same testament. */
  end(cause: EndCause): Promise<string> {
    this.#testament ??= this.#end(cause);
    return this.#testament;
  }

  /** Something that nobody foresaw; the run goes on. Not the error's words: they may quote a request. */
  noteUnexpected(error: unknown): void {
    const name = error instanceof Error ? error.name.slice(0, MAX_NAME) : 'unknown error';
    this.#note('unexpected', `${name} in the meter’s own process.`);
  }

  #finish(askedBy: AskedBy): Promise<string> {
    if (this.#testament === undefined) this.#askedBy = askedBy;
    return this.end('request');
  }

  #startMetering(): ReturnType<typeof startMetering> {
    const { order, clock } = this.#deps;
    return startMetering(
      { ...this.#deps, config: meteringConfigOf(order) },
      {
        port: 0,
        token: order.token,
        idPrefix: order.runKey,
        ledger: {
          append: (line) => {
            this.#lastCallMs = clock.now().getTime();
            this.#keep(line);
          },
        },
        onTrouble: (message) => this.#note('unread-usage', message),
        onStop: () => undefined,
      },
    );
  }

  #keep(line: SentCall | CallEntry): void {
    if (line.type === 'call') {
      this.#sums.add(line);
      this.#limitSums.add(line);
      this.#callCount += 1;
    }
    this.#ledger.append(line);
  }

  #setTimers(guard: Guard): void {
    const { timeoutMs } = this.#deps.order.limits;
    this.#timers.push(setInterval(() => this.#watch(), WATCH_MS));
    if (timeoutMs === undefined) return;
    const stop = () => guard.stopWith('timed-out', overTime(timeoutMs));
    this.#timers.push(setTimeout(stop, Math.min(timeoutMs, LONGEST_TIMER_MS)));
  }

  #watch(): void {
    const now = this.#deps.clock.now().getTime();
    if (this.#deps.isJobGone()) void this.end('job-gone');
    else if (now - this.#startedAt.getTime() > LIFETIME_MS) void this.end('lifetime');
    else if (now - this.#lastCallMs > IDLE_MS) void this.end('idle');
  }

  /** Whatever fails, the process must not stay: the ledger counts where no testament does. */
  async #end(cause: EndCause): Promise<string> {
    this.#timers.forEach(clearTimeout);
    try {
      return await this.#leave(cause);
    } finally {
      this.#deps.onEnded(cause);
    }
  }

  async #leave(cause: EndCause): Promise<string> {
    await this.#meter?.close(cause === 'request' ? DRAIN_MS : 0);
    await this.#deps.dispatcher.destroy();
    const endedAt = this.#deps.clock.now();
    const record = this.#seal(cause, endedAt);
    const testament: Testament = {
      ...this.#notes(),
      endedBy: cause,
      askedBy: this.#askedBy,
      endedAt: endedAt.toISOString(),
      ...record,
    };
    const text = JSON.stringify(testament);
    this.#deps.leave(this.#ledger.path, text);
    return text;
  }

  #seal(cause: EndCause, endedAt: Date): Pick<Testament, 'record' | 'sealed'> {
    const { order } = this.#deps;
    const otherRequests = this.#meter === undefined ? 0 : otherRequestsOf(this.#meter);
    const { stopReason, stopMessage } = this.#stop(cause);
    const durationMs = endedAt.getTime() - this.#startedAt.getTime();
    const facts = {
      complete: true,
      runId: order.runKey,
      task: order.task,
      agent: order.agent,
      startedAt: this.#startedAt.toISOString(),
      durationMs,
      stopReason,
      stopMessage,
      exitCode: undefined,
      otherRequests,
      runner: order.minutePrices && runnerCost(durationMs, new Map(order.minutePrices), order.runnerLabels),
      limits: order.limits,
      overrides: order.overrides,
      attribution: order.attribution.facts,
    };
    const record = `${JSON.stringify(recordOf(facts, this.#sums.totals()), null, 2)}\n`;
    const end = {
      endedAt: endedAt.toISOString(),
      stopReason,
      reason: stopMessage,
      otherRequests,
      calls: this.#callCount,
    };
    this.#ledger.append({ type: 'end', ...end });
    const sealed = this.#ledger.seal(record);
    return { record, sealed: sealed && { variable: this.#ledger.variable, ...sealed } };
  }

  #stop(cause: EndCause): { stopReason: StopReason; stopMessage: string | undefined } {
    const stop = this.#deps.order.observe ? undefined : this.#guard?.stop;
    if (stop) return { stopReason: stop.reason, stopMessage: stop.message };
    return { stopReason: cause === 'request' ? 'completed' : 'cancelled', stopMessage: undefined };
  }

  #notes(): Omit<Testament, 'endedBy' | 'askedBy' | 'endedAt' | 'record' | 'sealed'> {
    return {
      canary: this.#canary,
      limitFacts: this.#limitSums.facts(),
      observed: this.#guard?.observed?.message,
      unpricedModels: [...(this.#guard?.unpricedModels ?? [])],
      otherRequests: [...(this.#meter?.otherRequests.keys() ?? [])],
      reroutes: Object.fromEntries(this.#meter?.reroutes ?? []),
      refusedSubagents: Object.fromEntries(this.#guard?.refusedSubagents ?? []),
      withheldHeaders: Object.fromEntries(this.#meter?.withheldHeaders ?? []),
      gatewayVersion: this.#meter?.gatewayVersion,
      troubles: this.#troubles,
    };
  }

  #note(id: Trouble['id'], message: string): void {
    const isKnown = this.#troubles.some((known) => known.message === message);
    if (!isKnown && this.#troubles.length < MAX_TROUBLES) this.#troubles.push({ id, message });
  }
}

function overTime(timeoutMs: number): string {
  return `The meter has run longer than \`timeout\` (${timeoutMs / 1000} s), so spendgate lets no further call through. A person can raise the limit in the workflow or the policy file.`;
}
