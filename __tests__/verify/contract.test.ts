/** The `contract` block: what goes into the policy file comes back out of it, and it ages. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderContractYaml } from '../../src/config/contract-block.js';
import { parsePolicy } from '../../src/config/policy-file.js';
import { type Contract, judgeContract } from '../../src/core/contract.js';

const CONTRACT: Contract = {
  gateway: 'litellm',
  gatewayVersion: '1.80.0',
  verifiedAt: '2026-08-24',
  exhaustion: { status: 429, code: 'budget_exceeded', looksLike: undefined },
  enforcement: 'hard',
  overshootPercent: 2.5,
  lagMs: 60_000,
  requestCeiling: 'rejects',
  keys: 'separate',
  fallback: 'capped',
};

function reread(contract: Contract): Contract | undefined {
  const parsed = parsePolicy(`version: 1\n${renderContractYaml(contract)}`, 'spendgate.yml');
  if (!('policy' in parsed)) throw new Error(JSON.stringify(parsed.faults));
  return parsed.policy.contract;
}

describe('a contract in the policy file', () => {
  const word = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'null',
      'true',
      'yes',
      '~',
      '429',
      '1e3',
      '0x10',
      '2026-11-22',
      '# no',
      '- a',
      'a: b',
      '*x',
      '"',
      '__proto__',
    ),
  );
  const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const contracts: fc.Arbitrary<Contract> = fc.record({
    gateway: word,
    gatewayVersion: optional(word),
    verifiedAt: fc
      .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10)),
    exhaustion: optional(
      fc.record({
        status: fc.integer({ min: 400, max: 599 }),
        code: optional(fc.stringMatching(/^[\w.:-]{1,64}$/).filter((code) => /\D/.test(code))),
        looksLike: optional(fc.constantFrom('rate-limited', 'unauthorised', 'unknown')),
      }),
    ),
    enforcement: optional(fc.constantFrom('hard', 'soft', 'reported-only')),
    overshootPercent: optional(fc.integer({ min: 0, max: 1_000_000 }).map((tenths) => tenths / 10)),
    // Seconds are the block's own precision.
    lagMs: optional(fc.integer({ min: 1, max: 1_000_000 }).map((seconds) => seconds * 1000)),
    requestCeiling: optional(fc.constantFrom('rejects', 'truncates', 'ignores')),
    keys: optional(fc.constantFrom('separate', 'shared')),
    fallback: optional(fc.constantFrom('capped', 'uncapped')),
  });

  test('is the one that was written', () => {
    fc.assert(fc.property(contracts, (contract) => expect(reread(contract)).toEqual(contract)));
  });

  test.each([
    [0, 1000],
    [1, 1000],
    [999, 1000],
    [1001, 2000],
  ])('a lag of %d ms is told in whole seconds, never too few', (lagMs, told) => {
    expect(reread({ ...CONTRACT, lagMs })?.lagMs).toBe(told);
  });

  test.each([
    ['status: 199', 'status'],
    ['code: 429', 'code'],
    ['code: two words', 'code'],
    ['status: 600', 'status'],
    ['verified-at: tomorrow', 'verified-at'],
    ['lag: 30', 'lag'],
    ['enforcement: harsh', 'enforcement'],
    ['overshoot-percent: -1', 'overshoot-percent'],
    ['color: red', 'color'],
  ])('%s is a fault that names the key and its line', (line, name) => {
    const key = line.split(':')[0];
    const kept = renderContractYaml(CONTRACT)
      .split('\n')
      .map((old) => (old.trim().startsWith(`${key}:`) ? old.replace(/\S.*/, line) : old))
      .join('\n');
    const text = kept.includes(line) ? kept : `${kept}  ${line}\n`;
    const parsed = parsePolicy(`version: 1\n${text}`, 'spendgate.yml');
    expect('faults' in parsed ? parsed.faults : []).toEqual([
      expect.objectContaining({
        message: expect.stringContaining(name),
        where: `spendgate.yml:${`version: 1\n${text}`.split('\n').findIndex((part) => part.trim() === line) + 1}`,
      }),
    ]);
  });
});

describe('a contract is judged', () => {
  const HERE = { id: 'litellm', version: '1.80.0' };
  const idsOf = (
    changes: Partial<Contract>,
    now = '2026-08-25T12:00:00Z',
    gateway: Parameters<typeof judgeContract>[2] = HERE,
  ) =>
    judgeContract({ ...CONTRACT, ...changes }, new Date(now), gateway).map(
      ({ id, level }) => `${level} ${id}`,
    );

  test.each([
    ['the day itself', '2026-08-24T00:00:00Z', []],
    ['90 days', '2026-11-22T23:59:59Z', []],
    ['91 days', '2026-11-23T00:00:00Z', ['warning contract-stale']],
    ['a day ahead, in another time zone', '2026-08-23T00:00:00Z', []],
    ['a day that is still to come', '2026-08-01T00:00:00Z', ['warning contract-stale']],
  ])('by its age: %s', (_name, now, ids) => {
    expect(idsOf({}, now)).toEqual(ids);
  });

  test.each([
    ['the same gateway', HERE, []],
    ['another gateway', { id: 'openrouter', version: undefined }, ['warning contract-stale']],
    ['another version', { id: 'litellm', version: '1.81.0' }, ['warning contract-stale']],
    ['a version that is not told', { id: 'litellm', version: undefined }, []],
    ['no gateway at all', { id: undefined, version: undefined }, []],
  ])('by whom it is about: %s', (_name, gateway, ids) => {
    expect(idsOf({}, undefined, gateway)).toEqual(ids);
  });

  test('of a gateway that told no version then, by nothing', () => {
    expect(idsOf({ gatewayVersion: undefined })).toEqual([]);
  });

  test.each([
    ['a hard cap', {}, []],
    ['a soft cap', { enforcement: 'soft' }, ['notice cap-soft']],
    ['a cap that is only reported', { enforcement: 'reported-only' }, ['notice cap-not-enforced']],
    ['shared keys', { keys: 'shared' }, ['notice budget-shared']],
    ['an uncapped fallback', { fallback: 'uncapped' }, ['notice fallback-uncapped']],
    [
      'all of it',
      { enforcement: 'soft', keys: 'shared', fallback: 'uncapped' },
      ['notice cap-soft', 'notice budget-shared', 'notice fallback-uncapped'],
    ],
  ] satisfies [string, Partial<Contract>, string[]][])('by what holds: %s', (_name, changes, ids) => {
    expect(idsOf(changes)).toEqual(ids);
  });

  test('says how far a soft cap was passed, where that is known', () => {
    const messageOf = (changes: Partial<Contract>) =>
      judgeContract({ ...CONTRACT, enforcement: 'soft', ...changes }, new Date('2026-08-25'), HERE)[0]
        ?.message;
    expect(messageOf({ overshootPercent: 24.5 })).toContain('24.5 % beyond it');
    expect(messageOf({ overshootPercent: undefined })).not.toContain('%');
  });
});
