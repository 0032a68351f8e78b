/** `post` as a whole: a record, the expected ranges, and what becomes of the gate, the annotations and the exit code. */
import { describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/config/config.js';
import { OUTPUTS } from '../../src/config/outputs.js';
import { AppError } from '../../src/core/errors.js';
import { finding } from '../../src/core/findings.js';
import { parseRecord } from '../../src/core/record.js';
import { runPost } from '../../src/modes/post.js';
import type { FoundRecord } from '../../src/ports/run-files.js';
import { reporters } from '../../src/reporters/index.js';
import { type ConfigOptions, configOf, ON_A_BRANCH, ON_A_LAPTOP, ON_MAIN } from '../support/config.js';
import { FixedClock, InMemoryGitHub, InMemoryStore, RecordingRunner } from '../support/fakes.js';

const GATE = 'nightly-triage';
const NAMES = Object.entries(OUTPUTS)
  .filter(([, { modes }]) => (modes as readonly string[]).includes('post'))
  .map(([name]) => name)
  .sort();
const EXPECT: RawInputs = { 'expect-input-tokens': '5k..50k' };
const WITHIN = { 'input-tokens': 20_000, 'output-tokens': 900, requests: 4, 'cost-usd': '0.25' };
const ABOVE = { ...WITHIN, 'input-tokens': 92_400 };

interface Options extends ConfigOptions {
  readonly inputs?: RawInputs;
  /** `undefined`: there is none. */
  readonly record?: object | undefined;
  readonly found?: Partial<FoundRecord>;
  readonly store?: InMemoryStore;
  readonly github?: InMemoryGitHub;
  readonly pullRequest?: number;
}

async function post({ inputs = {}, record, found = {}, store = new InMemoryStore(), ...rest }: Options = {}) {
  const { environment = ON_MAIN, windows, github, pullRequest } = rest;
  const runner = new RecordingRunner();
  const read = configOf(
    { mode: 'post', task: 'triage', ...EXPECT, ...inputs },
    { environment, ...(windows ? { windows } : {}) },
  );
  const config = { ...read, context: { ...read.context, pullRequest } };
  const findRecord = (): FoundRecord => {
    if (record === undefined) throw new AppError('no-record', 'No usage of the task triage was found.');
    const parsed = parseRecord(JSON.stringify({ task: 'triage', ...record }));
    return { record: parsed, origin: 'the record of `wrap`', findings: [], isUnfinished: false, ...found };
  };
  const deps = { config, runner, clock: new FixedClock(), store, github, reporters, findRecord };
  const error = await runPost(deps).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const findings = JSON.parse(String(runner.outputs['findings'] ?? '[]')) as { id: string; level: string }[];
  return { runner, outputs: runner.outputs, findings, store, error };
}
const ids = (findings: readonly { id: string; level: string }[]) =>
  findings.map(({ id, level }) => `${level} ${id}`);

function closedStore(): InMemoryStore {
  const store = new InMemoryStore();
  store.gates.push({
    gate: GATE,
    closed: true,
    createdAt: '2026-11-21T03:00:00.000Z',
    runId: '41',
    runAttempt: 1,
    until: undefined,
    actor: 'octocat',
    reason: 'A loop.',
  });
  return store;
}

describe('a run within its range', () => {
  test('is within, with every output of the contract', async () => {
    const { outputs, findings, error, runner } = await post({ record: WITHIN });
    expect(error).toBeUndefined();
    expect(Object.keys(outputs).sort()).toEqual(NAMES);
    expect(outputs).toMatchObject({
      verdict: 'within',
      gate: 'open',
      'drift-percent': '',
      'comment-url': '',
    });
    expect(findings).toEqual([]);
    expect(runner.annotations).toEqual([]);
    expect(runner.summary).toContain('20,000');
  });

  test.each(['5000', '50000'])('at a bound of it (%s tokens) is within', async (tokens) => {
    const { outputs } = await post({ record: { ...WITHIN, 'input-tokens': Number(tokens) } });
    expect(outputs['verdict']).toBe('within');
  });

  test('does not open a gate that is closed', async () => {
    const store = closedStore();
    const { outputs } = await post({ record: WITHIN, store });
    expect(outputs['gate']).toBe('closed');
    expect(store.gates).toHaveLength(1);
  });
});

describe('a run outside its range', () => {
  test('closes the gate, annotates, and leaves the step green', async () => {
    const { outputs, findings, store, error, runner } = await post({ record: ABOVE });
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
    expect(ids(findings)).toEqual(['error input-tokens-above', 'notice gate-closed']);
    expect(store.gates).toEqual([
      expect.objectContaining({
        gate: GATE,
        closed: true,
        runId: '42',
        reason: '92,400 input tokens observed, 5,000..50,000 expected.',
      }),
    ]);
    expect(runner.titles('error')).toEqual(['input tokens above the expected range']);
    expect(runner.annotations.at(-1)?.advice).toMatch(/gate-action: open/);
  });

  test('below it is outside as well', async () => {
    const { outputs, findings } = await post({ record: { ...WITHIN, 'input-tokens': 12 } });
    expect(outputs['verdict']).toBe('outside');
    expect(ids(findings)[0]).toBe('error input-tokens-below');
  });

  test('`fail` does the same and fails the step, once everything is said', async () => {
    const { outputs, error, runner } = await post({ record: ABOVE, inputs: { 'on-out-of-range': 'fail' } });
    expect(error).toMatchObject({ code: 'denied', exitCode: 3, isReported: true });
    expect(String(error)).toContain('92,400 input tokens');
    expect(outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
    expect(runner.summary).toContain('92,400');
  });

  test('`warn` annotates only: nothing is closed, nothing fails', async () => {
    const { outputs, error, store, runner } = await post({
      record: ABOVE,
      inputs: { 'on-out-of-range': 'warn' },
    });
    expect(error).toBeUndefined();
    expect(outputs['verdict']).toBe('outside');
    expect(store.gates).toEqual([]);
    expect(runner.titles('error')).toEqual([]);
    expect(runner.titles('warning')).toEqual(['input tokens above the expected range']);
  });

  test('`warn` does not say that a gate without state is open', async () => {
    const { outputs } = await post({ record: ABOVE, inputs: { 'on-out-of-range': 'warn' } });
    expect(outputs['gate']).toBe('unknown');
  });

  test('`observe` mentions it, and closes and fails nothing', async () => {
    const { outputs, error, store, runner, findings } = await post({
      record: ABOVE,
      inputs: { 'on-out-of-range': 'fail', observe: 'true' },
    });
    expect(error).toBeUndefined();
    expect(outputs['verdict']).toBe('outside');
    expect(store.gates).toEqual([]);
    expect(ids(findings)).toEqual(['notice input-tokens-above']);
    expect([...runner.titles('error'), ...runner.titles('warning')]).toEqual([]);
  });

  test('the gate stays closed for as long as `block-for` says', async () => {
    const { store } = await post({ record: ABOVE, inputs: { 'block-for': '7d' } });
    expect(store.gates[0]?.until).toBe('2026-11-29T09:00:00.000Z');
  });

  test('a gate that could not be closed is said loudly, and is not called closed', async () => {
    const store = new InMemoryStore();
    store.refusal = 'the token is read-only';
    const { outputs, runner, error } = await post({ record: ABOVE, store });
    expect(error).toBeUndefined();
    expect(outputs['gate']).toBe('unknown');
    const said = runner.annotations.find(({ id }) => id === 'gate-not-closed');
    expect(said).toMatchObject({
      level: 'error',
      message: expect.stringContaining('the token is read-only'),
      advice: expect.stringContaining('kill switch'),
    });
    expect(runner.summary).toContain('read-only');
  });

  test('counts from a branch and from a pull request too', async () => {
    const { store } = await post({ record: ABOVE, environment: ON_A_BRANCH, pullRequest: 7 });
    expect(store.gates).toEqual([expect.objectContaining({ closed: true })]);
  });

  test('is told on the pull request, and the URL is an output', async () => {
    const github = new InMemoryGitHub();
    const { outputs } = await post({ record: ABOVE, github, pullRequest: 7 });
    const [comment] = github.comments.get(7) ?? [];
    expect(comment?.body).toContain('92,400');
    expect(outputs['comment-url']).toBe(comment?.url);
  });

  test('keeps its verdict when GitHub’s API is down', async () => {
    const github = new InMemoryGitHub();
    github.error = new Error('503');
    const { outputs, runner, store } = await post({ record: ABOVE, github, pullRequest: 7 });
    expect(outputs).toMatchObject({ verdict: 'outside', gate: 'closed', 'comment-url': '' });
    expect(store.gates).toHaveLength(1);
    expect(runner.titles('notice')).toContain('pr-comment could not report');
  });

  test.each([
    ['expect-output-tokens', '..100', 'output-tokens-above'],
    ['expect-cost', '..0.10 USD', 'cost-above'],
    ['expect-requests', '10..', 'requests-below'],
  ])('%s: %s is judged too', async (input, range, id) => {
    const { outputs, findings } = await post({ record: WITHIN, inputs: { [input]: range } as RawInputs });
    expect(outputs['verdict']).toBe('outside');
    expect(findings[0]?.id).toBe(id);
  });
});

describe('a run that a limit ended', () => {
  test.each(['limit:max-cost', 'timed-out'])('with %s is outside: its figures were cut', async (reason) => {
    const { outputs, findings } = await post({
      record: { ...WITHIN, 'stop-reason': reason, 'stop-message': 'It was stopped.' },
    });
    expect(outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
    expect(ids(findings)).toContain('error run-stopped');
  });
});

describe('usage that is not wholly known', () => {
  test('is unknown, never within', async () => {
    const { outputs, findings, store } = await post({ record: { ...WITHIN, 'unreported-requests': 1 } });
    expect(outputs['verdict']).toBe('unknown');
    expect(ids(findings)).toEqual(['warning input-tokens-unknown', 'notice unreported-usage']);
    expect(store.gates.every(({ closed }) => !closed)).toBe(true);
  });

  test('above the range is outside all the same', async () => {
    const { outputs } = await post({ record: { ...ABOVE, 'unreported-requests': 1 } });
    expect(outputs['verdict']).toBe('outside');
  });

  test('a cost without all prices is unknown, and a cost that is missing is not zero', async () => {
    const inputs: RawInputs = { 'expect-cost': '..0.50 USD' };
    const partly = await post({ inputs, record: { ...WITHIN, 'unpriced-requests': 2 } });
    expect(partly.outputs['verdict']).toBe('unknown');
    const { 'cost-usd': _cost, ...without } = WITHIN;
    expect((await post({ inputs, record: without })).outputs['verdict']).toBe('unknown');
  });

  test('a figure that is missing is unknown', async () => {
    expect((await post({ record: { requests: 3 } })).outputs['verdict']).toBe('unknown');
  });

  test('of a run that was killed is a lower bound, never within', async () => {
    const unfinished = finding(
      'warning',
      'run-unfinished',
      'The run was killed',
      'Calls in flight are not counted.',
    );
    const { outputs, runner } = await post({
      record: { ...WITHIN, complete: false },
      found: { isUnfinished: true, findings: [unfinished] },
    });
    expect(runner.titles('warning')).toContain('The run was killed');
    expect(outputs['verdict']).toBe('unknown');
  });

  test('without any expectation nothing is judged, and that is said', async () => {
    const { outputs, findings } = await post({ record: WITHIN, inputs: { 'expect-input-tokens': '' } });
    expect(outputs['verdict']).toBe('unknown');
    expect(ids(findings)).toEqual(['notice no-expectation']);
  });
});

describe('where the figures come from', () => {
  test('without a record and without figures the step is wrong usage', async () => {
    const { error, outputs } = await post();
    expect(error).toMatchObject({ code: 'no-record', exitCode: 2 });
    expect(outputs['verdict']).toBeUndefined();
  });

  test('figures as inputs need no record', async () => {
    const { outputs, runner } = await post({
      inputs: {
        'input-tokens': '48210',
        'output-tokens': '3120',
        'cost-usd': '0.42',
        'expect-cost': '..0.50 USD',
      },
    });
    expect(outputs['verdict']).toBe('within');
    expect(runner.summary).toContain('48,210');
  });

  test('zero is a figure', async () => {
    const { outputs } = await post({ inputs: { 'input-tokens': '0' } });
    expect(outputs['verdict']).toBe('outside');
  });

  test('inputs outrank the record, one by one', async () => {
    const { outputs, findings } = await post({
      record: WITHIN,
      inputs: { usage: '{}', 'input-tokens': '92400', 'expect-output-tokens': '..10k' },
    });
    expect(outputs['verdict']).toBe('outside');
    expect(findings.filter(({ level }) => level === 'error').map(({ id }) => id)).toEqual([
      'input-tokens-above',
    ]);
  });

  test('a cost as input is whole, whatever the record could not price', async () => {
    const { outputs } = await post({
      record: { ...WITHIN, 'unpriced-requests': 3 },
      inputs: { usage: '{}', 'cost-usd': '0.42', 'expect-cost': '..0.50 USD' },
    });
    expect(outputs['verdict']).toBe('within');
  });

  test('tokens as input are whole, whatever the record could not count', async () => {
    const { outputs } = await post({
      record: { ...WITHIN, 'unreported-requests': 3 },
      inputs: { usage: '{}', 'input-tokens': '20000', 'output-tokens': '900' },
    });
    expect(outputs['verdict']).toBe('within');
  });
});

describe('the first run behind a gate', () => {
  test('on the default branch says that the gate is open', async () => {
    const { store, outputs } = await post({ record: WITHIN });
    expect(outputs['gate']).toBe('open');
    expect(store.gates).toEqual([expect.objectContaining({ gate: GATE, closed: false })]);
  });

  test('on a laptop does so too', async () => {
    const { store } = await post({
      record: WITHIN,
      environment: ON_A_LAPTOP,
      inputs: { gate: GATE },
    });
    expect(store.gates).toEqual([expect.objectContaining({ gate: GATE, closed: false })]);
  });

  test.each([
    ['a branch', { environment: ON_A_BRANCH }],
    ['a pull request', { pullRequest: 7 }],
  ])('on %s says nothing about the gate', async (_name, place) => {
    const { store, outputs } = await post({ record: WITHIN, ...place });
    expect(outputs['gate']).toBe('unknown');
    expect(store.gates).toEqual([]);
  });

  test('leaves a gate alone that could not be read', async () => {
    const store = new InMemoryStore();
    store.blindness = 'The cache is down.';
    const { outputs } = await post({ record: WITHIN, store });
    expect(outputs['gate']).toBe('unknown');
    expect(store.gates).toEqual([]);
  });

  test('stays unknown when the first state was not kept', async () => {
    const store = new InMemoryStore();
    store.refusal = 'the token is read-only';
    const { outputs, error } = await post({ record: WITHIN, store });
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({ verdict: 'within', gate: 'unknown' });
  });
});

describe('a run that `wrap` could not finish', () => {
  const windows = [{ unit: 'usd', limit: 5_000_000_000, period: 'day' }] as const;
  const record = { ...WITHIN, complete: false, 'run-id': '42-1-abcdef12' };

  test('is remembered under the id of the run, as a lower bound', async () => {
    const { store } = await post({ record, found: { isUnfinished: true }, windows });
    expect(store.spend).toEqual([
      {
        id: '42-1-abcdef12',
        at: '2026-11-22T09:00:00.000Z',
        task: 'triage',
        costNanoUsd: 250_000_000,
        tokens: 20_900,
        partial: true,
      },
    ]);
  });

  test('counts once, however often `post` runs', async () => {
    const store = new InMemoryStore();
    for (let time = 0; time < 2; time += 1)
      await post({ record, found: { isUnfinished: true }, windows, store });
    expect(store.spend).toHaveLength(1);
  });

  test('is not remembered again when `wrap` did it', async () => {
    expect((await post({ record, windows })).store.spend).toEqual([]);
  });

  test('that could not be remembered is a warning', async () => {
    const store = new InMemoryStore();
    store.refusal = 'the token is read-only';
    const { runner } = await post({ record, found: { isUnfinished: true }, windows, store });
    expect(runner.titles('warning')).toContain('This run’s spend was not recorded');
  });
});
