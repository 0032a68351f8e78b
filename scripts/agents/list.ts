/**
 * The agents that are driven, each pinned, with the command a user would type. A variant is the same agent with another
 * API: a row of its own in the table, not another install.
 */
import { join } from 'node:path';

export interface AgentUnderTest {
  /** Names the row and the option `--agents`; what stands before a colon is the agent. */
  readonly name: string;
  readonly package: string;
  command(modules: string): string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** What the user has at home before the run, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** A script can make it start a subagent, and its calls can be told apart. */
  readonly subagents?: 'told-apart' | 'counted';
  /** True when its calls must come over a websocket. */
  readonly speaksWebSocket?: boolean;
  /** True when it is also driven behind a meter in the background. */
  readonly isStepOfItsOwn?: boolean;
  /** It keeps the reason of a refusal to itself; spendgate's own last lines tell it. */
  readonly hidesReason?: boolean;
  /** It writes its session down at the end alone, so a run that fails leaves no report. */
  readonly reportsOnSuccessAlone?: boolean;
  /** Driven only when asked for: a large download. */
  readonly isExtra?: boolean;
}

export const PROMPT = 'List the files.';
const PLATFORM = `${process.platform}-${process.arch}`;

const claudeCode = {
  package: '@anthropic-ai/claude-code@2.1.330',
  command: (modules: string) => [
    join(modules, `@anthropic-ai/claude-code-${PLATFORM}/claude`),
    ...['-p', PROMPT, '--output-format', 'json', '--permission-mode', 'bypassPermissions'],
  ],
  environment: { IS_SANDBOX: '1' },
  subagents: 'told-apart',
} as const;

const codex = (name: string, options: readonly string[]): AgentUnderTest => ({
  name,
  package: '@openai/codex@0.169.0',
  command: (modules) => [
    ...[process.execPath, join(modules, '@openai/codex/bin/codex.js'), 'exec', '--json'],
    ...['--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', ...options, PROMPT],
  ],
  subagents: 'told-apart',
});

/** The provider that Codex has built in speaks websockets first, and takes its base URL from an option alone. */
const codexBuiltIn: AgentUnderTest = {
  ...codex('codex:built-in', []),
  command: (modules) => [
    'sh',
    '-c',
    'exec "$@" -c model_provider=openai -c "openai_base_url=\\"$OPENAI_BASE_URL\\""',
    'sh',
    ...codex('', []).command(modules),
  ],
  speaksWebSocket: true,
};

const opencode = (name: string, model: string): AgentUnderTest => ({
  name,
  package: 'opencode-ai@1.18.33',
  command: (modules) => [
    join(modules, `opencode-${PLATFORM}/bin/opencode`),
    ...['run', '--format', 'json', '-m', model, PROMPT],
  ],
  environment: { OPENCODE_DISABLE_MODELS_FETCH: '1' },
  subagents: 'counted',
  isExtra: true,
});

const geminiCli: AgentUnderTest = {
  name: 'gemini-cli',
  package: '@google/gemini-cli@0.61.0',
  command: (modules) => [
    ...[process.execPath, join(modules, '@google/gemini-cli/bundle/gemini.js'), '-p', PROMPT],
    ...['-m', 'gemini-2.5-pro', '--output-format', 'json', '--yolo', '--skip-trust'],
  ],
  subagents: 'counted',
  isExtra: true,
};

const qwenCode = (
  name: string,
  auth: string,
  environment: Readonly<Record<string, string>>,
): AgentUnderTest => ({
  name,
  package: '@qwen-code/qwen-code@0.24.4',
  command: (modules) => [
    ...[process.execPath, join(modules, '@qwen-code/qwen-code/cli-entry.js'), '-p', PROMPT],
    ...['--output-format', 'json', '--yolo', '--auth-type', auth],
  ],
  environment,
  subagents: 'counted',
  isExtra: true,
});

const copilotCli = (name: string, environment: Readonly<Record<string, string>>): AgentUnderTest => ({
  name,
  package: '@github/copilot@1.0.102',
  command: (modules) => [
    join(modules, `@github/copilot-${PLATFORM}/copilot`),
    ...['-p', PROMPT, '--allow-all', '--output-format', 'json', '--no-color', '--disable-builtin-mcps'],
  ],
  environment,
  subagents: 'told-apart',
  isExtra: true,
});

const cline = (name: string, provider: string, model: string): AgentUnderTest => ({
  name,
  package: 'cline@3.0.65',
  command: (modules) => [
    join(modules, `@cline/cli-${PLATFORM}/bin/cline`),
    ...['--json', '--auto-approve', 'true', '-P', provider, '-m', model, PROMPT],
  ],
  subagents: 'counted',
  isExtra: true,
});

