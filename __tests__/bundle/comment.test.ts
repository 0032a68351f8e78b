/** The comment through the bundle, its client of GitHub and an API on loopback: every mode, run after run. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type GitHubApi, startGitHubApi } from '../support/github-api.js';
import { createJob, type StepResult } from '../support/runner.js';

let api: GitHubApi;
let runs = 0;

beforeEach(async () => {
  api = await startGitHubApi();
});
afterEach(() => api.close());

/** A run of its own that used so many tokens of 1,000 expected. */
async function post(inputTokens: number, inputs: Record<string, string>): Promise<StepResult> {
  runs += 1;
  const job = createJob({
    event: 'pull_request',
    runId: String(5000 + runs),
    environment: { GITHUB_API_URL: api.url },
  });
  const figures = { 'input-tokens': String(inputTokens), 'expect-input-tokens': '..1000' };
  const usual = { mode: 'post', 'github-token': 'write', 'on-out-of-range': 'warn', gate: 'review' };
  try {
    return await job.step({ ...usual, ...figures, ...inputs });
  } finally {
    job.clean();
  }
}

const earlierRuns = () =>
  api.comments.map(({ body }) => Number(/Earlier runs \((\d+)\)/.exec(body)?.[1] ?? 0));

test('update: one comment, with a row for every run before', async () => {
  for (const tokens of [5000, 10, 20]) await post(tokens, { comment: 'always' });
  expect(earlierRuns()).toEqual([2]);
  expect(api.comments[0]?.body).toContain('### ✅ default: usage within its range');
});

test('hide-and-new: the one before is folded away as outdated', async () => {
  for (const tokens of [5000, 6000]) await post(tokens, { 'comment-mode': 'hide-and-new' });
  expect(api.comments.map(({ isMinimized = false }) => isMinimized)).toEqual([true, false]);
  expect(earlierRuns()).toEqual([0, 1]);
});

test('delete: nothing is left where all is well again', async () => {
  const told = await post(5000, { 'comment-mode': 'delete' });
  expect(told.outputs['comment-url']).toMatch(/#issuecomment-\d+$/);
  expect(api.comments).toHaveLength(1);
  const quiet = await post(10, { 'comment-mode': 'delete' });
  expect(quiet.outputs['comment-url']).toBe('');
  expect(api.comments).toEqual([]);
});

test('on-change: the same once more is not told', async () => {
  for (const tokens of [5000, 6000, 10]) await post(tokens, { comment: 'on-change' });
  const writes = api.requests.filter((request) => /^(?:POST|PATCH)/.test(request));
  expect(writes).toEqual([
    'POST /repos/acme/app/issues/7/comments',
    'PATCH /repos/acme/app/issues/comments/1',
  ]);
});

test('a token that may not write costs a notice, which names the permission, and no verdict', async () => {
  const { code, annotations, outputs } = await post(5000, { 'github-token': 'read' });
  expect(code).toBe(0);
  expect(outputs['verdict']).toBe('outside');
  expect(annotations.filter(({ level }) => level === 'notice').map(({ message }) => message)).toContainEqual(
    expect.stringContaining('`permissions: { pull-requests: write }`'),
  );
});
