import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  parseCeiling,
  parseCount,
  parseDuration,
  parseMinutesPrice,
  parsePercentage,
  parsePercentages,
  parseQuantity,
  parseRange,
  parseUsd,
  parseUsdRange,
  parseWait,
} from '../../src/config/quantity.js';
import { AppError } from '../../src/core/errors.js';
import { renderUsdPlain } from '../../src/core/money.js';

const USD = 1_000_000_000;
const NOT_A_NUMBER = [
  '',
  ' ',
  'x',
  '5x',
  '-5',
  '5,000',
  '1e6',
  '0x10',
  'NaN',
  'Infinity',
  'unlimited',
  '--',
  '5 5',
  '5..6',
  '.',
  '$',
  '٣',
];

/** Runs a parser on bad input: it must blame the input, quote it and show a right example. */
function faultOf(run: () => unknown): AppError {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('a ceiling of an answer is at least one token', () => {
  expect(parseCeiling('8k')).toBe(8000);
  expect(() => parseCeiling('0')).toThrow('"0" leaves no room for any answer.');
  expect(() => parseCeiling('-1')).toThrow('is not a whole number');
});

describe('parseQuantity', () => {
  test.each([
    ['10000', undefined, 10_000],
    ['200k tokens', 'tokens', 200_000],
    ['1 token', 'tokens', 1],
    ['1.5m tokens', 'tokens', 1_500_000],
    ['5 USD', 'usd', 5 * USD],
    ['5usd', 'usd', 5 * USD],
    ['$5', 'usd', 5 * USD],
    ['$0.50', 'usd', USD / 2],
    ['.5 USD', 'usd', USD / 2],
    ['250 cents', 'usd', 2.5 * USD],
    ['300 credits', 'credits', 300],
    ['500_000 quota units', 'quota', 500_000],
    ['60 requests', 'requests', 60],
    ['100 CNY', 'currency:CNY', 100],
    ['100 EUR', 'currency:EUR', 100],
    ['100 USDT', 'currency:USDT', 100],
    ['2.5 EURCV', 'currency:EURCV', 2.5],
    ['5k EUR', 'currency:EUR', 5000],
    ['1 credit', 'credits', 1],
    ['5_000_000_000 nano-credits', 'credits', 5],
    ['1 nano-credit', 'credits', 1e-9],
    ['500m nano-credits', 'credits', 0.5],
    [' 7 ', undefined, 7],
    ['0', undefined, 0],
  ])('%p', (text, unit, value) => {
    expect(parseQuantity(text)).toEqual({ unit, value });
  });

  test.each(['GBP', 'MXN', 'KRW', 'MYR', 'KZT'])(
    'a currency whose name starts like a scale is a currency: 100 %s',
    (name) => {
      expect(parseQuantity(`100 ${name}`)).toEqual({ unit: `currency:${name}`, value: 100 });
    },
  );

  test.each([
    ...NOT_A_NUMBER,
    '5 apples',
    '$5 tokens',
    '5 USD tokens',
    '5 cny',
    '5 EU',
    '5 EURCVX',
    '5 Eur',
    '5 EUR units',
    '5 nano-tokens',
    '5 nano credits',
    '$5 EUR',
    '5 constructor',
    'USD 5',
    '1 million tokens',
    '5%',
  ])('%p is refused with an example', (text) => {
    const error = faultOf(() => parseQuantity(text));
    expect(error).toMatchObject({ code: 'bad-quantity', kind: 'usage' });
    expect(error.message).toContain(JSON.stringify(text));
    expect(error.hint).toContain('5 USD');
  });

  test('whole amounts of any unit are read exactly, with or without scale', () => {
    const scales = [
      ['', 1],
      ['k', 1000],
      ['m', 1_000_000],
    ] as const;
    fc.assert(
      fc.property(
        fc.nat(1_000_000_000),
        fc.constantFrom(...scales),
        fc.constantFrom('', ' '),
        (count, [scale, factor], gap) => {
          expect(parseQuantity(`${count}${gap}${scale} tokens`)).toEqual({
            unit: 'tokens',
            value: count * factor,
          });
        },
      ),
      { examples: [[945_050_079, ['k', 1000], '']] },
    );
  });

  test('never gives anything but a quantity or a fault', () => {
    const near = fc.string({ unit: fc.constantFrom(...'0123456789 ._$-+kmgKMGUSDtokenscrd%') });
    fc.assert(
      fc.property(fc.oneof(near, fc.string()), (text) => {
        let quantity: ReturnType<typeof parseQuantity> | undefined;
        try {
          quantity = parseQuantity(text);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
        if (quantity !== undefined) expect(quantity.value).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('parseCount', () => {
  test.each([
    ['10000', 10_000],
    ['200k', 200_000],
    ['1.5m', 1_500_000],
    ['2M tokens', 2_000_000],
    ['1 call', 1],
    ['60 requests', 60],
    ['1_000', 1000],
    ['4.001m', 4_001_000],
    ['131072.928k', 131_072_928],
    ['0', 0],
  ])('%p is %p', (text, expected) => {
    expect(parseCount(text)).toBe(expected);
  });

  test.each([...NOT_A_NUMBER, '1.5', '0.0001k', '99999999999999999999', '5 USD', '5 apples'])(
    '%p is refused',
    (text) => {
      expect(faultOf(() => parseCount(text))).toMatchObject({ code: 'bad-quantity', hint: '200k' });
    },
  );

  test.each([
    ['-5', /negative/],
    ['unlimited', /leave it out for no limit/],
    ['none', /leave it out for no limit/],
  ])('%p is refused with the reason', (text, message) => {
    expect(faultOf(() => parseCount(text)).message).toMatch(message);
  });

  test('thousands written as k are whole thousands', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(999), (whole, rest) => {
        expect(parseCount(`${whole}.${String(rest).padStart(3, '0')}k`)).toBe(whole * 1000 + rest);
      }),
    );
  });
});

describe('parseUsd', () => {
  test.each([
    ['2 USD', 2 * USD],
    ['$2', 2 * USD],
    ['2', 2 * USD],
    ['0.50', USD / 2],
    ['50 cents', USD / 2],
    ['1 cent', USD / 100],
    ['$1.5k', 1500 * USD],
    ['0', 0],
  ])('%p is %p nano-USD', (text, expected) => {
    expect(parseUsd(text)).toBe(expected);
  });

  test.each([...NOT_A_NUMBER, '5 tokens', '5 EUR', '$5 EUR'])('%p is refused', (text) => {
    expect(faultOf(() => parseUsd(text))).toMatchObject({ code: 'bad-quantity', hint: '2 USD' });
  });

  test('reads what renderUsdPlain writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000_000_000 }), (nanoUsd) => {
        expect(parseUsd(`${renderUsdPlain(nanoUsd)} USD`)).toBe(nanoUsd);
      }),
    );
  });

  test.each(['99999999999 USD', '9'.repeat(400)])(
    'an amount too large to be counted is refused, for it would be no limit: %p',
    (text) => {
      expect(faultOf(() => parseUsd(text)).code).toBe('bad-quantity');
    },
  );
});

describe('parseRange', () => {
  test.each([
    ['5000..50000', { min: 5000, max: 50_000 }],
    ['5k..50k', { min: 5000, max: 50_000 }],
    ['..10k', { min: undefined, max: 10_000 }],
    ['1k..', { min: 1000, max: undefined }],
    [' 3 .. 40 ', { min: 3, max: 40 }],
    ['7..7', { min: 7, max: 7 }],
    ['0..0', { min: 0, max: 0 }],
  ])('%p', (text, expected) => {
    expect(parseRange(text, parseCount)).toEqual(expected);
  });

  test.each(['', '..', '5', '5-10', '5...10...', '1..2..3', '5 to 10', 'x'])('%p is no range', (text) => {
    expect(faultOf(() => parseRange(text, parseCount))).toMatchObject({ code: 'bad-range', hint: '5k..50k' });
  });

  test.each(['-5..10', '5..-10', '..-10', '-1..'])('%p is refused as negative', (text) => {
    expect(faultOf(() => parseRange(text, parseCount)).message).toMatch(/negative/);
  });

  test('a reversed range is refused, and the example turns it round', () => {
    expect(faultOf(() => parseRange('50k..5k', parseCount))).toMatchObject({
      message: expect.stringContaining('reversed'),
      hint: '5k..50k',
    });
  });

  test('both bounds are read as the bound reader reads them', () => {
    const bound = fc.option(fc.nat(), { nil: undefined });
    fc.assert(
      fc.property(bound, bound, (a, b) => {
        fc.pre(a !== undefined || b !== undefined);
        const [min, max] = a !== undefined && b !== undefined && a > b ? [b, a] : [a, b];
        expect(parseRange(`${min ?? ''}..${max ?? ''}`, parseCount)).toEqual({ min, max });
      }),
    );
  });
});

describe('parseUsdRange', () => {
  test.each([
    ['0.10..0.50 USD', { min: 0.1e9, max: 0.5e9 }],
    ['1..200 cents', { min: 0.01e9, max: 2e9 }],
    ['5..50 cents', { min: 0.05e9, max: 0.5e9 }],
    ['..50 cents', { min: undefined, max: 0.5e9 }],
    ['50 cents..2', { min: 0.5e9, max: 2e9 }],
    ['$1..$2', { min: 1e9, max: 2e9 }],
    ['0.5..', { min: 0.5e9, max: undefined }],
  ])('%s', (text, range) => expect(parseUsdRange(text)).toEqual(range));
});

test.each(['5hin', '3din', '5msin', '2wec'])('%s is no duration', (text) => {
  expect(faultOf(() => parseDuration(text))).toMatchObject({ code: 'bad-duration' });
});

test.each(['0x32', '5e1', '1e2%'])('%s is no percentage', (text) => {
  expect(faultOf(() => parsePercentages(text))).toMatchObject({ code: 'bad-value' });
});

describe('parseDuration', () => {
  test.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['20m', 1_200_000],
    ['20min', 1_200_000],
    ['2h', 7_200_000],
    ['1.5h', 5_400_000],
    ['7d', 604_800_000],
    ['1w', 604_800_000],
    [' 20 M ', 1_200_000],
  ])('%p is %p ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  test.each(['', '20', '0', '0s', '-5m', 'm', '20 fortnights', '1h30m', 'forever', '5mm', '20m 5'])(
    '%p is refused',
    (text) => {
      expect(faultOf(() => parseDuration(text))).toMatchObject({ code: 'bad-duration', hint: '20m' });
    },
  );

  test.each([`${'9'.repeat(400)}d`, '0.0001ms'])('%p, which no clock can measure, is refused', (text) => {
    expect(faultOf(() => parseDuration(text)).code).toBe('bad-duration');
  });
});

