/**
 * Claude Code. The base URL has no `/v1`. With the hint headers on, every call says what it is for; without them a
 * subagent still gives its id. Non-essential traffic is switched off: it goes to other hosts, past any meter.
 * @see https://code.claude.com/docs/en/llm-gateway
 */
import type { Agent, Caller } from '../ports/agent.js';

const CLASSES: Readonly<Record<string, Caller>> = {
  main: 'main',
  subagent: 'subagent',
  workflow: 'subagent',
  compaction: 'auxiliary',
  auxiliary: 'auxiliary',
};

const COMMAND = /(?:^|[\s;&|(/"'`])(?:claude|@anthropic-ai\/claude-code)(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;

export const claudeCode: Agent = {
  id: 'claude-code',
  summary: '`ANTHROPIC_BASE_URL`, and the hint headers that tell main from subagent calls.',
  detect: (command) => COMMAND.test(command),
  environment: ({ meterUrl, token }) => ({
    ANTHROPIC_BASE_URL: meterUrl,
    CLAUDE_CODE_GATEWAY_HINT_HEADERS: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    ...(token === undefined ? {} : { ANTHROPIC_API_KEY: token }),
  }),
  readCaller: (headers) => {
    if (headers['x-claude-code-session-id'] === undefined) return undefined;
    const request = headers['x-claude-code-request-class'] ?? '';
    const declared = Object.hasOwn(CLASSES, request) ? CLASSES[request] : undefined;
    return declared ?? (headers['x-claude-code-agent-id'] === undefined ? 'main' : 'subagent');
  },
};
