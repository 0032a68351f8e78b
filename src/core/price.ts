/**
 * What tokens cost. Prices are integers: nano-USD per million tokens; costs are integer nano-USD, rounded up.
 * A model without a row is `Unpriced`; it never costs zero.
 *
 * Tiers follow the table's own rule: the whole prompt is priced at the highest tier whose threshold it exceeds.
 */
import { isAnotherModel } from './model-name.js';
import { sumKnown, type Usage, type UsageSnapshot } from './usage.js';

export interface Prices {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly cacheWrite1h?: number;
}

export interface ModelPrice extends Prices {
  /** Largest input the model takes, in tokens, as the table has it; ask `windowOf`. */
  readonly maxInput?: number;
  /** Largest output the model gives, in tokens. */
  readonly maxOutput?: number;
  readonly tiers?: readonly (Partial<Prices> & { readonly above: number })[];
}

export interface PriceTable {
  readonly source: {
    readonly table: string;
    readonly version: string;
    readonly commit: string;
    readonly date: string;
  };
  readonly models: Readonly<Record<string, ModelPrice>>;
}

export interface AnswerCost {
  readonly nanoUsd: number;
  readonly source: 'gateway' | 'price-table';
}

const PER_MILLION = 1_000_000n;
const ROUTE_PREFIX = /^(?:openrouter|bedrock|vertex_ai|azure|azure_ai|gemini|litellm_proxy)\//;
const REGION_PREFIX = /^(?:us|eu|apac|au|jp|global)\.(?=[a-z]+\.)/;
const VENDOR_PREFIX =
  /^(?:anthropic|openai|google|x-ai|meta|amazon|mistral|deepseek|qwen|moonshotai|z-ai)[/.]/;
const SUFFIXES = [
  /\[\w+\]$/,
  /:thinking$/,
  /-v\d+:\d+$/,
  /@\d{8}$/,
  /-\d{8}$/,
  /-\d{4}-\d{2}-\d{2}$/,
  /-latest$/,
];

/**
 * The price row of a model id as it stands on the wire; `undefined` when no row fits.
 * Tried in order: the id itself, then without route, region and vendor prefix, then without dated suffixes.
 * A `:free` variant has its own row or none: it must not fall through to the paid price.
 */
export function findPrice(table: PriceTable, model: string): ModelPrice | undefined {
  const known = knownOf(table);
  if (known.has(model)) return known.get(model);
  const price = lookUp(table, model);
  if (known.size < MAX_KNOWN) known.set(model, price);
  return price;
}

/** A run asks for the same few models again and again. */
const KNOWN = new WeakMap<PriceTable, Map<string, ModelPrice | undefined>>();
const MAX_KNOWN = 1000;

function knownOf(table: PriceTable): Map<string, ModelPrice | undefined> {
  const known = KNOWN.get(table) ?? new Map<string, ModelPrice | undefined>();
  KNOWN.set(table, known);
  return known;
}

function lookUp(table: PriceTable, model: string): ModelPrice | undefined {
  for (const name of candidates(model)) {
    if (Object.hasOwn(table.models, name)) return table.models[name];
  }
  return undefined;
}

function candidates(model: string): Set<string> {
  const names = new Set([model]);
  if (model.endsWith(':free')) return names;
  let name = model;
  for (const prefix of [ROUTE_PREFIX, REGION_PREFIX, VENDOR_PREFIX]) {
    name = name.replace(prefix, '');
    names.add(name);
  }
  for (const suffix of SUFFIXES) {
    name = name.replace(suffix, '');
    names.add(name);
  }
  // `claude-sonnet-4.5`, as some routers have it.
  for (const dotted of [...names]) names.add(dotted.replace(/(?<=\d)\.(?=\d)/g, '-'));
  return names;
}

/** As large as the windows of most models that have large ones; those above it are in the table. */
const ASSUMED_WINDOW = 1_050_000;

/**
 * The most input tokens one request can have. A price that begins where the listed window ends is that of a larger one,
 * which a header opens.
 */
