/** The check from before the agent starts to the end of the job, in the committed bundle: also where a step was killed. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type CacheService, startCacheService } from '../support/cache-service.js';
import { type GitHubApi, startGitHubApi } from '../support/github-api.js';
import { type Provider, startProvider } from '../support/provider.js';
import { createJob, type Job, type JobOptions } from '../support/runner.js';

const KEY = 'sk-the-gateway-key-of-the-test';
const HEAD = 'abc1230000000000000000000000000000000000';
/** Makes as many calls as it is told, and pauses before it ends. */
const AGENT = `
const [turns, pause = 0] = process.argv.slice(2).map(Number);
for (let turn = 0; turn < turns; turn += 1)
  await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
    method: 'POST',
    headers: { 'x-api-key': process.env.ANTHROPIC_API_KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 500, messages: [{ role: 'user', content: 'hi' }] }),
  });
console.log('agent at work');
await new Promise((resolve) => setTimeout(resolve, pause));
`;
const OWN_PULL = {
  pull_request: { number: 7, head: { sha: HEAD, repo: { full_name: 'acme/app' } } },
};

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
  const environment = {
    ...cache.environment('refs/pull/7/merge'),
    GITHUB_API_URL: github.url,
    ...options.environment,
  };
  const event = options.event ?? 'pull_request';
  const payload = { ...(event === 'pull_request' ? OWN_PULL : {}), ...options.payload };
  const job = createJob({
    ...options,
    event,
    payload,
    environment,
    files: { 'agent.mjs': AGENT, ...options.files },
  });
  jobs.push(job);
  return job;
}

const gateway = () => ({ gateway: 'litellm', 'gateway-url': `${provider.url}/v1`, 'gateway-key': KEY });
const token = { check: 'run', 'github-token': 'write' };
const pre = (more = {}) => ({ mode: 'pre', ...gateway(), ...token, ...more });
const wrap = (run: string, more = {}) => ({ mode: 'wrap', ...gateway(), ...token, run, ...more });
const post = (more = {}) => ({ mode: 'post', ...token, ...more });
const states = () => github.checks.map(({ status, conclusion }) => conclusion ?? status);

