/** override.yml: more for one run, with a reason, an end, and an approval. */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { readExample, startWorld, type World } from '../support/examples.js';
import type { WorkflowDefinition } from '../support/workflow/definition.js';

// A workflow is many processes, one after the other.
jest.setTimeout(120_000);

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

afterEach(() => world.close());

const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
const more = `{ limits: { requests: 40 }, reason: The migration, until: ${tomorrow} }`;
const run = (override: string, calls: number) =>
  world.run('override.yml', {
    event: 'workflow_dispatch',
    actor: 'ada',
    inputs: { prompt: 'Move everything', override },
    environment: { AGENT_CALLS: String(calls) },
  });

test('an override lets a run use more, and its reports say who decided and why', async () => {
  const { failed, jobs } = await run(more, 30);
  expect(failed).toBe(false);
  expect(jobs[0]?.steps[3]?.outputs).toMatchObject({ requests: '30', 'stop-reason': 'completed' });
  const summary = jobs[0]?.steps[4]?.summary ?? '';
  for (const words of ['ada', 'The migration', 'max-requests', '20', '40']) expect(summary).toContain(words);
});

test('without one the normal limit holds', async () => {
  const { jobs } = await run('', 30);
  expect(jobs[0]?.steps[3]?.outputs).toMatchObject({ requests: '20', 'stop-reason': 'limit:max-requests' });
});

test.each([
  ['no reason', `{ limits: { requests: 40 }, until: ${tomorrow} }`],
  ['no end', '{ limits: { requests: 40 }, reason: why }'],
  ['an end that has passed', `{ limits: { requests: 40 }, reason: why, until: ${yesterday} }`],
])('an override with %s fails before an agent starts', async (_what, override) => {
  const { jobs } = await run(override, 30);
  expect(jobs[0]?.steps[1]?.outcome).toBe('failure');
  expect(world.provider.billed).toHaveLength(0);
});

test('its job waits for the reviewers of the environment', () => {
  const { jobs } = parse(readExample('override.yml')) as WorkflowDefinition;
  expect(jobs['run']?.environment).toBe('spend-approval');
});
