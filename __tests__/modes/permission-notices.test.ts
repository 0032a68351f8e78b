import { expect, test } from '@jest/globals';
import { createTeller } from '../../src/modes/permission-notices.js';
import { createTold } from '../../src/modes/told.js';
import { RecordingRunner } from '../support/fakes.js';

const tell = (
  permissions: readonly `${string}: ${'read' | 'write'}`[],
  readOnlyBecause?: 'fork' | 'dependabot',
  environment = {},
) => {
  const runner = new RecordingRunner();
  const isNews = createTold({ runner, environment });
  const teller = createTeller({ runner, context: { readOnlyBecause }, isNews });
  for (const permission of permissions) teller(permission);
  return runner;
};

test('a missing permission is one notice with its name and the YAML, however often it was missed', () => {
  const runner = tell(['checks: write', 'checks: write', 'actions: read', 'checks: write']);
  expect(runner.annotations).toMatchObject([
    {
      level: 'notice',
      message: 'The token has no `checks: write`: the check run does not follow this run.',
      advice: expect.stringContaining('permissions: { checks: write }'),
    },
    { message: expect.stringContaining('`actions: read`') },
  ]);
});

test('later steps of the job do not say it again', () => {
  const first = tell(['checks: write', 'actions: read']);
  expect(tell(['checks: write', 'actions: read'], undefined, first.variables).annotations).toEqual([]);
  expect(tell(['statuses: write'], undefined, first.variables).annotations).toHaveLength(1);
});

test.each(['fork', 'dependabot'] as const)(
  'a run of %s is told once that no YAML helps, and what does',
  (readOnlyBecause) => {
    const { annotations } = tell(['pull-requests: write', 'checks: write'], readOnlyBecause);
    expect(annotations).toMatchObject([
      {
        id: 'token-reads-only',
        message: expect.stringContaining('whatever `permissions:` says'),
        advice: expect.stringContaining('`mode: comment`'),
      },
    ]);
  },
);

test('what a run of a fork may be given, it is told to ask for', () => {
  expect(tell(['actions: read'], 'fork').annotations).toMatchObject([{ id: 'permission-missing' }]);
});

test('what every token has is not asked for', () => {
  expect(tell(['metadata: read']).annotations).toEqual([]);
});
