/** `verify` as committed: the command line and the action, against an emulated gateway. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Behaviour, COMPLETION, type EmulatedGateway, startGateway } from '../support/gateway.js';
import { createJob, type Job } from '../support/runner.js';

const CLI = fileURLToPath(new URL('../../dist/cli/index.js', import.meta.url));
const KEY = 'sk-first-key-of-the-test-0001';
const SECOND = 'sk-second-key-of-the-test-0002';
const GOOD: Behaviour = {
  keys: { [KEY]: 2_000_000, [SECOND]: 2_000_000 },
  ceiling: { tokens: 300, above: 'rejects' },
};
const FILES = ['smoke-test.json', 'contract.json', 'contract.md', 'contract.yml'];

let gateway: EmulatedGateway;
let home: string;
let job: Job | undefined;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'spendgate-verify-'));
});

afterEach(async () => {
  await gateway.close();
  job?.clean();
  job = undefined;
  rmSync(home, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function verify(behaviour: Partial<Behaviour>, ...args: string[]): Promise<Ended> {
  gateway = await startGateway({ ...GOOD, ...behaviour });
  const child = spawn(
    process.execPath,
    [
      CLI,
      'verify',
      ...['--gateway', 'litellm', '--gateway-url', gateway.url, '--verify-model', 'gpt-4o-mini'],
      ...['--verify-wait', '300ms', '--verify-request-ceiling', '300', '--json', ...args],
    ],
    {
      cwd: home,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: home,
        SPENDGATE_GATEWAY_KEY: KEY,
        SPENDGATE_VERIFY_SECOND_KEY: SECOND,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

const fileOf = (name: string, dir = 'spendgate-verify') => readFileSync(join(home, dir, name), 'utf8');

describe('spendgate verify', () => {
  test('ends with 0 at a good gateway, and leaves its files in the folder that is named', async () => {
    const { code, stdout, stderr } = await verify(
      {},
      '--verify-max-cost',
      '0.01',
      '--verify-dir',
      'out/here',
    );
    expect(stderr).toContain('Probes against litellm');
    expect(code).toBe(0);
    for (const name of FILES) expect(fileOf(name, 'out/here')).not.toBe('');
    const outputs = JSON.parse(stdout);
    expect(outputs).toMatchObject({
      'test-outcome': 'pass',
      'contract-report': join('out/here', 'contract.md'),
      contract: fileOf('contract.yml', 'out/here'),
    });
    expect(JSON.parse(outputs['log-record'])).toEqual(JSON.parse(fileOf('smoke-test.json', 'out/here')));
    expect(gateway.spent).toBeLessThanOrEqual(10_000_000);
  });

  test('ends with 4 at one that does not what it should, and says what', async () => {
    const { code, stdout, stderr } = await verify({ callsBeyond: 3 }, '--verify-max-cost', '0.01');
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({ 'test-outcome': 'fail' });
    expect(stderr).toContain('the cap is soft');
    expect(fileOf('contract.yml')).toContain('enforcement: soft');
  });

  test('ends with 0 at the same one when it only observes', async () => {
    const { code, stdout } = await verify({ callsBeyond: 3 }, '--verify-max-cost', '0.01', '--observe');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ 'test-outcome': 'fail' });
  });

  test('ends with 2 where nobody said what it may cost and nobody can be asked', async () => {
    const { code, stderr } = await verify({});
    expect(code).toBe(2);
    expect(stderr).toContain('verify-max-cost');
    expect(gateway.calls).toEqual([]);
    expect(existsSync(join(home, 'spendgate-verify'))).toBe(false);
  });

  test('tells no key and no answer', async () => {
    const { stdout, stderr } = await verify({ sharesBudget: true }, '--verify-max-cost', '0.01');
    const told = [stdout, stderr, ...FILES.map((name) => fileOf(name))].join('\n');
    for (const secret of [KEY, SECOND, COMPLETION]) expect(told).not.toContain(secret);
  });

  test('writes a contract that the policy file takes as it is', async () => {
    await verify({ exhausted: 'rate-limit' }, '--verify-max-cost', '0.01');
    job = createJob({ files: { '.github/spendgate.yml': `version: 1\n${fileOf('contract.yml')}` } });
    const fresh = await startGateway(GOOD);
    const { code, annotations, outputs } = await job.step({
      mode: 'pre',
      gateway: 'litellm',
      'gateway-url': fresh.url,
      'gateway-key': KEY,
      config: '.github/spendgate.yml',
      'on-gate-unknown': 'pass',
    });
    await fresh.close();
    expect(annotations.filter(({ level }) => level === 'error')).toEqual([]);
    expect(code).toBe(0);
    expect(outputs).toMatchObject({ allowed: 'true', remaining: '0.002' });
  });
});

describe('the action in mode verify', () => {
  const inputs = () => ({
    mode: 'verify',
    gateway: 'litellm',
    'gateway-url': gateway.url,
    'gateway-key': KEY,
    'verify-second-key': SECOND,
    'verify-model': 'gpt-4o-mini',
    'verify-request-ceiling': '300',
    'verify-wait': '300ms',
  });

  test('masks both keys, writes its outputs and its summary', async () => {
    gateway = await startGateway(GOOD);
    job = createJob();
    const result = await job.step({ ...inputs(), 'verify-max-cost': '0.01 USD' });
    expect(result.stderr).toBe('');
    expect(result.code).toBe(0);
    expect(result.outputs).toMatchObject({ 'test-outcome': 'pass' });
    expect(result.summary).toContain('pass');
    for (const secret of [KEY, SECOND]) {
      expect(result.stdout).toContain(`::add-mask::${secret}`);
      const rest = result.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
      expect(rest.join('\n') + result.summary + JSON.stringify(result.outputs)).not.toContain(secret);
    }
    for (const name of FILES) expect(existsSync(join(job.workspace, 'spendgate-verify', name))).toBe(true);
  });

  test('fails the step with an annotation for what is refuted', async () => {
    gateway = await startGateway({ ...GOOD, cap: 'reported-only' });
    job = createJob();
    const result = await job.step({ ...inputs(), 'verify-max-cost': '0.01 USD' });
    expect(result.code).toBe(4);
    const errors = result.annotations.filter(({ level }) => level === 'error');
    expect(errors.map(({ message }) => message).join('\n')).toContain('reported only');
  });

  test('spends nothing where no maximum is given', async () => {
    gateway = await startGateway(GOOD);
    job = createJob();
    const result = await job.step(inputs());
    expect(result.code).toBe(2);
    expect(result.annotations[0]?.message).toContain('verify-max-cost');
    expect(gateway.calls).toEqual([]);
  });
});
