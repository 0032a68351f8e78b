/**
 * `wrap` as a whole: the meter is real, the agent a function that calls it with the environment it was given, and the
 * upstream a scripted provider on loopback.
 */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Agent as HttpAgent } from 'undici';
import { agents, agentsFor } from '../../src/agents/index.js';
import type { Config, RawInputs } from '../../src/config/config.js';
import { OUTPUTS } from '../../src/config/outputs.js';
import { budgetLimit, finite } from '../../src/core/budget.js';
import { AppError } from '../../src/core/errors.js';
import { type CallEntry, type LedgerLine, readLedgerLine } from '../../src/core/ledger.js';
import type { PriceTable } from '../../src/core/price.js';
import { parseRecord } from '../../src/core/record.js';
import type { BudgetMark } from '../../src/core/sighting.js';
import { dialects } from '../../src/dialects/index.js';
import { gateways } from '../../src/gateways/index.js';
import type { BudgetOutcome } from '../../src/modes/budget-reading.js';
import { runWrap } from '../../src/modes/wrap.js';
import { findRecord } from '../../src/platform/run-files.js';
import { openLedger } from '../../src/platform/run-ledger.js';
import type { ChildSpec, SpawnChild } from '../../src/ports/platform.js';
import { reporters } from '../../src/reporters/index.js';
import { parseNdjson } from '../../src/wire/ndjson.js';
import { type ConfigOptions, configOf, ON_MAIN } from '../support/config.js';
import { FixedClock, InMemoryMarkFile, InMemoryStore, RecordingRunner } from '../support/fakes.js';
import { CALLS, KEY, type Reply, send, streamed } from '../support/meter.js';
import { type Provider, startProvider } from '../support/provider.js';
import { shortenTimers } from '../support/timers.js';

const RUN_TOKEN = 'sk-spendgate-0123456789abcdef0123';
const NAMES = Object.entries(OUTPUTS)
  .filter(([, { modes }]) => (modes as readonly string[]).includes('wrap'))
  .map(([name]) => name)
  // Of the meter in the background, which starts no command.
  .filter((name) => !/^(?:meter|responses)-/.test(name))
  .sort();
const prices = JSON.parse(
  readFileSync(new URL('../../src/data/prices.json', import.meta.url), 'utf8'),
) as PriceTable;
const messages = CALLS['anthropic-messages'];

let provider: Provider;
let root: string;

beforeEach(async () => {
  provider = await startProvider();
  root = mkdtempSync(join(tmpdir(), 'spendgate-wrap-'));
});

afterEach(async () => {
  await provider.close();
  rmSync(root, { recursive: true, force: true });
});

/** What an agent may do: call the meter, look around, and wait to be ended. */
interface Work {
  readonly spec: ChildSpec;
  readonly environment: Readonly<Record<string, string>>;
  /** Resolves when somebody ends the process group. */
  readonly ended: Promise<void>;
  call(body?: object): Promise<Reply>;
}
type AgentBody = (work: Work) => Promise<number>;

interface FakeAgent {
  readonly spawn: SpawnChild;
  readonly graces: number[];
  readonly replies: Reply[];
  spec: ChildSpec | undefined;
}

/** Ended by SIGTERM. */
const SIGNALLED = 143;

function agentThat(body: AgentBody): FakeAgent {
  const agent: FakeAgent = {
    graces: [],
    replies: [],
    spec: undefined,
    spawn: async (spec) => {
      agent.spec = spec;
      const ended = Promise.withResolvers<void>();
      const { environment } = spec;
      const call = async (request: object = messages.body) => {
        const headers = { 'x-api-key': environment['ANTHROPIC_API_KEY'] ?? '' };
        const reply = await send(`${environment['ANTHROPIC_BASE_URL']}${messages.path}`, {
          body: request,
          headers,
        });
        agent.replies.push(reply);
        return reply;
      };
      const exit = body({ spec, environment, ended: ended.promise, call });
      return {
        exit,
        end: async (graceMs) => {
          agent.graces.push(graceMs);
          ended.resolve();
          await exit;
        },
      };
    },
  };
  return agent;
}

const calling = (times: number, code = 0): FakeAgent =>
  agentThat(async ({ call }) => {
    for (let time = 0; time < times; time += 1) await call();
    return code;
  });

interface Options extends ConfigOptions {
  readonly inputs?: RawInputs;
  readonly limits?: Config['wrap']['limits'];
  readonly environmentOfStep?: Readonly<Record<string, string>>;
  /** Where exported variables go as well. */
  readonly exportsTo?: Record<string, string>;
  readonly secrets?: readonly string[];
  readonly store?: InMemoryStore;
  readonly onCancel?: (cancel: () => void) => () => void;
  /** Where the ledger is kept. */
  readonly jobDir?: string;
  readonly spawn?: SpawnChild;
  readonly lookAtBudget?: () => Promise<BudgetOutcome>;
  readonly clock?: FixedClock;
  /** What `pre` left in this job; by default nothing. */
  readonly markFile?: InMemoryMarkFile;
  readonly keyFingerprint?: string;
  readonly dialects?: typeof dialects;
}

interface Result {
  readonly code: number | undefined;
  readonly error: unknown;
  readonly runner: RecordingRunner;
  readonly outputs: RecordingRunner['outputs'];
  readonly store: InMemoryStore;
  readonly config: Config;
  readonly jobDir: string;
}

async function wrap(agent: FakeAgent, options: Options = {}): Promise<Result> {
  const { inputs, limits, store = new InMemoryStore(), jobDir = join(root, 'job') } = options;
  const read = configOf(
    {
      mode: 'wrap',
      task: 'triage',
      run: 'an-agent --go',
      gateway: 'litellm',
      'gateway-url': provider.url,
      'gateway-key': KEY,
      ...inputs,
    },
    options,
  );
  const config: Config = limits ? { ...read, wrap: { ...read.wrap, limits } } : read;
  const runner = new RecordingRunner(options.exportsTo);
  const clock = options.clock ?? new FixedClock();
  const result = await runWrap({
    config,
    runner,
    clock,
    store,
    github: undefined,
    reporters,
    dialects: options.dialects ?? dialects,
    gateways,
    agents,
    prices,
    dispatcher: new HttpAgent(),
    createSend: () => () => Promise.reject(new Error('`wrap` asks the gateway for no count')),
    deadlineMs: 5000,
    markFile: options.markFile ?? new InMemoryMarkFile(),
    keyFingerprint: options.keyFingerprint,
    lookAtBudget: options.lookAtBudget ?? (() => Promise.reject(new Error('nobody asked for a look'))),
    command: { command: 'an-agent', args: ['--go'], text: 'an-agent --go' },
    spawn: options.spawn ?? agent.spawn,
    environment: options.environmentOfStep ?? { PATH: '/usr/bin' },
    secrets: options.secrets ?? [KEY],
    agentsFor,
    newToken: () => RUN_TOKEN,
    privateDir: root,
    openLedger: (onTrouble) =>
      openLedger({ jobDir, task: 'triage' }, { startMs: clock.now().getTime(), token: RUN_TOKEN }, onTrouble),
    onCancel: options.onCancel ?? (() => () => undefined),
  }).then(
    (code) => ({ code, error: undefined }),
    (error: unknown) => ({ code: undefined, error }),
  );
  return { ...result, runner, outputs: runner.outputs, store, config, jobDir };
}

function ledgerLines(dir: string): LedgerLine[] {
  const names = readdirSync(dir).filter((name) => name.endsWith('.ndjson'));
  expect(names).toHaveLength(1);
  return parseNdjson(readFileSync(join(dir, names[0] ?? ''), 'utf8')).map((value) => {
    const line = readLedgerLine(value);
    if (line === undefined) throw new Error('a line of the ledger cannot be read');
    return line;
  });
}
const callsOf = (lines: readonly LedgerLine[]): CallEntry[] => lines.filter((line) => line.type === 'call');

/** Calls as Claude Code makes them: the main loop's without an agent, a subagent's with its id. */
const claudeThat = (callers: readonly (string | undefined)[]): FakeAgent =>
  agentThat(async ({ environment }) => {
    for (const [index, agentId] of callers.entries()) {
      await send(`${environment['ANTHROPIC_BASE_URL']}${messages.path}`, {
        body: { ...messages.body, stop_sequences: [`${index}`] },
        headers: {
          'x-api-key': environment['ANTHROPIC_API_KEY'] ?? '',
          'x-claude-code-session-id': 's1',
          ...(agentId === undefined ? {} : { 'x-claude-code-agent-id': agentId }),
        },
      });
    }
    return 0;
  });

