/** Runs the probes of `verify` in order: what one finds out, the next one uses. */
import type { BudgetReading } from '../core/budget.js';
import { dearestPrice, findPrice, type ModelPrice, type PriceTable } from '../core/price.js';
import type { Dialect } from '../ports/dialect.js';
import type { Gateway, HttpSend } from '../ports/gateway.js';
import type { Found } from '../verify/answers.js';
import { BudgetWatch, inUsd, type Look } from '../verify/budget-watch.js';
import { Caller, cleanVersion, shortName } from '../verify/caller.js';
import { type Exhaustion, type ExhaustionTools, exhaust } from '../verify/exhaustion.js';
import { type HappyPath, tryHappyPath } from '../verify/happy-path.js';
import {
  judgeFallback,
  judgeIsolation,
  type NeighbourTools,
  type SecondKey,
  trySecondKey,
} from '../verify/neighbours.js';
import { type Plan, type Probe, planProbes } from '../verify/plan.js';
import { Purse } from '../verify/purse.js';
import { tryRequestCeiling } from '../verify/request-ceiling.js';
import { type BudgetDeps, readVersion, tryRead } from './budget-reading.js';
import type { ModeDeps } from './deps.js';

export interface VerifyDeps extends ModeDeps, BudgetDeps {
  readonly dialects: readonly Dialect[];
  readonly prices: PriceTable;
  /** Sends one call, once: a call that is sent again costs again. */
  readonly sendCall: HttpSend;
  readonly sleep: (ms: number) => Promise<void>;
  readonly runId: string;
  /** Writes text files into a folder that is made where it does not exist; their paths, in order. */
  readonly writeFiles: (dir: string, files: Readonly<Record<string, string>>) => readonly string[];
  /** Asks a person; `undefined` where there is nobody to ask. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
}

const NOTHING = { ceiling: undefined, exhaustion: undefined, isolation: undefined, fallback: undefined };

export class Verification {
  readonly #deps: VerifyDeps;
  readonly #gateway: Gateway;
  readonly #secrets: readonly string[];
  readonly #watch: BudgetWatch;
  readonly #caller: Caller;
  readonly #model: string;
  readonly #price: ModelPrice | undefined;
  readonly #dearest: ModelPrice;
  #budgetNanoUsd: number | undefined;

  constructor(deps: VerifyDeps, gateway: Gateway) {
    const { config, clock, prices, sendCall } = deps;
    this.#deps = deps;
    this.#gateway = gateway;
    this.#secrets = [config.gateway.key, config.gateway.adminKey, config.verify.secondKey].filter(
      (secret) => secret !== undefined,
    );
    this.#model = config.verify.model ?? '';
    this.#price = findPrice(prices, this.#model);
    this.#dearest = dearestPrice(prices);
    this.#watch = this.#watchOf(config.gateway.key);
    this.#caller = new Caller({
      gateway,
      url: config.gateway.url ?? '',
      model: this.#model,
      send: sendCall,
      prices,
      now: () => clock.now(),
      secrets: this.#secrets,
    });
  }

  #watchOf(key: string | undefined): BudgetWatch {
    const { clock, config, sleep } = this.#deps;
    return new BudgetWatch({
      read: async () => this.#cleanReading(await tryRead(this.#gateway, this.#deps, key)),
      now: () => clock.now(),
      sleep,
      waitMs: config.verify.waitMs,
    });
  }

  /** What the stated maxima go by where the model has no price. */
  get priceNote(): string {
    return this.#price
      ? ''
      : ' (no price is known: the dearest one of the table is reckoned until the gateway tells)';
  }

