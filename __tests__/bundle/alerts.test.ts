/** Alerts from the committed bundle: real steps of real jobs, the real `@actions/cache`, a webhook on loopback. */
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type CacheService, startCacheService } from '../support/cache-service.js';
import { type GitHubApi, startGitHubApi } from '../support/github-api.js';
import { type Provider, startProvider } from '../support/provider.js';
import { createJob, type Job, type JobOptions, type StepResult } from '../support/runner.js';
import { startWebhook, type Webhook } from '../support/webhook.js';

const KEY = 'sk-the-gateway-key-of-the-test';
const SECRET = 'the-secret-that-signs-alerts';
const PATH = '/services/T000/B000/s3cr3t-of-the-path?sig=s3cr3t-of-the-query';

let provider: Provider;
let cache: CacheService;
let github: GitHubApi;
let webhook: Webhook;
let jobs: Job[];

beforeEach(async () => {
  provider = await startProvider({ routes: { '/key/info': () => budget(9) } });
  cache = await startCacheService();
  github = await startGitHubApi(cache);
  webhook = await startWebhook();
  jobs = [];
});

afterEach(async () => {
  for (const job of jobs) job.clean();
  await Promise.all([provider.close(), cache.close(), github.close(), webhook.close()]);
});

function budget(spend: number, resetsAt = '2099-01-01T00:00:00Z') {
  return { body: { info: { spend, max_budget: 10, budget_duration: '1d', budget_reset_at: resetsAt } } };
}
const spends = (spend: number, resetsAt?: string) =>
  provider.setScript({ routes: { '/key/info': () => budget(spend, resetsAt) } });

function newJob(options: JobOptions = {}): Job {
  const environment = {
    ...cache.environment(options.ref ?? 'refs/heads/main'),
    GITHUB_API_URL: github.url,
    ...options.environment,
  };
  const job = createJob({ ...options, environment });
  jobs.push(job);
  return job;
}

const gateway = () => ({ gateway: 'litellm', 'gateway-url': `${provider.url}/v1`, 'gateway-key': KEY });
const told = () => ({ 'alert-webhook': webhook.url + PATH, 'alert-secret': SECRET, 'github-token': 'write' });
const pre = (more = {}) => ({ mode: 'pre', ...gateway(), ...told(), ...more });
const post = (more = {}) => ({ mode: 'post', ...gateway(), ...told(), 'reconcile-wait': '0', ...more });
const events = () => webhook.seen.map(({ json }) => [json['event'], json['title']]);

/** All that a step left behind but the lines that ask for masking. */
function traces(result: StepResult): string {
  const lines = `${result.stdout}\n${result.stderr}`.split('\n');
  const shown = lines.filter((line) => !line.startsWith('::add-mask::')).join('\n');
  return shown + result.summary + JSON.stringify(result.outputs);
}

describe('a threshold', () => {
  test('passed in two runs of a period is told once, signed and whole', async () => {
    for (const runId of ['1', '2']) expect((await newJob({ runId }).step(pre())).code).toBe(0);
    expect(events()).toEqual([['budget.threshold', '80 % of a budget is used: key']]);
    const [{ path, headers, body, json } = { path: '', headers: {}, body: '', json: {} }] = webhook.seen;
    expect(path).toBe(PATH);
    const expected = createHmac('sha256', SECRET).update(`${headers['x-spendgate-timestamp']}.${body}`);
    expect(headers['x-spendgate-signature-256']).toBe(`sha256=${expected.digest('hex')}`);
    expect(headers['x-spendgate-delivery']).toMatch(/^[0-9a-f-]{36}$/);
    expect(json).toMatchObject({
      version: 1,
      severity: 'warning',
      repository: 'acme/app',
      workflow: 'nightly',
      'run-id': '1',
      'run-url': 'https://github.com/acme/app/actions/runs/1',
      budget: { gateway: 'litellm', unit: 'USD', threshold: 80, 'percent-used': '90.0', limit: '10' },
    });
  });

  test('in the next period is told again', async () => {
    await newJob({ runId: '1' }).step(pre());
    spends(9, '2099-01-02T00:00:00Z');
    await newJob({ runId: '2' }).step(pre());
    expect(events()).toHaveLength(2);
  });

  test('told by a pull request is known to the default branch, where the token reads the list of caches', async () => {
    await newJob({ runId: '1', event: 'pull_request', ref: 'refs/pull/7/merge' }).step(pre());
    await newJob({ runId: '2' }).step(pre());
    expect(events()).toHaveLength(1);
  });

  test('told by a pull request is told again, where the token cannot read the list', async () => {
    const blind = { 'github-token': 'no-caches' };
    await newJob({ runId: '1', event: 'pull_request', ref: 'refs/pull/7/merge' }).step(pre(blind));
    await newJob({ runId: '2' }).step(pre(blind));
    await newJob({ runId: '3' }).step(pre(blind));
    expect(events()).toHaveLength(2);
  });

  test.each(['write', 'no-caches'])(
    'is left by a run that may not write to the cache to one that may, and not told again (token: %s)',
    async (token) => {
      const environment = cache.environment('refs/heads/main', 'read');
      const comment = (runId: string) => newJob({ runId, event: 'issue_comment', environment });
      for (const runId of ['1', '2']) {
        const result = await comment(runId).step(pre({ 'github-token': token }));
        expect(result.outputs['allowed']).toBe('true');
      }
      expect(events()).toEqual([]);
      await newJob({ runId: '3' }).step(pre({ 'github-token': token }));
      await comment('4').step(pre({ 'github-token': token }));
      expect(events()).toEqual([['budget.threshold', '80 % of a budget is used: key']]);
    },
  );

  test('that the job itself passed is told after it, with a notice', async () => {
    const job = newJob();
    spends(4);
    await job.step(pre());
    expect(events()).toEqual([]);
    spends(6);
    const usage = { usage: '{"input-tokens": 10, "requests": 1, "cost-usd": "2"}' };
    const result = await job.step(post(usage));
    expect(result.code).toBe(0);
    expect(events()).toEqual([['budget.threshold', '50 % of a budget is used: key']]);
    expect(result.annotations.map(({ properties }) => properties['title'])).toContain(
      'spendgate: Budget is 50 % used',
    );
  });
});

