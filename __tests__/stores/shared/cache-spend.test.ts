import { expect, test } from '@jest/globals';
import type { SpendEntry } from '../../../src/core/ledger.js';
import { readWindows } from '../../../src/gateways/shared/ledger-windows.js';
import type { CacheAccess } from '../../../src/stores/shared/cache-access.js';
import { CacheSpend } from '../../../src/stores/shared/cache-spend.js';
import { Patience } from '../../../src/stores/shared/patience.js';
import { FixedClock } from '../../support/fakes.js';

const REF = 'refs/pull/7/merge';
const START = Date.parse('2026-11-20T09:00:00Z');
const MINUTE_MS = 60_000;
const PLACE = {
  gateStore: 'cache',
  hasCacheService: true,
  cacheMode: undefined,
  event: 'pull_request',
  runAttempt: 1,
  runUrl: undefined,
  stateDir: '',
  github: undefined,
  isActions: true,
  defaultBranch: 'main',
  baseBranch: 'main',
  pullRequest: 7,
} as const;

/** A cache that every job sees, whose machines are not the same: what is restored stands in no common file. */
function sharedCache() {
  const kept: { readonly key: string; readonly content: string }[] = [];
  const restored: string[] = [];
  const access = {
    isAvailable: async () => true,
    list: async (_prefix, ref) => ({
      isWhole: true,
      caches:
        ref === REF || ref === undefined
          ? kept.map(({ key }) => ({ key, ref: REF, createdAt: '' })).reverse()
          : [],
    }),
    lookUp: async () => undefined,
    restore: async () => undefined,
    restoreNewest: async (_file, prefix) => {
      restored.push(prefix);
      return kept.findLast(({ key }) => key.startsWith(prefix));
    },
    save: async (_file, key, content) => {
      kept.push({ key, content });
      return { saved: true };
    },
  } satisfies CacheAccess;
  const job = (id: number, at: number, others: readonly { key: string; ref: string }[] = []) =>
    new CacheSpend(withOthers(access, others), new Patience(5000), {
      ...PLACE,
      clock: new FixedClock(new Date(at).toISOString()),
      runId: String(id),
      ref: REF,
    });
  return { kept, restored, job };
}

function withOthers(access: CacheAccess, others: readonly { key: string; ref: string }[]): CacheAccess {
  const list: CacheAccess['list'] = async (prefix, ref) => {
    const own = await access.list(prefix, ref);
    if ('reason' in own || ref !== undefined) return own;
    return { ...own, caches: [...others.map((other) => ({ ...other, createdAt: '' })), ...own.caches] };
  };
  return { ...access, list };
}

function spendOf(id: number, at: number): SpendEntry {
  return {
    id: String(id),
    at: new Date(at).toISOString(),
    task: 't',
    costNanoUsd: 1e9,
    tokens: 1,
    partial: false,
  };
}

/** Runs of a matrix: each reads what there is before any of them has saved. */
async function runTogether(cache: ReturnType<typeof sharedCache>, ids: readonly number[], at: number) {
  await Promise.all(ids.map((id) => cache.job(id, at + id).merge([spendOf(id, at)])));
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test.each([12, 20])(
  '%i runs that save at the same time are all counted, by later runs as well',
  async (count) => {
    const cache = sharedCache();
    await runTogether(cache, upTo(count), START);
    const nextDay = START + 24 * 60 * MINUTE_MS;
    expect((await cache.job(98, nextDay).read()).entries).toHaveLength(count);
    await cache.job(98, nextDay).merge([spendOf(98, nextDay)]);
    cache.kept.splice(0, count);
    expect((await cache.job(99, nextDay + 1).read()).entries).toHaveLength(count + 1);
  },
);

test('more of them than can be looked at are said to be missing', async () => {
  const cache = sharedCache();
  await runTogether(cache, upTo(30), START);
  const { entries, evidence, unseenUntilMs } = await cache.job(99, START).read();
  expect(entries).toHaveLength(20);
  expect(unseenUntilMs).toBe(Number.POSITIVE_INFINITY);
  expect(evidence).toContain('of 30 histories that were saved within a quarter of an hour 20 are looked at');
});

test('of runs that saved one after the other only the last are looked at', async () => {
  const cache = sharedCache();
  for (const id of upTo(30)) {
    const at = START + id * 60 * MINUTE_MS;
    await cache.job(id, at).merge([spendOf(id, at)]);
  }
  cache.restored.length = 0;
  expect((await cache.job(99, START).read()).entries).toHaveLength(30);
  expect(cache.restored).toHaveLength(5);
});

test('a line that cannot be read makes what is left a bound', async () => {
  const cache = sharedCache();
  await runTogether(cache, [1], START);
  const history = () => cache.job(2, START + 1).read();
  const windows = [{ unit: 'usd', limit: 5e9, period: 'month' }] as const;
  const budget = async () =>
    (await readWindows('ledger', { windows, history, now: new Date(START) } as never)).limits[0];
  expect(await budget()).not.toHaveProperty('isAtLeast');
  const [only] = cache.kept.splice(0);
  const key = only?.key.replace(/\.[0-9a-f]{16}$/, '') ?? '';
  cache.kept.splice(0, 1, { key, content: `${only?.content}{"id":"half` });
  expect(await history()).toMatchObject({
    unseenUntilMs: Number.POSITIVE_INFINITY,
    evidence: expect.stringContaining('1 line cannot be read'),
  });
  expect(await budget()).toMatchObject({ isAtLeast: true, used: { value: 1e9 } });
});

test('a history that is not what was saved is none, and nothing is saved on top of it', async () => {
  const cache = sharedCache();
  await runTogether(cache, [1], START);
  const [only] = cache.kept;
  for (const content of ['', `${only?.content}${JSON.stringify(spendOf(9, START))}\n`]) {
    cache.kept.splice(0, 1, { key: only?.key ?? '', content });
    const job = cache.job(2, START + MINUTE_MS);
    expect(await job.read()).toMatchObject({
      readable: false,
      evidence: expect.stringContaining('does not hold what was saved'),
    });
    expect(await job.merge([spendOf(2, START)])).toMatchObject({ saved: false });
  }
  expect(cache.kept).toHaveLength(1);
});

test('spend of other branches makes what is left a bound, in the windows that it may fall into', async () => {
  const cache = sharedCache();
  await runTogether(cache, [1], START);
  const yesterday = START - 24 * 60 * MINUTE_MS;
  const limits = async (savedAt: number) => {
    const other = {
      key: `spendgate.ledger.v1.${String(savedAt).padStart(15, '0')}.9-1`,
      ref: 'refs/pull/8/merge',
    };
    const history = () => cache.job(2, START + 1, [other]).read();
    const windows = ['day', 'month'].map((period) => ({ unit: 'usd', limit: 5e9, period }));
    const reading = await readWindows('ledger', { windows, history, now: new Date(START) } as never);
    return reading.limits.map(({ isAtLeast = false }) => isAtLeast);
  };
  expect(await limits(START)).toEqual([true, true]);
  expect(await limits(yesterday)).toEqual([false, true]);
});
