/**
 * Gemini CLI. A base URL alone selects a kind of login that headless mode refuses (exit 41), so the kind is set in
 * system settings of this run. They are read only from a folder that nobody else can write to.
 *
 * Its calls name neither thread nor subagent. Only helpers such as the router tell themselves: they want JSON for an answer.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent, AgentContext } from '../ports/agent.js';

function writeSettings({ privateDir }: AgentContext): string {
  const path = join(privateDir, 'gemini-settings.json');
  writeFileSync(path, JSON.stringify({ security: { auth: { selectedType: 'gemini-api-key' } } }), {
    mode: 0o600,
  });
  return path;
}

const COMMAND =
  /(?:^|[\s;&|(/"'`])(?:gemini|gemini-cli|@google\/gemini-cli)(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;

export const geminiCli: Agent = {
  id: 'gemini-cli',
  summary: '`GOOGLE_GEMINI_BASE_URL`, and system settings that select the API key as login.',
  detect: (command) => COMMAND.test(command),
  environment: (context) => ({
    GOOGLE_GEMINI_BASE_URL: context.meterUrl,
    GEMINI_CLI_SYSTEM_SETTINGS_PATH: writeSettings(context),
    ...(context.token === undefined ? {} : { GEMINI_API_KEY: context.token }),
  }),
  readCaller: (headers, body) => {
    if (headers['x-gemini-api-privileged-user-id'] === undefined) return undefined;
    const wantsJson = body.get('generationConfig', 'responseMimeType') === 'application/json';
    return wantsJson ? { caller: 'auxiliary' } : undefined;
  },
};
