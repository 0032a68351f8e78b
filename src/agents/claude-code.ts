/**
 * Claude Code. The base URL has no `/v1`. With the hint headers on, every call says what it is for; without them a
 * subagent still gives its id, or says so in the first block of its system prompt. Non-essential traffic is switched off:
 * it goes to other hosts, past any meter.
 * @see https://code.claude.com/docs/en/llm-gateway
 */
import { z } from 'zod';
import type { Agent, Caller } from '../ports/agent.js';
import type { RequestBody } from '../ports/dialect.js';

const CLASSES: Readonly<Record<string, Caller>> = {
  main: 'main',
  subagent: 'subagent',
  workflow: 'subagent',
  compaction: 'compaction',
  auxiliary: 'auxiliary',
};

const systemBlocks = z.array(z.object({ text: z.string() }));

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
  const [first] = systemBlocks.safeParse(body.get('system')).data ?? [];
  return first?.text.includes('cc_is_subagent=true') ? 'subagent' : 'main';
}
