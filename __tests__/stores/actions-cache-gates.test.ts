/** Gates in the Actions cache: what a look-up may believe, what the list may not show yet, and entries near their eviction. */
import '../support/realm.js';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { AppError } from '../../src/core/errors.js';
import { gateSlug, renderGateKey } from '../../src/core/gate.js';
import type { Store } from '../../src/ports/store.js';
import { createStore } from '../../src/stores/index.js';
import { GATE, MAIN, type PlaceOptions, PULL, StorePlace, TOPIC } from '../support/store-place.js';
import { shortenTimers } from '../support/timers.js';

const DAY_MS = 86_400_000;
let place: StorePlace;

beforeAll(async () => {
  await import('@actions/cache');
}, 60_000);
beforeEach(async () => {
  place = await StorePlace.open();
});
afterEach(() => place.close());

const LIST: PlaceOptions = { token: 'write' };
const LOOK_UP: PlaceOptions = { token: 'no-caches' };
const ON_PULL: PlaceOptions = { ref: PULL, event: 'pull_request', pullRequest: 7 };
const open = (options: PlaceOptions = {}): Store => createStore(place.context(options));
const read = (options: PlaceOptions = {}) => open(options).readGate(GATE, undefined);
const change = (closed: boolean, options: PlaceOptions = {}, rest = {}) =>
  open(options).saveGate(place.entry(closed, rest));
/** Reads and looks after the gate as `pre` does. */
async function tend(options: PlaceOptions): Promise<readonly string[]> {
  const store = open(options);
  await store.readGate(GATE, undefined);
  return store.tendGate(GATE);
}
const copies = () => place.cache.entries.filter(({ key }) => key.includes('.kept.'));
const kept = [expect.stringMatching(/3 days old, and was kept again\.$/)];

describe('an agent that was in the workspace before', () => {
  const DEEP = `mkdir -p .spendgate/gate.json && cd .spendgate/gate.json
    name=$(printf 'x%.0s' $(seq 200))
    for _ in $(seq 60); do mkdir $name && cd $name; done`;
  /** As somebody who may not write everywhere. */
  const isRoot = process.getuid?.() === 0;

  afterEach(() => {
    execFileSync('bash', ['-c', 'chmod -R u+rwx . ; rm -rf .spendgate*']);
  });

  test('keeps no gate from closing by folders that are too deep to be removed', async () => {
    place.context();
    execFileSync('bash', ['-c', DEEP]);
    expect(await change(true)).toMatchObject({ saved: true });
    expect((await read(LIST)).state).toBe('closed');
  });

  test.each([
    'mkdir -p .spendgate && chmod 555 .spendgate',
    'mkdir -p .spendgate/gate.json/d/x && chmod 000 .spendgate/gate.json/d',
    'chmod 555 .',
    'touch .spendgate && chmod 555 .',
  ])('keeps no gate from closing by rights that it takes away: %s', async (attack) => {
    if (isRoot) return;
    place.context();
    execFileSync('bash', ['-c', attack]);
    expect(await change(true)).toMatchObject({ saved: true });
  });
});

test('a list of caches that fails where it should come leaves a gate unknown, not new', async () => {
  const listing = (error: AppError): Store => {
    const context = place.context(LIST);
    const listCaches = () => Promise.reject(error);
    return createStore({ ...context, github: context.github && { ...context.github, listCaches } });
  };
  const failing = await listing(new AppError('upstream-failed', '500')).readGate(GATE, undefined);
  expect(failing).toMatchObject({ state: 'unknown', blind: true });
  expect(failing.evidence).not.toContain('actions: read');
  const forbidden = await listing(new AppError('permission-missing', '403')).readGate(GATE, undefined);
  expect(forbidden).toMatchObject({ state: 'unknown', blind: false });
  expect(forbidden.evidence).toContain('actions: read');
});

