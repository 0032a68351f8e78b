/**
 * What every store of the list must do with gates, spend and sightings. The Actions cache is the real `@actions/cache` against a
 * service on loopback, with and without a list of caches.
 */
import '../support/realm.js';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { GateEntry } from '../../src/core/gate.js';
import type { SpendEntry } from '../../src/core/ledger.js';
import type { Sighting } from '../../src/core/sighting.js';
import { createGitHub } from '../../src/platform/github/index.js';
import type { Store, StoreContext } from '../../src/ports/store.js';
import { createStore, stores } from '../../src/stores/index.js';
import { type CacheService, startCacheService } from '../support/cache-service.js';
import { FixedClock } from '../support/fakes.js';
import { type GitHubApi, startGitHubApi, type Token } from '../support/github-api.js';
import { shortenTimers } from '../support/timers.js';

const MAIN = 'refs/heads/main';
const TOPIC = 'refs/heads/topic';
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const GATE = 'nightly triage';

let root: string;
let home: string;
let clock: FixedClock;
let cache: CacheService;
let api: GitHubApi;
let environmentBefore: NodeJS.ProcessEnv;
let refOfRun: string;

beforeAll(async () => {
  home = process.cwd();
  environmentBefore = { ...process.env };
  // It brings a client of Azure's, which takes a moment to load; no test should pay for that.
  await import('@actions/cache');
}, 60_000);

beforeEach(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'spendgate-stores-')));
  mkdirSync(join(root, 'temp'));
  mkdirSync(join(root, 'workspace'));
  process.chdir(join(root, 'workspace'));
  clock = new FixedClock();
  cache = await startCacheService(() => clock.now().getTime());
  api = await startGitHubApi(cache, () => clock.now());
  runOn(MAIN);
  // What the toolkit prints are commands of a runner, and this is none.
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});

afterEach(async () => {
  jest.restoreAllMocks();
  process.chdir(home);
  await cache.close();
  await api.close();
  rmSync(root, { recursive: true, force: true });
});

afterAll(() => {
  for (const name of Object.keys(process.env)) if (!(name in environmentBefore)) delete process.env[name];
  Object.assign(process.env, environmentBefore);
});

/** From now on this is a job on `ref`. */
function runOn(ref: string, access: 'read' | 'write' = 'write'): void {
  refOfRun = ref;
  Object.assign(process.env, cache.environment(ref, access), {
    RUNNER_TEMP: join(root, 'temp'),
    GITHUB_WORKSPACE: process.cwd(),
  });
}

/** The toolkit removes its archive when it has given up, which may be after our own deadline. */
async function archivesGone(): Promise<void> {
  const isLeft = () =>
    readdirSync(join(root, 'temp'), { recursive: true }).some((name) => /\.t(?:zst|gz)$/.test(String(name)));
  while (isLeft()) await new Promise((resolve) => setTimeout(resolve, 5));
}

interface Options extends Partial<StoreContext> {
  /** What the GitHub token may do; `undefined`: there is no token. */
  readonly token?: Token;
}

function contextOf({ token, ...rest }: Options = {}): StoreContext {
  return {
    isActions: true,
    hasCacheService: true,
    gateStore: 'cache',
    cacheMode: undefined,
    event: 'push',
    ref: refOfRun,
    pullRequest: undefined,
    runUrl: 'https://github.test/acme/app/actions/runs/42',
    runId: '42',
    runAttempt: 1,
    defaultBranch: 'main',
    stateDir: join(root, 'state', 'spendgate'),
    clock,
    github:
      token === undefined ? undefined : createGitHub({ token, repository: 'acme/app', apiUrl: api.url }),
    ...rest,
  };
}

function entryOf(closed: boolean, rest: Partial<GateEntry> = {}): GateEntry {
  // Two changes of state are never made in the same millisecond.
  clock.advance(1);
  return {
    gate: GATE,
    closed,
    createdAt: clock.now().toISOString(),
    runId: '42',
    runAttempt: 1,
    until: undefined,
    actor: 'octocat',
    reason: 'A loop.',
    ...rest,
  };
}

