import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RunLimits } from '../../src/core/limits.js';
import { NO_USAGE } from '../../src/core/usage.js';
import type { Ask } from '../../src/meter/admission.js';
import { Guard } from '../../src/meter/guard.js';
import { Streaks } from '../../src/meter/streaks.js';
import { CALLS, clientOf, createTestMeter, send, type TestMeter } from '../support/meter.js';
import { type Provider, startProvider } from '../support/provider.js';

/** `e` failed, a number read so many tokens from the cache, `?` did not tell of a cache. */
type Event = 'e' | '?' | number;

const UNTOLD = { kind: 'unknown', usage: NO_USAGE, isAnswered: true, mayGoOn: false } as const;

function streakOf(limits: RunLimits, events: readonly Event[]): Streaks {
  const streaks = new Streaks(limits);
  for (const event of events) {
    if (event === 'e') streaks.noteFailure();
    else streaks.noteAnswer({ ...NO_USAGE, cacheReadTokens: event === '?' ? undefined : event });
  }
  return streaks;
}

describe('failures in a row', () => {
  test.each<[readonly Event[], boolean]>([
    [[], false],
    [['e', 'e'], false],
    [['e', 'e', 'e'], true],
    [['e', 'e', 'e', 'e'], true],
    [['e', 'e', '?', 'e', 'e'], false],
    [['e', 'e', 0, 'e', 'e', 'e'], true],
  ])('%j ends a run that allows three: %p', (events, expected) => {
    const stop = streakOf({ maxConsecutiveErrors: 3 }, events).check(() => 'a');
    expect(stop?.reason === 'limit:max-consecutive-errors').toBe(expected);
  });
});

describe('the same request', () => {
  const REMEMBERED = 5000;
  const sentOf = (limits: RunLimits, fingerprints: readonly string[]): Streaks => {
    const streaks = new Streaks(limits);
    for (const fingerprint of fingerprints) streaks.noteSent(() => fingerprint);
    return streaks;
  };
  const others = Array.from({ length: REMEMBERED - 1 }, (_, call) => `other ${call}`);
  const isStopped = (streaks: Streaks, fingerprint: string): boolean =>
    streaks.check(() => fingerprint)?.reason === 'limit:max-identical-requests';

  test.each([
    [0, false],
    [2, false],
    [3, true],
    [4, true],
  ])('sent %i times before ends a run that allows three: %p', (sentBefore, expected) => {
    const streaks = sentOf({ maxIdenticalRequests: 3 }, [...Array(sentBefore).fill('a'), 'b', 'b']);
    expect(isStopped(streaks, 'a')).toBe(expected);
    expect(isStopped(streaks, 'b')).toBe(false);
  });

  test('is not counted by being asked about alone', () => {
    const streaks = sentOf({ maxIdenticalRequests: 1 }, []);
    for (let time = 0; time < 3; time += 1) expect(isStopped(streaks, 'a')).toBe(false);
  });

  test(`is remembered for ${REMEMBERED} others at least, and for twice as many at most`, () => {
    expect(isStopped(sentOf({ maxIdenticalRequests: 1 }, ['a', ...others, 'one more']), 'a')).toBe(true);
    const more = Array.from({ length: REMEMBERED }, (_, call) => `one more ${call}`);
    const streaks = sentOf({ maxIdenticalRequests: 1 }, ['a', ...others, ...more]);
    expect([isStopped(streaks, 'a'), isStopped(streaks, 'one more 0')]).toEqual([false, true]);
  });

  test('is remembered longer where it was sent again lately', () => {
    const streaks = sentOf({ maxIdenticalRequests: 2 }, ['a', ...others, 'a', ...others]);
    expect(isStopped(streaks, 'a')).toBe(true);
  });
});

describe('a cache that is missed', () => {
  test.each<[string, readonly Event[], boolean]>([
    ['was never there', [0, 0, 0, 0], false],
    ['was read before', [5, 0, 0], true],
    ['was read in between', [5, 0, 7, 0], false],
    ['was missed once', [5, 0], false],
    ['is not told of at all', [5, '?', '?', '?'], false],
    ['is not told of in between', [5, 0, '?', 0], true],
    ['is missed with a failure in between', [5, 0, 'e', 0], true],
  ])('ends a run that allows two where it %s: %p → %p', (_what, events, expected) => {
    expect(
      streakOf({ maxCacheMisses: 2 }, events).check(() => 'a')?.reason === 'limit:max-cache-misses',
    ).toBe(expected);
  });
});

