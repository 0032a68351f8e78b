/**
 * Starts a program of ours that goes on when we have ended. What it must know goes over a pipe. Until it is released the
 * pipe's end is its own end, so a step that is killed in between leaves nothing behind.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { AppError, describeError } from '../core/errors.js';
import type { DetachedProcess } from '../ports/background.js';

/** All of our environment that it gets: no input, no key. The tracking id lets the runner end it with the job. */
const PASSED =
  /^(?:PATH|HOME|TZ|LANG|TMPDIR|TEMP|TMP|SYSTEMROOT|RUNNER_TRACKING_ID|MALLOC_ARENA_MAX|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR)|https?_proxy|no_proxy)$/i;
const MAX_LINE_BYTES = 64 * 1024;

export interface DetachedSpec {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly deadlineMs: number;
}

/** @throws {AppError} `meter-not-started` when the program does not exist. */
export async function startDetached(spec: DetachedSpec): Promise<DetachedProcess> {
  const env = Object.fromEntries(Object.entries(spec.environment).filter(([name]) => PASSED.test(name)));
  const child = spawn(spec.program, spec.args, { env, detached: true, stdio: ['pipe', 'pipe', 'ignore'] });
  // A pipe that breaks shows in the answer that does not come.
  child.stdin.on('error', () => undefined);
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw new AppError(
      'meter-not-started',
      `${spec.program} could not be started: ${describeError(cause)}.`,
      {
        cause,
      },
    );
  }
  return {
    pid: child.pid ?? 0,
    ask: (line) => {
      child.stdin.write(`${line}\n`);
      return firstLine(child, child.stdout, spec.deadlineMs);
    },
    release: async () => {
      child.stdin.end('released\n');
      await once(child.stdin, 'finish');
      child.stdout.destroy();
      child.unref();
    },
    abandon: () => {
      child.kill('SIGKILL');
    },
  };
}

function firstLine(child: ChildProcess, output: NodeJS.ReadableStream, deadlineMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (why: string) => {
      clearTimeout(timer);
      reject(
        new AppError('meter-not-started', `The meter’s process ${why} before it said where it listens.`),
      );
    };
    const timer = setTimeout(() => fail(`took longer than ${deadlineMs / 1000} s`), deadlineMs);
    child.once('close', (code, signal) => fail(`ended (${signal ?? `exit code ${code}`})`));
    output.on('data', (chunk: Buffer) => {
      text += chunk;
      const end = text.indexOf('\n');
      if (end < 0 && text.length <= MAX_LINE_BYTES) return;
      clearTimeout(timer);
      resolve(text.slice(0, Math.max(0, end)));
    });
  });
}
