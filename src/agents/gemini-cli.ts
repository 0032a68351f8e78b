/**
 * Gemini CLI. A base URL alone selects a kind of login that headless mode refuses (exit 41), so the kind is set in the
 * settings of a home of this run, named by `GEMINI_CLI_HOME`: the user's files are linked in, their settings are theirs
 * plus that choice, and the login is left behind. (System settings would do, but those are skipped when anybody else may
 * write to one of the folders above them, as in a container's `/tmp`.)
 *
 * Its calls name neither thread nor subagent. Only helpers such as the router tell themselves: they want JSON for an answer.
 * @see https://geminicli.com/docs/reference/configuration
 */
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Agent, AgentContext, AgentReport, ReportContext } from '../ports/agent.js';
import { tokenCount } from '../wire/tokens.js';
import { readLogs } from './shared/log-files.js';
import { linkFolder, linkInto, parseRelaxedJson, readTheirs, writeOwnFile } from './shared/own-folder.js';
import { ReportedCalls, withParts } from './shared/reported-calls.js';

const settingsFile = z.looseObject({
  security: z.looseObject({ auth: z.looseObject({}).optional() }).optional(),
});
/** The login, and the keys that Gemini CLI loads into its environment. */
const LOGIN = ['oauth_creds.json', 'google_accounts.json', 'gemini-credentials.json', '.env'];

function prepareHome({ environment, privateDir, token }: AgentContext): string {
  const theirs = environment['GEMINI_CLI_HOME'] ?? environment['HOME'] ?? '';
  const own = join(privateDir, 'gemini-home');
  const folder = linkFolder(join(theirs, '.gemini'), join(own, '.gemini'), [
    'settings.json',
    ...(token === undefined ? [] : LOGIN),
  ]);
  linkInto(own, theirs, token === undefined ? ['.agents', '.env'] : ['.agents']);
  writeOwnFile(folder, 'settings.json', renderSettings(join(theirs, '.gemini', 'settings.json')));
  return own;
}

function renderSettings(theirs: string): string {
  const settings = readTheirs(theirs, 'Gemini CLI', (text) => settingsFile.parse(parseRelaxedJson(text)));
  const auth = { ...settings?.security?.auth, selectedType: 'gemini-api-key' };
  return JSON.stringify({ ...settings, security: { ...settings?.security, auth } });
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
  const { GEMINI_CLI_HOME: home } = environment;
  if (home === undefined) return undefined;
  const calls = new ReportedCalls();
  const isWhole = readLogs(
    {
      home: resolve(workingDirectory, home, '.gemini', 'tmp'),
      below: '',
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
  summary: '`GOOGLE_GEMINI_BASE_URL`, and a `GEMINI_CLI_HOME` of its own that selects the API key as login.',
  detect: (command) => COMMAND.test(command),
  readReport,
  environment: (context) => ({
    GOOGLE_GEMINI_BASE_URL: context.meterUrl,
    GEMINI_CLI_HOME: prepareHome(context),
    ...(context.token === undefined ? {} : { GEMINI_API_KEY: context.token }),
  }),
  readCaller: (headers, body) => {
    if (headers['x-gemini-api-privileged-user-id'] === undefined) return undefined;
    const wantsJson = body.get('generationConfig', 'responseMimeType') === 'application/json';
    return wantsJson ? { caller: 'auxiliary' } : undefined;
  },
};
