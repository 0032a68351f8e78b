import { expect, test } from '@jest/globals';
import { countReruns, isAboutCommit, judgeReruns } from '../../src/core/reruns.js';

const SELF = { id: 10, attempt: 1 };

test.each([
  ['the first run of a commit is none', [], SELF, 0],
  ['this run may be in the list', [SELF], SELF, 0],
  ['its own attempts count', [{ id: 10, attempt: 2 }], { id: 10, attempt: 3 }, 2],
  ['so do all attempts of an earlier run', [{ id: 9, attempt: 2 }], SELF, 2],
  ['a first attempt does not count what was started after it', [{ id: 11, attempt: 1 }], SELF, 0],
  ['a later attempt counts that too', [{ id: 11, attempt: 1 }], { id: 10, attempt: 2 }, 2],
  [
    'all of it is one sum',
    [
      { id: 8, attempt: 3 },
      { id: 9, attempt: 1 },
    ],
    { id: 10, attempt: 2 },
    5,
  ],
])('%s', (_what, runs, self, expected) => {
  expect(countReruns(runs, self)).toBe(expected);
});

test.each([
  ['push', true],
  ['pull_request', true],
  ['pull_request_target', true],
  ['merge_group', true],
  ['schedule', false],
  ['workflow_dispatch', false],
  ['issue_comment', false],
])('a run of %s is about its commit: %p', (event, expected) => {
  expect(isAboutCommit(event)).toBe(expected);
});

test.each([
  [0, 0, false],
  [1, 0, true],
  [2, 2, false],
  [3, 2, true],
])('%p re-runs where %p are permitted deny: %p', (count, permitted, denies) => {
  const found = judgeReruns({ count, evidence: 'Counted.' }, permitted);
  expect(found.map(({ level, id }) => `${level} ${id}`)).toEqual(denies ? ['error reruns-exhausted'] : []);
  if (denies)
    expect(found[0]).toMatchObject({
      message: `This is re-run ${count} of this workflow for its commit, and \`reruns-per-commit\` permits ${permitted}. Counted.`,
      advice: expect.stringContaining('reviewers of an environment'),
    });
});

test('without a limit, or where nobody counted, nothing is said', () => {
  expect(judgeReruns({ count: 9, evidence: '' }, undefined)).toEqual([]);
  expect(judgeReruns(undefined, 0)).toEqual([]);
});
