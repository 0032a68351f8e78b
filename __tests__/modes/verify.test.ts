/** `verify` as a whole, over real sockets against an emulated gateway; time stands still except where `verify` waits. */
import { readFileSync } from 'node:fs';
import '../support/realm.js';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Agent } from 'undici';
import type { RawInputs } from '../../src/config/config.js';
import { OUTPUTS } from '../../src/config/outputs.js';
import { parsePolicy } from '../../src/config/policy-file.js';
import { AppError, InputFaults } from '../../src/core/errors.js';
import type { PriceTable } from '../../src/core/price.js';
import { dialects } from '../../src/dialects/index.js';
import { gateways } from '../../src/gateways/index.js';
import { withContract } from '../../src/gateways/shared/with-contract.js';
import { runVerify } from '../../src/modes/verify.js';
import { createHttpSend } from '../../src/platform/http.js';
import { reporters } from '../../src/reporters/index.js';
import { LONG_PROMPT } from '../../src/verify/request-ceiling.js';
import { configOf } from '../support/config.js';
import { FixedClock, InMemoryStore, RecordingRunner } from '../support/fakes.js';
import {
  type Behaviour,
  COMPLETION,
  type EmulatedGateway,
  FALLBACK_MODEL,
  type Scripted,
  startGateway,
} from '../support/gateway.js';

const prices: PriceTable = JSON.parse(
  readFileSync(new URL('../../src/data/prices.json', import.meta.url), 'utf8'),
);
const KEY = 'sk-first-key-of-the-test-0001';
const SECOND = 'sk-second-key-of-the-test-0002';
const USD = 1_000_000_000;
const BUDGET = 0.002 * USD;
/** A gateway without a fault, and a key that works beside the first. */
const GOOD: Behaviour = {
  keys: { [KEY]: BUDGET, [SECOND]: BUDGET },
  ceiling: { tokens: 300, above: 'rejects' },
  version: '1.80.0',
};
const CHEAP = 'gpt-4o-mini';
const UNPRICED = 'house-model';
/** The dearest price of a table of two stands in for one that is not known. */
const SMALL_TABLE: PriceTable = {
  ...prices,
  models: Object.fromEntries(
    Object.entries(prices.models).filter(([name]) => ['gpt-4o-mini', 'gpt-5'].includes(name)),
  ),
};
const DEAR = { model: 'gpt-5', price: { input: 1250, output: 10_000 } };
/** An error inside a 200, which was served and billed all the same. */
const BILLED_ERROR: Scripted = {
  status: 200,
  body: { error: { message: 'broke', type: 'x' }, usage: { prompt_tokens: 14, completion_tokens: 256 } },
  isBilled: true,
};
const LOG_FIELDS = [
  'smoke_test_run_id',
  'gateway_key_label',
  'request_count',
  'total_input_tokens',
  'total_output_tokens',
  'budget_limit_configured',
  'budget_exhaustion_observed',
  'error_code_observed',
  'log_entry_verified',
  'cross_key_isolation_verified',
  'test_outcome',
  'notes',
];
const QUESTIONS = [
  'request-limit-field',
  'above-ceiling',
  'session-guard',
  'enforcement',
  'exhausted-answer',
  'unit',
  'spend-history',
  'fallback',
];
const OUTPUT_NAMES = Object.entries(OUTPUTS)
  .filter(([, { modes }]) => (modes as readonly string[]).includes('verify'))
  .map(([name]) => name)
  .sort();

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

interface Options {
  readonly inputs?: RawInputs;
  readonly ask?: (question: string) => Promise<boolean>;
  readonly clock?: FixedClock;
  readonly prices?: PriceTable;
  /** In place of writing files. */
  readonly write?: () => never;
}

interface ReportedAnswer {
  readonly id: string;
  readonly verdict: 'verified' | 'refuted' | 'not verifiable';
  readonly finding: string;
  readonly evidence: string;
  readonly date: string;
}

interface Result {
  readonly gateway: EmulatedGateway;
  readonly runner: RecordingRunner;
  readonly error: unknown;
  readonly files: Readonly<Record<string, string>>;
  readonly log: Readonly<Record<string, unknown>>;
  readonly answers: readonly ReportedAnswer[];
  readonly yaml: string;
}

async function verify(behaviour: Partial<Behaviour> = {}, options: Options = {}): Promise<Result> {
  const clock = options.clock ?? new FixedClock();
  const gateway = await startGateway({ ...GOOD, now: () => clock.now().getTime(), ...behaviour });
  const agent = new Agent();
  open.push(gateway, agent);
  const runner = new RecordingRunner();
  const files: Record<string, string> = {};
  const error = await runVerify({
    config: configOf({
      mode: 'verify',
      gateway: 'litellm',
      'gateway-url': gateway.url,
      'gateway-key': KEY,
      'verify-second-key': SECOND,
      'verify-model': CHEAP,
      'verify-max-cost': '0.01 USD',
      'verify-request-ceiling': '300',
      'verify-fallback-model': FALLBACK_MODEL,
      'verify-wait': '3s',
      ...options.inputs,
    }),
    runner,
    clock,
    store: new InMemoryStore(),
    github: undefined,
    reporters,
    gateways,
    dialects,
    prices: options.prices ?? prices,
    createSend: (deadlineMs) => createHttpSend(agent, deadlineMs, 0),
    deadlineMs: 5000,
    sendCall: createHttpSend(agent, 20_000, 0),
    sleep: async (ms) => clock.advance(ms),
    runId: '42-1',
    writeFiles: (dir, texts) =>
      options.write?.() ??
      Object.entries(texts).map(([name, text]) => {
        files[name] = text;
        return `${dir}/${name}`;
      }),
    ask: options.ask,
  }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return {
    gateway,
    runner,
    error,
    files,
    log: JSON.parse(files['smoke-test.json'] ?? '{}'),
    answers: JSON.parse(files['contract.json'] ?? '{"answers":[]}').answers,
    yaml: files['contract.yml'] ?? '',
  };
}

/** Nothing but the first call is tried, or what is named. */
const only = (probes: string): RawInputs => ({ ...without('verify-second-key'), 'verify-probes': probes });

/** Inputs that are not given at all. */
const without = (...names: string[]): RawInputs => Object.fromEntries(names.map((name) => [name, '']));

function contractOf({ yaml }: Pick<Result, 'yaml'>) {
  const parsed = parsePolicy(`version: 1\n${yaml}`, 'spendgate.yml');
  if (!('policy' in parsed)) throw new Error(JSON.stringify(parsed.faults));
  return parsed.policy.contract;
}

const refutedOf = ({ answers }: Result) =>
  Object.fromEntries(
    answers.filter(({ verdict }) => verdict === 'refuted').map(({ id, finding }) => [id, finding]),
  );
const verdictsOf = ({ answers }: Result) =>
  Object.fromEntries(answers.map(({ id, verdict }) => [id, verdict]));
const answerTo = ({ answers }: Result, id: string) => answers.find((answer) => answer.id === id);

function expectRefusedToPass({ error, log, runner }: Result, code = 'contract-refuted'): void {
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code, exitCode: 4, isReported: true });
  expect(log['test_outcome']).toBe('fail');
  expect(runner.outputs['test-outcome']).toBe('fail');
  expect(runner.titles('error')).not.toEqual([]);
}

