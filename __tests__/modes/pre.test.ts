/** `pre` as a whole: readings from fakes and from real gateways on loopback, outputs, annotations, exit code. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import '../support/realm.js';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Agent } from 'undici';
import type { RawInputs } from '../../src/config/config.js';
import { OUTPUTS } from '../../src/config/outputs.js';
import { parsePolicy } from '../../src/config/policy-file.js';
import {
  type BudgetLimit,
  type BudgetReading,
  budgetLimit,
  finite,
  UNLIMITED,
} from '../../src/core/budget.js';
import type { Contract } from '../../src/core/contract.js';
import { withDeadline } from '../../src/core/deadline.js';
import { AppError } from '../../src/core/errors.js';
import { blindGate, type GateReading, gateReading, readFrom } from '../../src/core/gate.js';
import { decideGate } from '../../src/core/gate-decision.js';
import { gateways } from '../../src/gateways/index.js';
import { type PreDeps, runPre } from '../../src/modes/pre.js';
import { createHttpSend } from '../../src/platform/http.js';
import type { Gateway, HttpSend } from '../../src/ports/gateway.js';
import type { GitHub, WorkflowRun } from '../../src/ports/github.js';
import type { Reporter } from '../../src/ports/reporter.js';
import { reporters } from '../../src/reporters/index.js';
import { type ConfigOptions, configOf, FAKE_GATEWAY, ON_A_BRANCH, ON_MAIN } from '../support/config.js';
import {
  FixedClock,
  InMemoryGitHub,
  InMemoryMarkFile,
  InMemoryStore,
  NO_FACTS,
  RecordingRunner,
} from '../support/fakes.js';
import { shortenTimers } from '../support/timers.js';

const USD = 1_000_000_000;
const GATE = 'nightly-default';
const NAMES = Object.entries(OUTPUTS)
  .filter(([, { modes }]) => (modes as readonly string[]).includes('pre'))
  .map(([name]) => name)
  .sort();

function reading(limits: readonly BudgetLimit[], rest: Partial<BudgetReading> = {}): BudgetReading {
  return {
    gateway: FAKE_GATEWAY,
    limits,
    unread: [],
    conversions: [],
    asOf: '2026-11-22T09:00:00Z',
    lagMs: undefined,
    ...rest,
  };
}
const dollars = (limit: number, used: number) =>
  reading([budgetLimit('key', 'usd', { limit: finite(limit * USD), used: finite(used * USD) })]);

function fakeGateway(readBudget: Gateway['readBudget']): Gateway {
  return {
    id: FAKE_GATEWAY,
    summary: '',
    facts: NO_FACTS,
    defaultUrl: undefined,
    requires: [],
    readBudget,
    readFailure: () => {
      throw new Error('not asked for');
    },
    readCost: () => undefined,
    readRoute: () => ({ servedBy: undefined, fallbacks: undefined }),
  };
}

interface Options extends ConfigOptions {
  readonly inputs?: RawInputs;
  /** `undefined`: no gateway is named. */
  readonly budget?: BudgetReading | (() => Promise<BudgetReading>) | undefined;
  readonly github?: GitHub;
  /** `undefined`: the gate was never closed, and somebody said so. */
  readonly gate?: GateReading;
  readonly store?: InMemoryStore;
  readonly reporters?: readonly Reporter[];
  readonly createSend?: (deadlineMs: number) => HttpSend;
  readonly deadlineMs?: number;
  /** `undefined`: the run has no key. */
  readonly keyFingerprint?: string;
  readonly markFile?: InMemoryMarkFile;
  readonly clock?: FixedClock;
}

interface Result {
  readonly runner: RecordingRunner;
  readonly outputs: RecordingRunner['outputs'];
  readonly error: unknown;
}

function openStore(): InMemoryStore {
  const store = new InMemoryStore();
  store.gates.push(gateEntry(false));
  return store;
}

function gateEntry(closed: boolean) {
  return {
    gate: GATE,
    closed,
    createdAt: '2026-11-21T03:00:00.000Z',
    runId: '41',
    runAttempt: 1,
    until: undefined,
    actor: 'octocat',
    reason: closed ? '92,400 input tokens observed.' : 'Looked at it.',
  };
}

async function pre({ inputs, budget, store = openStore(), ...rest }: Options = {}): Promise<Result> {
  const runner = new RecordingRunner();
  const gateway = budget === undefined ? {} : { gateway: FAKE_GATEWAY };
  const config = configOf({ mode: 'pre', ...gateway, ...inputs }, rest);
  const read = async () => {
    if (budget === undefined) throw new Error('nobody asked for a budget');
    return typeof budget === 'function' ? budget() : budget;
  };
  const deps: PreDeps = {
    config,
    runner,
    clock: rest.clock ?? new FixedClock(),
    store,
    github: rest.github,
    reporters: rest.reporters ?? reporters,
    gateways: [...gateways, fakeGateway(read)],
    createSend: rest.createSend ?? (() => () => Promise.reject(new Error('no request is expected'))),
    deadlineMs: rest.deadlineMs ?? 5000,
    keyFingerprint: rest.keyFingerprint,
    markFile: rest.markFile ?? new InMemoryMarkFile(),
  };
  const error = await runPre(deps).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { runner, outputs: runner.outputs, error };
}

function expectDenied({ error, outputs, runner }: Result, reason: RegExp): void {
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ isReported: true });
  // Denied by a limit or the gate, by a gateway that could not be read, or by a store that could not.
  expect([3, 4, 5]).toContain(error instanceof AppError ? error.exitCode : undefined);
  expect(outputs).toMatchObject({ allowed: 'false', verdict: 'deny', reason: expect.stringMatching(reason) });
  expect(runner.titles('error')).not.toEqual([]);
}

