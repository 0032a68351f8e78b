/**
 * Any JSON usage API, by mapping: URL, headers, and JSON pointers (RFC 6901) for limit, used, remaining and reset.
 * `null` or a missing limit is unknown, not unlimited: only the site knows what it means.
 */

import { z } from 'zod';
import { budgetLimit, finite } from '../core/budget.js';
import { AppError } from '../core/errors.js';
import { readCents, readUsd } from '../core/money.js';
import { NANO_CREDITS_PER_CREDIT, type Unit } from '../core/units.js';
import type { BudgetContext, Gateway } from '../ports/gateway.js';
import { classify, withOrigin } from '../wire/failure-rules.js';
import { parseAnswer } from '../wire/json-answer.js';
import { PROVIDER_RULES } from '../wire/provider-rules.js';
import { SAYS_NO_ROUTE } from './shared/silent.js';
import { costInUsage } from './shared/usage-cost.js';

async function readBudget(context: BudgetContext) {
  const { mapping } = context;
  if (mapping === undefined)
    throw new AppError('bad-value', 'The `http` gateway needs a mapping in the policy file.');
  const url = context.budgetUrl ?? mapping.url;
  const headers = Object.fromEntries(
    Object.entries(mapping.headers).map(([name, value]) => [name, fillIn(value, context)]),
  );
  const body = parseAnswer(
    await context.send({ url: fillIn(url, context, encodeURIComponent), headers }),
    'http usage API',
    z.unknown(),
  );
  const read = (pointer: string | undefined) =>
    pointer === undefined ? undefined : toUnit(at(body, pointer), mapping.unit, pointer);
  const resetsAt = mapping.resetsAt === undefined ? undefined : at(body, mapping.resetsAt);
  const limit = budgetLimit(
    'http',
    unitOf(mapping.unit),
    {
      limit: finite(read(mapping.limit)),
      used: finite(read(mapping.used)),
      remaining: finite(read(mapping.remaining)),
    },
    { resetsAt: typeof resetsAt === 'string' ? resetsAt : undefined },
  );
  return {
    gateway: 'http',
    limits: [limit],
    unread: ['limits the mapping does not name'],
    conversions: [],
    asOf: context.now.toISOString(),
    lagMs: undefined,
  };
}

/** `{gateway-key}` and `{admin-key}` stand for the keys, so that no key stands in the policy file. */
function fillIn(
  template: string,
  { key = '', adminKey = '' }: BudgetContext,
  encode = (text: string) => text,
): string {
  return template
    .replaceAll('{gateway-key}', () => encode(key))
    .replaceAll('{admin-key}', () => encode(adminKey));
}

/** @throws {AppError} `wire-format` when the pointer leads nowhere. */
function at(body: unknown, pointer: string): unknown {
  let value = body;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const holder = z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]).safeParse(value).data;
    const next = Array.isArray(holder)
      ? holder[Number(key)]
      : holder && Object.hasOwn(holder, key)
        ? holder[key]
        : undefined;
    if (next === undefined)
      throw new AppError('wire-format', `The usage API's answer has nothing at \`${pointer}\`.`);
    value = next;
  }
  return value;
}

/** @throws {AppError} `wire-format` for a figure that is no number; `null` is a figure that is not known. */
function toUnit(value: unknown, unit: string, pointer: string): number | undefined {
  if (value === null) return undefined;
  const number = unit === 'USD' ? readUsd(value) : unit === 'cents' ? readCents(value) : readNumber(value);
  if (number !== undefined) return unit === 'nano-credits' ? number / NANO_CREDITS_PER_CREDIT : number;
  throw new AppError('wire-format', `The usage API's answer has no number at \`${pointer}\`.`);
}

function readNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function unitOf(unit: string): Unit {
  if (unit === 'USD' || unit === 'cents') return 'usd';
  if (unit === 'nano-credits') return 'credits';
  if (unit === 'tokens' || unit === 'credits' || unit === 'quota' || unit === 'requests') return unit;
  return `currency:${unit}`;
}

const RULES = { rules: withOrigin('unknown', PROVIDER_RULES), origin: 'unknown' } as const;

export const http: Gateway = {
  id: 'http',
  summary: 'Any JSON usage API: URL, headers and JSON pointers in the policy file (`gateway.http`).',
  facts: {
    title: 'Any JSON usage API',
    credential: 'Whatever its headers take; `{gateway-key}` and `{admin-key}` stand for the inputs.',
    units: '`USD`, `cents`, `tokens`, `credits`, `nano-credits`, `quota`, `requests`, or a currency code.',
    freshness: 'Not known.',
    enforcement: 'unknown',
    exhausted: 'The words of OpenAI and Anthropic are known; `spendgate verify` learns the others.',
    history: 'Not known.',
    attribution: 'Nothing: where a budget is read says nothing of who takes the calls.',
    see: 'docs/budgets.md',
  },
  defaultUrl: undefined,
  requires: ['mapping'],
  readBudget,
  readFailure: (evidence) => classify(evidence, RULES),
  readCost: costInUsage,
  ...SAYS_NO_ROUTE,
};
