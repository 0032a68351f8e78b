/** The committed bundle as a runner starts it: real processes, the real @actions/cache, GitHub's API on loopback. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type CacheService, startCacheService } from '../support/cache-service.js';
import { type GitHubApi, startGitHubApi } from '../support/github-api.js';
import { type Provider, startProvider } from '../support/provider.js';
import { createJob, type Job, type JobOptions } from '../support/runner.js';

const KEY = 'sk-the-gateway-key-of-the-test';
const DIST = fileURLToPath(new URL('../../dist/action', import.meta.url));
/** An agent that makes calls until it was told to stop, or is refused. */
const AGENT = `
const [turns, pause = 0] = process.argv.slice(2).map(Number);
for (let turn = 1; turn <= turns; turn += 1) {
  const response = await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
    method: 'POST',
    headers: { 'x-api-key': process.env.ANTHROPIC_API_KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 500, stream: true, messages: [{ role: 'user', content: 'turn ' + turn }] }),
  });
  const text = await response.text();
  console.log('turn ' + turn + ': ' + response.status);
  if (!response.ok) { console.log(text); process.exit(1); }
  await new Promise((resolve) => setTimeout(resolve, pause));
}
`;

let provider: Provider;
let cache: CacheService;
let github: GitHubApi;
let jobs: Job[];

beforeEach(async () => {
  provider = await startProvider({
    routes: { '/key/info': () => ({ body: { info: { spend: 3, max_budget: 10, budget_duration: '1d' } } }) },
  });
  cache = await startCacheService();
  github = await startGitHubApi(cache);
  jobs = [];
});

afterEach(async () => {
  for (const job of jobs) job.clean();
  await Promise.all([provider.close(), cache.close(), github.close()]);
});

function newJob(options: JobOptions & { access?: 'read' | 'write' } = {}): Job {
  const ref = options.ref ?? (options.event === 'pull_request' ? 'refs/pull/7/merge' : 'refs/heads/main');
  const environment = {
    ...cache.environment(ref, options.access),
    GITHUB_API_URL: github.url,
    ...options.environment,
  };
  const job = createJob({ ...options, environment, files: { 'agent.mjs': AGENT, ...options.files } });
  jobs.push(job);
  return job;
}

const gateway = () => ({ gateway: 'litellm', 'gateway-url': `${provider.url}/v1`, 'gateway-key': KEY });
const pre = (more = {}) => ({ mode: 'pre', ...gateway(), 'github-token': 'write', ...more });
const wrap = (run: string, more = {}) => ({ mode: 'wrap', ...gateway(), run, ...more });
const post = (more = {}) => ({ mode: 'post', 'github-token': 'write', ...more });

describe('the bundle', () => {
  test('runs on a machine that has nothing else', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'spendgate-bundle-'));
    await cp(DIST, elsewhere, { recursive: true });
    const result = await newJob().step(pre(), { bundle: join(elsewhere, 'index.js') });
    await rm(elsewhere, { recursive: true });
    expect(result.outputs).toMatchObject({ allowed: 'true', remaining: '7' });
  });

  test('tells all faults at once, before anything starts', async () => {
    const result = await newJob().step({
      mode: 'wrap',
      gateway: 'litelm',
      'max-cost': 'two dollars',
      timeout: '20',
      'expect-cost': '5..1',
    });
    expect(result.code).toBe(2);
    const [fault] = result.annotations;
    expect(fault?.level).toBe('error');
    for (const name of ['gateway', 'max-cost', 'timeout', 'expect-cost', 'run'])
      expect(fault?.message).toContain(`\n${name}: `);
    expect(fault?.message).toContain('`litellm`');
    expect(provider.requests).toEqual([]);
  });

  test('masks every secret before it says anything else', async () => {
    const result = await newJob().step(pre({ 'admin-key': 'admin-secret-value' }));
    const firstLines = result.stdout.split('\n').slice(0, 6).join('\n');
    for (const secret of [KEY, 'admin-secret-value']) expect(firstLines).toContain(`::add-mask::${secret}`);
    const rest = result.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    expect(rest.join('\n') + result.summary + JSON.stringify(result.outputs)).not.toContain(KEY);
  });
});

