/**
 * A meter in the background through the committed bundle: one step starts it, steps of somebody else call it with nothing
 * but the environment of the job, a last step ends it. What comes between may be hostile.
 */
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Provider, startProvider } from '../support/provider.js';
import { createJob, type Job, type StepResult } from '../support/runner.js';

const KEY = 'sk-the-gateway-key-of-the-test';
const CLI = fileURLToPath(new URL('../../dist/cli/index.js', import.meta.url));
const ACTION = fileURLToPath(new URL('../../dist/action/index.js', import.meta.url));
/** Longer than the meter takes to see that its job is gone. */
const PATIENCE_MS = 20_000;
/** A plain client, which knows nothing but the variables that the runner hands to every step. */
const CLIENT = `
const [turns = 1, pause = 0] = process.argv.slice(2).map(Number);
for (let turn = 1; turn <= turns; turn += 1) {
  const response = await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
    method: 'POST',
    headers: { 'x-api-key': process.env.ANTHROPIC_API_KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 500, stream: true, messages: [{ role: 'user', content: 'turn ' + turn }] }),
  });
  console.log(response.status + ' ' + (await response.text()));
  await new Promise((resolve) => setTimeout(resolve, pause));
}
`;
/** What a step of the job finds in its environment of the meter, and writes into the runner's variables. */
const FORGER = `
import { appendFileSync, readdirSync, writeFileSync, readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
const [what] = process.argv.slice(2);
const [name, text] = Object.entries(process.env).find(([name]) => name.startsWith('SPENDGATE_METER_'));
const handle = JSON.parse(text);
const record = JSON.stringify({ version: 1, complete: true, requests: 0, 'input-tokens': 0, 'output-tokens': 0, 'cost-usd': '0' });
const pid = readdirSync('/proc').filter((id) => /^\\d+$/.test(id)).find((id) => {
  try { return readFileSync('/proc/' + id + '/cmdline', 'utf8').includes('meter/index.js') && readFileSync('/proc/' + id + '/environ', 'utf8').includes(process.env.RUNNER_TRACKING_ID); } catch { return false; }
});
process.kill(Number(pid), what === 'term' ? 'SIGTERM' : 'SIGKILL');
await new Promise((resolve) => setTimeout(resolve, 500));
if (what === 'term') process.exit(0);
const forged = process.env.RUNNER_TEMP + '/forged.json';
writeFileSync(handle.ledger.replace('.ndjson', '.will'), ['0'.repeat(64), '0'.repeat(64), JSON.stringify({ record })].join('\\n'));
writeFileSync(forged, record);
const variable = Object.keys(process.env).find((name) => name.startsWith('SPENDGATE_RECORD_'));
appendFileSync(process.env.GITHUB_ENV, variable + '<<EOF\\n' + createHash('sha256').update(record).digest('hex') + ' ' + forged + '\\nEOF\\n');
if (what === 'stand-in') {
  const { port } = new URL(handle.controlUrl);
  createServer((request, response) => response.writeHead(200, { 'x-spendgate-proof': request.headers['x-spendgate-proof'] ?? '' }).end(JSON.stringify({ record }))).listen(port, '127.0.0.1');
} else appendFileSync(process.env.GITHUB_ENV, name + '<<EOF\\n\\nEOF\\n');
`;

/** Is there for longer than a meter would watch a worker that had gone with the step. */
const WORKER =
  'sh -c \'"$0" "$1"; true\' "$@"\nsleep 7\n[ -z "$(ls "$RUNNER_TEMP"/spendgate/*.will 2> /dev/null)" ] && echo stayed\n';

let provider: Provider;
let jobs: Job[];

beforeEach(async () => {
  provider = await startProvider();
  jobs = [];
});

afterEach(async () => {
  // The meter of a job whose folder is gone ends by itself; the tests do not wait for it.
  for (const pid of metersOf(jobs)) process.kill(pid, 'SIGKILL');
  for (const job of jobs) job.clean();
  await provider.close();
});

let trackings = 0;
function newJob(): Job & { tracking: string } {
  const tracking = `github_${process.pid}_${++trackings}`;
  const job = createJob({
    files: { 'client.mjs': CLIENT, 'forger.mjs': FORGER, 'Runner.Worker': WORKER },
    environment: { RUNNER_TRACKING_ID: tracking },
  });
  jobs.push(job);
  return Object.assign(job, { tracking });
}