  #priceOf(model: string | undefined): ModelPrice | undefined {
    return model === undefined ? this.#price : findPrice(this.#deps.prices, model);
  }

  async plan(): Promise<Plan> {
    const { config, dialects } = this.#deps;
    const { verify } = config;
    const look = await this.#watch.look();
    this.#budgetNanoUsd = inUsd(look?.remaining, look?.reading) ?? verify.budgetNanoUsd;
    return planProbes({
      wanted: verify.probes,
      price: this.#price ?? this.#dearest,
      fallbackPrice: this.#priceOf(verify.fallbackModel) ?? this.#dearest,
      budgetNanoUsd: this.#budgetNanoUsd,
      budgetTrouble: this.#watch.trouble,
      maxNanoUsd: verify.maxCostNanoUsd,
      hasSecondKey: verify.secondKey !== undefined,
      endpoints: dialects.length,
      requestCeiling: verify.requestCeiling,
    });
  }

  async probe(plan: Plan, maxNanoUsd: number): Promise<Found> {
    const { config, dialects } = this.#deps;
    const key = config.gateway.key ?? '';
    const whole = new Purse({ maxNanoUsd, price: this.#price, dearest: this.#dearest });
    const planned = new Map(
      plan.probes.map(({ probe, maxNanoUsd: max }) => [
        probe,
        probe === 'fallback'
          ? whole.partFor(max, this.#priceOf(config.verify.fallbackModel))
          : whole.part(max),
      ]),
    );
    this.#say('happy path');
    const happy = await tryHappyPath({
      caller: this.#caller,
      watch: this.#watch,
      dialects,
      key,
      purse: planned.get('happy-path') ?? whole,
    });
    const base = await this.#base(happy);
    const found = happy.dialect && (await this.#atTheLimits(happy.dialect, planned));
    const trouble = found?.exhaustion?.trouble;
    return {
      ...base,
      ...(found ?? NOTHING),
      skipped: trouble === undefined ? plan.skipped : [...plan.skipped, `exhaustion: ${trouble}`],
    };
  }

  async #base(happy: HappyPath): Promise<Omit<Found, keyof typeof NOTHING | 'skipped'>> {
    const { clock, config, runId } = this.#deps;
    const version = cleanVersion(
      happy.answer.route.gatewayVersion ??
        (await readVersion(this.#gateway, this.#deps, happy.before?.reading)),
    );
    return {
      runId,
      gateway: { id: this.#gateway.id, version, facts: this.#gateway.facts },
      model: this.#model,
      at: clock.now().toISOString(),
      label: config.verify.label ?? happy.before?.limit?.scope ?? 'key',
      tally: this.#caller.tally,
      limitNanoUsd: this.#limitNanoUsd(happy.before),
      happy,
    };
  }

  /** The second key is tried before the first is exhausted, and again after it. */
  async #atTheLimits(
    dialect: Dialect,
    planned: ReadonlyMap<Probe, Purse>,
  ): Promise<Pick<Found, keyof typeof NOTHING>> {
    const { config } = this.#deps;
    const key = config.gateway.key ?? '';
    const use = { caller: this.#caller, dialect };
    const purseOf = (probe: Probe) => planned.get(probe);
    const ceilingPurse = purseOf('request-ceiling');
    const ceiling = ceilingPurse && (await this.#ceiling(dialect, key, ceilingPurse));
    const secondPurse = purseOf('isolation');
    const second = secondPurse && (await this.#secondKey({ ...use, purse: secondPurse }));
    const field = ceiling?.endpoints.find((endpoint) => endpoint.dialect === dialect.id)?.field;
    const exhaustionPurse = purseOf('exhaustion');
    const exhaustion =
      exhaustionPurse &&
      (await this.#exhaust(
        { dialect, field, key, purse: exhaustionPurse },
        (planned.get('happy-path')?.toldNanoUsd ?? 0) + (ceilingPurse?.toldNanoUsd ?? 0),
      ));
    const fallbackPurse = purseOf('fallback');
    return {
      ceiling,
      exhaustion,
      isolation: second && (await judgeIsolation({ ...use, purse: secondPurse }, second, exhaustion)),
      fallback:
        fallbackPurse &&
        (await judgeFallback({ ...use, purse: fallbackPurse }, key, exhaustion, config.verify.fallbackModel)),
    };
  }

  /** A gateway may name a budget after anything, and quote a key in an error. */
  #clean(text: string): string {
    return shortName(this.#secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text));
  }

  #cleanReading(
    reading: BudgetReading | { readonly error: string },
  ): BudgetReading | { readonly error: string } {
    if ('error' in reading) return { error: this.#clean(reading.error) };
    const limits = reading.limits.map((limit) => ({ ...limit, scope: this.#clean(limit.scope) }));
    return { ...reading, limits };
  }

  /** What is set at the gateway: as it tells, else as a person said. */
  #limitNanoUsd(look: Look | undefined): number | undefined {
    const { limit, reading } = look ?? {};
    const level = limit?.limit.kind === 'finite' ? limit.limit.value : undefined;
    const told =
      limit && level !== undefined ? inUsd({ unit: limit.unit, value: level }, reading) : undefined;
    return told ?? this.#deps.config.verify.budgetNanoUsd;
  }

  #ceiling(main: Dialect, key: string, purse: Purse) {
    this.#say('request ceiling');
    const { config, dialects } = this.#deps;
    return tryRequestCeiling({
      caller: this.#caller,
      dialects,
      main,
      key,
      purse,
      configured: config.verify.requestCeiling,
    });
  }

  async #secondKey(tools: NeighbourTools): Promise<SecondKey | undefined> {
    const key = this.#deps.config.verify.secondKey;
    if (key === undefined) return undefined;
    this.#say('second key');
    return trySecondKey(tools, key, this.#watchOf(key));
  }

  async #exhaust(
    how: Pick<ExhaustionTools, 'dialect' | 'field' | 'key' | 'purse'>,
    spentNanoUsd: number,
  ): Promise<Exhaustion> {
    this.#say('exhaustion');
    const { clock, sleep } = this.#deps;
    const look = await this.#watch.look();
    // A count that is late still shows what the earlier probes have spent.
    const reckoned = (this.#budgetNanoUsd ?? 0) - spentNanoUsd;
    const left = Math.max(1, Math.min(inUsd(look?.remaining, look?.reading) ?? reckoned, reckoned));
    return exhaust({
      ...how,
      caller: this.#caller,
      watch: this.#watch,
      budgetNanoUsd: left,
      limitNanoUsd: this.#limitNanoUsd(look) ?? left,
      now: () => clock.now(),
      sleep,
    });
  }

  #say(probe: string): void {
    this.#deps.runner.info(`spendgate: ${probe} …`);
  }
}
