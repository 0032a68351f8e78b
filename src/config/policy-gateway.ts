/** What the policy file says of the gateway: its budgets, where a usage API has what, and what units are worth. */
import type { z } from 'zod';
import { AppError, type Fault } from '../core/errors.js';
import { type Conversion, type Unit, unitName } from '../core/units.js';
import type { BudgetWindow, HttpMapping } from '../ports/gateway.js';
import { readMapping } from './http-mapping.js';
import { parseBaseUrl } from './parsers.js';
import { BUDGET_EXAMPLE } from './policy-examples.js';
import type { gatewaySchema } from './policy-schema.js';
import type { PolicySource } from './policy-source.js';
import { parseDuration, parseQuantity, parseUsd, readUnit } from './quantity.js';

export type GatewayPolicy = Omit<z.infer<typeof gatewaySchema>, 'budgets' | 'http'> & {
  readonly budgets: readonly BudgetWindow[];
  readonly http: HttpMapping | undefined;
};

export function readGateway(
  gateway: z.infer<typeof gatewaySchema>,
  source: PolicySource,
  faults: Fault[],
): GatewayPolicy {
  const { budgets = [], http, ...rest } = gateway;
  const windows: BudgetWindow[] = [];
  for (const [index, { limit, period }] of budgets.entries()) {
    const place = ['gateway', 'budgets', index];
    let window: Pick<BudgetWindow, 'unit' | 'limit'> | undefined;
    const found = [
      source.check(
        [...place, 'limit'],
        () => {
          window = parseWindowLimit(String(limit));
        },
        BUDGET_EXAMPLE,
      ),
      source.check([...place, 'period'], () => parsePeriod(period), BUDGET_EXAMPLE),
    ].filter((fault) => fault !== undefined);
    faults.push(...found);
    if (window && found.length === 0) windows.push({ ...window, period: parsePeriod(period) });
  }
  const mapping = http && readMapping(http, source, faults);
  const urls = ADDRESSES.filter((name) => !isAddress(rest[name], name, source, faults));
  return {
    ...rest,
    ...Object.fromEntries(urls.map((name) => [name, undefined])),
    budgets: windows,
    http: mapping,
  };
}

const ADDRESSES = ['url', 'budget-url'] as const;

/** One that is wrong is told here, and read no further. */
function isAddress(
  text: string | undefined,
  name: (typeof ADDRESSES)[number],
  source: PolicySource,
  faults: Fault[],
): boolean {
  const fault = source.check(
    ['gateway', name],
    () => text === undefined || parseBaseUrl(text),
    `${name}: https://llm.example.com`,
  );
  if (fault) faults.push(fault);
  return fault === undefined;
}

function parseWindowLimit(limit: string): Pick<BudgetWindow, 'unit' | 'limit'> {
  const { unit: named, value } = parseQuantity(limit);
  const isBare = named === undefined;
  const unit = named ?? 'usd';
  // A plain number is dollars, as everywhere; nobody writes millions of them so.
  if (isBare && /[kmg]$/i.test(limit.trim()))
    throw new AppError('bad-quantity', `${JSON.stringify(limit)} could be dollars or tokens: say which.`);
  if (unit !== 'usd' && unit !== 'tokens')
    throw new AppError('bad-quantity', `A budget is in USD or tokens, not in ${unitName(unit)}.`);
  return { unit, limit: isBare ? Math.round(value * 1e9) : value };
}

function parsePeriod(period: string): BudgetWindow['period'] {
  const calendar = (['day', 'week', 'month'] as const).find((name) => name === period);
  if (calendar !== undefined) return calendar;
  if (/^\d/.test(period.trim())) return { rollingMs: parseDuration(period) };
  throw new AppError('bad-duration', `${JSON.stringify(period)} is neither day, week, month nor a duration.`);
}

function readRateUnit(name: string, known: readonly Conversion[]): Unit {
  const unit = /^usd$/i.test(name) ? 'usd' : readUnit(name, name);
  if (unit === 'usd' || known.some((other) => other.unit === unit))
    throw new AppError('bad-value', unit === 'usd' ? 'A dollar is a dollar.' : `${name} has a rate already.`);
  return unit;
}

function parseRate(text: string): number {
  const nanoUsd = parseUsd(text);
  if (nanoUsd > 0) return nanoUsd;
  throw new AppError('bad-quantity', 'A rate must be above zero.', { hint: '1.08 USD' });
}

/** `EUR: 1.08 USD`: what one of a unit is worth. Nothing is ever converted without such a line. */
export function readRates(
  rates: Readonly<Record<string, string | number | boolean>>,
  source: PolicySource,
  faults: Fault[],
): Conversion[] {
  const conversions: Conversion[] = [];
  for (const [name, value] of Object.entries(rates)) {
    const fault = source.check(
      ['rates', name],
      () => {
        const unit = readRateUnit(name, conversions);
        const says = `${source.place(['rates', name])} says 1 ${name} is ${value}`;
        conversions.push({ unit, nanoUsdPerUnit: parseRate(String(value)), source: says });
      },
      'rates: { EUR: 1.08 USD }',
    );
    if (fault) faults.push(fault);
  }
  return conversions;
}
