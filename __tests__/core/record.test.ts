import { describe, expect, test } from '@jest/globals';
import { AppError } from '../../src/core/errors.js';
import type { CallEntry } from '../../src/core/ledger.js';
import { observedIn, parseRecord, type RunFacts, recordOf } from '../../src/core/record.js';
import { totalsOf } from '../../src/core/totals.js';
import { NO_USAGE, type Usage } from '../../src/core/usage.js';
import { FACTS } from '../support/attribution.js';

const facts: RunFacts = {
  complete: true,
  runId: '42-1-abc',
  task: 'triage',
  agent: 'claude-code',
  startedAt: '2026-05-01T00:00:00.000Z',
  durationMs: 1500,
  stopReason: 'completed',
  stopMessage: undefined,
  exitCode: 0,
  otherRequests: 3,
};
function call(id: string, usage: Partial<Usage>, costNanoUsd?: number): CallEntry {
  return {
    type: 'call',
    id,
    at: facts.startedAt,
    durationMs: 1,
    dialect: 'openai-chat',
    outcome: 'ok',
    caller: 'main',
    retry: false,
    final: true,
    model: 'gpt',
    usage: { ...NO_USAGE, ...usage },
    costNanoUsd,
    costSource: costNanoUsd === undefined ? 'unknown' : 'gateway',
  };
}
const known = call('1', { inputTokens: 100, outputTokens: 20, cacheReadTokens: 60 }, 420_000_000);
const silent = call('2', {});

describe('the record of a run', () => {
  test('holds the sums under the names of the outputs', () => {
    expect(recordOf(facts, totalsOf([known]))).toMatchObject({
      task: 'triage',
      'input-tokens': 100,
      'output-tokens': 20,
      'total-tokens': 120,
      'cache-read-tokens': 60,
      'cost-usd': '0.42',
      'cost-source': 'gateway',
      requests: 1,
      'unreported-requests': 0,
      'unpriced-requests': 0,
      models: [{ model: 'gpt', requests: 1, 'input-tokens': 100, 'output-tokens': 20, 'cost-usd': '0.42' }],
    });
  });

  test('leaves out what nobody reported; it is not zero', () => {
    const record = recordOf(facts, totalsOf([silent]));
    expect(record['input-tokens']).toBeUndefined();
    expect(record['total-tokens']).toBeUndefined();
    expect(record['cost-usd']).toBeUndefined();
    expect(record).toMatchObject({ requests: 1, 'unreported-requests': 1, 'unpriced-requests': 1 });
  });

  test('says how many calls are missing from a sum', () => {
    expect(recordOf(facts, totalsOf([known, silent]))).toMatchObject({
      'input-tokens': 100,
      'unreported-requests': 1,
      'unpriced-requests': 1,
      'cost-usd': '0.42',
    });
  });

  test('counts a call that lacks either figure', () => {
    const half = (id: string, usage: object) => ({ ...known, id, usage: { ...known.usage, ...usage } });
    const calls = [half('a', { inputTokens: undefined }), half('b', { outputTokens: undefined }), known];
    const record = recordOf(facts, totalsOf(calls));
    expect(record['unreported-requests']).toBe(2);
    expect(record.callers.reduce((sum, caller) => sum + caller['unreported-requests'], 0)).toBe(2);
  });

  test('of a run without calls is all zeros, which are known', () => {
    expect(recordOf(facts, totalsOf([]))).toMatchObject({
      'input-tokens': 0,
      'total-tokens': 0,
      'cost-usd': '0',
      requests: 0,
    });
  });

  test('is the same after its way through an output', () => {
    const record = recordOf(facts, totalsOf([known, silent]));
    expect(parseRecord(JSON.stringify(record))).toEqual(record);
  });
});

describe('whose a run is', () => {
  test('stands in its record, and comes back through an output', () => {
    const record = recordOf({ ...facts, attribution: FACTS }, totalsOf([known]));
    expect(record.attribution).toEqual(FACTS);
    expect(parseRecord(JSON.stringify(record))).toEqual(JSON.parse(JSON.stringify(record)));
  });

  test.each([
    '{"repository": 7}',
    '{"attempt": -1}',
    '{"pull-request": "7"}',
    JSON.stringify({ actor: 'x'.repeat(129) }),
    '[]',
    'null',
    '"acme/app"',
  ])('%s from elsewhere is left out, and the figures count', (attribution) => {
    const record = parseRecord(`{"input-tokens": 5, "attribution": ${attribution}}`);
    expect(record['input-tokens']).toBe(5);
    expect(record.attribution).toBeUndefined();
  });

  test('from elsewhere may be told in part, and with more than is known here', () => {
    const record = parseRecord('{"attribution": {"repository": "acme/app", "cost-center": "7"}}');
    expect(record.attribution).toEqual({ repository: 'acme/app' });
  });
});