describe('a check run', () => {
  test('is in progress when the agent starts, and successful after a run within its range', async () => {
    const job = newJob();
    await job.step(pre());
    expect(github.checks).toMatchObject([
      { name: 'spendgate', sha: HEAD, status: 'in_progress', externalId: expect.stringMatching(/^4711-1-/) },
    ]);
    await job.step(wrap('node agent.mjs 1'));
    expect(states()).toEqual(['in_progress']);
    await job.step(post({ 'expect-requests': '..5' }));
    expect(states()).toEqual(['success']);
    const [check] = github.checks;
    expect(check?.detailsUrl).toBe('https://github.com/acme/app/actions/runs/4711');
    expect(check?.text).toContain('spendgate post');
    const before = github.requests.length;
    expect((await job.end()).map(({ stdout }) => stdout)).toEqual(['', '', '']);
    // Only the step that opened it has something to look after.
    expect(github.requests.slice(before)).toEqual([`GET /repos/acme/app/commits/${HEAD}/check-runs`]);
    expect(states()).toEqual(['success']);
  });

  test('is opened by `wrap` where no `pre` ran, before the agent starts', async () => {
    const job = newJob();
    let atStart: string[] = [];
    await job.step(wrap('node agent.mjs 1'), {
      onOutput: (text) => {
        if (text.includes('agent at work')) atStart = states();
      },
    });
    expect(atStart).toEqual(['in_progress']);
    await job.step(post({ 'expect-requests': '..5' }));
    expect(states()).toEqual(['success']);
  });

  test('fails where usage is outside, with the place of the range as an annotation', async () => {
    const policy = 'version: 1\ntasks:\n  default:\n    expect:\n      requests: ..1\n';
    const job = newJob({ files: { '.github/spendgate.yml': policy } });
    await job.step(pre());
    await job.step(wrap('node agent.mjs 3'));
    await job.step(post());
    expect(states()).toEqual(['failure']);
    expect(github.checks[0]?.annotations).toEqual([
      expect.objectContaining({ path: '.github/spendgate.yml', start_line: 5, annotation_level: 'failure' }),
    ]);
    expect(github.checks[0]?.title).toContain('outside its expected range');
    const { text = '' } = github.checks[0] ?? {};
    expect(text).toMatch(
      /^### 🛑 default: usage outside its range\n\nspendgate post · gate \*\*closed\*\* · \[run 4711\]/,
    );
    expect(text).toContain(
      [
        '|  |  | Observed | Expected |  |',
        '| :-: | :-- | --: | --: | :-- |',
        '|  | input tokens | 3,723 |  |  |',
      ].join('\n'),
    );
    expect(text).toContain('\n| **✗** | **model calls** | **3** | ..1 | ▰▰▰▰▰▰▰▰▰▰ 300 % of expected |\n\n');
    expect(text).toContain(
      '- 🛑 **model calls above the expected range** (.github/spendgate.yml:5): 3 model calls observed, ..1 expected.<br>→ Look for a loop',
    );
  });

  test.each([
    ['warn', { 'expect-requests': '..1', 'on-out-of-range': 'warn' }],
    ['observe', { 'expect-requests': '..1', observe: 'true' }],
    ['no expectation', {}],
  ])('is neutral with %s', async (_name, inputs) => {
    const job = newJob();
    await job.step(wrap('node agent.mjs 2'));
    await job.step(post(inputs));
    expect(states()).toEqual(['neutral']);
  });

  test.each([
    ['the agent fails', 'node agent.mjs 2; exit 1', {}, 'The agent failed with exit code 1.'],
    [
      'the agent is not there',
      'no-such-agent',
      {},
      'The command of the agent was not found (exit code 127).',
    ],
    ['a limit ends it', 'node agent.mjs 4', { 'max-requests': '2' }, 'Usage is outside its expected range:'],
    ['no call is seen', 'true', {}, 'Usage cannot be judged: no call reached the meter.'],
  ])('keeps the merge waiting when %s', async (_name, run, limits, title) => {
    const job = newJob();
    await job.step(pre());
    await job.step(wrap(run, limits));
    const judged = await job.step(post({ 'expect-requests': '..9', 'on-out-of-range': 'block' }));
    expect(judged.code).toBe(0);
    expect(states()).toEqual(['failure']);
    expect(github.checks[0]?.title).toContain(title);
  });

  test('fails after a run that died, also where what is outside is only told; not where it is observed', async () => {
    for (const more of [{ 'on-out-of-range': 'warn' }, { observe: 'true' }]) {
      const job = newJob();
      await job.step(wrap('node agent.mjs 1; exit 1', more));
      await job.step(post({ 'expect-requests': '..9', ...more }));
    }
    expect(states()).toEqual(['failure', 'neutral']);
  });

  test.each([
    ['too little is left', { 'min-remaining': '8 USD' }, 'failure'],
    ['the kill switch is on', { 'kill-switch': 'freeze' }, 'failure'],
  ])('is completed by `pre` when %s', async (_name, inputs, conclusion) => {
    const job = newJob();
    await job.step(pre(inputs));
    expect(states()).toEqual([conclusion]);
    await job.end();
    expect(states()).toEqual([conclusion]);
  });

  test.each([
    ['meets the kill switch', { 'kill-switch': 'freeze' }, 'failure'],
    ['has no budget', { 'min-remaining': '8 USD' }, 'failure'],
  ])('is left alone by a `post` that always runs, where the run %s', async (_name, inputs, conclusion) => {
    const job = newJob();
    expect((await job.step(pre(inputs))).code).toBe(3);
    const [before] = github.checks;
    const judged = await job.step(post({ 'expect-requests': '..5' }));
    expect(judged.code).toBe(0);
    expect(judged.outputs).toMatchObject({ verdict: 'unknown', findings: '[]', report: '' });
    expect(judged.annotations).toEqual([
      expect.objectContaining({
        level: 'notice',
        message: expect.stringContaining('held the run of default back'),
      }),
    ]);
    await job.end();
    expect(states()).toEqual([conclusion]);
    expect(github.checks).toEqual([before]);
  });

  test('of a run that was held back and ran all the same is judged', async () => {
    const job = newJob();
    await job.step(pre({ 'kill-switch': 'freeze' }));
    await job.step(wrap('node agent.mjs 2'));
    expect((await job.step(post({ 'expect-requests': '..1' }))).outputs['verdict']).toBe('outside');
  });

  test('waits for a person behind a closed gate', async () => {
    const main = { ...cache.environment('refs/heads/main') };
    await newJob({ event: 'push', environment: main }).step({
      mode: 'gate',
      gate: 'g',
      'gate-action': 'close',
      reason: 'too much',
      'github-token': 'write',
    });
    const job = newJob();
    await job.step(pre({ gate: 'g' }));
    expect(states()).toEqual(['action_required']);
    expect((await job.step(post({ gate: 'g', 'expect-requests': '..5' }))).outputs['gate']).toBe('closed');
    expect(states()).toEqual(['action_required']);
  });

  test('does not believe the job’s environment: another run’s check of that name is left alone', async () => {
    const [first, second] = [newJob(), newJob()];
    for (const job of [first, second]) await job.step(pre());
    expect(new Set(github.checks.map(({ externalId }) => externalId)).size).toBe(2);
    await first.step(wrap('node agent.mjs 1'));
    await first.step(post({ 'expect-requests': '..5' }));
    expect(states()).toEqual(['success', 'in_progress']);
    await second.end();
    expect(states()).toEqual(['success', 'failure']);
  });

  test('is not kept for an event without a commit of its own, and a notice says so', async () => {
    const payload = { issue: { number: 7, pull_request: {} } };
    const result = await newJob({ event: 'issue_comment', payload, ref: 'refs/heads/main' }).step(pre());
    expect(github.checks).toEqual([]);
    expect(result.annotations).toContainEqual(
      expect.objectContaining({
        level: 'notice',
        message: expect.stringContaining('issue_comment has no commit'),
      }),
    );
  });

  test('that GitHub cannot open changes no verdict', async () => {
    github.faults.push({ method: 'POST', path: '/check-runs', status: 500, times: 9 });
    const result = await newJob().step(pre());
    expect(result.code).toBe(0);
    expect(result.outputs['allowed']).toBe('true');
    expect(result.annotations.filter(({ level }) => level === 'notice')).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('No check spendgate is kept') }),
    );
  });
});