describe('whose it is', () => {
  const METADATA = 'x-litellm-spend-logs-metadata';
  const toldAt = (from: Provider) => from.requests.at(-1)?.headers[METADATA];
  const WHOSE = {
    repository: 'acme/app',
    task: 'triage',
    'run-id': '42',
    actor: 'octocat',
    workflow: 'nightly',
    event: 'push',
    attempt: 1,
  };

  test('stands in the record, in the ledger from its first line, and in every call', async () => {
    const { outputs, jobDir } = await wrap(calling(2));
    expect(parseRecord(String(outputs['usage'])).attribution).toEqual(WHOSE);
    expect(ledgerLines(jobDir)[0]).toMatchObject({ type: 'run', attribution: WHOSE });
    const told = provider.requests.map(({ headers }) => JSON.parse(String(headers[METADATA])));
    expect(told).toEqual([
      { ...WHOSE, attempt: '1' },
      { ...WHOSE, attempt: '1' },
    ]);
  });

  test('stands in the record where the gateway is told nothing', async () => {
    const { outputs } = await wrap(calling(1), { inputs: { attribution: 'off' } });
    expect(parseRecord(String(outputs['usage'])).attribution).toEqual(WHOSE);
    expect(toldAt(provider)).toBeUndefined();
  });

  test('names the agent that is named', async () => {
    const { outputs } = await wrap(calling(1), { inputs: { agent: 'claude-code' } });
    expect(parseRecord(String(outputs['usage'])).attribution?.agent).toBe('claude-code');
  });

  test('is not said to an upstream that is not the gateway', async () => {
    const elsewhere = await startProvider();
    const inputs = { upstream: `anthropic-messages=${elsewhere.url}\nopenai-chat=${provider.url}` };
    const agent = agentThat(async ({ environment }) => {
      const headers = {
        'x-api-key': environment['ANTHROPIC_API_KEY'] ?? '',
        'x-litellm-api-key': 'sk-of-another',
        [METADATA]: '{"team":"other"}',
      };
      for (const { path, body } of [messages, CALLS['openai-chat']])
        await send(environment['ANTHROPIC_BASE_URL'] + path, { body, headers });
      return 0;
    });
    await wrap(agent, { inputs });
    expect(elsewhere.requests).toHaveLength(1);
    expect(toldAt(elsewhere)).toBeUndefined();
    // It gets the key all the same, so the agent may not say more to it either.
    expect(elsewhere.requests[0]?.headers).not.toHaveProperty('x-litellm-api-key');
    expect(JSON.parse(String(toldAt(provider)))).toMatchObject({ repository: 'acme/app' });
    await elsewhere.close();
  });

  test('is told by the workflow alone: an agent that tries is found out', async () => {
    const agent = agentThat(async ({ environment }) => {
      await send(environment['ANTHROPIC_BASE_URL'] + messages.path, {
        body: messages.body,
        headers: {
          'x-api-key': environment['ANTHROPIC_API_KEY'] ?? '',
          'x-litellm-customer-id': 'somebody-else',
        },
      });
      return 0;
    });
    const { runner } = await wrap(agent);
    expect(provider.requests[0]?.headers['x-litellm-customer-id']).toBeUndefined();
    expect(runner.annotations.find(({ id }) => id === 'headers-withheld')).toMatchObject({
      level: 'notice',
      message: 'x-litellm-customer-id (1).',
    });
  });
});

describe('who spent it', () => {
  test('stands in the record and in the report, by caller', async () => {
    const { outputs, runner } = await wrap(claudeThat([undefined, 'a1', 'a1', 'a2', undefined]));
    const { callers } = parseRecord(String(outputs['usage']));
    expect(callers).toMatchObject([
      { caller: 'main', agents: 1, requests: 2 },
      { caller: 'subagent', agents: 2, requests: 3 },
    ]);
    const input = callers.map((caller) => caller['input-tokens'] ?? 0);
    expect(input.reduce((sum, tokens) => sum + tokens, 0)).toBe(provider.totals().inputTokens);
    expect(runner.summary).toMatch(/^\| main \| 2 \| /m);
    expect(runner.summary).toMatch(/^\| subagent \(2\) \| 3 \| /m);
  });

  test('a subagent too many is refused, and the run completes', async () => {
    const inputs = { 'max-subagents': '1' };
    const agent = claudeThat([undefined, 'a1', 'a2', undefined]);
    const { code, outputs, runner } = await wrap(agent, { inputs });
    expect(runner.annotations.find(({ id }) => id === 'subagent-refused')).toMatchObject({
      level: 'warning',
      message: '1 at `max-subagents`, the last one because this run may start 1 subagent, not one more.',
    });
    expect([code, outputs['stop-reason'], outputs['requests']]).toEqual([0, 'completed', 3]);
    expect(parseRecord(String(outputs['usage'])).callers).toMatchObject([
      { caller: 'main', 'refused-requests': 0 },
      { caller: 'subagent', agents: 1, 'refused-requests': 1 },
    ]);
  });

  test('one that is refused at the reserve is counted, and the run completes', async () => {
    const inputs = { 'max-requests': '4', 'wrap-up': 'true' };
    const { code, outputs, runner } = await wrap(claudeThat([undefined, 'a1', 'a1', 'a1', undefined]), {
      inputs,
    });
    expect(runner.annotations.find(({ id }) => id === 'subagent-refused')?.message).toBe(
      '2 at `max-requests`, the last one because what was left of it was kept for the main agent to hand in.',
    );
    expect([code, outputs['stop-reason'], outputs['requests']]).toEqual([0, 'completed', 3]);
  });

  test('one that does not give up ends the run', async () => {
    const inputs = { 'max-subagents': '0' };
    const { code, outputs } = await wrap(claudeThat(['a1', 'a1', 'a1', undefined]), { inputs });
    expect([code, outputs['stop-reason'], outputs['requests']]).toEqual([3, 'limit:max-subagents', 0]);
  });
});

describe('an answer of another model', () => {
  beforeEach(() => provider.setScript({ answeringModel: 'claude-haiku-3' }));

  test('is a warning that names both', async () => {
    const { code, runner } = await wrap(calling(2));
    expect(code).toBe(0);
    expect(runner.annotations.find(({ id }) => id === 'fallback-served')?.message).toBe(
      'claude-sonnet-4-5 → claude-haiku-3 (2).',
    );
  });

  test('ends the run where `on-fallback` is `stop`', async () => {
    const { code, outputs } = await wrap(calling(3), { inputs: { 'on-fallback': 'stop' } });
    expect([code, outputs['stop-reason'], outputs['requests']]).toEqual([3, 'limit:on-fallback', 1]);
    expect(JSON.parse(String(outputs['usage']))['stop-message']).toMatch(
      /^spendgate stopped this run because of `on-fallback`: .* let the run go on with `on-fallback: warn`\.$/,
    );
  });

  test('is not worth a word where it is `pass`', async () => {
    const { runner } = await wrap(calling(1), { inputs: { 'on-fallback': 'pass' } });
    expect(runner.annotations.map(({ id }) => id)).not.toContain('fallback-served');
  });
});

test('a pattern of spending is a notice, with the figure that shows it', async () => {
  provider.setScript({ fault: { kind: 'status', status: 503 } });
  const { runner } = await wrap(calling(6));
  const found = runner.annotations.find(({ id }) => id === 'retry-storm');
  expect(found).toMatchObject({ level: 'notice', message: expect.stringContaining('6 of 6 (100 %)') });
});

