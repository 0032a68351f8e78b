/** Expected ranges, and what an observed figure means against one. Bounds are inclusive. */

/** At least one bound is set; `min <= max` where both are. Cost ranges are in nano-USD. */
export interface Range {
  readonly min: number | undefined;
  readonly max: number | undefined;
}

/** An observed figure. `exact: false` means "this much or more": part of it was not reported. */
export interface Observed {
  readonly value: number;
  readonly exact: boolean;
}

export type RangeVerdict = 'within' | 'below' | 'above' | 'unknown';

/** A partial figure can prove "above", and where nothing is too much, "within". */
export function judgeRange(observed: Observed | undefined, range: Range): RangeVerdict {
  if (observed === undefined) return 'unknown';
  if (range.max !== undefined && observed.value > range.max) return 'above';
  const isEnough = range.min === undefined || observed.value >= range.min;
  if (!observed.exact) return isEnough && range.max === undefined ? 'within' : 'unknown';
  return isEnough ? 'within' : 'below';
}