describe('a pull request that opens a gate for itself', () => {
  test.each([
    ['by the list', LIST, 'closed'],
    ['by a look-up', LOOK_UP, 'unknown'],
  ])('stays held back %s', async (_how, options, state) => {
    await change(true, { ref: MAIN });
    await change(false, ON_PULL);
    const reading = await read({ ...ON_PULL, ...options });
    expect([reading.state, reading.blind]).toEqual([state, state === 'unknown']);
  });

  test('is told what a look-up could not see, and which permission would show it', async () => {
    await change(false, { ref: MAIN });
    const { evidence, sources } = await read({ ...ON_PULL, ...LOOK_UP });
    expect(evidence).toContain('cannot tell whether that was said on the default branch');
    expect(evidence).toContain('`actions: read`');
    expect(sources[0]?.unseen).toContain('whether the default branch says the same');
  });

  test('does not hide a closing from itself: what a look-up finds closed is closed', async () => {
    await change(true, ON_PULL);
    expect((await read({ ...ON_PULL, ...LOOK_UP })).state).toBe('closed');
  });

  test('does not forge a copy that would outlast every opening', async () => {
    await change(true, { ref: MAIN });
    await change(false, { ref: MAIN });
    const { saveCache } = await import('@actions/cache');
    place.context(ON_PULL);
    mkdirSync('.spendgate', { recursive: true });
    writeFileSync('.spendgate/gate.json', '{}');
    const forged = place.entry(true, { createdAt: '2099-01-01T00:00:00.000Z' });
    await saveCache(['.spendgate/gate.json'], renderGateKey(forged, new Date()), undefined, true);
    expect((await read({ ...LIST, ref: MAIN })).state).toBe('open');
  });

  test('cannot date a closing into the future either: a later opening opens', async () => {
    await change(true, ON_PULL, { createdAt: '2099-01-01T00:00:00.000Z' });
    expect((await read(LIST)).entry?.createdAt.slice(0, 4)).toBe('2026');
    await change(false, { ref: MAIN });
    expect((await read(LIST)).state).toBe('open');
  });
});

describe('a closing that is over', () => {
  const until = '2026-11-22T09:00:10.000Z';
  const later = () => place.clock.advance(60_000);

  test.each([
    ['of a pull request', PULL],
    ['of the default branch', MAIN],
  ])('%s does not open a gate that was closed before, whoever made it', async (_whose, ref) => {
    await change(true);
    place.cache.seed(renderGateKey(place.entry(true, { until })), ref);
    expect((await read(LIST)).state).toBe('closed');
    later();
    expect((await read(LIST)).state).toBe('closed');
    await change(false);
    expect((await read(LIST)).state).toBe('open');
  });

  test('is made as long as the one before, so that a look-up, which finds it alone, is not misled', async () => {
    await change(true);
    expect(await change(true, {}, { until })).toEqual({
      saved: true,
      outlasted: 'An earlier closing goes on until a person opens it.',
    });
    expect(await read(LOOK_UP)).toMatchObject({ state: 'closed', entry: { until: undefined } });
    later();
    expect((await read(LOOK_UP)).state).toBe('closed');
  });

  test.each([
    ['by a look-up', LOOK_UP, true],
    ['by the list', LIST, false],
  ])('and of a pull request alone is no word that the gate is open: %s', async (_how, options, blind) => {
    await change(true, ON_PULL, { until });
    later();
    expect(await read({ ...ON_PULL, ...options })).toMatchObject({ state: 'unknown', blind });
  });

  test.each([
    ['for a re-run, which looks it up as well', { until }, undefined],
    ['where it is dated into the future', { createdAt: '2099-01-01T00:00:00.000Z' }, 1000],
  ])('is none either %s', async (_how, rest, blockForMs) => {
    await change(true, ON_PULL, rest);
    later();
    const store = open({ ...ON_PULL, ...LIST, runAttempt: 2 });
    expect((await store.readGate(GATE, blockForMs)).state).toBe('unknown');
  });

  test('shows the end of the closing that goes on after it', async () => {
    await change(true);
    place.cache.seed(renderGateKey(place.entry(true, { until })), PULL);
    expect(await read(LIST)).toMatchObject({ state: 'closed', entry: { until: undefined } });
  });

  test('does not keep the one that goes on from being kept again', async () => {
    await change(true);
    place.cache.seed(renderGateKey(place.entry(true, { until: '2026-12-24T00:00:00.000Z' })), PULL);
    place.clock.advance(3 * DAY_MS);
    expect(await tend(LIST)).toEqual(kept);
    place.cache.evict(({ key }) => !key.includes('.kept.'));
    place.clock.advance(40 * DAY_MS);
    expect((await read(LIST)).state).toBe('closed');
  });
});

