import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createGitHub } from '../../src/platform/github/index.js';
import type { GitHub } from '../../src/ports/github.js';
import { type GitHubApi, startGitHubApi, type Token } from '../support/github-api.js';

const ROW = { id: 1, version: 'v', last_accessed_at: '', size_in_bytes: 1 };
const row = (key: string, createdAt: string) => ({
  ...ROW,
  key,
  ref: 'refs/heads/main',
  created_at: createdAt,
});

let api: GitHubApi;
let rows: ReturnType<typeof row>[];

beforeEach(async () => {
  rows = [];
  const list = (query: URLSearchParams) => {
    const found = rows
      .filter(({ key }) => key.startsWith(query.get('key') ?? ''))
      .filter(({ ref }) => (query.get('ref') ?? ref) === ref);
    return { total_count: found.length, actions_caches: found };
  };
  api = await startGitHubApi({
    url: '',
    entries: [],
    fault: undefined,
    environment: () => ({}),
    list,
    listLag: 0,
    seed: () => undefined,
    evictAll: () => undefined,
    evict: () => undefined,
    close: async () => undefined,
  });
});
afterEach(() => api.close());

const github = (token: Token = 'write', apiUrl = api.url): GitHub =>
  createGitHub({ token, repository: 'acme/app', apiUrl });

describe('caches', () => {
  test('are listed by their prefix, with ref and time', async () => {
    rows = [row('spendgate.v1.a.2', '2026-11-22T09:00:00Z'), row('other', '2026-11-22T09:00:00Z')];
    const entry = { key: 'spendgate.v1.a.2', ref: 'refs/heads/main', createdAt: '2026-11-22T09:00:00Z' };
    expect(await github().listCaches('spendgate.v1.a.')).toEqual({ caches: [entry], isWhole: true });
    expect(api.requests).toEqual(['GET /repos/acme/app/actions/caches']);
  });

  test('that do not exist are an empty list', async () => {
    expect(await github().listCaches('spendgate.v1.a.')).toEqual({ caches: [], isWhole: true });
  });

  test('of one ref alone are listed on request', async () => {
    rows = [row('a.1', '2026-11-22T09:00:00Z')];
    expect((await github().listCaches('a.', 'refs/heads/main')).caches).toHaveLength(1);
    expect((await github().listCaches('a.', 'refs/pull/7/merge')).caches).toEqual([]);
  });

  test('without `actions: read` are an error, not an empty list', async () => {
    await expect(github('no-caches').listCaches('a')).rejects.toThrow(
      /no `(?:actions: read|pull-requests: write)`/,
    );
  });

  test('are read page by page, and not without end, which is said', async () => {
    rows = Array.from({ length: 100 }, (_, index) => row(`a.${index}`, '2026-11-22T09:00:00Z'));
    const { caches, isWhole } = await github().listCaches('a.');
    expect([caches.length >= 100, isWhole]).toEqual([true, false]);
    expect(api.requests.length).toBeLessThanOrEqual(5);
  });
});

describe('comments', () => {
  test('are created, listed and updated in place', async () => {
    const repository = github();
    const created = await repository.createComment(7, 'first');
    expect(created).toEqual({
      id: 1,
      nodeId: 'IC_1',
      body: 'first',
      author: 'github-actions[bot]',
      url: 'https://github.com/acme/app/pull/7#issuecomment-1',
    });
    expect(await repository.updateComment(created.id, 'second')).toEqual({ ...created, body: 'second' });
    expect(await repository.listComments(7)).toEqual([{ ...created, body: 'second' }]);
    expect(api.requests).toEqual([
      'POST /repos/acme/app/issues/7/comments',
      'PATCH /repos/acme/app/issues/comments/1',
      'GET /repos/acme/app/issues/7/comments',
    ]);
  });

  test('are read page by page, and not without end', async () => {
    const add = (count: number) => {
      for (let index = 0; index < count; index += 1)
        api.comments.push({ id: api.comments.length + 1, body: 'again', login: 'octocat' });
    };
    add(999);
    expect((await github().listComments(7)).at(-1)?.id).toBe(999);
    add(1);
    await expect(github().listComments(7)).rejects.toThrow(
      '#7 has 1,000 comments or more, and no more are read.',
    );
    expect(api.requests).toHaveLength(20);
  });

  test('cannot be written with the token of a fork, but are read', async () => {
    api.comments.push({ id: 1, body: 'there', login: 'octocat' });
    const fork = github('read');
    expect(await fork.listComments(7)).toHaveLength(1);
    await expect(fork.createComment(7, 'mine')).rejects.toThrow(
      /no `(?:actions: read|pull-requests: write)`/,
    );
    await expect(fork.updateComment(1, 'mine')).rejects.toThrow(
      /no `(?:actions: read|pull-requests: write)`/,
    );
    expect(api.comments).toEqual([{ id: 1, body: 'there', login: 'octocat' }]);
  });

  test('that are too long are refused', async () => {
    await expect(github().createComment(7, 'x'.repeat(65_537))).rejects.toThrow(/too long/);
  });

  test('that are gone cannot be updated', async () => {
    await expect(github().updateComment(99, 'x')).rejects.toThrow(/404: not there/);
  });
});

