/**
 * OpenCode. Its base URLs carry `/v1` for Anthropic too. The configuration is merged over the user's own.
 * A subagent has a session of its own that names its parent.
 */
import { z } from 'zod';
import { AppError, describeError } from '../core/errors.js';
import type { Agent, AgentContext } from '../ports/agent.js';

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
  } catch (cause) {
    throw new AppError(
      'bad-value',
      `OPENCODE_CONFIG_CONTENT is not a configuration: ${describeError(cause)}.`,
      { cause },
    );
  }
}

const COMMAND = /(?:^|[\s;&|(/"'`])(?:opencode|opencode-ai)(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;

export const opencode: Agent = {
  id: 'opencode',
  summary:
    '`OPENCODE_CONFIG_CONTENT` with the meter as base URL of the Anthropic, OpenAI and Google providers.',
  detect: (command) => COMMAND.test(command),
  environment: (context) => ({
    OPENCODE_CONFIG_CONTENT: renderConfig(context),
    ANTHROPIC_BASE_URL: `${context.meterUrl}/v1`,
    OPENCODE_DISABLE_AUTOUPDATE: '1',
  }),
  readCaller: (headers) => {
    if (headers['x-session-affinity'] === undefined) return undefined;
    return headers['x-parent-session-id'] === undefined ? 'main' : 'subagent';
  },
};
