/**
 * Cline. Its base URLs stand in `providers.json` alone, so the run gets one of its own, named by
 * `CLINE_PROVIDER_SETTINGS_PATH`. It lies in a folder `settings` on purpose: Cline takes the folder above for its data
 * when it looks for logins of older versions.
 *
 * By default Cline hands its sessions to a hub, a daemon that outlives the run or was there before it, with an
 * environment of its own: calls that it makes would not be this run's. So sessions are kept in the process.
 * @see https://docs.cline.bot/cline-cli/configuration
 */
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import type { Agent, AgentContext, AgentReport, ReportContext } from '../ports/agent.js';
import { tokenCount } from '../wire/tokens.js';
import { readDocuments } from './shared/log-files.js';
import { linkFolder, parseRelaxedJson, readTheirs, writeOwnFile } from './shared/own-folder.js';
import { ReportedCalls, reportedUsd } from './shared/reported-calls.js';

const entry = z.looseObject({ settings: z.looseObject({}) });
const settingsFile = z.looseObject({ providers: z.record(z.string(), entry).default({}) });

/** Providers that Cline knows itself and that speak an API which the meter reads. */
const BUILT_IN = [
  'anthropic',
  'openai-native',
  'openai-compatible',
  'gemini',
  'cerebras',
  'cline',
  'deepseek',
  'fireworks',
  'groq',
  'litellm',
  'minimax',
  'moonshot',
  'openrouter',
  'qwen',
  'requesty',
  'together',
  'vercel-ai-gateway',
  'xai',
  'zai',
] as const;
/** Logins and keys that Cline would use instead of the API key. */
const LOGINS = ['auth', 'aws', 'gcp', 'oca', 'sap'];

function prepareSettings(context: AgentContext): string {
  const theirs = settingsPath(context);
  const own = join(context.privateDir, 'cline', 'settings');
  linkFolder(dirname(theirs), own, ['providers.json', basename(theirs)]);
  return writeOwnFile(own, 'providers.json', renderSettings(theirs, context));
}

function settingsPath({ environment }: AgentContext): string {
  const data = dataPath(environment) ?? '';
  return environment['CLINE_PROVIDER_SETTINGS_PATH'] ?? join(data, 'settings', 'providers.json');
}

/** Where Cline keeps what it knows; `undefined` without a home. */
function dataPath(environment: AgentContext['environment']): string | undefined {
  const { CLINE_DATA_DIR: data, CLINE_DIR: own, HOME: home } = environment;
  if (data !== undefined) return data;
  const folder = own ?? (home === undefined ? undefined : join(home, '.cline'));
  return folder === undefined ? undefined : join(folder, 'data');
}

function renderSettings(theirs: string, { meterUrl, token }: AgentContext): string {
  const config = readTheirs(theirs, 'Cline', (text) => settingsFile.parse(parseRelaxedJson(text)));
  const providers = { ...config?.providers };
  for (const name of new Set([...BUILT_IN, ...Object.keys(providers)])) {
    const known = providers[name];
    const baseUrl = name === 'gemini' ? `${meterUrl}/v1beta` : `${meterUrl}/v1`;
    providers[name] = {
      updatedAt: new Date(0).toISOString(),
      tokenSource: 'manual',
      ...known,
      settings: { ...withoutLogin(known?.settings, token), provider: name, baseUrl },
    };
  }
  return JSON.stringify({ modes: {}, ...config, version: 1, providers });
}

/** Without a token the agent keeps what it has; with one, that is its only key. */
function withoutLogin(settings: object | undefined, token: string | undefined): object {
  if (token === undefined) return { ...settings };
  const kept = Object.entries({ ...settings }).filter(([name]) => !LOGINS.includes(name));
  return { ...Object.fromEntries(kept), apiKey: token };
}

const session = z.object({
  messages: z.array(
    z.object({
      id: z.string().nullish(),
      /** Milliseconds since 1970. */
      ts: z.number().nullish(),
      metrics: z.object({ inputTokens: tokenCount, outputTokens: tokenCount, cost: reportedUsd }).nullish(),
    }),
  ),
});

/** A file of messages for each session, subagents in files of their own; `inputTokens` takes cached tokens in. */
function readReport({ environment, workingDirectory, startedAt }: ReportContext): AgentReport | undefined {
  const data = dataPath(environment);
  const folder = environment['CLINE_SESSION_DATA_DIR'] ?? (data && join(data, 'sessions'));
  if (folder === undefined) return undefined;
  const calls = new ReportedCalls();
  const search = { home: resolve(workingDirectory, folder), below: '', names: /\.messages\.json$/ };
  const isWhole = readDocuments({ ...search, since: startedAt }, (document) => {
    for (const { id, ts, metrics } of session.parse(document).messages) {
      if (!metrics || (ts ?? 0) < startedAt.getTime()) continue;
      const { inputTokens, outputTokens, cost } = metrics;
      calls.add(id ?? undefined, { inputTokens, outputTokens, costNanoUsd: cost });
    }
  });
  const sums = isWhole ? calls.sums() : undefined;
  return sums && { ...sums, covers: ['main', 'subagent', 'unknown'], origin: '~/.cline/data/sessions' };
}

const COMMAND = /(?:^|[\s;&|(/"'`])cline(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;

export const cline: Agent = {
  id: 'cline',
  summary:
    'A `providers.json` of its own with the meter as base URL, and sessions without the background hub.',
  detect: (command) => COMMAND.test(command),
  readReport,
  environment: (context) => ({
    CLINE_PROVIDER_SETTINGS_PATH: prepareSettings(context),
    CLINE_SESSION_BACKEND_MODE: 'local',
  }),
  readCaller: () => undefined,
};