function spendOf(id: string, rest: Partial<SpendEntry> = {}): SpendEntry {
  clock.advance(1);
  return {
    id,
    at: clock.now().toISOString(),
    task: 'triage',
    costNanoUsd: 250_000_000,
    tokens: 20_900,
    partial: false,
    ...rest,
  };
}

const KEY_A = '0123456789abcdef';
const KEY_B = 'fedcba9876543210';

function sightingOf(key: string, rest: Partial<Sighting> = {}): Sighting {
  clock.advance(1);
  return {
    key,
    count: { scope: 'key', unit: 'usd', value: 3_000_000_000, resetsAt: undefined, isWider: false },
    at: clock.now().toISOString(),
    runId: '42',
    workflow: 'nightly triage',
    ...rest,
  };
}

const kinds = stores.flatMap((kind): [string, (typeof stores)[number], Options][] =>
  kind.id === 'actions-cache'
    ? [
        [`${kind.id}, no token`, kind, {}],
        [`${kind.id}, a token that lists caches`, kind, { token: 'write' }],
        [`${kind.id}, a token that may not list caches`, kind, { token: 'no-caches' }],
      ]
    : [[kind.id, kind, {}]],
);

describe.each(kinds)('%s', (_name, kind, options) => {
  /** Each run has a store of its own. */
  const open = (rest: Options = {}): Store => kind.create(contextOf({ ...options, ...rest }));

  test('has the id it stands under in the list', () => {
    expect(open().id).toBe(kind.id);
    expect(kind.summary).toMatch(/\.$/);
  });

  test('with no state of a gate does not know, and was not blind', async () => {
    const reading = await open().readGate(GATE, undefined);
    expect(reading).toMatchObject({ state: 'unknown', blind: false, entry: undefined });
    expect(reading.evidence).toMatch(/\.$/);
  });

  test('has a gate closed once it was closed, for another run as well', async () => {
    expect(await open().saveGate(entryOf(true))).toEqual({ saved: true });
    const reading = await open({ runId: '43' }).readGate(GATE, undefined);
    expect(reading).toMatchObject({ state: 'closed', blind: false, entry: { closed: true, runId: '42' } });
    expect(reading.entry?.createdAt).toBe('2026-11-22T09:00:00.001Z');
  });

  test('has it open after a later change, and closed again after the next', async () => {
    const states: string[] = [];
    for (const closed of [true, false, true]) {
      expect(await open().saveGate(entryOf(closed))).toEqual({ saved: true });
      states.push((await open().readGate(GATE, undefined)).state);
    }
    expect(states).toEqual(['closed', 'open', 'closed']);
  });

  test('has a gate closed until its time has come', async () => {
    const until = new Date(clock.now().getTime() + HOUR_MS).toISOString();
    await open().saveGate(entryOf(true, { until }));
    const before = await open().readGate(GATE, undefined);
    expect(before).toMatchObject({ state: 'closed', entry: { until } });
    clock.advance(HOUR_MS);
    expect((await open().readGate(GATE, undefined)).state).toBe('open');
  });

  test('has a gate closed for as long as the reader lets it be', async () => {
    await open().saveGate(entryOf(true));
    clock.advance(HOUR_MS);
    expect((await open().readGate(GATE, 2 * HOUR_MS)).state).toBe('closed');
    expect((await open().readGate(GATE, HOUR_MS)).state).toBe('open');
  });

  test.each([
    ['nightly', 'nightly-triage'],
    ['nightly.triage', 'nightly'],
    ['a b', 'a-b'],
    ['a/b', 'a b'],
    ['Gate', 'gate'],
    ['gate', 'gate.1'],
    ['größe', 'grße'],
  ])('does not let %p and %p share a gate', async (one, other) => {
    await open().saveGate(entryOf(true, { gate: one }));
    expect((await open().readGate(other, undefined)).state).toBe('unknown');
    expect((await open().readGate(one, undefined)).state).toBe('closed');
  });

  test('has no spend before any was recorded', async () => {
    const { entries, readable, evidence } = await open().readSpend();
    expect({ entries, readable }).toEqual({ entries: [], readable: true });
    expect(evidence).not.toBe('');
  });

  test('keeps spend of several runs, oldest first', async () => {
    const entries = [spendOf('40-1-a'), spendOf('41-1-b', { partial: true }), spendOf('42-1-c')];
    for (const entry of entries) {
      clock.advance(1);
      expect(await open().mergeSpend([entry])).toEqual({ saved: true });
    }
    expect((await open().readSpend()).entries).toEqual(entries);
  });

  test('counts an entry once that is merged twice', async () => {
    const entry = spendOf('42-1-a');
    await open().mergeSpend([entry, entry]);
    clock.advance(1);
    expect(await open().mergeSpend([entry])).toEqual({ saved: true });
    expect((await open().readSpend()).entries).toEqual([entry]);
  });

  test('has no sighting of a key that was never seen', async () => {
    expect(await open().readSighting(KEY_A)).toBeUndefined();
  });

  test('has the sighting of a key, for another run as well', async () => {
    const seen = sightingOf(KEY_A, {
      count: {
        scope: 'token ci',
        unit: 'quota',
        value: -2.5,
        resetsAt: '2026-12-01T00:00:00Z',
        isWider: true,
      },
    });
    expect(await open().saveSighting(seen)).toEqual({ saved: true });
    expect(await open({ runId: '43' }).readSighting(KEY_A)).toEqual(seen);
  });

  test('has the newest of several', async () => {
    const seen = ['40', '41', '42'].map((runId) => sightingOf(KEY_A, { runId }));
    for (const sighting of seen) {
      clock.advance(1);
      expect(await open({ runId: sighting.runId }).saveSighting(sighting)).toEqual({ saved: true });
    }
    expect(await open().readSighting(KEY_A)).toEqual(seen[2]);
  });

  test('keeps the sightings of two keys apart', async () => {
    const [one, other] = [sightingOf(KEY_A, { runId: '1' }), sightingOf(KEY_B, { runId: '2' })];
    await open().saveSighting(one);
    await open().saveSighting(other);
    expect(await open().readSighting(KEY_A)).toEqual(one);
    expect(await open().readSighting(KEY_B)).toEqual(other);
    expect(await open().readSighting(KEY_A.slice(0, 8))).toBeUndefined();
  });

  test('lets a name be claimed once over all runs', async () => {
    expect(await open({ runId: '41' }).claim('alert 50 % of key')).toBe('new');
    expect(await open({ runId: '42' }).claim('alert 50 % of key')).toBe('known');
    expect(await open({ runId: '42' }).claim('alert 80 % of key')).toBe('new');
  });

  test('says whether a name was claimed, and does not claim it by that', async () => {
    const names = ['alert 50 % of key', 'alert 50', 'alert 80 % of key'];
    expect(await open({ runId: '41' }).findClaims(names)).toEqual(new Set());
    expect(await open({ runId: '42' }).claim('alert 50 % of key')).toBe('new');
    expect(await open({ runId: '43' }).findClaims(names)).toEqual(new Set(['alert 50 % of key']));
    expect(await open({ runId: '43' }).findClaims(names.slice(1))).toEqual(new Set());
  });

  test('does not mistake a sighting for spend, nor for a state of a gate', async () => {
    await open().saveSighting(sightingOf(KEY_A));
    expect((await open().readSpend()).entries).toEqual([]);
    expect((await open().readGate(GATE, undefined)).state).toBe('unknown');
  });

  test('leaves no file of its own in the workspace', async () => {
    await open().saveGate(entryOf(true));
    await open().mergeSpend([spendOf('42-1-a')]);
    await open().readSpend();
    await open().saveSighting(sightingOf(KEY_A));
    await open().readSighting(KEY_A);
    const left = readdirSync('.', { recursive: true, withFileTypes: true }).filter((item) => item.isFile());
    expect(left).toEqual([]);
  });

  test('works where the agent put something else in its place', async () => {
    writeFileSync('.spendgate', 'a file of the repository');
    writeFileSync(join(root, 'state'), 'a file of the user');
    const store = open();
    expect((await store.readGate(GATE, undefined)).state).toBe('unknown');
    // The cache clears its own path; a file store says what is in its way.
    const answer = kind.id === 'file' ? { saved: false, reason: expect.any(String) } : { saved: true };
    expect(await store.saveGate(entryOf(true))).toEqual(answer);
    expect((await store.readSpend()).entries).toEqual([]);
    expect(await store.mergeSpend([spendOf('42-1-a')])).toEqual(answer);
    expect(await store.readSighting(KEY_A)).toBeUndefined();
    expect(await store.saveSighting(sightingOf(KEY_A))).toEqual(answer);
  });
});