test('without limits nothing is a pattern', () => {
  expect(streakOf({}, [5, 0, 0, 0, 'e', 'e', 'e']).check(() => 'a')).toBeUndefined();
});

describe('the guard', () => {
  const ask = (fingerprint: string): Ask => ({
    dialect: 'd',
    facts: {
      model: 'm',
      stream: true,
      outputCeiling: 100,
      outputFloor: 1,
      choices: 1,
      hasServerContext: false,
      isDetached: false,
    },
    bodyBytes: 200,
    isRetry: false,
    fingerprint: () => fingerprint,
    mayWriteLongCache: () => false,
    role: 'leader',
  });
  const guardOf = (limits: RunLimits, observe = false): Guard =>
    new Guard({ limits, prices: undefined, onUnpriced: 'warn', observe });
  const signal = new AbortController().signal;

  test('an error that comes behind the usage is a failure all the same', async () => {
    const guard = guardOf({ maxConsecutiveErrors: 2 });
    const usage = { ...NO_USAGE, inputTokens: 10, outputTokens: 1 };
    const admit = () => guard.admit(ask('a'), clientOf(signal));
    for (let call = 0; call < 2; call += 1) {
      const admission = await admit();
      if (admission.kind === 'refused') throw new Error('refused too soon');
      guard.settle(admission.ticket, { kind: 'known', usage, costNanoUsd: undefined, isFailed: true }, 1);
    }
    expect((await admit()).kind).toBe('refused');
    expect(guard.stop?.reason).toBe('limit:max-consecutive-errors');
  });

  /** Admits and settles one call; false when it was refused. */
  async function run(guard: Guard, event: Event, fingerprint = 'a'): Promise<boolean> {
    const admission = await guard.admit(ask(fingerprint), clientOf(signal));
    if (admission.kind === 'refused') return false;
    const cacheReadTokens = typeof event === 'number' ? event : undefined;
    const usage = { ...NO_USAGE, inputTokens: 10, outputTokens: 1, cacheReadTokens };
    guard.settle(
      admission.ticket,
      event === 'e'
        ? { kind: 'none' }
        : event === '?'
          ? UNTOLD
          : { kind: 'known', usage, costNanoUsd: undefined },
      5,
    );
    return true;
  }

  test.each<[RunLimits, readonly Event[], string]>([
    [{ maxConsecutiveErrors: 2 }, ['e', 1, 'e', 'e'], 'limit:max-consecutive-errors'],
    [{ maxConsecutiveErrors: 2 }, ['e', '?', 'e', '?', 'e', 'e'], 'limit:max-consecutive-errors'],
    [{ maxCacheMisses: 2 }, [5, 0, 0], 'limit:max-cache-misses'],
  ])('with %j ends the run after %j, for good', async (limits, events, reason) => {
    const guard = guardOf(limits);
    for (const event of events) expect(await run(guard, event)).toBe(true);
    expect(await run(guard, 1)).toBe(false);
    expect(guard.stop?.reason).toBe(reason);
    expect(await run(guard, 1)).toBe(false);
  });

  test('ends the run at a request that was sent too often', async () => {
    const guard = guardOf({ maxIdenticalRequests: 2 });
    for (const fingerprint of ['a', 'b', 'a', 'b']) expect(await run(guard, 1, fingerprint)).toBe(true);
    expect(await run(guard, 1, 'b')).toBe(false);
    expect(guard.stop?.reason).toBe('limit:max-identical-requests');
  });

  test('lets everything pass by `observe`, and remembers the first', async () => {
    const guard = guardOf({ maxConsecutiveErrors: 2, maxIdenticalRequests: 1 }, true);
    for (const event of ['e', 'e', 1] as const) expect(await run(guard, event)).toBe(true);
    expect(guard.stop).toBeUndefined();
    expect(guard.observed?.reason).toBe('limit:max-identical-requests');
  });
});