describe('what the runner cost', () => {
  const FIELDS = ['runner-minutes', 'runner-cost-usd', 'total-cost-usd'] as const;
  const fieldsOf = (runner: RunFacts['runner'], calls: readonly CallEntry[]) => {
    const record = recordOf({ ...facts, runner }, totalsOf(calls));
    return FIELDS.map((name) => record[name]);
  };

  test.each<[string, RunFacts['runner'], readonly CallEntry[], readonly unknown[]]>([
    ['joins what the calls cost', { minutes: 7, costNanoUsd: 42_000_000 }, [known], [7, '0.042', '0.462']],
    [
      'is all of it where no call was made',
      { minutes: 1, costNanoUsd: 6_000_000 },
      [],
      [1, '0.006', '0.006'],
    ],
    ['of nothing is a cost', { minutes: 3, costNanoUsd: 0 }, [known], [3, '0', '0.42']],
    [
      'has no sum where a call has no price',
      { minutes: 7, costNanoUsd: 42_000_000 },
      [known, silent],
      [7, '0.042', undefined],
    ],
    [
      'has no sum where no call has one',
      { minutes: 7, costNanoUsd: 42_000_000 },
      [silent],
      [7, '0.042', undefined],
    ],
    [
      'is not known for a runner without a price: neither is the sum',
      { minutes: 7, costNanoUsd: undefined },
      [known],
      [7, undefined, undefined],
    ],
    ['is not counted where nobody asked', undefined, [known], [undefined, undefined, undefined]],
  ])('%s', (_name, runner, calls, expected) => {
    expect(fieldsOf(runner, calls)).toEqual(expected);
  });

  test('stays out of what the calls cost, and comes back through an output', () => {
    const record = recordOf({ ...facts, runner: { minutes: 7, costNanoUsd: 42_000_000 } }, totalsOf([known]));
    expect(record['cost-usd']).toBe('0.42');
    expect(parseRecord(JSON.stringify(record))).toEqual(record);
  });

  test.each([
    ['{"runner-minutes": -1}', 'runner-minutes'],
    ['{"runner-minutes": 1.5}', 'runner-minutes'],
    ['{"runner-cost-usd": "free"}', 'runner-cost-usd'],
    ['{"total-cost-usd": "-1"}', 'total-cost-usd'],
  ])('%s from elsewhere is refused by name', (text, name) => {
    expect(() => parseRecord(text)).toThrow(new RegExp(name));
  });
});

describe('a record from elsewhere', () => {
  test('may hold as little as one figure', () => {
    expect(parseRecord('{"input-tokens": 5}')).toEqual({
      version: 1,
      complete: true,
      'input-tokens': 5,
      'unreported-requests': 0,
      'unpriced-requests': 0,
      models: [],
      callers: [],
    });
  });

  test('that is no JSON is not repeated in the error', () => {
    expect(() => parseRecord('sk-live-01 stands here')).toThrow(/^The usage record is not JSON\.$/);
  });

  test.each([
    ['{', /not JSON/],
    ['', /not JSON/],
    ['[]', /record: /],
    ['null', /record: /],
    ['"text"', /record: /],
    ['{"input-tokens": -1}', /input-tokens: /],
    ['{"input-tokens": 1.5}', /input-tokens: /],
    ['{"input-tokens": "5"}', /input-tokens: /],
    ['{"cost-usd": "-1"}', /cost-usd: /],
    ['{"cost-usd": "free"}', /cost-usd: /],
    ['{"version": 2}', /version: /],
    ['{"models": [{"model": "m"}]}', /models\.0\.requests: /],
    ['{"output-tokens": -1, "requests": "x"}', /output-tokens: .*; requests: /],
  ])('%p is refused with the field that is wrong', (text, message) => {
    const attempt = () => parseRecord(text);
    expect(attempt).toThrow(AppError);
    expect(attempt).toThrow(message);
  });
});

describe('a figure of a record', () => {
  test.each([
    ['cost-usd as text', '{"cost-usd": "0.42"}', 'cost', { value: 420_000_000, exact: true }],
    ['cost-usd as number', '{"cost-usd": 0.42}', 'cost', { value: 420_000_000, exact: true }],
    [
      'unpriced calls',
      '{"cost-usd": "1", "unpriced-requests": 1}',
      'cost',
      { value: 1_000_000_000, exact: false },
    ],
    [
      'unreported calls',
      '{"input-tokens": 9, "unreported-requests": 1}',
      'input-tokens',
      { value: 9, exact: false },
    ],
    [
      'requests, which are always counted',
      '{"requests": 9, "unreported-requests": 1}',
      'requests',
      { value: 9, exact: true },
    ],
    ['a reported zero', '{"output-tokens": 0}', 'output-tokens', { value: 0, exact: true }],
    ['nothing', '{}', 'output-tokens', undefined],
    ['no cost', '{}', 'cost', undefined],
  ] as const)('from %s', (_what, text, metric, expected) => {
    expect(observedIn(parseRecord(text), metric)).toEqual(expected);
  });
});
