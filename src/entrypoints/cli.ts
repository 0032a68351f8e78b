#!/usr/bin/env node
/** The command line: the same modes and names as the action, and the meter alone. */
import '../platform/no-debugger.js';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { CommanderError } from 'commander';
import { shownJson } from '../core/json.js';
import { TerminalRunner } from '../platform/terminal.js';
import type { SpawnChild } from '../ports/platform.js';
import { classify } from './classify.js';
import { type CliRequest, parseCommandLine } from './command-line.js';
import { runMode } from './compose.js';
import { reportFailure } from './failure.js';
import { meterProgram } from './meter-program.js';
import { checkNode } from './node-version.js';
import { strayVariables } from './stray-variables.js';

const { env, argv, stdin, stdout, stderr } = process;
const runner = new TerminalRunner((line) => stderr.write(`${line}\n`));

// Whoever read our output may be gone; the run and its record are not.
for (const stream of [stdout, stderr]) stream.on('error', () => undefined);

async function run(request: CliRequest): Promise<number> {
  if (request.command === 'classify') {
    stdout.write(`${classify(request, stdin.isTTY ? '' : await text(stdin), new Date())}\n`);
    return 0;
  }
  if (request.command === 'config') {
    const { showConfig } = await import('./config-command.js');
    const onSecret = (secret: string) => runner.setSecret(secret);
    const shown = await showConfig(request, { environment: env, onSecret });
    stdout.write(`${runner.masked(shown)}\n`);
    return 0;
  }
  for (const stray of strayVariables(env)) runner.annotate(stray);
  if (request.command === 'meter') {
    const { runMeter } = await import('./meter.js');
    return runMeter(request, { runner, environment: env, print: (line) => stdout.write(`${line}\n`) });
  }
  const spawn: SpawnChild = async (spec) => {
    const { createTerminalSpawn } = await import('../platform/child.js');
    return createTerminalSpawn({ isInteractive: stdin.isTTY === true, stdoutFd: request.json ? 2 : 1 })(spec);
  };
  const code = await runMode({
    runner,
    environment: env,
    inputs: request.inputs,
    faults: request.faults,
    command: request.agentCommand,
    spawn,
    ask: stdin.isTTY ? askPerson : undefined,
    meterProgram: () => meterProgram(argv),
    print: request.json ? undefined : (line) => stdout.write(`${line}\n`),
  });
  return code;
}

/** Anything but a yes is a no. */
async function askPerson(question: string): Promise<boolean> {
  const terminal = createInterface({ input: stdin, output: stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(question)).trim());
  } finally {
    terminal.close();
  }
}

let exitCode = 0;
let request: CliRequest | undefined;
try {
  checkNode(process.versions.node);
  request = parseCommandLine(argv.slice(2), env);
  exitCode = await run(request);
} catch (error) {
  // Help and version end the parser as well; it has printed them, or its own complaint.
  exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 2) : reportFailure(error, runner);
}
const wantsJson = request !== undefined && 'json' in request && request.json && request.command !== 'meter';
const json = wantsJson ? `${shownJson(runner.outputs)}\n` : '';
stdout.write(json, () => process.exit(exitCode));
