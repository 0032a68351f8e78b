/**
 * Drives real coding agents, pinned and installed from npm into a temporary folder, through `spendgate wrap` (the
 * committed bundle) against a scripted provider on loopback. Nothing of this machine's environment reaches them.
 *
 * Checked for each agent: metered totals equal the provider's bill to the token, with a subagent as well, and the agent's
 * own report agrees with them; a limit ends the run after one refused call, with the reason in what the agent prints; a
 * refused subagent does not; no key and no runner variable is in the agent's environment; behind a
 * meter in the background the totals are the bill's as well.
 *
 *   npm run test:agents [-- --keep DIR] [--agents codex,opencode]      DIR keeps the installs between runs
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Provider, type Script, startProvider } from '../__tests__/support/provider.js';
import { testBackground } from './test-agents-background.js';

const BUNDLE = fileURLToPath(new URL('../dist/cli/index.js', import.meta.url));
const KEY = 'sk-upstream-key-of-this-test';
const PROMPT = 'List the files.';
const PLATFORM = `${process.platform}-${process.arch}`;
const TIMEOUT_MS = 120_000;

interface AgentUnderTest {
  readonly id: string;
  /** The input `agent`, where it is not the id. */
  readonly agent?: string;
  readonly package: string;
  command(modules: string): string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Driven only when asked for: a large download, or no subagent that a script can start. */
  readonly isExtra?: boolean;
  /** True when its calls must come over a websocket. */
  readonly speaksWebSocket?: boolean;
}

const AGENTS: readonly AgentUnderTest[] = [
  {
    id: 'claude-code',
    package: '@anthropic-ai/claude-code@2.1.330',
    command: (modules) => [
      join(modules, `@anthropic-ai/claude-code-${PLATFORM}/claude`),
      '-p',
      PROMPT,
      '--output-format',
      'json',
      '--permission-mode',
      'bypassPermissions',
    ],
    environment: { IS_SANDBOX: '1' },
  },
  {
    id: 'codex',
    package: '@openai/codex@0.169.0',
    command: (modules) => [
      process.execPath,
      join(modules, '@openai/codex/bin/codex.js'),
      'exec',
      '--json',
      '--skip-git-repo-check',
      '--dangerously-bypass-approvals-and-sandbox',
      PROMPT,
    ],
    environment: {},
  },
  {
    // With its own provider instead of ours: it speaks websockets first.
    id: 'codex-websocket',
    agent: 'generic',
    package: '@openai/codex@0.169.0',
    command: (modules) => [
      'sh',
      '-c',
      `CODEX_API_KEY=$OPENAI_API_KEY exec "$0" "$1" exec --json --skip-git-repo-check --dangerously-bypass-approvals-and-sandbox -c "openai_base_url=\\"$OPENAI_BASE_URL\\"" "$2"`,
      process.execPath,
      join(modules, '@openai/codex/bin/codex.js'),
      PROMPT,
    ],
    environment: {},
    speaksWebSocket: true,
  },
  {
    id: 'opencode',
    package: 'opencode-ai@1.18.33',
    command: (modules) => [
      join(modules, `opencode-${PLATFORM}/bin/opencode`),
      'run',
      '--format',
      'json',
      '-m',
      'anthropic/claude-sonnet-4-5',
      PROMPT,
    ],
    environment: { OPENCODE_DISABLE_MODELS_FETCH: '1' },
    isExtra: true,
  },
  {
    id: 'gemini-cli',
    package: '@google/gemini-cli@0.61.0',
    command: (modules) => [
      process.execPath,
      join(modules, '@google/gemini-cli/bundle/gemini.js'),
      '-p',
      PROMPT,
      '-m',
      'gemini-2.5-pro',
      '--output-format',
      'json',
      '--yolo',
      '--skip-trust',
    ],
    environment: {},
    isExtra: true,
  },
];

interface Run {
  readonly code: number | null;
  readonly printed: string;
  readonly outputs: Record<string, unknown>;
  readonly usage: Record<string, number | string> & { readonly witness?: object };
}

const { values } = parseArgs({ options: { keep: { type: 'string' }, agents: { type: 'string' } } });
const installs = values.keep ?? mkdtempSync(join(tmpdir(), 'spendgate-agents-'));
let passed = 0;
const failures: string[] = [];

function check(name: string, isTrue: boolean, details: unknown): void {
  if (isTrue) passed += 1;
  else failures.push(`${name}: ${typeof details === 'string' ? details : JSON.stringify(details)}`);
  console.log(`  ${isTrue ? 'ok  ' : 'FAIL'} ${name}`);
}

function install({ id, package: spec }: AgentUnderTest): string {
  const dir = join(installs, id);
  const modules = join(dir, 'node_modules');
  if (existsSync(modules)) return modules;
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'package.json'), '{"private":true}');
  console.log(`installing ${spec}`);
  execFileSync(
    'npm',
    ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', spec],
    { cwd: dir, stdio: 'inherit' },
  );
  return modules;
}