const background = (more: Readonly<Record<string, string>> = {}) => ({
  mode: 'wrap',
  background: 'true',
  gateway: 'litellm',
  'gateway-url': `${provider.url}/v1`,
  'gateway-key': KEY,
  ...more,
});
const post = (started?: StepResult, more: Readonly<Record<string, string>> = {}) => ({
  mode: 'post',
  ...(started === undefined ? {} : { 'meter-control': started.outputs['meter-control'] ?? '' }),
  ...more,
});
const client = (job: Job, turns = 1, environment: Readonly<Record<string, string>> = {}) =>
  job.run([process.execPath, 'client.mjs', String(turns)], { environment });

/** How many sockets of a process wait for connections. */
function listening(pid: number): number {
  const inodes = readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
    } catch {
      return undefined;
    }
  });
  const waiting = readFileSync(`/proc/${pid}/net/tcp`, 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === '0A')
    .map((fields) => fields[9]);
  return inodes.filter((inode) => inode !== undefined && waiting.includes(inode)).length;
}

/** Processes of the meters that these jobs left. */
function metersOf(of: readonly Job[]): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const isMeter = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('meter/index.js');
        const environ = isMeter ? readFileSync(`/proc/${pid}/environ`, 'utf8') : '';
        return of.some(
          (job) => 'tracking' in job && environ.split('\0').includes(`RUNNER_TRACKING_ID=${job.tracking}`),
        );
      } catch {
        return false;
      }
    });
}

