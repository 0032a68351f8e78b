/** What every choice of `gate-store` must do with the state of a gate, on a runner and on a laptop. */
import '../support/realm.js';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { GATE_STORE_CHOICES, type Store } from '../../src/ports/store.js';
import { createStore } from '../../src/stores/index.js';
import { GATE, type PlaceOptions, StorePlace } from '../support/store-place.js';

const HOUR_MS = 3_600_000;
let place: StorePlace;

beforeAll(async () => {
  // It brings a client of Azure's, which takes a moment to load; no test should pay for that.
  await import('@actions/cache');
}, 60_000);
beforeEach(async () => {
  place = await StorePlace.open();
});
afterEach(() => place.close());

const kinds = GATE_STORE_CHOICES.flatMap((gateStore): [string, PlaceOptions][] => [
  [`${gateStore}, on a runner`, { gateStore, token: 'write' }],
  [`${gateStore}, on a laptop`, { gateStore, token: 'write', isActions: false }],
]);

describe.each(kinds)('%s', (_name, options) => {
  /** Each run has a store of its own. */
  const open = (rest: PlaceOptions = {}): Store => createStore(place.context({ ...options, ...rest }));
  const state = async (gate = GATE) => (await open().readGate(gate, undefined)).state;

  test('names every store that was asked, with the time and what it said', async () => {
    const { sources } = await open().readGate(GATE, undefined);
    expect(sources.map(({ store }) => store)).toEqual(
      { cache: [expect.any(String)], issue: ['issue-label'], both: [expect.any(String), 'issue-label'] }[
        options.gateStore ?? 'cache'
      ],
    );
    for (const source of sources) {
      expect(source.readAt).toBe('2026-11-22T09:00:00.000Z');
      expect(source.evidence).toMatch(/\.$/);
    }
  });

  test('has a gate closed once it was closed, for another run as well, with when, by whom and why', async () => {
    const entry = place.entry(true);
    expect(await open().saveGate(entry)).toMatchObject({ saved: true });
    const reading = await open({ runId: '43' }).readGate(GATE, undefined);
    expect(reading).toMatchObject({
      state: 'closed',
      blind: false,
      entry: { closed: true, runId: '42', actor: 'octocat', reason: 'A loop.', createdAt: entry.createdAt },
    });
  });

  test('has it open after a later change, and closed again after the next', async () => {
    const states: string[] = [];
    for (const closed of [true, false, true, true, false]) {
      expect(await open().saveGate(place.entry(closed))).toMatchObject({ saved: true });
      states.push(await state());
    }
    expect(states).toEqual(['closed', 'open', 'closed', 'closed', 'open']);
  });

  test('tells on request who opened it and why', async () => {
    await open().saveGate(place.entry(true));
    await open().saveGate(place.entry(false));
    const { entry } = await open().readGate(GATE, undefined, true);
    expect(entry).toMatchObject({ closed: false, actor: 'octocat', reason: 'Looked at it.' });
  });

  test('has a gate closed until its time has come', async () => {
    const until = new Date(place.clock.now().getTime() + HOUR_MS).toISOString();
    await open().saveGate(place.entry(true, { until }));
    expect(await open().readGate(GATE, undefined)).toMatchObject({ state: 'closed', entry: { until } });
    place.clock.advance(HOUR_MS);
    expect(await state()).toBe('open');
  });

  test('has a gate closed by an earlier closing that goes on when a later one is over', async () => {
    await open().saveGate(place.entry(true));
    const until = new Date(place.clock.now().getTime() + HOUR_MS).toISOString();
    await open().saveGate(place.entry(true, { until }));
    place.clock.advance(2 * HOUR_MS);
    expect(await state()).toBe('closed');
    await open().saveGate(place.entry(false));
    expect(await state()).toBe('open');
  });

  test('has a gate closed whatever first state was written after the closing', async () => {
    await open().saveGate(place.entry(true));
    await open().saveGate(place.entry(false, { isFirst: true }));
    expect(await state()).toBe('closed');
  });

  test("opens by the reader's own bound", async () => {
    await open().saveGate(place.entry(true));
    place.clock.advance(HOUR_MS);
    expect((await open().readGate(GATE, HOUR_MS)).state).toBe('open');
    expect((await open().readGate(GATE, HOUR_MS + 1)).state).toBe('closed');
  });

  test('keeps gates apart whose names are alike', async () => {
    await open().saveGate(place.entry(true, { gate: 'a.b' }));
    await open().saveGate(place.entry(true, { gate: 'c' }));
    expect(await state('a.b')).toBe('closed');
    for (const other of ['a', 'a-b', 'a.b.c', 'A.B'])
      expect([other, await state(other)]).not.toContain('closed');
  });

  test('looking after a gate changes no state', async () => {
    for (const closed of [true, false]) {
      await open().saveGate(place.entry(closed));
      const store = open();
      const before = await store.readGate(GATE, undefined);
      await store.tendGate(GATE);
      expect((await open().readGate(GATE, undefined)).state).toBe(before.state);
    }
  });

  test('shows hostile words as they were said, on one line', async () => {
    const reason = '-->\n## gone `x` <!-- {"gate":"other"} --> \u2028@everyone $& ';
    await open().saveGate(place.entry(true, { reason, actor: 'x -->\r\n::error::y' }));
    const { state: now, entry } = await open().readGate(GATE, undefined, true);
    expect(now).toBe('closed');
    expect(entry?.reason).toContain('--> ## gone `x` <!-- {"gate":"other"} -->');
    expect(`${entry?.reason}${entry?.actor}`).not.toMatch(/[\r\n]/);
  });
});