test('a checks API that hangs delays `pre` by seconds, beside its reading, and changes nothing', async () => {
  github.faults.push({ path: '/check-runs', status: -1, times: 9 });
  const result = await newJob().step(pre());
  expect(result.outputs['allowed']).toBe('true');
  expect(result.annotations).toContainEqual(
    expect.objectContaining({ message: expect.stringContaining('did not answer within 5 s') }),
  );
}, 30_000);

describe('a check that nobody completed is failed at the end of the job', () => {
  const kill = (signal: NodeJS.Signals) => {
    let child: { kill(signal: NodeJS.Signals): boolean } | undefined;
    return {
      onStart: (started: { kill(signal: NodeJS.Signals): boolean }) => {
        child = started;
      },
      onOutput: (text: string) => {
        if (text.includes('agent at work')) child?.kill(signal);
      },
    };
  };

  test('`wrap` killed, and no `post`', async () => {
    const job = newJob();
    await job.step(pre());
    const killed = await job.step(wrap('node agent.mjs 1 5000'), kill('SIGKILL'));
    expect(killed.code).toBeNull();
    const ends = await job.end();
    expect(states()).toEqual(['failure']);
    expect(github.checks[0]?.summary).toBe(
      'spendgate did not finish: `wrap` was killed or cancelled, or could not start; no `post` step judged the run.',
    );
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    expect(ends.at(-1)?.annotations).toMatchObject([{ level: 'warning' }]);
  });

  test('`wrap` killed that had opened it itself', async () => {
    const job = newJob();
    await job.step(wrap('node agent.mjs 1 5000'), kill('SIGKILL'));
    await job.end();
    expect(states()).toEqual(['failure']);
  });

  test('a cancelled job without `post`', async () => {
    const job = newJob();
    await job.step(pre());
    await job.step(wrap('node agent.mjs 1 5000'), kill('SIGINT'));
    await job.end();
    expect(states()).toEqual(['failure']);
    expect(github.checks[0]?.summary).toContain('No `post` step judged the run after `wrap`');
  });

  test('a cancelled job with `post` is judged', async () => {
    const job = newJob();
    await job.step(wrap('node agent.mjs 1 5000'), kill('SIGTERM'));
    expect((await job.step(post({ 'expect-requests': '..5' }))).outputs['verdict']).toBe('within');
    expect(states()).toEqual(['failure']);
    expect(github.checks[0]?.title).toMatch(/^The run was cancelled\. /);
    await job.end();
    expect(states()).toEqual(['failure']);
  });

  test('a job without `wrap` and `post`', async () => {
    const job = newJob();
    await job.step(pre());
    await job.end();
    expect(states()).toEqual(['failure']);
    expect(github.checks[0]?.summary).toContain('`pre` let the run start');
  });

  test('a meter in the background that no `post` ended', async () => {
    const job = newJob();
    const started = await job.step({ mode: 'wrap', ...gateway(), ...token, background: 'true' });
    expect(started.code).toBe(0);
    expect(states()).toEqual(['in_progress']);
    await job.end();
    expect(states()).toEqual(['failure']);
  });

  const OBSERVED_BY_POLICY = { '.github/spendgate.yml': 'version: 1\ndefaults: { observe: true }\n' };

  test.each([
    ['the input says so', { observe: 'true' }, {}, 'neutral'],
    ['the policy file says so', {}, OBSERVED_BY_POLICY, 'neutral'],
    ['the input outranks the policy file', { observe: 'false' }, OBSERVED_BY_POLICY, 'failure'],
  ])('neutral where the job only observes: %s', async (_name, inputs, files, conclusion) => {
    const job = newJob({ files });
    await job.step(pre(inputs));
    await job.step(wrap('node agent.mjs 1 5000', inputs), kill('SIGKILL'));
    await job.end();
    expect(states()).toEqual([conclusion]);
  });

  test('`post` that finds no record says so in the check itself', async () => {
    const job = newJob();
    await job.step(pre());
    expect((await job.step(post())).code).toBe(2);
    expect(states()).toEqual(['failure']);
    expect(github.checks[0]?.title).toContain('post failed');
  });

  test('the hook leaves no error where GitHub cannot be reached', async () => {
    const job = newJob();
    await job.step(pre());
    github.faults.push({ path: '/check-runs', status: 404, times: 9 });
    const [end] = await job.end();
    expect(end?.code).toBe(0);
    expect(end?.annotations).toMatchObject([
      { level: 'warning', message: expect.stringContaining('left in progress') },
    ]);
  });
});

