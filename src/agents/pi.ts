/**
 * pi. It ignores base URLs in the environment and reads them from `models.json`, so the run gets a configuration folder
 * of its own. Every provider whose API the meter reads leads to the meter, the user's own providers and their models too.
 * The login is left behind where a token stands in for the keys: `auth.json` goes before any other key.
 * @see https://github.com/badlogic/pi-mono/blob/main/packages/coding-agent/docs/models.md
 */
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Agent, AgentContext, AgentReport, ReportContext } from '../ports/agent.js';
import { tokenCount } from '../wire/tokens.js';
import { readLogs } from './shared/log-files.js';
import { linkFolder, parseRelaxedJson, readTheirs, writeOwnFile } from './shared/own-folder.js';
import { ReportedCalls, reportedUsd, withParts } from './shared/reported-calls.js';

const model = z.looseObject({ baseUrl: z.string().optional() });
const provider = z.looseObject({ apiKey: z.string().optional(), models: z.array(model).optional() });
const modelsFile = z.looseObject({ providers: z.record(z.string(), provider).default({}) });

/** Providers that pi knows itself and that speak an API which the meter reads. */
const BUILT_IN = [
  'anthropic',
  'openai',
  'google',
  'azure-openai-responses',
  'cerebras',
  'deepseek',
  'fireworks',
  'groq',
  'huggingface',
  'kimi-coding',
  'minimax',
  'minimax-cn',
  'moonshotai',
  'moonshotai-cn',
  'opencode',
  'opencode-go',
  'openrouter',
  'vercel-ai-gateway',
  'xai',
  'zai',
] as const;

function prepareFolder(context: AgentContext): string {
  const { environment, privateDir, token } = context;
  const theirs = environment['PI_CODING_AGENT_DIR'] ?? join(environment['HOME'] ?? '', '.pi', 'agent');
  const leftBehind = ['models.json', ...(token === undefined ? [] : ['auth.json'])];
  const own = linkFolder(theirs, join(privateDir, 'pi-agent'), leftBehind);
  writeOwnFile(own, 'models.json', renderModels(join(theirs, 'models.json'), context));
  return own;
}

function renderModels(theirs: string, { meterUrl, token }: AgentContext): string {
  const config = readTheirs(theirs, 'pi', (text) => modelsFile.parse(parseRelaxedJson(text)));
  const providers = { ...config?.providers };
  for (const name of new Set([...BUILT_IN, ...Object.keys(providers)])) {
    const known = providers[name];
    const baseUrl = name === 'google' ? `${meterUrl}/v1beta` : `${meterUrl}/v1`;
    providers[name] = {
      ...known,
      baseUrl,
      ...(token === undefined ? {} : { apiKey: token }),
      // A model may name a base URL of its own, which would lead past the meter.
      ...(known?.models && {
        models: known.models.map((own) => (own.baseUrl === undefined ? own : { ...own, baseUrl })),
      }),
    };
  }
  return JSON.stringify({ ...config, providers });
}

const messageLine = z.object({
  id: z.string().nullish(),
  message: z.object({
    usage: z
      .object({
        input: tokenCount,
        output: tokenCount,
        cacheRead: tokenCount,
        cacheWrite: tokenCount,
        cost: z.object({ total: reportedUsd }).nullish(),
      })
      .nullish(),
  }),
});

/** Sessions: a line for each answer. `input` leaves cached tokens out, whatever the provider does. */
function readReport({ environment, workingDirectory, startedAt }: ReportContext): AgentReport | undefined {
  const { PI_CODING_AGENT_DIR: folder } = environment;
  if (folder === undefined) return undefined;
  const calls = new ReportedCalls();
  const search = { home: resolve(workingDirectory, folder, 'sessions'), below: '', names: /\.jsonl$/ };
  const isWhole = readLogs({ ...search, since: startedAt, words: ['"usage"'] }, (line) => {
    const { id, message } = messageLine.parse(line);
    if (!message.usage) return;
    const { input, output, cacheRead, cacheWrite, cost } = message.usage;
    calls.add(id ?? undefined, {
      inputTokens: withParts(input, cacheRead, cacheWrite),
      outputTokens: output,
      costNanoUsd: cost?.total,
    });
  });
  const sums = isWhole ? calls.sums() : undefined;
  return sums && { ...sums, covers: ['main', 'unknown'], origin: '$PI_CODING_AGENT_DIR/sessions' };
}

const COMMAND =
  /(?:^|[\s;&|(/"'`])(?:pi|pi-coding-agent|@mariozechner\/pi-coding-agent)(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;

export const pi: Agent = {
  id: 'pi',
  summary:
    'A `PI_CODING_AGENT_DIR` of its own, whose `models.json` has the meter as base URL of the providers.',
  detect: (command) => COMMAND.test(command),
  readReport,
  environment: (context) => ({ PI_CODING_AGENT_DIR: prepareFolder(context) }),
  readCaller: () => undefined,
};
