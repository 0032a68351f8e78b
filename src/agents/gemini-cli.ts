/**
 * Gemini CLI. A base URL alone selects a kind of login that headless mode refuses (exit 41), so the kind is set in
 * system settings of this run. They are read only from a folder that nobody else can write to.
 *
 * Its calls name neither thread nor subagent. Only helpers such as the router tell themselves: they want JSON for an answer.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Agent, AgentContext, AgentReport, ReportContext } from '../ports/agent.js';
import { tokenCount } from '../wire/tokens.js';
import { readLogs } from './shared/log-files.js';
import { ReportedCalls, withParts } from './shared/reported-calls.js';

function writeSettings({ privateDir }: AgentContext): string {
  const path = join(privateDir, 'gemini-settings.json');
  writeFileSync(path, JSON.stringify({ security: { auth: { selectedType: 'gemini-api-key' } } }), {
    mode: 0o600,
  });
  return path;
}

/** A message is written again when its tools have run. Lines that set something else hold no tokens of their own. */
const messageLine = z.object({
  id: z.string().nullish(),
  tokens: z
    .object({ input: tokenCount, output: tokenCount, thoughts: tokenCount, tool: tokenCount })
    .nullish(),
});

/** Chats: `input` takes cached tokens in, and leaves tool-use prompts out; `output` leaves thoughts out. */
function readReport({ environment, workingDirectory, startedAt }: ReportContext): AgentReport | undefined {
  const { HOME: home } = environment;
  if (home === undefined) return undefined;
  const calls = new ReportedCalls();
  const isWhole = readLogs(
    {
      home: resolve(workingDirectory, home, '.gemini'),
      below: 'tmp',
      names: /\.jsonl$/,
      since: startedAt,
      words: ['"tokens"'],
    },
    (line) => {
      const { id, tokens } = messageLine.parse(line);
      if (tokens === undefined) return;
      calls.add(id ?? undefined, {
        inputTokens: withParts(tokens?.input, tokens?.tool),
        outputTokens: withParts(tokens?.output, tokens?.thoughts),
      });
    },
  );
  const sums = isWhole ? calls.sums() : undefined;
  // Its requests do not say who made them.
  return sums && { ...sums, covers: ['main', 'subagent', 'unknown'], origin: '~/.gemini/tmp' };
}

const COMMAND =
  /(?:^|[\s;&|(/"'`])(?:gemini|gemini-cli|@google\/gemini-cli)(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;

export const geminiCli: Agent = {
  id: 'gemini-cli',
  summary: '`GOOGLE_GEMINI_BASE_URL`, and system settings that select the API key as login.',
  detect: (command) => COMMAND.test(command),
  readReport,
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
