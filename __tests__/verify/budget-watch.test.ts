/** Waiting for the gateway's own count, without waiting. */
import { describe, expect, test } from '@jest/globals';
import type { BudgetReading } from '../../src/core/budget.js';
import { BudgetWatch, inUsd } from '../../src/verify/budget-watch.js';
import { FixedClock } from '../support/fakes.js';
import { lookAt } from './found.js';

/** Looks show these counts one after the other, the last one for ever. */
function watchOf(counts: readonly (number | 'unreadable')[], waitMs = 10_000) {
  const clock = new FixedClock();
  const sleeps: number[] = [];
  let looks = 0;
  const watch = new BudgetWatch({
    read: async (): Promise<BudgetReading | { readonly error: string }> => {
      const count = counts[Math.min(looks, counts.length - 1)];
      looks += 1;
      return typeof count === 'number' ? lookAt(count).reading : { error: 'status 500' };
    },
    now: () => clock.now(),
    sleep: async (ms) => {
      sleeps.push(ms);
      clock.advance(ms);
    },
    waitMs,
  });
  return { watch, clock, sleeps, looks: () => looks };
}

const from = lookAt(0).count;
const always = () => true;

describe('a look', () => {
  test('shows the count, the tightest limit and what is left of it', async () => {
    const { watch } = watchOf([1000]);
    expect(await watch.look()).toMatchObject({
      count: { scope: 'key', value: 1000 },
      limit: { scope: 'key' },
      remaining: { unit: 'usd', value: 49_999_000 },
    });
  });

  test('that fails says why', async () => {
    const { watch } = watchOf(['unreadable']);
    expect(await watch.look()).toBeUndefined();
    expect(watch.trouble).toBe('status 500');
  });
});

describe('the count is followed', () => {
  test('until it moved enough, and says how late it was', async () => {
    const { watch, clock } = watchOf([0, 0, 500]);
    const since = clock.now().getTime();
    expect(await watch.follow(from, since, always)).toEqual({
      followed: { moved: { unit: 'usd', value: 500 }, lagMs: 2000 },
      isEnough: true,
      isSeen: true,
    });
  });

  test('past a look that fails, which is tried again', async () => {
    const { watch, clock, looks } = watchOf(['unreadable', 'unreadable', 500]);
    expect(await watch.follow(from, clock.now().getTime(), always)).toEqual({
      followed: { moved: { unit: 'usd', value: 500 }, lagMs: 2000 },
      isEnough: true,
      isSeen: true,
    });
    expect(looks()).toBe(3);
  });

  test('until two looks see the same, where that is asked for', async () => {
    const { watch, clock, looks } = watchOf([100, 'unreadable', 200, 200]);
    const { followed, isEnough } = await watch.follow(from, clock.now().getTime(), always, true);
    expect([followed?.moved.value, isEnough, looks()]).toEqual([200, true, 4]);
  });

  test('no longer than agreed; what was seen by then is kept', async () => {
    const { watch, clock, sleeps } = watchOf([0, 100], 2500);
    const { followed, isEnough } = await watch.follow(
      from,
      clock.now().getTime(),
      ({ value }) => value > 100,
    );
    expect(isEnough).toBe(false);
    expect(followed?.moved.value).toBe(100);
    expect(sleeps).toEqual([1000, 1000, 500]);
  });

  test('with one look when there is nothing to wait for', async () => {
    const { watch, clock, looks } = watchOf([100], 0);
    expect((await watch.follow(from, clock.now().getTime(), always)).isEnough).toBe(true);
    expect(looks()).toBe(1);
  });

  test('not at all with nothing to start from', async () => {
    const { watch, clock, looks } = watchOf([100]);
    const seen = await watch.follow(undefined, clock.now().getTime(), always);
    expect(seen).toEqual({ followed: undefined, isEnough: false, isSeen: false });
    expect([looks(), clock.now()]).toEqual([0, new FixedClock().now()]);
  });

  test('to the end of the time with readings that all fail: nothing was seen', async () => {
    const { watch, clock, sleeps } = watchOf(['unreadable'], 2000);
    const seen = await watch.follow(from, clock.now().getTime(), always);
    expect(seen).toEqual({ followed: undefined, isEnough: false, isSeen: false });
    expect(sleeps).toEqual([1000, 1000]);
  });

  test('a count that runs backwards did not move', async () => {
    const { watch, clock } = watchOf([50], 0);
    const start = lookAt(100).count;
    expect(await watch.follow(start, clock.now().getTime(), always)).toEqual({
      followed: undefined,
      isEnough: false,
      isSeen: true,
    });
  });
});

test.each([
  ['dollars are dollars', { unit: 'usd', value: 7 } as const, 7],
  ['nothing is nothing', undefined, undefined],
  ['credits without a rate are not known', { unit: 'credits', value: 7 } as const, undefined],
])('in dollars: %s', (_name, amount, expected) => {
  expect(inUsd(amount, lookAt(0).reading)).toBe(expected);
});
