/** `post` as a whole: a record, the expected ranges, and what becomes of the gate, the annotations and the exit code. */
import { describe, expect, test } from '@jest/globals';
import type { RawInputs } from '../../src/config/config.js';
import { OUTPUTS } from '../../src/config/outputs.js';
import { type BudgetReading, budgetLimit, finite } from '../../src/core/budget.js';
import { AppError } from '../../src/core/errors.js';
import { finding } from '../../src/core/findings.js';
import type { GateReading } from '../../src/core/gate.js';
import { parseRecord } from '../../src/core/record.js';
import { type BudgetMark, judgeSharing } from '../../src/core/sighting.js';
import type { Unit } from '../../src/core/units.js';
import { gateways as realGateways } from '../../src/gateways/index.js';
import { type PostDeps, runPost } from '../../src/modes/post.js';
import type { BudgetContext, Gateway, HttpSend } from '../../src/ports/gateway.js';
import type { FoundRecord } from '../../src/ports/run-files.js';
import type { Saved } from '../../src/ports/store.js';
import { reporters } from '../../src/reporters/index.js';
import {
  type ConfigOptions,
  configOf,
  FAKE_GATEWAY,
  ON_A_BRANCH,
  ON_A_LAPTOP,
  ON_MAIN,
} from '../support/config.js';
import {
  FixedClock,
  InMemoryGitHub,
  InMemoryMarkFile,
  InMemoryStore,
  NO_FACTS,
  RecordingRunner,
} from '../support/fakes.js';

const GATE = 'nightly-triage';
/** Those of `wrap` are set for a meter in the background alone. */
const NAMES = Object.entries(OUTPUTS)
  .filter(([, { modes }]) => (modes as readonly string[]).includes('post'))
  .filter(([, { modes }]) => !(modes as readonly string[]).includes('wrap'))
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
  readonly gateways?: readonly Gateway[];
  readonly createSend?: (deadlineMs: number) => HttpSend;
  readonly clock?: FixedClock;
  /** What `pre` left in this job; by default nothing. */
  readonly markFile?: InMemoryMarkFile;
  readonly keyFingerprint?: string;
}

async function post({ inputs = {}, record, found = {}, store = new InMemoryStore(), ...rest }: Options = {}) {
  const {
    github,
    pullRequest,
    gateways = [],
    clock = new FixedClock(),
    markFile = new InMemoryMarkFile(),
  } = rest;
  const runner = new RecordingRunner();
  const read = configOf({ mode: 'post', task: 'triage', ...EXPECT, ...inputs }, rest);
  const config = { ...read, context: { ...read.context, pullRequest } };
  const findRecord = (): FoundRecord => {
    if (record === undefined) throw new AppError('no-record', 'No usage of the task triage was found.');
    const parsed = parseRecord(JSON.stringify({ task: 'triage', ...record }));
    return { record: parsed, origin: 'the record of `wrap`', findings: [], isUnfinished: false, ...found };
  };
  const sleeps: number[] = [];
  const deps: PostDeps = {
    config,
    runner,
    clock,
    store,
    github,
    reporters,
    findRecord,
    endBackground: async () => undefined,
    saveFile: (name) => `/job/${name}`,
    decideNow: () =>
      configOf(
        { mode: 'post', task: 'triage', ...EXPECT, ...inputs },
        { ...rest, environment: { ...rest.environment, SPENDGATE_DECIDED_AT: '' } },
      ),
    gateways,
    createSend: rest.createSend ?? (() => () => Promise.reject(new Error('no request is expected'))),
    deadlineMs: 5000,
    markFile,
    keyFingerprint: rest.keyFingerprint,
    sleep: async (ms) => {
      sleeps.push(ms);
      clock.advance(ms);
    },
  };
  const error = await runPost(deps).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const findings = JSON.parse(String(runner.outputs['findings'] ?? '[]')) as { id: string; level: string }[];
  return { runner, outputs: runner.outputs, findings, store, error, sleeps };
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

  test('shows who spent it, whatever a record calls them', async () => {
    const callers = [
      {
        caller: 'main',
        agents: 1,
        requests: 5,
        'input-tokens': 9000,
        'output-tokens': 300,
        'cost-usd': '0.1',
      },
      { caller: '| <b>@octocat</b>', requests: 2 },
    ];
    const { runner } = await post({ record: { ...WITHIN, callers } });
    expect(runner.summary).toContain('| main | 5 | 9,000 | 300 | \\$0.10 |');
    expect(runner.summary).not.toMatch(/<b>|@octocat/);
    expect(runner.summary).toContain('| 2 | not known | not known | not known |');
  });

  test('does not open a gate that is closed', async () => {
    const store = closedStore();
    const { outputs } = await post({ record: WITHIN, store });
    expect(outputs['gate']).toBe('closed');
    expect(store.gates).toHaveLength(1);
  });
});

