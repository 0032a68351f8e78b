/** nightly-agent.yml and gate.yml: nights, a gate that closes, and the person who opens it. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { kept, startWorld, type World } from '../support/examples.js';
import type { JobRun, WorkflowResult } from '../support/workflow.js';

// A workflow is many processes, one after the other.
jest.setTimeout(120_000);

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

afterEach(() => world.close());

const night = (runId: string, calls = 5, secrets: Readonly<Record<string, string>> = {}) =>
  world.run('nightly-agent.yml', {
    event: 'schedule',
    runId,
    secrets,
    environment: { AGENT_CALLS: String(calls) },
  });
const gate = (action: string, reason = 'Looked at it') =>
  world.run('gate.yml', { event: 'workflow_dispatch', inputs: { gate: 'nightly-triage', action, reason } });
const only = ({ jobs: [job] }: WorkflowResult): JobRun => {
  if (job === undefined) throw new Error('no job ran');
  return job;
};
const outcomes = (result: WorkflowResult) => only(result).steps.map(({ outcome }) => outcome);
const outputOf = (result: WorkflowResult, step: number) => only(result).steps.at(step)?.outputs;

test('a normal night is green, and counts what the provider billed', async () => {
  const result = await night('1');
  expect(outcomes(result)).toEqual(['success', 'success', 'success', 'success', 'success']);
  const { inputTokens, outputTokens } = world.provider.totals();
  expect(outputOf(result, 3)).toMatchObject({
    'input-tokens': String(inputTokens),
    'output-tokens': String(outputTokens),
    requests: '5',
  });
  expect(outputOf(result, 4)).toMatchObject({ verdict: 'within', gate: 'open' });
});

test('after a night outside its range the next one waits, until a person opens the gate', async () => {
  const loud = await night('1', 45);
  expect(only(loud).result).toBe('success');
  expect(outputOf(loud, 4)).toMatchObject({ verdict: 'outside', gate: 'closed' });

  const held = await night('2');
  expect(outcomes(held)).toEqual(['success', 'failure', 'skipped', 'skipped', 'skipped']);
  expect(only(held).steps[1]?.annotations[0]?.message).toContain('nightly-triage');

  const status = await gate('status');
  expect(outputOf(status, 0)).toMatchObject({ gate: 'closed' });
  const opened = await gate('open', 'A large backlog; fine');
  expect(outputOf(opened, 0)).toMatchObject({ gate: 'open' });
  expect(outputOf(opened, 0)?.['reason']).toContain('A large backlog; fine');

  expect(only(await night('3')).result).toBe('success');
});

test('a gate that a person closed holds the night back', async () => {
  await gate('close', 'Holidays');
  expect(only(await night('1')).result).toBe('failure');
});

test('an agent at its limit fails the job, and post still judges it', async () => {
  const result = await night('1', 70);
  expect(outcomes(result)).toEqual(['success', 'success', 'success', 'failure', 'success']);
  expect(outputOf(result, 3)).toMatchObject({ requests: '60', 'stop-reason': 'limit:max-requests' });
  expect(outputOf(result, 4)).toMatchObject({ gate: 'closed' });
});

test('too small a budget starts no agent', async () => {
  world.budgetUsd = 5;
  const result = await night('1');
  expect(outcomes(result)).toEqual(['success', 'failure', 'skipped', 'skipped', 'skipped']);
  expect(world.provider.billed).toHaveLength(0);
});

test('the variable of the kill switch stops a run before it starts', async () => {
  const result = await world.run('nightly-agent.yml', { event: 'schedule', vars: { SPENDGATE_HALT: 'yes' } });
  expect(outcomes(result)).toEqual(['success', 'failure', 'skipped', 'skipped', 'skipped']);
});

test('a closed gate is an open issue, which no cache can lose, and closing it opens the gate', async () => {
  await night('1', 45);
  const [issue] = kept(world, 'issues');
  expect(issue).toMatchObject({ state: 'open', title: expect.stringContaining('nightly-triage') });

  world.cache.evictAll();
  expect(only(await night('2')).result).toBe('failure');

  // What a person does on the page of the issue.
  const at = new Date().toISOString();
  Object.assign(issue ?? {}, { state: 'closed', closedAt: at, updatedAt: at, closedBy: 'octocat' });
  expect(only(await night('3')).result).toBe('success');
});

test('people are told by the webhook that a gate closed, and the night does not depend on it', async () => {
  const told: string[] = [];
  const server = createServer(async (request, response) => {
    told.push(await text(request));
    response.writeHead(500).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const loud = await night('1', 45, { ALERT_WEBHOOK: `http://127.0.0.1:${port}/hook` });
  server.close();
  expect(only(loud).result).toBe('success');
  expect(outputOf(loud, 4)).toMatchObject({ gate: 'closed' });
  expect(told.join('\n')).toContain('nightly-triage');
});
