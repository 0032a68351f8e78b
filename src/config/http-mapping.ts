/** `gateway.http` of the policy file: where a usage API has what. It is checked as it is read, not when a budget is asked for. */
import type { z } from 'zod';
import { AppError, type Fault } from '../core/errors.js';
import type { HttpMapping } from '../ports/gateway.js';
import { nearest } from './nearest.js';
import { parseUrl } from './parsers.js';
import type { gatewaySchema } from './policy-schema.js';
import type { PolicySource } from './policy-source.js';

type MappingBlock = NonNullable<z.infer<typeof gatewaySchema>['http']>;

const UNITS = ['USD', 'cents', 'nano-credits', 'tokens', 'credits', 'quota', 'requests'] as const;
const POINTERS = ['limit', 'used', 'remaining', 'resets-at'] as const;
const FIGURES = 'remaining: /data/remaining';

export function readMapping(http: MappingBlock, source: PolicySource, faults: Fault[]): HttpMapping {
  const place = ['gateway', 'http'];
  const checks: [key: string, run: () => void, example: string][] = [
    ['url', () => parseUrl(http.url), 'url: https://llm.example.com/usage/me'],
    ['unit', () => checkUnit(http.unit), 'unit: USD'],
    ...POINTERS.map((key): [string, () => void, string] => [
      key,
      () => checkPointer(http[key]),
      `${key}: /data/${key}`,
    ]),
  ];
  for (const [key, run, example] of checks) {
    const fault = source.check([...place, key], run, example);
    if (fault) faults.push(fault);
  }
  const fault = source.check(place, () => checkFigures(http), FIGURES);
  if (fault) faults.push(fault);
  return {
    url: http.url,
    headers: http.headers ?? {},
    unit: http.unit,
    limit: http.limit,
    used: http.used,
    remaining: http.remaining,
    resetsAt: http['resets-at'],
  };
}

function checkUnit(unit: string): void {
  if (UNITS.some((name) => name === unit) || /^[A-Z]{3,5}$/.test(unit)) return;
  throw new AppError(
    'bad-value',
    `${JSON.stringify(unit)} is not a unit; the nearest one is \`${nearest(unit, UNITS)}\`. Units are ${UNITS.join(', ')}, or a currency such as EUR.`,
  );
}

/** RFC 6901, without the empty one: the whole answer is no figure. */
function checkPointer(pointer: string | undefined): void {
  if (pointer === undefined || /^(?:\/(?:[^~/]|~[01])*)+$/.test(pointer)) return;
  throw new AppError(
    'bad-value',
    `${JSON.stringify(pointer)} is not a JSON pointer (RFC 6901), which begins with a slash and has one before each key.`,
  );
}

function checkFigures({ limit, used, remaining }: MappingBlock): void {
  if (remaining !== undefined || (limit !== undefined && used !== undefined)) return;
  throw new AppError('bad-value', 'what is left needs `remaining`, or both `limit` and `used`.');
}