describe('a run that completes', () => {
  test('has every output of the contract, to the token of the bill', async () => {
    const { code, outputs, runner } = await wrap(calling(3));
    const { inputTokens, outputTokens, requests } = provider.totals();
    expect(code).toBe(0);
    expect(Object.keys(outputs).sort()).toEqual(NAMES);
    expect(outputs).toMatchObject({
      'input-tokens': inputTokens,
      'output-tokens': outputTokens,
      'total-tokens': inputTokens + outputTokens,
      'cache-read-tokens': 200 + 210 + 220,
      'cache-write-tokens': 90,
      requests,
      'failed-requests': 0,
      retries: 0,
      'cost-source': 'price-table',
      'exit-code': 0,
      'stop-reason': 'completed',
      'duration-ms': 0,
      models: expect.stringMatching(/^claude-sonnet-4-5[^,]*$/),
    });
    expect(String(outputs['cost-usd'])).toMatch(/^0\.\d+$/);
    expect(runner.titles('error')).toEqual([]);
  });

  test.each([
    [0, /exit code 0\. 0 model calls, 0 tokens, 0 USD\.$/],
    [1, /exit code 0\. 1 model call, [\d,]+ tokens, 0\.\d+ USD \(price-table\)\.$/],
    [2, /exit code 0\. 2 model calls, [\d,]+ tokens, 0\.\d+ USD \(price-table\)\.$/],
  ])('after %d calls is summed up in one line', async (calls, line) => {
    const { runner } = await wrap(calling(calls));
    expect(runner.lines.filter((text) => text.startsWith('spendgate: The run ended'))).toEqual([
      expect.stringMatching(line),
    ]);
  });

  test('leaves a record that `post` finds by its checksum', async () => {
    const { outputs, runner, jobDir } = await wrap(calling(1));
    const path = String(outputs['record']);
    expect(parseRecord(readFileSync(path, 'utf8'))).toEqual(parseRecord(String(outputs['usage'])));
    const found = findRecord({
      jobDir,
      task: 'triage',
      usage: undefined,
      environment: runner.variables,
    });
    expect(found).toMatchObject({ isUnfinished: false, findings: [] });
    expect(found.record['input-tokens']).toBe(outputs['input-tokens']);
  });

  test('has header, calls and end in its ledger, and nothing of what was said', async () => {
    const { jobDir } = await wrap(calling(2), { inputs: { 'max-requests': '60' } });
    const lines = ledgerLines(jobDir);
    expect(lines.map(({ type }) => type)).toEqual(['run', 'sent', 'call', 'sent', 'call', 'end']);
    expect(lines[0]).toMatchObject({
      runId: '42',
      task: 'triage',
      gateway: 'litellm',
      limits: { maxRequests: 60 },
    });
    const ids = callsOf(lines).map(({ id }) => id);
    expect(ids).toEqual([
      expect.stringMatching(/^42-1-cdef0123-\d$/),
      expect.stringMatching(/^42-1-cdef0123-\d$/),
    ]);
    expect(new Set(ids).size).toBe(2);
    expect(lines.at(-1)).toMatchObject({ stopReason: 'completed', exitCode: 0 });
    const text = JSON.stringify(lines);
    for (const secret of [KEY, RUN_TOKEN, 'hi']) expect(text).not.toContain(`"${secret}"`);
  });

  test('without any call has zero requests, and a cost that nobody knows', async () => {
    const { code, outputs } = await wrap(agentThat(async () => 0));
    expect(code).toBe(0);
    expect(outputs).toMatchObject({ requests: 0, models: '', 'stop-reason': 'completed' });
  });

  test('has the cost that the gateway reports', async () => {
    provider.setScript({ headers: { 'x-litellm-response-cost': '0.0125' } });
    const { outputs } = await wrap(calling(2));
    expect(outputs).toMatchObject({ 'cost-usd': '0.025', 'cost-source': 'gateway' });
  });

  test('leaves nothing listening', async () => {
    const agent = calling(1);
    await wrap(agent);
    const url = agent.spec?.environment['ANTHROPIC_BASE_URL'];
    await expect(send(`${url}/v1/messages`, { body: messages.body })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});

/** What Claude Code writes of one answer, as the scripted provider bills its first. */
function logAnswer(home: string, id: string, usage: object = { cache_read_input_tokens: 200 }): void {
  const dir = join(home, '.claude', 'projects', '-work');
  mkdirSync(dir, { recursive: true });
  const message = {
    id,
    usage: { input_tokens: 1000, cache_creation_input_tokens: 30, output_tokens: 50, ...usage },
  };
  const line = { type: 'assistant', sessionId: 's1', message, timestamp: '2026-11-22T10:00:00.000Z' };
  appendFileSync(join(dir, 'session.jsonl'), `${JSON.stringify(line)}\n`);
}

const SESSION = { 'x-claude-code-session-id': 's1' };

describe('what the agent says of itself', () => {
  const asClaude = (inputs: RawInputs = {}): Options => ({
    inputs: { agent: 'claude-code', ...inputs },
    environmentOfStep: { PATH: '/usr/bin', HOME: root },
  });
  const callAsClaude = (environment: Readonly<Record<string, string>>) =>
    send(`${environment['ANTHROPIC_BASE_URL']}${messages.path}`, {
      body: messages.body,
      headers: { 'x-api-key': environment['ANTHROPIC_API_KEY'] ?? '', ...SESSION },
    });

  test('stands in the record and the summary beside the meter’s figures, and changes none of them', async () => {
    const agent = agentThat(async ({ environment }) => {
      await callAsClaude(environment);
      logAnswer(environment['HOME'] ?? '', 'm1');
      return 0;
    });
    const { outputs, runner, code } = await wrap(agent, asClaude());
    const record = parseRecord(String(outputs['usage']));
    expect(record.witness).toEqual({
      agent: 'claude-code',
      origin: '~/.claude/projects',
      'input-tokens': 1230,
      'output-tokens': 50,
      'metered-input-tokens': 1230,
      'metered-output-tokens': 50,
      'ratio-input': 1,
      'ratio-output': 1,
      verdict: 'agrees',
    });
    expect([code, runner.titles('warning'), runner.titles('error')]).toEqual([0, [], []]);
    expect(runner.summary).toContain('claude-code reports 1,230 input and 50 output tokens');
  });

  test('is a warning where it differs, and the totals stay the meter’s', async () => {
    const agent = agentThat(async ({ environment }) => {
      await callAsClaude(environment);
      for (const id of ['m1', 'm2']) logAnswer(environment['HOME'] ?? '', id);
      return 0;
    });
    const { outputs, runner } = await wrap(agent, asClaude());
    expect(runner.titles('warning')).toEqual(['The agent counts differently']);
    expect(outputs['input-tokens']).toBe(1230);
    expect(parseRecord(String(outputs['usage'])).witness?.['ratio-input']).toBe(2);
  });

  test('is an error where the meter saw nothing of it', async () => {
    const agent = agentThat(async ({ environment }) => {
      logAnswer(environment['HOME'] ?? '', 'm1');
      return 0;
    });
    const { outputs, runner, code } = await wrap(agent, asClaude());
    expect(runner.titles('error')).toEqual(['The agent went past the meter']);
    expect([code, outputs['input-tokens'], outputs['requests']]).toEqual([0, 0, 0]);
  });

  test.each([
    [0, ['The agent counts differently']],
    [SIGNALLED, []],
  ])('may lack the last calls of an agent that was killed (%j)', async (exit, titles) => {
    const agent = agentThat(async ({ environment }) => {
      for (let time = 0; time < 3; time += 1) await callAsClaude(environment);
      logAnswer(environment['HOME'] ?? '', 'm1');
      return exit;
    });
    const { runner } = await wrap(agent, asClaude());
    expect(runner.titles('warning').filter((title) => title !== 'The agent failed')).toEqual(titles);
  });

  test.each([
    ['it cannot be read', { input_tokens: 'many' }],
    ['nothing was written', undefined],
  ])('is left out where %s', async (_, usage) => {
    const agent = agentThat(async ({ environment }) => {
      await callAsClaude(environment);
      if (usage) logAnswer(environment['HOME'] ?? '', 'm1', usage);
      return 0;
    });
    const { outputs, runner } = await wrap(agent, asClaude());
    expect(parseRecord(String(outputs['usage'])).witness).toBeUndefined();
    expect(runner.annotations).toEqual([]);
  });
});

describe('the agent’s telemetry', () => {
  const tell = (environment: Readonly<Record<string, string>>, ...ids: string[]) => {
    const logRecords = ids.map((id) => ({
      body: { stringValue: 'claude_code.api_request' },
      attributes: [
        { key: 'request_id', value: { stringValue: id } },
        { key: 'query_source', value: { stringValue: 'agent:builtin:general-purpose' } },
        { key: 'input_tokens', value: { intValue: 1230 } },
        { key: 'output_tokens', value: { intValue: 50 } },
      ],
    }));
    const [name = '', value = ''] = (environment['OTEL_EXPORTER_OTLP_HEADERS'] ?? '').split('=');
    return send(`${environment['OTEL_EXPORTER_OTLP_ENDPOINT']}/v1/logs`, {
      body: { resourceLogs: [{ scopeLogs: [{ logRecords }] }] },
      headers: { 'x-api-key': '', [name]: value },
    });
  };
  const wanted: Options = { inputs: { agent: 'claude-code', 'agent-telemetry': 'true' } };

  test('is joined with the calls, and says who made one that did not tell', async () => {
    const agent = agentThat(async ({ environment, call }) => {
      await call();
      expect((await tell(environment, 'req_1')).status).toBe(200);
      return 0;
    });
    const { outputs, runner } = await wrap(agent, wanted);
    const record = parseRecord(String(outputs['usage']));
    expect(record.telemetry).toMatchObject({ events: 1, joined: 1, 'not-joined': 0, differs: false });
    expect(record['subagent-requests']).toBe(1);
    expect(runner.summary).toContain('1 calls told, 1 joined');
    expect(runner.annotations).toEqual([]);
  });

  test('that tells of calls past the meter is an error', async () => {
    const agent = agentThat(async ({ environment, call }) => {
      await call();
      await tell(environment, 'req_1', 'req_of_another_way');
      return 0;
    });
    const { outputs, runner } = await wrap(agent, wanted);
    expect(runner.titles('error')).toEqual(['Telemetry tells of calls past the meter']);
    expect(parseRecord(String(outputs['usage'])).telemetry).toMatchObject({ joined: 1, 'not-joined': 1 });
    expect(outputs['input-tokens']).toBe(1230);
  });

  test('that never came is a notice', async () => {
    const { runner, outputs } = await wrap(calling(1), wanted);
    expect(runner.titles('notice')).toEqual(['No telemetry arrived']);
    expect(runner.annotations[0]?.advice).toContain('`agent-telemetry`');
    expect(parseRecord(String(outputs['usage'])).telemetry).toMatchObject({
      events: 0,
      'calls-without-event': 1,
    });
  });

  test('that goes to a collector of the user’s is left alone, and said so', async () => {
    const collector = 'http://collector.test:4318';
    const agent = calling(1);
    const { runner, outputs } = await wrap(agent, {
      ...wanted,
      environmentOfStep: { PATH: '/usr/bin', OTEL_EXPORTER_OTLP_ENDPOINT: collector },
    });
    expect(runner.titles('notice')).toEqual(['Telemetry is left alone']);
    expect(runner.annotations[0]?.advice).toContain('`OTEL_EXPORTER_OTLP_ENDPOINT`');
    expect(agent.spec?.environment['OTEL_EXPORTER_OTLP_ENDPOINT']).toBe(collector);
    expect(agent.spec?.environment).not.toHaveProperty('CLAUDE_CODE_ENABLE_TELEMETRY');
    expect(parseRecord(String(outputs['usage'])).telemetry).toBeUndefined();
  });

  test('is not asked for by default', async () => {
    const agent = calling(1);
    const { outputs } = await wrap(agent, { inputs: { agent: 'claude-code' } });
    expect(Object.keys(agent.spec?.environment ?? {}).filter((name) => name.startsWith('OTEL_'))).toEqual([]);
    expect(parseRecord(String(outputs['usage'])).telemetry).toBeUndefined();
  });
});

describe('the canary', () => {
  test('is told of in the summary, and leaves no trace in the figures', async () => {
    const { runner, outputs, code } = await wrap(calling(1));
    expect(code).toBe(0);
    expect(runner.summary).toMatch(
      /Canary.*a call on a zero allowance was refused here \(402\), and did not leave/,
    );
    expect(outputs).toMatchObject({ requests: 1, 'failed-requests': 0 });
    expect(provider.requests).toHaveLength(1);
  });

  test('has flown before the agent starts', async () => {
    const seen: string[] = [];
    const agent = agentThat(async () => {
      seen.push('agent');
      return 0;
    });
    const probing = dialects.map((dialect) => ({
      ...dialect,
      probe: (call: Parameters<typeof dialect.probe>[0]) => {
        seen.push('canary');
        return dialect.probe(call);
      },
    }));
    expect((await wrap(agent, { dialects: probing })).code).toBe(0);
    expect(seen).toEqual(['canary', 'agent']);
  });

  /** A meter that would not say no: its refusals look like answers. */
  const lenient = dialects.map((dialect) => ({
    ...dialect,
    refusal: () => ({ status: 200, headers: {}, body: '{}' }),
  }));

  test('that is not refused keeps the agent from starting', async () => {
    const agent = calling(1);
    const { error, jobDir } = await wrap(agent, { dialects: lenient });
    expect(error).toMatchObject({
      code: 'guard-not-armed',
      message: expect.stringContaining('answered with 200'),
    });
    expect(agent.spec).toBeUndefined();
    expect(provider.requests).toEqual([]);
    expect(ledgerLines(jobDir).map(({ type }) => type)).toEqual(['run', 'end']);
  });

  test('that is not refused is only told of by `observe`', async () => {
    const agent = calling(1);
    const { code, runner } = await wrap(agent, { dialects: lenient, inputs: { observe: 'true' } });
    expect(code).toBe(0);
    expect(agent.replies[0]?.status).toBe(200);
    expect(runner.summary).toContain('answered with 200 instead of a refusal');
  });
});

describe('a run that gets nowhere', () => {
  test.each([
    ['max-identical-requests', '2', {}],
    ['max-consecutive-errors', '2', { fault: { kind: 'status', status: 500 } }],
  ] as const)('is ended by `%s`, with the exit code of a limit', async (input, value, script) => {
    provider.setScript(script);
    const { code, outputs } = await wrap(calling(3), { inputs: { [input]: value } });
    expect(code).toBe(3);
    expect(outputs['stop-reason']).toBe(`limit:${input}`);
    expect(provider.requests).toHaveLength(2);
  });
});

describe('usage that is not wholly known', () => {
  test('leaves the outputs empty, not zero, and says so', async () => {
    provider.setScript({ fault: { kind: 'no-usage' } });
    const { outputs, runner } = await wrap(calling(1));
    expect(outputs).toMatchObject({
      'input-tokens': '',
      'output-tokens': '',
      'total-tokens': '',
      'cost-usd': '',
    });
    expect(outputs).toMatchObject({ requests: 1, 'cost-source': 'unknown' });
    expect(runner.titles('notice')).toContain('Usage was not reported');
  });

  test('is a lower bound where a part was reported', async () => {
    provider.setScript({ fault: { kind: 'no-usage', from: 2, times: 1 } });
    const { outputs } = await wrap(calling(2));
    const record = parseRecord(String(outputs['usage']));
    expect(record).toMatchObject({ requests: 2, 'input-tokens': 1230, 'unreported-requests': 1 });
  });

  test('of a stream that breaks is counted as unreported, and the client sees it broken', async () => {
    provider.setScript({ fault: { kind: 'reset-mid-stream' } });
    const agent = agentThat(async ({ call }) => {
      await call(streamed('anthropic-messages').body);
      return 1;
    });
    const { outputs } = await wrap(agent);
    expect(agent.replies[0]?.error).toBeDefined();
    expect(outputs).toMatchObject({ requests: 1, 'failed-requests': 1, 'stop-reason': 'agent-failed' });
    expect(parseRecord(String(outputs['usage']))['unreported-requests']).toBe(1);
  });

  test('a model without a price has no cost, and `max-cost` says that it did not count', async () => {
    const unknown = { ...messages.body, model: 'house-model-1' };
    const agent = agentThat(async ({ call }) => ((await call(unknown)).status === 200 ? 0 : 1));
    const warned = await wrap(agent, { inputs: { 'max-cost': '2 USD' } });
    expect(warned.code).toBe(0);
    expect(warned.outputs['cost-usd']).toBe('');
    expect(warned.runner.titles('warning')).toEqual(['A model has no known price']);
  });

  test('a model without a price is refused with `on-unpriced: block`', async () => {
    const unknown = { ...messages.body, model: 'house-model-1' };
    const agent = agentThat(async ({ call }) => ((await call(unknown)).status === 200 ? 0 : 1));
    const blocked = await wrap(agent, { inputs: { 'max-cost': '2 USD', 'on-unpriced': 'block' } });
    expect(blocked.code).toBe(3);
    expect(blocked.outputs['stop-reason']).toBe('limit:on-unpriced');
    expect(provider.requests).toEqual([]);
  });
});

describe('a limit', () => {
  test.each([
    ['max-requests', '1'],
    ['max-tokens', '3k'],
    ['max-input-tokens', '1300'],
    ['max-output-tokens', '60'],
    ['max-cost', '0.006 USD'],
    ['max-weighted-tokens', '6k'],
  ])('%s: %s refuses the call that would break it, before it leaves', async (name, value) => {
    const agent = agentThat(async ({ call }) => {
      for (let time = 0; time < 5; time += 1) if ((await call()).status !== 200) return 9;
      return 0;
    });
    const { code, outputs, runner } = await wrap(agent, { inputs: { [name]: value } as RawInputs });
    expect(code).toBe(3);
    expect(outputs).toMatchObject({ 'stop-reason': `limit:${name}`, 'exit-code': 9 });
    expect(provider.requests.length).toBeLessThan(5);
    expect(agent.replies.at(-1)?.status).toBeGreaterThanOrEqual(400);
    expect(agent.replies.at(-1)?.text).toContain(name);
    expect(runner.titles('error')).toEqual([`The run ended: limit:${name}`]);
    expect(agent.replies.at(-1)?.text).toContain('Do not retry.');
    const told = runner.annotations.find(({ level }) => level === 'error')?.message;
    expect(told).toMatch(/A person can raise the limit in the workflow or the policy file\.$/);
    expect(outputs['usage']).not.toContain('Do not retry');
  });

  test('ends the run with 3 even when the agent takes it for a success', async () => {
    const { code, outputs } = await wrap(calling(2, 0), { inputs: { 'max-requests': '1' } });
    expect(code).toBe(3);
    expect(outputs).toMatchObject({ 'stop-reason': 'limit:max-requests', 'exit-code': 0 });
  });

  test('holds when fifty calls leave at once', async () => {
    const agent = agentThat(async ({ call }) => {
      await Promise.all(Array.from({ length: 50 }, () => call()));
      return 0;
    });
    const { outputs } = await wrap(agent, { inputs: { 'max-requests': '7' } });
    expect(outputs['requests']).toBe(7);
    expect(provider.requests).toHaveLength(7);
  });

  test('on one call refuses the call, and the run goes on', async () => {
    const large = { ...messages.body, messages: [{ role: 'user', content: 'x'.repeat(40_000) }] };
    const agent = agentThat(async ({ call }) => {
      await call(large);
      return (await call()).status === 200 ? 0 : 1;
    });
    const { code, outputs } = await wrap(agent, { inputs: { 'request-max-input-tokens': '2k' } });
    expect(code).toBe(0);
    expect(outputs).toMatchObject({ requests: 1, 'stop-reason': 'completed' });
  });

  test('ends an agent that goes on after it', async () => {
    const restore = shortenTimers();
    try {
      const agent = agentThat(async ({ call, ended }) => {
        for (let time = 0; time < 2; time += 1) await call();
        await ended;
        return SIGNALLED;
      });
      const { code, outputs } = await wrap(agent, { inputs: { 'max-requests': '1' } });
      expect(code).toBe(3);
      expect(outputs['stop-reason']).toBe('limit:max-requests');
      expect(agent.graces[0]).toBe(5000);
    } finally {
      restore();
    }
  });
});

describe('a run that is told of its end', () => {
  const tools = [{ name: 'bash', input_schema: {} }];
  const working = (times: number) =>
    agentThat(async ({ call }) => {
      for (let time = 0; time < times; time += 1) await call({ ...messages.body, tools });
      return 0;
    });

  test('says so in its summary, and which calls told it in its ledger', async () => {
    const { code, runner, jobDir, outputs } = await wrap(working(20), {
      inputs: { 'max-requests': '20', 'wrap-up': 'true' },
    });
    expect(code).toBe(0);
    expect(runner.summary).toMatch(/Told to wrap up.*at 80 %, and when it was time to hand in/);
    expect(parseRecord(String(outputs['usage'])).limits).toEqual({ requests: 20 });
    const notes = ledgerLines(jobDir).flatMap((line) =>
      line.type === 'call' && line.note ? [line.note] : [],
    );
    expect(notes).toEqual(['80%', 'reserve']);
  });

  test('that ended before its end was near was not told', async () => {
    const { runner } = await wrap(working(2), { inputs: { 'max-requests': '20', 'wrap-up': 'true' } });
    expect(runner.summary).toMatch(/Told to wrap up\W+no/);
  });

  test('keeps the reserve that was asked for', async () => {
    const { jobDir } = await wrap(working(20), {
      inputs: { 'max-requests': '20', 'wrap-up': 'true', reserve: '50%' },
    });
    const calls = ledgerLines(jobDir).filter((line): line is CallEntry => line.type === 'call');
    expect(calls.findIndex(({ note }) => note === 'reserve')).toBe(10);
  });

  test('is one that was asked to be: otherwise requests go as they came', async () => {
    const { runner, jobDir } = await wrap(working(20), { inputs: { 'max-requests': '20' } });
    expect(runner.summary).not.toContain('wrap up');
    expect(
      readFileSync(join(jobDir, readdirSync(jobDir).find((name) => name.endsWith('.ndjson')) ?? ''), 'utf8'),
    ).not.toContain('"note"');
    expect(provider.requests.some(({ rawBody }) => rawBody.includes('[spendgate]'))).toBe(false);
  });
});

test('weighted tokens are told in the report, with their limit and their weights', async () => {
  const { runner } = await wrap(calling(1), {
    inputs: { 'max-weighted-tokens': '10k', 'token-weights': 'cache-read=0.5 output=4' },
  });
  const weighted = 1000 + 0.5 * 200 + 1.25 * 30 + 4 * 50;
  expect(runner.summary).toContain(`${Math.ceil(weighted).toLocaleString('en-US')} of 10,000`);
  expect(runner.summary).toContain('cache-read=0.5');
});

describe('a budget that the gateway calls exhausted', () => {
  const exhausted = {
    kind: 'status',
    status: 429,
    from: 2,
    body: {
      error: { message: 'Budget has been exceeded! Max budget: 10.0', type: 'budget_exceeded', code: '429' },
    },
  } as const;

  test('ends the run for good; what is kept names the evidence, never the words of the gateway', async () => {
    provider.setScript({ fault: exhausted });
    const agent = calling(4, 1);
    const { code, outputs, runner } = await wrap(agent);
    expect(code).toBe(3);
    expect(outputs).toMatchObject({ 'stop-reason': 'budget-exhausted', 'exit-code': 1 });
    expect(provider.requests).toHaveLength(2);
    expect(agent.replies.map(({ status }) => status === 429)).toEqual([false, false, false, false]);
    expect(runner.annotations.find(({ level }) => level === 'error')?.message).toContain(
      'error.type=budget_exceeded',
    );
    expect(JSON.stringify(runner)).not.toContain('Max budget: 10.0');
  });

  test('under `observe` is reported, and ends nothing', async () => {
    const restore = shortenTimers();
    try {
      provider.setScript({ fault: exhausted });
      const agent = agentThat(async ({ call, ended }) => {
        for (let time = 0; time < 2; time += 1) await call();
        const isEnded = await Promise.race([
          ended.then(() => true),
          new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 100_000)),
        ]);
        return isEnded ? SIGNALLED : 0;
      });
      const { code, outputs, runner } = await wrap(agent, { inputs: { observe: 'true' } });
      expect({ code, reason: outputs['stop-reason'] }).toEqual({ code: 0, reason: 'completed' });
      expect(runner.titles('error')).toEqual([]);
    } finally {
      restore();
    }
  });

  test.each([
    ['a rate limit', 429, { error: { type: 'rate_limit_error', message: 'Rate limit exceeded' } }],
    [
      'a bad key',
      401,
      { error: { type: 'auth_error', message: 'Authentication Error, Invalid proxy server token' } },
    ],
    ['overload', 503, { error: { message: 'overloaded' } }],
  ])('is not %s, which is passed on', async (_name, status, body) => {
    provider.setScript({ fault: { kind: 'status', status, body } });
    const agent = calling(1, 1);
    const { code, outputs } = await wrap(agent);
    expect(agent.replies[0]?.status).toBe(status);
    expect(code).toBe(1);
    expect(outputs).toMatchObject({ 'stop-reason': 'agent-failed', 'failed-requests': 1 });
  });
});

describe('an agent that fails', () => {
  test('gives its own exit code, a warning, and its usage all the same', async () => {
    const { code, outputs, runner } = await wrap(calling(1, 7));
    expect(code).toBe(7);
    expect(outputs).toMatchObject({ 'exit-code': 7, 'stop-reason': 'agent-failed', 'input-tokens': 1230 });
    expect(runner.titles('warning')).toEqual(['The agent failed']);
  });

  test('by a signal keeps the exit code of a shell', async () => {
    const { code, outputs } = await wrap(agentThat(async () => SIGNALLED));
    expect(code).toBe(SIGNALLED);
    expect(outputs['stop-reason']).toBe('agent-failed');
  });

  test('that cannot be started is wrong usage, and nothing is left listening', async () => {
    let url: string | undefined;
    const spawn: SpawnChild = async ({ environment }) => {
      url = environment['ANTHROPIC_BASE_URL'];
      throw new AppError('agent-not-started', 'an-agent could not be started: ENOENT.');
    };
    const { error } = await wrap(calling(0), { spawn });
    expect(error).toMatchObject({ code: 'agent-not-started', exitCode: 2 });
    await expect(send(`${url}/v1/messages`, { body: messages.body })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });

  test('that cannot be started was not killed: `post` must not say so', async () => {
    const spawn: SpawnChild = () => Promise.reject(new AppError('agent-not-started', 'ENOENT'));
    const { jobDir } = await wrap(calling(0), { spawn });
    expect(ledgerLines(jobDir).map(({ type }) => type)).toEqual(['run', 'end']);
  });

  test('has what it left behind in its process group ended', async () => {
    const agent = calling(1);
    await wrap(agent);
    expect(agent.graces).toEqual([5000]);
  });
});

describe('time and cancellation', () => {
  const waiting = () =>
    agentThat(async ({ call, ended }) => {
      await call();
      await ended;
      return SIGNALLED;
    });

  test('a run that takes longer than `timeout` is ended, and its usage written', async () => {
    const agent = waiting();
    const { code, outputs, runner, jobDir } = await wrap(agent, { limits: { timeoutMs: 150 } });
    expect(code).toBe(3);
    expect(agent.graces[0]).toBe(5000);
    expect(outputs).toMatchObject({ 'stop-reason': 'timed-out', 'exit-code': 143, 'input-tokens': 1230 });
    expect(runner.annotations.find(({ level }) => level === 'error')?.message).toMatch(
      /`timeout` \(0\.15 s\)/,
    );
    expect(ledgerLines(jobDir).at(-1)).toMatchObject({ type: 'end', stopReason: 'timed-out' });
  });

  test('a timeout longer than a timer can be is no timeout of 1 ms', async () => {
    const { outputs } = await wrap(calling(1), { limits: { timeoutMs: 2 ** 40 } });
    expect(outputs['stop-reason']).toBe('completed');
  });

  test('a job that is cancelled still writes its totals', async () => {
    let cancel: (() => void) | undefined;
    let isListening = false;
    const agent = agentThat(async ({ call, ended }) => {
      await call();
      cancel?.();
      await ended;
      return SIGNALLED;
    });
    const { code, outputs, runner } = await wrap(agent, {
      onCancel: (callback) => {
        cancel = callback;
        isListening = true;
        return () => {
          isListening = false;
        };
      },
    });
    expect(code).toBe(143);
    expect(outputs).toMatchObject({ 'stop-reason': 'cancelled', 'input-tokens': 1230 });
    expect(existsSync(String(outputs['record']))).toBe(true);
    expect(runner.titles('warning')).toContain('The run ended: cancelled');
    expect(isListening).toBe(false);
  });

  test('signals are listened for until the process group is gone: a job is cancelled with two of them', async () => {
    const written: (number | string | undefined)[] = [];
    const agent = waiting();
    const result = await wrap(agent, {
      onCancel: (cancel) => {
        setTimeout(cancel, 50);
        return () => written.push(agent.graces.length);
      },
    });
    expect(result.outputs['stop-reason']).toBe('cancelled');
    // The second end is the one after the exit; the runner's SIGTERM may come while it waits.
    expect(written).toEqual([2]);
  });

  test('the first of two reasons stays', async () => {
    const agent = agentThat(async ({ ended }) => {
      await ended;
      await new Promise((resolve) => setTimeout(resolve, 60));
      return SIGNALLED;
    });
    const { outputs } = await wrap(agent, {
      limits: { timeoutMs: 50 },
      onCancel: (cancel) => {
        cancel();
        return () => undefined;
      },
    });
    expect(outputs['stop-reason']).toBe('cancelled');
  });

  test('a run that its limit has stopped ended there, also where the job is cancelled after it', async () => {
    let cancel: (() => void) | undefined;
    const agent = agentThat(async ({ call, ended }) => {
      await call();
      await call();
      cancel?.();
      await ended;
      return SIGNALLED;
    });
    const { code, outputs } = await wrap(agent, {
      limits: { maxRequests: 1 },
      onCancel: (callback) => {
        cancel = callback;
        return () => undefined;
      },
    });
    expect(code).toBe(3);
    const record = parseRecord(String(outputs['usage']));
    expect(record).toMatchObject({
      'stop-reason': 'limit:max-requests',
      'stop-message': expect.stringContaining('max-requests'),
    });
  });

  test('a run whose later steps cannot be told of it keeps its figures, and says so', async () => {
    const gone = jest.spyOn(RecordingRunner.prototype, 'setOutput').mockImplementation(() => {
      throw new Error('ENOENT: the output file');
    });
    const { code, error, runner, jobDir } = await wrap(calling(1)).finally(() => gone.mockRestore());
    expect([code, error]).toEqual([5, undefined]);
    expect(runner.annotations.filter(({ id }) => id === 'not-handed-on')).toMatchObject([{ level: 'error' }]);
    expect(runner.summary).toContain('1,230');
    expect(readdirSync(jobDir).some((name) => name.endsWith('.json'))).toBe(true);
  });

  test('a run that was cancelled says so, whatever limit it comes to while it ends', async () => {
    let cancel: (() => void) | undefined;
    const agent = agentThat(async ({ call, ended }) => {
      await call();
      cancel?.();
      await ended;
      await call();
      return SIGNALLED;
    });
    const { outputs } = await wrap(agent, {
      limits: { maxRequests: 1 },
      onCancel: (callback) => {
        cancel = callback;
        return () => undefined;
      },
    });
    expect(parseRecord(String(outputs['usage']))).toMatchObject({
      'stop-reason': 'cancelled',
      'stop-message': expect.stringContaining('the job was cancelled'),
    });
  });

  test('a call in flight when the agent is ended is counted as unreported', async () => {
    provider.setScript({ fault: { kind: 'hang' } });
    const agent = agentThat(async ({ call, ended }) => {
      call().catch(() => undefined);
      await ended;
      return SIGNALLED;
    });
    const { outputs } = await wrap(agent, { limits: { timeoutMs: 200 } });
    expect(outputs).toMatchObject({ requests: 1, 'failed-requests': 1, 'input-tokens': '' });
    expect(parseRecord(String(outputs['usage']))['unreported-requests']).toBe(1);
  });
});

describe('what the agent gets to see', () => {
  const environmentOfStep = {
    PATH: '/usr/bin',
    HOME: '/home/runner',
    'INPUT_GATEWAY-KEY': KEY,
    LITELLM_KEY: KEY,
    SOME_OTHER_NAME: `Bearer ${KEY}`,
    ANTHROPIC_API_KEY: 'sk-ant-the-person-s-own',
    OPENAI_API_KEY: 'sk-oai-the-person-s-own',
    ACTIONS_RUNTIME_TOKEN: 'runtime-token',
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'id-token',
    ACTIONS_RESULTS_URL: 'https://results.test',
    GITHUB_TOKEN: 'ghs_token',
    GITHUB_OUTPUT: '/tmp/output',
    GITHUB_ENV: '/tmp/env',
    GITHUB_STEP_SUMMARY: '/tmp/summary',
    SPENDGATE_RECORD_1: 'sum path',
    GITHUB_REPOSITORY: 'acme/app',
  };

  test('is a token of this run, never a key or a file of the runner', async () => {
    const agent = calling(1);
    const { runner } = await wrap(agent, { environmentOfStep });
    const environment = agent.spec?.environment ?? {};
    const text = JSON.stringify(environment);
    for (const secret of [KEY, 'the-person-s-own', 'runtime-token', 'id-token', 'ghs_token', '/tmp/output'])
      expect(text).not.toContain(secret);
    for (const name of ['GITHUB_ENV', 'GITHUB_STEP_SUMMARY', 'SPENDGATE_RECORD_1', 'ACTIONS_RESULTS_URL'])
      expect(environment).not.toHaveProperty(name);
    expect(environment).toMatchObject({
      PATH: '/usr/bin',
      HOME: '/home/runner',
      GITHUB_REPOSITORY: 'acme/app',
    });
    expect(environment['ANTHROPIC_API_KEY']).toBe(RUN_TOKEN);
    expect(runner.secrets).toContain(RUN_TOKEN);
  });

  test('while the upstream gets the key, and not the token', async () => {
    await wrap(calling(1));
    const headers = JSON.stringify(provider.requests[0]?.headers);
    expect(headers).toContain(KEY);
    expect(headers).not.toContain(RUN_TOKEN);
  });

  test('without a `gateway-key` is the person’s own login, and no token stands in its way', async () => {
    const agent = calling(1);
    const own = { PATH: '/usr/bin', ANTHROPIC_API_KEY: 'sk-ant-own-login' };
    const { code, outputs, runner } = await wrap(agent, {
      inputs: { 'gateway-key': '' },
      environmentOfStep: own,
      secrets: [],
    });
    expect(code).toBe(0);
    expect(agent.spec?.environment['ANTHROPIC_API_KEY']).toBe('sk-ant-own-login');
    expect(provider.requests[0]?.headers['x-api-key']).toBe('sk-ant-own-login');
    expect(outputs['requests']).toBe(1);
    expect(runner.secrets).toEqual([]);
  });

  test('is the command and the folder of the step', async () => {
    const agent = calling(0);
    await wrap(agent, { inputs: { 'working-directory': 'packages/app' } });
    expect(agent.spec).toMatchObject({ command: 'an-agent', args: ['--go'], cwd: 'packages/app' });
  });
});

test('a second run of a task in one job is said to be the one that `post` judges', async () => {
  // What is exported stands in the environment of the same process, as the runner's client has it.
  const environmentOfStep: Record<string, string> = { PATH: '/usr/bin' };
  const first = await wrap(calling(1), { environmentOfStep, exportsTo: environmentOfStep });
  expect(first.runner.titles('notice')).not.toContain('This task ran in this job before');
  expect(Object.keys(environmentOfStep).some((name) => name.startsWith('SPENDGATE_RECORD_'))).toBe(true);
  const second = await wrap(calling(1), { environmentOfStep, exportsTo: environmentOfStep });
  expect(second.runner.titles('notice')).toContain('This task ran in this job before');
});

describe('a disk that refuses the ledger', () => {
  test('costs a warning; the totals are complete, and there is no record', async () => {
    const jobDir = join(root, 'a-file');
    writeFileSync(jobDir, 'not a folder');
    const { code, outputs, runner } = await wrap(calling(2), { jobDir });
    expect(code).toBe(0);
    expect(outputs).toMatchObject({ requests: 2, 'input-tokens': 1230 + 1241, record: '' });
    expect(runner.titles('warning')).toEqual(['The ledger could not be written']);
    expect(Object.values(runner.variables).filter((value) => /^[0-9a-f]{64} |^open /.test(value))).toEqual(
      [],
    );
  });
});

describe('spend for the ledger gateway', () => {
  const windows = [{ unit: 'usd', limit: 5_000_000_000, period: 'day' }] as const;
  const ledger: RawInputs = { gateway: 'ledger' };

  test('is remembered once the run is over', async () => {
    const { store, outputs } = await wrap(calling(2), { windows, inputs: ledger });
    expect(store.spend).toEqual([
      {
        id: '42-1-cdef0123',
        at: '2026-11-22T09:00:00.000Z',
        task: 'triage',
        costNanoUsd: Math.round(Number(outputs['cost-usd']) * 1e9),
        tokens: outputs['total-tokens'],
        partial: false,
      },
    ]);
  });

  test('is a lower bound where a part of it was not reported', async () => {
    provider.setScript({ fault: { kind: 'no-usage', from: 2, times: 1 } });
    const { store } = await wrap(calling(2), { windows, inputs: ledger });
    expect(store.spend).toEqual([expect.objectContaining({ partial: true })]);
  });

  test('is remembered of a run that a limit ended', async () => {
    const { store, code } = await wrap(calling(2), { windows, inputs: { ...ledger, 'max-requests': '1' } });
    expect(code).toBe(3);
    expect(store.spend).toHaveLength(1);
  });

  test('is not remembered where no budget asks for it', async () => {
    expect((await wrap(calling(1))).store.spend).toEqual([]);
  });

  test('that was not kept is a warning, and the exit code stays', async () => {
    const store = new InMemoryStore();
    store.refusal = 'the token is read-only';
    const { code, runner } = await wrap(calling(1), { windows, inputs: ledger, store });
    expect(code).toBe(0);
    expect(runner.titles('warning')).toEqual(['This run’s spend was not recorded']);
    expect(runner.annotations[0]?.message).toContain('the token is read-only');
  });
});

describe('the kill switch', () => {
  test('denies before anything starts', async () => {
    const agent = calling(1);
    const { error, outputs } = await wrap(agent, { inputs: { 'kill-switch': 'true' } });
    expect(error).toMatchObject({ code: 'denied', exitCode: 3, isReported: false });
    expect(agent.spec).toBeUndefined();
    expect(outputs).toEqual({});
  });

  test('under `observe` lets the agent start', async () => {
    const { code } = await wrap(calling(1), { inputs: { 'kill-switch': 'true', observe: 'true' } });
    expect(code).toBe(0);
  });
});

describe('observe', () => {
  test('refuses nothing, and counts everything', async () => {
    const { code, outputs } = await wrap(calling(3), {
      inputs: { observe: 'true', 'max-requests': '1', 'max-cost': '0.0001 USD' },
    });
    expect(code).toBe(0);
    expect(outputs).toMatchObject({ requests: 3, 'stop-reason': 'completed' });
  });
});

test('routes that are free are no requests that went out unmetered, whatever their method', async () => {
  const free = () => ({ body: {} });
  provider.setScript({ routes: { '/v1/messages/count_tokens': free, '/v1/files/1': free } });
  const agent = agentThat(async ({ environment }) => {
    const headers = { 'x-api-key': environment['ANTHROPIC_API_KEY'] ?? '' };
    const url = environment['ANTHROPIC_BASE_URL'];
    await send(`${url}/v1/messages/count_tokens`, { body: {}, headers });
    await send(`${url}/v1/files/1`, { method: 'PUT', body: {}, headers });
    return 0;
  });
  const { runner } = await wrap(agent);
  const told = runner.annotations.find(({ id }) => id === 'unmetered-calls')?.message;
  expect(told).toContain('PUT /v1/files/1');
  expect(told).not.toContain('count_tokens');
});

test('routes that report no usage are counted and named, and what they used is unknown, not 0', async () => {
  provider.setScript({ routes: { '/v1/embeddings': () => ({ body: { data: [] } }) } });
  const agent = agentThat(async ({ environment }) => {
    const headers = { authorization: `Bearer ${environment['OPENAI_API_KEY']}` };
    const reply = await send(`${environment['OPENAI_BASE_URL']}/embeddings`, {
      body: { input: 'x' },
      headers,
    });
    return reply.status === 200 ? 0 : 1;
  });
  const { code, outputs, runner } = await wrap(agent);
  expect(code).toBe(0);
  expect(outputs).toMatchObject({ requests: 1, 'input-tokens': '', 'cost-usd': '' });
  expect(runner.annotations.find(({ id }) => id === 'unmetered-calls')?.message).toContain(
    'POST /v1/embeddings',
  );
  expect(parseRecord(String(outputs['usage']))['other-requests']).toBe(1);
});

describe('an answer that may mean a wrong key or an exhausted one', () => {
  const sameWords = {
    kind: 'status',
    status: 401,
    body: { error: { message: 'Invalid token (request id: r1)', type: 'new_api_error' } },
  } as const;
  const left = (remaining: number) =>
    ({
      gateway: 'new-api',
      limits: [budgetLimit('token', 'quota', { remaining: finite(remaining) })],
      unread: [],
      conversions: [],
      asOf: '2026-11-22T09:00:00Z',
      lagMs: undefined,
    }) as const;

  test.each<[string, BudgetOutcome, string, number]>([
    ['nothing is left', left(0), 'budget-exhausted', 3],
    ['less than nothing is left', left(-5), 'budget-exhausted', 3],
    ['something is left', left(5), 'agent-failed', 1],
    ['the budget cannot be read', { error: 'GET /api/usage/token: 503.' }, 'agent-failed', 1],
    ['no gateway is named', undefined, 'agent-failed', 1],
    ['no limit says what is left', { ...left(5), limits: [] }, 'agent-failed', 1],
  ])('when %s ends the run accordingly', async (_name, budget, reason, expected) => {
    provider.setScript({ fault: sameWords });
    let looks = 0;
    const lookAtBudget = async () => {
      looks += 1;
      return budget;
    };
    const agent = calling(3, 1);
    const { code, outputs, runner } = await wrap(agent, { inputs: { gateway: 'new-api' }, lookAtBudget });
    expect(code).toBe(expected);
    expect(outputs['stop-reason']).toBe(reason);
    expect(looks).toBe(1);
    const statuses = reason === 'agent-failed' ? [401, 401, 401] : [402, 402, 402];
    expect(agent.replies.map(({ status }) => status)).toEqual(statuses);
    expect(runner.titles('error')).toEqual(
      reason === 'agent-failed' ? [] : ['The run ended: budget-exhausted'],
    );
    expect(JSON.stringify(runner)).not.toContain('request id');
  });
});

describe('what the next `pre` with the same key will find', () => {
  const KEY_SEEN = '0123456789abcdef';
  const count = {
    scope: 'key',
    unit: 'usd',
    value: 3_000_000_000,
    resetsAt: undefined,
    isWider: false,
  } as const;
  const MARK: BudgetMark = { gateway: 'litellm', count, at: '2026-11-22T08:50:00.000Z', conversions: [] };
  /** One call that the gateway prices at $0.25. */
  async function seen(
    mark: BudgetMark | undefined,
    keyFingerprint: string | undefined,
    store = new InMemoryStore(),
  ) {
    provider.setScript({ headers: { 'x-litellm-response-cost': '0.25' } });
    const markFile = new InMemoryMarkFile(mark);
    return wrap(calling(1), { markFile, store, ...(keyFingerprint === undefined ? {} : { keyFingerprint }) });
  }

  test('is the count that `pre` saw, and what the meter saw on top of it', async () => {
    const { store } = await seen(MARK, KEY_SEEN);
    expect(store.sightings).toEqual([
      {
        key: KEY_SEEN,
        count: { ...count, value: 3_250_000_000 },
        at: '2026-11-22T09:00:00.000Z',
        runId: '42',
        workflow: 'nightly',
      },
    ]);
  });

  test.each<[string, BudgetMark['count']['unit'], BudgetMark['conversions'], number]>([
    ['in tokens is counted in tokens', 'tokens', [], 0],
    [
      'in a currency goes by the rate that `pre` knew',
      'currency:CNY',
      [{ unit: 'currency:CNY', nanoUsdPerUnit: 125_000_000, source: 'policy' }],
      3002,
    ],
    ['in a unit that nobody priced stays what it was', 'quota', [], 3000],
  ])('%s', async (_name, unit, conversions, expected) => {
    const { store, outputs } = await seen(
      { ...MARK, count: { ...count, unit, value: 3000 }, conversions },
      KEY_SEEN,
    );
    const value = unit === 'tokens' ? 3000 + Number(outputs['total-tokens']) : expected;
    expect(store.sightings[0]?.count).toEqual({ ...count, unit, value });
  });

  test.each<[string, BudgetMark | undefined, string | undefined]>([
    ['`pre` left nothing', undefined, KEY_SEEN],
    ['`pre` looked at another gateway', { ...MARK, gateway: 'openrouter' }, KEY_SEEN],
    ['there is no key', MARK, undefined],
  ])('is nothing where %s', async (_name, mark, key) => {
    const { store, code } = await seen(mark, key);
    expect([code, store.sightings]).toEqual([0, []]);
  });

  test('is that a run of ours has passed, where no `pre` of this job had looked, as in a matrix', async () => {
    const store = new InMemoryStore();
    await store.saveSighting({ key: KEY_SEEN, count, at: MARK.at, runId: '41', workflow: 'nightly' });
    for (const job of [1, 2]) {
      await seen(undefined, KEY_SEEN, store);
      expect([job, store.sightings.length]).toEqual([job, 2]);
    }
    expect(store.sightings.at(-1)).toMatchObject({ isPassed: true, count });
  });

  test('that cannot be kept disturbs nobody', async () => {
    const store = new InMemoryStore();
    store.refusal = 'the token is read-only';
    const { code, runner } = await seen(MARK, KEY_SEEN, store);
    expect([code, runner.annotations]).toEqual([0, []]);
  });
});

describe('what the runner cost', () => {
  const HOSTED = { ...ON_MAIN, RUNNER_OS: 'Linux', RUNNER_ENVIRONMENT: 'github-hosted' };

  /** A run of four minutes and a bit, with one call that the gateway prices at $0.25. */
  async function priced(inputs: RawInputs, options: Options = {}) {
    const clock = new FixedClock();
    provider.setScript({ headers: { 'x-litellm-response-cost': '0.25' } });
    const agent = agentThat(async ({ call }) => {
      await call();
      clock.advance(4 * 60_000 + 1);
      return 0;
    });
    return wrap(agent, { inputs, clock, environment: HOSTED, ...options });
  }

  test.each<[string, RawInputs, readonly unknown[]]>([
    ['is not counted unless a price is given', {}, ['', '', '']],
    ['is the price of each started minute', { 'minutes-price': '0.006 USD' }, [5, '0.03', '0.28']],
    [
      'is the price of the label that was given',
      { 'minutes-price': 'linux=0.006, big-box=0.05', 'runner-label': 'Big-Box' },
      [5, '0.25', '0.5'],
    ],
    [
      'is the price of what the runner says of itself',
      { 'minutes-price': 'linux=0.006, windows=0.01', 'runner-label': 'ubuntu-latest' },
      [5, '0.03', '0.28'],
    ],
    ['may be nothing', { 'minutes-price': '0' }, [5, '0', '0.25']],
    [
      'is not known for a label without a price, and no sum is made up',
      { 'minutes-price': 'windows=0.01' },
      [5, '', ''],
    ],
  ])('%s', async (_name, inputs, [minutes, cost, total]) => {
    const { outputs, code } = await priced(inputs);
    expect(code).toBe(0);
    expect(Object.keys(outputs).sort()).toEqual(NAMES);
    expect(outputs).toMatchObject({
      'runner-minutes': minutes,
      'runner-cost-usd': cost,
      'total-cost-usd': total,
      'cost-usd': '0.25',
      'duration-ms': 240_001,
    });
  });

  test('has no sum where a call has no cost', async () => {
    const clock = new FixedClock();
    provider.setScript({ fault: { kind: 'no-usage' } });
    const agent = agentThat(async ({ call }) => {
      await call();
      clock.advance(60_000);
      return 0;
    });
    const { outputs } = await wrap(agent, { inputs: { 'minutes-price': '0.006 USD' }, clock });
    expect(outputs).toMatchObject({
      'runner-minutes': 1,
      'runner-cost-usd': '0.006',
      'cost-usd': '',
      'total-cost-usd': '',
    });
  });

  test('is told in the report, and stands in the record', async () => {
    const { runner, outputs } = await priced({ 'minutes-price': '0.05 USD' });
    expect(runner.summary).toContain('5 started minutes');
    expect(runner.summary).toContain('\\$0.50');
    expect(parseRecord(String(outputs['usage']))).toMatchObject({
      'runner-minutes': 5,
      'runner-cost-usd': '0.25',
      'total-cost-usd': '0.5',
    });
  });

  test.each([
    [{ 'minutes-price': 'windows=0.01' }, ['The runner has no price']],
    [{ 'minutes-price': '0.01' }, []],
    [{}, []],
  ])('with %j is warned of as %j', async (inputs, titles) => {
    expect((await priced(inputs)).runner.titles('warning')).toEqual(titles);
  });

  test('is no part of `max-cost`, which holds calls alone', async () => {
    const { code, outputs } = await priced({ 'minutes-price': '9 USD', 'max-cost': '1 USD' });
    expect(code).toBe(0);
    expect(outputs).toMatchObject({ 'stop-reason': 'completed', 'runner-cost-usd': '45' });
  });

  test.each([
    ['counts', { 'minutes-price': '0.05 USD' }, 500_000_000, false],
    [
      'without a price for its label counts as the calls alone, which is a lower bound',
      { 'minutes-price': 'windows=1' },
      250_000_000,
      true,
    ],
    ['that nobody asked for counts not', {}, 250_000_000, false],
  ])('in the ledger %s', async (_name, inputs, costNanoUsd, partial) => {
    const { store } = await priced(
      { gateway: 'litellm', ...inputs },
      { windows: [{ unit: 'usd', limit: 5_000_000_000, period: 'day' }] },
    );
    expect(store.spend).toEqual([expect.objectContaining({ costNanoUsd, partial, task: 'triage' })]);
  });
});
