/** The check that every other test of GitHub's API leans on finds what GitHub would not take, and lets pass what it takes. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { validateRequest } from '../support/github/openapi.js';
import { type GitHubApi, startGitHubApi } from '../support/github-api.js';

const REPO = '/repos/acme/app';
const check = { name: 'spendgate', head_sha: 'abc', status: 'completed', conclusion: 'success' };
const annotation = { path: 'a', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'm' };

function faultsOf(request: string, body?: unknown): string[] {
  const [method = '', address = ''] = request.split(' ');
  const { pathname, searchParams } = new URL(address, 'http://api');
  const text = body === undefined ? '' : JSON.stringify(body);
  return validateRequest(method, pathname, searchParams, text).map((fault) =>
    fault.replace(`${method} ${pathname}: `, ''),
  );
}

describe('a request that GitHub takes has no faults', () => {
  test.each<[string, unknown]>([
    [`GET ${REPO}/actions/caches?key=a&sort=created_at&direction=desc&per_page=100&page=2`, undefined],
    [`DELETE ${REPO}/actions/caches/12`, undefined],
    [`POST ${REPO}/issues/7/comments`, { body: 'x' }],
    [`PATCH ${REPO}/issues/comments/12`, { body: 'x' }],
    [`GET ${REPO}/issues/comments?per_page=1`, undefined],
    [`POST ${REPO}/issues`, { title: 't', labels: ['a', { name: 'b', description: null }], milestone: null }],
    [`PATCH ${REPO}/issues/7`, { state: 'closed', state_reason: null }],
    [
      `POST ${REPO}/check-runs`,
      { ...check, output: { title: 't', summary: 's', annotations: [annotation] } },
    ],
    [`PATCH ${REPO}/check-runs/1`, { status: 'in_progress', started_at: '2026-11-26T04:00:00Z' }],
    [`GET ${REPO}/commits/feature/one/check-runs?check_name=spendgate&filter=latest`, undefined],
    [`GET ${REPO}/contents/.github/spendgate.yml?ref=abc`, undefined],
    [`GET ${REPO}/contents/.github%2Fspendgate.yml`, undefined],
    [`POST ${REPO}/statuses/abc`, { state: 'pending', description: null, context: 'spendgate' }],
    ['POST /graphql', { query: '{ viewer { login } }' }],
    ['POST /graphql', { query: 'mutation ($id: ID!) { minimizeComment(input: {}) { x } }', variables: {} }],
  ])('%s', (request, body) => {
    expect(faultsOf(request, body)).toEqual([]);
  });
});

describe('a fault is named', () => {
  const longSummary = { title: 't', summary: 's'.repeat(65_536) };
  const manyAnnotations = { title: 't', summary: 's', annotations: Array(51).fill(annotation) };

  test.each<[string, unknown, RegExp]>([
    [`GET ${REPO}/actions/cache`, undefined, /^no such route/],
    [`PUT ${REPO}/issues/7`, {}, /^no such route/],
    [`GET ${REPO}/issues/seven`, undefined, /^parameter \/issue_number must be integer$/],
    [`GET ${REPO}/actions/caches?sort=age`, undefined, /^parameter \/sort must be equal to .*created_at/],
    [`GET ${REPO}/actions/caches?perPage=9`, undefined, /^parameter .* additional properties \(perPage\)$/],
    [`GET ${REPO}/actions/caches?key=a&key=b`, undefined, /^query key stands there more than once$/],
    [`DELETE ${REPO}/actions/caches`, undefined, /^parameter .* required property 'key'$/],
    [`POST ${REPO}/issues/7/comments`, undefined, /^no body$/],
    [`POST ${REPO}/issues/7/comments`, {}, /^body .* required property 'body'$/],
    [`POST ${REPO}/issues/7/comments`, { body: 'x', b: 1 }, /^body .* additional properties \(b\)$/],
    [`GET ${REPO}/labels`, { a: 1 }, /^a body, where GitHub takes none$/],
    [`POST ${REPO}/check-runs`, { ...check, output: manyAnnotations }, /annotations must NOT .* 50 items$/],
    [`POST ${REPO}/check-runs`, { ...check, output: longSummary }, /summary must NOT .* 65535 characters$/],
    [`POST ${REPO}/check-runs`, { ...check, completed_at: 'noon' }, /^body \/completed_at must match format/],
    [`POST ${REPO}/statuses/abc`, { state: 'neutral' }, /^body \/state must be equal to one of/],
    ['POST /graphql', { query: '{ viewer { email } }' }, /^not a known query: \{ viewer \{ email/],
    ['POST /graphql', { query: '{ viewer { login } }', extra: 1 }, /^GraphQL knows no field extra$/],
  ])('%s (%#)', (request, body, fault) => {
    expect(faultsOf(request, body)).toEqual([expect.stringMatching(fault)]);
  });

  test('also of a body that is no JSON', () => {
    expect(validateRequest('POST', `${REPO}/labels`, new URLSearchParams(), '{')).toEqual([
      `POST ${REPO}/labels: the body is not JSON`,
    ]);
  });
});

describe('the API on loopback', () => {
  let api: GitHubApi;

  afterEach(async () => {
    api.faultsFound.length = 0;
    await api.close();
  });

  test('refuses such a request, keeps its fault, and fails the test that closes it', async () => {
    api = await startGitHubApi();
    const answer = await fetch(`${api.url}${REPO}/actions/caches?keys=a`);
    expect(answer.status).toBe(500);
    expect(api.faultsFound).toEqual([expect.stringContaining('additional properties (keys)')]);
    await expect(api.close()).rejects.toThrow(/GitHub would not take:\nGET .*keys/);
    api = await startGitHubApi();
  });
});