export function windowOf(price: ModelPrice | undefined): number {
  const listed = price?.maxInput ?? ASSUMED_WINDOW;
  const isOpen = price?.tiers?.some(({ above }) => above >= listed) ?? false;
  return isOpen ? Math.max(listed, ASSUMED_WINDOW) : listed;
}

/** The prices that hold for a prompt of this size. */
export function pricesAt(price: ModelPrice, inputTokens: number): Prices {
  const tier = price.tiers?.findLast(({ above }) => inputTokens > above);
  return tier ? { ...price, ...tier } : price;
}

/** `undefined` when input or output was not reported: half a bill is not a bill. */
export function priceUsage(price: ModelPrice, usage: Usage): number | undefined {
  const { inputTokens, outputTokens } = usage;
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const rates = pricesAt(price, inputTokens);
  const cacheRead = Math.min(usage.cacheReadTokens ?? 0, inputTokens);
  const cacheWrite = Math.min(usage.cacheWriteTokens ?? 0, inputTokens - cacheRead);
  const cacheWrite1h = Math.min(usage.cacheWrite1hTokens ?? 0, cacheWrite);
  const writeRate = rates.cacheWrite ?? rates.input;
  return costOf([
    [inputTokens - cacheRead - cacheWrite, rates.input],
    [cacheRead, rates.cacheRead ?? rates.input],
    [cacheWrite - cacheWrite1h, writeRate],
    [cacheWrite1h, rates.cacheWrite1h ?? writeRate],
    [outputTokens, rates.output],
  ]);
}

/** The dearest list price of any model, nano-USD per million; the few rows of the table above it are slips of scale. */
const DEAREST = { input: 150_000_000_000, output: 600_000_000_000 } as const;

/** As dear as the dearest model of the table: what to reckon with where a model has no price. */
export function dearestPrice({ models }: PriceTable): ModelPrice {
  const prices = Object.values(models).flatMap((price) => [price, ...(price.tiers ?? [])]);
  return {
    input: Math.min(DEAREST.input, Math.max(0, ...prices.map(({ input = 0 }) => input))),
    output: Math.min(DEAREST.output, Math.max(0, ...prices.map(({ output = 0 }) => output))),
  };
}

/**
 * The most this many tokens can cost, whatever part of the input turns out to be a cache write.
 * @param mayWriteLongCache false when no request for an hour's cache was made
 */
export function priceAtMost(
  price: ModelPrice,
  inputTokens: number,
  outputTokens: number,
  mayWriteLongCache = true,
): number {
  const rates = pricesAt(price, inputTokens);
  const longWrite = mayWriteLongCache ? (rates.cacheWrite1h ?? 0) : 0;
  const dearestInput = Math.max(rates.input, rates.cacheWrite ?? 0, longWrite);
  return costOf([
    [inputTokens, dearestInput],
    [outputTokens, rates.output],
  ]);
}

function costOf(parts: readonly (readonly [tokens: number, rate: number])[]): number {
  let sum = 0;
  for (const [tokens, rate] of parts) sum += Math.ceil(tokens) * rate;
  // Whole numbers below 2^53 are exact; a sum that is larger is reckoned in big ones.
  if (!Number.isSafeInteger(sum)) return largeCostOf(parts);
  const rest = sum % Number(PER_MILLION);
  return (sum - rest) / Number(PER_MILLION) + Math.sign(rest);
}

function largeCostOf(parts: readonly (readonly [tokens: number, rate: number])[]): number {
  let total = 0n;
  for (const [tokens, rate] of parts) total += BigInt(Math.ceil(tokens)) * BigInt(rate);
  return Number((total + PER_MILLION - 1n) / PER_MILLION);
}