describe('a run that may start', () => {
  test('gets every output of the contract, with plain figures', async () => {
    const { outputs, error, runner } = await pre({
      budget: reading([
        budgetLimit(
          'key',
          'usd',
          { limit: finite(20 * USD), used: finite(7.5 * USD) },
          { period: 'month', resetsAt: '2026-12-01T00:00:00Z' },
        ),
      ]),
      inputs: { 'min-remaining': '5 USD' },
    });
    expect(error).toBeUndefined();
    expect(Object.keys(outputs).sort()).toEqual(NAMES);
    expect(outputs).toMatchObject({
      allowed: 'true',
      verdict: 'allow',
      remaining: '12.5',
      unit: 'USD',
      limit: '20',
      used: '7.5',
      'percent-used': '37.5',
      'resets-at': '2026-12-01T00:00:00Z',
      gate: 'open',
      reason: '$12.50 left on key.',
    });
    expect(runner.annotations).toEqual([]);
    expect(runner.summary).toContain('$12.50');
  });

  test('without a gateway leaves everything about money empty, never zero', async () => {
    const { outputs, error } = await pre();
    expect(error).toBeUndefined();
    expect(Object.keys(outputs).sort()).toEqual(NAMES);
    expect(outputs).toMatchObject({ allowed: 'true', verdict: 'allow', gate: 'open' });
    for (const name of ['remaining', 'unit', 'limit', 'used', 'percent-used', 'resets-at', 'snapshot'])
      expect([name, outputs[name]]).toEqual([name, '']);
  });

  test('without a limit is told so, and has no remaining', async () => {
    const { outputs, error } = await pre({
      budget: reading([budgetLimit('key', 'usd', { limit: UNLIMITED, used: finite(3 * USD) })]),
      inputs: { 'min-remaining': '5 USD' },
    });
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({
      verdict: 'allow',
      limit: 'unlimited',
      remaining: '',
      'percent-used': '',
    });
  });

  test('has an empty `used` and `limit` where the gateway names only what is left', async () => {
    const { outputs } = await pre({
      budget: reading([budgetLimit('account', 'usd', { remaining: finite(9 * USD) })]),
    });
    expect(outputs).toMatchObject({ remaining: '9', limit: '', used: '', 'percent-used': '' });
  });

  test('is judged by the tightest limit', async () => {
    const { outputs } = await pre({
      budget: reading([
        budgetLimit('team', 'usd', { remaining: finite(90 * USD) }),
        budgetLimit('key', 'usd', { remaining: finite(9 * USD) }),
      ]),
    });
    expect(outputs).toMatchObject({ remaining: '9', reason: '$9.00 left on key.' });
  });

  test('leaves a snapshot that says whether it is complete', async () => {
    const { outputs } = await pre({
      budget: reading(
        [budgetLimit('key', 'quota', { limit: finite(500_000), used: finite(100_000) }, { period: 'month' })],
        {
          unread: ['team budget'],
          conversions: [{ unit: 'quota', nanoUsdPerUnit: 2000, source: 'the site' }],
          lagMs: 300_000,
        },
      ),
    });
    expect(JSON.parse(String(outputs['snapshot']))).toEqual({
      gateway: FAKE_GATEWAY,
      'as-of': '2026-11-22T09:00:00Z',
      lag: 'up to 5 min',
      complete: false,
      unread: ['team budget'],
      conversions: [{ unit: 'quota', 'nano-usd-per-unit': 2000, source: 'the site' }],
      limits: [
        {
          scope: 'key',
          unit: 'quota units',
          limit: '500000',
          used: '100000',
          remaining: '400000',
          period: 'month',
        },
      ],
    });
  });
});

describe('a budget that does not suffice', () => {
  test('denies with both figures and what to do', async () => {
    const result = await pre({ budget: dollars(20, 17), inputs: { 'min-remaining': '5 USD' } });
    expectDenied(result, /^\$3\.00 left on key .* is less than the minimum of \$5\.00\./);
    expect(result.outputs).toMatchObject({ remaining: '3', limit: '20', used: '17' });
    expect(result.error).toHaveProperty('hint', expect.stringMatching(/min-remaining/));
    expect(result.runner.titles('error')).toEqual(['Budget is too low']);
    expect(result.runner.summary).toContain('$3.00');
  });

  test.each([
    [20, '0'],
    [23.5, '-3.5'],
  ])('of $20 with $%p used is exhausted, whatever the minimum', async (used, remaining) => {
    const result = await pre({ budget: dollars(20, used) });
    expectDenied(result, /left on key/);
    expect(result.outputs).toMatchObject({ remaining });
    expect(result.runner.titles('error')).toEqual(['Budget is exhausted']);
  });

  test('a bare minimum counts in the unit that the gateway reports', async () => {
    const budget = reading([budgetLimit('token', 'quota', { remaining: finite(9_999) })]);
    expectDenied(await pre({ budget, inputs: { 'min-remaining': '10000' } }), /10,000 quota units/);
    expect((await pre({ budget, inputs: { 'min-remaining': '9999' } })).error).toBeUndefined();
  });

  test('a bare minimum counts in dollars where the gateway reports dollars', async () => {
    expectDenied(await pre({ budget: dollars(20, 17), inputs: { 'min-remaining': '5' } }), /\$5\.00/);
  });
});

describe('a minimum in another unit than the gateway reports', () => {
  const quota = (left: number) =>
    reading([budgetLimit('token', 'quota', { remaining: finite(left) })], {
      conversions: [{ unit: 'quota', nanoUsdPerUnit: 2000, source: 'the site: 500,000 per dollar' }],
    });

  test('is compared through the factor of the site, which the reason names', async () => {
    const { error } = await pre({ budget: quota(3_000_000), inputs: { 'min-remaining': '5 USD' } });
    expect(error).toBeUndefined();
    const result = await pre({ budget: quota(2_000_000), inputs: { 'min-remaining': '5 USD' } });
    expectDenied(result, /2,000,000 quota units .*the site: 500,000 per dollar.* \$5\.00/);
  });

  test('is wrong usage where no factor is known, and says what to write', async () => {
    const { error } = await pre({ budget: dollars(20, 1), inputs: { 'min-remaining': '200k tokens' } });
    expect(error).toMatchObject({ code: 'units-not-comparable', exitCode: 2, isReported: false });
    expect(String(error)).toMatch(/\$19\.00 cannot be compared with tokens/);
    expect(error).toHaveProperty('hint', expect.stringMatching(/in the unit the gateway reports/));
  });
});

describe('alerts', () => {
  test.each([
    [49.9, undefined, []],
    [50, undefined, ['Budget is 50 % used']],
    [79, undefined, ['Budget is 50 % used']],
    [80, undefined, ['Budget is 80 % used']],
    [99, undefined, ['Budget is 80 % used']],
    [60, '25%,90%', ['Budget is 25 % used']],
  ])('with %p %% used and `alert-at: %s` people are told %p, and nothing stops', async (used, at, titles) => {
    const { runner, error, outputs } = await pre({
      budget: dollars(100, used),
      inputs: at === undefined ? {} : { 'alert-at': at },
    });
    expect(error).toBeUndefined();
    expect(outputs['verdict']).toBe('allow');
    expect(runner.titles('notice')).toEqual(titles);
  });
});

