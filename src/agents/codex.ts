/**
 * Codex. Its built-in provider ignores `OPENAI_BASE_URL` and speaks websockets first, so the run gets a CODEX_HOME of
 * its own: the user's files are linked in, `config.toml` is theirs plus a provider that is the meter, and the login is
 * left behind. The provider does not retry: Codex would repeat a refused call thirty times.
 *
 * Codex skips its helper programs when CODEX_HOME lies in the system's temporary folder, so it must not.
 */
import { lstatSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse, stringify } from 'smol-toml';
import { z } from 'zod';
import type { Agent, AgentContext, AgentReport, Caller, ReportContext } from '../ports/agent.js';
import { readJson } from '../wire/json-answer.js';
import { tokenCount } from '../wire/tokens.js';
import { readLogs } from './shared/log-files.js';
import { linkFolder, readTheirs, writeOwnFile } from './shared/own-folder.js';
import { ReportedCalls } from './shared/reported-calls.js';

const PROVIDER = 'spendgate';
/** Never linked: the login and the variables Codex loads at start (they hold keys), and the file that is written anew. */
const LEFT_BEHIND = ['auth.json', '.env', 'config.toml'];
/** What Codex runs in a thread of its own that is no subagent's work. */
const LABELS: Readonly<Record<string, Caller>> = { compact: 'compaction', memory_consolidation: 'auxiliary' };

const text = z.string().optional().catch(undefined);
const turnMetadata = z.object({ request_kind: text, thread_id: text, parent_thread_id: text });
/** Bodies repeat the headers under the same names; on a websocket only the body speaks of this very call. */
const bodyHints = z.object({
  'x-codex-turn-metadata': text,
  'x-openai-subagent': text,
  'x-codex-parent-thread-id': text,
});

function prepareHome({ environment, meterUrl, privateDir }: AgentContext): string {
  const theirs = environment['CODEX_HOME'] ?? join(environment['HOME'] ?? '', '.codex');
  const home = linkFolder(theirs, join(privateDir, 'codex-home'), LEFT_BEHIND);
  const config: Record<string, unknown> = readTheirs(join(theirs, 'config.toml'), 'Codex', parse) ?? {};
  writeOwnFile(home, 'config.toml', renderConfig(config, meterUrl));
  return home;
}

function renderConfig(config: Record<string, unknown>, meterUrl: string): string {
  const providers = typeof config['model_providers'] === 'object' ? config['model_providers'] : {};
  const meter = {
    name: PROVIDER,
    base_url: `${meterUrl}/v1`,
    env_key: 'OPENAI_API_KEY',
    wire_api: 'responses',
    request_max_retries: 0,
    stream_max_retries: 0,
  };
  return stringify({
    ...config,
    ...profilesThroughMeter(config['profiles']),
    model_provider: PROVIDER,
    model_providers: { ...providers, [PROVIDER]: meter },
  });
}

/** A profile may name a provider of its own, which would lead past the meter. */
function profilesThroughMeter(profiles: unknown): object {
  if (typeof profiles !== 'object' || profiles === null) return {};
  const entries = Object.entries(profiles).map(([name, profile]) => [
    name,
    { ...profile, model_provider: PROVIDER },
  ]);
  return { profiles: Object.fromEntries(entries) };
}

const USAGE = 'token_usage_record';
const THREAD = 'session_meta';
const typedLine = z.object({ type: z.enum([USAGE, THREAD]) });
const usageLine = z.object({
  payload: z.object({
    response_id: z.string().nullish(),
    usage: z.object({ input_tokens: tokenCount, output_tokens: tokenCount }).nullish(),
  }),
});
/** The first line of a thread; in one that was forked, that of its parent comes after it. */
const threadLine = z.object({ payload: z.object({ model_provider: z.string().nullish() }) });

/**
 * Rollouts: one file a thread, subagents too. A forked thread repeats records of its parent. Where the user has sessions
 * already, `sessions` is a link to them, and other runs write there as well: only threads whose provider is the meter,
 * as this run's configuration says, are counted there.
 */
function readReport({ environment, workingDirectory, startedAt }: ReportContext): AgentReport | undefined {
  const { CODEX_HOME: home } = environment;
  if (home === undefined) return undefined;
  const sessions = resolve(workingDirectory, home, 'sessions');
  let isShared: boolean | undefined;
  const calls = new ReportedCalls();
  const providers = new Map<string, string>();
  const isWhole = readLogs(
    {
      home: sessions,
      below: '',
      names: /^rollout-.*\.jsonl$/,
      since: startedAt,
      words: [`"${USAGE}"`, `"${THREAD}"`],
      ageless: [`"${THREAD}"`],
    },
    (line, file) => {
      isShared ??= lstatSync(sessions).isSymbolicLink();
      const type = typedLine.safeParse(line).data?.type;
      if (type === THREAD && !providers.has(file))
        providers.set(file, threadLine.parse(line).payload.model_provider ?? '');
      if (type !== USAGE || (isShared && providers.get(file) !== PROVIDER)) return;
      const { response_id: id, usage } = usageLine.parse(line).payload;
      calls.add(id ?? undefined, { inputTokens: usage?.input_tokens, outputTokens: usage?.output_tokens });
    },
  );
  const sums = isWhole ? calls.sums() : undefined;
  return sums && { ...sums, covers: ['main', 'subagent', 'compaction'], origin: '$CODEX_HOME/sessions' };
}

const COMMAND = /(?:^|[\s;&|(/"'`])(?:codex|@openai\/codex)(?:@[\w.-]+)?(?=[\s;&|)<>"'`]|$)/m;

export const codex: Agent = {
  id: 'codex',
  summary: 'A `CODEX_HOME` of its own, whose `config.toml` names the meter as provider, without retries.',
  detect: (command) => COMMAND.test(command),
  readReport,
  environment: (context) => ({
    CODEX_HOME: prepareHome(context),
    ...(context.token === undefined ? {} : { OPENAI_API_KEY: context.token, CODEX_API_KEY: context.token }),
  }),
  readCaller: (headers, body) => {
    const given = body.get('client_metadata');
    const hints = given === undefined ? undefined : bodyHints.safeParse(given).data;
    const told = (name: keyof z.infer<typeof bodyHints>) => hints?.[name] ?? headers[name];
    const metadata = told('x-codex-turn-metadata');
    const label = told('x-openai-subagent');
    const parent = told('x-codex-parent-thread-id');
    const isCodex = [metadata, label, parent].some((hint) => hint !== undefined);
    if (!isCodex && headers['originator']?.startsWith('codex') !== true) return undefined;
    const turn = turnMetadata.safeParse(readJson(metadata ?? '')).data;
    const parentId = parent ?? turn?.parent_thread_id;
    return {
      caller: callerOf(label, turn?.request_kind, parentId),
      agentId: turn?.thread_id ?? headers['thread-id'],
      parentId,
    };
  },
};

function callerOf(label: string | undefined, kind: string | undefined, parentId: string | undefined): Caller {
  if (label !== undefined && Object.hasOwn(LABELS, label)) return LABELS[label] ?? 'subagent';
  if (kind?.startsWith('compact')) return 'compaction';
  return label !== undefined || parentId !== undefined ? 'subagent' : 'main';
}
