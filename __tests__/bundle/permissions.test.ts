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
}

const lines: Line[] = page
  .split('\n')
  .filter((line) => line.startsWith('| `mode: '))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([, step = '', permissions = '']) => ({
    step,
    permissions: [...permissions.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  }));

const REPORT = 'report.json';
const USAGE = { 'input-tokens': '900', 'output-tokens': '90', 'expect-input-tokens': '..1k' };
const BUDGETS = 'version: 1\ngateway:\n  id: ledger\n  budgets: [{ limit: 5 USD, period: day }]\n';
const MODES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  pre: {},
  wrap: { run: 'true' },
  post: { ...USAGE, comment: 'never' },
  gate: { 'gate-action': 'status' },
  comment: { report: REPORT, comment: 'always' },
};

/** What the words of a line stand for. */
function stepOf(step: string): { readonly event: string; readonly inputs: Record<string, string> } {
  const [, mode = ''] = /`mode: (\w+)`/.exec(step) ?? [];
  const [, check] = /`check: (\w+)`/.exec(step) ?? [];
  const event = step.includes('on a pull request')
    ? '`pull_request` (own branch)'
    : step.includes('on an issue')
      ? '`issues`'
      : mode === 'comment'
        ? '`workflow_run`'
        : '`push`';
  const inputs = { mode, ...MODES[mode], ...(check === undefined ? {} : { check }) };
  if (step.includes('budgets')) Object.assign(inputs, { upstream: 'anthropic-messages=http://127.0.0.1:1' });
  return { event, inputs: step.includes(' on a') ? { ...inputs, comment: 'always' } : inputs };
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
  jobs = [];
});

afterEach(async () => {
  for (const job of jobs) job.clean();
  await Promise.all([cache.close(), github.close()]);
});

/** Runs the step of a line with a token of these permissions. */
async function run(step: string, permissions: readonly string[]): Promise<{ step: StepResult; job: Job }> {
  const { event: title, inputs } = stepOf(step);
  const { event, ref, payload } = eventOf(title);
  const environment = { ...cache.environment(ref), GITHUB_API_URL: github.url };
  const files: Record<string, string> = step.includes('budgets') ? { '.github/spendgate.yml': BUDGETS } : {};
  const job = createJob({ event, ref, payload, environment, files });
  jobs.push(job);
  mkdirSync(job.workspace, { recursive: true });
  writeFileSync(join(job.workspace, REPORT), renderReportFile(reportOf()));
  const token = ['contents: read', ...permissions].map((name) => name.replace(': ', '=')).join(',');
  return { step: await job.step({ ...inputs, 'github-token': token }), job };
}

/** What tells of it: a notice of its own, or an error. What a gate could not see for want of it is another matter. */
const missed = ({ annotations }: StepResult) =>
  annotations
    .filter(
      ({ level, properties }) => level === 'error' || /permission is missing/.test(properties['title'] ?? ''),
    )
    .map(({ message }) => message);
const failures = ({ annotations }: StepResult) =>
  annotations.filter(({ properties }) => /could not report|no check/.test(properties['title'] ?? ''));

test('the table has a line for every mode that asks GitHub for something, alone and with each check', () => {
  expect(lines.map(({ step }) => step)).toEqual([
    '`mode: pre`',
    '`mode: pre`, `check: run`',
    '`mode: pre`, `check: status`',
    '`mode: wrap`',
    '`mode: wrap` with budgets in the policy file',
    '`mode: wrap`, `check: run`',
    '`mode: wrap`, `check: status`',
    '`mode: post`',
    '`mode: post` on a pull request',
    '`mode: post` on an issue',
    '`mode: post`, `check: run`',
    '`mode: post`, `check: status`',
    '`mode: gate`',
    '`mode: comment`',
    '`mode: comment`, `check: run`',
    '`mode: comment`, `check: status`',
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
    expect(failures(result)).toEqual([]);
  });
});

describe.each(
  asking.flatMap(({ step, permissions }) =>
    permissions.map((permission) => ({ step, permissions, permission })),
  ),
)('$step without $permission', ({ step, permissions, permission }) => {
  test('says so once, and nothing else', async () => {
    const rest = permissions.filter((name) => name !== permission);
    const { step: result, job } = await run(step, rest);
    expect(result.code).toBe(0);
    const [message, ...more] = missed(result);
    expect(more).toEqual([]);
    const name = permission.split(':')[0];
    expect(message).toMatch(new RegExp(`\`${name}: (?:read|write)\`.*\`permissions: \\{ ${name}: `));
    expect(failures(result)).toEqual([]);
    // The next step of the job does not say it again.
    const { inputs } = stepOf(step);
    const token = ['contents: read', ...rest].map((one) => one.replace(': ', '=')).join(',');
    expect(missed(await job.step({ ...inputs, 'github-token': token }))).toEqual([]);
  });
});

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
    const inputs = { mode, 'gate-store': 'issue', 'github-token': 'contents=read,actions=read', ...more };
    const { annotations } = await job.step(inputs);
    const told = annotations.flatMap(({ message }) => TOLD.exec(message)?.[1] ?? []);
    expect(told).toEqual([permission]);
  });
});
