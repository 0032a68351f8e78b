/**
 * What the agent of `wrap`, or a step behind it, does to what `post` judges by: in the committed bundle, with real files,
 * pipes and variables. Whatever it does, `post` ends, and what it says is about the job that there was.
 */
import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type CacheService, startCacheService } from '../support/cache-service.js';
import { type GitHubApi, startGitHubApi } from '../support/github-api.js';
import { type Provider, startProvider } from '../support/provider.js';
import { createJob, type Job, type JobOptions, type StepResult } from '../support/runner.js';

const HEAD = 'abc1230000000000000000000000000000000000';
const FOREIGN = 'f'.repeat(40);
const AGENT = `
const [turns] = process.argv.slice(2).map(Number);
for (let turn = 0; turn < turns; turn += 1)
  await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
    method: 'POST',
    headers: { 'x-api-key': process.env.ANTHROPIC_API_KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 500, messages: [{ role: 'user', content: 'hi' }] }),
  });
`;
const POLICY = '.github/spendgate.yml';
const OWN_PULL = { pull_request: { number: 7, head: { sha: HEAD, repo: { full_name: 'acme/app' } } } };
const OTHER_PULL = {
  pull_request: { number: 1234, head: { sha: FOREIGN, repo: { full_name: 'acme/app' } } },
};
const SUM = createHash('sha256').update('default').digest('hex').slice(0, 16).toUpperCase();
/** A step that waits for a pipe waits for ever. */
const SOON = 20_000;

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

function newJob(options: JobOptions = {}): Job {
  const ref = options.event === 'pull_request' ? 'refs/pull/7/merge' : 'refs/heads/main';
  const environment = { ...cache.environment(ref), GITHUB_API_URL: github.url };
  const job = createJob({ ...options, environment, files: { 'agent.mjs': AGENT, ...options.files } });
  jobs.push(job);
  return job;
}

const token = { 'github-token': 'write', gate: 'nightly', 'expect-requests': '..9' };
const wrap = (run: string, more = {}) => ({
  mode: 'wrap',
  'github-token': 'write',
  upstream: `anthropic-messages=${provider.url}`,
  agent: 'claude-code',
  run,
  ...more,
});

async function postSoon(job: Job, more: object = {}): Promise<StepResult> {
  let timer: NodeJS.Timeout | undefined;
  const inputs = { mode: 'post', ...token, ...more };
  const result = await job.step(inputs, {
    onStart: (child) => {
      timer = setTimeout(() => child.kill('SIGKILL'), SOON);
    },
  });
  clearTimeout(timer);
  return result;
}
const findings = ({ outputs }: StepResult): string[] =>
  (JSON.parse(outputs['findings'] ?? '[]') as { id: string; level: string }[]).map(
    ({ id, level }) => `${level} ${id}`,
  );

test('a signal from the agent opens no debugger, which would show the keys in memory', async () => {
  const job = newJob();
  const result = await job.step(wrap('kill -USR1 $PPID; node agent.mjs 1'));
  expect(result).toMatchObject({ code: 0, outputs: { requests: '1' } });
  expect(result.stderr).not.toMatch(/debugger|inspector/i);
});