async function drive(
  agent: AgentUnderTest,
  provider: Provider,
  script: Script,
  limits: readonly string[],
): Promise<Run> {
  // Not below the system's temporary folder as Codex sees it: HOME and state have a root of their own.
  const root = mkdtempSync(join(installs, 'run-'));
  const [home, work, temp] = ['home', 'work', 'tmp'].map((name) => join(root, name));
  for (const dir of [home, work, temp]) mkdirSync(dir ?? '');
  execFileSync('git', ['init', '-q', work ?? '']);
  provider.setScript(script);
  const env = {
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home ?? '',
    TMPDIR: temp ?? '',
    TERM: 'dumb',
    LANG: 'C.UTF-8',
    CI: 'true',
    OPENAI_API_KEY: KEY,
    GITHUB_TOKEN: 'ghs_not_for_agents',
    ACTIONS_RUNTIME_TOKEN: 'not-for-agents',
    SPENDGATE_GATEWAY_KEY: KEY,
    ...agent.environment,
  };
  const args = [
    BUNDLE,
    'wrap',
    '--json',
    '--agent',
    agent.agent ?? agent.id,
    '--gateway-url',
    provider.url,
    '--timeout',
    '90s',
    ...limits,
    '--',
    ...agent.command(install(agent)),
  ];
  const child = spawn(process.execPath, args, { cwd: work, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGTERM'), TIMEOUT_MS);
  let stdout = '';
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    printed += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  const outputs = stdout === '' ? {} : (JSON.parse(stdout) as Record<string, unknown>);
  if (!values.keep) rmSync(root, { recursive: true, force: true });
  return { code, printed, outputs, usage: JSON.parse(String(outputs['usage'] ?? '{}')) as Run['usage'] };
}

function checkTotals(name: string, { usage }: Run, provider: Provider, { agent }: AgentUnderTest): void {
  const bill = provider.totals();
  const metered = {
    inputTokens: usage['input-tokens'],
    outputTokens: usage['output-tokens'],
    requests: usage['requests'],
  };
  check(
    `${name}: metered totals equal the bill (${bill.requests} calls, ${bill.inputTokens} in, ${bill.outputTokens} out)`,
    JSON.stringify(metered) === JSON.stringify(bill),
    { metered, bill },
  );
  // A run as `generic` does not know whose report to look for.
  if (agent !== 'generic')
    check(
      `${name}: the agent's own report agrees`,
      Object.entries(usage.witness ?? {}).some(([key, value]) => key === 'verdict' && value === 'agrees'),
      usage.witness,
    );
}

async function testAgent(agent: AgentUnderTest, provider: Provider): Promise<void> {
  console.log(`${agent.id} (${agent.package})`);
  const normal = await drive(agent, provider, { turns: [{ shell: 'env' }, { shell: 'pwd' }] }, []);
  check('a normal run ends with 0', normal.code === 0, normal.printed.slice(-1500));
  checkTotals('a normal run', normal, provider, agent);
  if (agent.speaksWebSocket)
    check(
      'every call came over a websocket',
      provider.requests.every(({ method }) => method === 'WS'),
      provider.requests.map(({ method, path }) => `${method} ${path}`),
    );
  const keys = provider.requests.map(({ headers }) =>
    String(headers['x-api-key'] ?? headers['authorization'] ?? ''),
  );
  check(
    'calls reach the provider with the real key',
    keys.filter((key) => key !== '').every((key) => key.includes(KEY)),
    keys,
  );
  const seen = provider.requests.map(({ rawBody }) => rawBody.toString('utf8')).join('\n');
  check(
    'the agent sees no key and no runner token',
    !seen.includes(KEY) && !normal.printed.includes(KEY) && !seen.includes('not-for-agents'),
    'a secret was in what the agent sent',
  );

  const sub = await drive(
    agent,
    provider,
    { turns: [{ task: 'list the files' }, { shell: 'sleep 2; ls' }], subagentTurns: [{ shell: 'ls' }] },
    [],
  );
  check('a run with a subagent ends with 0', sub.code === 0, sub.printed.slice(-1500));
  checkTotals('a run with a subagent', sub, provider, agent);
  if (!agent.isExtra)
    check('calls of the subagent are told apart', Number(sub.usage['subagent-requests']) > 0, sub.usage);

  if (!agent.isExtra) {
    const alone = await drive(
      agent,
      provider,
      { turns: [{ task: 'list the files' }, { shell: 'sleep 2; ls' }], subagentTurns: [{ shell: 'ls' }] },
      ['--max-subagents', '0'],
    );
    // A warm-up that is refused is no call, and the run may end before the subagent asks for one.
    const isRefused = alone.usage['refused-requests'] === 1 || agent.speaksWebSocket === true;
    check(
      'a subagent that is refused leaves the main loop alone',
      alone.code === 0 && alone.usage['subagent-requests'] === 0 && isRefused,
      { code: alone.code, usage: alone.usage },
    );
  }

  const stopped = await drive(
    agent,
    provider,
    { turns: Array.from({ length: 8 }, () => ({ shell: 'ls' })) },
    ['--max-requests', '3'],
  );
  check(
    'a limit ends the run with 3',
    stopped.code === 3 && stopped.outputs['stop-reason'] === 'limit:max-requests',
    { code: stopped.code, outputs: stopped.outputs },
  );
  check(
    'after one refused call',
    stopped.usage['refused-requests'] === 1 && provider.totals().requests === 3,
    stopped.usage,
  );
  const agentSaid = stopped.printed
    .split('\n')
    .filter((line) => !line.startsWith('error:') && !line.startsWith('spendgate:'))
    .join('\n');
  check(
    'with the reason in what the agent prints',
    agentSaid.includes('spendgate stopped this run at its limit'),
    agentSaid.slice(-1500),
  );
  checkTotals('the stopped run', stopped, provider, agent);
  if (!agent.isExtra)
    await testBackground({ ...agent, command: agent.command(install(agent)) }, { provider, installs, check });
}

const provider = await startProvider();
try {
  const wanted = values.agents?.split(',');
  for (const agent of AGENTS.filter(({ id, isExtra }) => wanted?.includes(id) ?? !isExtra))
    await testAgent(agent, provider);
} finally {
  await provider.close();
  if (!values.keep) rmSync(installs, { recursive: true, force: true });
}
for (const failure of failures) console.error(`\n${failure}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
