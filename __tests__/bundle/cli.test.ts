/** The committed command line, started as a person starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
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
  input?: string | Buffer,
): { child: ChildProcess; ended: Promise<Ended>; firstLine: Promise<string> } {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: home,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A command that is refused reads nothing, and closes the pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
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

test('its version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(await start(['--version']).ended).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
});

test('a run ends with the code of its command also where nobody reads what it says any more', async () => {
  const body = '{"model":"claude-sonnet-4-5","max_tokens":9,"messages":[]}';
  const script = `await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', { method: 'POST', headers: { 'x-api-key': process.env.ANTHROPIC_API_KEY }, body: '${body}' }); process.exit(7)`;
  const agent = ['node', '--input-type=module', '-e', script];
  const wrap = ['wrap', '--upstream', provider.url, '--gateway-key', 'sk-the-real-key', '--', ...agent];
  const { child, ended } = start(wrap);
  for (const stream of [child.stdout, child.stderr]) stream?.destroy();
  expect((await ended).code).toBe(7);
  expect(provider.requests).toHaveLength(1);
}, 20_000);

test('an agent that leaves while its last refusal is told slowly leaves a record', async () => {
  const body = '{"model":"claude-sonnet-4-5","max_tokens":9,"messages":[]}';
  const script = `const call = () => fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', { method: 'POST', headers: { 'x-api-key': process.env.ANTHROPIC_API_KEY }, body: '${body}' });
    for (let calls = 0; calls < 100; calls += 1) await (await call()).text();
    void call().catch(() => undefined); setTimeout(() => process.exit(0), 200);`;
  const agent = ['node', '--input-type=module', '-e', script];
  const limits = ['--max-requests', '0', '--gateway-key', 'sk-the-real-key', '--json'];
  const { ended } = start(['wrap', '--upstream', provider.url, ...limits, '--', ...agent]);
  const { code, stdout } = await ended;
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ 'stop-reason': 'limit:max-requests' });
}, 30_000);

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

describe('spendgate classify', () => {
  const KEYS = ['kind', 'scope', 'origin', 'retryable', 'resets-at', 'confidence', 'needs-probe', 'evidence'];
  const SECRET = 'sk-a-key-in-the-message';
  const classify = (args: readonly string[], body: string | Buffer = '') =>
    start(['classify', ...args], {}, body).ended;

  async function meaning(
    args: readonly string[],
    body: string | Buffer = '',
  ): Promise<Record<string, unknown>> {
    const { code, stdout, stderr } = await classify(args, body);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).not.toContain(SECRET);
    const told = JSON.parse(stdout) as Record<string, unknown>;
    expect(Object.keys(told)).toEqual(KEYS);
    return told;
  }
  const litellm = (status: number) => ['--gateway', 'litellm', '--status', String(status)];
  const exhausted = {
    error: {
      message: `Budget has been exceeded! Key=${SECRET} Max budget: 10`,
      type: 'budget_exceeded',
      code: '429',
    },
  };

  test('tells what a JSON answer means, in these keys and in no words of the gateway', async () => {
    expect(await meaning(litellm(429), JSON.stringify(exhausted))).toEqual({
      kind: 'exhausted',
      scope: 'key',
      origin: 'gateway',
      retryable: false,
      'resets-at': null,
      confidence: 'high',
      'needs-probe': false,
      evidence: 'error.type=budget_exceeded',
    });
  });

  test.each([
    ['with its header', ['--header', 'content-type: text/event-stream'], ': ping\n\n'],
    ['without it', [], ''],
  ])('finds the error inside a stream, %s', async (_name, header, comment) => {
    const body = `${comment}data: {"choices":[]}\n\ndata: ${JSON.stringify(exhausted)}\n\ndata: [DONE]\n\n`;
    expect(await meaning([...litellm(200), ...header], body)).toMatchObject({
      kind: 'exhausted',
      evidence: 'error.type=budget_exceeded',
    });
  });

  test('finds the error of the Responses API one level down', async () => {
    const body = `event: response.failed\ndata: ${JSON.stringify({ type: 'response.failed', response: { error: { code: 'insufficient_quota', message: SECRET } } })}\n\n`;
    const args = ['--gateway', 'openai', '--status', '200'];
    expect(await meaning(args, body)).toHaveProperty('kind');
  });

  test.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['HTML', `<html><body>502 Bad Gateway ${SECRET}</body></html>`],
    ['binary', Buffer.from([0xff, 0xfe, 0x00, 0x1f, 0x8b, 0x08, 0x80, 0xc3, 0x28])],
    ['truncated JSON', '{"error": {"message": "sk-'],
    ['a number', '7'],
    ['null', 'null'],
    ['a long line', 'x'.repeat(300_000)],
  ])('goes by the status where the body is %s', async (_name, body) => {
    expect(await meaning(litellm(503), body)).toMatchObject({ kind: 'overloaded', evidence: 'status 503' });
    expect(await meaning(litellm(429), body)).toMatchObject({ kind: 'rate-limited', confidence: 'low' });
  });

  test('reads headers in any case, as often as they come', async () => {
    const args = [...litellm(429), '--header', 'X-Request-Id: r1', '--header', 'Retry-After: 20'];
    const told = await meaning(args, '');
    expect(told).toMatchObject({ kind: 'rate-limited', retryable: true });
    expect(Date.parse(String(told['resets-at']))).toBeGreaterThan(Date.now());
  });

  test('knows a gateway by its other names', async () => {
    const body = JSON.stringify({ error: { message: 'no', type: 'insufficient_funds' } });
    const [alias, name] = await Promise.all(
      ['vercel-ai-gateway', 'vercel'].map((gateway) =>
        meaning(['--gateway', gateway, '--status', '402'], body),
      ),
    );
    expect(alias).toEqual(name);
    expect(alias).toMatchObject({ kind: 'exhausted' });
  });

  test('says when only a look at the budget can tell', async () => {
    const body = JSON.stringify({ error: { message: `Invalid token ${SECRET}`, type: 'new_api_error' } });
    expect(await meaning(['--gateway', 'new-api', '--status', '401'], body)).toMatchObject({
      kind: 'unauthorised',
      'needs-probe': true,
      confidence: 'low',
    });
  });

  test.each([
    [['--gateway', 'litelm', '--status', '429'], /gateway: "litelm" is none; the nearest one is `litellm`/],
    [['--gateway', '', '--status', '429'], /gateway: "" is none/],
    [[...litellm(429), '--header', 'retry-after'], /header: "retry-after" is not `name: value`/],
    [[...litellm(429), '--header', 'retry after: 20'], /header: "retry after: 20" is not/],
    [litellm(42), /status: "42" is not an HTTP status.*--status 429/s],
    [['--gateway', 'litellm', '--status', 'too many'], /status: "too many" is not/],
    [['--gateway', 'litellm', '--status', '4290'], /status: "4290" is not/],
    [['--gateway', 'litellm'], /required option '--status <number>' not specified/],
    [['--status', '429'], /required option '--gateway <id>' not specified/],
    [[...litellm(429), '--heder', 'a: b'], /unknown option '--heder'/],
  ])('%j ends with 2 and says why', async (args, said) => {
    const { code, stdout, stderr } = await classify(args, JSON.stringify(exhausted));
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stderr).not.toContain(SECRET);
  });

  test('explains itself', async () => {
    const { code, stdout } = await start(['classify', '--help']).ended;
    expect(code).toBe(0);
    for (const word of ['stdin', '--gateway', '--status', '--header']) expect(stdout).toContain(word);
  });
});

describe('words that are off', () => {
  test.each([
    [['wrp'], "unknown command 'wrp'"],
    [
      ['pre', '--min-remainig', '5'],
      '--min-remainig: This is no flag of `spendgate pre`; the nearest one is `--min-remaining`',
    ],
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
    for (const word of ['pre', 'wrap', 'post', 'gate', 'verify', 'classify', 'meter', 'Exit codes'])
      expect(stdout).toContain(word);
  });
});
