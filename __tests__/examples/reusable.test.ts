/** reusable.yml, called by reusable-caller.yml: the organisation's steps with the caller's key and gate. */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { readExample, startWorld, type World } from '../support/examples.js';
import { runWorkflow } from '../support/workflow.js';

// A workflow is many processes, one after the other.
jest.setTimeout(120_000);

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

afterEach(() => world.close());

const workflows = { 'acme/workflows/.github/workflows/agent.yml': readExample('reusable.yml') };
const call = (calls = 5) =>
  world.run('reusable-caller.yml', {
    event: 'schedule',
    workflows,
    environment: { AGENT_CALLS: String(calls) },
  });

test('the caller gets the steps, and what they came to', async () => {
  const { jobs, failed } = await call();
  expect(failed).toBe(false);
  expect(jobs.map(({ id, result }) => [id, result])).toEqual([
    ['changelog / agent', 'success'],
    ['changelog', 'success'],
    ['report', 'success'],
  ]);
  const cost = jobs[0]?.outputs['cost-usd'];
  expect(Number(cost)).toBeGreaterThan(0);
  expect(jobs[2]?.steps[0]?.stdout).toBe(`It cost ${cost} USD, and is unknown\n`);
});

test("the limits hold, whatever the caller's policy file says of `observe`", async () => {
  const { failed, jobs } = await world.run('reusable-caller.yml', {
    event: 'schedule',
    workflows,
    files: {
      '.github/spendgate.yml': `version: 1
defaults: { observe: true, max-requests: 3 }
tasks: { changelog: {} }
`,
    },
  });
  expect(failed).toBe(true);
  expect(jobs[0]?.outputs['cost-usd']).toBeDefined();
  expect(world.provider.billed).toHaveLength(3);
});

test('the key is the one that the caller gave', async () => {
  await call();
  const keys = world.provider.requests
    .filter(({ path }) => path === '/v1/messages')
    .map(({ headers }) => headers['x-api-key']);
  expect(new Set(keys)).toEqual(new Set(['sk-key-of-the-examples']));
});

test('a limit above the ceiling fails before anything starts', async () => {
  const { failed, jobs } = await runWorkflow(
    readExample('reusable-caller.yml').replace('max-cost-usd: 2', 'max-cost-usd: 6'),
    {
      event: 'schedule',
      workflows,
      secrets: { LLM_KEY: 'sk-x' },
      vars: { LLM_GATEWAY_URL: world.provider.url },
    },
  );
  expect(failed).toBe(true);
  expect(jobs[0]?.steps[0]?.annotations[0]?.message).toContain('at most 5');
  expect(world.provider.requests).toHaveLength(0);
});

test('the caller grants every permission that the called workflow asks for', () => {
  const caller = parse(readExample('reusable-caller.yml')) as {
    jobs: { changelog: { permissions: object } };
  };
  const called = parse(readExample('reusable.yml')) as { jobs: { agent: { permissions: object } } };
  expect(caller.jobs.changelog.permissions).toEqual(called.jobs.agent.permissions);
});