describe('parsePercentages', () => {
  test.each([
    ['50%,80%', [50, 80]],
    ['80, 50', [50, 80]],
    ['50% 80%', [50, 80]],
    ['100%', [100]],
  ])('%p', (text, expected) => {
    expect(parsePercentages(text)).toEqual(expected);
  });

  test.each(['', ',', '0', '101%', '-5%', 'half', '50%%', '%', '50;80'])('%p is refused', (text) => {
    expect(faultOf(() => parsePercentages(text))).toMatchObject({ code: 'bad-value', hint: '50%,80%' });
  });
});

describe('parseWait', () => {
  test.each([
    ['0', 0],
    [' 0 ', 0],
    ['0s', 0],
    ['0 ms', 0],
    ['0m', 0],
    ['1ms', 1],
    ['10s', 10_000],
    ['3m', 180_000],
  ])('%p', (text, milliseconds) => {
    expect(parseWait(text)).toBe(milliseconds);
  });

  test.each(['', '10', '00x', '-1s', 'never', 'soon', '0 0'])('%p is refused with an example', (text) => {
    expect(faultOf(() => parseWait(text))).toMatchObject({ code: 'bad-duration', hint: '20m' });
  });
});

describe('parseMinutesPrice', () => {
  test.each([
    ['0.006 USD', [['', 6_000_000]]],
    ['0.006', [['', 6_000_000]]],
    ['$0.006', [['', 6_000_000]]],
    ['ubuntu-latest=0.006 USD', [['ubuntu-latest', 6_000_000]]],
    [' Ubuntu-Latest = 0.6 cents ', [['ubuntu-latest', 6_000_000]]],
    [
      'ubuntu-latest=0.006 USD,windows-latest=0.010 USD, 0.05',
      [
        ['ubuntu-latest', 6_000_000],
        ['windows-latest', 10_000_000],
        ['', 50_000_000],
      ],
    ],
    [
      'ubuntu-latest=0.006 USD\nself-hosted=0\n\n',
      [
        ['ubuntu-latest', 6_000_000],
        ['self-hosted', 0],
      ],
    ],
  ] as const)('%j', (text, expected) => {
    expect([...parseMinutesPrice(text)]).toEqual(expected);
  });

  test.each(['', ' , ', '\n'])('%j is no price, and an example is shown', (text) => {
    expect(faultOf(() => parseMinutesPrice(text))).toMatchObject({
      code: 'bad-value',
      hint: 'ubuntu-latest=0.006 USD',
    });
  });

  test.each([
    'ubuntu-latest',
    'ubuntu-latest=',
    'ubuntu-latest=cheap',
    'ubuntu-latest=-1',
    'ubuntu-latest=5 EUR',
    'ubuntu latest=0.006',
    '=0.006',
    'a=0.006,b',
  ])('%j is refused whole', (text) => {
    expect(faultOf(() => parseMinutesPrice(text))).toMatchObject({ code: 'bad-quantity', kind: 'usage' });
  });
});

