/** `pre` as a whole: readings from fakes and from real gateways on loopback, outputs, annotations, exit code. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import '../support/realm.js';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Agent } from 'undici';
import type { RawInputs } from '../../src/config/config.js';
import { OUTPUTS } from '../../src/config/outputs.js';
import {
  type BudgetLimit,
  type BudgetReading,
  budgetLimit,
  finite,
  UNLIMITED,
} from '../../src/core/budget.js';
import { withDeadline } from '../../src/core/deadline.js';
import { AppError } from '../../src/core/errors.js';
import { type GateReading, gateReading } from '../../src/core/gate.js';
import { gateways } from '../../src/gateways/index.js';
import { type PreDeps, runPre } from '../../src/modes/pre.js';
import { createHttpSend } from '../../src/platform/http.js';
import type { Gateway, HttpSend } from '../../src/ports/gateway.js';
import type { Reporter } from '../../src/ports/reporter.js';
import { reporters } from '../../src/reporters/index.js';
import { type ConfigOptions, configOf, FAKE_GATEWAY } from '../support/config.js';
import { FixedClock, InMemoryStore, RecordingRunner } from '../support/fakes.js';
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
    lag: undefined,
    ...rest,
  };
}
const dollars = (limit: number, used: number) =>
  reading([budgetLimit('key', 'usd', { limit: finite(limit * USD), used: finite(used * USD) })]);

function fakeGateway(readBudget: Gateway['readBudget']): Gateway {
  return {
    id: FAKE_GATEWAY,
    summary: '',
    defaultUrl: undefined,
    requires: [],
    readBudget,
    readFailure: () => {
      throw new Error('not asked for');
    },
    readCost: () => undefined,
  };
}

interface Options extends ConfigOptions {
  readonly inputs?: RawInputs;
  /** `undefined`: no gateway is named. */
  readonly budget?: BudgetReading | (() => Promise<BudgetReading>) | undefined;
  /** `undefined`: the gate was never closed, and somebody said so. */
  readonly gate?: GateReading;
  readonly store?: InMemoryStore;
  readonly reporters?: readonly Reporter[];
  readonly createSend?: (deadlineMs: number) => HttpSend;
  readonly deadlineMs?: number;
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
  const { environment, windows } = rest;
  const config = configOf(
    { mode: 'pre', ...gateway, ...inputs },
    { ...(environment ? { environment } : {}), ...(windows ? { windows } : {}) },
  );
  const read = async () => {
    if (budget === undefined) throw new Error('nobody asked for a budget');
    return typeof budget === 'function' ? budget() : budget;
  };
  const deps: PreDeps = {
    config,
    runner,
    clock: new FixedClock(),
    store,
    github: undefined,
    reporters: rest.reporters ?? reporters,
    gateways: [...gateways, fakeGateway(read)],
    createSend: rest.createSend ?? (() => () => Promise.reject(new Error('no request is expected'))),
    deadlineMs: rest.deadlineMs ?? 5000,
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
          lag: '5 min',
        },
      ),
    });
    expect(JSON.parse(String(outputs['snapshot']))).toEqual({
      gateway: FAKE_GATEWAY,
      'as-of': '2026-11-22T09:00:00Z',
      lag: '5 min',
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
      /closed since 2026-11-21T03:00:00\.000Z \(https:\/\/\S+\/runs\/41\)\. Reason: 92,400 input tokens/,
    );
    expect(result.outputs['gate']).toBe('closed');
    expect(result.runner.annotations[0]?.advice).toMatch(/gate-action: open/);
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
    const fresh = await pre({ store: new InMemoryStore() });
    expect(fresh.error).toBeUndefined();
    expect(fresh.outputs).toMatchObject({ allowed: 'true', gate: 'unknown' });
    expect(fresh.runner.titles('warning')).toEqual([]);
    expect(fresh.runner.titles('notice')).toEqual(['Gate has no state yet']);
    expectDenied(
      await pre({ store: new InMemoryStore(), inputs: { 'on-gate-unknown': 'block' } }),
      /Memory holds no state/,
    );
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

test('a reporter that fails never changes the verdict', async () => {
  const broken: Reporter = {
    id: 'broken',
    needs: undefined,
    report: () => Promise.reject(new Error('no permission')),
  };
  const allowed = await pre({ budget: dollars(20, 1), reporters: [broken] });
  expect(allowed.error).toBeUndefined();
  expect(allowed.runner.titles('notice')).toEqual(['broken could not report']);
  expectDenied(await pre({ budget: dollars(20, 20), reporters: [broken, ...reporters] }), /left on key/);
});
