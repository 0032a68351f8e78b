/**
 * The table of docs/permissions.md, line by line in the committed bundle: exactly these permissions are enough, and each
 * of them that is missing is told once, with its name.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { renderReportFile } from '../../src/core/report-file.js';
import { type CacheService, startCacheService } from '../support/cache-service.js';
import { eventOf, HEAD } from '../support/events.js';
import { reportOf } from '../support/fakes.js';
import { type GitHubApi, startGitHubApi } from '../support/github-api.js';
import { createJob, type Job, type StepResult } from '../support/runner.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = read('docs/permissions.md');

interface Line {
  readonly step: string;
  readonly permissions: readonly string[];
  /** Those among them that stand in bold: without one the step fails. */
  readonly required: readonly string[];
}

const lines: Line[] = page
  .split('\n')
  .filter((line) => line.startsWith('| `mode: '))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, step = '', permissions = '']) => ({
    step,
    permissions: [...permissions.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    required: [...permissions.matchAll(/\*\*`([^`]+)`\*\*/g)].map(([, name = '']) => name),
  }));

const REPORT = 'report.json';
const USAGE = { 'input-tokens': '900', 'output-tokens': '90', 'expect-input-tokens': '..1k' };
const BUDGETS = 'version: 1\ngateway:\n  id: ledger\n  budgets: [{ limit: 5 USD, period: day }]\n';
const SHA = '0123456789abcdef0123456789abcdef01234567';
const DEFAULTS = '.github/spendgate-defaults.yml';
const EXTENDS = `version: 1\nextends: acme/platform/${DEFAULTS}@${SHA}\n`;
const MODES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  pre: {},
  wrap: { run: 'true' },
  post: { ...USAGE, comment: 'never' },
  gate: { 'gate-action': 'status' },
  comment: { report: REPORT, comment: 'always' },
};

/** What words of a line stand for, beside the inputs that it names. */
const WORDS: readonly (readonly [RegExp, Readonly<Record<string, string>>])[] = [
  [/ on an? /, { comment: 'always' }],
  [/ with budgets /, { upstream: 'anthropic-messages=http://127.0.0.1:1' }],
  [/ outside its range/, { 'expect-input-tokens': '..5' }],
  [/ and `config-token`/, { 'config-token': 'contents=read' }],
];

interface TestedStep {
  readonly event: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly policy: string | undefined;
}

function stepOf(step: string): TestedStep {
  const named = Object.fromEntries(
    [...step.matchAll(/`([\w-]+): (\w+)`/g)].map(([, name, value]) => [name, value]),
  );
  const said = WORDS.filter(([words]) => words.test(step)).map(([, inputs]) => inputs);
  const inputs = Object.assign({}, MODES[named['mode']], ...said, named);
  const policy = step.includes(' budgets ') ? BUDGETS : step.includes('`extends`') ? EXTENDS : undefined;
  return { event: eventFor(step), inputs, policy };
}

function eventFor(step: string): string {
  if (step.includes('on a pull request')) return '`pull_request` (own branch)';
  if (step.includes('on an issue')) return '`issues`';
  return step.includes('`mode: comment`') ? '`workflow_run`' : '`push`';
}

let cache: CacheService;
let github: GitHubApi;
let jobs: Job[];

beforeEach(async () => {
  cache = await startCacheService();
  github = await startGitHubApi(cache);
  github.pulls.push({
    number: 7,
    state: 'open',
    head: 'mallory:topic',
    headSha: HEAD,
    headRepository: 'mallory/app',
  });
  github.runs.push({ id: 4711, workflow_id: 1, run_attempt: 1, event: 'push', head_sha: HEAD });
  github.contents.set(`${DEFAULTS}@${SHA}`, 'version: 1\n');
  jobs = [];
});

afterEach(async () => {
  for (const job of jobs) job.clean();
  await Promise.all([cache.close(), github.close()]);
});

/** Runs the step of a line with a token of these permissions. */
async function run(step: string, permissions: readonly string[]): Promise<{ step: StepResult; job: Job }> {
  const { event: title, inputs, policy } = stepOf(step);
  const { event, ref, payload } = eventOf(title);
  const environment = { ...cache.environment(ref), GITHUB_API_URL: github.url };
  const files: Record<string, string> = policy === undefined ? {} : { '.github/spendgate.yml': policy };
  const job = createJob({ event, ref, payload, environment, files });
  jobs.push(job);
  mkdirSync(job.workspace, { recursive: true });
  writeFileSync(join(job.workspace, REPORT), renderReportFile(reportOf()));
  return { step: await job.step({ ...inputs, 'github-token': tokenWith(permissions) }), job };
}

/** Every token may read what a repository is called. */
function tokenWith(permissions: readonly string[]): string {
  return ['metadata: read', ...permissions].map((name) => name.replace(': ', '=')).join(',');
}

/** The notice that one is missing. What a gate could not see for want of it is another matter. */
const missed = ({ annotations }: StepResult) =>
  annotations
    .filter(({ properties }) => /permission is missing/.test(properties['title'] ?? ''))
    .map(({ message }) => message);
const failures = ({ annotations }: StepResult) =>
  annotations.filter(({ properties }) => /could not report|no check/.test(properties['title'] ?? ''));
/** What is an error for want of it; figures outside their range are one whatever the token may. */
const errors = ({ annotations }: StepResult) =>
  annotations.filter(({ level, message }) => level === 'error' && !message.includes('tokens observed'));

/** The name of a permission, and the line of YAML that gives it. */
function naming(permission: string): RegExp {
  const name = permission.split(':')[0];
  return new RegExp(`\`${name}: (?:read|write)\`.*\`permissions: \\{ ${name}: `);
}

test('the table has a line for every mode, alone and with each input that asks GitHub for more', () => {
  expect(lines.map(({ step }) => step)).toEqual([
    '`mode: pre`',
    '`mode: pre`, `check: run`',
    '`mode: pre`, `check: status`',
    '`mode: pre`, `gate-store: issue`',
    '`mode: pre`, `gate-store: both`',
    '`mode: pre`, `reruns-per-commit: 1`',
    '`mode: pre`, `reruns-per-commit: 1`, `gate-store: issue`',
    '`mode: wrap`',
    '`mode: wrap` with budgets in the policy file',
    '`mode: wrap`, `check: run`',
    '`mode: wrap`, `check: status`',
    '`mode: post`',
    '`mode: post` on a pull request',
    '`mode: post` on an issue',
    '`mode: post`, `check: run`',
    '`mode: post`, `check: status`',
    '`mode: post`, `gate-store: issue`',
    '`mode: post`, `gate-store: both`',
    '`mode: post` outside its range, `gate-store: issue`',
    '`mode: post` outside its range, `gate-store: both`',
    '`mode: gate`',
    '`mode: gate`, `gate-store: issue`',
    '`mode: gate`, `gate-store: both`',
    '`mode: gate`, `gate-action: open`',
    '`mode: gate`, `gate-action: open`, `gate-store: issue`',
    '`mode: gate`, `gate-action: open`, `gate-store: both`',
    '`mode: gate`, `gate-action: close`, `gate-store: issue`',
    '`mode: gate`, `gate-action: close`, `gate-store: both`',
    '`mode: comment`',
    '`mode: comment`, `check: run`',
    '`mode: comment`, `check: status`',
    '`mode: pre` with `extends` in the policy file',
    '`mode: pre` with `extends` in the policy file, and `config-token`',
    '`mode: wrap` with `extends` in the policy file',
    '`mode: post` with `extends` in the policy file',
    '`mode: gate` with `extends` in the policy file',
    '`mode: comment` with `extends` in the policy file',
    '`mode: verify`',
  ]);
});

test('every permission that the code asks for is explained', () => {
  const folder = new URL('../../src/platform/github/', import.meta.url);
  const sources = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));
  const asked = sources.flatMap((text) => [...text.matchAll(/['`]([a-z-]+: (?:read|write))['`]/g)]);
  expect(asked.length).toBeGreaterThan(3);
  const explained = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
  expect(asked.map(([, name]) => name).filter((name) => !explained.includes(name))).toEqual([]);
});

const asking = lines.filter(({ step }) => !step.includes('verify'));

describe.each(asking)('$step', ({ step, permissions }) => {
  test('is content with what the table says', async () => {
    const { step: result } = await run(step, permissions);
    expect(result.code).toBe(0);
    expect(missed(result)).toEqual([]);
    expect(errors(result)).toEqual([]);
    expect(failures(result)).toEqual([]);
  });
});

const lacking = asking.flatMap(({ step, permissions, required }) =>
  permissions.map((permission) => ({
    step,
    permission,
    rest: permissions.filter((name) => name !== permission),
    isRequired: required.includes(permission),
  })),
);

describe.each(lacking.filter(({ isRequired }) => !isRequired))(
  '$step without $permission',
  ({ step, permission, rest }) => {
    test('says so once, and nothing else', async () => {
      const { step: result, job } = await run(step, rest);
      expect(result.code).toBe(0);
      expect(missed(result)).toEqual([expect.stringMatching(naming(permission))]);
      expect(failures(result)).toEqual([]);
      const unkept = step.includes('`gate-store: issue`') && permission === 'issues: write';
      const titles = errors(result).map(({ properties }) => properties['title']);
      expect(titles).toEqual(unkept ? ['spendgate: The gate could NOT be closed'] : []);
      // The next step of the job does not say it again.
      const { inputs } = stepOf(step);
      expect(missed(await job.step({ ...inputs, 'github-token': tokenWith(rest) }))).toEqual([]);
    });
  },
);

describe.each(lacking.filter(({ isRequired }) => isRequired))(
  '$step without $permission',
  ({ step, permission, rest }) => {
    test('fails, with an error that names it', async () => {
      const { step: result } = await run(step, rest);
      expect(result.code).toBeGreaterThan(0);
      expect(errors(result).map(({ message }) => message)).toEqual([
        expect.stringMatching(naming(permission)),
      ]);
    });
  },
);

describe('a gate in an issue, and a token without issues', () => {
  const TOLD = /The token has no `(issues: \w+)`/;

  test.each([
    ['pre', {}, 'issues: read'],
    ['post, within the range', USAGE, 'issues: write'],
    ['post, outside the range', { ...USAGE, 'expect-input-tokens': '..1' }, 'issues: write'],
    ['gate, opening', { 'gate-action': 'open', reason: 'looked at' }, 'issues: write'],
  ])('asks once for what the step needs in all: %s', async (step, more, permission) => {
    const { event, ref, payload } = eventOf('`push`');
    const environment = { ...cache.environment(ref), GITHUB_API_URL: github.url };
    const job = createJob({ event, ref, payload, environment });
    jobs.push(job);
    const [mode = ''] = step.split(',');
    const inputs = {
      mode,
      'gate-store': 'issue',
      'github-token': tokenWith(['contents: read', 'actions: read']),
      ...more,
    };
    const { annotations } = await job.step(inputs);
    const told = annotations.flatMap(({ message }) => TOLD.exec(message)?.[1] ?? []);
    expect(told).toEqual([permission]);
  });
});
