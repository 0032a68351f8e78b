/** Installs an agent and runs it through `spendgate wrap`, the committed bundle, in a home of its own. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Provider, Script } from '../../__tests__/support/provider.js';
import { type AgentUnderTest, idOf } from './list.js';
import { endProcesses, processesOf } from './processes.js';

export const KEY = 'sk-upstream-key-of-this-test';
export const RUNNER_TOKEN = 'ghs_not_for_agents';
const BUNDLE = fileURLToPath(new URL('../../dist/cli/index.js', import.meta.url));
const TIMEOUT_MS = 150_000;

export interface Run {
  readonly code: number | null;
  /** What the agent printed; spendgate's own lines are taken out. */
  readonly printed: string;
  /** What spendgate itself printed. */
  readonly ours: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly usage: Readonly<Record<string, number | string>> & { readonly witness?: object };
  /** Command lines of what outlived the run. */
  readonly left: readonly string[];
}

export interface Drive {
  readonly agent: AgentUnderTest;
  readonly provider: Provider;
  readonly script: Script;
  /** Options of `wrap`. */
  readonly limits?: readonly string[];
  readonly installs: string;
  /** Keeps home, work tree and what was printed. */
  readonly isKept: boolean;
}

export async function drive(options: Drive): Promise<Run> {
  const { agent, provider, installs, script, limits = [], isKept } = options;
  const modules = install(agent, installs);
  // Not below the system's temporary folder as Codex sees it: HOME and state have a root of their own.
  const root = mkdtempSync(join(installs, 'run-'));
  const place = (name: string) => join(root, name);
  for (const name of ['home', 'work', 'tmp']) mkdirSync(place(name));
  for (const [path, text] of Object.entries(agent.files ?? {})) {
    mkdirSync(dirname(place(`home/${path}`)), { recursive: true });
    writeFileSync(place(`home/${path}`), text);
  }
  execFileSync('git', ['init', '-q', place('work')]);
  provider.setScript(script);
  const args = [
    ...[BUNDLE, 'wrap', '--json', '--agent', idOf(agent), '--gateway-url', provider.url],
    // A script that an agent does not understand could go round for ever.
    ...['--timeout', '120s', '--max-requests', '30', ...limits, '--', ...agent.command(modules)],
  ];
  const { code, stdout, stderr } = await run(args, place('work'), {
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: place('home'),
    TMPDIR: place('tmp'),
    TERM: 'dumb',
    LANG: 'C.UTF-8',
    CI: 'true',
    OPENAI_API_KEY: KEY,
    GITHUB_TOKEN: RUNNER_TOKEN,
    ACTIONS_RUNTIME_TOKEN: RUNNER_TOKEN,
    SPENDGATE_GATEWAY_KEY: KEY,
    ...agent.environment,
  });
  const left = processesOf(root);
  endProcesses(left);
  if (isKept) writeFileSync(place('printed'), `${stdout}\n${stderr}`);
  else rmSync(root, { recursive: true, force: true });
  const outputs = stdout === '' ? {} : (JSON.parse(stdout) as Run['outputs']);
  return {
    code,
    ...bySpeaker(stderr),
    outputs,
    usage: JSON.parse(String(outputs['usage'] ?? '{}')) as Run['usage'],
    left: left.map(({ command }) => command),
  };
}

/** The folder of its modules. */
export function install({ package: spec, ...agent }: AgentUnderTest, installs: string): string {
  const dir = join(installs, idOf({ package: spec, ...agent }));
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

async function run(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGTERM'), TIMEOUT_MS);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  return { code, stdout, stderr };
}

function bySpeaker(text: string): Pick<Run, 'printed' | 'ours'> {
  const lines = text.split('\n');
  const isOurs = (line: string) => /^(?:error|warning|notice|spendgate):/.test(line);
  return {
    printed: lines.filter((line) => !isOurs(line)).join('\n'),
    ours: lines.filter(isOurs).join('\n'),
  };
}
