/** Numbers, money, ranges and durations as people write them. Every parser says what was wrong and shows a right example. */
import { AppError } from '../core/errors.js';
import { NANO_PER_USD } from '../core/money.js';
import type { Range } from '../core/range.js';
import type { Unit } from '../core/units.js';
import type { Quantity } from '../core/verdict.js';

const NUMBER = String.raw`(\d[\d_]*(?:\.\d+)?|\.\d+)\s*([kKmMgG]?)`;
const SCALES: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 };
const DURATION_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const NEVER = /^(?:inf|infinity|none|unlimited)$/i;

/** `10000`, `200k tokens`, `5 USD`, `$5`, `250 cents`, `300 credits`. A bare number has no unit. */
export function parseQuantity(text: string): Quantity {
  const match = new RegExp(`^(\\$)?\\s*${NUMBER}\\s*([A-Za-z]+(?: units)?)?$`).exec(text.trim());
  const [, dollar, digits, scale, word] = match ?? [];
  if (digits === undefined || (dollar && word && !/^usd$/i.test(word))) throw quantityError(text);
  const value = scaled(digits, scale);
  if (dollar || /^usd$/i.test(word ?? '')) return { unit: 'usd', value: Math.round(value * NANO_PER_USD) };
  if (/^cents?$/i.test(word ?? '')) return { unit: 'usd', value: Math.round((value * NANO_PER_USD) / 100) };
  return { unit: word === undefined ? undefined : readUnit(word, text), value };
}

function readUnit(word: string, text: string): Unit {
  const name = word.toLowerCase().replace(/ units$/, '').replace(/s$/, '');
  const units: Readonly<Record<string, Unit>> = { token: 'tokens', credit: 'credits', quota: 'quota', request: 'requests' };
  const unit = units[name];
  if (unit) return unit;
  if (/^[A-Z]{3}$/.test(word)) return `currency:${word}`;
  throw quantityError(text);
}

/** A whole number of tokens or requests: `10000`, `200k`, `1.5m`, `200k tokens`. */
export function parseCount(text: string): number {
  const match = new RegExp(`^${NUMBER}(?:\\s*(?:tokens?|requests?|calls?))?$`, 'i').exec(text.trim());
  const [, digits, scale] = match ?? [];
  const value = digits === undefined ? Number.NaN : scaled(digits, scale);
  if (!Number.isSafeInteger(value)) {
    throw new AppError('bad-quantity', `${quote(text)} is not a whole number${explainSign(text)}.`, { hint: '200k' });
  }
  return value;
}

/** Money in nano-USD: `2 USD`, `$2`, `0.50`, `50 cents`. A bare number is dollars. */
export function parseUsd(text: string): number {
  let quantity: Quantity;
  try {
    quantity = parseQuantity(text);
  } catch (cause) {
    throw new AppError('bad-quantity', `${quote(text)} is not an amount of money${explainSign(text)}.`, { hint: '2 USD', cause });
  }
  if (quantity.unit === 'usd') return quantity.value;
  if (quantity.unit === undefined) return Math.round(quantity.value * NANO_PER_USD);
  throw new AppError('bad-quantity', `${quote(text)} is not an amount in USD.`, { hint: '2 USD' });
}

/** `5000..50000`, `..10k`, `1k..`; bounds through `parseBound`. */
export function parseRange(text: string, parseBound: (bound: string) => number): Range {
  const parts = text.trim().split('..');
  const example = parseBound === parseUsd ? '0.10..0.50 USD' : '5k..50k';
  const [low, high] = parts.map((part) => part.trim());
  if (parts.length !== 2 || low === undefined || high === undefined || (low === '' && high === '')) {
    throw new AppError('bad-range', `${quote(text)} is not a range${explainSign(text)}.`, { hint: example });
  }
  const [min, max] = [low, high].map((bound) => (bound === '' ? undefined : parseBound(bound)));
  if (min !== undefined && max !== undefined && min > max) {
    throw new AppError('bad-range', `${quote(text)} is reversed: the lower bound comes first.`, { hint: `${high}..${low}` });
  }
  return { min, max };
}

/** Milliseconds: `90s`, `20m`, `2h`, `7d`, `1w`. A bare number is refused: nobody knows its unit. */
export function parseDuration(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)(?:in|ec)?$/i.exec(text.trim()) ?? [];
  const factor = DURATION_MS[(unit ?? '').toLowerCase()];
  if (digits === undefined || factor === undefined || Number(digits) === 0) {
    throw new AppError('bad-duration', `${quote(text)} is not a duration (number and unit: s, m, h, d, w).`, { hint: '20m' });
  }
  return Math.round(Number(digits) * factor);
}

/** Percentages, `50%,80%`, each between 1 and 100. */
export function parsePercentages(text: string): readonly number[] {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  const values = parts.map((part) => Number(part.replace(/%$/, '')));
  if (values.length === 0 || values.some((value) => !(value > 0 && value <= 100))) {
    throw new AppError('bad-value', `${quote(text)} is not a list of percentages.`, { hint: '50%,80%' });
  }
  return values.sort((a, b) => a - b);
}

function scaled(digits: string, scale: string | undefined): number {
  const value = Number(digits.replaceAll('_', '')) * (SCALES[(scale ?? '').toLowerCase()] ?? Number.NaN);
  return Math.round(value * 1e9) / 1e9;
}

function quantityError(text: string): AppError {
  return new AppError('bad-quantity', `${quote(text)} is not a quantity${explainSign(text)}.`, { hint: '10000, 200k tokens, 5 USD or 300 credits' });
}

function explainSign(text: string): string {
  if (/^\s*-|\.\.\s*-/.test(text)) return ' (negative values are not allowed)';
  return NEVER.test(text.trim()) ? ' (leave it out for no limit)' : '';
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
