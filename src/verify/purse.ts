/**
 * What the probes may spend. A call that could pass the maximum is not sent. Where no price is known, the dearest one of
 * the table stands in until a gateway's own figures have taught better; a gateway that reports less than the price table
 * is not believed, since what it bills may be more.
 */
import { type ModelPrice, priceAtMost } from '../core/price.js';
import type { Usage } from '../core/usage.js';

/** More than our prompts are in any tokenizer. */
export const PROMPT_TOKENS_AT_MOST = 100;
/** Without a price a token is reckoned at this many times the dearest so far: output costs more than input … */
const UNPRICED_MARGIN = 8;
/** … until a call with a long answer has told what output costs. */
const SEEN_MARGIN = 1.5;
/** Where a call cost more than its price says, the next ones may again. */
const PRICED_MARGIN = 1.2;

/** One call as the purse sees it. */
export interface Charge {
  readonly outputCeiling: number;
  readonly dialect: string;
  /** `undefined` when neither the gateway nor the price table tells. */
  readonly costNanoUsd: number | undefined;
  readonly usage: Usage;
}

export interface PurseOptions {
  readonly maxNanoUsd: number;
  readonly price: ModelPrice | undefined;
  /** Stands in where no price is known. */
  readonly dearest: ModelPrice;
  /** The purse that this one is a part of. */
  readonly whole?: Purse;
}

export class Purse {
  readonly #options: PurseOptions;
  readonly #seen: Seen;
  #spent = 0;
  #told = 0;

  constructor(options: PurseOptions) {
    this.#options = options;
    const { whole, price } = options;
    // What one model's calls have taught says nothing of another model.
    this.#seen = whole !== undefined && whole.#options.price === price ? whole.#seen : new Seen();
  }

  /** What one probe may spend of it. */
  part(maxNanoUsd: number): Purse {
    return this.partFor(maxNanoUsd, this.#options.price);
  }

  /** The same for a probe that calls another model. */
  partFor(maxNanoUsd: number, price: ModelPrice | undefined): Purse {
    return new Purse({ ...this.#options, maxNanoUsd, price, whole: this });
  }

  get spentNanoUsd(): number {
    return this.#spent;
  }

  /** Without what was only reckoned for calls that told nothing. */
  get toldNanoUsd(): number {
    return this.#told;
  }

  /** True while nobody has told what a call of this model costs. */
  get isAssuming(): boolean {
    return this.#options.price === undefined && this.#seen.perToken === 0;
  }

  affords(outputCeiling: number, dialect: string): boolean {
    return this.#hasRoomFor(this.reckon(outputCeiling, dialect));
  }

  #hasRoomFor(nanoUsd: number): boolean {
    const { whole, maxNanoUsd } = this.#options;
    if (whole !== undefined && !whole.#hasRoomFor(nanoUsd)) return false;
    return this.#spent + nanoUsd <= maxNanoUsd;
  }

  /** The most that one call can cost, nano-USD. */
  reckon(outputCeiling: number, dialect: string): number {
    const { price, dearest } = this.#options;
    const output = Math.ceil(outputCeiling * this.#seen.overrunAt(dialect));
    if (price) return Math.ceil(this.#seen.excess * priceAtMost(price, PROMPT_TOKENS_AT_MOST, output));
    if (this.#seen.perToken === 0) return priceAtMost(dearest, PROMPT_TOKENS_AT_MOST, output);
    const margin = this.#seen.hasLongAnswer ? SEEN_MARGIN : UNPRICED_MARGIN;
    return Math.ceil(this.#seen.perToken * margin * (PROMPT_TOKENS_AT_MOST + output));
  }

  take(charge: Charge): void {
    this.#add(this.#costOf(charge), charge.costNanoUsd ?? 0);
    this.#seen.learn(charge, this.#options.price);
  }

  #add(cost: number, told: number): void {
    const { whole } = this.#options;
    if (whole) whole.#add(cost, told);
    this.#spent += cost;
    this.#told += told;
  }

  /** A count of the gateway's that is higher than what was reckoned is believed; a lower one may only be late. */
  learn(countedNanoUsd: number): void {
    const more = Math.max(0, countedNanoUsd - this.#spent);
    const { whole } = this.#options;
    if (whole) whole.#spent += more;
    this.#spent += more;
  }

  #costOf({ costNanoUsd = 0, usage, outputCeiling, dialect }: Charge): number {
    const { price, dearest } = this.#options;
    const { inputTokens, outputTokens } = usage;
    if (price === undefined && costNanoUsd > 0) return costNanoUsd;
    const isWhole = inputTokens !== undefined && outputTokens !== undefined;
    const reckoned = isWhole
      ? priceAtMost(price ?? dearest, inputTokens, outputTokens)
      : this.reckon(outputCeiling, dialect);
    return Math.max(costNanoUsd, reckoned);
  }
}

/** What the calls so far have taught about prices. */
class Seen {
  perToken = 0;
  hasLongAnswer = false;
  /** How many times its price a call may cost; at least once. */
  excess = 1;
  /** How many times its ceiling an answer may be, by dialect. The first one to pass it cannot be foreseen. */
  readonly #overrun = new Map<string, number>();

  overrunAt(dialect: string): number {
    return this.#overrun.get(dialect) ?? 1;
  }

  learn({ costNanoUsd, usage, outputCeiling, dialect }: Charge, price: ModelPrice | undefined): void {
    const { inputTokens, outputTokens } = usage;
    if (outputTokens !== undefined)
      this.#overrun.set(dialect, Math.max(this.overrunAt(dialect), outputTokens / outputCeiling));
    if (costNanoUsd === undefined || costNanoUsd <= 0) return;
    const input = inputTokens ?? PROMPT_TOKENS_AT_MOST;
    const output = outputTokens ?? outputCeiling;
    this.perToken = Math.max(this.perToken, costNanoUsd / Math.max(1, input + output));
    this.hasLongAnswer ||= outputTokens !== undefined && outputTokens * 2 >= input;
    const expected = price ? priceAtMost(price, input, output) : 0;
    if (expected > 0 && costNanoUsd > expected)
      this.excess = Math.max(this.excess, (PRICED_MARGIN * costNanoUsd) / expected);
  }
}
