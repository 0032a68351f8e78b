/** Whether answers and budget count in one unit: what calls cost against how far the gateway's count moved. */
import { isNoise } from '../core/sighting.js';
import { type Amount, renderAmount } from '../core/units.js';
import { inUsd, type Look } from './budget-watch.js';
import type { CallResult } from './caller.js';

export interface UnitJudgement {
  readonly unit: 'same' | 'different' | 'unknown';
  readonly evidence: string;
}

/** One unit, give or take prices and roundings. */
const SAME_FACTOR = 3;
/** Further apart than any price list: cents for dollars, tokens for credits. */
const DIFFERENT_FACTOR = 30;

export function judgeUnit(
  costNanoUsd: number | undefined,
  costSource: CallResult['costSource'],
  moved: Amount | undefined,
  before: Look | undefined,
): UnitJudgement {
  if (moved === undefined || before === undefined)
    return { unit: 'unknown', evidence: 'the gateway’s count was not seen to move' };
  const counted = inUsd(moved, before.reading);
  if (counted === undefined)
    return { unit: 'unknown', evidence: `no rate is known for ${renderAmount(moved)}` };
  if (costNanoUsd === undefined || costNanoUsd === 0)
    return { unit: 'unknown', evidence: 'neither the answer nor the price table gives a cost' };
  const factor = counted / costNanoUsd;
  const by = costSource === 'gateway' ? 'the cost in the answers' : 'the price table';
  const evidence = `the count moved by ${factor.toPrecision(2)} times what ${by} says`;
  if (factor <= SAME_FACTOR && factor >= 1 / SAME_FACTOR) return { unit: 'same', evidence };
  const isFar = factor >= DIFFERENT_FACTOR || factor <= 1 / DIFFERENT_FACTOR;
  const isTiny = isNoise({ unit: 'usd', value: Math.max(counted, costNanoUsd) }, []);
  return { unit: isFar && !isTiny ? 'different' : 'unknown', evidence };
}