describe('a gateway that does what people rely on', () => {
  test('passes all eight questions', async () => {
    const result = await verify();
    expect(result.error).toBeUndefined();
    expect(result.answers.map(({ id }) => id)).toEqual(QUESTIONS);
    expect(verdictsOf(result)).toEqual(Object.fromEntries(QUESTIONS.map((id) => [id, 'verified'])));
    for (const { date, evidence, finding } of result.answers) {
      expect(date).toBe('2026-11-22');
      expect(`${evidence}${finding}`).not.toBe('');
    }
    expect(result.runner.titles('error')).toEqual([]);
    expect(result.runner.outputs['test-outcome']).toBe('pass');
  });

  test('leaves a contract that a policy file takes', async () => {
    expect(contractOf(await verify())).toEqual({
      gateway: 'litellm',
      gatewayVersion: '1.80.0',
      verifiedAt: '2026-11-22',
      exhaustion: { status: 429, code: 'budget_exceeded', looksLike: undefined },
      enforcement: 'hard',
      overshootPercent: expect.any(Number),
      lagMs: 1000,
      requestCeiling: 'rejects',
      keys: 'separate',
      fallback: 'capped',
    });
  });

  test('leaves a log record of exactly the agreed fields', async () => {
    const { log, gateway, runner } = await verify({}, { inputs: { 'verify-label': 'ci-agent-test' } });
    expect(Object.keys(log)).toEqual(LOG_FIELDS);
    const passed = gateway.calls.filter(({ nanoUsd }) => nanoUsd > 0);
    expect(log).toEqual({
      smoke_test_run_id: '42-1',
      gateway_key_label: 'ci-agent-test',
      request_count: expect.any(Number),
      total_input_tokens: passed.length * 14,
      total_output_tokens: passed.reduce((sum, { nanoUsd }) => sum + (nanoUsd - 14 * 150) / 600, 0),
      budget_limit_configured: expect.stringMatching(/^0\.002 USD$/),
      budget_exhaustion_observed: true,
      error_code_observed: 'budget_exceeded',
      log_entry_verified: true,
      cross_key_isolation_verified: true,
      test_outcome: 'pass',
      notes: '',
    });
    expect(JSON.parse(String(runner.outputs['log-record']))).toEqual(log);
  });

  test('counts every request it sent to a model', async () => {
    const { log, gateway } = await verify();
    // Gemini's endpoint is asked as well, and does not exist here.
    const sent = gateway.calls.length;
    expect(log['request_count']).toBeGreaterThanOrEqual(sent);
    expect(log['request_count']).toBeLessThanOrEqual(sent + 3);
  });

  test('gets every output of the contract, and the files they name', async () => {
    const { runner, files, yaml } = await verify();
    expect(Object.keys(runner.outputs).sort()).toEqual(
      expect.arrayContaining(OUTPUT_NAMES.filter((name) => name !== 'record')),
    );
    expect(Object.keys(files).sort()).toEqual([
      'contract.json',
      'contract.md',
      'contract.yml',
      'smoke-test.json',
    ]);
    expect(runner.outputs['contract-report']).toBe('spendgate-verify/contract.md');
    expect(runner.outputs['contract']).toBe(yaml);
    expect(files['contract.md']).toContain(yaml.trimEnd());
    expect(runner.summary).toContain('8 verified');
  });

  test.each([
    ['a cap that reserves', { cap: 'reserves' }],
    ['an OpenAI endpoint alone', { endpoints: ['/v1/chat/completions'] }],
    ['the Responses API alone', { endpoints: ['/v1/responses'] }],
    ['deployments that answer in turn', { deployments: ['a', 'b', 'c'] }],
    ['a count that is late, and in time', { countDelayMs: 1500 }],
  ] satisfies [string, Partial<Behaviour>][])('passes with %s', async (_name, behaviour) => {
    const result = await verify(behaviour);
    expect(refutedOf(result)).toEqual({});
    expect(result.error).toBeUndefined();
    expect(contractOf(result)).toMatchObject({ enforcement: 'hard', keys: 'separate' });
  });

  test('of a model without a price, whose cost stands in the answer, passes too', async () => {
    const result = await verify({}, { inputs: { 'verify-model': UNPRICED }, prices: SMALL_TABLE });
    expect(result.error).toBeUndefined();
    expect(refutedOf(result)).toEqual({});
    expect(contractOf(result)).toMatchObject({ enforcement: 'hard' });
  });

  test('whose cost stands in no answer is judged by the price table', async () => {
    const result = await verify({ reportsCost: false });
    expect(refutedOf(result)).toEqual({});
    expect(contractOf(result)).toMatchObject({ enforcement: 'hard' });
  });
});

