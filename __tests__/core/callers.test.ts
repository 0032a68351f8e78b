import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CallEntry } from '../../src/core/ledger.js';
import { parseRecord, recordOf } from '../../src/core/record.js';
import { totalsOf } from '../../src/core/totals.js';
import { NO_USAGE } from '../../src/core/usage.js';
import { usageTables } from '../../src/core/usage-tables.js';

const FACTS = {
  complete: true,
  runId: 'r',
  task: 'triage',
  agent: 'claude-code',
  startedAt: '2026-05-01T00:00:00.000Z',
  durationMs: 1,
  stopReason: 'completed',
  stopMessage: undefined,
  exitCode: 0,
  otherRequests: 0,
};
let nextId = 0;

function call(rest: Partial<CallEntry> = {}): CallEntry {
  return {
    type: 'call',
    id: `run-1-${++nextId}`,
    at: '2026-05-01T00:00:00.000Z',
    durationMs: 10,
    dialect: 'anthropic-messages',
    outcome: 'ok',
    caller: 'main',
    retry: false,
    usage: { ...NO_USAGE, inputTokens: 1000, outputTokens: 10 },
    final: true,
    costNanoUsd: 250_000_000,
    costSource: 'gateway',
    ...rest,
  };
}
const recordFor = (calls: readonly CallEntry[]) => recordOf(FACTS, totalsOf(calls));
const as = (agentId: string, rest: Partial<CallEntry> = {}) => call({ caller: 'subagent', agentId, ...rest });

describe('who spent it', () => {
  test('is summed by caller, with retries, failures and refusals apart', () => {
    const calls = [
      call(),
      call({ outcome: 'failed', usage: NO_USAGE, costNanoUsd: undefined }),
      call({ retry: true }),
      as('aaaaaaaaaaaa'),
      as('bbbbbbbbbbbb'),
      as('cccccccccccc', { outcome: 'refused', usage: NO_USAGE, costNanoUsd: undefined }),
    ];
    expect(recordFor(calls).callers).toEqual([
      {
        caller: 'main',
        agents: undefined,
        requests: 3,
        'failed-requests': 1,
        'refused-requests': 0,
        retries: 1,
        'unreported-requests': 0,
        'input-tokens': 2000,
        'output-tokens': 20,
        'cost-usd': '0.5',
      },
      {
        caller: 'subagent',
        agents: 2,
        requests: 2,
        'failed-requests': 0,
        'refused-requests': 1,
        retries: 0,
        'unreported-requests': 0,
        'input-tokens': 2000,
        'output-tokens': 20,
        'cost-usd': '0.5',
      },
    ]);
  });

  test('survives the way into a record and back', () => {
    const record = recordFor([call(), as('aaaaaaaaaaaa')]);
    const read = parseRecord(JSON.stringify(record));
    expect(read.callers).toEqual(JSON.parse(JSON.stringify(record.callers)));
    expect(usageTables(read)).toEqual(usageTables(record));
  });

  test('adds up to the totals of the run, however calls are spread', () => {
    const calls = fc.array(
      fc.record({
        caller: fc.constantFrom('main' as const, 'subagent' as const, 'title' as const, 'unknown' as const),
        outcome: fc.constantFrom('ok' as const, 'failed' as const, 'refused' as const, 'cut' as const),
        retry: fc.boolean(),
        inputTokens: fc.option(fc.nat(1e6), { nil: undefined }),
      }),
    );
    fc.assert(
      fc.property(calls, (facts) => {
        const entries = facts.map(({ inputTokens, ...rest }) =>
          call({ ...rest, usage: { ...NO_USAGE, inputTokens } }),
        );
        const totals = totalsOf(entries);
        const sum = (value: (caller: (typeof totals.callers)[number]) => number) =>
          totals.callers.reduce((all, caller) => all + value(caller), 0);
        expect(sum(({ requests }) => requests)).toBe(totals.requests);
        expect(sum(({ retries }) => retries)).toBe(totals.retries);
        expect(sum(({ failedRequests }) => failedRequests)).toBe(totals.failedRequests);
        expect(sum(({ refusedRequests }) => refusedRequests)).toBe(totals.refusedRequests);
        expect(sum(({ inputTokens }) => inputTokens.sum)).toBe(totals.tokens.inputTokens.sum);
        expect(sum(({ inputTokens }) => inputTokens.unknown)).toBe(totals.tokens.inputTokens.unknown);
      }),
    );
  });
});

describe('the table of callers', () => {
  test('says what is not known, and what is a lower bound', () => {
    const partly = as('aaaaaaaaaaaa', { usage: { ...NO_USAGE, inputTokens: 500 }, costNanoUsd: undefined });
    const [table] = usageTables(recordFor([call(), as('aaaaaaaaaaaa'), partly]));
    expect(table?.rows).toEqual([
      ['main', '1', '1,000', '10', '$0.25'],
      ['subagent (1)', '2', 'at least 1,500', 'at least 10', '$0.25'],
    ]);
    const [silent] = usageTables(recordFor([call({ usage: NO_USAGE, costNanoUsd: undefined })]));
    expect(silent?.rows).toEqual([['main', '1', 'not known', 'not known', 'not known']]);
  });

  test('counts retries, failures and refusals where there were any', () => {
    const [table] = usageTables(recordFor([call(), as('aaaaaaaaaaaa', { outcome: 'failed' })]));
    expect(table?.head).toEqual(['Calls of', 'Calls', 'Failed', 'Input', 'Output', 'Cost']);
    expect(table?.rows.map(([caller, , failed]) => [caller, failed])).toEqual([
      ['main', '0'],
      ['subagent (1)', '1'],
    ]);
  });

  test.each<[string, CallEntry[]]>([
    ['nobody told who called', [call({ caller: 'unknown' }), call({ caller: 'unknown' })]],
    ['nothing was called', []],
  ])('is left out where %s', (_, calls) => expect(usageTables(recordFor(calls))).toEqual([]));
});

describe('the table of models', () => {
  const haiku = (rest: Partial<CallEntry> = {}) => call({ model: 'claude-haiku-4-5', ...rest });
  const tableOf = (calls: CallEntry[]) =>
    usageTables(recordFor(calls)).find(({ title }) => title === 'By model');

  test('stands there where several models answered, with their shares of the cost', () => {
    const table = tableOf([call(), call(), call(), haiku()]);
    expect(table?.rows.map(([model, calls, , , cost]) => [model, calls, cost])).toEqual([
      ['unknown', '3', '$0.75'],
      ['claude-haiku-4-5', '1', '$0.25'],
    ]);
    expect(table?.bars).toEqual({ of: 'Share of cost', shares: [0.75, 0.25] });
    expect(tableOf([call(), call()])).toBeUndefined();
  });

  test('tells shares of the tokens where a cost is not known, and none where tokens are not either', () => {
    expect(tableOf([call(), haiku({ costNanoUsd: undefined })])?.bars?.of).toBe('Share of tokens');
    expect(tableOf([call(), haiku({ costNanoUsd: undefined, usage: NO_USAGE })])?.bars).toBeUndefined();
  });
});
