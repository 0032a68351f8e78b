import { expect, test } from '@jest/globals';
import {
  type CheckState,
  readCheckState,
  renderCheckState,
  unfinishedBecause,
} from '../../src/core/check.js';

const STATE: CheckState = {
  kind: 'run',
  name: 'spendgate',
  sha: 'abc123',
  externalId: '42-1-triage',
  runUrl: 'https://github.test/o/r/actions/runs/42',
  id: 7,
  progressVariable: 'SPENDGATE_PROGRESS_1',
};

test.each([STATE, { ...STATE, kind: 'status', runUrl: undefined } as const])(
  'what a step leaves for the end of the job is read back',
  (state) => {
    expect(readCheckState(renderCheckState(state))).toEqual(state);
  },
);

test.each([
  '',
  'true',
  'null',
  '[]',
  '{}',
  JSON.stringify({ ...STATE, kind: 'comment' }),
  JSON.stringify({ ...STATE, id: '7' }),
  JSON.stringify({ ...STATE, sha: null }),
  JSON.stringify({ ...STATE, progressVariable: undefined }),
])('%j is no state', (text) => {
  expect(readCheckState(text)).toBeUndefined();
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
