/**
 * OpenCode. Its base URLs carry `/v1` for Anthropic too. The configuration is merged over the user's own.
 * A subagent has a session of its own that names its parent; titles and compactions share the session they are for, and
 * are told by what they lack: they may not call tools.
 */
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { AppError } from '../core/errors.js';
import type { Agent, AgentContext, AgentReport, Caller, ReportContext } from '../ports/agent.js';
import type { RequestBody } from '../ports/dialect.js';
import { tokenCount } from '../wire/tokens.js';
import { type ReportedCall, ReportedCalls, reportedUsd, withParts } from './shared/reported-calls.js';
import { readTextRows } from './shared/sqlite-rows.js';

/** How the prompts of OpenCode's own helpers begin. */
const HELPERS: readonly (readonly [prompt: RegExp, caller: Caller])[] = [
  [/You are a title generator/, 'title'],
  [/summariz|anchored context/i, 'compaction'],
];
/** Where each dialect puts the system prompt: a field of its own, or the first message. */
const PROMPT_FIELDS = ['system', 'instructions', 'messages', 'input'];
const PROMPT_START = 1000;

const provider = z.looseObject({ options: z.record(z.string(), z.unknown()).optional() });
const configSchema = z.looseObject({ provider: z.record(z.string(), provider).optional() });

function renderConfig({ meterUrl, environment }: AgentContext): string {
  const theirs = parseConfig(environment['OPENCODE_CONFIG_CONTENT']);
  const providers = { ...theirs.provider };
  const meter = { anthropic: `${meterUrl}/v1`, openai: `${meterUrl}/v1`, google: `${meterUrl}/v1beta` };
  for (const [name, baseURL] of Object.entries(meter)) {
    const known = providers[name];
    providers[name] = { ...known, options: { ...known?.options, baseURL } };
  }
  return JSON.stringify({ ...theirs, provider: providers });
}

function parseConfig(text: string | undefined): z.infer<typeof configSchema> {
  if (text === undefined || text.trim() === '') return {};
  try {
    return configSchema.parse(JSON.parse(text));
  } catch {
    // Not the parser's words: they quote what they stumbled over, and keys stand there.
    throw new AppError('bad-value', 'OPENCODE_CONFIG_CONTENT is not a configuration that can be read.', {
      hint: 'JSON, as `{ "provider": { … } }`.',
    });
  }
}

/** How a step ends: one call, with what it used. The call that makes a title leaves no step. */
const stepEnd = z.object({
  cost: reportedUsd,
  tokens: z.object({
    input: tokenCount,
    output: tokenCount,
    reasoning: tokenCount,
    cache: z.object({ read: tokenCount, write: tokenCount }),
  }),
});

/** `input` leaves cached tokens out there, and `output` leaves reasoning out. */
function readStep(text: string): ReportedCall {
  const { cost, tokens } = stepEnd.parse(JSON.parse(text));
  const { input, output, reasoning, cache } = tokens;
  return {
    inputTokens: withParts(input, cache.read, cache.write),
    outputTokens: withParts(output, reasoning),
    costNanoUsd: cost,
  };
}

/** Its database: a row for every step, those of subagents too. */
function readReport({ environment, workingDirectory, startedAt }: ReportContext): AgentReport | undefined {
  const { XDG_DATA_HOME: own, HOME: home } = environment;
  const dir = own ?? (home === undefined ? undefined : join(home, '.local', 'share'));
  if (dir === undefined) return undefined;
  const calls = new ReportedCalls();
  const isWhole = readTextRows(
    {
      path: resolve(workingDirectory, dir, 'opencode', 'opencode.db'),
      table: 'part',
      text: 'data',
      time: 'time_created',
      since: startedAt,
      word: '"type":"step-finish"',
    },
    (text) => calls.add(undefined, readStep(text)),
  );
  const sums = isWhole ? calls.sums() : undefined;
  const origin = `${own === undefined ? '~/.local/share' : '$XDG_DATA_HOME'}/opencode/opencode.db`;
  return sums && { ...sums, covers: ['main', 'subagent', 'compaction'], origin };
}

const COMMAND = /(?:^|[\s;&|(/"'`])(?:opencode|opencode-ai)(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;

export const opencode: Agent = {
  id: 'opencode',
  summary:
    '`OPENCODE_CONFIG_CONTENT` with the meter as base URL of the Anthropic, OpenAI and Google providers.',
  detect: (command) => COMMAND.test(command),
  readReport,
  environment: (context) => ({
    OPENCODE_CONFIG_CONTENT: renderConfig(context),
    ANTHROPIC_BASE_URL: `${context.meterUrl}/v1`,
    OPENCODE_DISABLE_AUTOUPDATE: '1',
  }),
  readCaller: (headers, body) => {
    if (headers['x-session-affinity'] === undefined) return undefined;
    const parentId = headers['x-parent-session-id'];
    const usual = parentId === undefined ? 'main' : 'subagent';
    return {
      caller: !body.has('tool_choice') ? toollessCaller(body) : usual,
      agentId: headers['x-session-id'],
      parentId,
    };
  },
};

function toollessCaller(body: RequestBody): Caller {
  for (const field of PROMPT_FIELDS) {
    if (!body.has(field)) continue;
    const [first] = body.items(field);
    const start = first?.head(PROMPT_START) ?? body.head(PROMPT_START, field) ?? '';
    return HELPERS.find(([prompt]) => prompt.test(start))?.[1] ?? 'auxiliary';
  }
  return 'auxiliary';
}
