/**
 * The same agents as steps of their own, behind a meter in the background: Claude Code with nothing but the variables of the
 * job, Codex behind its own Responses proxy, which is what `openai/codex-action` runs.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Provider } from '../__tests__/support/provider.js';

const BUNDLE = fileURLToPath(new URL('../dist/cli/index.js', import.meta.url));
const KEY = 'sk-upstream-key-of-this-test';
const TIMEOUT_MS = 120_000;

interface Place {
  readonly home: string;
  readonly work: string;
  readonly environment: Record<string, string>;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly printed: string;
}

export interface AgentInBackground {
  readonly id: string;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

type Check = (name: string, isTrue: boolean, details: unknown) => void;

export async function testBackground(
  agent: AgentInBackground,
  { provider, installs, check }: { provider: Provider; installs: string; check: Check },
): Promise<void> {
  const place = newPlace(installs);
  provider.setScript({ turns: [{ shell: 'env' }, { shell: 'pwd' }] });
  const started = await cli(place, [
    'wrap',
    '--background',
    '--gateway-url',
    provider.url,
    '--gateway-key',
    KEY,
  ]);
  const { url, token, environment } = JSON.parse(started.stdout) as {
    url: string;
    token: string;
    environment: Record<string, string>;
  };
  const run = agent.id === 'codex' ? runBehindProxy : runPlainly;
  const step = { ...place, environment: { ...place.environment, ...agent.environment, ...environment } };
  const ended = await run(step, agent.command, { endpoint: `${url}/v1/responses`, token });
  check('as a step of its own it ends with 0', ended.code === 0, ended.printed.slice(-1500));
  const post = await cli(place, ['post', '--json']);
  const outputs = JSON.parse(post.stdout) as Record<string, number>;
  const bill = provider.totals();
  check(
    `metered in the background it equals the bill (${bill.requests} calls, ${bill.inputTokens} in, ${bill.outputTokens} out)`,
    bill.requests > 1 &&
      outputs['requests'] === bill.requests &&
      outputs['input-tokens'] === bill.inputTokens &&
      outputs['output-tokens'] === bill.outputTokens,
    { outputs, bill },
  );
  const seen = provider.requests.map(({ rawBody }) => rawBody.toString('utf8')).join('\n');
  check('and its step holds no key', !seen.includes(KEY) && !ended.printed.includes(KEY), 'a key was seen');
}

function newPlace(installs: string): Place {
  const root = mkdtempSync(join(installs, 'run-'));
  const [home = '', work = '', temp = ''] = ['home', 'work', 'tmp'].map((name) => join(root, name));
  for (const dir of [home, work, temp]) mkdirSync(dir);
  execFileSync('git', ['init', '-q', work]);
  const environment = {
    PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    TMPDIR: temp,
    TERM: 'dumb',
    LANG: 'C.UTF-8',
    CI: 'true',
  };
  return { home, work, environment };
}

const cli = (place: Place, args: readonly string[]) =>
  ended(start(place, [process.execPath, BUNDLE, ...args]));
const runPlainly = (place: Place, command: readonly string[]) => ended(start(place, command));

/** As the action does it: the endpoint is the proxy's upstream, its key comes over standard input, and Codex knows the proxy alone. */
async function runBehindProxy(
  place: Place,
  command: readonly string[],
  { endpoint, token }: { endpoint: string; token: string },
): Promise<Ended> {
  const codex = command.slice(0, command.indexOf('exec'));
  const home = join(place.home, '.codex');
  mkdirSync(home, { recursive: true });
  const info = join(home, 'server.json');
  const proxy = start(place, [
    ...codex,
    'responses-api-proxy',
    '--upstream-url',
    endpoint,
    '--server-info',
    info,
  ]);
  proxy.stdin?.end(token);
  try {
    for (const deadline = Date.now() + 20_000; !existsSync(info) && Date.now() < deadline; )
      await new Promise((resolve) => setTimeout(resolve, 50));
    const { port } = JSON.parse(readFileSync(info, 'utf8')) as { port: number };
    writeFileSync(
      join(home, 'config.toml'),
      `model_provider = "proxy"\n[model_providers.proxy]\nname = "proxy"\nbase_url = "http://127.0.0.1:${port}/v1"\nwire_api = "responses"\n`,
    );
    return await ended(start(place, command));
  } finally {
    proxy.kill();
  }
}

function start({ work, environment }: Place, [program = '', ...args]: readonly string[]): ChildProcess {
  return spawn(program, args, { cwd: work, env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
}

async function ended(child: ChildProcess): Promise<Ended> {
  child.stdin?.end();
  const timer = setTimeout(() => child.kill('SIGTERM'), TIMEOUT_MS);
  let stdout = '';
  let printed = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk;
    printed += chunk;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    printed += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  return { code, stdout, printed };
}
