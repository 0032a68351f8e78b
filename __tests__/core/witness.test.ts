import { describe, expect, test } from '@jest/globals';
import type { CallEntry } from '../../src/core/ledger.js';
import { NO_USAGE } from '../../src/core/usage.js';
import {
  type Account,
  hearWitness,
  renderWitness,
  type Witness,
  witnessFindings,
} from '../../src/core/witness.js';
import { callOf } from '../support/calls.js';

const account = (rest: Partial<Account> = {}): Account => ({
  agent: 'claude-code',
  inputTokens: 1000,
  outputTokens: 100,
  costNanoUsd: 5_000_000,
  covers: ['main', 'subagent'],
  origin: '~/.claude/projects',
  ...rest,
});

function call(inputTokens: number | undefined, rest: Partial<CallEntry> = {}): CallEntry {
  const outputTokens = inputTokens === undefined ? undefined : inputTokens / 10;
  return callOf({ usage: { ...NO_USAGE, inputTokens, outputTokens }, ...rest });
}

const hear = (accounts: readonly Account[], calls: readonly CallEntry[], isPartial = false) =>
  hearWitness(accounts, calls, isPartial);

describe('a report is compared with the calls it speaks of', () => {
  test('the same figures agree', () => {
    const calls = [call(600), call(400, { caller: 'subagent' })];
    expect(hear([account()], calls)).toEqual({
      agent: 'claude-code',
      origin: '~/.claude/projects',
      'input-tokens': 1000,
      'output-tokens': 100,
      'cost-usd': '0.005',
      'metered-input-tokens': 1000,
      'metered-output-tokens': 100,
      'ratio-input': 1,
      'ratio-output': 1,
      verdict: 'agrees',
    });
  });

  test('calls that it does not speak of are left out', () => {
    const calls = [call(1000), call(700, { caller: 'title' }), call(900, { caller: 'compaction' })];
    expect(hear([account()], calls)).toMatchObject({ 'metered-input-tokens': 1000, verdict: 'agrees' });
  });

  test.each([
    [1050, 'agrees'],
    [1051, 'differs'],
    [950, 'agrees'],
    [949, 'differs'],
  ])('%d of 1,000 input tokens: %s', (inputTokens, verdict) => {
    expect(hear([account({ inputTokens })], [call(1000)])?.verdict).toBe(verdict);
  });

  test('a difference of output tokens alone is one', () => {
    expect(hear([account({ outputTokens: 200 })], [call(1000)])).toMatchObject({
      'ratio-input': 1,
      'ratio-output': 2,
      verdict: 'differs',
    });
  });

  test('refused and failed calls are nobody’s', () => {
    const calls = [
      call(1000),
      call(undefined, { outcome: 'refused' }),
      call(undefined, { outcome: 'failed' }),
    ];
    expect(hear([account()], calls)?.verdict).toBe('agrees');
  });

  test('a call that broke off may be in the report or not', () => {
    const cut = call(500, { outcome: 'cut', final: false });
    for (const inputTokens of [1000, 1500])
      expect(hear([account({ inputTokens, outputTokens: 120 })], [call(1000), cut])?.verdict).toBe('agrees');
    expect(hear([account({ inputTokens: 1600, outputTokens: 120 })], [call(1000), cut])?.verdict).toBe(
      'differs',
    );
    expect(hear([account({ inputTokens: 900, outputTokens: 120 })], [call(1000), cut])?.verdict).toBe(
      'differs',
    );
  });

  test('a call whose tokens nobody told leaves the upper end open, not the lower one', () => {
    const calls = [call(1000), call(undefined, { final: false })];
    expect(hear([account({ inputTokens: 9000, outputTokens: 900 })], calls)?.verdict).toBe('agrees');
    expect(hear([account({ inputTokens: 90 })], calls)?.verdict).toBe('differs');
  });

  test('a call whose caller is not known may be in the report or not', () => {
    const calls = [call(1000), call(500, { caller: 'unknown' })];
    for (const inputTokens of [1000, 1500])
      expect(hear([account({ inputTokens, outputTokens: 110 })], calls)?.verdict).toBe('agrees');
    expect(hear([account({ inputTokens: 1700 })], calls)?.verdict).toBe('differs');
  });

  test('what the agent does not tell is not known, and not compared', () => {
    const told = hear([account({ inputTokens: undefined, costNanoUsd: undefined })], [call(1000)]);
    expect(told).toMatchObject({ 'ratio-output': 1, verdict: 'agrees' });
    expect([told?.['input-tokens'], told?.['cost-usd'], told?.['ratio-input']]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const silent = hear([account({ inputTokens: undefined, outputTokens: undefined })], [call(1000)]);
    expect(silent?.verdict).toBeUndefined();
  });
});

describe('more than one agent', () => {
  const other = account({ agent: 'codex', origin: '$CODEX_HOME/sessions', costNanoUsd: undefined });

  test('their reports are added up; a cost that one does not tell is not known', () => {
    expect(hear([account(), other], [call(2000)])).toMatchObject({
      agent: 'claude-code,codex',
      origin: '~/.claude/projects, $CODEX_HOME/sessions',
      'input-tokens': 2000,
      'ratio-input': 1,
      verdict: 'agrees',
    });
    expect(hear([account(), other], [call(2000)])?.['cost-usd']).toBeUndefined();
  });

  test('calls of an agent that left no report do not make the other one wrong', () => {
    expect(hear([account()], [call(5000)], true)?.verdict).toBe('agrees');
    expect(hear([account()], [call(5000)], false)?.verdict).toBe('differs');
    expect(hear([account({ inputTokens: 9000 })], [call(5000)], true)?.verdict).toBe('differs');
  });
});

test('without a report there is no witness', () => {
  expect(hear([], [call(1000)])).toBeUndefined();
});

describe('an agent that went past the meter', () => {
  test.each([
    ['no call at all', []],
    ['only calls that failed', [call(undefined, { outcome: 'failed' })]],
  ])('%s, and yet tokens in the report', (_, calls) => {
    const told = hear([account()], calls);
    expect(told?.verdict).toBe('unmetered');
    expect(told?.['ratio-input']).toBeUndefined();
    const [found, ...rest] = witnessFindings(told);
    expect(found).toMatchObject({ id: 'witness-unmetered', level: 'error' });
    expect(found?.message).toContain('1,000 input and 100 output tokens');
    expect(found?.message).toContain('~/.claude/projects');
    expect(rest).toEqual([]);
  });

  test('a report of nothing beside no calls is no finding', () => {
    expect(witnessFindings(hear([account({ inputTokens: 0, outputTokens: 0 })], []))).toEqual([]);
  });
});

describe('findings', () => {
  const told = (rest: Partial<Account>) => hear([account(rest)], [call(1000)]);

  test('a difference names both figures, where each is from, and what to do', () => {
    const [found, ...rest] = witnessFindings(told({ inputTokens: 2000 }));
    expect(found).toMatchObject({ id: 'witness-differs', level: 'warning' });
    expect(found?.message).toContain('claude-code reports 2,000 input and 100 output tokens, 0.005 USD');
    expect(found?.message).toContain('~/.claude/projects');
    expect(found?.message).toContain('the meter counted 1,000 input and 100 output tokens');
    expect(found?.advice).toBeDefined();
    expect(rest).toEqual([]);
  });

  test('agreement, and no witness at all, are none', () => {
    expect(witnessFindings(told({}))).toEqual([]);
    expect(witnessFindings(undefined)).toEqual([]);
  });

  test('a figure that is not known is called that', () => {
    const witness = told({ inputTokens: undefined }) as Witness;
    expect(renderWitness(witness)).toContain('reports unknown input and 100 output tokens');
  });
});
