/** The meter in the background as a use case: the meter and its upstream are real, the clock and the job are not. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Agent as HttpAgent } from 'undici';
import { agents } from '../../src/agents/index.js';
import type { RawInputs } from '../../src/config/config.js';
import { orderOf, parseOrder } from '../../src/config/meter-order.js';
import type { PriceTable } from '../../src/core/price.js';
import { parseRecord } from '../../src/core/record.js';
import { type AskedBy, type EndCause, readTestament } from '../../src/core/testament.js';
import { dialects } from '../../src/dialects/index.js';
import { gateways } from '../../src/gateways/index.js';
import { BackgroundMeter } from '../../src/modes/background-meter.js';
import { openLedger } from '../../src/platform/run-ledger.js';
import { configOf, ON_MAIN } from '../support/config.js';
import { FixedClock } from '../support/fakes.js';
import { CALLS, KEY, send } from '../support/meter.js';
import { type Provider, startProvider } from '../support/provider.js';
import { shortenTimers } from '../support/timers.js';

const TOKEN = 'sk-spendgate-0123456789abcdef0123';
const HOUR_MS = 3_600_000;
const prices = JSON.parse(
  readFileSync(new URL('../../src/data/prices.json', import.meta.url), 'utf8'),
) as PriceTable;
const messages = CALLS['anthropic-messages'];

let provider: Provider;
let root: string;
let restoreTimers: () => void;

beforeEach(async () => {
  provider = await startProvider();
  root = mkdtempSync(join(tmpdir(), 'spendgate-background-'));
  restoreTimers = () => undefined;
});

afterEach(async () => {
  restoreTimers();
  await provider.close();
  rmSync(root, { recursive: true, force: true });
});

interface Setup {
  readonly inputs?: RawInputs;
  readonly isJobGone?: () => boolean;
  readonly leave?: () => void;
}

async function startMeter({ inputs = {}, isJobGone = () => false, leave = () => undefined }: Setup = {}) {
  const config = configOf({
    mode: 'wrap',
    background: 'true',
    gateway: 'litellm',
    'gateway-url': provider.url,
    'gateway-key': KEY,
    task: 'triage',
    ...inputs,
  });
  const secrets: [string, string] = ['own', 'shared'];
  const rest = { runKey: '42-1-0123abcd', token: TOKEN, secrets, privateDir: root, workerPid: undefined };
  // As it arrives: whatever JSON does not carry is lost here as well.
  const order = parseOrder(JSON.stringify(orderOf(config, rest)));
  const clock = new FixedClock();
  const ended = Promise.withResolvers<EndCause>();
  const left: string[] = [];
  let finish: (askedBy: AskedBy) => Promise<string> = () => Promise.reject(new Error('nobody may ask yet'));
  const meter = new BackgroundMeter({
    order,
    clock,
    dialects,
    gateways,
    agents,
    prices,
    dispatcher: new HttpAgent(),
    lookAtBudget: async () => undefined,
    openLedger: (onTrouble) =>
      openLedger(
        { jobDir: join(root, 'job'), task: 'triage' },
        { startMs: 1, token: order.runKey },
        onTrouble,
      ),
    openControl: async (asked) => {
      finish = asked;
      return 'http://127.0.0.1:9';
    },
    leave: (_ledger, testament) => {
      leave();
      left.push(testament);
    },
    isJobGone,
    onEnded: ended.resolve,
  });
  const up = await meter.start();
  const call = (more: object = {}) =>
    send(`${up.url}${messages.path}`, {
      body: { ...messages.body, ...more },
      headers: { 'x-api-key': TOKEN },
    });
  const read = (text: string) => {
    const testament = readTestament(text);
    if (testament === undefined) throw new Error(`no testament: ${text}`);
    return { testament, record: parseRecord(testament.record) };
  };
  return {
    meter,
    up,
    call,
    clock,
    left,
    read,
    finish: (askedBy: AskedBy = 'output') => finish(askedBy),
    ended: ended.promise,
  };
}

describe('a meter in the background', () => {
  test('refuses a call on a zero allowance before it says that it listens', async () => {
    const { meter, up } = await startMeter();
    expect(up).toMatchObject({ isArmed: true, controlUrl: 'http://127.0.0.1:9' });
    expect(provider.requests).toEqual([]);
    await meter.end('signal');
  });

  test('whoever asks gets the record, as often as it is asked, and it stands on disk', async () => {
    const { call, finish, left, read, up } = await startMeter();
    await call();
    const [first, second] = await Promise.all([finish(), finish()]);
    expect(second).toBe(first);
    expect(left).toEqual([first]);
    const { testament, record } = read(first);
    expect(record).toMatchObject({
      requests: 1,
      'run-id': '42-1-0123abcd',
      'stop-reason': 'completed',
      'input-tokens': provider.totals().inputTokens,
    });
    expect(readFileSync(testament.sealed?.path ?? '', 'utf8')).toBe(testament.record);
    expect(testament.sealed?.value).toContain(testament.sealed?.path);
    expect(existsSync(up.ledger.path)).toBe(true);
  });

  test('lets calls in flight come to their end before it gives the record', async () => {
    const { call, finish, read } = await startMeter();
    provider.setScript({ delayMs: 300 });
    const inFlight = call();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { record } = read(await finish());
    expect((await inFlight).status).toBe(200);
    expect(record).toMatchObject({ requests: 1, 'failed-requests': 0, 'unreported-requests': 0 });
  });

  test('cuts them off when they do not end, and counts them as unreported', async () => {
    const { call, finish, read } = await startMeter();
    provider.setScript({ fault: { kind: 'hang' } });
    const inFlight = call().catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 100));
    restoreTimers = shortenTimers();
    const { record } = read(await finish());
    expect(await inFlight).toBe('cut');
    expect(record).toMatchObject({ requests: 1, 'failed-requests': 1, 'unreported-requests': 1 });
  });

  test('says whose it is with each call, in its first line and in its record', async () => {
    const { call, finish, read, up } = await startMeter({ inputs: { attribution: 'tags' } });
    await call();
    const whose = { repository: 'acme/app', task: 'triage', 'run-id': '42', actor: 'octocat' };
    const [request] = provider.requests;
    expect(JSON.parse(String(request?.headers['x-litellm-spend-logs-metadata']))).toMatchObject(whose);
    expect(request?.headers['x-litellm-tags']).toMatch(/^repository:acme\/app,task:triage,actor:octocat/);
    expect(readFileSync(up.ledger.path, 'utf8').split('\n')[0]).toContain('"repository":"acme/app"');
    expect(read(await finish()).record.attribution).toMatchObject(whose);
  });

  test('leaves word of what the agent may not say', async () => {
    const { finish, read, up } = await startMeter();
    const headers = { 'x-api-key': TOKEN, 'x-litellm-tags': 'team:other' };
    await send(`${up.url}${messages.path}`, { body: messages.body, headers });
    expect(provider.requests[0]?.headers['x-litellm-tags']).toBeUndefined();
    expect(read(await finish()).testament.withheldHeaders).toEqual({ 'x-litellm-tags': 1 });
  });

  test('keeps refusing at a limit, and says in the record which one', async () => {
    const { call, finish, read } = await startMeter({ inputs: { 'max-requests': '1' } });
    const statuses = [(await call()).status, (await call()).status, (await call()).status];
    expect(statuses).toEqual([200, 402, 402]);
    expect(read(await finish()).record).toMatchObject({
      requests: 1,
      'refused-requests': 2,
      'stop-reason': 'limit:max-requests',
    });
  });

  test('refuses when its time is over, unless it only observes', async () => {
    restoreTimers = shortenTimers();
    const held = await startMeter({ inputs: { timeout: '2s' } });
    const observed = await startMeter({ inputs: { timeout: '2s', observe: 'true' } });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await held.call()).status).toBe(402);
    expect((await observed.call()).status).toBe(200);
    expect(held.read(await held.finish()).record).toMatchObject({ 'stop-reason': 'timed-out' });
    const { testament, record } = observed.read(await observed.finish());
    expect(record['stop-reason']).toBe('completed');
    expect(testament.observed).toContain('`timeout` (2 s)');
  });

  test('counts the minutes of the runner from its start to its end', async () => {
    const { clock, finish, read } = await startMeter({ inputs: { 'minutes-price': '0.01 USD' } });
    clock.advance(150_000);
    expect(read(await finish()).record).toMatchObject({ 'runner-minutes': 3, 'runner-cost-usd': '0.03' });
  });

  test('tells what the record alone does not', async () => {
    const { call, finish, read, up } = await startMeter({ inputs: { 'max-cost': '1 USD' } });
    await send(`${up.url}${messages.path}`, {
      body: { ...messages.body, model: 'nobody-knows-it' },
      headers: { 'x-api-key': TOKEN },
    });
    await fetch(`${up.url}/v1/images`, { method: 'POST', headers: { 'x-api-key': TOKEN }, body: '{}' });
    rmSync(join(root, 'job'), { recursive: true });
    writeFileSync(join(root, 'job'), '');
    await call();
    const { testament } = read(await finish());
    expect(testament).toMatchObject({
      unpricedModels: ['nobody-knows-it'],
      otherRequests: ['POST /v1/images'],
      canary: expect.stringContaining('was refused here'),
      troubles: [{ id: 'ledger-trouble' }],
    });
    expect(testament.sealed).toBeUndefined();
  });
});

describe('what it tells of its limits', () => {
  /** Marks the main loop, which alone is told. */
  const tools = [{ name: 'bash', input_schema: {} }];
  const PLAIN = 'input=1 cache-read=1 cache-write=1 output=1 reasoning=1';
  const TERMS: RawInputs = { 'max-cost': '2 USD', 'max-requests': '60', 'max-weighted-tokens': '1000000' };

  test('the record holds those of the figures that reports have rows for', async () => {
    const { finish, read } = await startMeter({ inputs: TERMS });
    expect(read(await finish()).record.limits).toEqual({ 'cost-usd': '2', requests: 60 });
  });

  test('tokens of all kinds are summed as calls come, and what the agent was told is kept', async () => {
    const { call, finish, read } = await startMeter({
      inputs: {
        ...TERMS,
        'max-tokens': '2m',
        'token-weights': PLAIN,
        'wrap-up': 'true',
        reserve: 'none',
        'max-requests': '5',
      },
    });
    for (let calls = 0; calls < 5; calls += 1) await call({ tools });
    const { inputTokens = 0, outputTokens = 0 } = provider.totals();
    const used = (inputTokens + outputTokens).toLocaleString('en-US');
    const { testament, record } = read(await finish());
    expect(record.requests).toBe(5);
    expect(testament.limitFacts).toEqual([
      ['Tokens together', `${used} of 2,000,000`],
      ['Weighted tokens', `${used} of 1,000,000 (${PLAIN})`],
      ['Told to wrap up', 'at 80 %'],
    ]);
  });

  test('it says nothing of limits that are not set', async () => {
    const { call, finish, read } = await startMeter();
    await call();
    const { testament, record } = read(await finish());
    expect([testament.limitFacts, record.limits]).toEqual([[], {}]);
  });
});

