/** Numbers, money, ranges and durations as people write them. Every parser says what was wrong and shows a right example. */
import { AppError } from '../core/errors.js';
import type { Range } from '../core/range.js';
import { NANO_CREDITS_PER_CREDIT, type Unit } from '../core/units.js';
import type { Quantity } from '../core/verdict.js';

/** Right behind the digits a letter scales them; behind a blank it does when it stands alone, since `5 MATIC` is a currency. */
const NUMBER = String.raw`(\d[\d_]*(?:\.\d+)?|\.\d+)((?:[kKmMgG](?![A-Za-z]{2}$)|\s+[kKmMgG](?![A-Za-z]))?)\s*`;
const EXPONENTS: Readonly<Record<string, number>> = { '': 0, k: 3, m: 6, g: 9 };
const DURATION_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
/** Far above any budget, far below where numbers lose their units. */
const LARGEST = Number.MAX_SAFE_INTEGER;
const LONGEST_MS = 10 * 365 * 86_400_000;
const NEVER = /^(?:inf|infinity|none|unlimited)$/i;

/** `10000`, `200k tokens`, `5 USD`, `$5`, `250 cents`, `300 credits`. A bare number has no unit. */
export function parseQuantity(text: string): Quantity {
  const match = new RegExp(`^(\\$)?\\s*${NUMBER}\\s*([A-Za-z]+(?:-[cC]redits?| units)?)?$`).exec(text.trim());
  const [, dollar, digits, scale, word] = match ?? [];
  if (digits === undefined || (dollar && word && !/^usd$/i.test(word))) throw quantityError(text);
  if (dollar || /^usd$/i.test(word ?? '')) return { unit: 'usd', value: nanoUsd(text, digits, scale, 9) };
  if (/^cents?$/i.test(word ?? '')) return { unit: 'usd', value: nanoUsd(text, digits, scale, 7) };
  const value = scaled(digits, scale);
  if (value > LARGEST) throw quantityError(text);
  if (/^nano-credits?$/i.test(word ?? '')) return { unit: 'credits', value: value / NANO_CREDITS_PER_CREDIT };
  return { unit: word === undefined ? undefined : readUnit(word, text), value };
}

/** A figure that a safe integer cannot hold is a mistake, and must not become "no limit". */
function nanoUsd(text: string, digits: string, scale: string | undefined, exponent: number): number {
  const value = Math.round(scaled(digits, scale, exponent));
  if (!Number.isSafeInteger(value)) throw quantityError(text);
  return value;
}

/** The unit a word stands for; currencies are upper-case codes. @throws {AppError} `bad-quantity` that shows `text`. */
export function readUnit(word: string, text: string): Unit {
  const name = word
    .toLowerCase()
    .replace(/ units$/, '')
    .replace(/s$/, '');
  const units: Readonly<Record<string, Unit>> = {
    token: 'tokens',
    credit: 'credits',
    quota: 'quota',
    request: 'requests',
  };
  const unit = Object.hasOwn(units, name) ? units[name] : undefined;
  if (unit) return unit;
  if (/^[A-Z]{3,5}$/.test(word)) return `currency:${word}`;
  throw quantityError(text);
}

/** A whole number of tokens or requests: `10000`, `200k`, `1.5m`, `200k tokens`. */
export function parseCount(text: string): number {
  const match = new RegExp(`^${NUMBER}(?:\\s*(?:tokens?|requests?|calls?))?$`, 'i').exec(text.trim());
  const [, digits, scale] = match ?? [];
  const value = digits === undefined ? Number.NaN : scaled(digits, scale);
  if (!Number.isSafeInteger(value)) {
    throw new AppError('bad-quantity', `${quote(text)} is not a whole number${explainSign(text)}.`, {
      hint: '200k',
    });
  }
  return value;
}

/** The same, of at least one: an answer of no tokens is none. */
export function parseCeiling(text: string): number {
  const value = parseCount(text);
  if (value > 0) return value;
  throw new AppError('bad-quantity', `${quote(text)} leaves no room for any answer.`, { hint: '8k' });
}

/** Money in nano-USD: `2 USD`, `$2`, `0.50`, `50 cents`. A bare number is dollars. */
export function parseUsd(text: string): number {
  let quantity: Quantity;
  try {
    quantity = parseQuantity(text);
  } catch (cause) {
    throw new AppError('bad-quantity', `${quote(text)} is not an amount of money${explainSign(text)}.`, {
      hint: '2 USD',
      cause,
    });
  }
  if (quantity.unit === 'usd') return quantity.value;
  if (quantity.unit === undefined) return parseUsd(`${text.trim()} USD`);
  throw new AppError('bad-quantity', `${quote(text)} is not an amount in USD.`, { hint: '2 USD' });
}