describe('issues', () => {
  test('are made and changed, and a list leaves out pull requests', async () => {
    const repository = github();
    const made = await repository.createIssue({ title: 'a', body: 'b', labels: ['x'] });
    expect(made).toMatchObject({
      number: 1,
      title: 'a',
      body: 'b',
      labels: ['x'],
      isOpen: true,
      closedAt: undefined,
    });
    expect(made.author).toBe('github-actions[bot]');
    const changed = await repository.updateIssue(1, { body: 'c', state: 'closed' });
    expect(changed).toMatchObject({ body: 'c', isOpen: false });
    const [row] = api.issues;
    if (row) api.issues.push({ ...row, number: 2, isPullRequest: true });
    expect(await repository.listIssues('x', 'open')).toEqual({ issues: [], isWhole: true });
    const { issues } = await repository.listIssues('x', 'closed');
    expect(issues.map(({ number }) => number)).toEqual([1]);
  });

  test('say who closed them and by what, and when they were opened again', async () => {
    const repository = github();
    await repository.createIssue({ title: 'a', body: 'b', labels: ['x'] });
    expect(await repository.readIssueChanges(1)).toEqual([]);
    await repository.updateIssue(1, { state: 'closed' });
    const at = api.issues[0]?.closedAt;
    const closing = { isClosing: true, at, actor: 'github-actions[bot]', isSideEffect: false };
    expect(await repository.readIssueChanges(1)).toEqual([closing]);
    const byMerge = { closedBy: 'octocat', closer: 'PullRequest', reopenedAt: '2026-11-20T09:00:00Z' };
    Object.assign(api.issues[0] ?? {}, byMerge);
    expect(await repository.readIssueChanges(1)).toMatchObject([
      { isClosing: false, at: '2026-11-20T09:00:00Z' },
      { isClosing: true, actor: 'octocat', isSideEffect: true },
    ]);
    await expect(github('contents=read').readIssueChanges(1)).rejects.toThrow(/no `issues: read`/);
  });

  test('are read page by page, and where there are too many the list says that it is not whole', async () => {
    await github().createIssue({ title: 'a', body: 'b', labels: ['x'] });
    const [row] = api.issues;
    for (let number = 2; row && number <= 230; number += 1) api.issues.push({ ...row, number });
    const some = await github().listIssues('x', 'open');
    expect([some.issues.length, some.isWhole]).toEqual([230, true]);
    for (let number = 231; row && number <= 600; number += 1) api.issues.push({ ...row, number });
    const many = await github().listIssues('x', 'open');
    expect([many.issues.length, many.isWhole]).toEqual([500, false]);
  });

  test('without the permission are refused by its name', async () => {
    await expect(github('contents=read').listIssues('x', 'open')).rejects.toThrow(/no `issues: read`/);
    await expect(github('issues=read').createIssue({ title: '', body: '', labels: [] })).rejects.toThrow(
      /no `issues: write`/,
    );
    await expect(github('issues=read').updateIssue(1, {})).rejects.toThrow(/no `issues: write`/);
    await expect(github('issues=read').commentOnIssue(1, 'x')).rejects.toThrow(/no `issues: write`/);
  });
});

describe('runs', () => {
  const run = { id: 7, workflow_id: 5, run_attempt: 2, event: 'push', head_sha: 'abc' };

  test('are found by workflow, commit and event', async () => {
    api.runs.push(run, { ...run, id: 8, event: 'schedule' }, { ...run, id: 9, head_sha: 'def' });
    const found = await github().readRun(7);
    expect(found).toEqual({ id: 7, workflowId: 5, attempt: 2, event: 'push', headSha: 'abc' });
    expect(await github().listRuns(found)).toEqual([found]);
  });

  test('are read page by page, and not without end', async () => {
    for (let id = 1; id <= 700; id += 1) api.runs.push({ ...run, id });
    const found = await github().listRuns({ workflowId: 5, event: 'push', headSha: 'abc' });
    expect(found).toHaveLength(500);
  });

  test('without the permission are refused by its name', async () => {
    await expect(github('no-caches').readRun(7)).rejects.toThrow(/no `actions: read`/);
  });
});