/** As dear as any of these in each of its rates, tiers included: what to reckon with while nobody knows which of them it will be. */
export function dearestOf(prices: readonly ModelPrice[]): ModelPrice | undefined {
  const [only, ...others] = prices;
  if (only === undefined || others.length === 0) return only;
  const rows: Prices[] = prices.flatMap((price) => [
    price,
    ...(price.tiers ?? []).map((tier) => ({ ...price, ...tier })),
  ]);
  const most = (key: keyof Prices) => Math.max(0, ...rows.map((row) => row[key] ?? 0));
  const outputs = prices.map(({ maxOutput }) => maxOutput);
  const isBounded = outputs.every((output) => output !== undefined);
  return {
    input: most('input'),
    output: most('output'),
    // What reads no cache at a price of its own pays its input in full.
    cacheRead: Math.max(...rows.map(({ cacheRead, input }) => cacheRead ?? input)),
    cacheWrite: Math.max(most('cacheWrite'), most('input')),
    cacheWrite1h: Math.max(most('cacheWrite1h'), most('cacheWrite'), most('input')),
    maxInput: Math.max(...prices.map(windowOf)),
    ...(isBounded ? { maxOutput: Math.max(...outputs.map((output) => output ?? 0)) } : {}),
  };
}

/** The same model at a whole number of times its price. */
export function timesPrice(price: ModelPrice, factor: number): ModelPrice {
  if (factor === 1) return price;
  const scaled = <T extends Partial<Prices>>(row: T): T => {
    const rates = RATES.flatMap((key) => (row[key] === undefined ? [] : [[key, row[key] * factor] as const]));
    return { ...row, ...Object.fromEntries(rates) };
  };
  const { tiers } = price;
  return { ...scaled(price), ...(tiers && { tiers: tiers.map((tier) => scaled(tier)) }) };
}

const RATES = ['input', 'output', 'cacheRead', 'cacheWrite', 'cacheWrite1h'] as const;

/**
 * The names an answer may be priced by, the best one first: never the one that was asked for where another model answered.
 * @param rerouted given where the gateway told that another model answered: the name it gave, if any
 */
export function priceNames(
  asked: string | undefined,
  answered: string | undefined,
  rerouted?: { readonly servedBy: string | undefined },
): readonly string[] {
  const isAnother =
    rerouted !== undefined ||
    (asked !== undefined && answered !== undefined && isAnotherModel(asked, answered));
  // Some gateways write the name that was asked for over the one that answered.
  const names = isAnother
    ? [rerouted?.servedBy, answered].filter((name) => name !== asked)
    : [answered, asked];
  return names.filter((name) => name !== undefined);
}

/** A whole answer, as far as its cost is concerned. */
export interface PricedAnswer extends Pick<UsageSnapshot, 'usage' | 'parts' | 'surcharge' | 'unpriced'> {
  /** True where the gateway had it in a store of its own, so that it may have cost nothing. */
  readonly isStored?: boolean;
}

/**
 * What one whole answer cost: as the gateway told it, else by the price table; `undefined` where neither says. A gateway that
 * tells 0 for tokens with a price has not reckoned, or was told by the client what to reckon with.
 * @param reported nano-USD; what is no amount of money counts as not told
 * @param models the names it may be priced by, the best one first
 */
export function costOfAnswer(
  reported: number | undefined,
  answer: PricedAnswer,
  prices: PriceTable | undefined,
  models: readonly string[],
): AnswerCost | undefined {
  const isTold = reported !== undefined && Number.isSafeInteger(reported) && reported >= 0;
  if (isTold && (reported > 0 || answer.isStored)) return { nanoUsd: reported, source: 'gateway' };
  const nanoUsd = prices && tableCost(answer, prices, models);
  if (isTold && !nanoUsd) return { nanoUsd: reported, source: 'gateway' };
  return nanoUsd === undefined ? undefined : { nanoUsd, source: 'price-table' };
}

function tableCost(
  { usage, parts, surcharge, unpriced }: PricedAnswer,
  prices: PriceTable,
  models: readonly string[],
): number | undefined {
  if (unpriced !== undefined) return undefined;
  const { factor = 1, feeNanoUsd = 0 } = surcharge ?? {};
  const tokens = parts
    ? sumKnown(
        parts.map(({ model, usage: used }) =>
          namedCost(used, prices, model === undefined ? models : [model]),
        ),
      )
    : namedCost(usage, prices, models);
  return tokens === undefined ? undefined : tokens * factor + feeNanoUsd;
}

/** By the first of these names that has a price. */
function namedCost(usage: Usage, prices: PriceTable, names: readonly string[]): number | undefined {
  for (const name of names) {
    const price = findPrice(prices, name);
    if (price !== undefined) return priceUsage(price, usage);
  }
  return undefined;
}