describe('pre', () => {
  test.each([
    [
      'a server error',
      () => ({ status: 500, body: { error: { message: 'database is down' } } }),
      '500: database is down',
    ],
    ['HTML', () => ({ body: '<html>login</html>' }), 'HTML page'],
    ['truncated JSON', () => ({ body: '{"info": {"spend": 3, "max_bud' }), 'truncated JSON'],
    ['wrong types', () => ({ body: { info: { spend: 'three', max_budget: [] } } }), 'unexpected shape'],
    ['a refusal', () => ({ status: 401, body: { error: { message: 'no such key' } } }), '401: no such key'],
  ])('%s instead of a budget blocks the run and says what came', async (_name, answer, said) => {
    provider.setScript({ routes: { '/key/info': answer } });
    const result = await newJob().step(pre());
    expect(result.code).toBe(4);
    expect(result.outputs).toMatchObject({ allowed: 'false', verdict: 'deny', remaining: '' });
    expect(result.annotations.map(({ message }) => message).join('\n')).toContain(said);
  });

  test('too little left denies, and says which figure and which limit', async () => {
    const result = await newJob().step(pre({ 'min-remaining': '8 USD' }));
    expect(result.code).toBe(3);
    expect(result.outputs['reason']).toMatch(/\$7\.00 left on key .* is less than the minimum of \$8\.00/);
  });

  test('the kill switch outranks everything', async () => {
    const result = await newJob().step(pre({ 'kill-switch': 'weekend freeze' }));
    expect(result.code).toBe(3);
    expect(result.outputs['reason']).toContain('weekend freeze');
  });
});