async function waitFor(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; !condition(); ) {
    if (Date.now() > deadline) throw new Error(`never true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const findingIds = ({ outputs }: StepResult): string[] =>
  (JSON.parse(outputs['findings'] ?? '[]') as { id: string }[]).map(({ id }) => id);
const said = ({ stdout }: StepResult): string =>
  stdout
    .split('\n')
    .filter((line) => !line.startsWith('::add-mask::'))
    .join('\n');

describe('a meter in the background', () => {
  test('meters the steps of others with nothing but the environment of the job, until post ends it', async () => {
    const job = newJob();
    const started = await job.step(background({ 'max-tokens': '1m' }));
    expect(started.code).toBe(0);
    expect(started.outputs['meter-url']).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(started.outputs['responses-api-endpoint']).toBe(`${started.outputs['meter-url']}/v1/responses`);
    expect(started.stdout).toContain('a call on a zero allowance was refused here');
    expect((await client(job, 3)).stdout.match(/^200/gm)).toHaveLength(3);
    const ended = await job.step(post(started, { 'expect-requests': '3..3' }));
    const { inputTokens, outputTokens } = provider.totals();
    expect(ended.outputs).toMatchObject({
      verdict: 'within',
      requests: '3',
      'input-tokens': String(inputTokens),
      'output-tokens': String(outputTokens),
      'stop-reason': 'completed',
      'exit-code': '',
    });
    expect(findingIds(ended)).toEqual([]);
    expect(JSON.parse(readFileSync(ended.outputs['record'] ?? '', 'utf8'))).toEqual(
      JSON.parse(ended.outputs['usage'] ?? ''),
    );
    await waitFor(() => metersOf([job]).length === 0);
  });

  test('holds a limit: calls are refused, and it stays until post has come', async () => {
    const job = newJob();
    const started = await job.step(background({ 'max-requests': '2' }));
    const { stdout } = await client(job, 4);
    expect(stdout.match(/^402.*max-requests/gm)).toHaveLength(2);
    expect(metersOf([job])).toHaveLength(1);
    const ended = await job.step(post(started));
    expect(ended.outputs).toMatchObject({ requests: '2', 'stop-reason': 'limit:max-requests' });
    expect(findingIds(ended).filter((id) => id === 'run-stopped')).toHaveLength(1);
  });

  test('refuses calls when its time is over', async () => {
    const job = newJob();
    const started = await job.step(background({ timeout: '2s' }));
    expect((await client(job)).stdout).toMatch(/^200/);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect((await client(job)).stdout).toMatch(/^402.*`timeout` \(2 s\)/);
    const ended = await job.step(post(started));
    expect(ended.outputs).toMatchObject({ requests: '1', 'stop-reason': 'timed-out' });
  });

  test('needs no command, and takes none', async () => {
    const result = await newJob().step(background({ run: 'node client.mjs' }));
    expect(result.code).toBe(2);
    expect(result.annotations[0]?.message).toContain('run: With `background` the meter starts no command');
  });

  test('opens no debugger at a signal', async () => {
    const job = newJob();
    const started = await job.step(background());
    const [pid = 0] = metersOf([job]);
    const before = listening(pid);
    expect(before).toBeGreaterThan(0);
    process.kill(pid, 'SIGUSR1');
    await client(job);
    expect(listening(pid)).toBe(before);
    expect((await job.step(post(started))).outputs).toMatchObject({ requests: '1' });
  });

  test('writes its key nowhere, and masks what opens it', async () => {
    const job = newJob();
    const started = await job.step(background());
    const [pid] = metersOf([job]);
    for (const name of ['cmdline', 'environ'])
      expect(readFileSync(`/proc/${pid}/${name}`, 'utf8')).not.toContain(KEY);
    const printed = await job.run(['env']);
    expect(printed.stdout).not.toContain(KEY);
    const secrets = [
      started.outputs['meter-token'] ?? '',
      (JSON.parse(started.outputs['meter-control'] ?? '') as { secret: string }).secret,
      /"secret":"([^"]+)"/.exec(printed.stdout)?.[1] ?? '',
    ];
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(30);
      expect(started.stdout).toContain(`::add-mask::${secret}`);
      expect(said(started)).not.toContain(secret);
    }
    // What the workflow alone hands on stands in no variable.
    expect(printed.stdout).not.toContain(secrets[1]);
    await client(job);
    await job.step(post(started));
    const files = readdirSync(join(job.temp, 'spendgate')).map((name) =>
      readFileSync(join(job.temp, 'spendgate', name), 'utf8'),
    );
    for (const secret of [KEY, ...secrets]) expect(files.join('\n')).not.toContain(secret);
  });

  test('two of them serve two tasks of one job, each with its own count', async () => {
    const job = newJob();
    const first = await job.step(background({ task: 'review' }));
    const second = await job.step(background({ task: 'fix' }));
    const through = ({ outputs }: StepResult) => ({
      ANTHROPIC_BASE_URL: outputs['meter-url'] ?? '',
      ANTHROPIC_API_KEY: outputs['meter-token'] ?? '',
    });
    await client(job, 1, through(first));
    await client(job, 2, through(second));
    expect((await job.step(post(first, { task: 'review' }))).outputs).toMatchObject({ requests: '1' });
    expect((await job.step(post(second, { task: 'fix' }))).outputs).toMatchObject({ requests: '2' });
  });

  test('a post that is given the meter of another task says so, and leaves it alone', async () => {
    const job = newJob();
    const draft = await job.step(background({ task: 'draft' }));
    const mistaken = await job.step(post(draft, { task: 'check' }));
    expect(mistaken.code).toBe(2);
    expect(mistaken.annotations[0]?.message).toMatch(/of the task "draft".*of the task "check"/);
    expect((await client(job)).stdout).toMatch(/^200/);
    expect((await job.step(post(draft, { task: 'draft' }))).outputs).toMatchObject({ requests: '1' });
  });

  test('its report tells the limits it held, which post alone was not given', async () => {
    const job = newJob();
    const limits = { 'max-requests': '2', 'max-cost': '3 USD', 'max-weighted-tokens': '1m' };
    const started = await job.step(background({ ...limits, 'wrap-up': 'true' }));
    await client(job, 4);
    const { summary } = await job.step(post(started, { 'expect-requests': '..60' }));
    expect(summary).toMatch(/\| cost \|.*\$3\.00/);
    expect(summary).toMatch(/\| model calls \| 2 \|.*\| 2 \|/);
    for (const fact of [
      /Weighted tokens\W+[\d,]+ of 1,000,000/,
      /Told to wrap up/,
      /Refused calls\W+2/,
      /Canary/,
    ])
      expect(summary).toMatch(fact);
  });

  test('a second post says that an earlier one ended it, and suspects nobody', async () => {
    const job = newJob();
    const started = await job.step(background());
    await client(job);
    await job.step(post(started, { 'expect-requests': '1..1' }));
    const again = await job.step(post(started, { 'expect-requests': '1..1' }));
    expect(again.outputs).toMatchObject({ verdict: 'within', requests: '1' });
    expect(JSON.parse(again.outputs['findings'] ?? '[]')).toMatchObject([
      { id: 'meter-gone', level: 'notice', message: expect.stringContaining('was given `meter-control`') },
    ]);
  });

  test('a second one of the same task is refused, and the first goes on', async () => {
    const job = newJob();
    await job.step(background());
    const second = await job.step(background());
    expect(second.code).toBe(2);
    expect(second.annotations.at(-1)?.message).toContain('is running in this job already');
    expect((await client(job)).stdout).toMatch(/^200/);
  });

  test('post without one is what it was', async () => {
    const result = await newJob().step(post());
    expect(result.code).toBe(2);
    expect(result.annotations[0]?.message).toContain('No usage of the task default was found');
  });

  test('without the output of its step post ends it all the same, and says on what it relies', async () => {
    const job = newJob();
    await job.step(background());
    await client(job);
    const ended = await job.step(post());
    expect(ended.outputs).toMatchObject({ requests: '1' });
    expect(findingIds(ended)).toContain('meter-unproven');
    const again = await job.step(post());
    expect(again.outputs['findings']).not.toContain('meter-');
    expect(again.outputs).toMatchObject({ verdict: 'unknown' });
    expect(again.summary).toContain('model calls | 1 |');
  });

  test('goes to the upstream through the proxy that its environment names', async () => {
    const targets: string[] = [];
    const proxy = createServer();
    proxy.on('connect', ({ url = '' }, client) => {
      targets.push(url);
      const [host, port] = url.split(':');
      const upstream = connect(Number(port), host, () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
      for (const [from, to] of [
        [client, upstream],
        [upstream, client],
      ] as const)
        from.on('error', () => to.destroy()).pipe(to);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const job = newJob();
    await job.step(background(), { environment: { http_proxy: `http://127.0.0.1:${port}` } });
    expect((await client(job)).stdout).toMatch(/^200/);
    expect(targets).toEqual([new URL(provider.url).host]);
    for (const pid of metersOf([job])) process.kill(pid, 'SIGKILL');
    proxy.close();
  });

  test('rests in little memory', async () => {
    const job = newJob();
    await job.step(background());
    const [pid] = metersOf([job]);
    const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    expect(Number(kilobytes)).toBeLessThan(76_000);
  });
});

