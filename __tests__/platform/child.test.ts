/** Real processes. Each test knows the ids of what it started, and afterwards none of them is there. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import '../support/realm.js';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createGuardedSpawn, createTerminalSpawn } from '../../src/platform/child.js';
import type { Child, SpawnChild } from '../../src/ports/platform.js';

class Collected extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk;
    done();
  }
}

let dir: string;
let children: Child[];
let stdout: Collected;
let stderr: Collected;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'spendgate-child-'));
  children = [];
  stdout = new Collected();
  stderr = new Collected();
});

afterEach(async () => {
  try {
    for (const child of children) await child.end(0);
    for (const pid of pids()) await untilGone(pid);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

interface Start {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly spawn?: SpawnChild;
}

async function start(command: string, args: readonly string[], options: Start = {}): Promise<Child> {
  const { cwd, environment = {}, spawn = createGuardedSpawn({ stdout, stderr }) } = options;
  const child = await spawn({
    command,
    args,
    cwd,
    environment: { PATH: process.env['PATH'] ?? '', DIR: dir, ...environment },
  });
  children.push(child);
  return child;
}
const inTerminal = (isInteractive: boolean) => createTerminalSpawn({ isInteractive, stdoutFd: 2 });
const shell = (script: string, options?: Start) => start('sh', ['-c', script], options);

/** Every process that told its id to `$DIR/pids`. */
function pids(): number[] {
  const path = join(dir, 'pids');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').filter(Boolean).map(Number) : [];
}

/** A process that has ended and only waits to be collected is gone. */
function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
const untilGone = (pid: number) => until(() => !isAlive(pid), `the end of ${pid}`);
const untilTold = (count: number) => until(() => pids().length >= count, `${count} processes`);

const TELL = 'echo $$ >> "$DIR/pids"';
/** Goes on whatever signal it gets, but SIGKILL. */
const STUBBORN = `trap '' TERM INT HUP; ${TELL}; while :; do sleep 0.05; done`;
/** A process of its own, which a subshell would not be: `$$` there is still the parent. */
const LINGERING = `sh -c '${TELL}; exec sleep 60'`;

describe('a command', () => {
  test.each([0, 1, 3, 42])('that ends with %i has that exit code', async (code) => {
    expect(await (await shell(`exit ${code}`)).exit).toEqual(code);
  });

  test('that a signal ends has 128 and its number', async () => {
    expect(await (await shell('kill -KILL $$')).exit).toEqual(137);
    expect(await (await shell('kill -USR1 $$')).exit).toEqual(128 + constants.signals.SIGUSR1);
  });

  test('has the environment and the folder it was given, and nothing of ours', async () => {
    process.env['SPENDGATE_TEST_LEAK'] = 'leaked';
    const child = await shell('pwd; echo "[$SPENDGATE_TEST_LEAK][$GIVEN]"', {
      cwd: dir,
      environment: { GIVEN: 'yes' },
    });
    await finish(child);
    delete process.env['SPENDGATE_TEST_LEAK'];
    expect(stdout.text).toContain(dir);
    expect(stdout.text).toContain('[][yes]');
  });

  test('has no input to wait for', async () => {
    const child = await shell('cat; echo over');
    expect(await child.exit).toBe(0);
    await child.end(2000);
    expect(stdout.text).toBe('over\n');
  });

  test.each([
    ['does not exist', () => join(dir, 'no-such-agent')],
    ['may not be run', () => notExecutable()],
  ])('that %s is an agent that was not started', async (_name, command) => {
    const path = command();
    await expect(start(path, [])).rejects.toMatchObject({
      code: 'agent-not-started',
      exitCode: 2,
      message: expect.stringContaining(path),
    });
  });

  test.each([
    ['does not exist', () => join(dir, 'nowhere')],
    ['is a file', () => notExecutable()],
    ['would lie in a file', () => join(notExecutable(), 'nowhere')],
  ])('a folder that %s is told as one, and not as a missing command', async (_name, folder) => {
    const cwd = folder();
    for (const spawn of [createGuardedSpawn({ stdout, stderr }), inTerminal(true)])
      await expect(shell('true', { cwd, spawn })).rejects.toMatchObject({
        code: 'agent-not-started',
        exitCode: 2,
        message: `working-directory: ${cwd} is no folder.`,
        hint: expect.stringContaining('`working-directory: '),
      });
  });

  function notExecutable(): string {
    const path = join(dir, 'plain-file');
    writeFileSync(path, 'text', { mode: 0o600 });
    return path;
  }
});

/** Output is whole once the group is gone; the exit alone may be told before it. */
async function finish(child: Child): Promise<void> {
  await child.exit;
  await child.end(2000);
}

