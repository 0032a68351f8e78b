/**
 * Claude Code. The base URL has no `/v1`. With the hint headers on, every call says what it is for; without them a
 * subagent still gives its id, or says so in the first block of its system prompt. Non-essential traffic is switched off:
 * it goes to other hosts, past any meter.
 * @see https://code.claude.com/docs/en/llm-gateway
 */
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { ToldCall } from '../core/telemetry.js';
import { sumKnown } from '../core/usage.js';
import type { Agent, AgentReport, Caller, ReportContext, TelemetryEvent } from '../ports/agent.js';
import type { RequestBody } from '../ports/dialect.js';
import { tokenCount } from '../wire/tokens.js';
import { readLogs } from './shared/log-files.js';
import { ReportedCalls, reportedUsd, withParts } from './shared/reported-calls.js';

const CLASSES: Readonly<Record<string, Caller>> = {
  main: 'main',
  subagent: 'subagent',
  workflow: 'subagent',
  compaction: 'compaction',
  auxiliary: 'auxiliary',
};

/** Who asked, as telemetry names it. */
const SOURCES: readonly (readonly [RegExp, Caller])[] = [
  [/^(?:sdk|main|repl_main_thread)/, 'main'],
  [/^(?:agent:|subagent$)/, 'subagent'],
  [/^compact/, 'compaction'],
  [/^auxiliary$/, 'auxiliary'],
];

/** The first block says who calls, in a few words. */
const MARK_BYTES = 2000;

