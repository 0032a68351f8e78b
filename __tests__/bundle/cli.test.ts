/** The committed command line, started as a person starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Provider, startProvider } from '../support/provider.js';

const CLI = fileURLToPath(new URL('../../dist/cli/index.js', import.meta.url));

let provider: Provider;
let home: string;

beforeEach(async () => {
  provider = await startProvider();
  home = mkdtempSync(join(tmpdir(), 'spendgate-cli-'));
});

afterEach(async () => {
  await provider.close();
  rmSync(home, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): { child: ChildProcess; ended: Promise<Ended>; firstLine: Promise<string> } {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: home,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const line = Promise.withResolvers<string>();
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
    const [first, ...rest] = stdout.split('\n');
    if (rest.length > 0) line.resolve(first ?? '');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout, stderr })),
  );
  return { child, ended, firstLine: line.promise };
}

const call = (url: string, token: string) =>
  fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': token },
    body: '{"model":"claude-sonnet-4-5","max_tokens":9,"messages":[]}',
  });

describe('spendgate meter', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'says where it listens, and what was used when %s ends it',
    async (signal) => {
      const { child, ended, firstLine } = start([
        'meter',
        '--port',
        '0',
        '--upstream',
        provider.url,
        '--max-requests',
        '2',
      ]);
      const { url, pid } = JSON.parse(await firstLine) as { url: string; pid: number };
      expect(pid).toBe(child.pid);
      const statuses: number[] = [];
      for (let turn = 0; turn < 3; turn += 1) statuses.push((await call(url, 'own-login')).status);
      expect(statuses).toEqual([200, 200, 402]);
      expect(provider.requests[0]?.headers['x-api-key']).toBe('own-login');
      child.kill(signal);
      const { code, stdout } = await ended;
      expect(code).toBe(0);
      const usage = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
      const { inputTokens, outputTokens } = provider.totals();
      expect(usage).toMatchObject({
        'input-tokens': inputTokens,
        'output-tokens': outputTokens,
        requests: 2,
        'refused-requests': 1,
        'stop-reason': 'limit:max-requests',
      });
    },
  );

  test('with a key it asks for a token, which it prints', async () => {
    const { child, ended, firstLine } = start(['meter', '--upstream', provider.url], {
      SPENDGATE_GATEWAY_KEY: 'sk-the-real-key',
    });
    const { url, token } = JSON.parse(await firstLine) as { url: string; token: string };
    expect((await call(url, 'guess')).status).toBe(401);
    expect((await call(url, token)).status).toBe(200);
    expect(provider.requests[0]?.headers['x-api-key']).toBe('sk-the-real-key');
    child.kill('SIGTERM');
    await ended;
  });
});

describe('spendgate wrap', () => {
  const agent = [
    '--',
    process.execPath,
    '-e',
    `
    const call = () => fetch(process.env.OPENAI_BASE_URL + '/chat/completions', { method: 'POST', headers: { authorization: 'Bearer ' + process.env.OPENAI_API_KEY }, body: '{"model":"gpt-5","messages":[]}' });
    call().then((response) => { console.log('the agent says', response.status); process.exitCode = response.ok ? 4 : 9; });`,
  ];

  test('passes the command’s code and output through', async () => {
    const { code, stdout } = await start(['wrap', '--gateway-url', provider.url, ...agent]).ended;
    expect(code).toBe(4);
    expect(stdout).toBe('the agent says 200\n');
  });

  test('prints the outputs as JSON, and the agent’s words beside it', async () => {
    const { stdout, stderr } = await start(['wrap', '--json', '--gateway-url', provider.url, ...agent]).ended;
    expect(JSON.parse(stdout)).toMatchObject({ requests: 1, 'stop-reason': 'agent-failed', 'exit-code': 4 });
    expect(stderr).toContain('the agent says 200');
  });

  test('ends with 3 when a limit ended the run', async () => {
    const { code, stderr } = await start([
      'wrap',
      '--gateway-url',
      provider.url,
      '--max-requests',
      '0',
      ...agent,
    ]).ended;
    expect(code).toBe(3);
    expect(stderr).toContain('limit:max-requests');
  });

  test('ends with 2 for a command that does not exist', async () => {
    const { code, stderr } = await start(['wrap', '--', 'no-such-agent']).ended;
    expect(code).toBe(2);
    expect(stderr).toContain('no-such-agent could not be started');
  });

  test('leaves a record that post finds', async () => {
    await start(['wrap', '--gateway-url', provider.url, ...agent]).ended;
    const { code, stdout } = await start(['post', '--json', '--expect-requests', '5..']).ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'outside', gate: 'closed' });
    const held = await start(['pre']).ended;
    expect(held.code).toBe(3);
    await start(['gate', 'open', '--reason', 'fine']).ended;
    expect((await start(['pre']).ended).code).toBe(0);
  });
});

describe('words that are off', () => {
  test.each([
    [['wrp'], "unknown command 'wrp'"],
    [['pre', '--min-remainig', '5'], "unknown option '--min-remainig'"],
    [['pre', '--gateway', 'litelm', '--min-remaining', 'lots'], 'the nearest one is `litellm`'],
    [['wrap'], 'command is empty'],
    [['meter', '--port', 'x'], 'is not a port'],
  ])('%j ends with 2 and says why', async (args, said) => {
    const { code, stderr } = await start(args).ended;
    expect(code).toBe(2);
    expect(stderr).toContain(said);
  });

  test('help names every mode and the exit codes', async () => {
    const { code, stdout } = await start(['--help']).ended;
    expect(code).toBe(0);
    for (const word of ['pre', 'wrap', 'post', 'gate', 'meter', 'Exit codes']) expect(stdout).toContain(word);
  });
});
