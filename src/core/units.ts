/**
 * Amounts and the conversions between their units. USD amounts are integer nano-USD; every other unit counts itself.
 * A conversion exists only where somebody said so (a site's own factor, a published price), and carries who said it.
 */
import { AppError } from './errors.js';
import { renderUsd, renderUsdExactly, renderUsdPlain } from './money.js';

export type Unit = 'usd' | 'tokens' | 'credits' | 'quota' | 'requests' | `currency:${string}`;

const PLAIN_UNITS: readonly string[] = ['usd', 'tokens', 'credits', 'quota', 'requests'];

export function isUnit(text: string): text is Unit {
  return PLAIN_UNITS.includes(text) || /^currency:\w+$/.test(text);
}

/** Copilot counts sessions in billionths of a credit. */
export const NANO_CREDITS_PER_CREDIT = 1e9;

/** `value` is nano-USD when the unit is `usd`, else a plain count of the unit. */
export interface Amount {
  readonly unit: Unit;
  readonly value: number;
}

/** What one `unit` is worth, and who says so. */
export interface Conversion {
  readonly unit: Unit;
  readonly nanoUsdPerUnit: number;
  readonly source: string;
}

export interface Converted {
  readonly amount: Amount;
  /** Sources of the factors used, in order; empty when no conversion was needed. */
  readonly via: readonly string[];
}

/** `undefined` when no chain of known factors leads from the amount's unit to `to`. */
export function convert(amount: Amount, to: Unit, conversions: readonly Conversion[]): Converted | undefined {
  if (amount.unit === to) return { amount, via: [] };
  const from = factorOf(amount.unit, conversions);
  const target = factorOf(to, conversions);
  if (from === undefined || target === undefined) return undefined;
  const nanoUsd = amount.value * from.nanoUsdPerUnit;
  const value = to === 'usd' ? Math.round(nanoUsd) : nanoUsd / target.nanoUsdPerUnit;
  const via = [from, target].filter(({ unit }) => unit !== 'usd').map(({ source }) => source);
  return { amount: { unit: to, value }, via };
}

/** @throws {AppError} `units-not-comparable` when the amount cannot be brought to `to`. */
export function convertOrThrow(amount: Amount, to: Unit, conversions: readonly Conversion[]): Converted {
  const converted = convert(amount, to, conversions);
  if (converted) return converted;
  const known = conversions.map(({ unit, source }) => `${unit} (${source})`).join(', ') || 'none';
  throw new AppError(
    'units-not-comparable',
    `${renderAmount(amount)} cannot be compared with ${unitName(to)}: no conversion is known. Known: ${known}.`,
  );
}

/** For people: `$1.50`, `12,345 tokens`, `3.5 CNY`. */
export function renderAmount({ unit, value }: Amount): string {
  if (unit === 'usd') return renderUsd(value);
  return `${value.toLocaleString('en-US', { maximumFractionDigits: 2 })} ${unitName(unit)}`;
}

/** The same to the last digit. */
export function renderExactly(amount: Amount): string {
  if (amount.unit === 'usd') return renderUsdExactly(amount.value);
  return `${renderAmountPlain(amount)} ${unitName(amount.unit)}`;
}

/** For outputs: plain decimal digits without grouping or unit. */
export function renderAmountPlain({ unit, value }: Amount): string {
  if (unit === 'usd') return renderUsdPlain(value);
  const text = String(value);
  if (!text.includes('e')) return text;
  return value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 });
}

/** `USD`, `tokens`, `quota units`, `CNY`. */
export function unitName(unit: Unit): string {
  if (unit === 'usd') return 'USD';
  if (unit === 'quota') return 'quota units';
  return unit.startsWith('currency:') ? unit.slice('currency:'.length) : unit;
}

function factorOf(unit: Unit, conversions: readonly Conversion[]): Conversion | undefined {
  if (unit === 'usd') return { unit: 'usd', nanoUsdPerUnit: 1, source: 'USD' };
  return conversions.find((conversion) => conversion.unit === unit);
}
