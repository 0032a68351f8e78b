/** Each pattern, on a run that shows it and on runs that fall just short of it. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CallEntry } from '../../../src/core/ledger.js';
import { findPatterns } from '../../../src/core/patterns/index.js';
import type { PriceTable } from '../../../src/core/price.js';
import { NO_USAGE, type Usage } from '../../../src/core/usage.js';

const START = Date.parse('2026-05-01T00:00:00.000Z');
const PRICES: PriceTable = {
  source: { table: 't', version: '1', commit: 'c', date: 'd' },
  models: { m: { input: 3_000_000_000, output: 15_000_000_000, cacheRead: 300_000_000 } },
};

/** The call that starts `second` seconds into the run and takes one. */
function call(second: number, rest: Partial<CallEntry> = {}, usage: Partial<Usage> = {}): CallEntry {
  return {
    type: 'call',
    id: `run-1-${second}-${rest.agentId ?? ''}`,
    at: new Date(START + second * 1000).toISOString(),
    durationMs: 1000,
    dialect: 'anthropic-messages',
    outcome: 'ok',
    caller: 'main',
    agentId: '0123456789ab',
    retry: false,
    usage: { ...NO_USAGE, inputTokens: 1000, outputTokens: 100, ...usage },
    final: true,
    model: 'm',
    costSource: 'unknown',
    ...rest,
  };
}
const times = (count: number, make: (index: number) => CallEntry) =>
  Array.from({ length: count }, (_, i) => make(i));
const idsOf = (calls: readonly CallEntry[]) => findPatterns(calls).map(({ id }) => id);
const messageOf = (calls: readonly CallEntry[], prices?: PriceTable) =>
  findPatterns(calls, prices)
    .map(({ message }) => message)
    .join();

test('an ordinary run shows none, and neither does an empty one', () => {
  expect(idsOf([])).toEqual([]);
  expect(
    idsOf(times(40, (i) => call(i, {}, { inputTokens: 2000 + 900 * i, cacheReadTokens: 1000 + 880 * i }))),
  ).toEqual([]);
});

describe('calls-failed', () => {
  const failing = (status: number | undefined) => (i: number) =>
    call(i * 60, { outcome: status === undefined || status < 300 ? 'cut' : 'failed', status });

  test('names what they failed with, the most frequent first, and what to look at', () => {
    const calls = [
      ...times(2, failing(401)),
      failing(undefined)(5),
      failing(200)(6),
      ...times(4, (i) => call(900 + i * 60)),
    ];
    expect(findPatterns(calls)).toMatchObject([
      {
        id: 'calls-failed',
        message: '4 of 8 calls failed: 401 (2), no answer (1), broken off (1).',
        advice: expect.stringContaining('gateway-key'),
      },
    ]);
    expect(idsOf([failing(500)(0)])).toEqual(['calls-failed']);
  });

  test('is nothing where most went well, or one of two did not', () => {
    expect(idsOf([...times(2, failing(500)), ...times(3, (i) => call(900 + i * 60))])).toEqual([]);
    expect(idsOf([failing(500)(0), call(60)])).toEqual([]);
    expect(idsOf([call(0, { outcome: 'refused' })])).toEqual([]);
  });
});

describe('retry-storm', () => {
  const storm = (waste: number) =>
    times(30, (i) => call(i, i >= 10 && i < 10 + waste ? { outcome: i % 2 ? 'failed' : 'cut' } : {}));

  test('names window, count and share', () => {
    expect(idsOf(storm(5))).toEqual(['retry-storm']);
    expect(messageOf(storm(6))).toContain('6 of 10 calls in a row failed or repeated a failed one');
    expect(messageOf(storm(6))).toContain('in the whole run it was 6 of 30 (20 %)');
  });

  test('two hiccups with their retries are none', () => {
    expect(idsOf(storm(4))).toEqual([]);
    const spread = times(100, (i) =>
      call(i, i % 12 === 0 ? { outcome: 'failed' } : i % 12 === 1 ? { retry: true } : {}),
    );
    expect(idsOf(spread)).toEqual([]);
  });

  test('retries count as well as failures, also in a run shorter than the window; refused and given up calls do not', () => {
    expect(idsOf(times(5, (i) => call(i, { retry: true })))).toEqual(['retry-storm']);
    expect(idsOf(times(9, (i) => call(i, { outcome: i % 2 ? 'refused' : 'aborted' })))).toEqual([]);
  });
});