describe('parsePercentage', () => {
  test.each([
    ['5%', 5],
    ['5', 5],
    [' 12.5 % ', 12.5],
    ['0.1%', 0.1],
    ['250%', 250],
  ])('%p', (text, value) => {
    expect(parsePercentage(text)).toBe(value);
  });

  test.each([
    '',
    ' ',
    '%',
    '0',
    '0%',
    '-5%',
    'NaN',
    'Infinity',
    '5%%',
    '5 percent',
    'five',
    '1,5%',
    '1e3%',
    '0x10',
    '1e400',
    ' %5',
    '.5%',
    '+5%',
    '1_0%',
  ])('%p is refused with an example', (text) => {
    expect(faultOf(() => parsePercentage(text))).toMatchObject({ code: 'bad-value', hint: '5%' });
  });
});

describe('a letter behind a number', () => {
  test.each<[string, string | undefined, number]>([
    ['5 MATIC', 'currency:MATIC', 5],
    ['5 MXN', 'currency:MXN', 5],
    ['5 KZT', 'currency:KZT', 5],
    ['5k MATIC', 'currency:MATIC', 5000],
    ['5 k tokens', 'tokens', 5000],
    ['5 M', undefined, 5_000_000],
    ['5k', undefined, 5000],
    ['5 nano-credits', 'credits', 5e-9],
    ['5 nano-Credits', 'credits', 5e-9],
  ])('%j', (text, unit, value) => {
    expect(parseQuantity(text)).toEqual({ unit, value });
  });
});

describe('a price of minutes', () => {
  test.each([
    ['a=1 USD,a=2 USD', /two prices for a\b/],
    ['A=1 USD\na=2 USD', /two prices for a\b/],
    ['0.1 USD,0.2 USD', /two prices for all labels/],
    ['0,006', /comma between digits/],
    ['linux=0,006 USD', /comma between digits/],
    ['linux=1,500.00 USD', /comma between digits/],
  ])('%j is refused', (text, message) => {
    expect(faultOf(() => parseMinutesPrice(text))).toMatchObject({
      code: 'bad-value',
      message: expect.stringMatching(message),
      hint: 'ubuntu-latest=0.006 USD',
    });
  });
});
