/** Workflow minutes as part of what a run costs. GitHub bills started minutes; the price depends on the runner's label. */

export interface RunnerCost {
  /** Started minutes. */
  readonly minutes: number;
  /** Nano-USD; `undefined` when no price is given for this runner. */
  readonly costNanoUsd: number | undefined;
}

/** @param prices nano-USD per minute by label, lower-case; the empty label is the price for all others */
export function runnerCost(
  durationMs: number,
  prices: ReadonlyMap<string, number>,
  labels: readonly string[],
): RunnerCost {
  const minutes = Math.ceil(durationMs / 60_000);
  const price = [...labels.map((label) => label.toLowerCase()), '']
    .map((label) => prices.get(label))
    .find((found) => found !== undefined);
  return { minutes, costNanoUsd: price === undefined ? undefined : minutes * price };
}