const COMMAND = /(?:^|[\s;&|(/"'`])(?:claude|@anthropic-ai\/claude-code)(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;

const ANSWER = 'assistant';
const COST = 'cost-state';

const typedLine = z.object({ type: z.enum([ANSWER, COST]) });
/** An answer stands there once per content block; an error message of Claude Code's own making is none. */
const answerLine = z.object({
  isApiErrorMessage: z.boolean().nullish(),
  requestId: z.string().nullish(),
  sessionId: z.string().nullish(),
  message: z.object({
    id: z.string().nullish(),
    usage: z
      .object({
        input_tokens: tokenCount,
        cache_read_input_tokens: tokenCount,
        cache_creation_input_tokens: tokenCount,
        output_tokens: tokenCount,
      })
      .nullish(),
  }),
});
/** Written when a session ends. One that was taken up again carries the cost of its earlier runs along. */
const costLine = z.object({
  sessionId: z.string(),
  totalCostUSD: reportedUsd,
  startTime: z.number(),
});

/** What the transcripts of a run say: the main loop and its subagents. */
class Transcripts {
  readonly #calls = new ReportedCalls();
  /** Cost by session; `undefined` where the session did not tell, or told more than this run's. */
  readonly #costs = new Map<string, number | undefined>();
  readonly #startedAt: Date;

  constructor(startedAt: Date) {
    this.#startedAt = startedAt;
  }

  take(line: unknown): void {
    const type = typedLine.safeParse(line).data?.type;
    if (type === ANSWER) this.#takeAnswer(answerLine.parse(line));
    if (type === COST) this.#takeCost(costLine.parse(line));
  }

  /** `input_tokens` leaves cached tokens out. */
  #takeAnswer({ isApiErrorMessage, message, requestId, sessionId }: z.infer<typeof answerLine>): void {
    if (isApiErrorMessage) return;
    const { usage } = message;
    const id = message.id ?? undefined;
    this.#calls.add(id && `${id} ${requestId ?? ''}`, {
      inputTokens: withParts(
        usage?.input_tokens,
        usage?.cache_read_input_tokens,
        usage?.cache_creation_input_tokens,
      ),
      outputTokens: usage?.output_tokens,
    });
    this.#costs.set(sessionId ?? '', this.#costs.get(sessionId ?? ''));
  }

  #takeCost({ sessionId, startTime, totalCostUSD }: z.infer<typeof costLine>): void {
    const isOfThisRun = startTime >= this.#startedAt.getTime();
    this.#costs.set(sessionId, isOfThisRun ? totalCostUSD : undefined);
  }

  report(origin: string): AgentReport | undefined {
    const sums = this.#calls.sums();
    return (
      sums && {
        ...sums,
        costNanoUsd: sumKnown([...this.#costs.values()]),
        covers: ['main', 'subagent'],
        origin,
      }
    );
  }
}

function readReport({ environment, workingDirectory, startedAt }: ReportContext): AgentReport | undefined {
  const { CLAUDE_CONFIG_DIR: own, HOME: home } = environment;
  const dir = own ?? (home === undefined ? undefined : join(home, '.claude'));
  if (dir === undefined) return undefined;
  const transcripts = new Transcripts(startedAt);
  const isWhole = readLogs(
    {
      home: resolve(workingDirectory, dir),
      below: 'projects',
      names: /\.jsonl$/,
      since: startedAt,
      words: ['"usage"', `"${COST}"`],
    },
    (line) => transcripts.take(line),
  );
  return isWhole
    ? transcripts.report(`${own === undefined ? '~/.claude' : '$CLAUDE_CONFIG_DIR'}/projects`)
    : undefined;
}

/** Prompts and answers stay out of it, as they do by default. @see https://code.claude.com/docs/en/monitoring-usage */
function telemetryTo(url: string, token: string | undefined): Record<string, string> {
  return {
    CLAUDE_CODE_ENABLE_TELEMETRY: '1',
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_LOGS_EXPORT_INTERVAL: '1000',
    OTEL_METRIC_EXPORT_INTERVAL: '1000',
    ...(token === undefined ? {} : { OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${token}` }),
  };
}

const toldText = z.string().optional().catch(undefined);
const toldCount = tokenCount.catch(undefined);
const eventAttributes = z.object({
  request_id: toldText,
  query_source: toldText,
  input_tokens: toldCount,
  cache_read_tokens: toldCount,
  cache_creation_tokens: toldCount,
  output_tokens: toldCount,
});

/** `input_tokens` leaves cached tokens out here too. */
function readEvent({ name, attributes }: TelemetryEvent): ToldCall | undefined {
  if (name !== 'claude_code.api_request') return undefined;
  const told = eventAttributes.parse(Object.fromEntries(attributes));
  return {
    requestId: told.request_id,
    caller: SOURCES.find(([source]) => source.test(told.query_source ?? ''))?.[1],
    inputTokens: withParts(told.input_tokens, told.cache_read_tokens, told.cache_creation_tokens),
    outputTokens: told.output_tokens,
  };
}

export const claudeCode: Agent = {
  id: 'claude-code',
  summary: '`ANTHROPIC_BASE_URL`, and the hint headers that tell main from subagent calls.',
  detect: (command) => COMMAND.test(command),
  readReport,
  readEvent,
  environment: ({ meterUrl, token, telemetryUrl }) => ({
    ...(telemetryUrl === undefined ? {} : telemetryTo(telemetryUrl, token)),
    ANTHROPIC_BASE_URL: meterUrl,
    CLAUDE_CODE_GATEWAY_HINT_HEADERS: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    ...(token === undefined ? {} : { ANTHROPIC_API_KEY: token }),
  }),
  readCaller: (headers, body) => {
    const session = headers['x-claude-code-session-id'] ?? sessionInBody(body);
    if (session === undefined) return undefined;
    const agentId = headers['x-claude-code-agent-id'];
    const caller = declaredClass(headers) ?? (agentId !== undefined ? 'subagent' : callerInBody(body));
    if (agentId === undefined && caller === 'subagent') return { caller, parentId: session };
    const parentId =
      agentId === undefined ? undefined : (headers['x-claude-code-parent-agent-id'] ?? session);
    return { caller, agentId: agentId ?? session, parentId };
  },
};

function declaredClass(headers: Readonly<Record<string, string | undefined>>): Caller | undefined {
  const request = headers['x-claude-code-request-class'] ?? '';
  return Object.hasOwn(CLASSES, request) ? CLASSES[request] : undefined;
}

/** The body names the session as JSON within a string, `…"session_id":"…"`, or as `…_session_…` in older versions. */
function sessionInBody(body: RequestBody): string | undefined {
  const userId = body.get('metadata', 'user_id');
  return typeof userId === 'string' ? /[_"]session(?:_id":"|_)([\w-]{8,64})/.exec(userId)?.[1] : undefined;
}

/** Only asked where no header says what a call is for, since the system prompt is long. */
function callerInBody(body: RequestBody): Caller {
  const [first] = body.items('system');
  return first?.head(MARK_BYTES).includes('cc_is_subagent=true') ? 'subagent' : 'main';
}
