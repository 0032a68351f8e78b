/**
 * Qwen Code. Base URLs come from the environment, but a model that stands in the settings under `modelProviders` brings
 * its own, and goes first. System settings replace that list as a whole, so this run's hold the user's, led to the meter.
 * @see https://qwenlm.github.io/qwen-code-docs/en/users/configuration/settings
 */
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { Agent, AgentContext, AgentReport, ReportContext } from '../ports/agent.js';
import { tokenCount } from '../wire/tokens.js';
import { readLogs } from './shared/log-files.js';
import { parseRelaxedJson, readTheirs, writeOwnFile } from './shared/own-folder.js';
import { ReportedCalls, withParts } from './shared/reported-calls.js';

const settingsFile = z.looseObject({
  modelProviders: z.record(z.string(), z.array(z.looseObject({}))).optional(),
  providerProtocol: z.record(z.string(), z.string()).optional(),
  security: z
    .looseObject({ auth: z.looseObject({ selectedType: z.string().optional() }).optional() })
    .optional(),
});
type Settings = z.infer<typeof settingsFile>;

interface Protocol {
  readonly path: string;
  readonly key: string;
}
const PROTOCOLS: Readonly<Record<string, Protocol>> = {
  anthropic: { path: '', key: 'ANTHROPIC_API_KEY' },
  gemini: { path: '', key: 'GEMINI_API_KEY' },
  openai: { path: '/v1', key: 'OPENAI_API_KEY' },
};
const OPENAI: Protocol = { path: '/v1', key: 'OPENAI_API_KEY' };
const SYSTEM_SETTINGS = '/etc/qwen-code/settings.json';

function writeSettings(context: AgentContext): string {
  const { environment, privateDir } = context;
  const home = environment['QWEN_HOME'] ?? join(environment['HOME'] ?? '', '.qwen');
  const user = readSettings(join(home, 'settings.json'));
  const system = readSettings(environment['QWEN_CODE_SYSTEM_SETTINGS_PATH'] ?? SYSTEM_SETTINGS);
  const settings = {
    ...system,
    modelProviders: throughMeter(user, system, context),
    ...loginOf(user, system, context),
  };
  return writeOwnFile(privateDir, 'qwen-settings.json', JSON.stringify(settings));
}

function readSettings(path: string): Settings {
  return readTheirs(path, 'Qwen Code', (text) => settingsFile.parse(parseRelaxedJson(text))) ?? {};
}

function throughMeter(user: Settings, system: Settings, { meterUrl, token }: AgentContext): object {
  const protocols = { ...user.providerProtocol, ...system.providerProtocol };
  const models = Object.entries(system.modelProviders ?? user.modelProviders ?? {});
  return Object.fromEntries(
    models.map(([name, list]) => {
      const { path, key } = protocolOf(protocols[name] ?? name);
      const led = { baseUrl: `${meterUrl}${path}`, ...(token === undefined ? {} : { envKey: key }) };
      return [name, list.map((model) => ({ ...model, ...led }))];
    }),
  );
}

function protocolOf(name: string): Protocol {
  return (Object.hasOwn(PROTOCOLS, name) ? PROTOCOLS[name] : undefined) ?? OPENAI;
}

/** A login with Qwen's own service leads past the meter, so with a token it gives way to the API key. */
function loginOf(user: Settings, system: Settings, { token }: AgentContext): object {
  const selected = system.security?.auth?.selectedType ?? user.security?.auth?.selectedType;
  if (token === undefined || selected !== 'qwen-oauth') return {};
  return { security: { ...system.security, auth: { ...system.security?.auth, selectedType: 'openai' } } };
}

const usageLine = z.object({
  id: z.string().nullish(),
  authType: z.string().nullish(),
  inputTokens: tokenCount,
  outputTokens: tokenCount,
  thoughtsTokens: tokenCount,
});
/** Gemini's API counts reasoning beside the output, and so does its line; elsewhere the output takes it in. */
const COUNTS_THOUGHTS_BESIDE = ['gemini', 'vertex-ai'];

/** A line for each call of the month, subagents too; cached tokens are taken in. */
function readReport({ environment, workingDirectory, startedAt }: ReportContext): AgentReport | undefined {
  const { QWEN_HOME: own, HOME: home } = environment;
  const folder = own ?? (home === undefined ? undefined : join(home, '.qwen'));
  if (folder === undefined) return undefined;
  const calls = new ReportedCalls();
  const search = {
    home: resolve(workingDirectory, folder),
    below: 'usage',
    names: /^token-usage-.*\.jsonl$/,
  };
  const isWhole = readLogs({ ...search, since: startedAt, words: ['"inputTokens"'] }, (line) => {
    const { id, authType, inputTokens, outputTokens: output, thoughtsTokens } = usageLine.parse(line);
    const outputTokens = COUNTS_THOUGHTS_BESIDE.includes(authType ?? '')
      ? withParts(output, thoughtsTokens)
      : output;
    calls.add(id ?? undefined, { inputTokens, outputTokens });
  });
  const sums = isWhole ? calls.sums() : undefined;
  return sums && { ...sums, covers: ['main', 'subagent', 'unknown'], origin: '~/.qwen/usage' };
}

const COMMAND = /(?:^|[\s;&|(/"'`])(?:qwen|qwen-code|@qwen-code\/qwen-code)(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;

export const qwenCode: Agent = {
  id: 'qwen-code',
  summary:
    '`OPENAI_BASE_URL`, `ANTHROPIC_BASE_URL`, `GOOGLE_GEMINI_BASE_URL`, and system settings that lead your `modelProviders` to the meter.',
  detect: (command) => COMMAND.test(command),
  readReport,
  environment: (context) => ({
    ANTHROPIC_BASE_URL: context.meterUrl,
    GOOGLE_GEMINI_BASE_URL: context.meterUrl,
    OPENAI_BASE_URL: `${context.meterUrl}/v1`,
    QWEN_CODE_SYSTEM_SETTINGS_PATH: writeSettings(context),
  }),
  readCaller: () => undefined,
};