describe('a gate', () => {
  test('that a run closes and a person opens is told each time', async () => {
    const usage = { usage: '{"input-tokens": 900}', 'expect-input-tokens': '..100', gate: 'nightly' };
    const closed = await newJob({ runId: '1' }).step(post(usage));
    expect(closed.outputs['gate']).toBe('closed');
    const again = {
      mode: 'gate',
      gate: 'nightly',
      'gate-action': 'open',
      reason: 'Looked at it.',
      ...told(),
    };
    expect((await newJob({ runId: '2', event: 'workflow_dispatch' }).step(again)).code).toBe(0);
    expect(events()).toEqual([
      ['gate.closed', 'The gate nightly is closed'],
      ['gate.opened', 'The gate nightly is open'],
    ]);
  });
});

describe('a webhook that fails', () => {
  test.each<[string, number | 'hang-up', string]>([
    ['refuses', 404, 'it answered 404'],
    ['is down', 503, 'it answered 503'],
    ['sends elsewhere', 302, 'it answered 302, and redirects are not followed'],
    ['hangs up', 'hang-up', ''],
  ])('because it %s changes no verdict, and its URL is shown nowhere', async (_name, answer, said) => {
    webhook.answer = answer;
    const usage = {
      usage: '{"input-tokens": 900}',
      'expect-input-tokens': '..100',
      'on-out-of-range': 'fail',
    };
    const [before, after] = [await newJob().step(pre()), await newJob().step(post(usage))];
    expect([before.code, before.outputs['allowed']]).toEqual([0, 'true']);
    expect([after.code, after.outputs['verdict'], after.outputs['gate']]).toEqual([3, 'outside', 'closed']);
    for (const result of [before, after]) {
      const notice = result.annotations.find(({ properties }) => properties['title']?.includes('An alert'));
      expect(notice?.level).toBe('notice');
      expect(notice?.message).toContain('json (127.0.0.1): ');
      expect(notice?.message).toContain(said);
      expect(traces(result)).not.toContain('s3cr3t');
    }
  });

  test('because it never answers holds nobody up for long', async () => {
    webhook.answer = 'hang';
    const begun = Date.now();
    const result = await newJob().step(pre());
    expect(Date.now() - begun).toBeLessThan(25_000);
    expect([result.code, result.outputs['allowed']]).toEqual([0, 'true']);
    expect(result.stdout).toContain('no answer within');
    expect(webhook.seen).toHaveLength(2);
  }, 60_000);

  test('because its URL is wrong is told before anything starts, without the URL', async () => {
    const result = await newJob().step(pre({ 'alert-webhook': 'http://alerts.example.com/s3cr3t' }));
    expect(result.code).toBe(2);
    expect(result.annotations[0]?.message).toContain('alert-webhook: URL 1 is not an https URL');
    expect(traces(result)).not.toContain('s3cr3t');
  });
});

test('every URL of several is masked for itself, before anything is said', async () => {
  const second = `${webhook.url}/in/s3cr3t-of-the-second`;
  const result = await newJob().step(pre({ 'alert-webhook': `${webhook.url}${PATH}\n${second}` }));
  expect(result.stdout).toContain(`::add-mask::${webhook.url}${PATH}\n`);
  expect(result.stdout).toContain(`::add-mask::${second}\n`);
  expect(traces(result)).not.toContain('s3cr3t');
  expect(webhook.seen.map(({ path }) => path).sort()).toEqual(['/in/s3cr3t-of-the-second', PATH]);
});