describe('login', () => {
  test('is that of the Actions app where GraphQL does not answer', async () => {
    expect(await github().login()).toBe('github-actions[bot]');
  });
});

test('an API that is down is an error of every method', async () => {
  const dead = await startGitHubApi();
  await dead.close();
  const down = github('write', dead.url);
  await expect(down.listCaches('a')).rejects.toThrow();
  await expect(down.listComments(7)).rejects.toThrow();
  await expect(down.createComment(7, 'x')).rejects.toThrow();
});

describe('a failure of GitHub', () => {
  test('that passes is waited out, also for as long as GitHub asks', async () => {
    api.faults.push(
      { method: 'GET', status: 502, times: 1 },
      { method: 'GET', status: 429, headers: { 'retry-after': '1' }, times: 1 },
    );
    expect(await github().listComments(7)).toEqual([]);
    expect(api.requests).toHaveLength(3);
  });

  test('that is a page of HTML is no data', async () => {
    api.faults.push({
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<html>maintenance</html>',
      times: 9,
    });
    await expect(github().listComments(7)).rejects.toThrow(/The answer is a page of HTML/);
    await expect(github().createComment(7, 'x')).rejects.toThrow(/The answer is a page of HTML/);
  });

  test.each([
    ['nothing at all', ''],
    ['half of a JSON text', '[{"id": 1, "bo'],
  ])('that answers with %s is no empty list', async (_what, body) => {
    api.faults.push({ status: 200, headers: { 'content-type': 'application/json' }, body, times: 9 });
    await expect(github().listComments(7)).rejects.toThrow(/The answer of GitHub is empty or was cut/);
    await expect(github().createComment(7, 'x')).rejects.toThrow(/empty or was cut/);
  });

  test('that asks for a long wait is told at once', async () => {
    api.faults.push({
      status: 429,
      body: { message: 'slow down' },
      headers: { 'retry-after': '600' },
      times: 9,
    });
    await expect(github().listComments(7)).rejects.toThrow(/slow down/);
    expect(api.requests).toHaveLength(1);
  });

  test('to answer at all is waited for once, and told', async () => {
    api.faults.push({ status: -1, times: 9 });
    await expect(github().listComments(7)).rejects.toThrow(/^GitHub did not answer within 15 s\.$/);
    expect(api.requests).toHaveLength(1);
  });

  test('does not make a thing twice that may have been made', async () => {
    api.faults.push({ method: 'POST', status: 502, times: 1 });
    await expect(github().createComment(7, 'x')).rejects.toThrow();
    expect(api.requests).toHaveLength(1);
  });

  test('that refuses a permission names it, and the line to add', async () => {
    const refused: unknown = await github('read')
      .createComment(7, 'x')
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'permission-missing',
      message: 'GitHub refused: the token has no `pull-requests: write`.',
      hint: expect.stringContaining('permissions: { pull-requests: write }'),
    });
  });
});

test('no error holds the token', async () => {
  const server = createServer((_request, response) => response.writeHead(500).end('{}'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const secret = createGitHub({ token: 'ghs_secret', repository: 'a/b', apiUrl: `http://127.0.0.1:${port}` });
  const error: unknown = await secret.listCaches('a').catch((thrown: unknown) => thrown);
  expect(String(error)).not.toContain('ghs_secret');
  server.close();
});

describe('earlier comments', () => {
  test('are folded away as outdated, and deleted', async () => {
    const first = await github().createComment(7, 'one');
    await github().minimizeComment(first.nodeId);
    expect(api.comments.map(({ isMinimized }) => isMinimized)).toEqual([true]);
    await github().deleteComment(first.id);
    expect(api.comments).toEqual([]);
  });

  test('that are gone already are as good as deleted', async () => {
    await expect(github().deleteComment(4711)).resolves.toBeUndefined();
  });

  test('need a token that may write: GraphQL’s refusal names the permission too, and is not asked again', async () => {
    const { nodeId, id } = await github().createComment(7, 'one');
    api.requests.length = 0;
    const refusal = {
      code: 'permission-missing',
      message: expect.stringContaining('`pull-requests: write`'),
    };
    await expect(github('read').minimizeComment(nodeId)).rejects.toMatchObject(refusal);
    await expect(github('read').deleteComment(id)).rejects.toMatchObject(refusal);
    expect(api.requests.filter((request) => request === 'POST /graphql')).toHaveLength(1);
  });

  test('that GitHub does not know cannot be folded away, and that is told', async () => {
    await expect(github().minimizeComment('IC_4711')).rejects.toThrow(/Could not resolve/);
  });
});
