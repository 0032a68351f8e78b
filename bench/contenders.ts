/** The programs that are measured side by side, each in a process of its own, and what their processes used. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export interface Contender {
  readonly name: string;
  readonly url: string;
  /** `undefined` for this process itself. */
  readonly pid: number | undefined;
  readonly stop: () => void;
  /** All that it printed, once it has ended; absent where nobody listens. */
  readonly printed?: Promise<string>;
  /** Headers that its clients must send. */
  readonly headers: readonly string[];
}

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const root = path('..');
const TICKS_PER_SECOND = 100;
const START_MS = 15_000;
/** Asked before this process is pinned: from then on it knows of one core alone. */
const CORES = availableParallelism();

export const hooks = [
  `--import=${new URL('../scripts/ts-hooks.mjs', import.meta.url)}`,
  '--disable-warning=ExperimentalWarning',
];

/** Contenders share one core, client and upstream the other, where the machine lets us say so. */
function onCore(core: number, command: string, args: readonly string[]): [string, string[]] {
  const canPin = CORES > 1 && hasProgram('taskset');
  return canPin ? ['taskset', ['-c', String(core), command, ...args]] : [command, [...args]];
}

export function hasProgram(name: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, name)));
}

/** Keeps this process, client and upstream, off the contenders' core. */
export function pinSelf(): void {
  if (CORES > 1 && hasProgram('taskset'))
    execFileSync('taskset', ['-a', '-p', '-c', '0', String(process.pid)], { stdio: 'ignore' });
}

function launch(
  command: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): ChildProcess {
  const [program, programArgs] = onCore(1, command, args);
  return spawn(program, programArgs, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), ...environment },
  });
}

/** A program that prints `{"url":…}` when it listens. */
async function announced(name: string, args: readonly string[]): Promise<Contender> {
  const child = launch(process.execPath, args);
  const printed = child.stdout ? text(child.stdout) : Promise.resolve('');
  const [line] = await once(child.stdout ?? child, 'data');
  const { url } = JSON.parse(String(line).split('\n')[0] ?? '') as { url: string };
  return { name, url, pid: child.pid, stop: () => child.kill('SIGTERM'), printed, headers: [] };
}

async function listening(
  name: string,
  port: number,
  child: ChildProcess,
  headers: string[],
): Promise<Contender> {
  const url = `http://127.0.0.1:${port}`;
  for (let waited = 0; waited < START_MS; waited += 100) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return { name, url, pid: child.pid, stop: () => child.kill('SIGTERM'), headers };
    await sleep(100);
  }
  throw new Error(`${name} does not listen on port ${port}`);
}

export const startPipe = (upstream: string) =>
  announced('node:http pipe', [...hooks, path('serve.ts'), 'pipe', upstream]);

export const METER_LIMITS = ['--max-cost', '100000 USD'] as const;

/** The committed bundle, with a limit set, so that every call is reserved, given a ceiling, and settled. */
export const startMeter = (upstream: string) =>
  announced('spendgate meter', [
    path('../dist/cli/index.js'),
    'meter',
    '--upstream',
    upstream,
    ...METER_LIMITS,
  ]);

/** The meter as a process of its own, as `wrap` starts it with `background`: a small bundle, a small heap. */
export async function startBackgroundMeter(upstream: string): Promise<Contender> {
  const limits = [...METER_LIMITS, '--background', '--upstream', upstream];
  const starter = launch(process.execPath, [path('../dist/cli/index.js'), 'wrap', ...limits]);
  const [line] = await once(starter.stdout ?? starter, 'data');
  const { url, pid } = JSON.parse(String(line).split('\n')[0] ?? '') as { url: string; pid: number };
  return { name: 'the same in background', url, pid, stop: () => process.kill(pid, 'SIGTERM'), headers: [] };
}

/** What a proxy in C does without any metering; `undefined` where it is not installed. */
export async function startNginx(upstream: string, port: number): Promise<Contender | undefined> {
  const program = ['/usr/sbin/nginx', '/usr/bin/nginx'].find((candidate) => existsSync(candidate));
  if (program === undefined) return undefined;
  const dir = mkdtempSync(join(tmpdir(), 'spendgate-nginx-'));
  mkdirSync(join(dir, 'logs'), { recursive: true });
  const bodies = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${dir}/${kind};`)
    .join(' ');
  writeFileSync(
    join(dir, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${dir}/pid; error_log ${dir}/error.log crit;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 100000000; client_max_body_size 0; tcp_nodelay on; ${bodies}
  upstream behind { server ${new URL(upstream).host}; keepalive 256; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://behind; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Authorization "Bearer key"; proxy_buffering off; proxy_request_buffering off;
    }
  }
}`,
  );
  const child = launch(program, ['-c', join(dir, 'nginx.conf'), '-p', dir]);
  return listening('nginx', port, child, []);
}

/** The gateway most compared with; `PORTKEY_DIR` names the folder it was installed to by npm. */
export async function startPortkey(upstream: string, port: number): Promise<Contender | undefined> {
  const dir = process.env['PORTKEY_DIR'];
  if (!dir) return undefined;
  const program = join(dir, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  const trusted = { NODE_ENV: 'production', TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' };
  const child = launch(process.execPath, [program, `--port=${port}`, '--headless'], trusted);
  const headers = [
    'x-portkey-provider: openai',
    `x-portkey-custom-host: ${upstream}/v1`,
    'authorization: Bearer key',
  ];
  return listening('Portkey', port, child, headers);
}

/** User and system time of a contender and of its own children, in seconds. */
export function cpuSeconds({ pid }: Contender): number {
  return family(pid).reduce((sum, pid) => sum + ticksOf(pid), 0) / TICKS_PER_SECOND;
}

function family(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(family)];
}

function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

export function memoryMb({ pid }: Contender, field: 'VmHWM' | 'VmRSS'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
}