describe('a gateway that does not', () => {
  const NOT_HARD = { soft: 'the cap is soft: calls passed beyond it' };
  const rows: [
    name: string,
    behaviour: Partial<Behaviour>,
    refuted: Readonly<Record<string, unknown>>,
    contract: object,
  ][] = [
    [
      'lets three calls pass when nothing is left',
      { callsBeyond: 3 },
      { enforcement: NOT_HARD.soft },
      { enforcement: 'soft', exhaustion: { status: 429, code: 'budget_exceeded' } },
    ],
    [
      'only reports its budget',
      { cap: 'reported-only' },
      {
        'session-guard': 'key',
        enforcement: 'the cap is reported only: nothing was refused',
      },
      { enforcement: 'reported-only', exhaustion: undefined },
    ],
    [
      'tells the end like a rate limit',
      { exhausted: 'rate-limit' },
      { 'exhausted-answer': 'it looks like a rate limit' },
      {
        enforcement: 'hard',
        exhaustion: { status: 429, code: 'throttling_error', looksLike: 'rate-limited' },
      },
    ],
    [
      'tells the end like a wrong key',
      { exhausted: 'wrong-key' },
      { 'exhausted-answer': 'the same answer as to a wrong key' },
      {
        enforcement: 'hard',
        exhaustion: { status: 401, code: 'token_not_found_in_db', looksLike: 'unauthorised' },
      },
    ],
    [
      'tells the end inside an answer with status 200',
      { exhausted: 'inside-200' },
      { 'exhausted-answer': 'an error under HTTP 200' },
      { enforcement: 'hard', exhaustion: { status: 200, code: 'budget_exceeded' } },
    ],
    [
      'tells the end without a word',
      { exhausted: 'no-words' },
      { 'exhausted-answer': 'it looks like no budget at all' },
      { enforcement: 'hard', exhaustion: { status: 400, code: undefined, looksLike: 'unknown' } },
    ],
    [
      'cuts what is above its ceiling',
      { ceiling: { tokens: 300, above: 'truncates' } },
      { 'above-ceiling': 'silently cut' },
      { requestCeiling: 'truncates' },
    ],
    [
      'ignores its ceiling',
      { ceiling: { tokens: 300, above: 'ignores' } },
      { 'above-ceiling': 'ceiling ignored' },
      { requestCeiling: 'ignores' },
    ],
    [
      'ignores the ceiling of a request at one endpoint',
      { ignoresFieldAt: '/v1/responses' },
      { 'request-limit-field': expect.stringContaining('openai-responses: max_output_tokens ignored') },
      { gateway: 'litellm' },
    ],
    [
      'answers from a model without a cap when nothing is left',
      { fallback: 'any' },
      {
        'session-guard': 'key',
        enforcement: 'the cap is reported only: nothing was refused',
        fallback: 'uncapped',
      },
      { fallback: 'uncapped', enforcement: 'reported-only' },
    ],
    [
      'answers when the fallback is asked by its name',
      { fallback: 'by-name' },
      { fallback: 'uncapped' },
      { fallback: 'uncapped', enforcement: 'hard' },
    ],
    [
      'never counts its calls',
      { countDelayMs: Number.POSITIVE_INFINITY },
      { 'spend-history': expect.any(String) },
      { enforcement: 'hard' },
    ],
  ];
  test.each(rows)('%s', async (_name, behaviour, refuted, contract) => {
    const result = await verify(behaviour);
    expect(refutedOf(result)).toEqual(refuted);
    expect(contractOf(result)).toMatchObject(contract);
    expectRefusedToPass(result);
    for (const id of Object.keys(refuted)) {
      expect(result.log['notes']).toContain(id);
      expect(result.files['contract.md']).toContain('🛑');
    }
  });

  test('counts in cents what it tells in dollars', async () => {
    const result = await verify(
      { countFactor: 100, price: DEAR.price, keys: { [KEY]: 0.05 * USD, [SECOND]: 0.05 * USD } },
      { inputs: { 'verify-model': DEAR.model, 'verify-max-cost': '0.50 USD' } },
    );
    expect(refutedOf(result)).toMatchObject({ unit: 'different unit' });
    expect(answerTo(result, 'unit')?.evidence).toContain('1.0e+2 times');
    expectRefusedToPass(result);
  });

  test('stops other keys with the first one', async () => {
    const result = await verify({ sharesBudget: true });
    expect(refutedOf(result)).toEqual({});
    expect(contractOf(result)).toMatchObject({ keys: 'shared', enforcement: 'hard' });
    expect(result.log).toMatchObject({ cross_key_isolation_verified: false });
    expectRefusedToPass(result);
    expect(result.runner.titles('error')).toEqual(['Keys are not separate']);
  });

  test.each([
    ['HTML', 'html'],
    ['a dropped connection', 'drop'],
    ['503', 'unavailable'],
    ['a rate limit', 'rate-limit'],
  ] as const)('answers the first call with %s: nothing more is tried', async (_name, trouble) => {
    const result = await verify({ trouble: () => trouble });
    expect(result.log).toMatchObject({
      budget_exhaustion_observed: null,
      error_code_observed: null,
      log_entry_verified: null,
      cross_key_isolation_verified: null,
    });
    expectRefusedToPass(result, 'upstream-failed');
    expect(result.runner.titles('error')).toEqual(['The first call was refused']);
    expect(refutedOf(result)).toEqual({});
    expect([result.yaml, result.files['contract.yml']]).toEqual(['', undefined]);
    // Every endpoint is asked once, and a wrong key.
    expect(result.gateway.calls.length).toBeLessThanOrEqual(4);
  });

  test.each([['drop'], ['unavailable'], ['html']] as const)(
    'has trouble (%s) while budget is left: nothing is concluded about the budget',
    async (trouble) => {
      const result = await verify({ trouble: (call) => (call > 12 ? trouble : undefined) });
      expect(refutedOf(result)).toEqual({});
      expect(result.log).toMatchObject({ test_outcome: 'incomplete', budget_exhaustion_observed: false });
      expect(result.error).toBeUndefined();
      expect(contractOf(result)?.exhaustion).toBeUndefined();
      expect(contractOf(result)?.enforcement).toBeUndefined();
      expect(answerTo(result, 'enforcement')?.finding).toContain('while budget was left');
    },
  );

  test('has a soft cap and a late count: what was spent before the budget was spent is reckoned with', async () => {
    const result = await verify({
      countDelayMs: 60_000,
      callsBeyond: 2,
      ceiling: { tokens: 300, above: 'truncates' },
    });
    expect(contractOf(result)?.enforcement).toBe('soft');
  });

  test('has a hiccup in between: the test goes on', async () => {
    const result = await verify({ trouble: (call) => (call % 11 === 10 ? 'unavailable' : undefined) });
    expect(contractOf(result)).toMatchObject({
      enforcement: 'hard',
      exhaustion: { code: 'budget_exceeded' },
    });
  });
});

