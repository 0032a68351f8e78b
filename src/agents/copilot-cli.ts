/**
 * GitHub Copilot CLI with a model provider of one's own. Calls to GitHub's own models cannot be pointed elsewhere; a
 * provider's base URL in the environment switches them off. Which API is spoken stays the user's choice.
 * Its websocket transport has not been seen at the meter, so the plain one is asked for.
 * @see https://docs.github.com/en/copilot/reference/copilot-cli-reference
 */
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Agent, AgentContext, AgentReport, CallerFacts, ReportContext } from '../ports/agent.js';
import { tokenCount } from '../wire/tokens.js';
import { readLogs } from './shared/log-files.js';
import { ReportedCalls } from './shared/reported-calls.js';

/** Types whose base URL carries no `/v1`; the default type, OpenAI's, has it. */
const PLAIN_BASE = ['anthropic', 'azure'];

function credentials({ environment, token }: AgentContext): Record<string, string> {
  if (token === undefined) return {};
  // Both go before the API key where they are set.
  const bearer = environment['COPILOT_PROVIDER_BEARER_TOKEN'];
  const command = environment['COPILOT_PROVIDER_API_KEY_COMMAND'];
  return {
    COPILOT_PROVIDER_API_KEY: token,
    ...(bearer ? { COPILOT_PROVIDER_BEARER_TOKEN: token } : {}),
    ...(command ? { COPILOT_PROVIDER_API_KEY_COMMAND: `echo ${token}` } : {}),
  };
}

function readCaller(headers: Readonly<Record<string, string | undefined>>): CallerFacts | undefined {
  // Only the first call of a turn names its kind, where it is the main loop's.
  if (headers['x-initiator'] === undefined) return undefined;
  return { caller: headers['x-interaction-type'] === 'conversation-subagent' ? 'subagent' : 'main' };
}

const USAGE = 'session.usage_record';
const usageLine = z.object({
  type: z.literal(USAGE),
  data: z.object({
    usage: z.object({
      inputTokens: tokenCount,
      outputTokens: tokenCount,
      accounting: z.object({ usageId: z.string().nullish() }).nullish(),
    }),
  }),
});
const typedLine = z.object({ type: z.literal(USAGE) });

/** A record for each call of a session, its subagents too; cached tokens are taken in. The cost is not one in dollars. */
function readReport({ environment, workingDirectory, startedAt }: ReportContext): AgentReport | undefined {
  const { COPILOT_HOME: own, HOME: home } = environment;
  const folder = own ?? (home === undefined ? undefined : join(home, '.copilot'));
  if (folder === undefined) return undefined;
  const calls = new ReportedCalls();
  const search = {
    home: resolve(workingDirectory, folder),
    below: 'session-state',
    names: /^events\.jsonl$/,
  };
  const isWhole = readLogs({ ...search, since: startedAt, words: [`"${USAGE}"`] }, (line) => {
    if (!typedLine.safeParse(line).success) return;
    const { inputTokens, outputTokens, accounting } = usageLine.parse(line).data.usage;
    calls.add(accounting?.usageId ?? undefined, { inputTokens, outputTokens });
  });
  const sums = isWhole ? calls.sums() : undefined;
  return sums && { ...sums, covers: ['main', 'subagent'], origin: '~/.copilot/session-state' };
}

const COMMAND = /(?:^|[\s;&|(/"'`])(?:copilot|@github\/copilot)(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;

export const copilotCli: Agent = {
  id: 'copilot-cli',
  summary: '`COPILOT_PROVIDER_BASE_URL`, which takes a provider of your own in place of GitHub’s models.',
  detect: (command) => COMMAND.test(command),
  readReport,
  environment: (context) => {
    const isPlain = PLAIN_BASE.includes(context.environment['COPILOT_PROVIDER_TYPE'] ?? '');
    return {
      COPILOT_PROVIDER_BASE_URL: isPlain ? context.meterUrl : `${context.meterUrl}/v1`,
      COPILOT_PROVIDER_TRANSPORT: 'http',
      ...credentials(context),
    };
  },
  readCaller,
};
