/** Start and end of `pre` without network (kill switch on: nothing is asked), and of the CLI, against an empty program. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fixed, median, row } from './table.js';

const ROUNDS = 21;
const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Ticks of a hundredth of a second that children which have ended used so far. */
function childTicks(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[13]) + Number(fields[14]);
}

export function benchStart(): void {
  const dir = mkdtempSync(join(tmpdir(), 'spendgate-bench-'));
  for (const name of ['output', 'env', 'summary']) writeFileSync(join(dir, name), '');
  const core = join(dir, 'core.mjs');
  writeFileSync(
    core,
    `import * as core from ${JSON.stringify(import.meta.resolve('@actions/core'))};\ncore.setOutput('a', 'b');\n`,
  );
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
    ['@actions/core alone', [core], 0],
    ['pre, the action’s bundle', [path('../dist/action/index.js')], 3],
    ['spendgate --version', [path('../dist/cli/index.js'), '--version'], 0],
  ];
  const times = programs.map(() => [] as number[]);
  const ticks = programs.map(() => 0);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, [name, args, code]] of programs.entries()) {
      const [begun, before] = [performance.now(), childTicks()];
      const { status } = spawnSync(process.execPath, args, { env: environment, cwd: dir });
      if (status !== code) throw new Error(`${name} ended with ${status}`);
      times[index]?.push(performance.now() - begun);
      ticks[index] = (ticks[index] ?? 0) + childTicks() - before;
    }
  }
  rmSync(dir, { recursive: true });
  console.log(`\nStart to end, no network (${ROUNDS} interleaved rounds; medians, CPU over all rounds)`);
  row('', 'ms', '÷ node -e 0', 'CPU ms', 'CPU ÷ node');
  for (const [index, [name]] of programs.entries())
    row(
      name,
      fixed(median(times[index] ?? []), 0),
      fixed(median(times[index] ?? []) / median(times[0] ?? [])),
      fixed(((ticks[index] ?? 0) * 10) / ROUNDS, 0),
      fixed((ticks[index] ?? 0) / (ticks[0] ?? 1)),
    );
}
