/** The stateful GitHub of the stories is as strict as GitHub is where its emulator is not. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type GitHubEmulator, startGitHubEmulator } from '../support/github-emulator/index.js';

let github: GitHubEmulator;

beforeEach(async () => {
  github = await startGitHubEmulator();
});
afterEach(() => github.close());

interface Sent {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: whatever GitHub answers
  readonly body: any;
}

async function send(token: string, request: string, body?: object): Promise<Sent> {
  const [method = '', path = ''] = request.split(' ');
  const repository = path.startsWith('/graphql') ? '' : '/repos/acme/app';
  const response = await fetch(`${github.url}${repository}${path}`, {
    method,
    headers: { authorization: `token ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? '' : JSON.parse(text) };
}

test('it holds a pull request 7, with a commit of its own', async () => {
  const { body } = await send('pull-requests=read', 'GET /pulls/7');
  expect(body).toMatchObject({ number: 7, head: { sha: github.headSha }, base: { ref: 'main' } });
  expect(github.headSha).not.toBe(github.mainSha);
});

describe('a token', () => {
  test('without the permission is refused, and told which would do', async () => {
    const refused = await send('contents=read,pull-requests=read', 'POST /issues/7/comments', { body: 'x' });
    expect(refused.status).toBe(403);
    expect(refused.body.message).toBe('Resource not accessible by integration');
    expect(refused.headers.get('x-accepted-github-permissions')).toBe('issues=write; pull_requests=write');
    expect((await github.as('octocat', 'GET', '/repos/acme/app/issues/7/comments')).body).toEqual([]);
  });

  test('with it writes as the Actions app', async () => {
    const { status, body } = await send('pull-requests=write', 'POST /issues/7/comments', { body: 'x' });
    expect([status, body.user.login, body.user.type]).toEqual([201, 'github-actions[bot]', 'Bot']);
  });

  test.each([
    ['POST /issues', { title: 't' }, 'issues'],
    ['POST /check-runs', { name: 'c', head_sha: 'x' }, 'checks'],
    ['POST /statuses/x', { state: 'success' }, 'statuses'],
    ['GET /actions/caches', undefined, 'actions'],
    ['GET /actions/runs/1', undefined, 'actions'],
    ['GET /contents/README.md', undefined, 'contents'],
    ['GET /pulls', undefined, 'pull-requests'],
  ])('needs its own permission for %s', async (request, body, permission) => {
    const others = ['actions', 'checks', 'contents', 'issues', 'pull-requests', 'statuses']
      .filter((name) => name !== permission)
      .map((name) => `${name}=write`)
      .join(',');
    expect((await send(others, request, body)).status).toBe(403);
    expect((await send(`${permission}=write`, request, body)).status).not.toBe(403);
  });
});

describe('a limit', () => {
  test.each([
    ['POST /issues/7/comments', { body: 'x'.repeat(65_537) }],
    ['POST /issues', { title: 't', body: 'x'.repeat(65_537) }],
    ['POST /statuses/x', { state: 'success', description: 'x'.repeat(141) }],
    ['POST /check-runs', { name: 'c', head_sha: 'x', status: 'completed' }],
  ])('is kept (%#: %s)', async (request, body) => {
    expect((await send('write', request, body)).status).toBe(422);
  });
});

describe('a check run', () => {
  const annotation = { path: 'a', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'm' };
  const output = { title: 't', summary: 's', annotations: [annotation] };

  test('keeps every annotation, and is found by its commit', async () => {
    const check = { name: 'spendgate', head_sha: github.headSha, status: 'in_progress', output };
    const { body: made } = await send('checks=write', 'POST /check-runs', check);
    const done = { status: 'completed', conclusion: 'success', output };
    const { body: updated } = await send('checks=write', `PATCH /check-runs/${made.id}`, done);
    expect(updated.output.annotations_count).toBe(2);
    expect((await send('checks=read', `GET /check-runs/${made.id}/annotations`)).body).toHaveLength(2);
    const found = await send('checks=read', `GET /commits/${github.headSha}/check-runs?check_name=spendgate`);
    expect(found.body.check_runs).toMatchObject([{ id: made.id, conclusion: 'success' }]);
  });

  test('of a commit that is not there is refused', async () => {
    const { status, body } = await send('write', 'POST /check-runs', { name: 'c', head_sha: 'f'.repeat(40) });
    expect([status, body.message]).toEqual([422, expect.stringContaining('No commit found')]);
  });
});

test('statuses are kept by context, the latest counts', async () => {
  for (const state of ['pending', 'success'])
    await send('statuses=write', `POST /statuses/${github.headSha}`, { state, context: 'spendgate' });
  const { body } = await send('statuses=read', `GET /commits/${github.headSha}/status`);
  expect(body.statuses).toMatchObject([{ state: 'success', context: 'spendgate' }]);
  expect(github.statuses).toHaveLength(2);
});

test('GraphQL says who asks, and hides a comment', async () => {
  const { body: who } = await send('contents=read', 'POST /graphql', { query: '{ viewer { login } }' });
  expect(who.data.viewer.login).toBe('github-actions[bot]');
  const { body: comment } = await send('issues=write', 'POST /issues/7/comments', { body: 'x' });
  const query =
    'mutation ($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: OUTDATED}) { minimizedComment { isMinimized } } }';
  const hide = { query, variables: { id: comment.node_id } };
  expect((await send('contents=read', 'POST /graphql', hide)).body.errors).toHaveLength(1);
  expect(github.hidden.size).toBe(0);
  await send('issues=write', 'POST /graphql', hide);
  expect([...github.hidden]).toEqual([comment.node_id]);
});

test('pages lead to this API, not past it', async () => {
  for (let count = 0; count < 3; count += 1)
    await send('write', 'POST /issues/7/comments', { body: String(count) });
  const { headers } = await send('write', 'GET /issues/7/comments?per_page=2');
  expect(headers.get('link')).toContain(`<${github.url}/repos/acme/app/issues/7/comments?`);
});

test('a fault comes in the place of the next answers, and the log tells both', async () => {
  github.faults.push({
    method: 'GET',
    path: '/pulls',
    status: 429,
    headers: { 'retry-after': '1' },
    times: 1,
  });
  expect((await send('write', 'GET /pulls')).status).toBe(429);
  expect((await send('write', 'GET /pulls')).status).toBe(200);
  expect(github.log.map(({ status }) => status)).toEqual([429, 200]);
  expect(github.requests).toEqual(['GET /repos/acme/app/pulls', 'GET /repos/acme/app/pulls']);
});