describe('a budget that cannot be read', () => {
  const unreadable = () => Promise.reject(new AppError('upstream-failed', 'GET https://llm.test/key: 503.'));

  test.each([
    ['upstream-failed', 4],
    ['store-failed', 5],
  ] as const)('because of %s ends with %i', async (code, exitCode) => {
    const budget = () => Promise.reject(new AppError(code, 'It could not be read.'));
    expect((await pre({ budget })).error).toMatchObject({ exitCode });
  });

  test.each([
    ['block', 'error', 'deny'],
    ['warn', 'warning', 'degrade'],
    ['pass', 'notice', 'degrade'],
  ] as const)('with `on-unreadable: %s` is a finding of level %s', async (setting, level, verdict) => {
    const result = await pre({ budget: unreadable, inputs: { 'on-unreadable': setting } });
    if (verdict === 'deny') expectDenied(result, /could not be read/);
    else expect(result.error).toBeUndefined();
    expect(result.outputs).toMatchObject({
      verdict,
      allowed: String(verdict !== 'deny'),
      remaining: '',
      limit: '',
      snapshot: '',
      reason: expect.stringContaining('GET https://llm.test/key: 503.'),
    });
    expect(result.runner.titles(level)).toEqual(['Budget is unknown']);
    expect(result.runner.annotations[0]?.advice).toContain(`on-unreadable: ${setting}`);
  });

  test('blocks unless somebody said otherwise', async () => {
    expectDenied(await pre({ budget: unreadable }), /could not be read/);
  });

  test('includes an answer in which no limit says what is left', async () => {
    const budget = reading([budgetLimit('key', 'usd', { limit: finite(20 * USD) })]);
    expectDenied(await pre({ budget }), /no limit in its answer says what is left/);
    const warned = await pre({ budget, inputs: { 'on-unreadable': 'warn' } });
    expect(warned.outputs).toMatchObject({ verdict: 'degrade', remaining: '' });
  });
});

