/** The GitHub Action. All modes are one bundle; `mode` says which one runs. */
import '../platform/no-debugger.js';
import { INPUT_NAMES } from '../config/inputs.js';
import { createActionsRunner } from '../platform/runner.js';
import type { SpawnChild } from '../ports/platform.js';
import { runMode } from './compose.js';
import { reportFailure } from './failure.js';
import { meterProgram } from './meter-program.js';

const { argv, env, stdout, stderr } = process;
const runner = createActionsRunner(env);
const inputs = Object.fromEntries(
  INPUT_NAMES.map((name) => [name, env[`INPUT_${name.toUpperCase()}`]?.trim()]).filter(([, value]) => value),
);

// Whoever read our output may be gone; the run and its record are not.
for (const stream of [stdout, stderr]) stream.on('error', () => undefined);

const known = new Set(INPUT_NAMES.map((name) => `INPUT_${name.toUpperCase()}`));
const unknownInputs = Object.keys(env)
  .filter((name) => name.startsWith('INPUT_') && !known.has(name))
  .map((name) => name.slice('INPUT_'.length).toLowerCase());

/** Most modes start no process. */
const spawn: SpawnChild = async (spec) => {
  const { createGuardedSpawn } = await import('../platform/child.js');
  return createGuardedSpawn({ stdout, stderr })(spec);
};

let exitCode: number;
try {
  exitCode = await runMode({
    runner,
    environment: env,
    inputs,
    unknownInputs,
    command: undefined,
    spawn,
    meterProgram: () => meterProgram(argv),
  });
} catch (error) {
  exitCode = reportFailure(error, runner);
}
runner.finish();
// A cache service that hangs leaves sockets behind; the step is over all the same.
stdout.write('', () => process.exit(exitCode));
