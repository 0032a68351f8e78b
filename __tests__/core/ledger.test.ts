import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type CallEntry,
  mergeSpend,
  readLedgerLine,
  readSpendEntry,
  type SpendEntry,
} from '../../src/core/ledger.js';
import { totalsOf } from '../../src/core/totals.js';
import { NO_USAGE } from '../../src/core/usage.js';

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
    usage: { ...NO_USAGE, inputTokens: 100, outputTokens: 10 },
    final: true,
    costNanoUsd: 1000,
    costSource: 'gateway',
    model: 'claude',
    status: 200,
    ...rest,
  };
}

describe('the totals of a run', () => {
  test('of no call are zero, with an unknown cost source', () => {
    expect(totalsOf([])).toMatchObject({
      requests: 0,
      costSource: 'unknown',
      costNanoUsd: { sum: 0, known: 0, unknown: 0 },
      models: [],
    });
  });

  test('count an entry that is given twice once', () => {
    const entries = [call(), call()];
    expect(totalsOf([...entries, ...entries])).toEqual(totalsOf(entries));
  });

  test('tell sent, failed and refused calls apart', () => {
    const outcomes = ['ok', 'failed', 'cut', 'aborted', 'refused'] as const;
    expect(totalsOf(outcomes.map((outcome) => call({ outcome })))).toMatchObject({
      requests: 4,
      failedRequests: 3,
      refusedRequests: 1,
    });
  });

  test('neither bill an error answer nor become uncertain by it', () => {
    const totals = totalsOf([
      call(),
      call({ outcome: 'failed', usage: NO_USAGE, costNanoUsd: undefined, costSource: 'unknown' }),
    ]);
    expect(totals.tokens.inputTokens).toEqual({ sum: 100, known: 1, unknown: 0 });
    expect(totals.costNanoUsd).toEqual({ sum: 1000, known: 1, unknown: 0 });
    expect(totals.costSource).toBe('gateway');
  });

  test('remember that a call was cut before it told its usage', () => {
    const totals = totalsOf([
      call(),
      call({ outcome: 'cut', usage: NO_USAGE, costNanoUsd: undefined, costSource: 'unknown' }),
    ]);
    expect(totals.tokens.outputTokens).toEqual({ sum: 10, known: 1, unknown: 1 });
    expect(totals.costNanoUsd.unknown).toBe(1);
    expect(totals.costSource).toBe('mixed');
  });

  test('count retries and subagents among the calls that were sent', () => {
    const entries = [
      call({ retry: true }),
      call({ caller: 'subagent' }),
      call({ retry: true, caller: 'subagent', outcome: 'refused' }),
    ];
    expect(totalsOf(entries)).toMatchObject({ retries: 1, subagentRequests: 1 });
  });

  test('name each model by what answered, else by what was asked for', () => {
    const { model: _, ...unnamed } = call({ requestedModel: 'alias' });
    const { models } = totalsOf([call(), call({ requestedModel: 'other' }), unnamed]);
    expect(models.map(({ model, requests }) => [model, requests])).toEqual([
      ['claude', 2],
      ['alias', 1],
    ]);
  });

  test('do not depend on the order of calls', () => {
    const amounts = fc.array(fc.option(fc.nat(10_000), { nil: undefined }), { maxLength: 20 });
    fc.assert(
      fc.property(amounts, (inputs) => {
        const entries = inputs.map((inputTokens) => call({ usage: { ...NO_USAGE, inputTokens } }));
        const { tokens, requests } = totalsOf(entries.toReversed());
        expect({ tokens, requests }).toEqual({ tokens: totalsOf(entries).tokens, requests: inputs.length });
      }),
    );
  });
});

describe('a ledger line', () => {
  test('is the same after its way over the disk', () => {
    const entry = call({ usage: { ...NO_USAGE, inputTokens: 0 } });
    const read = readLedgerLine(JSON.parse(JSON.stringify(entry)));
    expect(read).toEqual(entry);
    expect(totalsOf([entry])).toEqual(totalsOf(read?.type === 'call' ? [read] : []));
  });

  test.each([
    [
      'a header',
      { type: 'run', runId: '1', task: 't', agent: 'codex', startedAt: 'now', limits: { maxTokens: 5 } },
    ],
    ['an end', { type: 'end', endedAt: 'now', stopReason: 'completed', otherRequests: 2 }],
  ])('may be %s', (_what, line) => {
    expect(readLedgerLine(line)).toEqual(line);
  });

  test.each([
    ['half a line', '{"type":"call","id":'],
    ['a call without id', { ...call(), id: undefined }],
    ['negative tokens', { ...call(), usage: { inputTokens: -1 } }],
    ['a type of another version', { type: 'pause' }],
    ['null', null],
    ['a list', []],
  ])('is skipped when it is %s', (_what, value) => {
    expect(readLedgerLine(value)).toBeUndefined();
  });

  test('keeps nothing that does not belong there', () => {
    expect(readLedgerLine({ ...call(), prompt: 'secret' })).not.toHaveProperty('prompt');
  });
});

describe('the history of spend', () => {
  const spend = fc.record<SpendEntry>({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    at: fc.constant('2026-05-01T00:00:00.000Z'),
    task: fc.constant('t'),
    costNanoUsd: fc.constant(5),
    tokens: fc.constant(7),
    partial: fc.constant(false),
  });
  const history = fc.array(spend);

  test('merges as a union by id: again, in another order, or in other parts it stays the same', () => {
    fc.assert(
      fc.property(history, history, (one, other) => {
        const merged = mergeSpend(one, other);
        expect(merged.map(({ id }) => id)).toEqual(
          [...new Set([...one, ...other].map(({ id }) => id))].sort(),
        );
        expect(mergeSpend(merged, one)).toEqual(merged);
        expect(mergeSpend(other, one)).toEqual(merged);
      }),
    );
  });

  test('stands in the order of time', () => {
    const at = (id: string, day: string): SpendEntry => ({
      id,
      at: `2026-05-${day}T00:00:00.000Z`,
      task: 't',
      costNanoUsd: 1,
      tokens: 1,
      partial: false,
    });
    expect(mergeSpend([at('x', '03'), at('y', '01')], [at('z', '02')]).map(({ id }) => id)).toEqual([
      'y',
      'z',
      'x',
    ]);
  });

  test.each([
    [{ id: 'a' }],
    [null],
    ['text'],
    [{ id: 'a', at: 'now', task: 't', costNanoUsd: -1, tokens: 0, partial: false }],
  ])('leaves out what is no entry: %j', (value) => {
    expect(readSpendEntry(value)).toBeUndefined();
  });
});
