import { describe, expect, test } from '@jest/globals';
import { type Contract, judgeContract } from '../../src/core/contract.js';

const NOW = new Date('2026-11-22T09:00:00.000Z');
const SAME = { id: 'litellm', version: '1.92.0' };
const contract = (rest: Partial<Contract> = {}): Contract => ({
  gateway: 'litellm',
  gatewayVersion: '1.92.0',
  verifiedAt: '2026-11-20',
  exhaustion: { status: 429, code: 'budget_exceeded', looksLike: undefined },
  enforcement: 'hard',
  overshootPercent: 0,
  lagMs: 30_000,
  requestCeiling: 'rejects',
  keys: 'separate',
  fallback: 'capped',
  ...rest,
});
const judged = (rest: Partial<Contract> = {}, now = NOW, gateway: typeof SAME | object = SAME) =>
  judgeContract(contract(rest), now, { id: undefined, version: undefined, ...gateway }).map(
    ({ level, id, message }) => `${level} ${id}: ${message}`,
  );

test('a fresh contract of a gateway that keeps its word says nothing', () => {
  expect(judged()).toEqual([]);
});

describe('age', () => {
  test.each([
    ['2026-11-22', 0],
    ['2026-08-24', 90],
    ['2026-11-23', -1],
  ])('verified on %s, %i days ago, is not old', (verifiedAt) => {
    expect(judged({ verifiedAt })).toEqual([]);
  });

  test('to come is a warning: a stale contract must not last forever', () => {
    for (const verifiedAt of ['2026-11-24', '2026-12-24', '9999-01-01'])
      expect(judged({ verifiedAt })).toEqual([
        `warning contract-stale: The contract says that it was verified on ${verifiedAt}, which is yet to come.`,
      ]);
  });

  test('beyond 90 days is a warning with the day and what to do', () => {
    expect(judged({ verifiedAt: '2026-08-23' })).toEqual([
      expect.stringMatching(/^warning contract-stale: .*91 days ago \(2026-08-23\)/),
    ]);
    const [found] = judgeContract(contract({ verifiedAt: '2026-01-01' }), NOW, SAME);
    expect(found?.advice).toContain('mode: verify');
  });
});

describe('the gateway it is about', () => {
  test('is another one than the run uses', () => {
    expect(judged({}, NOW, { id: 'openrouter', version: '1.92.0' })).toEqual([
      expect.stringMatching(/^warning contract-stale: .*against litellm, and this run uses openrouter/),
    ]);
  });

  test('has another version now, and both are named', () => {
    expect(judged({}, NOW, { id: 'litellm', version: '1.93.0' })).toEqual([
      expect.stringMatching(/^warning contract-stale: .*1\.93\.0.*1\.92\.0/),
    ]);
  });

  test.each([
    ['the gateway does not tell its version now', {}, { id: 'litellm' }],
    ['it told none then', { gatewayVersion: undefined }, SAME],
    ['no gateway is named', {}, { version: '1.92.0' }],
  ])('%s: nothing is made of it', (_name, rest, gateway) => {
    expect(judged(rest, NOW, gateway)).toEqual([]);
  });

  test('an old contract of another version is told twice, once for each reason', () => {
    expect(judged({ verifiedAt: '2026-01-01' }, NOW, { id: 'litellm', version: '2' })).toHaveLength(2);
  });
});

describe('what a person should know before trusting the budget', () => {
  test.each<[string, Partial<Contract>, string, RegExp]>([
    ['nothing is refused', { enforcement: 'reported-only' }, 'cap-not-enforced', /stops no call/],
    ['the cap is soft', { enforcement: 'soft', overshootPercent: 40 }, 'cap-soft', /spent: 40 % beyond it/],
    [
      'the cap is soft, by how much is not known',
      { enforcement: 'soft', overshootPercent: undefined },
      'cap-soft',
      /spent \(verified/,
    ],
    ['keys share a budget', { keys: 'shared' }, 'budget-shared', /stops other keys/],
    ['a fallback has no cap', { fallback: 'uncapped' }, 'fallback-uncapped', /fallback answers/],
  ])('%s: a notice with the day, and what to set instead', (_name, rest, id, message) => {
    const [found, ...more] = judgeContract(contract(rest), NOW, SAME);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ level: 'notice', id, advice: expect.stringContaining('`max-cost`') });
    expect(found?.message).toMatch(message);
    expect(found?.message).toContain('(verified 2026-11-20)');
    expect(found?.message).not.toContain('undefined');
  });

  test('what was not tried says nothing', () => {
    const untried = { enforcement: undefined, keys: undefined, fallback: undefined, exhaustion: undefined };
    expect(judged(untried)).toEqual([]);
  });
});