describe('actions-cache', () => {
  const open = (options: Options = {}): Store => createStore(contextOf(options));

  test('is the store of a job, the folder that of a laptop', () => {
    expect(createStore(contextOf()).id).toBe('actions-cache');
    expect(createStore(contextOf({ isActions: false })).id).toBe('file');
  });

  test('with a read-only token has not saved, and says why', async () => {
    runOn(MAIN, 'read');
    const refused = { saved: false, reason: expect.stringContaining('read-only token') };
    expect(await open().saveGate(entryOf(true))).toEqual(refused);
    expect(await open().mergeSpend([spendOf('42-1-a')])).toEqual(refused);
    expect(await open().saveSighting(sightingOf(KEY_A))).toEqual(refused);
    expect(cache.entries).toEqual([]);
  });

  test('saves a state once: the second entry of the same name is refused', async () => {
    const entry = entryOf(true);
    expect(await open().saveGate(entry)).toEqual({ saved: true });
    expect(await open().saveGate(entry)).toMatchObject({ saved: false });
  });

  test.each(['CreateCacheEntry', 'PUT', 'FinalizeCacheEntryUpload'] as const)(
    'has not saved when the service drops the connection at %s',
    async (method) => {
      const restore = shortenTimers();
      try {
        cache.fault = { method, status: 0 };
        expect(await open().saveGate(entryOf(true))).toMatchObject({
          saved: false,
          reason: expect.any(String),
        });
        await archivesGone();
      } finally {
        restore();
      }
    },
  );

  test('without an answer from the service does not know the gate, and finds no spend to be complete', async () => {
    cache.fault = { method: 'GetCacheEntryDownloadURL', status: 0 };
    const reading = await open().readGate(GATE, undefined);
    expect(reading.state).toBe('unknown');
    expect(reading.evidence).toContain('the service is down');
    expect(await open().readSpend()).toMatchObject({ entries: [], complete: false });
    expect(await open().readSighting(KEY_A)).toBeUndefined();
  });

  test('has no sighting that it cannot restore, and does not throw', async () => {
    await open().saveSighting(sightingOf(KEY_A));
    for (const status of [0, 403, 500]) {
      const restore = shortenTimers();
      try {
        cache.fault = { method: 'GetCacheEntryDownloadURL', status };
        expect([status, await open().readSighting(KEY_A)]).toEqual([status, undefined]);
      } finally {
        restore();
      }
    }
  });

  test('has a sighting of the default branch on every branch, and keeps its own', async () => {
    const seen = sightingOf(KEY_A, { runId: '1' });
    await open().saveSighting(seen);
    runOn(TOPIC);
    expect(await open().readSighting(KEY_A)).toEqual(seen);
    const later = sightingOf(KEY_A, { runId: '2' });
    clock.advance(1);
    await open().saveSighting(later);
    expect(await open().readSighting(KEY_A)).toEqual(later);
    runOn(MAIN);
    expect(await open().readSighting(KEY_A)).toEqual(seen);
  });

  test('has no sighting where the entry holds something else', async () => {
    const { saveCache } = await import('@actions/cache');
    mkdirSync('.spendgate', { recursive: true });
    for (const [index, text] of ['', '{', '[1]', '{"key":"x"}'].entries()) {
      writeFileSync('.spendgate/sighting.json', text);
      const key = `spendgate.seen.v1.${KEY_A}.00000000000000${index}.1-1`;
      await saveCache(['.spendgate/sighting.json'], key, undefined, true);
      expect([text, await open().readSighting(KEY_A)]).toEqual([text, undefined]);
    }
  });

  test('names no key and no workflow in the names of its entries', async () => {
    await open().saveSighting(sightingOf(KEY_A, { workflow: 'the workflow' }));
    const [entry] = cache.entries;
    expect(entry?.key).toMatch(new RegExp(`^spendgate\\.seen\\.v1\\.${KEY_A}\\.\\d{15}\\.42-1$`));
  });

  test('still knows a closed gate from the list when the service is down', async () => {
    await open().saveGate(entryOf(true));
    cache.fault = { method: 'GetCacheEntryDownloadURL', status: 0 };
    expect((await open({ token: 'write' }).readGate(GATE, undefined)).state).toBe('closed');
  });

  test('still knows a closed gate from the service when the list is refused, and says what it cannot see', async () => {
    await open().saveGate(entryOf(true));
    const reading = await open({ token: 'no-caches' }).readGate(GATE, undefined);
    expect(reading.state).toBe('closed');
    expect(reading.evidence).toContain('`actions: read`');
  });

  test.each([
    ['never answers', -1],
    ['answers 503', 503],
  ])('does not wait for a service that %s beyond its own deadline', async (_name, status) => {
    const restore = shortenTimers();
    try {
      cache.fault = { method: 'GetCacheEntryDownloadURL', status };
      expect((await open().readGate(GATE, undefined)).state).toBe('unknown');
      expect((await open().readSpend()).entries).toEqual([]);
      expect(await open().readSighting(KEY_A)).toBeUndefined();
      cache.fault = { method: 'CreateCacheEntry', status };
      expect(await open().saveGate(entryOf(true))).toMatchObject({ saved: false });
      await cache.close();
      // What is still under way gives up once nobody is there any more.
      await new Promise((resolve) => setTimeout(resolve, 100));
      cache = await startCacheService();
    } finally {
      restore();
    }
  });

  test('waits once for a service that never answers, and then for a gate alone', async () => {
    const waits: number[] = [];
    const restore = shortenTimers(100, waits);
    const store = open();
    try {
      cache.fault = { method: 'CreateCacheEntry', status: -1 };
      expect(await store.saveSighting(sightingOf(KEY_A))).toMatchObject({ saved: false });
      expect(waits).toContain(20_000);
      waits.length = 0;
      const late = 'the Actions cache did not answer within 20 s';
      expect(await store.saveSighting(sightingOf(KEY_B))).toEqual({ saved: false, reason: late });
      expect(await store.mergeSpend([spendOf('42-1-a')])).toMatchObject({ saved: false });
      expect(await store.claim('alert')).toBe('unknown');
      expect(await store.findClaims(['alert'])).toBeUndefined();
      expect(waits).not.toContain(20_000);
      await cache.close();
      await new Promise((resolve) => setTimeout(resolve, 100));
    } finally {
      restore();
    }
    cache = await startCacheService(() => clock.now().getTime());
    runOn(MAIN);
    expect(await store.saveGate(entryOf(true))).toMatchObject({ saved: true });
    // It answers again.
    expect(await store.claim('alert')).toBe('new');
  });

  test('outside of a job has no service, and says so', async () => {
    delete process.env['ACTIONS_RESULTS_URL'];
    expect(await open().readGate(GATE, undefined)).toMatchObject({ state: 'unknown', blind: true });
    expect(await open().readSpend()).toMatchObject({ readable: false, complete: false });
    expect(await open().saveGate(entryOf(true))).toMatchObject({
      saved: false,
      reason: 'there is no cache service here',
    });
    expect(await open().readSighting(KEY_A)).toBeUndefined();
    expect(await open().saveSighting(sightingOf(KEY_A))).toMatchObject({ saved: false });
  });

  test('does not know a gate whose entries were evicted, closed or not', async () => {
    await open().saveGate(entryOf(true));
    cache.evictAll();
    for (const options of [{}, { token: 'write' }] as const) {
      const reading = await open(options).readGate(GATE, undefined);
      expect(reading).toMatchObject({ state: 'unknown', blind: false });
      expect(reading.evidence).toContain('evicted');
    }
  });

  test('never calls a history complete, since other branches and evictions cannot be seen', async () => {
    await open().mergeSpend([spendOf('42-1-a')]);
    expect(await open().readSpend()).toMatchObject({ readable: true, complete: false });
    expect(await open({ token: 'write' }).readSpend()).toMatchObject({ readable: true, complete: false });
  });

  test('does not throw on an entry that holds something else than a history', async () => {
    const { saveCache } = await import('@actions/cache');
    mkdirSync('.spendgate/spend.ndjson', { recursive: true });
    writeFileSync('.spendgate/spend.ndjson/odd', 'x');
    await saveCache(['.spendgate/spend.ndjson'], 'spendgate.ledger.v1.000000000000001.1-1', undefined, true);
    rmSync('.spendgate', { recursive: true });
    expect(cache.entries).toHaveLength(1);
    expect((await open().readSpend()).entries).toEqual([]);
  });

  test('does not throw where the workspace is another folder than ours', async () => {
    await open().mergeSpend([spendOf('42-1-a')]);
    mkdirSync(join(root, 'elsewhere'));
    process.env['GITHUB_WORKSPACE'] = join(root, 'elsewhere');
    await expect(open().readSpend()).resolves.toMatchObject({ complete: false });
  });

  describe('a claim', () => {
    const claims = () => cache.entries.filter(({ key }) => key.startsWith('spendgate.claim.'));
    const NAME = 'alert 50 % of key';
    /** As a run does it: look, claim what was not found, look after what was. */
    const see = async (options: Options = { token: 'write' }) => {
      const store = open(options);
      if ((await store.findClaims([NAME, 'alert 80 % of key']))?.has(NAME) !== true) return store.claim(NAME);
      await store.tendClaims();
      return 'known';
    };

    test('is kept again before it could be evicted, and lives on in the newer entry', async () => {
      clock = new FixedClock(new Date().toISOString());
      expect(await see()).toBe('new');
      clock.advance(2 * DAY_MS);
      expect(await see()).toBe('known');
      expect(claims()).toHaveLength(1);
      clock.advance(2 * DAY_MS);
      expect(await see()).toBe('known');
      expect(claims()).toHaveLength(2);
      const [oldest] = claims();
      cache.evict(({ key }) => key === oldest?.key);
      expect(await see()).toBe('known');
      expect(await see({})).toBe('known');
    });

    test('is not one of a name that begins alike', async () => {
      const store = open({ token: 'write' });
      await store.claim('alert-5');
      expect(await store.claim('alert')).toBe('new');
      expect(await store.findClaims(['aler', 'alert-5', 'alert-55'])).toEqual(new Set(['alert-5']));
    });

    test('of another branch is found in the list alone', async () => {
      runOn(TOPIC);
      expect(await see()).toBe('new');
      runOn(MAIN);
      expect(await see()).toBe('known');
      expect(await see({})).toBe('new');
    });

    test('is refused to a run that may not write, and what was claimed before is known there', async () => {
      runOn(MAIN, 'read');
      expect(await see()).toBe('refused');
      expect(await see({})).toBe('refused');
      runOn(MAIN);
      expect(await see()).toBe('new');
      runOn(MAIN, 'read');
      expect(await see()).toBe('known');
      expect(await see({})).toBe('known');
      expect(await open({}).claim(NAME)).toBe('known');
    });

    test('of many is looked for in one list', async () => {
      const asked: string[] = [];
      const github = createGitHub({ token: 'write', repository: 'acme/app', apiUrl: api.url });
      const counting = {
        ...github,
        listCaches: (prefix: string) => {
          asked.push(prefix);
          return github.listCaches(prefix);
        },
      };
      await open({ token: 'write' }).claim('alert-2');
      const found = await open({ github: counting }).findClaims(['alert-1', 'alert-2', 'alert-3']);
      expect([found, asked]).toEqual([new Set(['alert-2']), ['spendgate.claim.v1.alert-']]);
    });
  });

  describe('across branches', () => {
    test('a gate that was closed on any ref is closed for the list', async () => {
      runOn(TOPIC);
      await open({ token: 'write' }).saveGate(entryOf(true));
      runOn(MAIN);
      const reading = await open({ token: 'write' }).readGate(GATE, undefined);
      expect(reading.state).toBe('closed');
      expect(reading.evidence).toContain(TOPIC);
    });

    test('a gate that was opened on a branch stays closed', async () => {
      await open({ token: 'write' }).saveGate(entryOf(true));
      runOn(TOPIC);
      await open({ token: 'write' }).saveGate(entryOf(false));
      expect((await open({ token: 'write' }).readGate(GATE, undefined)).state).toBe('closed');
      runOn(MAIN);
      expect((await open({ token: 'write' }).readGate(GATE, undefined)).state).toBe('closed');
    });

    test('a gate that was opened on the default branch is open for every branch', async () => {
      runOn(TOPIC);
      await open({ token: 'write' }).saveGate(entryOf(true));
      runOn(MAIN);
      await open({ token: 'write' }).saveGate(entryOf(false));
      runOn(TOPIC);
      expect((await open({ token: 'write' }).readGate(GATE, undefined)).state).toBe('open');
    });

    test('the default branch has the name that GitHub says', async () => {
      runOn('refs/heads/trunk');
      await open({ token: 'write' }).saveGate(entryOf(true));
      await open({ token: 'write' }).saveGate(entryOf(false));
      const states = ['trunk', 'main'].map(async (defaultBranch) => {
        return (await open({ token: 'write', defaultBranch }).readGate(GATE, undefined)).state;
      });
      expect(await Promise.all(states)).toEqual(['open', 'closed']);
    });

    test('without the list a branch sees the gate of the default branch', async () => {
      await open().saveGate(entryOf(true));
      runOn(TOPIC);
      expect((await open().readGate(GATE, undefined)).state).toBe('closed');
    });

    test('without the list the default branch does not see a branch, and says that it cannot', async () => {
      runOn(TOPIC);
      await open().saveGate(entryOf(true));
      runOn(MAIN);
      const reading = await open().readGate(GATE, undefined);
      expect(reading.state).toBe('unknown');
      expect(reading.evidence).toContain('no token to list caches with');
    });

    test('newer histories of other refs do not hide the spend, and are not saved over it', async () => {
      const spent = spendOf('41-1-a');
      await open({ token: 'write' }).mergeSpend([spent]);
      for (let index = 0; index < 600; index += 1)
        cache.seed(`spendgate.ledger.v1.999999999999999.${index}-1`, TOPIC);
      expect((await open({ token: 'write' }).readSpend()).entries).toEqual([spent]);
      const more = spendOf('42-1-b');
      expect(await open({ token: 'write' }).mergeSpend([more])).toEqual({ saved: true });
      expect((await open().readSpend()).entries).toEqual([spent, more]);
    });

    test('a history that is listed and cannot be restored is not an empty one, and none is saved over it', async () => {
      await open({ token: 'write' }).mergeSpend([spendOf('41-1-a')]);
      cache.seed('spendgate.ledger.v1.999999999999999.7-1', MAIN);
      const history = await open({ token: 'write' }).readSpend();
      expect(history).toMatchObject({ entries: [], readable: false });
      expect(history.evidence).toContain('spendgate.ledger.v1.999999999999999.7-1');
      const before = cache.entries.length;
      expect(await open({ token: 'write' }).mergeSpend([spendOf('42-1-b')])).toMatchObject({ saved: false });
      expect(cache.entries).toHaveLength(before);
    });

    test('a pull request reads the history of the branch it goes to', async () => {
      const seen: (string | null)[] = [];
      const github = { ...createGitHub({ token: 'write', repository: 'acme/app', apiUrl: api.url }) };
      const listCaches = async (prefix: string, ref?: string) => {
        seen.push(ref ?? null);
        return github.listCaches(prefix, ref);
      };
      runOn('refs/pull/7/merge');
      await open({ github: { ...github, listCaches }, baseBranch: 'next' }).readSpend();
      // And all of them, to see whether there are others.
      expect(seen).toEqual([null, 'refs/pull/7/merge', 'refs/heads/next', MAIN]);
    });

    test('spend of runs that saved at the same time is united', async () => {
      runOn(TOPIC);
      const first = spendOf('42-1-a');
      await open({ token: 'write' }).mergeSpend([first]);
      runOn(MAIN);
      const second = spendOf('43-1-b');
      await open({ token: 'write', runId: '43' }).mergeSpend([second]);
      runOn(TOPIC);
      expect((await open({ token: 'write' }).readSpend()).entries).toEqual([first, second]);
    });
  });
});