describe('an error that nobody foresaw', () => {
  test('is told by its name alone, once, and the run goes on', async () => {
    const { meter, call, finish, read } = await startMeter();
    for (let times = 0; times < 2; times += 1) meter.noteUnexpected(new TypeError('sk-secret in a request'));
    meter.noteUnexpected('thrown');
    expect((await call()).status).toBe(200);
    const text = await finish();
    expect(text).not.toContain('sk-secret');
    expect(read(text).testament.troubles).toEqual([
      { id: 'unexpected', message: expect.stringContaining('TypeError') },
      { id: 'unexpected', message: expect.stringContaining('unknown error') },
    ]);
  });

  test('does not keep a meter from leaving that cannot write its testament', async () => {
    const leave = () => {
      throw new TypeError('nobody foresaw it');
    };
    const { finish, ended } = await startMeter({ leave });
    await expect(finish()).rejects.toThrow('nobody foresaw it');
    expect(await ended).toBe('request');
  });
});

test.each(['output', 'variable'] as const)('says by which way it was asked first: the %s', async (first) => {
  const { finish, read } = await startMeter();
  const text = await finish(first);
  expect(await finish(first === 'output' ? 'variable' : 'output')).toBe(text);
  expect(read(text).testament).toMatchObject({ endedBy: 'request', askedBy: first });
});