describe('what cannot be seen', () => {
  test('stays unknown where nothing can be read and no budget is stated', async () => {
    const result = await verify({ hidesBudget: true });
    expect(result.error).toBeUndefined();
    expect(result.log).toMatchObject({
      budget_limit_configured: null,
      budget_exhaustion_observed: null,
      error_code_observed: null,
      log_entry_verified: null,
      cross_key_isolation_verified: null,
      test_outcome: 'incomplete',
    });
    expect(result.log['notes']).toContain('verify-budget');
  });

  test('is found out with a stated budget, where the key cannot be read', async () => {
    const result = await verify({ hidesBudget: true }, { inputs: { 'verify-budget': '0.002 USD' } });
    expect(result.log).toMatchObject({
      budget_limit_configured: '0.002 USD',
      budget_exhaustion_observed: true,
      log_entry_verified: null,
      error_code_observed: 'budget_exceeded',
    });
    expect(verdictsOf(result)).toMatchObject({ 'spend-history': 'not verifiable', unit: 'not verifiable' });
  });

  test.each([
    ['no second key', without('verify-second-key'), { keys: undefined }, 'verify-second-key'],
    [
      'a probe that is not wanted',
      { 'verify-probes': 'happy-path,exhaustion' },
      { keys: undefined },
      undefined,
    ],
  ] as const)('%s: no word about it in the contract', async (_name, inputs, contract, note) => {
    const result = await verify({}, { inputs });
    expect(contractOf(result)).toMatchObject(contract);
    expect(result.log['cross_key_isolation_verified']).toBeNull();
    expect(result.error).toBeUndefined();
    if (note)
      expect(result.log).toMatchObject({ test_outcome: 'incomplete', notes: expect.stringContaining(note) });
  });

  test('a second key that never worked says nothing', async () => {
    const result = await verify({ keys: { [KEY]: BUDGET } });
    expect(contractOf(result)).toMatchObject({ keys: undefined, enforcement: 'hard' });
    expect(result.log['cross_key_isolation_verified']).toBeNull();
  });

  test('tokens that were not reported are not summed up', async () => {
    const { log } = await verify({ usage: 'missing' });
    expect(log).toMatchObject({ total_input_tokens: null, total_output_tokens: null });
  });

  test('a budget larger than the maximum is never touched', async () => {
    const result = await verify(
      { keys: { [KEY]: 5 * USD, [SECOND]: BUDGET } },
      { inputs: { 'verify-max-cost': '0.01 USD' } },
    );
    expect(result.log).toMatchObject({
      budget_exhaustion_observed: null,
      budget_limit_configured: '5 USD',
      test_outcome: 'incomplete',
    });
    expect(result.log['notes']).toContain('$5.00 are left on the key, and `verify-max-cost` is $0.01');
    expect(result.gateway.spent).toBeLessThan(0.001 * USD);
  });

  test('nothing left at the start is said, and not tried', async () => {
    const result = await verify({ keys: { [KEY]: 0, [SECOND]: BUDGET } });
    expectRefusedToPass(result, 'upstream-failed');
    expect(result.runner.titles('error')).toEqual(['The first call was refused']);
  });
});

describe('observe', () => {
  test('reports everything, and fails nothing', async () => {
    const result = await verify({ callsBeyond: 3, sharesBudget: true }, { inputs: { observe: 'true' } });
    expect(result.error).toBeUndefined();
    expect(result.runner.outputs['test-outcome']).toBe('fail');
    expect(result.runner.titles('error')).toEqual([]);
    expect(result.runner.titles('notice')).not.toEqual([]);
    expect(contractOf(result)).toMatchObject({ enforcement: 'soft', keys: 'shared' });
  });
});