describe('a commit status', () => {
  const status = { check: 'status', 'check-name': 'spend' };
  const list = () => github.statuses.map(({ context, state }) => `${context}: ${state}`);

  test('goes from pending to success', async () => {
    const job = newJob();
    await job.step(pre(status));
    await job.step(wrap('node agent.mjs 1', status));
    await job.step(post({ ...status, 'expect-requests': '..5' }));
    await job.end();
    expect(list()).toEqual(['spend: pending', 'spend: success']);
    expect(github.statuses.every(({ sha }) => sha === HEAD)).toBe(true);
    expect(github.checks).toEqual([]);
  });

  test('goes to failure when the run is outside, or denied', async () => {
    const job = newJob();
    await job.step(wrap('node agent.mjs 2', status));
    await job.step(post({ ...status, 'expect-requests': '..1' }));
    expect(list()).toEqual(['spend: pending', 'spend: failure']);
    expect(github.statuses.at(-1)?.description).toBe(
      'Usage is outside its expected range: 2 model calls observed, ..1 expected.',
    );
    await newJob().step(pre({ ...status, 'min-remaining': '8 USD' }));
    expect(list().at(-1)).toBe('spend: failure');
  });

  test('goes to error where nobody completed it', async () => {
    const job = newJob();
    await job.step(pre(status));
    await job.end();
    expect(list()).toEqual(['spend: pending', 'spend: error']);
    expect(github.statuses.at(-1)?.description).toMatch(/^spendgate did not finish: pre let the run start/);
  });

  test('goes to success where nobody completed it and the policy file says that the job only observes', async () => {
    const job = newJob({ files: { '.github/spendgate.yml': 'version: 1\ndefaults: { observe: true }\n' } });
    await job.step(pre(status));
    await job.end();
    expect(list()).toEqual(['spend: pending', 'spend: success']);
  });
});