describe('entries that push a closing out of view', () => {
  const junk = (count: number) => {
    for (let index = 0; index < count; index += 1)
      place.cache.seed(`spendgate.v1.${gateSlug(GATE)}.${index}`, PULL);
  };

  test('do not, where it is of the default branch', async () => {
    await change(true);
    junk(500);
    expect((await read(LIST)).state).toBe('closed');
  });

  test('leave the gate unknown where it is of another, and that is said', async () => {
    await change(false);
    await change(true, ON_PULL);
    junk(500);
    const reading = await read(LIST);
    expect(reading).toMatchObject({ state: 'unknown', blind: true });
    expect(reading.evidence).toContain('longer than is read');
    expect(reading.sources[0]?.unseen).toEqual([expect.stringContaining('beyond those that were read')]);
  });

  test('are outdone by an opening that is younger than they are', async () => {
    await change(true, ON_PULL);
    junk(500);
    await change(false);
    expect((await read(LIST)).state).toBe('open');
  });
});

describe('a first state', () => {
  const first = (options: PlaceOptions = {}) => change(false, options, { isFirst: true });

  test.each([
    ['by the list', LIST],
    ['by a look-up', LOOK_UP],
  ])('says open where nothing else was said, and outranks no closing: %s', async (_how, options) => {
    await first();
    expect(await read(options)).toMatchObject({ state: 'open', entry: { isFirst: true } });
    await change(true);
    await first();
    expect((await read(options)).state).toBe('closed');
    await change(false);
    expect((await read(options)).entry?.isFirst).toBeUndefined();
  });

  test('counts from the default branch alone', async () => {
    await first(ON_PULL);
    expect((await read({ ...ON_PULL, ...LIST })).state).toBe('unknown');
    expect((await read({ ...ON_PULL, ...LOOK_UP })).blind).toBe(true);
  });

  test('is kept again as what it is', async () => {
    await first();
    place.clock.advance(3 * DAY_MS);
    expect(await tend(LIST)).toEqual(kept);
    place.cache.evict(({ key }) => !key.includes('.kept.'));
    expect((await read(LOOK_UP)).entry).toMatchObject({
      isFirst: true,
      createdAt: '2026-11-22T09:00:01.000Z',
    });
    await change(true, {}, { createdAt: '2026-11-22T09:00:00.000Z' });
    expect((await read(LIST)).state).toBe('closed');
  });

  test('may be written where the whole list was read, and not after a look-up', async () => {
    expect((await read(LIST)).sawAll).toBe(true);
    expect((await read(LOOK_UP)).sawAll).toBeUndefined();
  });
});

describe('on the default branch', () => {
  test.each([
    ['by the list', LIST],
    ['by a look-up', LOOK_UP],
    ['without a token', {}],
  ])('an opening is believed %s', async (_how, options) => {
    await change(true);
    await change(false);
    expect((await read(options)).state).toBe('open');
  });
});

describe('who closed a gate and why', () => {
  test.each([
    ['the list', LIST],
    ['a look-up', LOOK_UP],
  ])('is read from the entry that %s found', async (_how, options) => {
    await change(true, {}, { reason: 'A loop.\n::error::x', actor: 'octocat' });
    expect((await read(options)).entry).toMatchObject({ actor: 'octocat', reason: 'A loop. ::error::x' });
  });

  test('is left out where the entry cannot be read here, and the gate is closed all the same', async () => {
    await change(true, ON_PULL);
    const { state, entry } = await read(LIST);
    expect(state).toBe('closed');
    expect(entry?.actor).toBeUndefined();
  });

  test.each(['', '{', '[]', '{"gate":"other","createdAt":"x","actor":"a","reason":"r"}'])(
    'is left out where the entry holds %p',
    async (content) => {
      const { saveCache } = await import('@actions/cache');
      place.context();
      mkdirSync('.spendgate', { recursive: true });
      writeFileSync('.spendgate/gate.json', content);
      await saveCache(['.spendgate/gate.json'], renderGateKey(place.entry(true)), undefined, true);
      const { state, entry } = await read(LIST);
      expect([state, entry?.actor, entry?.reason]).toEqual(['closed', undefined, undefined]);
    },
  );

  test('does not hold up the answer where the service no longer answers', async () => {
    await change(true);
    const restore = shortenTimers(10);
    try {
      place.cache.fault = { method: 'GetCacheEntryDownloadURL', status: -1 };
      expect((await read(LIST)).state).toBe('closed');
    } finally {
      restore();
    }
  });
});