describe('money is spent', () => {
  test('by nobody who was not told how much', async () => {
    const { error, gateway, files } = await verify({}, { inputs: without('verify-max-cost') });
    expect(error).toBeInstanceOf(InputFaults);
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining('verify-max-cost') });
    expect(gateway.calls).toEqual([]);
    expect(gateway.readings).toBeGreaterThan(0);
    expect(files).toEqual({});
  });

  test('by no person who says no', async () => {
    const questions: string[] = [];
    const { error, gateway } = await verify(
      {},
      {
        inputs: without('verify-max-cost'),
        ask: async (question) => {
          questions.push(question);
          return false;
        },
      },
    );
    expect(error).toMatchObject({ code: 'denied', exitCode: 3 });
    expect(questions).toEqual([expect.stringMatching(/^Spend up to \$\d+\.\d{4} on this key/)]);
    expect(gateway.calls).toEqual([]);
  });

  test('up to the maximum by a person who says yes', async () => {
    const questions: string[] = [];
    const { error, gateway, runner } = await verify(
      {},
      {
        inputs: without('verify-max-cost'),
        ask: async (question) => {
          questions.push(question);
          return true;
        },
      },
    );
    expect(error).toBeUndefined();
    const [, told] = /\$([\d.]+)/.exec(questions[0] ?? '') ?? [];
    expect(gateway.spent).toBeLessThanOrEqual(Number(told) * USD);
    for (const probe of ['happy-path', 'request-ceiling', 'isolation', 'exhaustion', 'fallback'])
      expect(runner.lines[0]).toMatch(new RegExp(`${probe}: at most \\$\\d+\\.\\d{4}`));
  });

  test('without a question where the maximum is given', async () => {
    const { error } = await verify({}, { ask: () => Promise.reject(new Error('nobody is to be asked')) });
    expect(error).toBeUndefined();
  });

  test('by a person who is told the dearest price, where the model has none', async () => {
    let told = 0;
    const { error, gateway, runner } = await verify(
      {},
      {
        inputs: { ...without('verify-max-cost'), 'verify-model': UNPRICED },
        prices: SMALL_TABLE,
        ask: async (question) => {
          told = Number(/\$([\d.]+)/.exec(question)?.[1]);
          return true;
        },
      },
    );
    expect(error).toBeUndefined();
    expect(runner.lines[0]).toContain('no price is known: the dearest one of the table is reckoned');
    expect(runner.lines[0]).toContain(`together: at most $${told.toFixed(4)}`);
    expect(gateway.spent).toBeGreaterThan(0);
    expect(gateway.spent).toBeLessThanOrEqual(told * USD);
  });

  test('by nobody before the folder for the reports can be written', async () => {
    const { error, gateway } = await verify(
      {},
      {
        write: () => {
          throw new AppError('bad-value', 'no such folder');
        },
      },
    );
    expect(error).toMatchObject({ message: 'no such folder' });
    expect(gateway.calls).toEqual([]);
  });

  const TIGHT: [name: string, usd: string, behaviour: Partial<Behaviour>, inputs: RawInputs][] = [
    ['the price of the first call', '0.000002', {}, only('happy-path')],
    [
      'the first call and one with a wrong key, at a gateway that takes any key',
      '0.000005',
      { isOpen: true },
      only('happy-path'),
    ],
    ['the call of the second key', '0.000005', {}, { 'verify-probes': 'isolation' }],
  ];
  test.each(TIGHT)('not even for %s, where the maximum is less', async (_name, usd, behaviour, inputs) => {
    const { gateway } = await verify(behaviour, { inputs: { ...inputs, 'verify-max-cost': `${usd} USD` } });
    expect(gateway.spent).toBeLessThanOrEqual(Math.round(Number(usd) * USD));
  });

  test('for no probe beyond what was stated for it', async () => {
    const { runner, gateway } = await verify(
      { keys: { [KEY]: 500_000 }, cap: 'reported-only' },
      { inputs: only('exhaustion') },
    );
    const [, told] = /exhaustion: at most \$([\d.]+)/.exec(runner.lines[0] ?? '') ?? [];
    expect(gateway.spent).toBeLessThanOrEqual(Number(told) * USD);
  });

  test('beyond what was stated for a probe by one call alone, where calls are dearer than listed', async () => {
    const { runner, gateway } = await verify(
      { keys: { [KEY]: 500_000 }, cap: 'reported-only', price: { input: 1500, output: 6000 } },
      { inputs: { ...only('exhaustion'), 'verify-max-cost': '1 USD' } },
    );
    const [, told] = /together: at most \$([\d.]+)/.exec(runner.lines[0] ?? '') ?? [];
    const dearest = Math.max(...gateway.calls.map(({ nanoUsd }) => nanoUsd));
    expect(gateway.spent).toBeGreaterThan(500_000);
    expect(gateway.spent).toBeLessThanOrEqual(Number(told) * USD + dearest);
  });

  const LISTED = { input: 150, output: 600 };
  const TROUBLE = ['drop-after-billing', 'drop', 'unavailable', 'html', 'rate-limit'] as const;
  const troubles = fc.record({
    kind: fc.constantFrom(undefined, ...TROUBLE, BILLED_ERROR),
    every: fc.integer({ min: 2, max: 9 }),
  });
  const behaviours = fc.record(
    {
      callsBeyond: fc.integer({ min: 0, max: 12 }),
      cap: fc.constantFrom('hard', 'reserves', 'reported-only'),
      exhausted: fc.constantFrom('own-code', 'rate-limit', 'wrong-key', 'inside-200', 'no-words'),
      fallback: fc.constantFrom('any', 'by-name', undefined),
      sharesBudget: fc.boolean(),
      reportsCost: fc.boolean(),
      usage: fc.constantFrom('missing', undefined),
      deployments: fc.constantFrom(['a', 'b'], undefined),
      endpoints: fc.constantFrom(['/v1/responses'], ['/v1/chat/completions'], undefined),
      elsewhere: fc.constantFrom('html', 'wrong-key', undefined),
      hidesBudget: fc.boolean(),
      // Cheaper than the table, as it says, and dearer.
      price: fc.constantFrom({ input: 75, output: 300 }, LISTED, { input: 225, output: 1200 }),
      countDelayMs: fc.constantFrom(0, 1500, 60_000, Number.POSITIVE_INFINITY),
      countFactor: fc.constantFrom(1, 100, 0.01),
      ceiling: fc.record({
        tokens: fc.integer({ min: 64, max: 400 }),
        above: fc.constantFrom('rejects', 'truncates', 'ignores'),
      }),
    },
    { noNullPrototype: true },
  );

  test('never beyond the maximum, however a gateway behaves', async () => {
    await fc.assert(
      fc.asyncProperty(
        behaviours,
        troubles,
        fc.integer({ min: 100_000, max: 5_000_000 }),
        fc.oneof(
          fc.record({ model: fc.constant(CHEAP), maximum: fc.integer({ min: 1000, max: 6_000_000 }) }),
          fc.record({
            model: fc.constant(UNPRICED),
            maximum: fc.integer({ min: 1_000_000, max: 6_000_000 }),
          }),
        ),
        async (behaviour, { kind, every }, budget, { model, maximum }) => {
          // A count that shows too little is believed where nothing else is told: see below.
          fc.pre(behaviour.reportsCost || behaviour.countFactor >= 1);
          // A surcharge that is told nowhere cannot be reckoned with.
          fc.pre(
            model === UNPRICED ||
              behaviour.price.output <= LISTED.output ||
              (behaviour.usage !== 'missing' && behaviour.reportsCost),
          );
          const result = await verify(
            {
              ...behaviour,
              keys: { [KEY]: budget, [SECOND]: budget },
              trouble: (call) => (call % every === every - 1 ? kind : undefined),
            } as Behaviour,
            {
              prices: SMALL_TABLE,
              inputs: {
                'verify-max-cost': `${(maximum / USD).toFixed(9)} USD`,
                'verify-model': model,
                'verify-budget': '0.001 USD',
              },
            },
          );
          const { gateway, error } = result;
          await Promise.all(open.splice(0).map((one) => one.close()));
          expect(gateway.spent).toBeLessThanOrEqual(maximum);
          if (error !== undefined)
            expect(error).toMatchObject({
              code: expect.stringMatching(/^(contract-refuted|upstream-failed)$/),
            });
        },
      ),
      { numRuns: 100, endOnFailure: true },
    );
  });
});

