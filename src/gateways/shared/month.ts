/** The calendar month of a moment, UTC: the window of most provider budgets. */

export interface Month {
  readonly start: Date;
  /** ISO 8601 UTC of the first moment after it. */
  readonly resetsAt: string;
}

export function monthOf(now: Date): Month {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  return {
    start: new Date(Date.UTC(year, month)),
    resetsAt: new Date(Date.UTC(year, month + 1)).toISOString(),
  };
}