describe('what the list may not show yet', () => {
  test('is told with every gate that is not closed', async () => {
    await change(false);
    expect((await read(LIST)).sources[0]?.unseen).toEqual([expect.stringContaining('last minutes')]);
    await change(true);
    expect((await read(LIST)).sources[0]?.unseen).toEqual([]);
  });

  test('is looked up by a re-run: a gate that its first attempt closed a moment ago holds it back', async () => {
    await change(false);
    await change(true, ON_PULL);
    place.cache.listLag = 1;
    const rerun = { ...ON_PULL, ...LIST, runAttempt: 2 };
    expect((await read({ ...ON_PULL, ...LIST })).state).toBe('open');
    expect(await read(rerun)).toMatchObject({
      state: 'closed',
      entry: { actor: 'octocat' },
      evidence: expect.stringContaining('does not show it yet'),
    });
  });

  test('does not keep a run waiting: a list that does not come is a look-up', async () => {
    await change(true);
    const store = open(LIST);
    const restore = shortenTimers(10);
    try {
      place.api.hangs = true;
      const reading = await store.readGate(GATE, undefined);
      expect([reading.state, reading.blind]).toEqual(['closed', false]);
      expect(reading.evidence).toContain('did not come within');
    } finally {
      restore();
    }
  });

  test('does not bring an older closing back', async () => {
    await change(true, ON_PULL);
    await change(false, { ref: MAIN });
    expect((await read({ ...ON_PULL, ...LIST, runAttempt: 2 })).state).toBe('open');
  });

  test('is said of a save that the service does not show yet', async () => {
    const store = open();
    place.cache.fault = { method: 'GetCacheEntryDownloadURL', status: 404 };
    expect(await store.saveGate(place.entry(true))).toMatchObject({
      saved: true,
      unconfirmed: expect.stringContaining('does not show it yet'),
    });
  });
});

describe('an entry that would be evicted', () => {
  test.each([
    ['closed, by the list', true, LIST],
    ['closed, by a look-up', true, LOOK_UP],
    ['open, by the list', false, LIST],
    ['open, by a look-up', false, LOOK_UP],
  ])('is kept again after three days: %s', async (_how, closed, options) => {
    const until = closed ? '2026-12-24T00:00:00.000Z' : undefined;
    const entry = place.entry(closed, { until });
    await open(options).saveGate(entry);
    place.clock.advance(3 * DAY_MS - 1000);
    expect(await tend(options)).toEqual([]);
    place.clock.advance(1000);
    expect(await tend(options)).toEqual(kept);
    expect(copies()).toHaveLength(1);
    place.cache.evict(({ key }) => !key.includes('.kept.'));
    const reading = await open({ ...options, runId: '77' }).readGate(GATE, undefined, true);
    expect(reading).toMatchObject({
      state: closed ? 'closed' : 'open',
      entry: { createdAt: entry.createdAt, runId: '42', until, actor: 'octocat', reason: entry.reason },
    });
    expect(await tend(options)).toEqual([]);
    place.clock.advance(3 * DAY_MS);
    expect(await tend(options)).toEqual(kept);
    expect(copies()).toHaveLength(2);
  });

  test('of a pull request is kept by the default branch, where it is seen closed', async () => {
    await change(true, ON_PULL);
    place.clock.advance(3 * DAY_MS);
    expect(await tend(LIST)).toEqual(kept);
    place.cache.evict(({ key }) => !key.includes('.kept.'));
    expect((await read(LIST)).state).toBe('closed');
    expect((await read(LOOK_UP)).state).toBe('closed');
  });

  test.each([
    ['by the list', LIST],
    ['by a look-up', LOOK_UP],
  ])('never stands before a newer change, though the copy is made after it: %s', async (_how, options) => {
    await change(true);
    place.clock.advance(4 * DAY_MS);
    const store = open(options);
    await store.readGate(GATE, undefined);
    await change(false);
    expect(await store.tendGate(GATE)).toHaveLength(1);
    expect(copies()).toHaveLength(1);
    expect((await read(options)).state).toBe('open');
  });

  test('whose time is over is left to be evicted', async () => {
    await change(true, {}, { until: '2026-11-23T00:00:00.000Z' });
    place.clock.advance(4 * DAY_MS);
    expect(await tend(LIST)).toEqual([]);
    expect(copies()).toEqual([]);
  });

  test.each([
    ['a branch', { ref: TOPIC }],
    ['a pull request', ON_PULL],
    ['a comment', { event: 'issue_comment' }],
    ['a pull request’s target', { event: 'pull_request_target', pullRequest: 7 }],
    ['a job with `cache-mode: read`', { cacheMode: 'read' }],
    ['a job with `cache-mode: none`', { cacheMode: 'none' }],
  ])('is not kept by %s', async (_who, options) => {
    await change(true);
    place.clock.advance(4 * DAY_MS);
    expect(await tend({ ...LIST, ...options })).toEqual([]);
    expect(copies()).toEqual([]);
  });

  test('that the service refuses to keep is said', async () => {
    await change(true);
    place.clock.advance(4 * DAY_MS);
    expect(await tend({ ...LIST, access: 'read' })).toEqual([
      expect.stringMatching(/4 days old, and not kept again: .*read-only token/),
    ]);
  });
});