describe('file', () => {
  const open = (): Store => createStore(contextOf({ isActions: false }));
  const path = (name: string): string => join(root, 'state', 'spendgate', name);

  test('calls its history complete, and names the file', async () => {
    await open().mergeSpend([spendOf('42-1-a')]);
    expect(await open().readSpend()).toMatchObject({
      complete: true,
      readable: true,
      evidence: path('spend.ndjson'),
    });
  });

  test('tells by whom and why a gate was closed', async () => {
    await open().saveGate(entryOf(true));
    expect((await open().readGate(GATE, undefined)).entry).toMatchObject({
      actor: 'octocat',
      reason: 'A loop.',
    });
  });

  test('that cannot be read is blind, and not an empty one', async () => {
    mkdirSync(path('gates.ndjson'), { recursive: true });
    mkdirSync(path('spend.ndjson'));
    expect(await open().readGate(GATE, undefined)).toMatchObject({ state: 'unknown', blind: true });
    expect(await open().readSpend()).toMatchObject({ readable: false, complete: false });
    expect(await open().saveGate(entryOf(true))).toMatchObject({ saved: false });
    mkdirSync(path('sightings.ndjson'));
    expect(await open().readSighting(KEY_A)).toBeUndefined();
    expect(await open().saveSighting(sightingOf(KEY_A))).toMatchObject({ saved: false });
  });

  test('skips what is no sighting, and keeps what is saved after a line that was cut', async () => {
    const [first, second] = [sightingOf(KEY_A, { runId: '1' }), sightingOf(KEY_A, { runId: '2' })];
    await open().saveSighting(first);
    await appendFile(path('sightings.ndjson'), `{"key":"${KEY_A}"}\n{"key":"${KEY_A}","coun`);
    expect(await open().readSighting(KEY_A)).toEqual(first);
    expect(await open().saveSighting(second)).toEqual({ saved: true });
    expect(await open().readSighting(KEY_A)).toEqual(second);
  });

  test('of which nothing can be read is no gate that was never closed', async () => {
    await open().saveGate(entryOf(true));
    writeFileSync(path('gates.ndjson'), 'garbage\n{"gate":"nightly tri');
    const reading = await open().readGate(GATE, undefined);
    expect(reading).toMatchObject({ state: 'unknown', blind: true });
    expect(reading.evidence).toMatch(/^2 lines of .*gates\.ndjson cannot be read\.$/);
  });

  test('skips a last line that was cut', async () => {
    await open().saveGate(entryOf(true));
    await appendFile(path('gates.ndjson'), '{"gate":"nightly triage","closed":fal');
    expect((await open().readGate(GATE, undefined)).state).toBe('closed');
  });

  test('keeps what is saved after a line that was cut', async () => {
    await open().saveGate(entryOf(false));
    await appendFile(path('gates.ndjson'), '{"gate":"nightly tri');
    await open().mergeSpend([spendOf('42-1-a')]);
    await appendFile(path('spend.ndjson'), '{"id":"43-1-');
    expect(await open().saveGate(entryOf(true))).toEqual({ saved: true });
    expect((await open().readGate(GATE, undefined)).state).toBe('closed');
    expect(await open().mergeSpend([spendOf('44-1-c')])).toEqual({ saved: true });
    const { entries, unseenUntilMs, complete, evidence } = await open().readSpend();
    expect(entries.map(({ id }) => id)).toEqual(['42-1-a', '44-1-c']);
    expect({ unseenUntilMs, complete }).toEqual({ unseenUntilMs: Number.POSITIVE_INFINITY, complete: false });
    expect(evidence).toMatch(/^1 line of .*spend\.ndjson cannot be read$/);
  });

  test('writes nothing before there is something to keep', async () => {
    await open().readGate(GATE, undefined);
    await open().readSpend();
    await open().readSighting(KEY_A);
    expect(existsSync(path(''))).toBe(false);
  });
});