describe('a meter that somebody ends', () => {
  test('in the middle of a call leaves what had settled, and names the call that was on its way', async () => {
    const job = newJob();
    const started = await job.step(background());
    await client(job, 2);
    provider.setScript({ delayMs: 5000 });
    const cut = client(job);
    await waitFor(() => ledgerLines(job, 'sent') === 3);
    for (const pid of metersOf([job])) process.kill(pid, 'SIGKILL');
    expect((await cut).code).not.toBe(0);
    const ended = await job.step(post(started));
    expect(ended.outputs).toMatchObject({ requests: '2', 'stop-reason': '' });
    expect(findingIds(ended)).toEqual(
      expect.arrayContaining(['meter-gone', 'run-unfinished', 'unsettled-calls']),
    );
  });

  test('by a signal leaves its whole record, and post says that it was gone', async () => {
    const job = newJob();
    const started = await job.step(background());
    await client(job, 2);
    await job.run([process.execPath, 'forger.mjs', 'term']);
    const ended = await job.step(post(started));
    expect(ended.outputs).toMatchObject({ requests: '2', 'stop-reason': 'cancelled' });
    expect(ended.outputs['findings']).toContain('it was sent a signal');
    expect(findingIds(ended)).not.toContain('run-unfinished');
  });

  test('and forges its record, files and variables: its ledger counts, and post says so', async () => {
    const job = newJob();
    const started = await job.step(background());
    await client(job, 2);
    await job.run([process.execPath, 'forger.mjs', 'files']);
    const ended = await job.step(post(started));
    expect(ended.outputs).toMatchObject({ requests: '2' });
    expect(findingIds(ended)).toEqual(expect.arrayContaining(['meter-forged', 'run-unfinished']));
  });

  test('and rewrites the policy file with its checksum: what the workflow hands on tells', async () => {
    const job = newJob();
    const path = join(job.workspace, 'policy.yml');
    writeFileSync(path, 'version: 1\ndefaults: { expect: { requests: ..1 } }\n');
    const started = await job.step(background({ config: 'policy.yml' }));
    const widened = 'version: 1\ndefaults: { expect: { requests: ..99 } }\n';
    const checksum = createHash('sha256').update(widened).digest('hex');
    const script =
      'printf %s "$1" > policy.yml; name=$(env | grep -o "^SPENDGATE_POLICY_[^=]*"); printf "%s<<EOF\\n%s\\nEOF\\n" "$name" "$2" >> "$GITHUB_ENV"';
    await job.run(['sh', '-c', script, 'sh', widened, checksum]);
    expect((await job.step(post(undefined, { config: 'policy.yml' }))).code).toBe(0);
    const ended = await job.step(post(started, { config: 'policy.yml' }));
    expect(ended.code).toBe(3);
    expect(ended.outputs).toMatchObject({ verdict: 'outside' });
    expect(ended.annotations[0]?.message).toContain('was changed after `wrap` had started');
  });

  test('and answers in its place: without its secret nobody can', async () => {
    const job = newJob();
    const started = await job.step(background());
    await client(job, 2);
    let standIn: ChildProcess | undefined;
    const serving = job.run([process.execPath, 'forger.mjs', 'stand-in'], {
      onStart: (child) => {
        standIn = child;
      },
    });
    const { controlUrl } = JSON.parse(started.outputs['meter-control'] ?? '') as { controlUrl: string };
    await waitFor(() => metersOf([job]).length === 0);
    await waitForAnswer(controlUrl);
    const ended = await job.step(post(started));
    standIn?.kill('SIGKILL');
    await serving;
    expect(ended.outputs).toMatchObject({ requests: '2' });
    expect(findingIds(ended)).toContain('meter-forged');
  });
});

