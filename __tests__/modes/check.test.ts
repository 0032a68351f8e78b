/** What the steps of one job say of a check that cannot be kept. */
import { expect, test } from '@jest/globals';
import { withCheck } from '../../src/modes/check.js';
import { createTold } from '../../src/modes/told.js';
import { configOf, FAKE_GATEWAY, ON_MAIN } from '../support/config.js';
import { FixedClock, InMemoryGitHub, InMemoryStore, RecordingRunner } from '../support/fakes.js';

/** One step of a job, in the environment that the steps before it left. */
async function step(mode: 'pre' | 'wrap', event: string, environment: Record<string, string> = {}) {
  const runner = new RecordingRunner();
  const inputs = {
    mode,
    gateway: FAKE_GATEWAY,
    check: 'run',
    'gateway-url': 'https://llm.test',
    run: 'true',
  };
  const config = configOf(inputs, { environment: { ...ON_MAIN, GITHUB_EVENT_NAME: event } });
  const isNews = createTold({ runner, environment });
  const github = new InMemoryGitHub();
  const deps = { config, runner, clock: new FixedClock(), store: new InMemoryStore(), github, reporters: [] };
  await withCheck({ ...deps, isNews }, async () => undefined);
  return runner;
}

test('that an event has no commit for a check is told by the first step of a job alone', async () => {
  const first = await step('pre', 'issues');
  expect(first.annotations).toMatchObject([
    { id: 'no-check', message: 'No check spendgate is kept: issues has no commit of its own.' },
  ]);
  expect((await step('wrap', 'issues', first.variables)).annotations).toEqual([]);
  expect((await step('wrap', 'issues')).annotations).toHaveLength(1);
});