describe('wrap', () => {
  test('a limit ends the run with 3, the reason in the agent’s output, and correct outputs', async () => {
    const result = await newJob().step(wrap('node agent.mjs 9', { 'max-requests': '4' }));
    expect(result.code).toBe(3);
    expect(result.outputs).toMatchObject({
      requests: '4',
      'stop-reason': 'limit:max-requests',
      'exit-code': '1',
    });
    expect(result.stdout).toContain('turn 5: 402');
    expect(result.stdout).toContain('spendgate stopped this run at its limit');
    expect(provider.totals().requests).toBe(4);
  });

  test('the command’s own exit code passes through', async () => {
    const result = await newJob().step(wrap('node agent.mjs 1; exit 7'));
    expect(result.code).toBe(7);
    expect(result.outputs).toMatchObject({ 'exit-code': '7', 'stop-reason': 'agent-failed', requests: '1' });
  });

  test('the agent holds no key and no runner variable, and speaks to no runner', async () => {
    const result = await newJob({
      environment: { GITHUB_TOKEN: 'ghs_runner', OPENAI_API_KEY: KEY, HIDDEN: `x${KEY}y` },
    }).step(
      wrap(
        'env; echo "::error::forged"; printf "  ::set-output name=usage::forged\\r::warning::two\\n"; echo "x ##[error]old" >&2',
      ),
    );
    const printed = result.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    expect(printed.join('\n') + result.stderr).not.toContain(KEY);
    expect(printed.join('\n')).not.toMatch(
      /^(?:ACTIONS_|INPUT_|GITHUB_TOKEN|GITHUB_OUTPUT|GITHUB_ENV|SPENDGATE_(?!RUN=))/m,
    );
    expect(result.annotations.map(({ message }) => message)).not.toContainEqual(
      expect.stringContaining('forged'),
    );
    expect(
      result.stdout
        .split(/[\r\n]/)
        .filter((line) => /^\s*::(?:error|warning|set-output)[ :].*(?:forged|two)/.test(line)),
    ).toEqual([]);
    expect(result.stderr).not.toContain('##[error]');
  });

  test('a timeout ends the whole process group, and the outputs are written', async () => {
    const result = await newJob().step(
      wrap('node agent.mjs 1; (trap "" TERM; sleep 60) & echo "child $!"; trap "" TERM; sleep 60', {
        timeout: '2s',
      }),
    );
    expect(result.code).toBe(3);
    expect(result.outputs).toMatchObject({ 'stop-reason': 'timed-out', requests: '1' });
    const child = Number(/child (\d+)/.exec(result.stdout)?.[1]);
    expect(existsSync(`/proc/${child}`) && !isZombie(child)).toBe(false);
  });

  test('a program that left the process group does not outlive the run', async () => {
    const result = await newJob().step(
      wrap('setsid sleep 61 > /dev/null 2>&1 & sleep 0.5; echo "daemon $(pgrep -n -f "^sleep 61$")"'),
    );
    const daemon = Number(/daemon (\d+)/.exec(result.stdout)?.[1]);
    expect(daemon).toBeGreaterThan(0);
    await waitFor(() => !existsSync(`/proc/${daemon}`) || isZombie(daemon));
  });

  test('a policy file that the agent rewrote does not judge it', async () => {
    const policy = 'version: 1\ntasks:\n  triage:\n    expect:\n      requests: ..2\n';
    const job = newJob({ files: { '.github/spendgate.yml': policy } });
    await job.step(
      wrap("node agent.mjs 3; sed -i 's/[.][.]2/..99/' .github/spendgate.yml", { task: 'triage' }),
    );
    const result = await job.step(post({ task: 'triage' }));
    expect(result.code).toBe(3);
    expect(result.outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
    expect(result.annotations[0]?.message).toContain('was changed after `wrap` had started');
  });

  test('the gate that closes then is the one the file had named, however mild the step is told to be', async () => {
    const policy =
      'version: 1\ndefaults: { gate: shared-gate }\ntasks: { triage: { expect: { requests: ..9 } } }\n';
    const files = { '.github/spendgate.yml': policy };
    const job = newJob({ files });
    await job.step(wrap('node agent.mjs 1; echo "version: 1" > .github/spendgate.yml', { task: 'triage' }));
    const result = await job.step(post({ task: 'triage', 'on-out-of-range': 'warn' }));
    expect([result.code, result.outputs['gate']]).toEqual([3, 'closed']);
    expect(result.annotations.map(({ level }) => level)).toContain('error');
    const next = await newJob({ files, runId: '4712' }).step(pre({ task: 'triage' }));
    expect([next.code, next.outputs['reason']]).toEqual([
      3,
      expect.stringContaining('gate shared-gate is closed'),
    ]);
  });

  test('an input that does not exist is a fault: a misspelt limit would be no limit', async () => {
    const result = await newJob().step(wrap('node agent.mjs 1', { 'max-cots': '2' }));
    expect(result.code).toBe(2);
    expect(result.annotations[0]?.message).toContain(
      'max-cots: This is not an input; the nearest one is `max-cost`',
    );
  });

  test('observe says what would have ended the run, and ends nothing', async () => {
    const result = await newJob().step(wrap('node agent.mjs 4', { 'max-requests': '2', observe: 'true' }));
    expect(result.code).toBe(0);
    expect(result.outputs).toMatchObject({ requests: '4', 'stop-reason': 'completed' });
    expect(result.summary).toContain('A limit would have ended this run');
  });

  test('a fallback that answered is named, with what was asked for', async () => {
    const headers = { 'x-litellm-attempted-fallbacks': '1', 'x-litellm-model-name': 'azure/other' };
    provider.setScript({ headers });
    const result = await newJob().step(wrap('node agent.mjs 2', { gateway: 'litellm' }));
    expect(result.summary).toMatch(/A fallback answered.*→ azure\/other \(2\)/s);
    provider.setScript({ headers: { ...headers, 'x-litellm-attempted-fallbacks': '0' } });
    const straight = await newJob().step(wrap('node agent.mjs 2', { gateway: 'litellm' }));
    expect(straight.summary).not.toContain('A fallback answered');
  });

  test('a cancelled job ends the agent, and the outputs are written', async () => {
    const job = newJob();
    const result = await job.step(wrap('node agent.mjs 50 100'), {
      onStart: (child) =>
        void waitFor(() => provider.totals().requests >= 2).then(() => child.kill('SIGINT')),
    });
    expect(result.outputs['stop-reason']).toBe('cancelled');
    expect(Number(result.outputs['requests'])).toBeGreaterThanOrEqual(2);
  });

  test('an action that is killed leaves the calls that had settled, and post counts them', async () => {
    const job = newJob();
    const killed = await job.step(wrap('node agent.mjs 3; sleep 30'), {
      onStart: (child) => void waitFor(() => ledgerLines(job, 'call') >= 3).then(() => child.kill('SIGKILL')),
    });
    expect(killed.code).toBeNull();
    const result = await job.step(post({ 'expect-requests': '..2' }));
    expect(result.outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
    expect(result.outputs['findings']).toContain('run-unfinished');
    expect(result.summary).toContain('3');
  });

  test('an action that is killed in the middle of a call names the call that was on its way', async () => {
    provider.setScript({ delayMs: 60_000 });
    const job = newJob();
    const killed = await job.step(wrap('node agent.mjs 1'), {
      onStart: (child) => void waitFor(() => ledgerLines(job, 'sent') >= 1).then(() => child.kill('SIGKILL')),
    });
    expect(killed.code).toBeNull();
    const result = await job.step(post());
    expect(result.outputs['findings']).toContain('unsettled-calls');
    expect(result.summary).toContain('Sent and not settled: ');
  });

  test('a record that was changed after the run is refused', async () => {
    const job = newJob();
    const { outputs } = await job.step(wrap('node agent.mjs 1'));
    const path = outputs['record'] ?? '';
    await import('node:fs').then(({ writeFileSync }) =>
      writeFileSync(path, readFileSync(path, 'utf8').replace('"requests": 1', '"requests": 0')),
    );
    const result = await job.step(post());
    expect(result.code).toBe(5);
    expect(result.annotations[0]?.message).toContain('is not the one that `wrap` wrote');
  });

  test('without a gateway key the agent’s own credentials pass, and no token is asked for', async () => {
    const run =
      'curl -sf "$ANTHROPIC_BASE_URL/v1/messages" -H "x-api-key: own-login" -H "content-type: application/json" -d \'{"model":"m","max_tokens":1,"messages":[]}\' > /dev/null';
    const result = await newJob().step({ mode: 'wrap', 'gateway-url': provider.url, run });
    expect(result.outputs).toMatchObject({ requests: '1', 'stop-reason': 'completed' });
    expect(provider.requests.at(-1)?.headers['x-api-key']).toBe('own-login');
  });

  test('usage that nobody reported is empty, not 0', async () => {
    provider.setScript({ fault: { kind: 'no-usage' } });
    const { outputs } = await newJob().step(wrap('node agent.mjs 1'));
    expect(outputs).toMatchObject({
      requests: '1',
      'input-tokens': '',
      'total-tokens': '',
      'cost-usd': '',
      'cost-source': 'unknown',
    });
  });
});

describe('post', () => {
  test('comments on the pull request once, and updates its comment', async () => {
    github.comments.push({ id: 1, body: '<!-- spendgate:nightly-default -->\nnot ours', login: 'stranger' });
    const job = newJob({ event: 'pull_request' });
    await job.step(wrap('node agent.mjs 3'));
    const first = await job.step(post({ 'expect-requests': '..2' }));
    expect(first.outputs['comment-url']).toContain('issuecomment-2');
    await job.step(post({ 'expect-requests': '..5' }));
    expect(github.comments.map(({ login }) => login)).toEqual(['stranger', 'github-actions[bot]']);
    expect(github.comments[0]?.body).toContain('not ours');
    expect(github.comments[1]?.body).toContain('within its expected range');
  });

  test('on a fork’s token the summary holds what the comment would have said', async () => {
    const job = newJob({ event: 'pull_request' });
    await job.step(wrap('node agent.mjs 3'));
    const result = await job.step(post({ 'expect-requests': '..2', 'github-token': 'read' }));
    expect(result.code).toBe(0);
    expect(result.outputs).toMatchObject({ verdict: 'outside', 'comment-url': '' });
    expect(result.summary).toContain('model calls above the expected range');
    expect(github.comments).toEqual([]);
  });

  test('an annotation points at the line of the policy file the range comes from', async () => {
    const policy = 'version: 1\ntasks:\n  triage:\n    expect:\n      requests: ..2\n';
    const job = newJob({ files: { '.github/spendgate.yml': policy } });
    await job.step(wrap('node agent.mjs 3', { task: 'triage' }));
    const result = await job.step(post({ task: 'triage' }));
    const error = result.annotations.find(({ level }) => level === 'error');
    expect(error?.properties).toMatchObject({ file: '.github/spendgate.yml', line: '5' });
  });

  test('figures given as inputs are judged where the agent ran without wrap', async () => {
    const result = await newJob().step(
      post({
        'input-tokens': '60000',
        'cost-usd': '0.4',
        'expect-input-tokens': '5k..50k',
        'expect-cost': '..0.50 USD',
        'on-out-of-range': 'fail',
      }),
    );
    expect(result.code).toBe(3);
    expect(result.outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
  });
});

describe('the gate', () => {
  const outside = post({ 'input-tokens': '9', 'expect-input-tokens': '..5' });

  test.each(['write', 'no-caches'])(
    'closed by post holds back the next run until a person opens it (token: %s)',
    async (token) => {
      const night = newJob({ event: 'schedule' });
      expect((await night.step({ ...outside, 'github-token': token })).outputs['gate']).toBe('closed');
      const held = await newJob({ event: 'schedule' }).step(pre({ 'github-token': token }));
      expect([held.code, held.outputs['gate']]).toEqual([3, 'closed']);
      const person = newJob({ event: 'workflow_dispatch', runId: '4712' });
      const opened = await person.step({
        mode: 'gate',
        gate: 'nightly-default',
        'gate-action': 'open',
        reason: 'looked at it',
        'github-token': token,
      });
      expect(opened.outputs['reason']).toContain('by octocat: looked at it');
      const next = await newJob({ event: 'schedule' }).step(pre({ 'github-token': token }));
      expect([next.code, next.outputs['gate']]).toEqual([0, 'open']);
    },
  );

  test('closed on a pull request is seen by a schedule, through the list of caches', async () => {
    await newJob({ event: 'pull_request' }).step(outside);
    const seen = await newJob({ event: 'schedule' }).step(pre());
    expect(seen.outputs['gate']).toBe('closed');
    const blind = await newJob({ event: 'schedule' }).step(pre({ 'github-token': 'no-caches' }));
    expect(blind.outputs['gate']).toBe('unknown');
  });

  test('opens by itself when its time is over', async () => {
    await newJob().step({ ...outside, 'block-for': '1ms' });
    const result = await newJob().step(pre());
    expect([result.code, result.outputs['gate']]).toEqual([0, 'open']);
  });

  test('that could not be closed is said loudly', async () => {
    const result = await newJob({ access: 'read' }).step(outside);
    expect(result.outputs).toMatchObject({ verdict: 'outside', gate: 'unknown' });
    expect(result.annotations.map(({ message, level }) => `${level} ${message}`)).toContainEqual(
      expect.stringMatching(/^error .*read-only token/),
    );
    expect(result.summary).toContain('could NOT be closed');
  });

  test('that was evicted is unknown, and on-gate-unknown decides', async () => {
    await newJob().step(outside);
    cache.evictAll();
    expect((await newJob().step(pre())).outputs).toMatchObject({
      gate: 'unknown',
      allowed: 'true',
      verdict: 'allow',
    });
    expect((await newJob().step(pre({ 'on-gate-unknown': 'block' }))).code).toBe(5);
  });

  test('is unknown when the cache service drops its connections', async () => {
    cache.fault = { method: 'GetCacheEntryDownloadURL', status: 0 };
    const result = await newJob().step(pre({ 'github-token': 'no-caches' }));
    expect(result.outputs).toMatchObject({ gate: 'unknown', allowed: 'true' });
  });

  test('observe closes nothing and fails nothing', async () => {
    const result = await newJob().step({ ...outside, observe: 'true' });
    expect([result.code, result.outputs['verdict']]).toEqual([0, 'outside']);
    expect(cache.entries.filter(({ key }) => key.endsWith('.blocked'))).toEqual([]);
  });
});

describe('the ledger gateway', () => {
  const policy = 'version: 1\ngateway: { id: ledger, budgets: [{ limit: 0.02 USD, period: month }] }\n';

  test('remembers what runs spent, and holds back the run that finds too little', async () => {
    const files = { '.github/spendgate.yml': policy };
    const spend = { mode: 'wrap', 'gateway-url': provider.url, 'gateway-key': KEY, 'github-token': 'write' };
    const start = { mode: 'pre', 'min-remaining': '0.015 USD', 'github-token': 'write' };
    expect((await newJob({ files }).step(start)).outputs).toMatchObject({
      allowed: 'true',
      remaining: '0.02',
    });
    await newJob({ files, runId: '1' }).step({ ...spend, run: 'node agent.mjs 2' });
    const result = await newJob({ files }).step(start);
    expect(result.outputs).toMatchObject({ allowed: 'false', remaining: '0.012134' });
  });
});

describe('the gateway’s own count', () => {
  let spentByOthers: number;

  /** A key whose calls cost a quarter each, as the gateway itself says. */
  beforeEach(() => {
    spentByOthers = 0;
    provider.setScript({
      headers: { 'x-litellm-response-cost': '0.25' },
      routes: {
        '/key/info': () => ({
          body: { info: { spend: 3 + 0.25 * provider.billed.length + spentByOthers, max_budget: 10 } },
        }),
      },
    });
  });

  const compare = (more = {}) => post({ ...gateway(), 'reconcile-wait': '0', ...more });
  const ids = (findings = '[]') =>
    (JSON.parse(findings) as { id: string; level: string }[]).map(({ id, level }) => `${level} ${id}`);
  const messages = ({ annotations }: { annotations: readonly { level: string; message: string }[] }) =>
    annotations.map(({ level, message }) => `${level} ${message}`).join('\n');

  test('agrees with the meter, and explains itself to the next run', async () => {
    const job = newJob();
    await job.step(pre());
    await job.step(wrap('node agent.mjs 2'));
    const { outputs, summary } = await job.step(compare());
    expect(outputs).toMatchObject({ 'drift-percent': '0.0' });
    expect(ids(outputs['findings'])).toEqual(['notice no-expectation']);
    expect(summary).toContain('the gateway counted \\$0.5000 on key, the meter \\$0.5000');
    const next = await newJob({ runId: '4712' }).step(pre());
    expect(next.outputs).toMatchObject({ allowed: 'true', used: '3.5' });
    expect(messages(next)).not.toContain('warning');
  });

  test('shows what others spent during the run, and between runs', async () => {
    const job = newJob();
    await job.step(pre());
    await job.step(wrap('node agent.mjs 2'));
    spentByOthers = 0.125;
    const { outputs, code } = await job.step(compare());
    expect([code, outputs['drift-percent']]).toEqual([0, '25.0']);
    expect(ids(outputs['findings'])).toContain('warning spend-by-others');
    spentByOthers = 1.125;
    const next = await newJob({ runId: '4712' }).step(pre());
    expect(next.outputs).toMatchObject({ allowed: 'true', verdict: 'allow' });
    expect(messages(next)).toMatch(/warning .*The count of key moved by \$1\.00 since .*run 4711 of nightly/);
  });

  test('names another workflow that uses the key', async () => {
    await newJob({ workflow: 'release', runId: '4700' }).step(pre());
    expect(messages(await newJob().step(pre()))).toMatch(/warning .*another workflow, .*run 4700 of release/);
  });

  test('that cannot be read after the run changes nothing', async () => {
    const job = newJob();
    await job.step(pre());
    await job.step(wrap('node agent.mjs 1'));
    provider.setScript({
      routes: { '/key/info': () => ({ status: 403, body: { error: { message: 'no' } } }) },
    });
    const { outputs, code } = await job.step(compare({ 'expect-requests': '..5' }));
    expect([code, outputs['verdict'], outputs['drift-percent']]).toEqual([0, 'within', '']);
  });

  test('is not asked for where `pre` did not run in this job', async () => {
    await newJob().step(pre());
    const job = newJob({ runId: '4712' });
    await job.step(wrap('node agent.mjs 1'));
    const before = provider.requests.length;
    const { outputs } = await job.step(compare());
    expect([outputs['drift-percent'], provider.requests.length - before]).toEqual(['', 0]);
  });

  test('is kept under a fingerprint, never with the key', async () => {
    await newJob().step(pre());
    const kept = cache.entries.filter(({ key }) => key.startsWith('spendgate.seen.'));
    expect(kept.map(({ key }) => key)).toEqual([
      expect.stringMatching(/^spendgate\.seen\.v1\.[0-9a-f]{16}\.\d{15}\.4711-1$/),
    ]);
    await newJob().step(pre({ 'gateway-key': 'another-key-of-the-test' }));
    const prints = cache.entries
      .filter(({ key }) => key.startsWith('spendgate.seen.'))
      .map(({ key }) => key.split('.')[3]);
    expect(new Set(prints).size).toBe(2);
  });

  test('stands in no file, so that a folder in its place changes nothing', async () => {
    const job = newJob();
    await job.step(pre());
    const path = join(job.temp, 'spendgate', 'default-budget.json');
    mkdirSync(path, { recursive: true });
    await job.step(wrap('node agent.mjs 1'));
    const { outputs, code } = await job.step(compare());
    expect(code).toBe(0);
    expect(outputs['drift-percent']).not.toBe('');
  });
});

describe('a verified contract in the policy file', () => {
  const policy = (day: string) =>
    `version: 1
contract:
  gateway: litellm
  verified-at: ${day}
  exhaustion: { status: 418, code: house_limit }
  enforcement: soft
  overshoot-percent: 40
`;

  test('is what `wrap` knows the end of a budget by', async () => {
    const body = { error: { message: 'the house says no', code: 'house_limit' } };
    provider.setScript({ fault: { kind: 'status', status: 418, body, from: 2 } });
    const run = wrap('node agent.mjs 9');
    const known = await newJob({ files: { '.github/spendgate.yml': policy('2026-11-20') } }).step(run);
    expect(known.code).toBe(3);
    expect(known.outputs).toMatchObject({ 'stop-reason': 'budget-exhausted', requests: '2' });
    expect(known.stdout).toContain('contract of 2026-11-20: status 418, house_limit');
    provider.setScript({ fault: { kind: 'status', status: 418, body, from: 2 } });
    const unknown = await newJob().step(run);
    expect(unknown.outputs['stop-reason']).toBe('agent-failed');
  });

  test('that is old warns in `pre`, and changes no verdict', async () => {
    const files = { '.github/spendgate.yml': policy('2020-01-01') };
    const { code, outputs, annotations } = await newJob({ files }).step(pre());
    expect([code, outputs['allowed'], outputs['remaining']]).toEqual([0, 'true', '7']);
    const said = annotations.map(({ level, message }) => `${level} ${message}`).join('\n');
    expect(said).toMatch(/warning .*verified \d+ days ago \(2020-01-01\)/);
    expect(said).toMatch(/notice .*40 % beyond it/);
  });

  test('with a fault in it stops before anything starts, with file and line', async () => {
    const files = { '.github/spendgate.yml': policy('2026-11-20').replace('soft', 'firm') };
    const { code, annotations } = await newJob({ files }).step(wrap('node agent.mjs 1'));
    expect(code).toBe(2);
    expect(annotations[0]?.message).toContain('.github/spendgate.yml:6: contract.enforcement:');
    expect(provider.requests).toEqual([]);
  });
});

describe('what the runner cost', () => {
  test('is told beside the calls, by what the runner says of itself', async () => {
    const environment = { RUNNER_OS: 'Linux', RUNNER_ENVIRONMENT: 'github-hosted' };
    const policy = 'version: 1\ndefaults: { minutes-price: { linux: 0.006 USD, windows: 0.01 USD } }\n';
    provider.setScript({ headers: { 'x-litellm-response-cost': '0.25' } });
    const job = newJob({ environment, files: { '.github/spendgate.yml': policy } });
    const { outputs } = await job.step(wrap('node agent.mjs 1'));
    expect(outputs).toMatchObject({
      'runner-minutes': '1',
      'runner-cost-usd': '0.006',
      'cost-usd': '0.25',
      'total-cost-usd': '0.256',
    });
    expect((await job.step(post())).summary).toContain('1 started minutes');
  });
});

function ledgerLines(job: Job, type: 'sent' | 'call'): number {
  const dir = join(job.temp, 'spendgate');
  if (!existsSync(dir)) return 0;
  const ledger = readdirSync(dir).find((name) => name.endsWith('.ndjson'));
  return ledger ? readFileSync(join(dir, ledger), 'utf8').split(`"type":"${type}"`).length - 1 : 0;
}

function isZombie(pid: number): boolean {
  return existsSync(`/proc/${pid}/stat`) && /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}
