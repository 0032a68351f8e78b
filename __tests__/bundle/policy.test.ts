/** Overrides, defaults of an organisation and `spendgate config`, in the committed bundles. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type CacheService, startCacheService } from '../support/cache-service.js';
import { type GitHubApi, startGitHubApi } from '../support/github-api.js';
import { type Provider, startProvider } from '../support/provider.js';
import { createJob, type Job, type JobOptions } from '../support/runner.js';

const CLI = fileURLToPath(new URL('../../dist/cli/index.js', import.meta.url));
const DAY_MS = 86_400_000;
const START = Date.now();
/** A day that has not come, and one that is over, whenever this runs. */
const day = (distance: number) => new Date(START + distance * DAY_MS).toISOString().slice(0, 10);
const SHA = '0123456789abcdef0123456789abcdef01234567';
const PATH = '.github/spendgate-defaults.yml';
const POLICY = '.github/spendgate.yml';
const EXTENDS = `extends: acme/platform/${PATH}@${SHA}\n`;
const AGENT = `
const call = () => fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
  method: 'POST',
  headers: { 'x-api-key': process.env.ANTHROPIC_API_KEY, 'content-type': 'application/json' },
  body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 500, stream: true, messages: [{ role: 'user', content: 'hi' }] }),
}).then(async (answer) => { await answer.text(); return answer.status; });
const statuses = [];
for (let turn = 0; turn < 3; turn += 1) statuses.push(await call());
console.log('statuses ' + statuses.join(' ') + ', token ' + (process.env['INPUT_CONFIG-TOKEN'] ?? 'none'));
`;

let provider: Provider;
let cache: CacheService;
let github: GitHubApi;
let jobs: Job[];
let home: string;

beforeEach(async () => {
  provider = await startProvider();
  cache = await startCacheService();
  github = await startGitHubApi(cache);
  jobs = [];
  home = mkdtempSync(join(tmpdir(), 'spendgate-config-'));
});

afterEach(async () => {
  for (const job of jobs) job.clean();
  rmSync(home, { recursive: true, force: true });
  await Promise.all([provider.close(), cache.close(), github.close()]);
});

function newJob(policy: string, options: JobOptions = {}): Job {
  const environment = {
    ...cache.environment('refs/heads/main', 'write'),
    GITHUB_API_URL: github.url,
    ...options.environment,
  };
  const job = createJob({ ...options, environment, files: { 'agent.mjs': AGENT, [POLICY]: policy } });
  jobs.push(job);
  return job;
}

const wrap = (more = {}) => ({
  mode: 'wrap',
  task: 'triage',
  upstream: provider.url,
  'gateway-key': 'sk-the-key-of-the-test',
  run: 'node agent.mjs',
  'github-token': 'write',
  ...more,
});
const post = (more = {}) => ({ mode: 'post', task: 'triage', 'github-token': 'write', ...more });