/** As a user could have it: the sessions in a hub, a daemon that leaves the process group and outlives its client. */
const clineHub: AgentUnderTest = {
  ...cline('cline:hub', '', ''),
  command: (modules) => [
    ...['env', 'CLINE_SESSION_BACKEND_MODE=hub'],
    ...cline('', 'anthropic', 'claude-sonnet-4-5').command(modules),
  ],
};

const continueCli = (name: string, files: Readonly<Record<string, string>>): AgentUnderTest => ({
  name,
  package: '@continuedev/cli@1.5.47',
  command: (modules) => [
    ...[process.execPath, join(modules, '@continuedev/cli/dist/cn.js'), '-p', PROMPT],
    ...['--auto', '--format', 'json', '--beta-subagent-tool'],
  ],
  files,
  reportsOnSuccessAlone: true,
  isExtra: true,
});
const CONTINUE_OPENAI = [
  ...['name: mine', 'version: 0.0.1', 'schema: v1', 'models:', '  - name: mine', '    provider: openai'],
  ...['    model: gpt-4o', '    apiKey: ${{ secrets.OPENAI_API_KEY }}', '    roles: [chat]', ''],
].join('\n');

const pi = (name: string, provider: string, model: string): AgentUnderTest => ({
  name,
  package: '@mariozechner/pi-coding-agent@0.73.1',
  command: (modules) => [
    ...[process.execPath, join(modules, '@mariozechner/pi-coding-agent/dist/cli.js')],
    ...['--provider', provider, '--model', model, '-p', '--mode', 'json', PROMPT],
  ],
  environment: { PI_OFFLINE: '1' },
  isExtra: true,
});

export const AGENTS: readonly AgentUnderTest[] = [
  { name: 'claude-code', ...claudeCode, isStepOfItsOwn: true },
  { ...codex('codex', []), isStepOfItsOwn: true },
  codexBuiltIn,
  opencode('opencode', 'anthropic/claude-sonnet-4-5'),
  opencode('opencode:responses', 'openai/gpt-5'),
  geminiCli,
  qwenCode('qwen-code', 'openai', { OPENAI_MODEL: 'qwen3-coder-plus' }),
  qwenCode('qwen-code:responses', 'openai-responses', { OPENAI_MODEL: 'gpt-5' }),
  qwenCode('qwen-code:anthropic', 'anthropic', { ANTHROPIC_MODEL: 'claude-sonnet-4-5' }),
  qwenCode('qwen-code:gemini', 'gemini', { GEMINI_MODEL: 'gemini-2.5-pro' }),
  copilotCli('copilot-cli', { COPILOT_PROVIDER_TYPE: 'anthropic', COPILOT_MODEL: 'claude-sonnet-4.5' }),
  copilotCli('copilot-cli:chat', { COPILOT_MODEL: 'gpt-4.1' }),
  {
    ...copilotCli('copilot-cli:responses', {
      COPILOT_MODEL: 'gpt-5',
      COPILOT_PROVIDER_WIRE_API: 'responses',
    }),
    // Of a refusal that is no JSON it shows the status alone.
    hidesReason: true,
  },
  cline('cline', 'anthropic', 'claude-sonnet-4-5'),
  cline('cline:chat', 'openai-compatible', 'scripted'),
  cline('cline:responses', 'openai-native', 'gpt-5'),
  // With older models of Gemini, Cline leaves its own tools out beside the provider's.
  cline('cline:gemini', 'gemini', 'gemini-3-pro-preview'),
  clineHub,
  continueCli('continue', {}),
  continueCli('continue:openai', { '.continue/config.yaml': CONTINUE_OPENAI }),
  pi('pi', 'anthropic', 'claude-sonnet-4-5'),
  pi('pi:responses', 'openai', 'gpt-5'),
  pi('pi:gemini', 'google', 'gemini-2.5-pro'),
];

/** `undefined` wants the default: small enough for every build. `all` wants every row, an agent's id all of its own. */
export function chosenAgents(wanted: string | undefined): readonly AgentUnderTest[] {
  if (wanted === undefined) return AGENTS.filter(({ isExtra }) => !isExtra);
  if (wanted === 'all') return AGENTS;
  const names = wanted.split(',');
  const unknown = names.filter((name) =>
    AGENTS.every((agent) => agent.name !== name && idOf(agent) !== name),
  );
  if (unknown.length > 0)
    throw new Error(`no agent ${unknown.join(', ')}: ${AGENTS.map(({ name }) => name).join(', ')}`);
  return AGENTS.filter((agent) => names.includes(agent.name) || names.includes(idOf(agent)));
}

/** The value of the input `agent`. */
export function idOf({ name }: AgentUnderTest): string {
  return name.split(':')[0] ?? name;
}