describe('nothing is left behind', () => {
  test('when the step is killed before it has announced the meter', async () => {
    const job = newJob();
    let meter = 0;
    const killed = await job.step(background(), {
      onStart: (child) =>
        void waitFor(() => {
          [meter = 0] = metersOf([job]);
          return meter > 0;
        }).then(() => child.kill('SIGKILL')),
    });
    expect(killed.code).toBeNull();
    await waitFor(() => metersOf([job]).length === 0);
    expect(meter).toBeGreaterThan(0);
  });

  test('when the program that runs the job is gone', async () => {
    const job = newJob();
    // A shell hands on no variable with a hyphen in its name, so no `gateway-url` either.
    const given = background({ gateway: '', upstream: provider.url });
    const inputs = Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
    // A script of its name stands in for the runner's worker; a shell between it and the step ends with the step.
    const worker = await job.run(['sh', 'Runner.Worker', process.execPath, ACTION], {
      environment: Object.fromEntries(inputs),
    });
    expect(worker.stdout).toContain('stayed');
    expect(metersOf([job])).toHaveLength(1);
    await waitFor(() => metersOf([job]).length === 0);
    expect(readdirSync(join(job.temp, 'spendgate')).filter((name) => name.endsWith('.will'))).toHaveLength(1);
  });

  test('when the folder of the job is gone', async () => {
    const job = newJob();
    await job.step(background());
    rmSync(join(job.temp, 'spendgate'), { recursive: true });
    await waitFor(() => metersOf([job]).length === 0);
  });
});

test('on a terminal it prints where it listens, and `spendgate post` ends it', async () => {
  const job = newJob();
  const terminal = (...args: string[]) =>
    job.run([process.execPath, CLI, ...args], { environment: { GITHUB_ACTIONS: 'false' } });
  const started = await terminal(
    'wrap',
    '--background',
    '--gateway',
    'litellm',
    '--gateway-url',
    provider.url,
    '--gateway-key',
    KEY,
  );
  const { url, pid, environment } = JSON.parse(started.stdout) as {
    url: string;
    pid: number;
    environment: Record<string, string>;
  };
  expect(environment['ANTHROPIC_BASE_URL']).toBe(url);
  expect(metersOf([job])).toEqual([pid]);
  expect((await client(job, 2, environment)).stdout.match(/^200/gm)).toHaveLength(2);
  const ended = await terminal('post', '--json');
  expect(JSON.parse(ended.stdout)).toMatchObject({ requests: 2, 'stop-reason': 'completed' });
  await waitFor(() => metersOf([job]).length === 0);
});

function ledgerLines(job: Job, type: string): number {
  const dir = join(job.temp, 'spendgate');
  return readdirSync(dir)
    .filter((name) => name.endsWith('.ndjson'))
    .flatMap((name) => readFileSync(join(dir, name), 'utf8').split('\n'))
    .filter((line) => line.includes(`"type":"${type}"`)).length;
}

async function waitForAnswer(url: string): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; ) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
