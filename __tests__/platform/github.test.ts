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
  const list = (prefix: string) => {
    const found = rows.filter(({ key }) => key.startsWith(prefix));
    return { total_count: found.length, actions_caches: found };
  };
  api = await startGitHubApi({
    url: '',
    entries: [],
    fault: undefined,
    environment: () => ({}),
    list,
    evictAll: () => undefined,
    close: async () => undefined,
  });
});
afterEach(() => api.close());

const github = (token: Token = 'write', apiUrl = api.url): GitHub =>
  createGitHub({ token, repository: 'acme/app', apiUrl });

describe('caches', () => {
  test('are listed by their prefix, with ref and time', async () => {
    rows = [row('spendgate.v1.a.2', '2026-11-22T09:00:00Z'), row('other', '2026-11-22T09:00:00Z')];
    expect(await github().listCaches('spendgate.v1.a.')).toEqual([
      { key: 'spendgate.v1.a.2', ref: 'refs/heads/main', createdAt: '2026-11-22T09:00:00Z' },
    ]);
    expect(api.requests).toEqual(['GET /repos/acme/app/actions/caches']);
  });

  test('that do not exist are an empty list', async () => {
    expect(await github().listCaches('spendgate.v1.a.')).toEqual([]);
  });

  test('without `actions: read` are an error, not an empty list', async () => {
    await expect(github('no-caches').listCaches('a')).rejects.toThrow(
      /no `(?:actions: read|pull-requests: write)`/,
    );
  });

  test('are read page by page, and not without end', async () => {
    rows = Array.from({ length: 100 }, (_, index) => row(`a.${index}`, '2026-11-22T09:00:00Z'));
    expect((await github().listCaches('a.')).length).toBeGreaterThanOrEqual(100);
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
