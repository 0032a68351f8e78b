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
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { Agent, AgentContext } from '../ports/agent.js';
import { linkFolder, readTheirs, writeOwnFile } from './shared/own-folder.js';

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

/** `cn` is a word that prompts hold as well, so it must stand where a command does. */
const COMMAND =
  /(?:^|[\n;&|(`]|\$\(|\bnpx\s(?:-\S+\s+)*|\b(?:ba|da|z)?sh\s+-\S*c\s+["']?)\s*(?:\w+=\S*\s+)*(?:(?:exec|env)\s+|timeout\s+\S+\s+)*(?:\S*\/)?(?:cn|@continuedev\/cli)(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;

export const continueCli: Agent = {
  id: 'continue',
  summary:
    'A `CONTINUE_GLOBAL_DIR` of its own, whose `config.yaml` has the meter as base URL of every model.',
  detect: (command) => COMMAND.test(command),
  environment: (context) => ({
    CONTINUE_GLOBAL_DIR: prepareFolder(context),
    ANTHROPIC_API_KEY: '',
  }),
  readCaller: () => undefined,
};