describe('long-context-exploration', () => {
  const growing = (peak: number, count = 25, rest: Partial<CallEntry> = {}) =>
    times(count, (i) =>
      call(
        i,
        { costNanoUsd: 100_000_000, ...rest },
        {
          inputTokens: Math.round(10_000 + ((peak - 10_000) * i) / (count - 1)),
          cacheReadTokens: Math.round(10_000 + ((peak - 10_000) * (i - 1)) / (count - 1)),
        },
      ),
    );

  test('names from where to where, over how many calls, and what the re-reads come to', () => {
    expect(idsOf(growing(120_000))).toEqual(['long-context-exploration']);
    const message = messageOf(growing(120_000));
    expect(message).toContain('grew from 10,000 to 120,000 tokens over 25 calls');
    expect(message).toMatch(/makes up 9\d % of the run’s tokens\./);
    expect(messageOf(growing(120_000), PRICES)).toMatch(/tokens and about \d+ % of its cost\./);
  });

  test('neither a smaller context, nor few calls, nor a large prompt from the start', () => {
    expect(idsOf(growing(99_000))).toEqual([]);
    expect(idsOf(growing(120_000, 19))).toEqual([]);
    const large = times(30, (i) => call(i, {}, { inputTokens: 100_000 + i, cacheReadTokens: 99_000 }));
    expect(idsOf(large)).toEqual([]);
  });

  test('a subagent that reads much was started for that', () => {
    expect(idsOf(growing(120_000, 25, { caller: 'subagent' }))).toEqual([]);
  });

  test('the main loops of two sessions are not taken for one', () => {
    const [first, second] = ['aaaaaaaaaaaa', 'bbbbbbbbbbbb'].map((agentId) =>
      growing(60_000, 15, { agentId }),
    );
    expect(idsOf([...(first ?? []), ...(second ?? [])])).toEqual([]);
  });
});

