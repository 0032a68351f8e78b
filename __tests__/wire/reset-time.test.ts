import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromSecondsOrDate, readResetTime } from '../../src/wire/reset-time.js';

const AT = new Date('2026-11-22T09:00:00.000Z');

describe('headers that tell when calls pass again', () => {
  test.each<[header: string, text: string, expected: string]>([
    ['retry-after', '23', '2026-11-22T09:00:23.000Z'],
    ['retry-after', '0', '2026-11-22T09:00:00.000Z'],
    ['retry-after', '0.5', '2026-11-22T09:00:00.500Z'],
    ['retry-after', ' 7 ', '2026-11-22T09:00:07.000Z'],
    ['retry-after', '2592000', '2026-12-22T09:00:00.000Z'],
    ['retry-after', 'Sun, 22 Nov 2026 10:00:00 GMT', '2026-11-22T10:00:00.000Z'],
    ['retry-after', '2026-11-22T10:00:00+01:00', '2026-11-22T09:00:00.000Z'],
    ['retry-after-ms', '1500', '2026-11-22T09:00:01.500Z'],
    ['x-ratelimit-after', '12', '2026-11-22T09:00:12.000Z'],
    ['helicone-ratelimit-reset', '41230', '2026-11-22T20:27:10.000Z'],
    ['reset_at', '2026-11-22T09:01:00Z', '2026-11-22T09:01:00.000Z'],
    ['anthropic-ratelimit-requests-reset', '2026-11-22T09:00:17Z', '2026-11-22T09:00:17.000Z'],
    ['anthropic-ratelimit-tokens-reset', '2026-11-22T09:00:18Z', '2026-11-22T09:00:18.000Z'],
    ['x-ratelimit-reset', '1795342860000', '2026-11-22T10:21:00.000Z'],
    ['x-ratelimit-reset', '1795342860', '2026-11-22T10:21:00.000Z'],
  ])('%s: %s', (header, text, expected) => {
    expect(readResetTime({ [header]: text }, AT)).toBe(expected);
  });

  test.each<[header: string, text: string]>([
    ['retry-after', ''],
    ['retry-after', ' '],
    ['retry-after', 'soon'],
    ['retry-after', 'NaN'],
    ['retry-after', 'Infinity'],
    ['retry-after', '1e3'],
    ['retry-after', '0x10'],
    ['retry-after', '99999999999999999999999999'],
    ['retry-after', '9'.repeat(400)],
    ['retry-after-ms', '-1'],
    ['retry-after-ms', '1.5'],
    ['retry-after-ms', 'Sun, 22 Nov 2026 10:00:00 GMT'],
    ['helicone-ratelimit-reset', 'never'],
    ['reset_at', '17'],
    ['reset_at', 'null'],
    ['reset_at', '2026-13-45T25:61:00Z'],
    ['anthropic-ratelimit-requests-reset', '1795342860'],
    ['x-ratelimit-reset', '30'],
    ['x-ratelimit-reset', '1.8s'],
    ['x-ratelimit-reset', '-1795342860'],
    ['x-ratelimit-reset', '123456789012345678'],
    ['x-ratelimit-reset-requests', '120ms'],
    ['x-something-else', '30'],
  ])('%s: %j tells nothing', (header, text) => {
    expect(readResetTime({ [header]: text }, AT)).toBeUndefined();
  });

  test('a wait counts from a moment: without one it has no end', () => {
    for (const header of ['retry-after', 'retry-after-ms', 'x-ratelimit-after', 'helicone-ratelimit-reset'])
      expect(readResetTime({ [header]: '5' }, undefined)).toBeUndefined();
    expect(readResetTime({ reset_at: '2026-11-22T09:01:00Z' }, undefined)).toBe('2026-11-22T09:01:00.000Z');
  });

  test('a wait is not longer than a year', () => {
    expect(readResetTime({ 'retry-after': String(366 * 86_400) }, AT)).toBe('2027-11-23T09:00:00.000Z');
    expect(readResetTime({ 'retry-after': String(366 * 86_400 + 1) }, AT)).toBeUndefined();
    expect(readResetTime({ 'retry-after-ms': String(366 * 86_400_000 + 1) }, AT)).toBeUndefined();
  });

  test('retry-after speaks first, and a header that says nothing leaves it to the next', () => {
    const headers = { reset_at: '2026-11-22T09:01:00Z', 'x-ratelimit-reset': '1795342860' };
    expect(readResetTime({ ...headers, 'retry-after': '23' }, AT)).toBe('2026-11-22T09:00:23.000Z');
    expect(readResetTime({ ...headers, 'retry-after': 'soon' }, AT)).toBe('2026-11-22T09:01:00.000Z');
    expect(readResetTime({ ...headers, 'retry-after': '23' }, undefined)).toBe('2026-11-22T09:01:00.000Z');
  });

  test('none of them, no time', () => {
    expect(readResetTime({}, AT)).toBeUndefined();
  });

  test('any text is read as a moment in ISO 8601 UTC or as nothing', () => {
    const name = fc.constantFrom(
      ...['retry-after', 'retry-after-ms', 'x-ratelimit-after', 'helicone-ratelimit-reset', 'reset_at'],
      ...['anthropic-ratelimit-requests-reset', 'anthropic-ratelimit-tokens-reset', 'x-ratelimit-reset'],
    );
    const text = fc.oneof(
      fc.string(),
      fc.double().map(String),
      fc.bigInt().map(String),
      fc.date().map(String),
      fc.stringMatching(/^[-+0-9:.TZ ]{0,30}$/),
    );
    const at = fc.option(fc.date({ noInvalidDate: true, min: AT, max: new Date('2100-01-01') }), {
      nil: undefined,
    });
    fc.assert(
      fc.property(fc.dictionary(name, text), at, (headers, moment) => {
        const told = readResetTime(headers, moment);
        if (told !== undefined) expect(told).toBe(new Date(told).toISOString());
      }),
      { numRuns: 1000 },
    );
  });

  /** `Date.parse` makes a day of nearly any number beside other signs; to be mended in `src`. */
  test.each(['-5', '+5', 'in 5', 'retry 12', '5, 5', '1.5.2'])(
    'retry-after: %j is no day of the past',
    (text) => {
      expect(readResetTime({ 'retry-after': text }, AT)).toBeUndefined();
    },
  );
});

test('a wait in the body is read like one in a header', () => {
  expect(fromSecondsOrDate('34', AT)).toBe('2026-11-22T09:00:34.000Z');
  expect(fromSecondsOrDate('34.07', AT)).toBe('2026-11-22T09:00:34.070Z');
  expect(fromSecondsOrDate(undefined, AT)).toBeUndefined();
});
