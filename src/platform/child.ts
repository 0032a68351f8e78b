/**
 * Starts the agent in a process group of its own and ends the whole group, SIGTERM before SIGKILL.
 * In a terminal it stays in the foreground group instead, since a program outside it cannot read the keyboard.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { constants } from 'node:os';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { sleep } from '../core/deadline.js';
import { AppError, describeError } from '../core/errors.js';
import type { SpawnChild } from '../ports/platform.js';
import { GuardedOutput } from './guarded-output.js';
import { createMark } from './stragglers.js';

const POLL_MS = 50;
const OUTPUT_GRACE_MS = 5000;
const KILLED_MS = 1000;

export interface ChildOutput {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** For a runner: no input, output relayed so that it cannot issue workflow commands. */
export function createGuardedSpawn(output: ChildOutput): SpawnChild {
  return async ({ command, args, cwd, environment }) => {
    checkFolder(cwd);
    const mark = createMark();
    const child = spawn(command, args, {
      cwd,
      env: { ...environment, ...mark.environment },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    await started(child, command);
    const relayed = Promise.all([relay(child.stdout, output.stdout), relay(child.stderr, output.stderr)]);
    return {
      exit: exitOf(child),
      end: async (graceMs) => {
        await endGroup(child, graceMs);
        mark.endAll();
        // A program that left the group may hold the pipes open for ever, so what is left gets a moment and no more.
        await Promise.race([relayed, sleep(OUTPUT_GRACE_MS)]);
      },
    };
  };
}

/** For a terminal: the child shares input and output with us. `stdout` may be sent elsewhere by descriptor. */
export function createTerminalSpawn(options: { isInteractive: boolean; stdoutFd: number }): SpawnChild {
  return async ({ command, args, cwd, environment }) => {
    const stdio = ['inherit', options.stdoutFd, 'inherit'] as const;
    checkFolder(cwd);
    const mark = createMark();
    const child = spawn(command, args, {
      cwd,
      env: { ...environment, ...mark.environment },
      detached: !options.isInteractive,
      stdio: [...stdio],
    });
    await started(child, command);
    if (options.isInteractive) return { exit: exitOf(child), end: (graceMs) => endOne(child, graceMs) };
    return {
      exit: exitOf(child),
      end: async (graceMs) => {
        await endGroup(child, graceMs);
        mark.endAll();
      },
    };
  };
}

/** Starting a program in a folder that is not there fails as if the program were not. @throws {AppError} */
function checkFolder(cwd: string | undefined): void {
  if (cwd === undefined || isFolder(cwd)) return;
  throw new AppError('agent-not-started', `working-directory: ${resolve(cwd)} is no folder.`, {
    hint: 'Give a folder that is there when the agent starts: `working-directory: packages/app`.',
  });
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

async function started(child: ChildProcess, command: string): Promise<void> {
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw new AppError('agent-not-started', `${command} could not be started: ${describeError(cause)}.`, {
      cause,
    });
  }
}

async function relay(from: NodeJS.ReadableStream | null, to: Writable): Promise<void> {
  if (from === null) return;
  const guarded = from.pipe(new GuardedOutput());
  guarded.pipe(to, { end: false });
  // Whoever read our output may be gone: the agent must not stand still for that.
  to.once('error', () => guarded.resume());
  await once(guarded, 'end');
}

/** Not `close`: a program left in the background may hold the pipes open. */
async function exitOf(child: ChildProcess): Promise<number> {
  await once(child, 'exit');
  const { exitCode, signalCode } = child;
  return exitCode ?? 128 + (signalCode === null ? 0 : constants.signals[signalCode]);
}

/** What outlives the leader belongs to the run as well, so the group is asked, not the child. */
async function endGroup({ pid }: ChildProcess, graceMs: number): Promise<void> {
  if (pid === undefined) return;
  await end(-pid, graceMs);
}

async function endOne(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  await end(child.pid, graceMs);
}

async function end(target: number, graceMs: number): Promise<void> {
  if (!send(target, 'SIGTERM')) return;
  for (const deadline = Date.now() + graceMs; Date.now() < deadline; await sleep(POLL_MS)) {
    if (!send(target, 0)) return;
  }
  send(target, 'SIGKILL');
  // In a container a zombie that nobody collects still answers, so the wait has an end.
  for (const deadline = Date.now() + KILLED_MS; Date.now() < deadline && send(target, 0); )
    await sleep(POLL_MS);
}

/** False when nobody is there any more. */
function send(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, signal);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    // EPERM: what is left runs as somebody else (a set-uid helper); there is nothing more to do.
    if (error instanceof Error && 'code' in error && error.code === 'EPERM') return false;
    throw error;
  }
}