describe('ends by itself', () => {
  test.each<[string, EndCause, Setup, number]>([
    ['when its job is gone', 'job-gone', { isJobGone: () => true }, 0],
    ['when nobody has called for hours', 'idle', {}, 6 * HOUR_MS + 1],
    ['when it has outlived any job', 'lifetime', {}, 121 * HOUR_MS],
  ])('%s', async (_name, cause, setup, hours) => {
    restoreTimers = shortenTimers();
    const { clock, ended, left, read } = await startMeter(setup);
    clock.advance(hours);
    expect(await ended).toBe(cause);
    const { testament, record } = read(left[0] ?? '');
    expect(testament.endedBy).toBe(cause);
    expect(testament.askedBy).toBeUndefined();
    expect(record).toMatchObject({ complete: true, 'stop-reason': 'cancelled' });
  });

  test('but not while somebody calls', async () => {
    restoreTimers = shortenTimers();
    const { call, clock, left, finish, read } = await startMeter();
    clock.advance(6 * HOUR_MS - 1000);
    await call();
    clock.advance(6 * HOUR_MS - 1000);
    await new Promise((resolve) => setTimeout(resolve, 190));
    expect(left).toEqual([]);
    expect(read(await finish()).record).toMatchObject({ requests: 1 });
  });
});

