/** Check runs, commit statuses and pull requests over the wire. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createGitHub } from '../../src/platform/github/index.js';
import type { CheckAnnotation, GitHub } from '../../src/ports/github.js';
import { type GitHubApi, startGitHubApi, type Token } from '../support/github-api.js';

const OUTPUT = { title: 'Title', summary: 'Summary', text: 'Text' };
const NEW = {
  name: 'spendgate',
  sha: 'abc',
  externalId: '1-1-x',
  detailsUrl: 'https://a.test/1',
  output: OUTPUT,
};

let api: GitHubApi;
let missing: string[];

beforeEach(async () => {
  api = await startGitHubApi();
  missing = [];
});
afterEach(() => api.close());

const github = (token: Token = 'write'): GitHub =>
  createGitHub({
    token,
    repository: 'acme/app',
    apiUrl: api.url,
    onMissing: (permission) => missing.push(permission),
  });

function annotations(count: number): CheckAnnotation[] {
  return Array.from({ length: count }, (_, index) => ({
    path: 'a.yml',
    line: index + 1,
    level: 'warning',
    title: `${index}`,
    message: 'm',
  }));
}

describe('a check run', () => {
  test('is created in progress, found by its name, and completed', async () => {
    const created = await github().createCheckRun(NEW);
    expect(created).toMatchObject({ externalId: '1-1-x', isCompleted: false });
    await github().createCheckRun({ ...NEW, name: 'other' });
    expect(await github().listCheckRuns('abc', 'spendgate')).toEqual([created]);
    expect(await github().listCheckRuns('def', 'spendgate')).toEqual([]);
    await github().completeCheckRun(created.id, 'failure', OUTPUT, []);
    expect(await github().listCheckRuns('abc', 'spendgate')).toEqual([{ ...created, isCompleted: true }]);
    expect(api.checks[0]).toMatchObject({
      status: 'completed',
      conclusion: 'failure',
      detailsUrl: 'https://a.test/1',
    });
  });

  test.each([
    [0, 1],
    [1, 2],
    [50, 2],
    [51, 3],
    [100, 3],
  ])('%i annotations take %i requests, and none is lost or doubled', async (count, requests) => {
    const { id } = await github().createCheckRun(NEW);
    await github().completeCheckRun(id, 'success', OUTPUT, annotations(count));
    expect(api.checks[0]?.annotations).toEqual(
      annotations(count).map(({ path, line, level, title, message }) => ({
        path,
        start_line: line,
        end_line: line,
        annotation_level: level,
        title,
        message,
      })),
    );
    expect(api.requests.filter((request) => request.startsWith('PATCH'))).toHaveLength(requests);
    expect(api.checks[0]?.text).toBe('Text');
  });

  test('is completed although its annotations are refused', async () => {
    const { id } = await github().createCheckRun(NEW);
    const refused = annotations(1).map((one) => ({ ...one, path: '' }));
    await expect(github().completeCheckRun(id, 'failure', OUTPUT, refused)).rejects.toThrow(
      'path is missing',
    );
    expect(api.checks[0]?.conclusion).toBe('failure');
  });

  test('is not made twice when GitHub fails in the middle', async () => {
    api.faults.push({ method: 'POST', path: '/check-runs', status: 502, times: 1 });
    await expect(github().createCheckRun(NEW)).rejects.toThrow();
    expect(api.requests).toHaveLength(1);
  });

  test('is completed in a second try where GitHub failed in the first', async () => {
    const { id } = await github().createCheckRun(NEW);
    api.faults.push({ method: 'PATCH', path: '/check-runs', status: 502, times: 1 });
    await github().completeCheckRun(id, 'success', OUTPUT, []);
    expect(api.checks[0]?.conclusion).toBe('success');
  });
});

test('a commit status is made, and the newest is listed first', async () => {
  const status = { context: 'spendgate', description: 'x', targetUrl: 'https://a.test/1' } as const;
  const pending = await github().createStatus('abc', { ...status, state: 'pending' });
  const done = await github().createStatus('abc', { ...status, state: 'success', targetUrl: undefined });
  expect(await github().listStatuses('abc')).toMatchObject([
    { id: done.id, context: 'spendgate', state: 'success' },
    { id: pending.id, state: 'pending', targetUrl: 'https://a.test/1' },
  ]);
});

test('open pull requests are found by their head', async () => {
  const pull = {
    state: 'open',
    head: 'mallory:topic',
    headSha: 'abc',
    headRepository: 'mallory/app',
  } as const;
  api.pulls.push(
    { ...pull, number: 7 },
    { ...pull, number: 8, headRepository: undefined },
    { ...pull, number: 9, state: 'closed' },
    { ...pull, number: 10, head: 'mallory:other' },
  );
  expect(await github().listOpenPulls('mallory:topic')).toEqual([
    { number: 7, headSha: 'abc', headRepository: 'mallory/app' },
    { number: 8, headSha: 'abc', headRepository: undefined },
  ]);
});

test('every refusal for want of a permission is told with its name', async () => {
  const reader = github('contents=read');
  const wants: [() => Promise<unknown>, string][] = [
    [() => reader.createCheckRun(NEW), 'checks: write'],
    [() => reader.listCheckRuns('abc', 'x'), 'checks: write'],
    [() => reader.listStatuses('abc'), 'statuses: write'],
    [() => reader.listOpenPulls('a:b'), 'pull-requests: read'],
    [() => reader.listCaches('a'), 'actions: read'],
  ];
  for (const [ask, permission] of wants)
    await expect(ask()).rejects.toMatchObject({
      code: 'permission-missing',
      message: expect.stringContaining(`\`${permission}\``),
    });
  expect(missing).toEqual(wants.map(([, permission]) => permission));
});

test('a comment on an issue asks for the permission of issues', async () => {
  const told: string[] = [];
  const onMissing = (permission: string) => told.push(permission);
  const options = { token: 'contents=read', repository: 'acme/app', apiUrl: api.url, onMissing };
  await expect(createGitHub({ ...options, commentsOn: 'issues' }).createComment(3, 'x')).rejects.toThrow();
  await expect(createGitHub(options).createComment(3, 'x')).rejects.toThrow();
  expect(told).toEqual(['issues: write', 'pull-requests: write']);
});