describe('what the agent said of itself', () => {
  const witness = {
    agent: 'claude-code',
    origin: '~/.claude/projects',
    'input-tokens': 40_000,
    'output-tokens': 900,
    'metered-input-tokens': 20_000,
    'metered-output-tokens': 900,
    'ratio-input': 2,
    'ratio-output': 1,
  };

  test('is carried from the record into the report, and a difference does not change the verdict', async () => {
    const { outputs, findings, runner } = await post({
      record: { ...WITHIN, witness: { ...witness, verdict: 'differs' } },
    });
    expect(outputs).toMatchObject({ verdict: 'within', gate: 'open' });
    expect(ids(findings)).toEqual(['warning witness-differs']);
    expect(runner.summary).toContain('claude-code reports 40,000 input and 900 output tokens');
  });

  test('makes a run that went past the meter one that cannot be judged, and closes no gate', async () => {
    const { outputs, findings, store } = await post({
      record: { ...WITHIN, witness: { ...witness, verdict: 'unmetered' } },
    });
    expect(outputs['verdict']).toBe('unknown');
    expect(ids(findings)).toEqual(['error witness-unmetered']);
    expect(store.gates.some(({ closed }) => closed)).toBe(false);
  });
});

test('a usage that cannot be the one of `wrap` makes the run one outside its range, whatever it says', async () => {
  const { outputs, findings } = await post({ record: WITHIN, found: { isDisputed: true } });
  expect(outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
  expect(ids(findings)).toEqual(['error usage-disputed', 'notice gate-closed']);
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
    expect(runner.annotations.at(-1)?.advice).toMatch(/gate-action: open.*spendgate gate open --gate/);
  });

  test('links the issue that holds the gate closed', async () => {
    const url = 'https://github.test/acme/app/issues/12';
    class IssueStore extends InMemoryStore {
      override async saveGate(): Promise<Saved> {
        return {
          saved: true,
          hint: `Closing issue #12 (${url}) opens it as well.`,
          links: [{ text: 'issue 12', url }],
        };
      }
    }
    const { runner } = await post({ record: ABOVE, store: new IssueStore() });
    expect(runner.summary).toContain(`([issue 12](${url})) opens it as well.`);
    expect(runner.annotations.at(-1)?.advice).toContain(`(${url})`);
  });

  test('says of a gate that was closed before where it is kept, and which issue holds it', async () => {
    const issue = { text: 'issue #12', url: 'https://github.test/acme/app/issues/12' };
    class IssueStore extends InMemoryStore {
      override async readGate(): Promise<GateReading> {
        const reading = await closedStore().readGate(GATE, undefined);
        const { state, evidence } = reading;
        const source = { store: 'issue-label', state, readAt: '2026-11-22T09:00:00Z', evidence, unseen: [] };
        return { ...reading, sources: [{ ...source, links: [issue], holding: [issue] }] };
      }
    }
    const comments = async (choice: string) => {
      const github = new InMemoryGitHub();
      await post({
        record: WITHIN,
        store: choice === 'cache' ? closedStore() : new IssueStore(),
        github,
        pullRequest: 7,
        inputs: { comment: 'always', 'gate-store': choice, 'github-token': 'x' },
      });
      return github.comments.get(7)?.[0]?.body;
    };
    const link = `[issue #\u200b12](${issue.url})`;
    expect(await comments('issue')).toContain(`then close ${link}.</sub>`);
    expect(await comments('both')).toContain(
      `then close ${link}, or open it from a run on the default branch`,
    );
    expect(await comments('both')).toContain('gate-store: both');
    expect(await comments('cache')).toContain('then open it from a run on the default branch');
    expect(await comments('cache')).not.toContain('issue');
  });

  test('says how a run ended that died, before what it used', async () => {
    const { runner } = await post({ record: { ...WITHIN, 'stop-reason': 'agent-failed', 'exit-code': 1 } });
    expect(runner.summary).toMatch(/^### ⚠️ triage: not finished, usage within its range$/m);
    expect(runner.summary).toContain(
      'The agent failed with exit code 1. Usage is within its expected range.',
    );
  });

  test('without a call says so, and for a command that is not there what is to be done', async () => {
    const none = { 'input-tokens': 0, requests: 0, 'refused-requests': 0, 'other-requests': 0 };
    const { runner, outputs } = await post({
      record: { ...none, 'stop-reason': 'agent-failed', 'exit-code': 127 },
      inputs: { 'expect-input-tokens': '0..5k' },
    });
    expect(outputs['verdict']).toBe('unknown');
    expect(runner.summary).toContain('Usage cannot be judged: no call reached the meter.');
    expect(runner.summary).not.toContain('nothing is expected');
    expect(runner.annotations.map(({ advice }) => advice).join()).toContain('was not found (exit code 127)');
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

  test('the figures of the run are kept with the reason', async () => {
    const { store } = await post({ record: ABOVE });
    expect(store.gates[0]?.figures).toContainEqual({
      label: 'input tokens',
      observed: '92,400',
      expected: '5,000..50,000',
      limit: '',
    });
  });

  test('a gate that one of two stores did not keep is closed, with a warning that names the half', async () => {
    class HalfStore extends InMemoryStore {
      override async saveGate(): Promise<Saved> {
        return { saved: true, missing: 'issue-label: the token has no `issues: write`' };
      }
    }
    const { outputs, findings, runner } = await post({ record: ABOVE, store: new HalfStore() });
    expect(outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
    expect(ids(findings)).toContain('warning gate-half-closed');
    expect(runner.annotations.find(({ id }) => id === 'gate-half-closed')?.message).toContain(
      'not kept in issue-label: the token has no `issues: write`.',
    );
  });

  test('a closing that the store does not show yet is told as such', async () => {
    class LateStore extends InMemoryStore {
      override async saveGate(): Promise<Saved> {
        return { saved: true, unconfirmed: 'It may take some minutes.', hint: 'Or close it.' };
      }
    }
    const { findings, runner } = await post({ record: ABOVE, store: new LateStore() });
    expect(ids(findings)).toContain('notice gate-closed');
    expect(runner.summary).toContain('It may take some minutes.');
    expect(runner.summary).toContain('Or close it.');
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
    expect(store.gates).toEqual([expect.objectContaining({ gate: GATE, closed: false, isFirst: true })]);
  });

  test('does not say so where not all was read, since a closing may stand in the rest', async () => {
    const store = new InMemoryStore();
    store.sawAll = false;
    const { outputs } = await post({ record: WITHIN, store });
    expect(outputs['gate']).toBe('unknown');
    expect(store.gates).toEqual([]);
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

const USD = 1_000_000_000;
const KEY_SEEN = '0123456789abcdef';
const PLACE = 'https://llm.test';
const AT_PRE = '2026-11-22T08:50:00.000Z';
/** Ended a minute ago. */
const METERED = {
  ...WITHIN,
  'total-tokens': 20_900,
  'started-at': '2026-11-22T08:55:00.000Z',
  'duration-ms': 240_000,
};

/** What `pre` left: the key had used three dollars. */
const markOf = (count: Partial<BudgetMark['count']> = {}): InMemoryMarkFile =>
  new InMemoryMarkFile({
    gateway: FAKE_GATEWAY,
    at: AT_PRE,
    count: { scope: 'key', unit: 'usd', value: 3 * USD, resetsAt: undefined, isWider: false, ...count },
    conversions: [],
  });

interface Counting {
  /** What the gateway counts at each look; the last one stays. */
  readonly used: readonly (number | Error)[];
  readonly lagMs?: number;
  readonly unit?: Unit;
  readonly conversions?: BudgetReading['conversions'];
}

function counting({ used, lagMs, unit = 'usd', conversions = [] }: Counting) {
  const clock = new FixedClock();
  const looks: string[] = [];
  const fake: Gateway = {
    id: FAKE_GATEWAY,
    summary: '',
    facts: NO_FACTS,
    defaultUrl: undefined,
    requires: ['gateway-url'],
    readBudget: async ({ now }) => {
      const said = used[Math.min(looks.length, used.length - 1)] ?? 0;
      looks.push(now.toISOString());
      if (typeof said !== 'number') throw said;
      return {
        gateway: FAKE_GATEWAY,
        limits: [budgetLimit('key', unit, { used: finite(said) })],
        unread: [],
        conversions,
        asOf: now.toISOString(),
        lagMs,
      };
    },
    readFailure: () => {
      throw new Error('not asked for');
    },
    readCost: () => undefined,
    readRoute: () => ({ servedBy: undefined, fallbacks: undefined }),
  };
  return { gateways: [fake], clock, looks };
}

async function reconciled(told: Counting, options: Options = {}) {
  const { gateways, clock, looks } = counting(told);
  const result = await post({
    record: METERED,
    gateways,
    clock,
    markFile: markOf(),
    keyFingerprint: KEY_SEEN,
    createSend: () => () => Promise.reject(new Error('the fake sends nothing')),
    ...options,
    inputs: { gateway: FAKE_GATEWAY, 'gateway-url': PLACE, 'reconcile-wait': '0', ...options.inputs },
  });
  return { ...result, looks, clock };
}

describe('what the run was held to', () => {
  const record = { ...WITHIN, limits: { 'cost-usd': '2', requests: 60 } };

  test('is shown where this step has no limits of its own', async () => {
    const { runner } = await post({ record });
    expect(runner.summary).toMatch(/cost.*\$0\.25.*\$2\.00/);
    expect(runner.summary).toMatch(/model calls.*60/);
  });

  test('is shown rather than the limits of this step', async () => {
    const { runner } = await post({ record, inputs: { 'max-cost': '7 USD' } });
    expect(runner.summary).toContain('$2.00');
    expect(runner.summary).not.toContain('$7.00');
  });

  test('is told with what else nobody has told yet', async () => {
    const facts = [['Canary', 'was refused here']] as const;
    const { runner } = await post({ record, found: { facts } });
    expect(runner.summary).toMatch(/Canary.*was refused here/);
  });
});

describe('the gateway’s own count against the meter’s', () => {
  test.each<[string, number, string, string[]]>([
    ['the same', 3.25, '0.0', []],
    ['within `max-drift`', 3.26, '4.0', []],
    ['a quarter more', 3.3125, '25.0', ['warning spend-by-others']],
    ['twice as much', 3.5, '100.0', ['warning spend-by-others']],
    ['an eighth less', 3.21875, '-12.5', ['warning gateway-drift']],
    ['nothing', 3, '-100.0', ['warning gateway-drift']],
    ['a shade less, which is no negative zero', 3.24999, '0.0', []],
  ])('is %s', async (_name, dollars, drift, expected) => {
    const { outputs, findings, error, runner, looks } = await reconciled({ used: [dollars * USD] });
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({ verdict: 'within', 'drift-percent': drift });
    expect(ids(findings)).toEqual(expected);
    expect(looks).toHaveLength(1);
    expect(runner.summary).toMatch(/Gateway’s count.*the gateway counted/);
  });

  test('may differ by as much as `max-drift` says', async () => {
    const used = [3.5 * USD];
    expect((await reconciled({ used }, { inputs: { 'max-drift': '100%' } })).findings).toEqual([]);
    expect((await reconciled({ used }, { inputs: { 'max-drift': '99%' } })).findings).toHaveLength(1);
  });

  test('changes no verdict, closes no gate, and fails nothing', async () => {
    const { outputs, store, error } = await reconciled(
      { used: [9 * USD] },
      { inputs: { 'on-out-of-range': 'fail' } },
    );
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({ verdict: 'within', gate: 'open' });
    expect(store.gates.every(({ closed }) => !closed)).toBe(true);
  });

  test('stays out of the reason a gate is closed for', async () => {
    const { store, findings } = await reconciled({ used: [9 * USD] }, { record: { ...METERED, ...ABOVE } });
    expect(store.gates[0]?.reason).toBe('92,400 input tokens observed, 5,000..50,000 expected.');
    expect(ids(findings)).toEqual([
      'error input-tokens-above',
      'warning spend-by-others',
      'notice gate-closed',
    ]);
  });

  test('is only mentioned under `observe`', async () => {
    const { findings } = await reconciled({ used: [9 * USD] }, { inputs: { observe: 'true' } });
    expect(ids(findings)).toEqual(['notice spend-by-others']);
  });

  test('in tokens is held against tokens', async () => {
    const told = { used: [1000 + 20_900], unit: 'tokens' } as const;
    const markFile = markOf({ unit: 'tokens', value: 1000 });
    expect((await reconciled(told, { markFile })).outputs['drift-percent']).toBe('0.0');
    const more = await reconciled({ ...told, used: [1000 + 26_125] }, { markFile });
    expect(more.outputs['drift-percent']).toBe('25.0');
    expect(ids(more.findings)).toEqual(['warning spend-by-others']);
  });

  test.each<[string, Counting, Options, RegExp]>([
    [
      'in a unit without a rate',
      { used: [9], unit: 'currency:CNY' },
      { markFile: markOf({ unit: 'currency:CNY', value: 3 }) },
      /no rate is known for CNY/,
    ],
    [
      'of a window that has ended',
      { used: [9 * USD] },
      { markFile: markOf({ resetsAt: '2026-11-22T09:00:00Z' }) },
      /another window or scope/,
    ],
    [
      'of another scope',
      { used: [9 * USD] },
      { markFile: markOf({ scope: 'team' }) },
      /another window or scope/,
    ],
    [
      'of a run that has no whole cost',
      { used: [9 * USD] },
      { record: { ...METERED, 'unpriced-requests': 1 } },
      /the meter knows of \\\$0\.25 for certain/,
    ],
  ])('%s is not compared, and the reason is told', async (_name, told, options, reason) => {
    const { outputs, findings, runner, error } = await reconciled(told, options);
    expect(error).toBeUndefined();
    expect(outputs['drift-percent']).toBe('');
    expect(findings.filter(({ level }) => level !== 'notice')).toEqual([]);
    expect(runner.summary).toMatch(reason);
  });

  test('in another currency is compared by the rate of the policy file', async () => {
    const policy = {
      rates: [{ unit: 'currency:CNY', nanoUsdPerUnit: 0.125 * USD, source: 'policy' }] as const,
    };
    const markFile = markOf({ unit: 'currency:CNY', value: 3 });
    const { outputs } = await reconciled({ used: [5], unit: 'currency:CNY' }, { markFile, policy });
    expect(outputs['drift-percent']).toBe('0.0');
  });

  test('of a cost that was given as an input is held against that', async () => {
    const { outputs } = await reconciled(
      { used: [3.5 * USD] },
      { inputs: { 'cost-usd': '0.40', 'expect-cost': '..1 USD', usage: '{}' } },
    );
    expect(outputs['drift-percent']).toBe('25.0');
  });
});

test('a cost that looks like its bound and is not is told to the last digit', async () => {
  const { runner } = await post({
    record: { ...WITHIN, 'cost-usd': '0.2025' },
    inputs: { 'expect-cost': '..0.20 USD' },
  });
  expect(runner.annotations.map(({ message }) => message).join()).toContain(
    '$0.2025 cost observed, ..$0.20 expected',
  );
});

test('tokens that were given as inputs are what the gateway’s count is held against', async () => {
  const { outputs, findings } = await reconciled(
    { used: [8500], unit: 'tokens' },
    {
      record: { ...METERED, 'input-tokens': 100, 'output-tokens': 10, 'total-tokens': 110 },
      markFile: markOf({ unit: 'tokens', value: 3000 }),
      inputs: { 'input-tokens': '5000', 'output-tokens': '500', usage: '{}' },
    },
  );
  expect(outputs['drift-percent']).toBe('0.0');
  expect(ids(findings)).not.toContain('warning shared-key');
});

describe('a gateway that trails its calls', () => {
  test('is asked again within `reconcile-wait`, until it has caught up', async () => {
    const { outputs, findings, looks, sleeps } = await reconciled(
      { used: [3 * USD, 3.1 * USD, 3.25 * USD], lagMs: 300_000 },
      { inputs: { 'reconcile-wait': '60s' } },
    );
    expect(outputs['drift-percent']).toBe('0.0');
    expect(findings).toEqual([]);
    expect(looks).toEqual([
      '2026-11-22T09:00:00.000Z',
      '2026-11-22T09:00:02.000Z',
      '2026-11-22T09:00:04.000Z',
    ]);
    expect(sleeps).toEqual([2000, 2000]);
  });

  test('that never catches up is given as long as was said, and is called early, not wrong', async () => {
    const { findings, looks, sleeps } = await reconciled(
      { used: [3 * USD], lagMs: 300_000 },
      { inputs: { 'reconcile-wait': '5s' } },
    );
    expect(ids(findings)).toEqual(['notice drift-too-early']);
    expect(sleeps).toEqual([2000, 2000, 1000]);
    expect(looks).toHaveLength(4);
  });

  test('is given ten seconds unless somebody said otherwise', async () => {
    const { sleeps } = await reconciled(
      { used: [3 * USD], lagMs: 300_000 },
      { inputs: { 'reconcile-wait': '' } },
    );
    expect(sleeps.reduce((sum, ms) => sum + ms, 0)).toBe(10_000);
  });

  test('is compared at once with `reconcile-wait: 0`', async () => {
    const { sleeps, looks, findings } = await reconciled({ used: [3 * USD], lagMs: 300_000 });
    expect([sleeps, looks.length]).toEqual([[], 1]);
    expect(ids(findings)).toEqual(['notice drift-too-early']);
  });

  test('is waited for no longer than its lag', async () => {
    const { sleeps, findings } = await reconciled(
      { used: [3 * USD], lagMs: 63_000 },
      { inputs: { 'reconcile-wait': '10m' } },
    );
    // The run ended a minute ago.
    expect(sleeps).toEqual([2000, 2000]);
    expect(ids(findings)).toEqual(['warning gateway-drift']);
  });

  test('counts the lag from the earliest end where the record does not tell', async () => {
    const { findings } = await reconciled(
      { used: [3 * USD], lagMs: 600_000 },
      { record: { ...WITHIN }, inputs: { 'reconcile-wait': '0' } },
    );
    // `pre` was ten minutes ago.
    expect(ids(findings)).toEqual(['warning gateway-drift']);
  });

  test.each([
    ['counts more', { used: [4 * USD], lagMs: 300_000 }],
    ['states no lag', { used: [3 * USD] }],
    ['agrees', { used: [3.25 * USD], lagMs: 300_000 }],
  ])('is not waited for when it %s', async (_name, told) => {
    const { sleeps } = await reconciled(told, { inputs: { 'reconcile-wait': '60s' } });
    expect(sleeps).toEqual([]);
  });

  test('and goes down while it is waited for leaves no drift', async () => {
    const down = new AppError('upstream-failed', 'GET /key/info: 503.');
    const { outputs, error, sleeps } = await reconciled(
      { used: [3 * USD, down], lagMs: 300_000 },
      { inputs: { 'reconcile-wait': '60s' } },
    );
    expect(error).toBeUndefined();
    expect(sleeps).toEqual([2000]);
    expect(outputs).toMatchObject({ verdict: 'within', 'drift-percent': '' });
  });
});

describe('a gateway that cannot be read after the run', () => {
  test('changes no verdict, and why is told', async () => {
    const down = new AppError('upstream-failed', 'GET https://llm.test/key/info: 503.');
    const { outputs, error, runner, findings, store } = await reconciled({ used: [down] });
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({ verdict: 'within', 'drift-percent': '' });
    expect(findings).toEqual([]);
    expect(runner.summary).toContain('not read: GET https:');
    expect(store.sightings).toEqual([]);
  });

  test('closes the gate all the same when usage is outside', async () => {
    const down = new AppError('upstream-failed', 'GET https://llm.test/key/info: 503.');
    const { outputs } = await reconciled({ used: [down] }, { record: { ...METERED, ...ABOVE } });
    expect(outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
  });
});

describe('without a `pre` in this job', () => {
  test('nothing is read, whatever the gateway', async () => {
    for (const gateway of [FAKE_GATEWAY, 'litellm', 'openrouter']) {
      const { gateways, looks, clock } = counting({ used: [9 * USD] });
      const asked: number[] = [];
      const { outputs, error, store } = await post({
        record: METERED,
        gateways: [...gateways, ...realGateways],
        clock,
        keyFingerprint: KEY_SEEN,
        createSend: (ms) => {
          asked.push(ms);
          return () => Promise.reject(new Error('no request is expected'));
        },
        inputs: { gateway, 'gateway-url': 'https://llm.test', 'gateway-key': 'k' },
      });
      expect(error).toBeUndefined();
      expect(outputs['drift-percent']).toBe('');
      expect([looks, asked, store.sightings]).toEqual([[], [], []]);
    }
  });

  test('nor is anything where `pre` ran and no gateway is named now', async () => {
    const { looks, outputs } = await reconciled({ used: [9 * USD] }, { inputs: { gateway: '' } });
    expect(looks).toEqual([]);
    expect(outputs['drift-percent']).toBe('');
  });
});

describe('what the next `pre` with the same key will find', () => {
  test('is the count itself where its window began again', async () => {
    const markFile = markOf({ value: 90 * USD, resetsAt: '2026-11-22T08:58:00Z' });
    const { store } = await reconciled({ used: [USD] }, { markFile });
    expect(store.sightings.at(-1)?.count.value).toBe(USD);
  });

  /** What it would say at this count, if nobody but us was there. */
  async function nextPre(told: Counting, value: number, options: Options = {}) {
    const { store } = await reconciled(told, options);
    const last = await store.readSighting(KEY_SEEN);
    const unit = told.unit ?? 'usd';
    const reading: BudgetReading = {
      gateway: FAKE_GATEWAY,
      limits: [budgetLimit('key', unit, { used: finite(value) })],
      unread: [],
      conversions: told.conversions ?? [],
      asOf: '2026-11-23T09:00:00Z',
      lagMs: undefined,
    };
    return { last, said: judgeSharing(last, { reading, workflow: 'nightly' }).map(({ id }) => id) };
  }

  test('is the count after this run, which explains itself', async () => {
    const { last, said } = await nextPre({ used: [3.25 * USD] }, 3.25 * USD);
    expect(last).toEqual({
      key: KEY_SEEN,
      count: { scope: 'key', unit: 'usd', value: 3.25 * USD, resetsAt: undefined, isWider: false },
      at: '2026-11-22T09:00:00.000Z',
      runId: '42',
      workflow: 'nightly',
    });
    expect(said).toEqual([]);
  });

  test('takes in what the gateway had not counted yet of this run', async () => {
    const { said } = await nextPre({ used: [3 * USD], lagMs: 300_000 }, 3.25 * USD);
    expect(said).toEqual([]);
  });

  test('shows what others spent later', async () => {
    expect((await nextPre({ used: [3.25 * USD] }, 3.5 * USD)).said).toEqual(['shared-key']);
    expect((await nextPre({ used: [3 * USD], lagMs: 300_000 }, 3.5 * USD)).said).toEqual(['shared-key']);
  });

  test('does not tell again what was told of this run', async () => {
    expect((await nextPre({ used: [9 * USD] }, 9 * USD)).said).toEqual([]);
  });

  test('is nothing without a key', async () => {
    const { gateways, clock } = counting({ used: [3.25 * USD] });
    const { store, outputs } = await post({
      record: METERED,
      gateways,
      clock,
      markFile: markOf(),
      inputs: { gateway: FAKE_GATEWAY, 'gateway-url': PLACE, 'reconcile-wait': '0' },
    });
    expect(outputs['drift-percent']).toBe('0.0');
    expect(store.sightings).toEqual([]);
  });

  test.each([
    [true, 3.25 * USD],
    [false, undefined],
  ])(
    'is what the meter saw where the gateway is not looked at (nothing remembered yet: %p)',
    async (isUnfinished, value) => {
      const { store, looks } = await reconciled(
        { used: [] },
        { found: { isUnfinished }, inputs: { 'gateway-url': '' } },
      );
      expect(looks).toEqual([]);
      expect((await store.readSighting(KEY_SEEN))?.count.value).toBe(value);
    },
  );

  test('that cannot be kept disturbs nobody', async () => {
    const store = closedStore();
    store.refusal = 'the token is read-only';
    const { error, outputs } = await reconciled({ used: [3.25 * USD] }, { store });
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({ verdict: 'within', 'drift-percent': '0.0' });
  });
});

describe('a count that is not the gateway’s own', () => {
  const WINDOWS = [{ unit: 'usd', limit: 10 * USD, period: 'month' }] as const;

  test('the ledger is never held against itself', async () => {
    const store = new InMemoryStore();
    const ledger = realGateways.filter(({ id }) => id === 'ledger');
    const markFile = markOf();
    markFile.mark = markFile.mark && { ...markFile.mark, gateway: 'ledger' };
    await store.mergeSpend([
      {
        id: '42',
        at: '2026-11-22T09:00:00.000Z',
        task: 'triage',
        costNanoUsd: 9 * USD,
        tokens: 1,
        partial: false,
      },
    ]);
    const { outputs, findings, error } = await post({
      record: METERED,
      store,
      markFile,
      gateways: ledger,
      windows: WINDOWS,
      inputs: { gateway: 'ledger', 'gateway-url': PLACE },
    });
    expect(error).toBeUndefined();
    expect([outputs['drift-percent'], findings]).toEqual(['', []]);
  });

  test('nor is a count of another gateway than `pre` asked', async () => {
    const markFile = markOf();
    markFile.mark = markFile.mark && { ...markFile.mark, gateway: 'litellm' };
    const { looks, outputs } = await reconciled({ used: [9 * USD] }, { markFile });
    expect([looks, outputs['drift-percent']]).toEqual([[], '']);
  });

  test('nor is any where nobody says where the gateway stands', async () => {
    const { looks } = await reconciled({ used: [9 * USD] }, { inputs: { 'gateway-url': '' } });
    expect(looks).toEqual([]);
  });
});

test('a gateway whose place stands in the mapping of the policy file is compared as well', async () => {
  const { gateways, clock, looks } = counting({ used: [3.25 * USD] });
  const markFile = markOf();
  markFile.mark = markFile.mark && { ...markFile.mark, gateway: 'http' };
  const http = gateways.map((gateway) => ({ ...gateway, id: 'http', requires: ['mapping'] as const }));
  // `http` needs `gateway.http` alone; neither `gateway-url` nor `budget-url` has to be given.
  const options = {
    gateways: http,
    clock,
    markFile,
    createSend: () => () => Promise.reject(new Error('unused')),
  };
  await post({ record: METERED, ...options, inputs: { gateway: 'http', 'reconcile-wait': '0' } });
  expect(looks).toHaveLength(1);
});

test('the gate is settled before the gateway may take its time', async () => {
  const store = new InMemoryStore();
  const { gateways, clock } = counting({ used: [3.25 * USD] });
  const gates: number[] = [];
  const slow = gateways.map((gateway) => ({
    ...gateway,
    readBudget: (context: BudgetContext) => {
      gates.push(store.gates.length);
      return gateway.readBudget(context);
    },
  }));
  await reconciled({ used: [] }, { gateways: slow, clock, store, record: { ...METERED, ...ABOVE } });
  expect(gates).toEqual([1]);
});

test.each([
  ['0', 5000],
  ['60s', 60_000],
])(
  'a gateway that hangs holds `post` up no longer than `reconcile-wait: %s` allows',
  async (wait, expected) => {
    const asked: number[] = [];
    const { gateways, clock } = counting({ used: [3.25 * USD] });
    const sending = gateways.map((gateway) => ({
      ...gateway,
      readBudget: async (context: BudgetContext) => gateway.readBudget(context),
    }));
    await reconciled(
      { used: [] },
      {
        gateways: sending,
        clock,
        inputs: { 'reconcile-wait': wait },
        createSend: (ms) => {
          asked.push(ms);
          return () => Promise.reject(new Error('the fake sends nothing'));
        },
      },
    );
    expect(asked).toEqual([expected]);
  },
);

test('the headline stands in the log', async () => {
  const { runner } = await post({ record: WITHIN });
  expect(runner.lines).toContainEqual(expect.stringMatching(/^spendgate: .*within/));
});

describe('what the runner cost', () => {
  const runner = { 'runner-minutes': 4, 'runner-cost-usd': '0.24', 'total-cost-usd': '0.49' };

  test('is told beside the calls', async () => {
    const { runner: told } = await post({ record: { ...WITHIN, ...runner } });
    expect(told.summary).toContain('4 started minutes, \\$0.24');
    expect(told.summary).toContain('Calls and runner: \\$0.49');
  });

  test('that nobody knows is told as not known, never as zero', async () => {
    const { runner: told } = await post({ record: { ...WITHIN, 'runner-minutes': 4 } });
    expect(told.summary).toContain('4 started minutes, no price for its label');
    expect(told.summary).toContain('Calls and runner: not known');
  });

  test('is no part of what is expected of the calls', async () => {
    const { outputs } = await post({
      record: { ...WITHIN, ...runner },
      inputs: { 'expect-cost': '0.25..0.26 USD' },
    });
    expect(outputs['verdict']).toBe('within');
  });

  test('is part of what a run that `wrap` could not finish is remembered with', async () => {
    const { store } = await post({
      record: { ...WITHIN, ...runner, complete: false, 'run-id': '42-1-a' },
      found: { isUnfinished: true },
      windows: [{ unit: 'usd', limit: 5 * USD, period: 'day' }],
    });
    expect(store.spend).toEqual([expect.objectContaining({ costNanoUsd: 0.49 * USD })]);
  });
});

describe('what is wrong and does not touch the judgement', () => {
  const unknownInputs = ['expect-input-token'];

  test('is told when the run is judged and the gate is closed', async () => {
    const { outputs, error, store } = await post({ record: ABOVE, unknownInputs });
    expect(outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
    expect(store.gates.at(-1)).toMatchObject({ closed: true });
    expect(error).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/expect-input-token: This is not/),
    });
  });

  test('is also what is wrong with those who are told of it', async () => {
    const inputs = { 'alert-webhook': 'no url', comment: 'sometimes' };
    const { outputs, error, store } = await post({ record: ABOVE, inputs });
    expect(outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
    expect(store.gates.at(-1)).toMatchObject({ closed: true });
    const message = expect.stringMatching(/alert-webhook: URL 1.*comment: /s);
    expect(error).toMatchObject({ exitCode: 2, message });
  });

  test('is told beside a failure of the run itself', async () => {
    const inputs = { 'on-out-of-range': 'fail' };
    expect((await post({ record: ABOVE, unknownInputs, inputs })).error).toMatchObject({ exitCode: 2 });
    const { error } = await post({ unknownInputs });
    expect(error).toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(/expect-input-token[\s\S]*No usage of the task triage/),
    });
  });
});

describe('an override that has ended since the job decided', () => {
  const override = '{ reason: x, until: "2026-11-26T10:00:00Z", expect: { input-tokens: ..100k } }';
  const environment = {
    ...ON_MAIN,
    GITHUB_EVENT_NAME: 'workflow_dispatch',
    SPENDGATE_DECIDED_AT: '2026-11-26T09:00:00.000Z',
  };
  const now = new Date('2026-11-26T11:00:00Z');
  const ended = { inputs: { override }, environment, now, clock: new FixedClock(now.toISOString()) };
  const held = {
    by: 'octocat',
    reason: 'x',
    until: '2026-11-26T10:00:00Z',
    origin: 'workflow_dispatch',
    changes: [],
  };

  test('holds where the record says that the run was held to it', async () => {
    const { outputs } = await post({ ...ended, record: { ...ABOVE, overrides: [held] } });
    expect(outputs['verdict']).toBe('within');
  });

  test('does not hold on the word of a variable', async () => {
    const { outputs, findings } = await post({ ...ended, record: ABOVE });
    expect(outputs['verdict']).toBe('outside');
    expect(ids(findings)).toContain('error input-tokens-above');
  });
});
