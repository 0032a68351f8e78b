/** matrix.yml: several agents at once stay inside one budget, and their sum is judged. */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { startWorld, type World } from '../support/examples.js';
import type { JobRun, WorkflowOptions, WorkflowResult } from '../support/workflow.js';

// A workflow is many processes, one after the other.
jest.setTimeout(120_000);

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

afterEach(() => world.close());

const run = (environment: Readonly<Record<string, string>> = {}, actions: WorkflowOptions['actions'] = {}) =>
  world.run('matrix.yml', { event: 'schedule', environment, actions });
const summed = (job: JobRun | undefined) =>
  JSON.parse(job?.steps[2]?.outputs['usage'] ?? '{}') as Record<string, unknown>;
const named = ({ jobs }: WorkflowResult, id: string) => jobs.filter((job) => job.id === id);
const costs = (result: WorkflowResult) =>
  named(result, 'agents').map(({ steps }) => Number(steps[2]?.outputs['cost-usd']));

test('three agents run at once, and the sum of their records is judged', async () => {
  const result = await run();
  expect(named(result, 'agents').map(({ matrix }) => matrix['task'])).toEqual(['docs', 'tests', 'deps']);
  expect(result.failed).toBe(false);
  const { inputTokens, outputTokens } = world.provider.totals();
  const [total] = named(result, 'total');
  expect(summed(total)).toMatchObject({ 'input-tokens': inputTokens, 'output-tokens': outputTokens });
  const sum = costs(result).reduce((all, one) => all + one, 0);
  expect(Number(summed(total)['cost-usd'])).toBeCloseTo(sum, 6);
  expect(total?.steps[3]?.outputs).toMatchObject({ verdict: 'within', gate: 'open' });
});

test('each agent is held at its share, so that together they stay inside the budget', async () => {
  // A whole answer costs 0.15 USD: ten of them are more than a share. The model keeps to the ceiling that a call names.
  const ceiling = () => (world.provider.requests.at(-1)?.body as { max_tokens?: number })?.max_tokens ?? 0;
  world.provider.setScript({
    bill: () => ({ input: 20, cacheRead: 0, cacheWrite: 0, output: Math.min(10_000, ceiling()) }),
    routes: { '/key/info': () => ({ body: { info: { spend: 0, max_budget: 3 } } }) },
  });
  const result = await run({ AGENT_CALLS: '10', AGENT_MAX_TOKENS: '10000' });
  for (const { result: outcome } of named(result, 'agents')) expect(outcome).toBe('failure');
  for (const cost of costs(result)) expect(cost).toBeLessThanOrEqual(1);
  const sum = costs(result).reduce((all, one) => all + one, 0);
  expect(sum).toBeGreaterThan(2.5);
  expect(sum).toBeLessThanOrEqual(3);
  const [total] = named(result, 'total');
  expect(total?.steps[3]?.outputs).toMatchObject({ verdict: 'outside', gate: 'closed' });
  expect((await run()).jobs.filter(({ result: outcome }) => outcome === 'skipped')).toHaveLength(2);
});

test('a budget smaller than the sum of the shares starts none of them', async () => {
  world.budgetUsd = 5; // of which 3 are spent
  const result = await run();
  expect(result.jobs.map(({ id, result: outcome }) => [id, outcome])).toEqual([
    ['budget', 'failure'],
    ['agents', 'skipped'],
    ['total', 'skipped'],
  ]);
  expect(world.provider.billed).toHaveLength(0);
});

test('a sum with an unknown part is not known', async () => {
  const [total] = named(await run({ AGENT_MODEL: 'a-model-without-a-price' }), 'total');
  expect(summed(total)).not.toHaveProperty('cost-usd');
  expect(summed(total)['input-tokens']).toBe(world.provider.totals().inputTokens);
  expect(total?.steps[3]?.outputs['verdict']).toBe('unknown');
});

test('a sum of which no record came is not known, and says so', async () => {
  const lost = { 'actions/upload-artifact': async () => undefined };
  const [total] = named(await run({}, lost), 'total');
  expect(total?.result).toBe('success');
  expect(summed(total)).toEqual({ task: 'matrix' });
  expect(total?.steps[3]?.outputs).toMatchObject({ verdict: 'unknown' });
  expect(total?.steps[3]?.summary).toContain('Usage cannot be judged');
});