describe('the event file', () => {
  const rewritten = (text: string, job: Job) =>
    `printf '%s' '${text}' > ${join(job.temp, 'event.json')}; node agent.mjs 1`;
  const pull = () => newJob({ event: 'pull_request', payload: OWN_PULL });

  test('that the agent rewrote sends `post` to no other pull request and no other commit', async () => {
    const job = pull();
    await job.step(wrap(rewritten(JSON.stringify(OTHER_PULL), job), { check: 'run' }));
    const result = await postSoon(job, { check: 'run', comment: 'always' });
    expect(result.code).toBe(3);
    expect(result.outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
    expect(findings(result)).toContain('error event-changed');
    expect(github.comments).toEqual([]);
    await job.end();
    expect(github.checks.map(({ sha, conclusion }) => [sha, conclusion])).toEqual([[HEAD, 'failure']]);
  });

  test('does not become another one by a checksum that the agent of `wrap` slipped in', async () => {
    const text = JSON.stringify(OTHER_PULL);
    const sum = createHash('sha256').update(text).digest('hex');
    const job = pull();
    const slip = `echo SPENDGATE_EVENT=${sum} >> "$(ls -t ${job.temp}/*-env | head -1)"`;
    await job.step(wrap(`${rewritten(text, job)}; ${slip}`));
    expect(findings(await postSoon(job))).toContain('error event-changed');
  });

  test('is remembered by `pre` as well, for an agent that is a step of its own', async () => {
    const job = pull();
    const { outputs } = await job.step({
      mode: 'pre',
      'github-token': 'write',
      gateway: 'litellm',
      'gateway-url': `${provider.url}/v1`,
      'gateway-key': 'sk-the-gateway-key-of-the-test',
    });
    expect(outputs['allowed']).toBe('true');
    await job.run(['bash', '-c', rewritten(JSON.stringify(OTHER_PULL), job).replace(/;.*$/, '')]);
    const result = await postSoon(job, { 'input-tokens': '1' });
    expect(findings(result)).toContain('error event-changed');
  });

  test('stays as it was for the agent that changes nothing', async () => {
    const job = pull();
    await job.step(wrap('node agent.mjs 1'));
    const result = await postSoon(job, { comment: 'always' });
    expect([result.code, result.outputs['verdict']]).toEqual([0, 'within']);
    expect(github.comments).toHaveLength(1);
  });

  test('that is no JSON keeps `post` from nothing but saying so', async () => {
    const job = newJob({ event: 'schedule' });
    writeFileSync(join(job.temp, 'event.json'), '{');
    const result = await postSoon(job, { 'input-tokens': '60000', 'expect-input-tokens': '5k..50k' });
    expect(result.code).toBe(2);
    expect(result.outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
    expect(result.annotations.map(({ message }) => message).join('\n')).toMatch(/event\.json is not JSON/);
  });

  test('stops every other mode', async () => {
    const job = pull();
    await job.step(wrap(rewritten(JSON.stringify(OTHER_PULL), job)));
    const result = await job.step({ mode: 'gate', ...token, 'gate-action': 'status' });
    expect(result.code).toBe(2);
    expect(result.annotations[0]?.message).toMatch(/is not what it was in an earlier step of this job/);
  });
});

describe('a pipe', () => {
  test('in the place of the policy file is another policy file', async () => {
    const policy = 'version: 1\ntasks:\n  default:\n    expect:\n      requests: ..2\n';
    const job = newJob({ event: 'schedule', files: { [POLICY]: policy } });
    await job.step(wrap(`node agent.mjs 1; rm ${POLICY}; mkfifo ${POLICY}`));
    const result = await postSoon(job);
    expect(result.code).toBe(3);
    expect(result.outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
    expect(findings(result)).toContain('error policy-changed');
  });

  test('in the place of the record ends `post` at once', async () => {
    const job = newJob({ event: 'schedule' });
    const { outputs } = await job.step(wrap('node agent.mjs 1'));
    const record = outputs['record'] ?? '';
    rmSync(record);
    await job.run(['mkfifo', record]);
    const result = await postSoon(job);
    expect(result.code).toBe(2);
    expect(result.outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
    expect(result.annotations[0]?.message).toMatch(
      /is not there any more\. What the run used is not known\./,
    );
    const handed = await postSoon(job, { usage: outputs['usage'] });
    expect([handed.code, handed.outputs['verdict']]).toEqual([0, 'within']);
  });

  test('in the place of the event file is another event file', async () => {
    const job = newJob({ event: 'schedule' });
    const path = join(job.temp, 'event.json');
    await job.step(wrap(`node agent.mjs 1; rm ${path}; mkfifo ${path}`));
    const result = await postSoon(job);
    expect(findings(result)).toContain('error event-changed');
  });
});

describe('a variable that a step set for later ones', () => {
  const sets = (job: Job, line: string) => job.run(['bash', '-c', `echo '${line}' >> $GITHUB_ENV`]);

  test('and that looks like an input keeps `post` from nothing but saying so', async () => {
    const job = newJob({ event: 'schedule' });
    await sets(job, 'INPUT_FOO=1');
    const result = await postSoon(job, { 'input-tokens': '60000', 'expect-input-tokens': '5k..50k' });
    expect(result.code).toBe(2);
    expect(result.outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
    expect(result.annotations.map(({ message }) => message).join('\n')).toMatch(/foo: This is not an input/);
  });

  test('and that names a meter in the background puts no other record in the place of `wrap`’s', async () => {
    const job = newJob({ event: 'schedule' });
    const ledger = join(job.temp, 'forged.ndjson');
    writeFileSync(ledger, '');
    await job.step(wrap('node agent.mjs 3'));
    const forged = {
      controlUrl: 'http://127.0.0.1:1',
      secret: 'x'.repeat(40),
      task: 'default',
      ledger,
      policy: '',
    };
    await sets(job, `SPENDGATE_METER_${SUM}=${JSON.stringify(forged)}`);
    const result = await postSoon(job, { 'expect-requests': '..2' });
    expect(result.outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
    expect(findings(result)).toContain('error requests-above');
    expect(result.annotations.map(({ message }) => message).join('\n')).toMatch(/the record counts/);
  });

  test('and that sets back when the job decided revives no override that has ended', async () => {
    const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    const until = day(-2).slice(0, 10);
    const policy = `version: 1
tasks: { default: { expect: { requests: ..2 } } }
overrides: [{ task: default, by: alice, reason: was once, until: ${until}, expect: { requests: ..9 } }]
`;
    const job = newJob({ event: 'schedule', files: { [POLICY]: policy } });
    await job.step(wrap('node agent.mjs 3'));
    await sets(job, `SPENDGATE_DECIDED_AT=${day(-4)}`);
    const result = await postSoon(job, { 'expect-requests': '' });
    expect(result.outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
    expect(findings(result)).toContain('error requests-above');
  });

  test('and that brings a record of its own counts for nothing where the workflow hands the usage on', async () => {
    const job = newJob({ event: 'schedule' });
    const { outputs } = await job.step(wrap('node agent.mjs 3'));
    const text = JSON.stringify({ ...JSON.parse(outputs['usage'] ?? ''), requests: 1 });
    const path = join(job.temp, 'forged.json');
    writeFileSync(path, text);
    await sets(job, `SPENDGATE_RECORD_${SUM}=${createHash('sha256').update(text).digest('hex')} ${path}`);
    const result = await postSoon(job, { 'expect-requests': '..2', usage: outputs['usage'] });
    expect(result.outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
  });
});

describe('a record that the agent takes away', () => {
  const FOLDER = '$(dirname $(ls -t RUNNER/spendgate/*.ndjson | head -1))';
  const taking = (job: Job, commands: string) =>
    wrap(`folder=${FOLDER.replace('RUNNER', job.temp)}; node agent.mjs 3; ${commands}`);

  test('is written again, and judged', async () => {
    const job = newJob({ event: 'schedule' });
    expect((await job.step(taking(job, 'rm -rf "$folder"'))).code).toBe(0);
    const result = await postSoon(job, { 'expect-requests': '..2' });
    expect(result.outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
    expect(findings(result)).toContain('error requests-above');
  });

  test.each([
    ['and puts a file in the place of its folder', 'rm -rf "$folder"; touch "$folder"'],
    ['and kills the action', 'rm -rf "$folder"; kill -9 $PPID'],
    ['in parts, and kills the action', 'rm -f "$folder"/*.ndjson; kill -9 $PPID'],
    ['and empties it, and kills the action', 'for f in "$folder"/*.ndjson; do : > $f; done; kill -9 $PPID'],
  ])('%s leaves a run that is outside, and the gate closed', async (_what, commands) => {
    const job = newJob({ event: 'schedule' });
    await job.step(taking(job, commands));
    const result = await postSoon(job);
    expect(result.code).toBe(2);
    expect(result.outputs).toMatchObject({ verdict: 'outside', gate: 'closed', 'drift-percent': '' });
    expect(findings(result)).toContain('error record-lost');
  });
});

test('a lost record of a job that is only observed is told, and fails nothing', async () => {
  const job = newJob({ event: 'schedule' });
  const { outputs } = await job.step(wrap('node agent.mjs 1'));
  rmSync(outputs['record'] ?? '');
  const result = await postSoon(job, { observe: 'true' });
  expect(result.code).toBe(0);
  expect(findings(result)).toContain('notice record-lost');
  expect(result.outputs['gate']).not.toBe('closed');
});

describe('a usage that is not the one of `wrap`', () => {
  test('but of an agent that ended its parent is not believed', async () => {
    const job = newJob({ event: 'schedule' });
    const forged = JSON.stringify({ version: 1, requests: 1, 'stop-reason': 'completed', 'exit-code': 0 });
    const tells = `printf 'usage=%s\\n' '${forged}' >> "$(ls -t ${job.temp}/*-output | head -1)"`;
    const killed = await job.step(wrap(`node agent.mjs 3; ${tells}; kill -9 $PPID`));
    expect([killed.code, killed.outputs['usage']]).toEqual([null, forged]);
    const result = await postSoon(job, { 'expect-requests': '..3', usage: killed.outputs['usage'] });
    expect(result.outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
    expect(findings(result)).toContain('error usage-disputed');
    expect(result.summary).toContain('at least 3,723');
  });

  test('but of a ledger that a later step brought is outside as well', async () => {
    const job = newJob({ event: 'schedule' });
    const { outputs } = await job.step(wrap('node agent.mjs 3'));
    const ledger = join(job.temp, 'forged.ndjson');
    writeFileSync(ledger, '');
    for (const path of [ledger, '/no/such/file']) {
      await job.run(['bash', '-c', `echo 'SPENDGATE_RECORD_${SUM}=open ${path}' >> $GITHUB_ENV`]);
      const result = await postSoon(job, { usage: outputs['usage'] });
      expect(result.outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
    }
  });

  test('is all that a job has that did not run the agent itself', async () => {
    const { outputs } = await newJob({ event: 'schedule' }).step(wrap('node agent.mjs 3'));
    const result = await postSoon(newJob({ event: 'schedule' }), { usage: outputs['usage'] });
    expect([result.code, result.outputs['verdict']]).toEqual([0, 'within']);
  });
});

test('an override by hand opens no closed gate', async () => {
  await newJob({ event: 'schedule' }).step({
    mode: 'gate',
    'github-token': 'write',
    gate: 'nightly',
    'gate-action': 'close',
    reason: 'r',
  });
  const until = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  for (const guard of ['block-for: 1ms', 'on-gate-unknown: pass', 'on-unreadable: pass']) {
    const result = await newJob({ event: 'workflow_dispatch' }).step({
      mode: 'pre',
      'github-token': 'write',
      gate: 'nightly',
      override: `{ reason: x, until: ${until}, ${guard} }`,
    });
    expect(result.code).toBe(2);
    expect(result.annotations[0]?.message).toMatch(/what a guard does/);
  }
});