test('an order that lost a limit on the way is none', () => {
  const config = configOf({ mode: 'wrap', background: 'true', 'max-cost': '2 USD' });
  const order = orderOf(config, {
    runKey: 'r',
    token: undefined,
    secrets: ['own', 'shared'],
    privateDir: root,
    workerPid: undefined,
  });
  const limits = { ...order.limits, maxCostNanoUsd: undefined, maxCost: 2 };
  expect(parseOrder(JSON.stringify(order)).limits).toEqual({ maxCostNanoUsd: 2_000_000_000 });
  expect(() => parseOrder(JSON.stringify({ ...order, limits }))).toThrow();
  expect(readdirSync(root)).toEqual([]);
});

test('an order carries who pays and who raised a limit, for the record', () => {
  const config = configOf(
    {
      mode: 'wrap',
      background: 'true',
      team: 'platform',
      override: '{ max-cost: 9 USD, until: 2026-12-01, reason: x }',
    },
    {
      environment: { ...ON_MAIN, GITHUB_EVENT_NAME: 'workflow_dispatch' },
      now: new Date('2026-11-26T12:00:00Z'),
    },
  );
  const secrets: [string, string] = ['own', 'shared'];
  const rest = { runKey: 'r', token: undefined, secrets, privateDir: root, workerPid: undefined };
  expect(parseOrder(JSON.stringify(orderOf(config, rest)))).toMatchObject({
    attribution: { facts: { team: 'platform' } },
    limits: { maxCostNanoUsd: 9_000_000_000 },
    overrides: [{ by: 'octocat', changes: [{ setting: 'max-cost', after: '9 USD' }] }],
  });
});
