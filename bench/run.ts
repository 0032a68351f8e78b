/**
 * What the meter costs. Every figure is a ratio to a reference of the same run: a bare `node:http` pipe, the upstream asked
 * directly, `node -e 0`. Rounds are interleaved, medians are taken. Nothing here is a test: machines differ.
 *
 *   npm run bench
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHUNK_BYTES, call, JSON_CALL, median, streamCall } from './loads.js';

const ROUNDS = 9;
const CALLS = 300;
const CHUNKS = 20_000;
const GIGABYTE_CHUNKS = Math.ceil(1e9 / CHUNK_BYTES);
const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));

interface Contender {
  readonly name: string;
  readonly url: string;
  readonly child: ChildProcess | undefined;
}

async function start(name: string, args: readonly string[]): Promise<Contender> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'] ?? '', HOME: tmpdir() },
  });
  const [line] = await once(child.stdout, 'data');
  const { url } = JSON.parse(String(line).split('\n')[0] ?? '') as { url: string };
  return { name, url, child };
}

/** User and system time of a process, in seconds. */
function cpuSeconds({ child }: Contender): number {
  const fields = readFileSync(`/proc/${child?.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function memoryMb({ child }: Contender, field: 'VmHWM' | 'VmRSS'): number {
  const status = readFileSync(`/proc/${child?.pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
}

async function timeCalls(
  contender: Contender,
  calls: number,
  body: Buffer,
  concurrency: number,
): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const times: number[] = [];
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let done = 0; done < calls / concurrency; done += 1) {
        const begun = performance.now();
        await call(agent, contender.url, body);
        times.push(performance.now() - begun);
      }
    }),
  );
  agent.destroy();
  return times;
}

const row = (...cells: (string | number)[]) =>
  console.log(
    cells.map((cell, index) => (index === 0 ? String(cell).padEnd(34) : String(cell).padStart(14))).join(''),
  );
const fixed = (value: number, digits = 2) => value.toFixed(digits);

async function benchCalls(direct: Contender, pipe: Contender, meter: Contender): Promise<void> {
  const all = [direct, pipe, meter];
  for (const [label, concurrency] of [
    ['1 KB JSON, one after the other', 1],
    ['1 KB JSON, 32 at once', 32],
  ] as const) {
    const p50 = new Map(all.map((contender) => [contender, [] as number[]]));
    const rate = new Map(all.map((contender) => [contender, [] as number[]]));
    const cpu = new Map(all.map((contender) => [contender, [] as number[]]));
    for (const contender of all) await timeCalls(contender, CALLS, JSON_CALL, concurrency);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const contender of all.toSorted(() => Math.random() - 0.5)) {
        const [cpuBefore, begun] = [cpuSeconds(contender), performance.now()];
        const times = await timeCalls(contender, CALLS * (concurrency === 1 ? 1 : 4), JSON_CALL, concurrency);
        rate.get(contender)?.push((times.length / (performance.now() - begun)) * 1000);
        cpu.get(contender)?.push(((cpuSeconds(contender) - cpuBefore) / times.length) * 1000);
        p50.get(contender)?.push(median(times));
      }
    }
    const of = (map: Map<Contender, number[]>, contender: Contender) => median(map.get(contender) ?? []);
    const base = of(p50, direct);
    console.log(`\n${label} (medians of ${ROUNDS} interleaved rounds)`);
    row('', 'p50 ms', 'added ms', 'calls/s', 'CPU s/1000', 'calls/s ÷ pipe');
    for (const contender of all) {
      row(
        contender.name,
        fixed(of(p50, contender), 3),
        fixed(of(p50, contender) - base, 3),
        fixed(of(rate, contender), 0),
        fixed(of(cpu, contender), 3),
        fixed(of(rate, contender) / of(rate, pipe)),
      );
    }
    console.log(
      `added p50 ÷ pipe's: ${fixed((of(p50, meter) - base) / (of(p50, pipe) - base))}   CPU ÷ pipe's: ${fixed(of(cpu, meter) / of(cpu, pipe))}`,
    );
  }
}

