/**
 * GitHub Copilot CLI with a model provider of one's own. Calls to GitHub's own models cannot be pointed elsewhere; a
 * provider's base URL in the environment switches them off. Which API is spoken stays the user's choice.
 * Websockets are not metered, so they are not used.
 * @see https://docs.github.com/en/copilot/reference/copilot-cli-reference
 */
import type { Agent, AgentContext, Caller } from '../ports/agent.js';

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

function readCaller(headers: Readonly<Record<string, string | undefined>>): Caller | undefined {
  const interaction = headers['x-interaction-type'];
  if (interaction === undefined || headers['x-initiator'] === undefined) return undefined;
  return interaction === 'conversation-subagent' ? 'subagent' : 'main';
}

const COMMAND = /(?:^|[\s;&|(/"'`])(?:copilot|@github\/copilot)(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;

export const copilotCli: Agent = {
  id: 'copilot-cli',
  summary: '`COPILOT_PROVIDER_BASE_URL`, which takes a provider of your own in place of GitHub’s models.',
  detect: (command) => COMMAND.test(command),
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