describe('fan-out', () => {
  const ids = ['aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'cccccccccccc', 'dddddddddddd', 'eeeeeeeeeeee'];
  const parallel = (count: number, gap = 0) =>
    ids
      .slice(0, count)
      .flatMap((agentId, i) => [
        call(10 + i * gap, { caller: 'subagent', agentId }),
        call(12 + i * gap, { caller: 'subagent', agentId }),
      ]);

  test('names how many there were, how many at once, and their share of the tokens', () => {
    const calls = [...times(2, (i) => call(i)), ...parallel(5)];
    expect(idsOf(calls)).toEqual(['fan-out']);
    expect(messageOf(calls)).toContain(
      '5 subagents ran, up to 5 of them at once; they used 83 % of the run’s tokens',
    );
  });

  test('neither three at once, nor many one after the other, nor many that used little', () => {
    expect(idsOf(parallel(3))).toEqual([]);
    expect(idsOf(parallel(5, 3))).toEqual([]);
    expect(idsOf([...times(30, (i) => call(i, {}, { inputTokens: 9000 })), ...parallel(5)])).toEqual([]);
  });

  test('one that ends as another starts is not beside it', () => {
    expect(
      messageOf([
        ...parallel(4),
        ...parallel(5, 0)
          .slice(8)
          .map((late) => ({ ...late, at: new Date(START + 13_000).toISOString() })),
      ]),
    ).toContain('up to 4 of them at once');
  });
});

describe('high-reasoning-on-routine', () => {
  const thinking = (share: number, visible: number, count = 12) =>
    times(count, (i) => {
      const outputTokens = Math.round(visible / (1 - share));
      return call(i, {}, { outputTokens, reasoningTokens: outputTokens - visible });
    });

  test('names the model, the share, and how short its answers are', () => {
    expect(idsOf(thinking(0.8, 60))).toEqual(['high-reasoning-on-routine']);
    expect(messageOf(thinking(0.8, 60))).toContain(
      'm: 80 % of the output of 12 answers was reasoning, while half of them hold 60 tokens or fewer besides',
    );
  });

  test('neither for less reasoning, nor for long answers, nor for few of them, nor where nobody tells', () => {
    expect(idsOf(thinking(0.55, 60))).toEqual([]);
    expect(idsOf(thinking(0.8, 400))).toEqual([]);
    expect(idsOf(thinking(0.8, 60, 9))).toEqual([]);
    expect(idsOf(times(12, (i) => call(i, {}, { outputTokens: 300 })))).toEqual([]);
  });
});

describe('cache-thrash', () => {
  const missing = (share: number, rest: Partial<CallEntry> = {}) =>
    times(20, (i) =>
      call(i, rest, {
        inputTokens: 20_000,
        cacheReadTokens: i === 0 ? 20_000 : Math.round(20_000 * (1 - share)),
        cacheWriteTokens: 500,
      }),
    );

  test('names what was paid again, its share, and what was written', () => {
    expect(idsOf(missing(0.6))).toEqual(['cache-thrash']);
    const message = messageOf(missing(0.6));
    expect(message).toContain('228,000 input tokens (57 %) had been sent by the call before');
    expect(message).toContain('10,000 tokens were written to the cache');
  });

  test('neither for a cache that mostly holds, nor for one that nobody tells of, nor where there is none', () => {
    expect(idsOf(missing(0.35))).toEqual([]);
    expect(idsOf(times(20, (i) => call(i, {}, { inputTokens: 20_000 })))).toEqual([]);
    expect(idsOf(times(20, (i) => call(i, {}, { inputTokens: 20_000, cacheReadTokens: 0 })))).toEqual([]);
  });

  test('calls of two threads in turns do not look like misses', () => {
    const turns = times(40, (i) =>
      call(
        i,
        { agentId: i % 2 ? 'aaaaaaaaaaaa' : 'bbbbbbbbbbbb' },
        {
          inputTokens: i % 2 ? 60_000 : 10_000,
          cacheReadTokens: i % 2 ? 59_000 : 9500,
        },
      ),
    );
    expect(idsOf(turns)).toEqual([]);
  });
});

test('a pattern is a notice with advice, and figures are never broken', () => {
  const token = fc.option(fc.nat(300_000), { nil: undefined });
  const anyCall = fc.record({
    second: fc.nat(500),
    caller: fc.constantFrom('main' as const, 'subagent' as const, 'unknown' as const, 'title' as const),
    outcome: fc.constantFrom('ok' as const, 'failed' as const, 'cut' as const, 'refused' as const),
    retry: fc.boolean(),
    agentId: fc.constantFrom(undefined, 'aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'cccccccccccc', 'dddddddddddd'),
    costNanoUsd: fc.option(fc.nat(1e9), { nil: undefined }),
    inputTokens: token,
    outputTokens: token,
    cacheReadTokens: token,
    reasoningTokens: token,
  });
  fc.assert(
    fc.property(fc.array(anyCall, { maxLength: 60 }), (facts) => {
      const calls = facts.map(
        ({ second, inputTokens, outputTokens, cacheReadTokens, reasoningTokens, agentId, ...rest }) =>
          call(second, { ...rest, agentId }, { inputTokens, outputTokens, cacheReadTokens, reasoningTokens }),
      );
      for (const found of findPatterns(calls, PRICES)) {
        expect(found).toMatchObject({ level: 'notice', advice: expect.stringMatching(/./) });
        expect(found.message).not.toMatch(/NaN|Infinity|undefined/);
      }
    }),
  );
});