describe('a budget behind a real gateway on loopback', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  async function litellm(answer: (response: ServerResponse) => void, deadlineMs = 5000): Promise<Result> {
    const server = createServer((_request, response) => answer(response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const dispatcher = new Agent();
    closers.push(async () => {
      await dispatcher.destroy();
      server.closeAllConnections();
      server.close();
    });
    return pre({
      inputs: {
        gateway: 'litellm',
        'gateway-url': `http://127.0.0.1:${port}/v1`,
        'gateway-key': 'sk-the-real-key',
      },
      createSend: (ms) => createHttpSend(dispatcher, ms),
      deadlineMs,
    });
  }
  const sends = (status: number, type: string, body: string) => (response: ServerResponse) =>
    response.writeHead(status, { 'content-type': type }).end(body);

  test('is read and judged', async () => {
    const body = JSON.stringify({ info: { max_budget: 10, spend: 4, budget_duration: null } });
    const { outputs, error } = await litellm(sends(200, 'application/json', body));
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({ verdict: 'allow', remaining: '6', limit: '10', used: '4', unit: 'USD' });
  });

  test.each([
    ['HTML', 200, 'text/html', '<html><body>Sign in</body></html>'],
    ['a 401', 401, 'application/json', '{"error":{"message":"Invalid key"}}'],
    ['an empty 200', 200, 'application/json', ''],
    ['a 5xx', 503, 'text/plain', 'upstream unavailable'],
  ])('that answers with %s blocks, and no figure is made up', async (_name, status, type, body) => {
    const restore = shortenTimers();
    try {
      const result = await litellm(sends(status, type, body));
      expectDenied(result, /could not be read/);
      expect(result.outputs).toMatchObject({ remaining: '', used: '', limit: '', snapshot: '' });
      expect(JSON.stringify(result.runner)).not.toContain('sk-the-real-key');
    } finally {
      restore();
    }
  });

  test('that never answers blocks when the time is over', async () => {
    expectDenied(await litellm(() => undefined, 150), /no answer within 0\.15 s/);
  });

  test('that is down blocks', async () => {
    const restore = shortenTimers();
    try {
      expectDenied(await litellm((response) => response.socket?.destroy()), /could not be read/);
    } finally {
      restore();
    }
  });
});

describe('the gate', () => {
  test('stops the run when it is closed, and says since when, why, and how to open it', async () => {
    const store = new InMemoryStore();
    store.gates.push(gateEntry(true));
    const result = await pre({ store });
    expectDenied(
      result,
      /closed since 2026-11-21T03:00:00Z \(https:\/\/\S+\/runs\/41\)\. Reason: “92,400 input tokens/,
    );
    expect(result.outputs['gate']).toBe('closed');
    expect(result.runner.annotations[0]?.advice).toMatch(/gate-action: open.*spendgate gate open --gate/);
  });

  test('leads to the run that closed it, and says why it is closed a single time', async () => {
    const store = new InMemoryStore();
    store.gates.push(gateEntry(true));
    const { runner } = await pre({ store });
    expect(runner.summary).toContain('([run 41](https://github.test/acme/app/actions/runs/41))');
    expect(runner.summary.split('92,400 input tokens observed')).toHaveLength(2);
    expect(runner.annotations[0]?.message).toContain('(https://github.test/acme/app/actions/runs/41)');
  });

  test('says where the reason stands that an entry of another branch does not give', async () => {
    class OtherBranch extends InMemoryStore {
      override async readGate(): Promise<GateReading> {
        const { actor: _, reason: __, ...entry } = gateEntry(true);
        const read = 'Read from the list of caches (refs/pull/7/merge).';
        return gateReading(entry, new Date('2026-11-22T09:00:00Z'), undefined, read);
      }
    }
    const { runner, outputs } = await pre({ store: new OtherBranch() });
    expect(outputs['reason']).toContain('The reason stands in the summary of that run.');
    expect(runner.summary).toContain('[run 41](');
  });

  test('lets the run start again once `block-for` is over', async () => {
    const store = new InMemoryStore();
    store.gates.push(gateEntry(true));
    expectDenied(await pre({ store, inputs: { 'block-for': '7d' } }), /closed since/);
    const { error, outputs } = await pre({ store, inputs: { 'block-for': '1d' } });
    expect(error).toBeUndefined();
    expect(outputs['gate']).toBe('open');
  });

  test.each([
    [undefined, 'warning', 'degrade'],
    ['warn', 'warning', 'degrade'],
    ['block', 'error', 'deny'],
    ['pass', 'notice', 'degrade'],
  ] as const)(
    'that could not be read with `on-gate-unknown: %s` is a %s',
    async (setting, level, verdict) => {
      const store = new InMemoryStore();
      store.blindness = 'The cache is down.';
      const result = await pre({
        store,
        inputs: setting === undefined ? {} : { 'on-gate-unknown': setting },
      });
      if (verdict === 'deny') expectDenied(result, /The cache is down\./);
      else expect(result.error).toBeUndefined();
      expect(result.outputs).toMatchObject({ verdict, gate: 'unknown' });
      expect(result.outputs['reason']).toContain('The cache is down.');
      expect(result.runner.titles(level)).toEqual(['Gate is unknown']);
    },
  );

  test('without any state yet is only mentioned, unless the unknown blocks', async () => {
    const store = new InMemoryStore();
    store.sawAll = false;
    const fresh = await pre({ store });
    expect(fresh.error).toBeUndefined();
    expect(fresh.outputs).toMatchObject({ allowed: 'true', gate: 'unknown' });
    expect(fresh.runner.titles('warning')).toEqual([]);
    expect(fresh.runner.titles('notice')).toEqual(['Gate has no state yet']);
    expectDenied(
      await pre({ store: new InMemoryStore(), inputs: { 'on-gate-unknown': 'block' } }),
      /Memory holds no state/,
    );
  });

  test('that was never closed, as far as the list of caches shows, is a calm fact', async () => {
    const gate = {
      ...gateReading(undefined, new Date(), undefined, 'The list holds no state of this gate.'),
      sawAll: true,
    };
    class EmptyList extends InMemoryStore {
      override async readGate(): Promise<GateReading> {
        return readFrom('actions-cache', new Date(), gate);
      }
    }
    const { runner, outputs } = await pre({ store: new EmptyList() });
    expect(outputs).toMatchObject({ allowed: 'true', verdict: 'allow', gate: 'unknown' });
    expect(runner.annotations).toEqual([]);
    expect(runner.summary).toContain('never closed, as far as can be seen');
    expect(runner.summary).toContain('default: may start\n');
  });

  test('shows every store that answered, when, and what it could not see', async () => {
    class TwoStores extends InMemoryStore {
      override async readGate(): Promise<GateReading> {
        const now = new Date('2026-11-22T09:00:00Z');
        const one = gateReading(gateEntry(false), now, undefined, 'From the one.');
        const other = blindGate('Not from the other.');
        return decideGate([
          readFrom('one', now, one, ['the last minutes']),
          readFrom('other', now, other, ['everything']),
        ]);
      }
    }
    const { runner } = await pre({ store: new TwoStores() });
    expect(runner.summary).toContain('Gate in one: open, read at 2026-11-22T09:00:00Z. From the one.');
    expect(runner.summary).toContain('one could not see: the last minutes');
    expect(runner.summary).toContain('other could not see: everything');
  });

  test.each([
    ['on the default branch', ON_MAIN, ['nightly-default']],
    ['not on a branch', ON_A_BRANCH, []],
  ])('is looked after %s, and what was done is said', async (_where, environment, tended) => {
    const store = openStore();
    store.tendNotes = ['It was kept again.'];
    const { runner } = await pre({ store, environment });
    expect(store.tended).toEqual(tended);
    expect(runner.summary.includes('It was kept again.')).toBe(tended.length > 0);
  });

  test('that nobody could read is not looked after', async () => {
    const store = openStore();
    store.blindness = 'Down.';
    await pre({ store });
    expect(store.tended).toEqual([]);
  });

  test('does not hold a run up while it is looked after without end', async () => {
    class SlowStore extends InMemoryStore {
      override tendGate(): Promise<readonly string[]> {
        return new Promise(() => undefined);
      }
    }
    const restore = shortenTimers(1000);
    try {
      const { error, runner } = await pre({ store: new SlowStore() });
      expect(error).toBeUndefined();
      expect(runner.summary).toContain('took too long');
    } finally {
      restore();
    }
  });
});

describe('re-runs of one commit', () => {
  const ON_PULL = { ...ON_MAIN, GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/7/merge' };
  const run = (id: number, attempt: number, rest: Partial<WorkflowRun> = {}): WorkflowRun => {
    return { id, attempt, workflowId: 5, event: 'pull_request', headSha: 'abcdef0123', ...rest };
  };
  function gitHub(...runs: WorkflowRun[]): InMemoryGitHub {
    const github = new InMemoryGitHub();
    github.runs.push(...runs);
    return github;
  }
  const attempt = (number: number) => ({ ...ON_PULL, GITHUB_RUN_ATTEMPT: String(number) });
  const limit = (permitted: number, rest: RawInputs = {}) => ({
    'reruns-per-commit': String(permitted),
    ...rest,
  });

  test('are not asked for without a limit', async () => {
    const github = gitHub();
    github.error = new Error('nobody should ask');
    const { error, runner } = await pre({ github, environment: attempt(9) });
    expect(error).toBeUndefined();
    expect(runner.summary).not.toContain('Re-runs');
  });

  test('up to the limit are permitted, and shown', async () => {
    const github = gitHub(
      run(41, 1),
      run(42, 2),
      run(40, 9, { headSha: 'other' }),
      run(39, 9, { workflowId: 6 }),
    );
    const { error, runner } = await pre({ github, environment: attempt(2), inputs: limit(2) });
    expect(error).toBeUndefined();
    expect(runner.summary).toContain('Re-runs of this commit: 2 of 2 permitted.');
  });

  test('beyond it wait for a named approval, over all runs of the commit', async () => {
    const github = gitHub(run(41, 2), run(42, 2));
    const result = await pre({ github, environment: attempt(2), inputs: limit(2) });
    expectDenied(
      result,
      /re-run 3 of this workflow for its commit, and `reruns-per-commit` permits 2.*abcdef0/,
    );
    expect(result.error).toMatchObject({ code: 'denied', exitCode: 3 });
    expect(result.runner.annotations[0]?.advice).toMatch(/reviewers of an environment/);
  });

  test('only reports with `observe`', async () => {
    const inputs = limit(0, { observe: 'true' });
    const { error, outputs, runner } = await pre({
      github: gitHub(run(42, 3)),
      environment: attempt(3),
      inputs,
    });
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({ allowed: 'true', reason: expect.stringContaining('would be denied') });
    expect(runner.titles('notice')).toContain('Too many re-runs of one commit');
  });

  test.each([
    ['without a token', undefined, 'no token'],
    ['without the permission', new AppError('permission-missing', 'no `actions: read`'), '`actions: read`'],
  ])('%s are this run’s own attempts, which is said', async (_why, error, said) => {
    const github = error && gitHub(run(41, 5));
    if (github) github.error = error;
    const options = { ...(github ? { github } : {}), inputs: limit(1) };
    const second = await pre({ ...options, environment: attempt(2) });
    expect(second.error).toBeUndefined();
    expect(second.runner.summary).toContain('Re-runs of this commit: 1 of 1 permitted.');
    expect(second.runner.lines.join() + second.runner.summary.replaceAll('\\`', '`')).toContain(said);
    expectDenied(await pre({ ...options, environment: attempt(3) }), /re-run 2/);
  });

  test('that are not listed in time are this run’s own attempts, and never none', async () => {
    class SilentGitHub extends InMemoryGitHub {
      override readRun(): Promise<never> {
        return new Promise(() => undefined);
      }
    }
    const options = { github: new SilentGitHub(), deadlineMs: 30, inputs: limit(0) };
    expectDenied(await pre({ ...options, environment: attempt(2) }), /re-run 1 .*not listed in time/);
  });

  test('of a schedule are its own attempts: other nights share the commit', async () => {
    const environment = { ...ON_MAIN, GITHUB_EVENT_NAME: 'schedule' };
    const github = gitHub(run(41, 5, { event: 'schedule' }), run(42, 1, { event: 'schedule' }));
    expect((await pre({ github, environment, inputs: limit(0) })).error).toBeUndefined();
    const again = { ...environment, GITHUB_RUN_ATTEMPT: '2' };
    expectDenied(await pre({ github, environment: again, inputs: limit(0) }), /re-run 1/);
  });

  test('do not pass a closed gate, however many are permitted', async () => {
    const store = new InMemoryStore();
    store.gates.push(gateEntry(true));
    const options = { store, github: gitHub(run(42, 2)), environment: attempt(2), inputs: limit(9) };
    expectDenied(await pre(options), /closed since/);
  });
});

describe('the kill switch', () => {
  test('denies whatever the budget says, and names the variable to clear', async () => {
    const result = await pre({ budget: dollars(20, 1), inputs: { 'kill-switch': 'incident 7' } });
    expectDenied(result, /kill switch is on.*incident 7/);
    expect(result.error).toHaveProperty('hint', expect.stringMatching(/SPENDGATE_HALT/));
    expect(result.outputs['remaining']).toBe('19');
  });

  test.each(['', 'false', '0', 'no', 'off', 'FALSE'])('is off for %p', async (value) => {
    expect((await pre({ inputs: { 'kill-switch': value } })).outputs['allowed']).toBe('true');
  });
});

describe('observe', () => {
  test.each([
    ['a low budget', { 'min-remaining': '50 USD' }],
    ['the kill switch', { 'kill-switch': 'true' }],
  ])('reports %s and lets the run start', async (_name, inputs) => {
    const { error, outputs, runner } = await pre({
      budget: dollars(20, 1),
      inputs: { observe: 'true', ...inputs } as RawInputs,
    });
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({ allowed: 'true', verdict: 'allow' });
    expect(outputs['reason']).toMatch(/without `observe` this run would be denied/);
    expect([...runner.titles('error'), ...runner.titles('warning')]).toEqual([]);
    expect(runner.titles('notice')).not.toEqual([]);
  });
});

describe('time', () => {
  const never = new Promise<never>(() => undefined);

  test('gate and budget are read at the same time', async () => {
    const bothAsked = Promise.withResolvers<void>();
    let asked = 0;
    const meet = () => {
      asked += 1;
      if (asked === 2) bothAsked.resolve();
      return bothAsked.promise;
    };
    class MeetingStore extends InMemoryStore {
      override async readGate(): Promise<GateReading> {
        await meet();
        return gateReading(gateEntry(false), new Date(), undefined, 'met');
      }
    }
    const { error } = await pre({
      store: new MeetingStore(),
      budget: async () => {
        await meet();
        return dollars(20, 1);
      },
    });
    expect(error).toBeUndefined();
  });

  test('a store that never answers is a gate that could not be read', async () => {
    class SilentStore extends InMemoryStore {
      override readGate(): Promise<GateReading> {
        return never;
      }
    }
    const warned = await pre({ store: new SilentStore(), deadlineMs: 30 });
    expect(warned.outputs).toMatchObject({ verdict: 'degrade', gate: 'unknown' });
    expectDenied(
      await pre({ store: new SilentStore(), deadlineMs: 30, inputs: { 'on-gate-unknown': 'block' } }),
      /did not answer in time/,
    );
  });

  test('hints that never come hold up no verdict for long', async () => {
    class HintlessStore extends InMemoryStore {
      override readSighting(): Promise<never> {
        return never;
      }
      override saveSighting(): Promise<never> {
        return never;
      }
      override tendGate(): Promise<never> {
        return never;
      }
    }
    const store = new HintlessStore();
    store.gates.push(gateEntry(true));
    const restore = shortenTimers();
    const options = { store, budget: dollars(20, 1), keyFingerprint: 'k', deadlineMs: 3_600_000 };
    const result = await pre(options).finally(restore);
    expectDenied(result, /closed/);
  });

  test('a ledger that never answers is a budget that could not be read', async () => {
    class SilentStore extends InMemoryStore {
      override readSpend(): Promise<never> {
        return never;
      }
    }
    const asked = pre({
      store: new SilentStore(),
      deadlineMs: 30,
      windows: [{ unit: 'usd', limit: 5 * USD, period: 'day' }],
      inputs: { gateway: 'ledger' },
    });
    const result = await withDeadline<Result | undefined>(asked, 2000, () => undefined);
    expect(result).toBeDefined();
    if (result) expectDenied(result, /could not be read/);
  });

  test('all requests of a gateway share the one deadline', async () => {
    const deadlines: number[] = [];
    await pre({
      budget: dollars(20, 1),
      deadlineMs: 1234,
      createSend: (ms) => {
        deadlines.push(ms);
        return () => Promise.reject(new Error('no request is expected'));
      },
    });
    expect(deadlines).toEqual([1234]);
  });
});

describe('the ledger as a budget', () => {
  const windows = [{ unit: 'usd', limit: 5 * USD, period: 'day' }] as const;

  test('is what the policy file allows minus what runs spent in the window', async () => {
    const store = openStore();
    const spent = { task: 'default', tokens: 10, partial: false };
    store.spend = [
      { ...spent, id: 'a', at: '2026-11-21T23:59:59.000Z', costNanoUsd: 4 * USD },
      { ...spent, id: 'b', at: '2026-11-22T08:00:00.000Z', costNanoUsd: 2 * USD },
    ];
    const { outputs } = await pre({ store, windows, inputs: { gateway: 'ledger' } });
    expect(outputs).toMatchObject({ remaining: '3', used: '2', limit: '5', unit: 'USD' });
  });

  test('that nobody could read is not an empty one', async () => {
    class BrokenStore extends InMemoryStore {
      override async readSpend() {
        return { entries: [], readable: false, complete: false, evidence: 'the disk is gone' };
      }
    }
    const store = new BrokenStore();
    store.gates.push(gateEntry(false));
    expectDenied(await pre({ store, windows, inputs: { gateway: 'ledger' } }), /the disk is gone/);
  });
});

describe('a minimum in another currency than the budget', () => {
  const rates = (line: string) => {
    const parsed = parsePolicy(`version: 1\nrates: { ${line} }\n`, '.github/spendgate.yml');
    if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults));
    return { rates: parsed.policy.rates };
  };
  const yuan = (left: number) =>
    reading([budgetLimit('account', 'currency:CNY', { remaining: finite(left) })], {
      conversions: [{ unit: 'currency:CNY', nanoUsdPerUnit: 0.2 * USD, source: 'the site' }],
    });

  test('is compared through the rate of the policy file, which the reason names', async () => {
    const policy = rates('EUR: 1.08 USD');
    const inputs = { 'min-remaining': '5 EUR' };
    // 5 EUR are 5.40 USD.
    expect((await pre({ budget: dollars(20, 14.6), inputs, policy })).error).toBeUndefined();
    const denied = await pre({ budget: dollars(20, 14.61), inputs, policy });
    expectDenied(denied, /\$5\.39 left .*spendgate\.yml:2 says 1 EUR is 1\.08 USD.* minimum of 5 EUR/);
    expect(denied.error).toHaveProperty('exitCode', 3);
    // What is told of the budget stays in the gateway's own unit.
    expect(denied.outputs).toMatchObject({ remaining: '5.39', unit: 'USD' });
  });

  test('goes the other way too: a budget in yuan, a minimum in dollars', async () => {
    const policy = rates('CNY: 0.14 USD');
    const budget = reading([budgetLimit('account', 'currency:CNY', { remaining: finite(30) })]);
    const inputs = { 'min-remaining': '4.20 USD' };
    const allowed = await pre({ budget, inputs, policy });
    expect(allowed.error).toBeUndefined();
    expect(allowed.outputs).toMatchObject({ remaining: '30', unit: 'CNY' });
    expectDenied(
      await pre({ budget, inputs: { 'min-remaining': '4.21 USD' }, policy }),
      /30 CNY left .*1 CNY is 0\.14 USD.* \$4\.21/,
    );
  });

  test('goes by the policy file rather than by the gateway, and says so', async () => {
    const inputs = { 'min-remaining': '5 USD' };
    expect((await pre({ budget: yuan(30), inputs })).error).toBeUndefined();
    const result = await pre({ budget: yuan(30), inputs, policy: rates('CNY: 0.14 USD') });
    expectDenied(result, /1 CNY is 0\.14 USD/);
    expect(JSON.parse(String(result.outputs['snapshot'])).conversions[0]).toMatchObject({
      unit: 'currency:CNY',
      'nano-usd-per-unit': 140_000_000,
    });
  });

  test.each([
    ['5 EUR', dollars(20, 1), /\$19\.00 cannot be compared with EUR: no conversion is known. Known: none/],
    [
      '5 USD',
      reading([budgetLimit('account', 'currency:CNY', { remaining: finite(9) })]),
      /9 CNY cannot be compared with USD/,
    ],
    ['300 credits', dollars(20, 1), /cannot be compared with credits/],
  ])('of %s without a rate is wrong usage, and nothing is guessed', async (minimum, budget, message) => {
    const { error, outputs } = await pre({ budget, inputs: { 'min-remaining': minimum } });
    expect(error).toMatchObject({ code: 'units-not-comparable', exitCode: 2 });
    expect(String(error)).toMatch(message);
    expect(outputs['allowed']).toBeUndefined();
  });

  test('a rate for another unit does not help, and is named', async () => {
    const { error } = await pre({
      budget: dollars(20, 1),
      inputs: { 'min-remaining': '5 EUR' },
      policy: rates('CNY: 0.14 USD'),
    });
    expect(String(error)).toMatch(/Known: currency:CNY \(.*says 1 CNY/);
  });

  test('an exhausted budget needs no rate', async () => {
    expectDenied(
      await pre({ budget: dollars(20, 20), inputs: { 'min-remaining': '5 EUR' } }),
      /\$0\.00 left on key/,
    );
  });
});

describe('the contract of the policy file', () => {
  const contract = (rest: Partial<Contract> = {}): { contract: Contract } => ({
    contract: {
      gateway: FAKE_GATEWAY,
      gatewayVersion: undefined,
      verifiedAt: '2026-11-20',
      exhaustion: undefined,
      enforcement: 'hard',
      overshootPercent: undefined,
      lagMs: undefined,
      requestCeiling: undefined,
      keys: undefined,
      fallback: undefined,
      ...rest,
    },
  });

  test.each<[string, Partial<Contract>, 'warning' | 'notice', string]>([
    ['is old', { verifiedAt: '2026-01-01' }, 'warning', 'The contract with the gateway is out of date'],
    [
      'is that of another gateway',
      { gateway: 'litellm' },
      'warning',
      'The contract with the gateway is out of date',
    ],
    ['says that the cap is soft', { enforcement: 'soft' }, 'notice', 'The gateway’s cap is soft'],
    [
      'says that nothing is refused',
      { enforcement: 'reported-only' },
      'notice',
      'The gateway refuses nothing',
    ],
    ['says that keys share a budget', { keys: 'shared' }, 'notice', 'Keys share a budget'],
  ])('that %s is told, and changes no verdict', async (_name, rest, level, title) => {
    const { outputs, error, runner } = await pre({ budget: dollars(20, 1), policy: contract(rest) });
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({ allowed: 'true', verdict: 'allow', reason: '$19.00 left on key.' });
    expect(runner.titles(level)).toEqual([title]);
    expect(runner.annotations).toHaveLength(1);
    expect(runner.summary).toContain('verified');
  });

  test('that is old does not soften a denial either', async () => {
    const result = await pre({ budget: dollars(20, 20), policy: contract({ verifiedAt: '2026-01-01' }) });
    expectDenied(result, /^\$0\.00 left/);
    expect(result.error).toHaveProperty('exitCode', 3);
    expect(result.runner.titles('warning')).toHaveLength(1);
  });

  test('is only mentioned under `observe`', async () => {
    const { runner } = await pre({
      budget: dollars(20, 1),
      policy: contract({ verifiedAt: '2026-01-01' }),
      inputs: { observe: 'true' },
    });
    expect(runner.titles('warning')).toEqual([]);
    expect(runner.titles('notice')).toEqual(['The contract with the gateway is out of date']);
  });

  test.each([
    ['2.0.0', ['The contract with the gateway is out of date']],
    ['1.0.0', []],
    [undefined, []],
  ])('of version 1.0.0 is held against the version of the reading: %p', async (version, titles) => {
    const { runner, outputs } = await pre({
      budget: { ...dollars(20, 1), version },
      policy: contract({ gatewayVersion: '1.0.0' }),
    });
    expect(runner.titles('warning')).toEqual(titles);
    expect(JSON.parse(String(outputs['snapshot'])).version).toBe(version);
  });
});

describe('a key that serves more than this run', () => {
  const KEY_SEEN = '0123456789abcdef';
  const look = (used: number, store: InMemoryStore, rest: Options = {}) =>
    pre({ budget: dollars(20, used), store, keyFingerprint: KEY_SEEN, ...rest });

  test('is not told on the first sight, which is remembered', async () => {
    const store = openStore();
    const { runner } = await look(3, store);
    expect(runner.annotations).toEqual([]);
    expect(store.sightings).toEqual([
      {
        key: KEY_SEEN,
        count: { scope: 'key', unit: 'usd', value: 3 * USD, resetsAt: undefined, isWider: false },
        at: '2026-11-22T09:00:00.000Z',
        runId: '42',
        workflow: 'nightly',
      },
    ]);
  });

  test('is a warning when its count moved without us, and no verdict changes', async () => {
    const store = openStore();
    await look(3, store);
    const { runner, outputs, error } = await look(4.5, store);
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({ verdict: 'allow', reason: '$15.50 left on key.' });
    expect(runner.titles('warning')).toEqual(['One key serves many']);
    expect(runner.annotations[0]?.message).toContain(
      'moved by $1.50 since 2026-11-22T09:00:00.000Z (run 42 of nightly)',
    );
    // What was told once is not told again.
    expect((await look(4.5, store)).runner.annotations).toEqual([]);
  });

  test('names the other workflow that used it last', async () => {
    const store = openStore();
    await look(3, store, { environment: { ...ON_MAIN, GITHUB_WORKFLOW: 'release', GITHUB_RUN_ID: '40' } });
    const { runner } = await look(3, store);
    expect(runner.titles('warning')).toEqual(['One key serves many']);
    expect(runner.annotations[0]?.message).toMatch(/another workflow, .*\(run 40 of release\)/);
  });

  test('is only mentioned under `observe`', async () => {
    const store = openStore();
    await look(3, store);
    const { runner } = await look(4, store, { inputs: { observe: 'true' } });
    expect(runner.titles('warning')).toEqual([]);
    expect(runner.titles('notice')).toContain('One key serves many');
  });

  test('is not told when the budget could not be read; the last sight stays', async () => {
    const store = openStore();
    await look(3, store);
    const unreadable = () => Promise.reject(new AppError('upstream-failed', 'GET /key: 503.'));
    const { runner } = await look(0, store, { budget: unreadable, inputs: { 'on-unreadable': 'pass' } });
    expect(runner.titles('warning')).toEqual([]);
    expect(store.sightings).toHaveLength(1);
  });

  test('is not looked up without a key', async () => {
    const store = openStore();
    for (const used of [3, 9]) {
      const { runner } = await pre({ budget: dollars(20, used), store });
      expect(runner.annotations).toEqual([]);
    }
    expect(store.sightings).toEqual([]);
  });

  test('is not told of others when the store keeps nothing, and the run may start', async () => {
    const store = openStore();
    store.refusal = 'the token is read-only';
    for (const used of [3, 9]) {
      const { runner, error } = await look(used, store);
      expect(error).toBeUndefined();
      expect(runner.annotations).toEqual([]);
    }
  });
});

describe('what `post` of the same job will want', () => {
  test('is kept, with the variable that carries it', async () => {
    const markFile = new InMemoryMarkFile();
    const { runner } = await pre({ budget: dollars(20, 3), markFile });
    expect(markFile.mark).toEqual({
      gateway: FAKE_GATEWAY,
      count: { scope: 'key', unit: 'usd', value: 3 * USD, resetsAt: undefined, isWider: false },
      at: '2026-11-22T09:00:00Z',
      conversions: [],
      shares: [{ scope: 'key', unit: 'usd', period: undefined, resetsAt: undefined, percent: 15 }],
    });
    expect(runner.variables).toEqual({ SPENDGATE_BUDGET_TEST: JSON.stringify(markFile.mark) });
  });

  test('that a disk refuses disturbs nobody', async () => {
    const markFile = new InMemoryMarkFile();
    markFile.isFull = true;
    const { runner, error } = await pre({ budget: dollars(20, 3), markFile });
    expect(error).toBeUndefined();
    expect([markFile.mark, runner.annotations]).toEqual([undefined, []]);
  });

  test.each([
    ['no gateway is named', undefined],
    ['no limit says what was used', reading([budgetLimit('key', 'usd', { limit: finite(20 * USD) })])],
  ])('is nothing where %s', async (_name, budget) => {
    const markFile = new InMemoryMarkFile();
    await pre({ budget, markFile, inputs: { 'on-unreadable': 'pass' } });
    expect(markFile.mark).toBeUndefined();
  });

  test('is kept when the run is denied too', async () => {
    const markFile = new InMemoryMarkFile();
    expectDenied(await pre({ budget: dollars(20, 20), markFile }), /left on key/);
    expect(markFile.mark?.count.value).toBe(20 * USD);
  });
});

describe('a usage API that refuses', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });
  interface Refusal {
    readonly status: number;
    readonly body: unknown;
    readonly headers?: Record<string, string>;
  }

  /** Every route but the public one of the site answers alike. */
  async function refusing(gateway: string, { status, body, headers = {} }: Refusal, inputs: RawInputs = {}) {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(request.url ?? '');
      const isPublic = request.url === '/api/status';
      response.writeHead(isPublic ? 404 : status, { 'content-type': 'application/json', ...headers });
      response.end(isPublic ? '{}' : JSON.stringify(body));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const dispatcher = new Agent();
    closers.push(async () => {
      await dispatcher.destroy();
      server.closeAllConnections();
      server.close();
    });
    const result = await pre({
      inputs: {
        gateway,
        'gateway-url': `http://127.0.0.1:${port}`,
        'gateway-key': 'sk-the-real-key',
        ...inputs,
      },
      createSend: (ms) => createHttpSend(dispatcher, ms),
    });
    return { ...result, seen };
  }
  const openAi = (message: string, rest: object = {}) => ({ error: { message, ...rest } });

  test.each<[string, string, Refusal, RegExp]>([
    [
      'litellm, 429 budget_exceeded',
      'litellm',
      {
        status: 429,
        body: openAi('Budget has been exceeded! Key=sk-…abcd Current cost: 10.1, Max budget: 10.0', {
          type: 'budget_exceeded',
          code: '429',
        }),
      },
      /^\$0\.00 left on key \(litellm/,
    ],
    [
      'one-api, 401 额度已用尽',
      'one-api',
      { status: 401, body: openAi('该令牌额度已用尽 !token.UnlimitedQuota && token.RemainQuota = 0') },
      /^\$0\.00 left on key \(one-api/,
    ],
  ])('because the budget is exhausted (%s) is a reading: denied, and not unreadable', async (...given) => {
    const [, gateway, refusal, reason] = given;
    for (const setting of ['block', 'warn', 'pass'] as const) {
      const result = await refusing(gateway, refusal, { 'on-unreadable': setting });
      expectDenied(result, reason);
      expect(result.error).toMatchObject({ code: 'denied', exitCode: 3 });
      expect(result.runner.titles('error')).toEqual(['Budget is exhausted']);
      expect(JSON.stringify(result.outputs)).not.toMatch(/could not be read|Unknown|unknown"/);
      expect(result.outputs).toMatchObject({ remaining: '0', limit: '', used: '', 'percent-used': '' });
      const snapshot = JSON.parse(String(result.outputs['snapshot']));
      expect(snapshot).toMatchObject({ complete: false, limits: [{ remaining: '0' }] });
      expect(JSON.stringify(result.runner)).not.toMatch(/sk-the-real-key|sk-…abcd|RemainQuota = 0 /);
    }
  });

  test('does so under `observe` without stopping anything', async () => {
    const body = openAi('Budget has been exceeded!', { type: 'budget_exceeded' });
    const { error, outputs } = await refusing('litellm', { status: 429, body }, { observe: 'true' });
    expect(error).toBeUndefined();
    expect(outputs['reason']).toMatch(/would be denied: \$0\.00 left/);
  });

  test('because of a rate stays unreadable, with a hint of its own', async () => {
    const body = openAi('Rate limit exceeded', { type: 'throttling_error', code: '429' });
    const result = await refusing('litellm', { status: 429, body });
    expectDenied(
      result,
      /could not be read: .*429.* This is a rate limit, not the budget: try again later\./,
    );
    expect(result.error).toMatchObject({ exitCode: 4 });
    expect(result.outputs).toMatchObject({ remaining: '', snapshot: '' });
    expect(result.seen).toHaveLength(1);
    const passed = await refusing('litellm', { status: 429, body }, { 'on-unreadable': 'pass' });
    expect(passed.outputs).toMatchObject({ allowed: 'true', verdict: 'degrade' });
  });

  test('because the key is wrong stays unreadable, and is no exhausted budget', async () => {
    const body = openAi('Authentication Error, Invalid proxy server token', {
      type: 'auth_error',
      code: '401',
    });
    const result = await refusing('litellm', { status: 401, body });
    expectDenied(result, /could not be read/);
    expect(result.error).toMatchObject({ exitCode: 4 });
    expect(result.outputs['reason']).not.toMatch(/rate limit/);
  });

  test('in words that say nothing is not remembered as a count of the key', async () => {
    const store = openStore();
    const budget = () => Promise.reject(new AppError('upstream-failed', 'GET /key/info: 429.'));
    await pre({ budget, store, keyFingerprint: 'k' });
    expect(store.sightings).toEqual([]);
  });
});

describe('a gateway with nothing to read', () => {
  const tensorzero = { gateway: 'tensorzero', 'gateway-url': 'http://127.0.0.1:9' };

  test.each([
    ['block', 'error', 'deny'],
    ['warn', 'warning', 'degrade'],
    ['pass', 'notice', 'degrade'],
  ] as const)('says so plainly, and follows `on-unreadable: %s`', async (setting, level, verdict) => {
    const result = await pre({ inputs: { ...tensorzero, 'on-unreadable': setting } });
    if (verdict === 'deny') expectDenied(result, /tensorzero has nothing to read a budget from/);
    else expect(result.error).toBeUndefined();
    expect(result.outputs).toMatchObject({ verdict, remaining: '', limit: '', snapshot: '' });
    expect(result.outputs['reason']).toMatch(/`gateway\.budgets` in the policy file/);
    expect(result.runner.titles(level)).toEqual(['Budget is unknown']);
  });

  test('reads the budget of the policy file where there is one', async () => {
    const store = openStore();
    store.spend = [
      { id: 'a', at: '2026-11-22T08:00:00.000Z', task: 'x', costNanoUsd: 2 * USD, tokens: 1, partial: false },
    ];
    const { outputs, error } = await pre({
      store,
      windows: [{ unit: 'usd', limit: 5 * USD, period: 'day' }],
      inputs: { ...tensorzero, 'min-remaining': '3 USD' },
    });
    expect(error).toBeUndefined();
    expect(outputs).toMatchObject({ remaining: '3', used: '2', limit: '5', unit: 'USD' });
    expect(JSON.parse(String(outputs['snapshot'])).gateway).toBe('tensorzero');
  });
});

test('a reporter that fails never changes the verdict', async () => {
  const broken: Reporter = {
    id: 'broken',
    report: () => Promise.reject(new Error('no permission')),
  };
  const allowed = await pre({ budget: dollars(20, 1), reporters: [broken] });
  expect(allowed.error).toBeUndefined();
  expect(allowed.runner.titles('notice')).toEqual(['broken could not report']);
  expectDenied(await pre({ budget: dollars(20, 20), reporters: [broken, ...reporters] }), /left on key/);
});