/** The end of the first key’s budget is told with this code. */
const saying = (code: string) => (_call: number, key: string, left: number) =>
  key === KEY && left <= 0
    ? { status: 402, body: { error: { code, type: 'budget_exceeded', message: 'x' } } }
    : undefined;

test.each([
  'x\n::error file=a.ts::pwned\n::stop-commands::zz',
  '\r\n::set-output name=a::b',
  'z'.repeat(100_000),
])('a code is no command for the runner, nor a page of text (%#)', async (code) => {
  const { runner, files, yaml } = await verify({ trouble: saying(code) });
  const lines = [...runner.lines, yaml, runner.summary, ...Object.values(files)].flatMap((text) =>
    text.split(/[\r\n]+/),
  );
  expect(lines.filter((line) => line.trim().startsWith('::'))).toEqual([]);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(5000);
  expect(contractOf({ yaml })).toMatchObject({ exhaustion: { status: 402, code: 'budget_exceeded' } });
});

test('a code with a key inside leaves a contract that a policy file takes', async () => {
  const result = await verify({ trouble: saying(`${KEY}-over-budget`) });
  expect(contractOf(result)).toMatchObject({ exhaustion: { status: 402 } });
});

test.each([1, 2, 3, 4])('one reading that fails (%d) refutes nothing', async (failing) => {
  const result = await verify({ failsReading: (reading) => reading === failing });
  expect(refutedOf(result)).toEqual({});
});

test('one look that fails while the count is followed is tried again', async () => {
  const result = await verify({ failsReading: (reading) => reading === 3 });
  expect(verdictsOf(result)).toMatchObject({ 'spend-history': 'verified' });
  expect(result.log['log_entry_verified']).toBe(true);
});

test.each([
  ['a budget', { sharedName: `of ${KEY}` }],
  ['a refused reading', { quotesKey: true, hidesBudget: true }],
  ['a version', { version: `1.80.0-${KEY}` }],
])('no key is told in the words of %s', async (_name, behaviour) => {
  const { files, runner } = await verify(behaviour);
  expect(JSON.stringify([files, runner])).not.toContain(KEY);
});