/** `5000..50000`, `..10k`, `1k..`; bounds through `parseBound`. */
export function parseRange(text: string, parseBound: (bound: string) => number, example = '5k..50k'): Range {
  const parts = text.trim().split('..');
  const [low, high] = parts.map((part) => part.trim());
  if (parts.length !== 2 || low === undefined || high === undefined || (low === '' && high === '')) {
    throw new AppError('bad-range', `${quote(text)} is not a range${explainSign(text)}.`, { hint: example });
  }
  const [min, max] = [low, high].map((bound) => (bound === '' ? undefined : parseBound(bound)));
  if (min !== undefined && max !== undefined && min > max) {
    throw new AppError('bad-range', `${quote(text)} is reversed: the lower bound comes first.`, {
      hint: `${high}..${low}`,
    });
  }
  return { min, max };
}

/** The same of money, `0.10..0.50 USD`: a unit at the end is the other bound's too, where that has none. */
export function parseUsdRange(text: string): Range {
  const [unit = ''] = /(?:USD|cents?)\s*$/i.exec(text) ?? [];
  const isBare = (bound: string) => /^[\d._]+\s*[kmg]?$/i.test(bound);
  return parseRange(text, (bound) => parseUsd(isBare(bound) ? `${bound} ${unit}` : bound), '0.10..0.50 USD');
}

/** Milliseconds: `90s`, `20m`, `2h`, `7d`, `1w`. A bare number is refused: nobody knows its unit. */
export function parseDuration(text: string): number {
  const [, digits, word = ''] = /^(\d+(?:\.\d+)?)\s*(ms|s(?:ec)?|m(?:in)?|h|d|w)$/i.exec(text.trim()) ?? [];
  const factor = DURATION_MS[word.toLowerCase().replace(/(?:ec|in)$/, '')];
  const milliseconds = Math.round(Number(digits) * (factor ?? Number.NaN));
  if (!(milliseconds >= 1 && milliseconds <= LONGEST_MS)) {
    throw new AppError('bad-duration', `${quote(text)} is not a duration (number and unit: s, m, h, d, w).`, {
      hint: '20m',
    });
  }
  return milliseconds;
}

/** Like a duration, and `0` for not at all. */
export function parseWait(text: string): number {
  return /^0\s*(?:ms|s|m|h|d|w)?$/i.test(text.trim()) ? 0 : parseDuration(text);
}

/** Nano-USD per minute by runner label; the empty label is the price for all others. */
export function parseMinutesPrice(text: string): ReadonlyMap<string, number> {
  if (/\d,\d/.test(text))
    throw new AppError('bad-value', `${quote(text)} has a comma between digits; decimals have a point.`, {
      hint: 'ubuntu-latest=0.006 USD',
    });
  const lines = text.split(/[,\n]/).filter((part) => part.trim() !== '');
  if (lines.length === 0)
    throw new AppError('bad-value', `${quote(text)} is not a price.`, { hint: 'ubuntu-latest=0.006 USD' });
  const prices = new Map<string, number>();
  for (const line of lines) {
    const [, label = '', price = line] = /^\s*([^=\s]+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (prices.has(label.toLowerCase()))
      throw new AppError('bad-value', `${quote(text)} has two prices for ${label || 'all labels'}.`, {
        hint: 'ubuntu-latest=0.006 USD',
      });
    prices.set(label.toLowerCase(), parseUsd(price));
  }
  return prices;
}

/** One percentage above zero, `5%`; it may be more than all. */
export function parsePercentage(text: string): number {
  const value = Number(/^(\d+(?:\.\d+)?)\s*%?$/.exec(text.trim())?.[1]);
  if (value > 0) return value;
  throw new AppError('bad-value', `${quote(text)} is not a percentage above zero.`, { hint: '5%' });
}

/** Percentages, `50%,80%`, each between 1 and 100. */
export function parsePercentages(text: string): readonly number[] {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  const values = parts.map((part) => Number(/^(\d+(?:\.\d+)?)%?$/.exec(part)?.[1]));
  if (values.length === 0 || values.some((value) => !(value > 0 && value <= 100))) {
    throw new AppError('bad-value', `${quote(text)} is not a list of percentages.`, { hint: '50%,80%' });
  }
  return values.sort((a, b) => a - b);
}

/** The decimal point is moved in the text, where nothing is rounded. */
function scaled(digits: string, scale: string | undefined, exponent = 0): number {
  return Number(
    `${digits.replaceAll('_', '')}e${(EXPONENTS[(scale ?? '').trim().toLowerCase()] ?? 0) + exponent}`,
  );
}

function quantityError(text: string): AppError {
  return new AppError('bad-quantity', `${quote(text)} is not a quantity${explainSign(text)}.`, {
    hint: '10000, 200k tokens, 5 USD or 300 credits',
  });
}

function explainSign(text: string): string {
  if (/^\s*-|\.\.\s*-/.test(text)) return ' (negative values are not allowed)';
  return NEVER.test(text.trim()) ? ' (leave it out for no limit)' : '';
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
