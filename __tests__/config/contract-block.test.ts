import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { contractSchema, renderContractYaml, toContract } from '../../src/config/contract-block.js';
import { parsePolicy } from '../../src/config/policy-file.js';
import type { Contract } from '../../src/core/contract.js';
import type { Fault } from '../../src/core/errors.js';

const FILE = '.github/spendgate.yml';
const WHOLE: Contract = {
  gateway: 'litellm',
  gatewayVersion: '1.92.0',
  verifiedAt: '2026-11-22',
  exhaustion: { status: 429, code: 'budget_exceeded', looksLike: 'rate-limited' },
  enforcement: 'soft',
  overshootPercent: 12.5,
  lagMs: 30_000,
  requestCeiling: 'truncates',
  keys: 'shared',
  fallback: 'uncapped',
};
const NOTHING_ELSE = {
  gatewayVersion: undefined,
  exhaustion: undefined,
  enforcement: undefined,
  overshootPercent: undefined,
  lagMs: undefined,
  requestCeiling: undefined,
  keys: undefined,
  fallback: undefined,
};

const contractOf = (yaml: string): Contract => toContract(contractSchema.parse(parse(yaml).contract));
function faultsOf(lines: string): readonly Fault[] {
  const parsed = parsePolicy(`version: 1\n${lines}`, FILE);
  return 'faults' in parsed ? parsed.faults : [];
}

describe('the block that `verify` writes', () => {
  test('is read back as it was', () => {
    expect(contractOf(renderContractYaml(WHOLE))).toEqual(WHOLE);
  });

  test('leaves out what was not found out, and that stays unknown', () => {
    const little: Contract = { gateway: 'http', verifiedAt: '2026-11-22', ...NOTHING_ELSE };
    const yaml = renderContractYaml(little);
    expect(yaml).toBe('contract:\n  gateway: http\n  verified-at: 2026-11-22\n');
    expect(contractOf(yaml)).toEqual(little);
  });

  test('keeps a version that looks like a number as text', () => {
    const odd: Contract = {
      ...WHOLE,
      gatewayVersion: '1.10',
      exhaustion: { status: 402, code: 'spend_limit.v2', looksLike: undefined },
    };
    expect(contractOf(renderContractYaml(odd))).toEqual(odd);
  });

  test.each([
    [0, 1000],
    [1, 1000],
    [1500, 2000],
    [60_000, 60_000],
  ])('rounds a lag of %i ms up, for a lag is never shorter than it was seen', (lagMs, expected) => {
    expect(contractOf(renderContractYaml({ ...WHOLE, lagMs })).lagMs).toBe(expected);
  });

  test('goes into a policy file as it is', () => {
    const parsed = parsePolicy(`version: 1\n${renderContractYaml(WHOLE)}`, FILE);
    expect('policy' in parsed && parsed.policy.contract).toEqual(WHOLE);
  });
});

describe('a block that is off', () => {
  const BLOCK = 'contract:\n  gateway: litellm\n  verified-at: 2026-11-22\n';

  test.each<[string, string, number, RegExp]>([
    [
      'a day that is none',
      'contract:\n  gateway: litellm\n  verified-at: 2026-13-01\n',
      4,
      /such as 2026-11-22/,
    ],
    [
      'a time in place of the day',
      'contract:\n  gateway: a\n  verified-at: 2026-11-22T09:00:00Z\n',
      4,
      /such as/,
    ],
    ['no day', 'contract:\n  gateway: litellm\n', 2, /contract\.verified-at: /],
    ['no gateway', 'contract:\n  verified-at: 2026-11-22\n', 2, /contract\.gateway: /],
    [
      'an unknown key',
      `${BLOCK}  enforcment: hard\n`,
      5,
      /`enforcment` is not a key of `contract`; .*`enforcement`/,
    ],
    ['an enforcement that is none', `${BLOCK}  enforcement: firm\n`, 5, /contract\.enforcement: /],
    ['a lag without a unit', `${BLOCK}  lag: 30\n`, 5, /contract\.lag: /],
    ['a lag that is none', `${BLOCK}  lag: soon\n`, 5, /must be a duration such as 30s/],
    ['a negative overshoot', `${BLOCK}  overshoot-percent: -1\n`, 5, /contract\.overshoot-percent: /],
    [
      'a status that is none',
      `${BLOCK}  exhaustion:\n    status: 600\n`,
      6,
      /contract\.exhaustion\.status: /,
    ],
    [
      'an unknown key of the answer',
      `${BLOCK}  exhaustion:\n    status: 429\n    looks_like: unknown\n`,
      7,
      /`looks_like` is not a key of `contract\.exhaustion`; .*`looks-like`/,
    ],
    ['a status of no answer', `${BLOCK}  exhaustion: { status: 199, code: house_limit }\n`, 5, /exhaustion/],
    [
      'a status below 400 without a word',
      `${BLOCK}  exhaustion: { status: 200 }\n`,
      5,
      /below 400 needs the code/,
    ],
    ['an empty code', `${BLOCK}  exhaustion: { status: 429, code: "" }\n`, 5, /machine-readable word/],
    [
      'a status for a code',
      `${BLOCK}  exhaustion: { status: 429, code: "429" }\n`,
      5,
      /machine-readable word/,
    ],
    [
      'a sentence for a code',
      `${BLOCK}  exhaustion: { status: 429, code: Budget is over }\n`,
      5,
      /machine-readable/,
    ],
    ['a version as a number', `${BLOCK}  gateway-version: 1.10\n`, 5, /contract\.gateway-version: /],
    ['a word in place of the block', 'contract: hard\n', 2, /contract: /],
  ])('%s is a fault with its line', (_name, lines, line, message) => {
    const faults = faultsOf(lines);
    expect(faults).toEqual([
      {
        where: `${FILE}:${line}`,
        message: expect.stringMatching(message),
        example: expect.stringMatching(/\S/),
      },
    ]);
  });

  test.each(['house_limit', 'spend.limit:v2', 'a-b', 'E1113'])('takes %s for a code', (code) => {
    expect(faultsOf(`${BLOCK}  exhaustion: { status: 200, code: "${code}" }\n`)).toEqual([]);
  });

  test('tells all of it at once, and what else is wrong in the file', () => {
    const faults = faultsOf(`${BLOCK}  lag: soon\n  keys: some\ndefaults:\n  max-cost: lots\n`);
    expect(faults.map(({ where }) => where)).toEqual([`${FILE}:5`, `${FILE}:6`, `${FILE}:8`]);
  });
});