describe('a commit status that two jobs share', () => {
  const status = { check: 'status' };
  const states = () => github.statuses.map(({ state }) => state);
  const judge = (tokens: string) =>
    post({ ...status, 'input-tokens': tokens, 'expect-input-tokens': '5k..50k', comment: 'never' });

  test('stays failed where the first was outside and the second within', async () => {
    const [first, second] = [newJob(), newJob()];
    for (const job of [first, second]) await job.step(pre(status));
    await first.step(judge('60000'));
    await second.step(judge('10000'));
    for (const job of [first, second]) await job.end();
    expect(states()).toEqual(['pending', 'pending', 'failure', 'failure']);
  });

  test('fails where the second was killed after the first had passed', async () => {
    const [first, second] = [newJob(), newJob()];
    for (const job of [first, second]) await job.step(pre(status));
    await first.step(judge('10000'));
    await second.end();
    await first.end();
    expect(states()).toEqual(['pending', 'pending', 'success', 'error']);
  });
});

describe('a state that the agent forged', () => {
  const FOREIGN = 'e'.repeat(40);
  const forge = (state: object, more = '') => `
import { appendFileSync, readdirSync } from 'node:fs';
const dir = process.env.RUNNER_TEMP;
const newest = (kind) => dir + '/' + readdirSync(dir).filter((name) => name.endsWith('-' + kind))
  .sort((a, b) => parseInt(a) - parseInt(b)).at(-1);
appendFileSync(newest('state'), '\\ncheck=' + ${JSON.stringify(JSON.stringify(state))} + '\\n');
${more}`;

  test.each(['none', 'status'])('touches no foreign status, with `check: %s`', async (check) => {
    const foreign = { context: 'deploy/prod', state: 'pending', description: '', targetUrl: '' };
    github.statuses.push({ id: 1, sha: FOREIGN, ...foreign });
    const state = {
      kind: 'status',
      name: 'deploy/prod',
      sha: FOREIGN,
      externalId: 'x',
      id: 1,
      progressVariable: 'PATH',
      runUrl: 'https://evil.example/',
    };
    // What the workflow does not say can be set for the hook as well.
    const setInputs = `appendFileSync(newest('env'), '\\nINPUT_CHECK=status\\nINPUT_CHECK-NAME=deploy/prod\\n');`;
    const job = newJob({ files: { 'evil.mjs': forge(state, setInputs) } });
    await job.step(wrap('node evil.mjs', { check }));
    await job.end();
    expect(github.statuses.filter(({ sha }) => sha === FOREIGN)).toHaveLength(1);
    expect(github.statuses.filter(({ context }) => context === 'deploy/prod')).toHaveLength(1);
  });

  test('touches no check run but that of its own job', async () => {
    const victim = newJob();
    await victim.step(pre());
    const [open] = github.checks;
    const job = newJob({ files: { 'evil.mjs': forge({ id: open?.id, sha: HEAD }) } });
    await job.step(wrap('node evil.mjs'));
    await job.end();
    // Its own check is then left in progress, which a branch rule does not take for passed.
    expect(states()).toEqual(['in_progress', 'in_progress']);
  });
});

test('a hook with nothing to do asks nobody', async () => {
  const job = newJob();
  await job.step(pre({ check: 'none' }));
  const before = github.requests.length;
  expect(await job.end()).toMatchObject([{ code: 0, stdout: '', stderr: '' }]);
  expect(github.requests).toHaveLength(before);
});

test.each(['run', 'status'])(
  'a key that the gateway repeats in its error stands nowhere (check: %s)',
  async (check) => {
    const body = { error: { message: `bad ${KEY}` } };
    provider.setScript({ routes: { '/key/info': () => ({ status: 401, body }) } });
    const job = newJob();
    const { code, outputs, summary, stdout } = await job.step(pre({ check }));
    expect(code).toBe(4);
    expect(outputs['reason']).toContain('bad ***');
    // The runner hears of it once, to mask it.
    const log = stdout.replaceAll(`::add-mask::${KEY}`, '');
    expect([JSON.stringify(outputs), summary, JSON.stringify(github.requests), log].join()).not.toContain(
      KEY,
    );
  },
);