describe('an override of the policy file', () => {
  const policy = `version: 1
tasks: { triage: { limits: { requests: 1 }, expect: { requests: ..1 } } }
overrides:
  - task: triage
    by: alice
    reason: The *big* migration
    until: ${day(10)}
    limits: { requests: 3 }
    expect: { requests: ..3 }
  - { task: triage, by: bob, reason: Long ago, until: ${day(-10)}, max-cost: 1 USD }
`;

  test('holds in each mode, and each of them says so', async () => {
    const job = newJob(policy);
    const steps = [
      await job.step({ mode: 'pre', task: 'triage', 'github-token': 'write' }),
      await job.step(wrap()),
      await job.step(post()),
    ];
    expect(steps.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(steps[1]?.stdout).toContain('statuses 200 200 200');
    expect(steps[2]?.outputs['verdict']).toBe('within');
    for (const { annotations, summary } of steps) {
      const active = annotations.filter(
        ({ properties }) => properties['title'] === 'spendgate: An override holds',
      );
      expect(active).toHaveLength(1);
      expect(active[0]).toMatchObject({ level: 'notice', properties: { file: POLICY, line: '4' } });
      expect(active[0]?.message).toContain('max-requests from 1 to 3');
      expect(active[0]?.message).toContain('by alice');
      expect(summary).toContain('max-requests from 1 to 3');
      expect(summary).toContain('The \\*big\\* migration');
    }
    const ended = steps.map(
      ({ annotations }) =>
        annotations.filter(({ properties }) => properties['title'] === 'spendgate: An override has ended')
          .length,
    );
    expect(ended).toEqual([1, 0, 0]);
    expect(JSON.parse(steps[1]?.outputs['usage'] ?? '').overrides).toEqual([
      {
        by: 'alice',
        reason: 'The *big* migration',
        until: `${day(11)}T00:00:00Z`,
        origin: `policy ${POLICY}:4`,
        changes: [
          { setting: 'max-requests', before: '1', after: '3' },
          { setting: 'expect-requests', before: '..1', after: '..3' },
        ],
      },
    ]);
  });
});

describe('an override by workflow_dispatch', () => {
  const policy = 'version: 1\ntasks: { triage: { team: platform, limits: { requests: 1 } } }\n';
  const override = `{ max-requests: 3, until: ${day(10)}, reason: Just this once }`;

  test('holds for the run, and post tells of it though only wrap was given it', async () => {
    const job = newJob(policy, { event: 'workflow_dispatch' });
    const wrapped = await job.step(wrap({ override }));
    expect(wrapped.stdout).toContain('statuses 200 200 200');
    expect(JSON.parse(wrapped.outputs['usage'] ?? '')).toMatchObject({
      attribution: { team: 'platform' },
      overrides: [{ by: 'octocat', origin: 'workflow_dispatch' }],
    });
    const judged = await job.step(post());
    expect(judged.summary).toContain('max-requests from 1 to 3');
  });

  test('is refused on a pull request, before anything starts', async () => {
    const refused = await newJob(policy, { event: 'pull_request' }).step(wrap({ override }));
    expect(refused.code).toBe(2);
    expect(refused.annotations[0]?.message).toContain('could come from a stranger');
    expect(provider.requests).toEqual([]);
  });
});

describe('a file that the policy extends', () => {
  const policy = `version: 1\n${EXTENDS}tasks: { triage: {} }\n`;

  test('limits the run, is read with config-token, and no agent sees that', async () => {
    github.contents.set(`${PATH}@${SHA}`, 'version: 1\ndefaults: { max-requests: 2 }\n');
    const tokens = { 'github-token': 'issues=write', 'config-token': 'contents=read' };
    const job = newJob(policy);
    const wrapped = await job.step(wrap(tokens));
    expect(wrapped.outputs['stop-reason']).toBe('limit:max-requests');
    expect(wrapped.stdout).toMatch(/statuses 200 200 4\d\d, token none/);
    expect(wrapped.stdout).toContain('::add-mask::contents=read');
    expect((await job.step(post(tokens))).code).toBe(0);
  });

  test.each([
    ['the permission is missing', 'issues=read', () => undefined, /no `contents: read`/],
    ['it is not there', 'contents=read', () => undefined, /404/],
    [
      'it is too large',
      'contents=read',
      () => github.contents.set(`${PATH}@${SHA}`, `version: 1 # ${'x'.repeat(262_144)}\n`),
      /256 KiB/,
    ],
    [
      'it is not YAML',
      'contents=read',
      () => github.contents.set(`${PATH}@${SHA}`, 'version: [1'),
      /not YAML/,
    ],
    [
      'only another commit has it',
      'contents=read',
      () => github.contents.set(`${PATH}@${SHA.replace('0', 'f')}`, 'version: 1\n'),
      /404/,
    ],
  ])('stops the run when %s, and says what to add', async (_name, token, prepare, message) => {
    prepare();
    const refused = await newJob(policy).step(wrap({ 'github-token': token }));
    expect(refused.code).toBe(2);
    expect(refused.annotations[0]?.message).toMatch(message);
    expect(refused.annotations[0]?.message).toContain('Example:');
    expect(provider.requests).toEqual([]);
  });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function config(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = spawn(process.execPath, [CLI, 'config', ...args], {
    cwd: home,
    env: { PATH: process.env['PATH'] ?? '', HOME: home, GITHUB_API_URL: github.url, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

function file(path: string, text: string): void {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
}

describe('spendgate config', () => {
  const policy = `version: 1
gateway: { id: litellm, key-env: LLM_KEY }
defaults: { on-unpriced: block }
tasks:
  triage: { limits: { cost: 2 USD } }
  review: { limits: { cost: 1 USD } }
overrides:
  - { task: triage, by: alice, reason: x, until: ${day(10)}, max-cost: 10 USD }
`;

  test('prints every value with its origin, and no secret', async () => {
    file(POLICY, policy);
    const environment = {
      LLM_KEY: 'sk-very-secret-key',
      SPENDGATE_MAX_TOKENS: '5m',
      SPENDGATE_ADMIN_KEY: 'admin-secret',
    };
    const { code, stdout, stderr } = await config(['--task', 'triage', '--timeout', '20m'], environment);
    expect([code, stderr]).toEqual([0, '']);
    const line = (name: string) =>
      new RegExp(`^  ${name} .*$`, 'm')
        .exec(stdout)?.[0]
        .trim()
        .split(/\s{2,}/);
    expect(line('max-cost')).toEqual([
      'max-cost',
      '10 USD',
      `override by alice until ${day(11)}T00:00:00Z, policy ${POLICY}:8`,
    ]);
    expect(line('gateway-key')).toEqual(['gateway-key', 'set', `gateway ${POLICY}:2 (key-env LLM_KEY)`]);
    expect(line('admin-key')).toEqual(['admin-key', 'set', 'variable SPENDGATE_ADMIN_KEY']);
    expect(line('config-token')).toEqual(['config-token', 'not set']);
    expect(line('max-tokens')).toEqual(['max-tokens', '5m', 'variable SPENDGATE_MAX_TOKENS']);
    expect(line('timeout')).toEqual(['timeout', '20m', 'flag --timeout']);
    expect(line('on-unpriced')).toEqual(['on-unpriced', 'block', `defaults ${POLICY}:3`]);
    expect(line('on-fallback')).toEqual(['on-fallback', 'warn', 'built-in default']);
    expect(stdout).toMatch(/Not set: .*max-requests/);
    expect(stdout).not.toMatch(/sk-very-secret|admin-secret|Task review/);
    expect(stdout).not.toContain(String.fromCharCode(27));
    expect(github.requests).toEqual([]);
  });

  test('masks a secret wherever else it stands', async () => {
    file(POLICY, policy.replace('on-unpriced: block', 'team: sk-very-secret-key'));
    const { stdout } = await config([], { LLM_KEY: 'sk-very-secret-key' });
    expect(stdout).toMatch(/^ {2}team +\*\*\*/m);
    expect(stdout).not.toContain('sk-very-secret-key');
  });

  test('prints all tasks as JSON for programs', async () => {
    file(POLICY, policy);
    const { code, stdout } = await config(['--json']);
    const { tasks } = JSON.parse(stdout);
    expect([code, Object.keys(tasks)]).toEqual([0, ['triage', 'review']]);
    expect(tasks.review['max-cost']).toEqual({
      value: '1 USD',
      origin: { kind: 'task', text: `task ${POLICY}:6`, file: POLICY, line: 6 },
    });
    expect(tasks.review['max-requests']).toEqual({ value: null, origin: null });
  });

  test('names the commit of a file that is extended', async () => {
    file(POLICY, `version: 1\n${EXTENDS}`);
    github.contents.set(`${PATH}@${SHA}`, 'version: 1\ntasks: { nightly: { max-cost: 9 USD } }\n');
    const { code, stdout } = await config([], { GITHUB_TOKEN: 'contents=read' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Task nightly$/m);
    expect(stdout).toContain(`task acme/platform@0123456789ab:${PATH}:2`);
    expect(stdout).not.toContain('contents=read');
  });

  test.each([
    [
      'a fault of the file',
      'version: 1\ntasks: { triage: { max-cst: 2 } }\n',
      [],
      /nearest one is `max-cost`/,
    ],
    ['a fault of a flag', policy, ['--max-cost', 'much'], /max-cost: "much"/],
    ['an unknown task', policy, ['--task', 'triaje'], /nearest one is `triage`/],
    ['an unknown gateway', policy.replace('litellm', 'litelm'), [], /"litelm" is not a gateway/],
    ['a file that is not there', policy, ['--config', 'nowhere.yml'], /nowhere\.yml does not exist/],
    [
      'another version that is not there',
      policy,
      ['--compare', 'nowhere.yml'],
      /nowhere\.yml does not exist/,
    ],
    [
      'an unknown task in a dry run',
      policy,
      ['--compare', POLICY, '--task', 'triaje'],
      /nearest one is `triage`/,
    ],
  ])('tells %s with exit code 2', async (_name, text, args, message) => {
    file(POLICY, text);
    const { code, stdout, stderr } = await config(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });

  test('says what a change would change, per task, with both origins', async () => {
    file(POLICY, policy.slice(0, policy.indexOf('overrides:')));
    file(
      'new.yml',
      `version: 1
gateway: { id: litellm, key-env: LLM_KEY }
tasks:
  triage: { limits: { cost: 5 USD, requests: 60 } }
  nightly: { limits: { cost: 1 USD } }
`,
    );
    const { code, stdout } = await config(['--compare', 'new.yml']);
    expect(code).toBe(0);
    expect(stdout).toBe(`Task triage
  on-unpriced: block (defaults ${POLICY}:3) → warn (built-in default)
  max-cost: 2 USD (task ${POLICY}:5) → 5 USD (task new.yml:4)
  max-requests: not set → 60 (task new.yml:4)

Task review (removed)
  on-unpriced: block (defaults ${POLICY}:3) → warn (built-in default)
  max-cost: 1 USD (task ${POLICY}:6) → not set

Task nightly (new)
  on-unpriced: block (defaults ${POLICY}:3) → warn (built-in default)
  max-cost: not set → 1 USD (task new.yml:5)
`);
    const json = JSON.parse((await config(['--compare', 'new.yml', '--json'])).stdout);
    expect([json.different, json.tasks.nightly.kind, json.tasks.triage.changes.length]).toEqual([
      true,
      'added',
      3,
    ]);
  });

  test('says that a change changes nothing', async () => {
    file(POLICY, policy);
    file('new.yml', `# the same, further down\n${policy}`);
    expect(await config(['--compare', 'new.yml'])).toEqual({
      code: 0,
      stdout: 'no difference\n',
      stderr: '',
    });
  });

  test('prints nothing that a runner would obey', async () => {
    file(POLICY, `version: 1\ntasks: { "a\\n::error::x": { run: "##[error]x\\n::error::y" } }\n`);
    const { stdout } = await config([]);
    expect(stdout).not.toMatch(/^\s*::|##\[/m);
    const json = (await config(['--json'])).stdout;
    expect(json).not.toMatch(/^\s*::|##\[/m);
    expect(JSON.parse(json).tasks['a\n::error::x'].run.value).toBe('##[error]x\n::error::y');
  });
});
