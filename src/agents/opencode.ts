/**
 * OpenCode. Its base URLs carry `/v1` for Anthropic too. The configuration is merged over the user's own.
 * A subagent has a session of its own that names its parent.
 */
import type { Agent, AgentContext } from '../ports/agent.js';

function renderConfig({ meterUrl, environment }: AgentContext): string {
  const v1 = { options: { baseURL: `${meterUrl}/v1` } };
  const provider = { anthropic: v1, openai: v1, google: { options: { baseURL: `${meterUrl}/v1beta` } } };
  const theirs = environment['OPENCODE_CONFIG_CONTENT'];
  const config: unknown = theirs === undefined ? {} : JSON.parse(theirs);
  return JSON.stringify({ ...(typeof config === 'object' ? config : {}), provider });
}

export const opencode: Agent = {
  id: 'opencode',
  summary: '`OPENCODE_CONFIG_CONTENT` with the meter as base URL of the Anthropic, OpenAI and Google providers.',
  detect: (command) => /(?:^|[\s;&|(/])opencode(?:\s|$)/m.test(command),
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
