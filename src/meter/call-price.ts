/** At what a call is held, before anybody knows which of the models it names will answer, and how often its input is read. */
import { dearestOf, findPrice, type ModelPrice, type PriceTable, timesPrice } from '../core/price.js';
import type { RequestFacts } from '../ports/dialect.js';

/** Of several models that may answer the dearest; `undefined` where one of them has no price. */
export function priceOf(facts: RequestFacts, prices: PriceTable | undefined): ModelPrice | undefined {
  if (prices === undefined) return undefined;
  const names = modelsOf(facts);
  const found = names.map((name) => findPrice(prices, name)).filter((price) => price !== undefined);
  const price = found.length === names.length ? dearestOf(found) : undefined;
  return price && timesPrice(price, facts.surcharge?.factor ?? 1);
}

/** The first model without a price. */
export function unpricedOf(facts: RequestFacts, prices: PriceTable | undefined): string | undefined {
  return modelsOf(facts).find((name) => prices === undefined || findPrice(prices, name) === undefined);
}

/** How often the server may read the input, calls that it makes itself included. */
export function readings({ aside }: RequestFacts): number {
  return 1 + (aside?.inputReads ?? 0);
}

function modelsOf({ model, otherModels = [] }: RequestFacts): readonly string[] {
  return model === undefined ? otherModels : [model, ...otherModels];
}