describe('a job that may not use the cache', () => {
  test.each(['none', 'write-only'])(
    'with `cache-mode: %s` is blind where it has no list',
    async (cacheMode) => {
      const reading = await read({ ...LOOK_UP, cacheMode });
      expect(reading).toMatchObject({ state: 'unknown', blind: true });
      expect(reading.evidence).toContain(`cache-mode: ${cacheMode}`);
      expect((await read({ ...LIST, cacheMode })).blind).toBe(false);
    },
  );

  test('says by which mode a save was refused', async () => {
    expect(await change(true, { cacheMode: 'read', access: 'read' })).toEqual({
      saved: false,
      reason: expect.stringContaining('cache-mode: read'),
    });
  });
});

describe('two stores', () => {
  const both = (options: PlaceOptions = {}) => open({ gateStore: 'both', ...LIST, ...options });

  test('keep a closing twice; the one that did not is named', async () => {
    expect(await both().saveGate(place.entry(true))).toMatchObject({ saved: true });
    expect(await both({ access: 'read' }).saveGate(place.entry(true))).toMatchObject({
      saved: true,
      missing: expect.stringMatching(/^actions-cache: .*read-only/),
    });
    expect(await both({ token: 'actions=read' }).saveGate(place.entry(true))).toMatchObject({
      saved: true,
      missing: expect.stringMatching(/^issue-label: .*issues: write/),
    });
    const neither = await both({ token: 'read', access: 'read' }).saveGate(place.entry(true));
    expect(neither).toEqual({
      saved: false,
      reason: expect.stringMatching(/actions-cache: .*issue-label: /),
    });
  });

  test('hold a closed gate when the cache was evicted', async () => {
    await both().saveGate(place.entry(true));
    place.cache.evictAll();
    const { state, sources } = await both().readGate(GATE, undefined);
    expect([state, sources.map((source) => source.state)]).toEqual(['closed', ['unknown', 'closed']]);
  });

  test('close the issue where the gate was opened in the cache alone, on the next trusted run', async () => {
    await both().saveGate(place.entry(true));
    await change(false);
    const store = both({ ...ON_PULL });
    expect((await store.readGate(GATE, undefined)).state).toBe('open');
    expect(await store.tendGate(GATE)).toEqual([]);
    const trusted = both();
    await trusted.readGate(GATE, undefined);
    expect(await trusted.tendGate(GATE)).toEqual([expect.stringMatching(/^The issue was closed/)]);
    expect(place.api.issues.map((issue) => issue.state)).toEqual(['closed']);
    expect((await both().readGate(GATE, undefined)).state).toBe('open');
  });

  test('do not know an open gate where one of them is blind, and do know a closed one', async () => {
    await both().saveGate(place.entry(true));
    const blind = { token: 'actions=read' };
    expect((await both(blind).readGate(GATE, undefined)).state).toBe('closed');
    await both().saveGate(place.entry(false));
    expect(await both(blind).readGate(GATE, undefined)).toMatchObject({ state: 'unknown', blind: true });
  });
});
