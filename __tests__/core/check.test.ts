import { describe, expect, test } from '@jest/globals';
import {
  type CheckState,
  type CheckTarget,
  hasFailed,
  ownStatus,
  readCheckState,
  renderCheckState,
  type StatusState,
  statusUrl,
  unfinishedBecause,
} from '../../src/core/check.js';

const STATE: CheckState = { id: 7, sha: 'c0ffee0000000000000000000000000000000000' };

test('what a step leaves for the end of the job is read back', () => {
  expect(readCheckState(renderCheckState(STATE))).toEqual(STATE);
});

test('what else a forged state holds is not read', () => {
  const forged = {
    ...STATE,
    kind: 'status',
    name: 'deploy',
    runUrl: 'https://evil.test',
    progressVariable: 'PATH',
  };
  expect(readCheckState(JSON.stringify(forged))).toEqual(STATE);
});

test.each([
  '',
  'true',
  'null',
  '[]',
  '{}',
  JSON.stringify({ ...STATE, id: '7' }),
  JSON.stringify({ ...STATE, id: 7.5 }),
  JSON.stringify({ ...STATE, sha: null }),
  JSON.stringify({ ...STATE, sha: 'main' }),
  JSON.stringify({ ...STATE, sha: '../../../other/repo' }),
  JSON.stringify({ ...STATE, sha: `${STATE.sha}\n` }),
])('%j is no state', (text) => {
  expect(readCheckState(text)).toBeUndefined();
});

describe('the statuses of one run', () => {
  const runUrl = 'https://github.test/o/r/actions/runs/42';
  const target: CheckTarget = {
    kind: 'status',
    name: 'spend',
    sha: STATE.sha,
    externalId: '42-1-a-1',
    runUrl,
  };
  const other = statusUrl({ ...target, externalId: '42-1-a-2' });
  const status = (state: StatusState, targetUrl = statusUrl(target), context = 'spend') => ({
    context,
    state,
    targetUrl,
  });

  test('lead to its page, each with a mark of its job', () => {
    expect(statusUrl(target)).toBe(`${runUrl}#42-1-a-1`);
    expect(statusUrl({ ...target, runUrl: undefined })).toBeUndefined();
  });

  test("the own one is the newest of this job and name, whatever another's says", () => {
    const list = [status('failure', other), status('pending'), status('error')];
    expect(ownStatus(list, target)).toBe(list[1]);
    expect(ownStatus([status('pending', other), status('pending', statusUrl(target), 'else')], target)).toBe(
      undefined,
    );
  });

  test.each([
    ['another job', status('failure', other), true],
    ['another job that ended in an error', status('error', other), true],
    ['this job', status('failure'), true],
    ['a job in progress', status('pending', other), false],
    ['a job that passed', status('success', other), false],
    ['another name', status('failure', other, 'else'), false],
    ['another run', status('failure', `${runUrl}1#42-1-a-2`), false],
    ['another attempt', status('failure', `${runUrl}/attempts/2#42-2-a-2`), false],
    ['a status without a link', { context: 'spend', state: 'failure', targetUrl: undefined } as const, false],
  ])('a failure of %s', (_name, one, stands) => {
    expect(hasFailed([status('success'), one], target)).toBe(stands);
    expect(hasFailed([one], { ...target, runUrl: undefined })).toBe(false);
  });
});

test.each(['pre began', 'pre ended', 'wrap began', 'wrap ended', 'post began', 'post ended'])(
  '%s: the sentence names the step, and fits into a commit status',
  (progress) => {
    const sentence = unfinishedBecause(progress);
    expect(sentence).toMatch(
      new RegExp(`^spendgate did not finish: .*\`(?:${progress.split(' ')[0]}|post)\``),
    );
    expect(sentence.replaceAll('`', '').length).toBeLessThanOrEqual(140);
  },
);

test.each([undefined, '', '<img src=x>', 'toString'])(
  'a progress of %j, which anybody could have written, is not repeated',
  (progress) => {
    expect(unfinishedBecause(progress)).toBe('spendgate did not finish: No `post` step judged the run.');
  },
);