describe('a run through the meter', () => {
  let provider: Provider;
  let meters: TestMeter[];
  const { path, body } = CALLS['anthropic-messages'];

  beforeEach(async () => {
    provider = await startProvider();
    meters = [];
  });
  afterEach(async () => {
    for (const meter of meters) await meter.close();
    await provider.close();
  });

  /** Statuses of the answers; `of` makes the body of each call. */
  async function statuses(
    limits: RunLimits,
    calls: number,
    of: (call: number) => object,
    observe = false,
  ): Promise<{ seen: number[]; meter: TestMeter }> {
    const meter = await createTestMeter({ upstream: provider.url, limits, observe });
    meters.push(meter);
    const seen: number[] = [];
    for (let call = 0; call < calls; call += 1)
      seen.push((await send(meter.url + path, { body: of(call) })).status);
    return { seen, meter };
  }
  const another = (call: number): object => ({
    ...body,
    messages: [{ role: 'user', content: `hi ${call}` }],
  });

  test('stops at limit:max-consecutive-errors, and the upstream is left alone', async () => {
    provider.setScript({ fault: { kind: 'status', status: 500 } });
    const { seen, meter } = await statuses({ maxConsecutiveErrors: 3 }, 5, another);
    expect(seen).toEqual([500, 500, 500, 402, 402]);
    expect(provider.requests).toHaveLength(3);
    expect(meter.guard.stop?.reason).toBe('limit:max-consecutive-errors');
  });

  test('counts connections that are reset among the failures', async () => {
    provider.setScript({ fault: { kind: 'reset' } });
    const { seen } = await statuses({ maxConsecutiveErrors: 2 }, 3, another);
    expect(seen).toEqual([502, 502, 402]);
  });

  test('goes on where an answer came in between', async () => {
    provider.setScript({ fault: { kind: 'status', status: 500, from: 1, times: 2 } });
    const { seen } = await statuses({ maxConsecutiveErrors: 3 }, 5, another);
    expect(seen).toEqual([500, 500, 200, 200, 200]);
  });

  test('stops at limit:max-identical-requests, also where each was answered', async () => {
    const { seen, meter } = await statuses({ maxIdenticalRequests: 3 }, 5, () => body);
    expect(seen).toEqual([200, 200, 200, 402, 402]);
    expect(provider.requests).toHaveLength(3);
    expect(meter.guard.stop?.reason).toBe('limit:max-identical-requests');
  });

  test('does not take different requests for the same one', async () => {
    const { seen } = await statuses({ maxIdenticalRequests: 1 }, 4, another);
    expect(seen).toEqual([200, 200, 200, 200]);
  });

  test('sends no more identical requests that arrive at once', async () => {
    const { meter } = await statuses({ maxIdenticalRequests: 2 }, 0, another);
    await Promise.all(Array.from({ length: 8 }, () => send(meter.url + path, { body })));
    expect(provider.requests).toHaveLength(2);
  });

  test('sends no more of them where they wait for the first answer', async () => {
    provider.setScript({ delayMs: 100 });
    const { meter } = await statuses({ maxIdenticalRequests: 2, maxTokens: 1_000_000 }, 0, another);
    await Promise.all(Array.from({ length: 8 }, () => send(meter.url + path, { body })));
    expect(provider.requests).toHaveLength(2);
  });

  test('stops at limit:max-cache-misses', async () => {
    provider.setScript({ bill: (call) => ({ cacheRead: call === 0 ? 200 : 0 }) });
    const { seen, meter } = await statuses({ maxCacheMisses: 2 }, 5, another);
    expect(seen).toEqual([200, 200, 200, 402, 402]);
    expect(meter.guard.stop?.reason).toBe('limit:max-cache-misses');
  });

  test('by `observe` goes on, and says what would have stopped it', async () => {
    const { seen, meter } = await statuses({ maxIdenticalRequests: 1 }, 3, () => body, true);
    expect(seen).toEqual([200, 200, 200]);
    expect(meter.guard.observed?.reason).toBe('limit:max-identical-requests');
  });
});
