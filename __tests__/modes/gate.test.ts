import { describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/config/config.js';
import { OUTPUTS } from '../../src/config/outputs.js';
import { runGate } from '../../src/modes/gate.js';
import type { Saved } from '../../src/ports/store.js';
import { reporters } from '../../src/reporters/index.js';
import { type ConfigOptions, configOf, ON_A_BRANCH, ON_A_LAPTOP } from '../support/config.js';
import { FixedClock, InMemoryStore, RecordingRunner } from '../support/fakes.js';

const GATE = 'nightly triage';
const NAMES = Object.entries(OUTPUTS)
  .filter(([, { modes }]) => (modes as readonly string[]).includes('gate'))
  .map(([name]) => name)
  .sort();

async function gate(inputs: RawInputs, options: ConfigOptions & { store?: InMemoryStore } = {}) {
  const { store = new InMemoryStore(), ...rest } = options;
  const runner = new RecordingRunner();
  const config = configOf({ mode: 'gate', gate: GATE, ...inputs }, rest);
  const deps = { config, runner, clock: new FixedClock(), store, github: undefined, reporters };
  const error = await runGate(deps).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { runner, outputs: runner.outputs, store, error };
}

describe('status', () => {
  test('is what a step asks for by default, and changes nothing', async () => {
    const { outputs, store, error } = await gate({});
    expect(error).toBeUndefined();
    expect(Object.keys(outputs).sort()).toEqual(NAMES);
    expect(outputs['gate']).toBe('unknown');
    expect(outputs['reason']).toBe('The gate nightly triage is unknown. Memory holds no state of this gate.');
    expect(store.gates).toEqual([]);
  });

  test('of a closed gate says since when, by whom and why', async () => {
    const { store } = await gate({ 'gate-action': 'close', reason: 'A loop' });
    const { outputs, runner } = await gate({}, { store });
    expect(outputs['gate']).toBe('closed');
    expect(outputs['reason']).toBe(
      'The gate nightly triage is closed since 2026-11-22T09:00:00Z (run 42) by octocat: “A loop”. Read from memory.',
    );
    expect(runner.lines).toContain(outputs['reason']);
    expect(runner.summary).toContain('closed');
  });

  test('ends a reason that is a sentence in its own marks', async () => {
    const { store } = await gate({ 'gate-action': 'close', reason: 'A loop.' });
    expect((await gate({}, { store })).outputs['reason']).toContain(': “A loop.”. Read from memory.');
  });

  test('lists all that is known: since when, by whom, why, until when, in which run', async () => {
    const { store } = await gate({ 'gate-action': 'close', reason: 'A loop', 'block-for': '7d' });
    const { runner } = await gate({}, { store });
    expect(runner.lines).toEqual(
      expect.arrayContaining([
        'State: closed',
        'Since: 2026-11-22T09:00:00Z',
        'By: octocat',
        'Why: A loop',
        'Until: 2026-11-29T09:00:00Z',
        'Run: https://github.test/acme/app/actions/runs/42 (attempt 1)',
        'Gate: Read from memory.',
      ]),
    );
    expect(runner.summary).toContain('Until: 2026-11-29T09:00:00Z');
  });

  test('of a gate without an end says who ends it, and of an open one nothing about an end', async () => {
    const { store } = await gate({ 'gate-action': 'close' });
    expect((await gate({}, { store })).runner.lines).toContain('Until: a person opens it');
    await gate({ 'gate-action': 'open' }, { store });
    expect((await gate({}, { store })).runner.lines.join()).not.toContain('Until');
  });

  test('of a gate that cannot be read is unknown, and says why', async () => {
    const store = new InMemoryStore();
    store.blindness = 'The cache is down.';
    const { outputs, error } = await gate({}, { store });
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({ gate: 'unknown', reason: expect.stringContaining('The cache is down.') });
  });
});

describe('a change', () => {
  test.each([
    ['open', 'open', false],
    ['close', 'closed', true],
  ])('%s is kept with actor, reason and run', async (action, state, closed) => {
    const { outputs, store, error, runner } = await gate({
      'gate-action': action,
      reason: 'Looked at run 41.',
    });
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({ gate: state, reason: expect.stringContaining('Looked at run 41.') });
    expect(Object.keys(outputs).sort()).toEqual(NAMES);
    expect(store.gates).toEqual([
      {
        gate: GATE,
        closed,
        createdAt: '2026-11-22T09:00:00.000Z',
        runId: '42',
        runAttempt: 1,
        until: undefined,
        actor: 'octocat',
        reason: 'Looked at run 41.',
      },
    ]);
    expect(runner.annotations.filter(({ level }) => level !== 'notice')).toEqual([]);
  });

  test('without a reason says that none was given', async () => {
    const { store } = await gate({ 'gate-action': 'close' });
    expect(store.gates[0]?.reason).toBe('No reason was given.');
  });

  test('closes for as long as `block-for` says', async () => {
    const { store } = await gate({ 'gate-action': 'close', 'block-for': '7d' });
    expect(store.gates[0]?.until).toBe('2026-11-29T09:00:00.000Z');
    const opened = await gate({ 'gate-action': 'open', 'block-for': '7d' });
    expect(opened.store.gates[0]?.until).toBeUndefined();
  });

  test.each(['open', 'close'])(
    '%s that was not kept fails the step as a failure of the store',
    async (action) => {
      const store = new InMemoryStore();
      store.refusal = 'the token is read-only';
      const { error, outputs } = await gate({ 'gate-action': action }, { store });
      expect(error).toMatchObject({ code: 'store-failed', exitCode: 5, isReported: false });
      expect(String(error)).toMatch(/nightly triage was not changed: the token is read-only/);
      expect(outputs['gate']).toBeUndefined();
    },
  );
});

describe('a change that one of two stores did not keep', () => {
  test.each(['open', 'close'])('%s is kept, with a warning that names the half', async (action) => {
    class HalfStore extends InMemoryStore {
      override async saveGate(): Promise<Saved> {
        return { saved: true, missing: 'issue-label: no', unconfirmed: 'Wait a moment.' };
      }
    }
    const { error, runner } = await gate({ 'gate-action': action }, { store: new HalfStore() });
    expect(error).toBeUndefined();
    expect(runner.titles('warning')).toEqual(['One store did not keep the change']);
    expect(runner.annotations[0]?.message).toBe('nightly triage: not in issue-label: no.');
    expect(runner.titles('notice')).toContain('The change may take a moment');
  });
});

describe('opening elsewhere than on the default branch', () => {
  test('is kept, with a warning that nobody will honour it and what to do instead', async () => {
    const { runner, outputs, store } = await gate({ 'gate-action': 'open' }, { environment: ON_A_BRANCH });
    expect(outputs['gate']).toBe('unknown');
    expect(store.gates).toHaveLength(1);
    expect(runner.titles('warning')).toEqual(['Opened on a branch only']);
    expect(runner.annotations[0]).toMatchObject({
      message: expect.stringContaining('refs/heads/topic'),
      advice: expect.stringContaining('workflow_dispatch'),
    });
  });

  test('leaves a closed gate closed in what the step says of it', async () => {
    const { store } = await gate({ 'gate-action': 'close', reason: 'A loop' });
    const { outputs } = await gate({ 'gate-action': 'open' }, { store, environment: ON_A_BRANCH });
    expect(outputs['gate']).toBe('closed');
    expect(outputs['reason']).toMatch(/^The gate nightly triage is closed as before/);
  });

  test('needs no warning for a gate that is closed, since a closed one counts from anywhere', async () => {
    const { runner } = await gate({ 'gate-action': 'close' }, { environment: ON_A_BRANCH });
    expect(runner.annotations.filter(({ level }) => level !== 'notice')).toEqual([]);
  });

  test('needs no warning on a laptop, where there is nobody else', async () => {
    const { runner } = await gate({ 'gate-action': 'open' }, { environment: ON_A_LAPTOP });
    expect(runner.annotations.filter(({ level }) => level !== 'notice')).toEqual([]);
  });
});
