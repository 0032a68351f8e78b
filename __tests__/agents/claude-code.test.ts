/** Transcripts and telemetry of Claude Code. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { claudeCode } from '../../src/agents/claude-code.js';
import type { AgentContext } from '../../src/ports/agent.js';

const START = new Date('2026-11-26T00:00:00.000Z');
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'spendgate-claude-'));
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

interface Answer {
  readonly id?: string | undefined;
  readonly requestId?: string;
  readonly output?: number;
  readonly sessionId?: string;
  readonly isApiErrorMessage?: boolean;
}

const answer = ({
  id,
  requestId = 'req_1',
  output = 10,
  sessionId = 's1',
  isApiErrorMessage,
}: Answer = {}) => ({
  type: 'assistant',
  requestId,
  sessionId,
  isApiErrorMessage,
  message: { id, usage: { input_tokens: 100, cache_read_input_tokens: 20, output_tokens: output } },
  timestamp: '2026-11-26T00:00:01.000Z',
});
const cost = (totalCostUSD: number, startTime = START.getTime() + 1, sessionId = 's1') => ({
  type: 'cost-state',
  sessionId,
  totalCostUSD,
  startTime,
});

function report(lines: readonly object[], environment: Record<string, string> = { HOME: home }) {
  const dir = join(environment['CLAUDE_CONFIG_DIR'] ?? join(home, '.claude'), 'projects', '-work');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 's.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return claudeCode.readReport?.({ environment, workingDirectory: home, startedAt: START });
}

describe('a transcript', () => {
  test('holds an answer once per block, and its last figure is the true one', () => {
    const lines = [answer({ id: 'm1', output: 1 }), answer({ id: 'm1', output: 50 }), answer({ id: 'm2' })];
    expect(report(lines)).toMatchObject({ inputTokens: 240, outputTokens: 60 });
  });

  test('may repeat an id for another request, as gateways do that make none', () => {
    const lines = [answer({ id: 'same', requestId: 'r1' }), answer({ id: 'same', requestId: 'r2' })];
    expect(report(lines)).toMatchObject({ inputTokens: 240 });
  });

  test('of errors alone tells of no usage', () => {
    expect(report([answer({ id: 'x', isApiErrorMessage: true })])).toBeUndefined();
  });

  test('is also read where `CLAUDE_CONFIG_DIR` says', () => {
    const told = report([answer({ id: 'm1' })], { CLAUDE_CONFIG_DIR: join(home, 'elsewhere') });
    expect(told).toMatchObject({ inputTokens: 120, origin: '$CLAUDE_CONFIG_DIR/projects' });
  });

  test('tells the cost of a session as it stood at last', () => {
    expect(report([answer({ id: 'm1' }), cost(0.01), cost(0.025)])?.costNanoUsd).toBe(25_000_000);
  });

  test.each([
    ['a session that was killed before it told', [answer({ id: 'm1' })]],
    ['a session that began in an earlier run', [answer({ id: 'm1' }), cost(0.5, START.getTime() - 1)]],
    ['one session of two', [answer({ id: 'm1' }), answer({ id: 'm2', sessionId: 's2' }), cost(0.5)]],
  ])('does not tell the cost of %s', (_, lines) => {
    const told = report(lines);
    expect(told?.inputTokens).toBeGreaterThan(0);
    expect(told?.costNanoUsd).toBeUndefined();
  });

  test('with a cost beyond all reason is damaged', () => {
    expect(report([answer({ id: 'm1' }), cost(1e12)])).toBeUndefined();
  });
});

describe('telemetry', () => {
  const context: AgentContext = {
    meterUrl: 'http://127.0.0.1:43210',
    token: 'sk-spendgate-0011',
    privateDir: '/nowhere',
    environment: {},
  };

  test('is switched on, and pointed at the meter with the token, where it is wanted', () => {
    expect(claudeCode.environment({ ...context, telemetryUrl: 'http://127.0.0.1:43210' })).toMatchObject({
      CLAUDE_CODE_ENABLE_TELEMETRY: '1',
      OTEL_LOGS_EXPORTER: 'otlp',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:43210',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer sk-spendgate-0011',
    });
  });

  test('is not touched otherwise, and never told to hold prompts', () => {
    const names = (rest: Partial<AgentContext>) =>
      Object.keys(claudeCode.environment({ ...context, ...rest }));
    expect(names({}).filter((name) => /OTEL|TELEMETRY/.test(name))).toEqual([]);
    expect(names({ telemetryUrl: 'http://127.0.0.1:1' }).filter((name) => name.includes('PROMPT'))).toEqual(
      [],
    );
    expect(names({ telemetryUrl: 'http://127.0.0.1:1', token: undefined })).not.toContain(
      'OTEL_EXPORTER_OTLP_HEADERS',
    );
  });

  const event = (attributes: Record<string, string | number>, name = 'claude_code.api_request') =>
    claudeCode.readEvent?.({ name, attributes: new Map(Object.entries(attributes)) });

  test.each([
    ['sdk', 'main'],
    ['repl_main_thread', 'main'],
    ['agent:builtin:general-purpose', 'subagent'],
    ['agent:custom', 'subagent'],
    ['compact', 'compaction'],
    ['auxiliary', 'auxiliary'],
    ['something new', undefined],
    ['', undefined],
  ])('a call of the source %j is of the kind %s', (source, caller) => {
    expect(event({ query_source: source })?.caller).toBe(caller);
  });

  test('cached tokens are taken into the input', () => {
    const tokens = { input_tokens: 100, cache_read_tokens: 20, cache_creation_tokens: 3, output_tokens: 7 };
    expect(event({ request_id: 'req_1', ...tokens })).toMatchObject({
      requestId: 'req_1',
      inputTokens: 123,
      outputTokens: 7,
    });
  });

  test('other events tell of no call', () => {
    expect(event({ request_id: 'req_1' }, 'claude_code.user_prompt')).toBeUndefined();
  });
});