describe('no secret, no prompt and no answer', () => {
  test.each([
    ['a good gateway', {}],
    ['a soft cap', { callsBeyond: 2 }],
    ['HTML', { trouble: () => 'html' as const }],
    ['a shared budget', { sharesBudget: true }],
    ['an uncapped fallback', { fallback: 'any' as const }],
    ['the key in place of a code', { quotesKey: true }],
    ['the key and the prompt in a code', { trouble: saying(`${KEY} ${LONG_PROMPT}`) }],
    ['the key inside a code', { trouble: saying(`${KEY}-over-budget`) }],
    ['the key in the name of a deployment', { deployments: [KEY, SECOND], fallback: 'any' as const }],
  ])('is told anywhere: %s', async (_name, behaviour) => {
    const { files, runner, error } = await verify(behaviour);
    const told = JSON.stringify([files, runner, String(error), (error as Error | undefined)?.message]);
    for (const word of [KEY, SECOND, COMPLETION, LONG_PROMPT, 'Reply with']) expect(told).not.toContain(word);
    expect(files['smoke-test.json']).not.toMatch(/\$|"price|cost/i);
  });
});

describe('the maximum holds also for', () => {
  const UNCAPPED: Partial<Behaviour> = { cap: 'reported-only' };
  const BLIND: Partial<Behaviour> = { ...UNCAPPED, countDelayMs: Number.POSITIVE_INFINITY };
  const rows: [name: string, usd: string, behaviour: Partial<Behaviour>, inputs?: RawInputs][] = [
    ['one call in many whose ceiling is ignored', '0.0021', { ...UNCAPPED, ignoresFieldAt: '/v1/messages' }],
    [
      'a model without a price',
      '0.001',
      { keys: { [KEY]: 20_000 } },
      { ...only('exhaustion'), 'verify-model': UNPRICED },
    ],
    [
      'a model without a price whose answers tell a cost, and no usage',
      '0.001',
      { keys: { [KEY]: 20_000 }, usage: 'missing' },
      { ...only('exhaustion'), 'verify-model': UNPRICED },
    ],
    [
      'a model without a price whose calls cost nothing, they say',
      '0.002',
      { ...BLIND, toldCost: '0' },
      { 'verify-model': UNPRICED },
    ],
    ['calls that cost nothing, they say', '0.002', { ...BLIND, toldCost: '0' }],
    ['calls that cost less than nothing, they say', '0.002', { ...BLIND, toldCost: '-1' }],
    ['calls that cost less than listed, they say', '0.002', { ...BLIND, toldCost: '0.000000001' }],
    ['calls whose cost is no number', '0.002', { ...BLIND, toldCost: 'NaN' }],
    ['calls whose cost is beyond all numbers', '0.002', { ...BLIND, toldCost: '1e300' }],
    [
      'calls that were billed and whose answers were lost',
      '0.002',
      { ...UNCAPPED, trouble: (call) => (call > 9 && call % 2 === 1 ? 'drop-after-billing' : undefined) },
    ],
    [
      'calls that were billed and answered with an error inside a 200',
      '0.002',
      { ...BLIND, trouble: (call) => (call > 9 && call % 4 !== 1 ? BILLED_ERROR : undefined) },
    ],
    [
      'calls that cost more than the price table says',
      '0.002',
      { ...UNCAPPED, price: { input: 1500, output: 6000 } },
    ],
    [
      'a request ceiling beyond all bounds',
      '0.002',
      { ...UNCAPPED, ceiling: { tokens: 1e9, above: 'ignores' } },
      { ...only('request-ceiling'), 'verify-request-ceiling': '1000000000' },
    ],
  ];
  test.each(rows)('%s', async (_name, usd, behaviour, inputs = {}) => {
    const { gateway } = await verify(behaviour, {
      inputs: { ...inputs, 'verify-max-cost': `${usd} USD` },
      prices: SMALL_TABLE,
    });
    expect(gateway.spent).toBeGreaterThan(0);
    expect(gateway.spent).toBeLessThanOrEqual(Math.round(Number(usd) * USD));
  });

  // The same maximum holds where the gateway's own count shows the whole.
  const SILENT: Partial<Behaviour> = { ...UNCAPPED, reportsCost: false, usage: 'missing' };
  test('calls that tell nothing, of a model with a price', async () => {
    const { gateway } = await verify(SILENT, { inputs: { 'verify-max-cost': '0.004 USD' } });
    expect(gateway.spent).toBeLessThanOrEqual(4_000_000);
  });

  test('calls that tell nothing, where the gateway’s own count shows too little', async () => {
    const { gateway } = await verify(
      { ...SILENT, countFactor: 0.01 },
      { inputs: { 'verify-max-cost': '0.004 USD' } },
    );
    expect(gateway.spent).toBeLessThanOrEqual(4_000_000);
  });

  test.each([
    ['of a model with a price', { usage: 'missing' }, CHEAP],
    ['of a model without one', {}, UNPRICED],
  ] satisfies [string, Partial<Behaviour>, string][])(
    'calls %s that tell no cost, where the gateway’s own count is late',
    async (_name, told, model) => {
      const clock = new FixedClock();
      const { gateway } = await verify(
        {
          ...UNCAPPED,
          reportsCost: false,
          ...told,
          keys: { [KEY]: 3_900_000 },
          countDelayMs: 30_000,
          trouble: () => {
            clock.advance(2000);
            return undefined;
          },
        },
        {
          clock,
          prices: SMALL_TABLE,
          inputs: { ...only('exhaustion'), 'verify-max-cost': '0.004 USD', 'verify-model': model },
        },
      );
      expect(gateway.spent).toBeLessThanOrEqual(4_000_000);
    },
  );

  test('a fallback of unknown price, which is reckoned at the dearest one', async () => {
    const inputs = { 'verify-max-cost': '0.0023 USD', 'verify-fallback-model': 'no-such-model' };
    const { gateway } = await verify({}, { prices: SMALL_TABLE, inputs });
    // 0.000765 are the worst case, and less is left.
    expect(gateway.calls.filter(({ model }) => model === 'no-such-model')).toEqual([]);
  });

  // Documented: nobody can know beforehand that a ceiling is ignored, or a price wrong.
  test.each([
    ['whose ceiling is ignored', '0.0001', { ignoresFieldAt: '/v1/messages' }],
    ['that costs a hundred times its price', '0.0001', { price: { input: 15_000, output: 60_000 } }],
  ] satisfies [string, string, Partial<Behaviour>][])(
    'all but one call %s, which may pass it alone',
    async (_name, usd, behaviour) => {
      const { gateway } = await verify(behaviour, {
        inputs: { ...only('request-ceiling'), 'verify-max-cost': `${usd} USD` },
      });
      const dearest = Math.max(...gateway.calls.map(({ nanoUsd }) => nanoUsd));
      const maximum = Math.round(Number(usd) * USD);
      expect(gateway.spent).toBeGreaterThan(maximum);
      expect(gateway.spent).toBeLessThanOrEqual(maximum + dearest);
    },
  );

  test('a model without a price, for which the dearest one is too dear: nothing is sent, and it is said why', async () => {
    const { error, gateway, log, runner } = await verify({}, { inputs: { 'verify-model': UNPRICED } });
    expect(error).toBeUndefined();
    expect(gateway.calls).toEqual([]);
    expect(log['test_outcome']).toBe('incomplete');
    expect(runner.titles('warning')).toEqual(['Nothing was tried']);
  });

  test('what it is told as: never less than it is', async () => {
    const { runner } = await verify(
      { keys: { [KEY]: 0.0096 * USD } },
      { inputs: { ...only('exhaustion'), 'verify-max-cost': '1 USD' } },
    );
    const [, told] = /exhaustion: at most \$([\d.]+)/.exec(runner.lines[0] ?? '') ?? [];
    expect(Number(told)).toBeGreaterThanOrEqual(0.0144);
  });

  test('a first call that it does not allow: nothing is called, and nothing refuted', async () => {
    const { error, gateway, log, answers } = await verify(
      {},
      { inputs: { 'verify-max-cost': '0.000002 USD' } },
    );
    expect(gateway.calls).toEqual([]);
    expect(error).toBeUndefined();
    expect(log).toMatchObject({ test_outcome: 'incomplete', request_count: 0 });
    expect(answers.map(({ verdict }) => verdict)).toEqual(answers.map(() => 'not verifiable'));
  });
});

describe('the end of the budget', () => {
  test('is reached under a low ceiling, which the calls that spend it keep to', async () => {
    const result = await verify(
      { ceiling: { tokens: 128, above: 'rejects' } },
      { inputs: { 'verify-request-ceiling': '128' } },
    );
    expect(contractOf(result)).toMatchObject({ enforcement: 'hard' });
  });

  test('is reached with a budget of two calls, where the maximum allows many', async () => {
    const result = await verify({ keys: { [KEY]: 300_000 } }, { inputs: only('exhaustion') });
    expect(contractOf(result)).toMatchObject({ enforcement: 'hard' });
  });

  // A count may be late, so it never takes back what calls without a cost are reckoned at.
  test('is not looked for beyond what is reckoned, where nobody tells a cost', async () => {
    const result = await verify(
      { reportsCost: false },
      { inputs: { 'verify-model': UNPRICED }, prices: SMALL_TABLE },
    );
    expect(contractOf(result)?.enforcement).toBeUndefined();
    expect(result.log['notes']).toContain('nobody tells what a call of this model costs');
  });

  /** What a gateway does with the first key once less than this share of the budget is left. */
  const nearTheEnd = (share: number, trouble: 'unavailable' | 'drop' | 'html' | 'rate-limit' | Scripted) => ({
    trouble: (_call: number, key: string, left: number) =>
      key === KEY && left < share * BUDGET ? trouble : undefined,
  });
  const WAIT: Scripted = {
    status: 429,
    headers: { 'retry-after': '60' },
    body: { error: { type: 'throttling_error', message: 'too many requests a minute', code: '429' } },
  };
  const REDIRECT: Scripted = { status: 302, body: 'moved' };
  const PROVIDER: Scripted = {
    status: 429,
    body: { error: { type: 'insufficient_quota', code: 'insufficient_quota', message: 'the provider’s' } },
  };

  // What is left for a last call is less than any call costs, in the second of each pair.
  test.each([
    ['trouble (503)', nearTheEnd(0.15, 'unavailable')],
    ['trouble (503)', nearTheEnd(0.02, 'unavailable')],
    ['a dropped connection', nearTheEnd(0.15, 'drop')],
    ['a dropped connection', nearTheEnd(0.02, 'drop')],
    ['a rate limit', nearTheEnd(0.15, 'rate-limit')],
    ['a rate limit that says how long to wait', nearTheEnd(0.16, WAIT)],
    ['the end of another budget', nearTheEnd(0.5, PROVIDER)],
  ])('is not %s when most is spent', async (_name, behaviour) => {
    const result = await verify(behaviour);
    const { exhaustion, enforcement } = contractOf(result) ?? {};
    expect({ exhaustion, enforcement }).toEqual({ exhaustion: undefined, enforcement: undefined });
    expect(refutedOf(result)).toEqual({});
    expect(result.log['test_outcome']).toBe('incomplete');
  });

  test('is not the end of another budget, which is called so', async () => {
    const { log } = await verify(nearTheEnd(0.5, PROVIDER));
    expect(log['notes']).toContain('another budget is exhausted');
  });

  test('is not the end of a provider’s account, seen before the first call of the exhaustion', async () => {
    const result = await verify(
      { trouble: (call, key) => (key === KEY && call > 1 ? PROVIDER : undefined) },
      { inputs: only('exhaustion') },
    );
    expect(contractOf(result)?.exhaustion).toBeUndefined();
    expect(result.log).toMatchObject({ budget_exhaustion_observed: false, test_outcome: 'incomplete' });
  });

  test.each([
    ['a web page', nearTheEnd(0.02, 'html')],
    ['a redirect', nearTheEnd(0.02, REDIRECT)],
  ])('that is told by %s leaves a contract that a policy file takes', async (_name, behaviour) => {
    expect(contractOf(await verify(behaviour))?.gateway).toBe('litellm');
  });

  test('that calls of no cost come to says nothing about a cap on cost', async () => {
    const result = await verify({
      toldCost: '0',
      trouble: (call, key) => (key === KEY && call > 8 ? PROVIDER : undefined),
    });
    expect(contractOf(result)).toMatchObject({ enforcement: undefined, overshootPercent: undefined });
    expect(verdictsOf(result)).toMatchObject({ enforcement: 'not verifiable' });
    expect(result.log['test_outcome']).not.toBe('pass');
  });

  test('is reached at one endpoint, whatever another makes of ceilings', async () => {
    const result = await verify({ ignoresFieldAt: '/v1/responses' });
    expect(contractOf(result)).toMatchObject({ enforcement: 'hard' });
    // One long answer has used up the share of the budget that finding out about ceilings may take.
    expect(answerTo(result, 'above-ceiling')?.evidence).toContain('what may be spent does not pay');
  });

  test('is no bad request with the same status, where only a sentence tells them apart', async () => {
    const result = await verify({ exhausted: 'wording' });
    const litellm = gateways.find(({ id }) => id === 'litellm');
    const known = litellm && withContract(litellm, contractOf(result));
    const body = { error: { type: 'invalid_request_error', message: 'max_tokens is too large' } };
    expect(known?.readFailure({ status: 400, headers: {}, body })).toMatchObject({ kind: 'unknown' });
  });
});

describe('a hard cap is found hard', () => {
  // Left when it begins: ten calls of 155,700 and a thousand; the second key's 3,300 are not on this budget.
  test('where less is left for the last call than the second key has spent', async () => {
    const result = await verify({ keys: { [KEY]: 1_610_800, [SECOND]: BUDGET } });
    expect(contractOf(result)).toMatchObject({ enforcement: 'hard' });
  });

  test('where calls cost a tenth less than the price table says', async () => {
    const result = await verify({ reportsCost: false, price: { input: 135, output: 540 } });
    expect(contractOf(result)).toMatchObject({ enforcement: 'hard' });
  });

  test('where answers tell neither usage nor cost', async () => {
    const result = await verify({ reportsCost: false, usage: 'missing' });
    expect(contractOf(result)).toMatchObject({ enforcement: 'hard' });
  });
});

test('a soft cap is found soft where calls cost a fifth more than the price table says', async () => {
  const result = await verify({ reportsCost: false, price: { input: 180, output: 720 }, callsBeyond: 2 });
  expect(contractOf(result)).toMatchObject({ enforcement: 'soft' });
});

describe('the second key', () => {
  test.each(['unavailable', 'rate-limit', 'drop'] as const)(
    'that meets other trouble (%s) says nothing about the budget',
    async (trouble) => {
      let calls = 0;
      const result = await verify({
        trouble: (_call, key) => {
          if (key === SECOND) calls += 1;
          return key === SECOND && calls > 1 ? trouble : undefined;
        },
      });
      expect(contractOf(result)).toMatchObject({ keys: undefined, enforcement: 'hard' });
    },
  );

  test('that cannot be asked again for want of money says nothing', async () => {
    const result = await verify(
      { cap: 'reserves', endpoints: ['/v1/chat/completions'] },
      { inputs: { 'verify-max-cost': '0.00203 USD', 'verify-probes': 'isolation,exhaustion' } },
    );
    expect(contractOf(result)?.keys).toBeUndefined();
  });
});

test('deployments that answer in turn are no fallback, also where the cap is soft', async () => {
  const result = await verify({ deployments: ['a', 'b', 'c'], callsBeyond: 2 });
  expect(refutedOf(result)).toEqual({ enforcement: 'the cap is soft: calls passed beyond it' });
});

test('answers without usage pass no test', async () => {
  const { log, error } = await verify({ usage: 'missing' });
  expect(log).toMatchObject({ test_outcome: 'incomplete', notes: expect.stringContaining('usage') });
  expect(error).toBeUndefined();
});

test.each(['wrong-key', 'html'] as const)(
  'the endpoint that works is found, where others answer with: %s',
  async (elsewhere) => {
    const result = await verify({ endpoints: ['/v1/chat/completions'], elsewhere });
    expect(result.error).toBeUndefined();
    expect(contractOf(result)).toMatchObject({ enforcement: 'hard' });
  },
);
