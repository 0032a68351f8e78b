/** A program of ours that goes on without us: real processes, told over a pipe. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '../support/realm.js';
import { afterAll, expect, test } from '@jest/globals';
import { startDetached } from '../../src/platform/detached.js';

const dir = mkdtempSync(join(tmpdir(), 'spendgate-detached-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let programs = 0;
function start(source: string, rest: { environment?: Record<string, string>; deadlineMs?: number } = {}) {
  const path = join(dir, `${++programs}.mjs`);
  writeFileSync(path, source);
  return startDetached({
    program: process.execPath,
    args: [path],
    environment: { PATH: process.env['PATH'] ?? '' },
    deadlineMs: 20_000,
    ...rest,
  });
}
const isAlive = (pid: number) =>
  existsSync(`/proc/${pid}`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
async function waitFor(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 10_000; !condition(); ) {
    if (Date.now() > deadline) throw new Error('never true');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const ECHO = `
import { createInterface } from 'node:readline';
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { value } = await lines.next();
process.stdout.write(JSON.stringify([value, process.env]) + '\\n');
if ((await lines.next()).done) process.exit(1);
setInterval(() => undefined, 1000);
`;

test('is told one line, answers with one, and goes on when it is let go', async () => {
  const process = await start(ECHO);
  expect(JSON.parse(await process.ask('{"key":1}'))[0]).toBe('{"key":1}');
  await process.release();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(isAlive(process.pid)).toBe(true);
  process.abandon();
  await waitFor(() => !isAlive(process.pid));
});

test('gets no more of our environment than it needs', async () => {
  const environment = {
    PATH: '/usr/bin',
    RUNNER_TRACKING_ID: 'github_1',
    https_proxy: 'http://proxy.test',
    NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
    'INPUT_GATEWAY-KEY': 'sk-real',
    GITHUB_TOKEN: 'ghs',
    NODE_OPTIONS: '--require=/tmp/evil.cjs',
  };
  const process = await start(ECHO, { environment });
  const [, got] = JSON.parse(await process.ask('hello')) as [string, Record<string, string>];
  process.abandon();
  expect(Object.keys(got).sort()).toEqual([
    'NODE_EXTRA_CA_CERTS',
    'PATH',
    'RUNNER_TRACKING_ID',
    'https_proxy',
  ]);
});

test.each([
  ['ends', 'process.exit(7)', /ended \(exit code 7\) before it said where it listens/],
  [
    'closes its output',
    "process.stdout.end(); process.stdin.resume(); process.stdin.on('end', () => process.exit(3)); setTimeout(() => process.exit(9), 300)",
    /ended \(exit code 9\)/,
  ],
])('a program that %s without an answer has not started', async (_name, source, said) => {
  const process = await start(source);
  await expect(process.ask('hello')).rejects.toMatchObject({
    code: 'meter-not-started',
    message: expect.stringMatching(said),
  });
});

test('a program that says nothing is not waited for', async () => {
  const process = await start('setInterval(() => undefined, 1000)', { deadlineMs: 300 });
  await expect(process.ask('hello')).rejects.toThrow('took longer than 0.3 s');
  process.abandon();
});

test('a program that does not exist is named', async () => {
  const starting = startDetached({ program: '/no/such/node', args: [], environment: {}, deadlineMs: 1000 });
  await expect(starting).rejects.toMatchObject({
    code: 'meter-not-started',
    message: expect.stringContaining('/no/such/node'),
  });
});
