/** When a limit lets calls pass again, as headers tell it: seconds, milliseconds, dates and epochs, under many names. */

const SECONDS_NAMES = ['retry-after', 'helicone-ratelimit-reset', 'x-ratelimit-after'];
const DATE_NAMES = ['reset_at', 'anthropic-ratelimit-requests-reset', 'anthropic-ratelimit-tokens-reset'];
const EPOCH_NAMES = ['x-ratelimit-reset'];
/** Epochs are written in seconds or in milliseconds; no date of this century is ambiguous. */
const FIRST_MILLISECOND_EPOCH = 1e11;
const LONGEST_WAIT_MS = 366 * 86_400_000;

/** ISO 8601 UTC; `undefined` when no header says it, or when it is told relative to a moment that is not known. */
export function readResetTime(
  headers: Readonly<Record<string, string>>,
  at: Date | undefined,
): string | undefined {
  const told = [
    ...SECONDS_NAMES.map((name) => fromSecondsOrDate(headers[name], at)),
    fromMilliseconds(headers['retry-after-ms'], at),
    ...DATE_NAMES.map((name) => fromDate(headers[name])),
    ...EPOCH_NAMES.map((name) => fromEpoch(headers[name])),
  ];
  return told.find((time) => time !== undefined);
}

/** A number of seconds from now, or a date: the two forms of `retry-after`. */
export function fromSecondsOrDate(text: string | undefined, at: Date | undefined): string | undefined {
  if (text === undefined) return undefined;
  return /^\d+(\.\d+)?$/.test(text.trim()) ? later(Number(text) * 1000, at) : fromDate(text);
}

function fromMilliseconds(text: string | undefined, at: Date | undefined): string | undefined {
  return text !== undefined && /^\d+$/.test(text.trim()) ? later(Number(text), at) : undefined;
}

/** ISO 8601, or the date of an HTTP header; what else a date parser would take is no date. */
const DATE = /^(?:\d{4}-\d\d-\d\dT|[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} )/;

function fromDate(text: string | undefined): string | undefined {
  const time = text !== undefined && DATE.test(text.trim()) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

function fromEpoch(text: string | undefined): string | undefined {
  const value = text !== undefined && /^\d{9,14}$/.test(text.trim()) ? Number(text) : undefined;
  if (value === undefined) return undefined;
  return new Date(value < FIRST_MILLISECOND_EPOCH ? value * 1000 : value).toISOString();
}

function later(waitMs: number, at: Date | undefined): string | undefined {
  if (at === undefined || waitMs > LONGEST_WAIT_MS) return undefined;
  return new Date(at.getTime() + Math.round(waitMs)).toISOString();
}
