/** Named patterns of spending, each with the figure that shows it. They say what a run did, never that it was wrong. */
import type { Finding } from '../findings.js';
import type { CallEntry } from '../ledger.js';
import type { PriceTable } from '../price.js';
import { findCacheThrash } from './cache-thrash.js';
import { findFailedCalls } from './failed-calls.js';
import { findFanOut } from './fan-out.js';
import { findHighReasoning } from './high-reasoning.js';
import { findLongContext } from './long-context.js';
import { findRetryStorm } from './retry-storm.js';

/** @param prices for shares of the cost; without them only shares of tokens are told */
export function findPatterns(calls: readonly CallEntry[], prices?: PriceTable): Finding[] {
  return [
    findFailedCalls(calls),
    findRetryStorm(calls),
    findLongContext(calls, prices),
    findFanOut(calls),
    findHighReasoning(calls),
    findCacheThrash(calls),
  ].filter((found) => found !== undefined);
}