describe('what a command prints', () => {
  test('is relayed, each stream to its own', async () => {
    await finish(await shell('echo out; echo err >&2'));
    expect({ out: stdout.text, err: stderr.text }).toEqual({ out: 'out\n', err: 'err\n' });
  });

  test('cannot speak to the runner, on either stream', async () => {
    await finish(await shell('echo "::set-output name=a::b"; echo "  ::error::x" >&2; echo "##[warning]y"'));
    expect(stdout.text).not.toMatch(/^\s*::/m);
    expect(stdout.text).not.toContain('##[');
    expect(stderr.text).not.toMatch(/^\s*::/m);
    expect(stdout.text).toContain('set-output name=a::b');
  });

  test('is there to the last byte when the run is over, also without an end of line', async () => {
    const script =
      'for (let i = 0; i < 20000; i += 1) console.log(`line ${i}`); process.stdout.write("last");';
    await finish(await start(process.execPath, ['-e', script]));
    const lines = stdout.text.split('\n');
    expect([lines.length, ...lines.slice(-2)]).toEqual([20_002, 'last', '']);
  });

  test('leaves our own streams open', async () => {
    await finish(await shell('echo a'));
    await finish(await shell('echo b'));
    expect(stdout.text).toBe('a\nb\n');
    expect(stdout.writableEnded).toBe(false);
  });

  test('does not hold up the exit when something in the background keeps the stream open', async () => {
    const child = await shell(`${LINGERING} & echo started`);
    expect(await child.exit).toEqual(0);
    await child.end(2000);
    expect(stdout.text).toBe('started\n');
  });
});

describe('end', () => {
  test('asks with SIGTERM first, so that a command can say goodbye', async () => {
    const child = await shell(`trap 'echo goodbye; exit 5' TERM; ${TELL}; while :; do sleep 0.05; done`);
    await untilTold(1);
    await child.end(5000);
    expect(await child.exit).toEqual(5);
    expect(stdout.text).toBe('goodbye\n');
  });

  test('kills a command that does not listen, and its grandchild with it', async () => {
    const child = await shell(`sh -c "$STUBBORN" & ${STUBBORN}`, { environment: { STUBBORN } });
    await untilTold(2);
    await child.end(200);
    expect(await child.exit).toEqual(137);
    for (const pid of pids()) await untilGone(pid);
    expect(pids()).toHaveLength(2);
  });

  test('resolves when the group is gone, not before', async () => {
    const child = await shell(STUBBORN);
    await untilTold(1);
    await child.end(100);
    expect(pids().filter(isAlive)).toEqual([]);
  });

  test('ends a grandchild that outlives its parent', async () => {
    const child = await shell(`${LINGERING} >/dev/null 2>&1 &
      while [ ! -s "$DIR/pids" ]; do sleep 0.02; done`);
    expect(await child.exit).toBe(0);
    const [pid = 0] = pids();
    expect(isAlive(pid)).toBe(true);
    await child.end(2000);
    await untilGone(pid);
  });

  test('kills a grandchild that outlives its parent and does not listen', async () => {
    const child = await shell(
      `sh -c "$STUBBORN" >/dev/null 2>&1 &
      while [ ! -s "$DIR/pids" ]; do sleep 0.02; done`,
      { environment: { STUBBORN } },
    );
    await child.exit;
    const [pid = 0] = pids();
    expect(isAlive(pid)).toBe(true);
    await child.end(100);
    await untilGone(pid);
  });

  test('ends a daemon that left the process group, as the hub of an agent does', async () => {
    const child = await shell(`setsid ${LINGERING} >/dev/null 2>&1 &
      while [ ! -s "$DIR/pids" ]; do sleep 0.02; done`);
    expect(await child.exit).toBe(0);
    const [pid = 0] = pids();
    const group = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[4];
    expect(group).toBe(String(pid));
    await child.end(2000);
    await untilGone(pid);
  });

  test('of what is already gone is nothing', async () => {
    const child = await shell('true');
    await child.exit;
    expect(await child.end(1000)).toBeUndefined();
    expect(await child.end(1000)).toBeUndefined();
  });

  test('may be asked for twice at the same time', async () => {
    const child = await shell(STUBBORN);
    await untilTold(1);
    await Promise.all([child.end(150), child.end(150)]);
    expect(await child.exit).toEqual(137);
  });
});

describe('in a terminal', () => {
  test('the exit code comes through, and a missing command is told the same way', async () => {
    expect(await (await shell('exit 4', { spawn: inTerminal(true) })).exit).toBe(4);
    await expect(start(join(dir, 'nothing'), [], { spawn: inTerminal(true) })).rejects.toMatchObject({
      code: 'agent-not-started',
    });
  });

  test('the command stays in our group when somebody sits there, and can be ended alone', async () => {
    const child = await shell(STUBBORN, { spawn: inTerminal(true) });
    await untilTold(1);
    await child.end(100);
    expect(await child.exit).toEqual(137);
    await child.end(100);
  });

  test('the whole group is ended when nobody does', async () => {
    const child = await shell(`sh -c "$STUBBORN" & ${STUBBORN}`, {
      spawn: inTerminal(false),
      environment: { STUBBORN },
    });
    await untilTold(2);
    await child.end(150);
    for (const pid of pids()) await untilGone(pid);
    await child.exit;
  });
});
