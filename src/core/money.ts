/** Money is an integer number of nano-USD: one dollar is 1,000,000,000. Safe up to nine million dollars. */

export const NANO_PER_USD = 1_000_000_000;
const NANO_PER_CENT = NANO_PER_USD / 100;

/**
 * A USD figure as it came from a gateway (number, or decimal string) as nano-USD, rounded to the nearest.
 * `undefined` when it is not a finite number.
 */
export function readUsd(value: unknown): number | undefined {
  const usd = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof usd !== 'number' || !Number.isFinite(usd)) return undefined;
  return Math.round(usd * NANO_PER_USD);
}

/** Integer or fractional cents as nano-USD; `undefined` when not a finite number. */
export function readCents(value: unknown): number | undefined {
  const cents = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof cents !== 'number' || !Number.isFinite(cents)) return undefined;
  return Math.round(cents * NANO_PER_CENT);
}

/** Exact decimal USD without a sign of the currency: `renderUsdPlain(1500000000)` is `1.5`. Never an exponent. */
export function renderUsdPlain(nanoUsd: number): string {
  const sign = nanoUsd < 0 ? '-' : '';
  const absolute = Math.abs(Math.round(nanoUsd));
  const whole = Math.floor(absolute / NANO_PER_USD);
  const fraction = String(absolute % NANO_PER_USD)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** To the last digit: `$0.2025`. */
export function renderUsdExactly(nanoUsd: number): string {
  const plain = renderUsdPlain(Math.abs(nanoUsd));
  return `${nanoUsd < 0 ? '-' : ''}$${/\.\d$/.test(plain) ? `${plain}0` : plain}`;
}

/** For people: `$1.50`, `$0.0042`; two decimals, and below a cent two significant ones. */
export function renderUsd(nanoUsd: number): string {
  const usd = Math.abs(nanoUsd) / NANO_PER_USD;
  const sign = nanoUsd < 0 ? '-' : '';
  if (usd === 0 || usd >= 0.01)
    return `${sign}$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
  return `${sign}$${usd.toLocaleString('en-US', { maximumSignificantDigits: 2, maximumFractionDigits: 9 })}`;
}