async function benchStreams(direct: Contender, pipe: Contender, meter: Contender): Promise<void> {
  const all = [direct, pipe, meter];
  const body = streamCall(CHUNKS);
  const perChunk = new Map(all.map((contender) => [contender, [] as number[]]));
  const cpu = new Map(all.map((contender) => [contender, [] as number[]]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const contender of all) {
      const before = cpuSeconds(contender);
      const [time = Number.NaN] = await timeCalls(contender, 1, body, 1);
      if (round === 0) continue;
      perChunk.get(contender)?.push((time / CHUNKS) * 1000);
      cpu.get(contender)?.push(((cpuSeconds(contender) - before) / CHUNKS) * 1e6);
    }
  }
  const of = (map: Map<Contender, number[]>, contender: Contender) => median(map.get(contender) ?? []);
  console.log(
    `\nStream of ${CHUNKS} chunks of ${CHUNK_BYTES} bytes (medians of ${ROUNDS} interleaved rounds)`,
  );
  row('', 'µs/chunk', 'added µs', 'CPU µs/chunk', '÷ pipe');
  for (const contender of all) {
    row(
      contender.name,
      fixed(of(perChunk, contender)),
      fixed(of(perChunk, contender) - of(perChunk, direct)),
      fixed(of(cpu, contender)),
      fixed(of(perChunk, contender) / of(perChunk, pipe)),
    );
  }
}

async function benchMemory(pipe: Contender, meter: Contender): Promise<void> {
  console.log('\nMemory over one stream of 1 GB (resident MB)');
  row('', 'before', 'after', 'peak', 'seconds');
  for (const contender of [pipe, meter]) {
    const before = memoryMb(contender, 'VmRSS');
    const agent = new Agent();
    const begun = performance.now();
    const bytes = await call(agent, contender.url, streamCall(GIGABYTE_CHUNKS));
    agent.destroy();
    if (bytes < 1e9) throw new Error(`${contender.name}: only ${bytes} bytes came`);
    row(
      contender.name,
      fixed(before, 0),
      fixed(memoryMb(contender, 'VmRSS'), 0),
      fixed(memoryMb(contender, 'VmHWM'), 0),
      fixed((performance.now() - begun) / 1000, 1),
    );
  }
}

/** Start and end of `pre` as an action (kill switch on: nothing is asked), and of the CLI, against an empty program. */
function benchStart(): void {
  const dir = mkdtempSync(join(tmpdir(), 'spendgate-bench-'));
  for (const name of ['output', 'env', 'summary']) writeFileSync(join(dir, name), '');
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: dir,
    GITHUB_ACTIONS: 'true',
    RUNNER_TEMP: dir,
    GITHUB_OUTPUT: join(dir, 'output'),
    GITHUB_ENV: join(dir, 'env'),
    GITHUB_STEP_SUMMARY: join(dir, 'summary'),
    INPUT_MODE: 'pre',
    'INPUT_KILL-SWITCH': 'true',
  };
  const programs: [string, string[], number][] = [
    ['node -e 0', ['-e', '0'], 0],
    ['pre, the action’s bundle', [path('../dist/action/index.js')], 3],
    ['spendgate --version', [path('../dist/cli/index.js'), '--version'], 0],
  ];
  const times = programs.map(() => [] as number[]);
  for (let round = 0; round < 15; round += 1) {
    for (const [index, [name, args, code]] of programs.entries()) {
      const begun = performance.now();
      const { status } = spawnSync(process.execPath, args, { env: environment, cwd: dir });
      if (status !== code) throw new Error(`${name} ended with ${status}`);
      times[index]?.push(performance.now() - begun);
    }
  }
  rmSync(dir, { recursive: true });
  console.log('\nStart to end (medians of 15 interleaved rounds)');
  row('', 'ms', '÷ node -e 0');
  for (const [index, [name]] of programs.entries())
    row(
      name,
      fixed(median(times[index] ?? []), 0),
      fixed(median(times[index] ?? []) / median(times[0] ?? [])),
    );
}

const hooks = [
  `--import=${new URL('../scripts/ts-hooks.mjs', import.meta.url)}`,
  '--disable-warning=ExperimentalWarning',
];
const direct = await start('direct', [...hooks, path('serve.ts'), 'upstream']);
const pipe = await start('node:http pipe', [...hooks, path('serve.ts'), 'pipe', direct.url]);
const meter = await start('spendgate meter', [
  path('../dist/cli/index.js'),
  'meter',
  '--upstream',
  direct.url,
  '--max-cost',
  '100000 USD',
]);
try {
  await benchCalls(direct, pipe, meter);
  await benchStreams(direct, pipe, meter);
  await benchMemory(pipe, meter);
  benchStart();
} finally {
  for (const { child } of [direct, pipe, meter]) child?.kill('SIGTERM');
}
