/** The README's quick start, as it stands there, run step by step with the committed bundle. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { type CacheService, startCacheService } from '../support/cache-service.js';
import { type Provider, startProvider } from '../support/provider.js';
import { createJob, type Job, type StepResult } from '../support/runner.js';

interface Step {
  readonly uses?: string;
  readonly id?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, string>>;
}

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const block = /<!-- quick-start:begin -->\n```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
const workflow = parse(block) as { name: string; jobs: { triage: { steps: Step[] } } };
const steps = workflow.jobs.triage.steps.filter(({ uses }) => uses?.startsWith('spendgate/'));

let provider: Provider;
let cache: CacheService;
let job: Job;
let otherJob: Job;

/** The gateway counts at the prices of the model it serves. */
function spentUsd(): number {
  return provider.billed.reduce(
    (sum, bill) =>
      sum + bill.input * 3e-6 + bill.cacheRead * 0.3e-6 + bill.cacheWrite * 3.75e-6 + bill.output * 15e-6,
    0,
  );
}

beforeAll(async () => {
  provider = await startProvider({
    routes: { '/key/info': () => ({ body: { info: { spend: 3 + spentUsd(), max_budget: 50 } } }) },
  });
  cache = await startCacheService();
  // The agent of the quick start, as far as this test goes: it makes five calls and says so.
  const claude = `#!/usr/bin/env node
for (let call = 0; call < 5; call += 1) {
  await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
    method: 'POST',
    headers: { 'x-api-key': process.env.ANTHROPIC_API_KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 100, messages: [{ role: 'user', content: String(call) }] }),
  }).then((response) => response.text());
}
console.log('arguments: ' + JSON.stringify(process.argv.slice(2)));
`;
  const newJob = () =>
    createJob({
      event: 'schedule',
      workflow: workflow.name,
      environment: cache.environment('refs/heads/main'),
      files: { 'bin/claude.mjs': claude },
    });
  job = newJob();
  otherJob = newJob();
});

afterAll(async () => {
  await provider.close();
  await cache.close();
  job.clean();
  otherJob.clean();
});

function run({ with: inputs = {} }: Step, usage = '', inside = job): Promise<StepResult> {
  const values: Record<string, string> = {
    'vars.LLM_GATEWAY_URL': provider.url,
    'secrets.LLM_KEY': 'sk-quick-start-key',
    'vars.SPENDGATE_HALT': '',
    'steps.agent.outputs.usage': usage,
  };
  const filled = Object.entries(inputs).map(([name, value]) => [
    name,
    String(value)
      .replace(/\$\{\{ (\S+) \}\}/g, (_, expression: string) => values[expression] ?? `no ${expression}`)
      .replace(/^claude /, 'node bin/claude.mjs '),
  ]);
  return inside.step(Object.fromEntries(filled));
}

test('its three steps are pre, wrap and post', () => {
  expect(steps.map((step) => step.with?.['mode'])).toEqual(['pre', 'wrap', 'post']);
});

test('they run green, and the record says what the provider billed', async () => {
  const [pre, wrap, post] = steps;
  const budget = await run(pre ?? {});
  expect(budget.outputs).toMatchObject({ allowed: 'true', verdict: 'degrade', remaining: '47', unit: 'USD' });
  expect(budget.code).toBe(0);
  const agent = await run(wrap ?? {});
  expect(agent.code).toBe(0);
  expect(agent.stdout).toContain('arguments: ["-p","Triage the entries of TODO.md"');
  const { inputTokens, outputTokens, requests } = provider.totals();
  expect(agent.outputs).toMatchObject({
    'input-tokens': String(inputTokens),
    'output-tokens': String(outputTokens),
    requests: String(requests),
    'stop-reason': 'completed',
    'exit-code': '0',
  });
  const judged = await run(post ?? {}, agent.outputs['usage']);
  expect(judged.outputs).toMatchObject({ verdict: 'within', gate: 'unknown' });
  expect(judged.code).toBe(0);
  for (const { summary } of [budget, agent, judged]) expect(summary).toContain('spendgate');
});

test('without a gateway, as the text behind it says, all is done but the question for the budget', async () => {
  const named = /No gateway\? Leave out ([^:]*), and give/.exec(readme)?.[1] ?? '';
  const left = new Set([...named.matchAll(/`([\w-]+)`/g)].map(([, name]) => name));
  expect(left.size).toBe(3);
  const [pre, wrap, post] = steps.map(({ with: inputs = {} }) => ({
    with: Object.fromEntries(Object.entries(inputs).filter(([name]) => !left.has(name))),
  }));
  expect((await run(pre ?? {}, '', otherJob)).outputs).toMatchObject({ allowed: 'true', remaining: '' });
  // The provider on loopback in place of the one that the agent's API stands for.
  const upstream = { with: { ...wrap?.with, upstream: provider.url } };
  const agent = await run(upstream, '', otherJob);
  expect(agent.outputs).toMatchObject({
    requests: '5',
    'cost-source': 'price-table',
    'stop-reason': 'completed',
  });
  const judged = await run(post ?? {}, agent.outputs['usage'], otherJob);
  expect([judged.code, judged.outputs['verdict']]).toEqual([0, 'within']);
});
