/**
 * Continue's `cn`. Base URLs stand in `config.yaml` alone, so the run gets a CONTINUE_GLOBAL_DIR of its own.
 *
 * When `ANTHROPIC_API_KEY` is set, `cn -p` writes two models into that file, without a base URL and in place of the user's:
 * they would lead past the meter. So the variable is empty, which also keeps a `.env` of the repository from filling it,
 * and where the user has no configuration, the file starts with the models that `cn` would have written.
 *
 * A file named with `--config` is read as it stands.
 * @see https://docs.continue.dev/cli/configuration
 */
import { basename, join, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { Agent, AgentContext, AgentReport, ReportContext } from '../ports/agent.js';
import { tokenCount } from '../wire/tokens.js';
import { readDocuments } from './shared/log-files.js';
import { linkFolder, readTheirs, writeOwnFile } from './shared/own-folder.js';
import { ReportedCalls, withParts } from './shared/reported-calls.js';

const model = z.looseObject({ provider: z.string().optional(), apiKey: z.string().optional() });
const configFile = z.looseObject({ models: z.array(model).optional() });
type Model = z.infer<typeof model>;

const HEADER = { name: 'spendgate', version: '1.0.0', schema: 'v1' };
const DEFAULT_MODELS: readonly Model[] = ['claude-sonnet-4-6', 'claude-opus-4-6'].map((name) => ({
  name,
  provider: 'anthropic',
  model: name,
  roles: ['chat', 'edit', 'apply'],
  defaultCompletionOptions: { contextLength: 200_000, maxTokens: 64_000 },
  capabilities: ['tool_use', 'image_input'],
}));
/** Keys of the user: `cn` fills them into `${{ secrets.NAME }}`. */
const LEFT_BEHIND = ['config.yaml', '.env'];
const ANTHROPIC_SECRET = /\$\{\{\s*secrets\.ANTHROPIC_API_KEY\s*\}\}/g;

function prepareFolder(context: AgentContext): string {
  const { environment, privateDir, token } = context;
  const theirs = environment['CONTINUE_GLOBAL_DIR'] ?? join(environment['HOME'] ?? '', '.continue');
  const leftBehind = token === undefined ? LEFT_BEHIND.slice(0, 1) : LEFT_BEHIND;
  const own = linkFolder(theirs, join(privateDir, 'continue'), leftBehind);
  writeOwnFile(own, 'config.yaml', renderConfig(join(theirs, 'config.yaml'), context));
  return own;
}

function renderConfig(theirs: string, context: AgentContext): string {
  const config = readTheirs(theirs, 'Continue', (text) => configFile.parse(parse(text)));
  const models = config?.models ?? DEFAULT_MODELS;
  return stringify({ ...HEADER, ...config, models: models.map((own) => throughMeter(own, context)) });
}

function throughMeter(own: Model, { meterUrl, token, environment }: AgentContext): Model {
  const apiBase = own.provider === 'gemini' ? `${meterUrl}/v1beta/` : `${meterUrl}/v1/`;
  // The variable is empty in this run, so what refers to it is filled in here.
  const anthropicKey = environment['ANTHROPIC_API_KEY'] ?? '';
  const ownKey =
    own.apiKey?.replace(ANTHROPIC_SECRET, () => anthropicKey) ??
    (own.provider === 'anthropic' ? anthropicKey : undefined);
  const apiKey = token ?? ownKey;
  return { ...own, apiBase, ...(apiKey === undefined ? {} : { apiKey }) };
}

const usage = z.object({
  prompt_tokens: tokenCount,
  completion_tokens: tokenCount,
  prompt_tokens_details: z
    .object({ cache_read_tokens: tokenCount, cache_write_tokens: tokenCount })
    .nullish(),
});
const session = z.object({
  history: z.array(z.object({ message: z.object({ usage: usage.nullish() }) })),
});
const INDEX = 'sessions.json';
/** Created when, in milliseconds since 1970. */
const index = z.array(z.object({ sessionId: z.string(), dateCreated: z.coerce.number() }));

/**
 * A file for each session, whose messages tell no time: a session that is older than the run and went on in it cannot be
 * told apart, and makes the report unknown. Where a message tells what was read from the cache, `prompt_tokens` leaves it
 * out (Anthropic's API); elsewhere it takes it in.
 */
function readReport({ environment, workingDirectory, startedAt }: ReportContext): AgentReport | undefined {
  const { CONTINUE_GLOBAL_DIR: folder } = environment;
  if (folder === undefined) return undefined;
  const calls = new ReportedCalls();
  const seen = new Set<string>();
  const young = new Set<string>();
  const search = { home: resolve(workingDirectory, folder, 'sessions'), below: '', names: /\.json$/ };
  const isWhole = readDocuments({ ...search, since: startedAt }, (document, file) => {
    const name = basename(file);
    if (name === INDEX) {
      const created = index.parse(document).filter((one) => one.dateCreated >= startedAt.getTime());
      for (const { sessionId } of created) young.add(`${sessionId}.json`);
      return;
    }
    seen.add(name);
    for (const { message } of session.parse(document).history) addCall(calls, message.usage);
  });
  const sums = isWhole && [...seen].every((name) => young.has(name)) ? calls.sums() : undefined;
  return sums && { ...sums, covers: ['main', 'unknown'], origin: '$CONTINUE_GLOBAL_DIR/sessions' };
}

function addCall(calls: ReportedCalls, told: z.infer<typeof usage> | null | undefined): void {
  if (!told) return;
  const { cache_read_tokens: read, cache_write_tokens: written } = told.prompt_tokens_details ?? {};
  const inputTokens = read === undefined ? told.prompt_tokens : withParts(told.prompt_tokens, read, written);
  calls.add(undefined, { inputTokens, outputTokens: told.completion_tokens });
}

/** `cn` is a word that prompts hold as well, so it must stand where a command does. */
const COMMAND =
  /(?:^|[\n;&|(`]|\$\(|\bnpx\s(?:-\S+\s+)*|\b(?:ba|da|z)?sh\s+-\S*c\s+["']?)\s*(?:\w+=\S*\s+)*(?:(?:exec|env)\s+|timeout\s+\S+\s+)*(?:\S*\/)?(?:cn|@continuedev\/cli)(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;

export const continueCli: Agent = {
  id: 'continue',
  summary:
    'A `CONTINUE_GLOBAL_DIR` of its own, whose `config.yaml` has the meter as base URL of every model.',
  detect: (command) => COMMAND.test(command),
  readReport,
  environment: (context) => ({
    CONTINUE_GLOBAL_DIR: prepareFolder(context),
    ANTHROPIC_API_KEY: '',
  }),
  readCaller: () => undefined,
};
