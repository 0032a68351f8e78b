/** What the calls cost, one by one: by the answers, by the price table, or by the gateway's own count. */

export class SpendTrack {
  readonly #costs: number[] = [];
  #factor = 1;

  add(costNanoUsd: number): void {
    this.#costs.push(costNanoUsd);
  }

  get calls(): number {
    return this.#costs.length;
  }

  get spentNanoUsd(): number {
    return Math.round(this.#sum());
  }

  /** Of the dearest call so far. */
  get dearestNanoUsd(): number {
    return this.#factor * this.#costs.reduce((dearest, cost) => Math.max(dearest, cost), 0);
  }

  /** A price table is an estimate: where the gateway's count says what it all came to, each call is brought to that. */
  scaleTo(countedNanoUsd: number): void {
    const sum = this.#sum();
    if (sum > 0) this.#factor *= countedNanoUsd / sum;
  }

  /** Calls that were answered when the budget was spent already; the one that spends the last of it is not beyond it. */
  callsBeyond(budgetNanoUsd: number): number {
    let sum = 0;
    return this.#costs.filter((cost) => {
      const isBeyond = sum >= budgetNanoUsd;
      sum += cost * this.#factor;
      return isBeyond;
    }).length;
  }

  #sum(): number {
    return this.#costs.reduce((sum, cost) => sum + cost * this.#factor, 0);
  }
}
