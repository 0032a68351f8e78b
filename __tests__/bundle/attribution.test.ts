/** Whose a run is, through the committed bundle: what a LiteLLM is told, and what an agent can do about it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Provider, startProvider } from '../support/provider.js';
import { createJob, type Job } from '../support/runner.js';

const KEY = 'sk-the-gateway-key-of-the-test';
const METADATA = 'x-litellm-spend-logs-metadata';
/** One call that books itself on another team, and more of them on request. */
const AGENT = `
const [turns = '1'] = process.argv.slice(2);
for (let turn = 0; turn < Number(turns); turn += 1) {
  const response = await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
    method: 'POST',
    headers: {
      'x-api-key': process.env.ANTHROPIC_API_KEY,
      'content-type': 'application/json',
      'x-litellm-tags': 'team:other',
      'x-litellm-spend-logs-metadata': JSON.stringify({ team: 'other', repository: 'other/app' }),
      'x-litellm-api-key': 'sk-of-another',
    },
    body: JSON.stringify({
      model: 'claude-sonnet-4-5',
      max_tokens: 500,
      metadata: { user_id: 'user_1' },
      messages: [{ role: 'user', content: 'turn ' + turn }],
    }),
  });
  await response.text();
  console.log('called');
}
if (process.argv.includes('--stay')) await new Promise((resolve) => setTimeout(resolve, 30_000));
`;
const WHOSE = {
  repository: 'acme/app',
  task: 'review',
  'run-id': '4711',
  actor: 'octocat',
  'pull-request': 7,
  workflow: 'nightly “büro” \u{1F680}',
  job: 'agent',
  event: 'pull_request',
  attempt: 3,
  commit: 'f00dfeedf00dfeedf00dfeedf00dfeedf00dfeed',
};
const TOLD = { ...WHOSE, 'pull-request': '7', attempt: '3' };

let provider: Provider;
let job: Job;

beforeEach(async () => {
  provider = await startProvider();
  job = createJob({
    event: 'pull_request',
    workflow: WHOSE.workflow,
    environment: { GITHUB_JOB: 'agent', GITHUB_RUN_ATTEMPT: '3', GITHUB_SHA: WHOSE.commit },
    files: { 'agent.mjs': AGENT },
  });
});

afterEach(async () => {
  job.clean();
  await provider.close();
});

const wrap = (more: Readonly<Record<string, string>> = {}) => ({
  mode: 'wrap',
  task: 'review',
  gateway: 'litellm',
  'gateway-url': `${provider.url}/v1`,
  'gateway-key': KEY,
  run: 'node agent.mjs',
  ...more,
});
const lastRequest = () => provider.requests.at(-1);
const told = () => JSON.parse(String(lastRequest()?.headers[METADATA]));

function ledgerHeader(): Record<string, unknown> {
  const dir = join(job.temp, 'spendgate');
  const name = readdirSync(dir).find((file) => file.endsWith('.ndjson')) ?? '';
  return JSON.parse(readFileSync(join(dir, name), 'utf8').split('\n')[0] ?? '');
}

describe('the bundle', () => {
  test('tells LiteLLM whose a call is, and not what the agent would have it believe', async () => {
    const result = await job.step(wrap());
    expect(result.outputs).toMatchObject({ requests: '1', 'exit-code': '0' });
    expect(told()).toEqual(TOLD);
    const { headers, body } = lastRequest() ?? {};
    expect(headers?.['x-litellm-tags']).toBeUndefined();
    expect(headers?.['x-litellm-api-key']).toBeUndefined();
    expect(headers?.['x-api-key']).toBe(KEY);
    expect(body).toMatchObject({ metadata: { user_id: 'user_1' } });
    expect(JSON.parse(result.outputs['usage'] ?? '').attribution).toEqual(WHOSE);
    expect(result.annotations.map(({ message }) => message).join('\n')).toContain('x-litellm-api-key (1)');
  });

  test('tags a call where it is asked to', async () => {
    await job.step(wrap({ attribution: 'tags' }));
    expect(lastRequest()?.headers['x-litellm-tags']).toBe(
      'repository:acme/app,task:review,actor:octocat,pull-request:7,workflow:nightly %E2%80%9Cb%C3%BCro%E2%80%9D %F0%9F%9A%80,job:agent,event:pull_request',
    );
  });

  test('says nothing where it is told not to, and keeps it in the record', async () => {
    const { outputs } = await job.step(wrap({ attribution: 'off' }));
    expect(Object.keys(lastRequest()?.headers ?? {}).filter((name) => name.startsWith('x-litellm'))).toEqual(
      [],
    );
    expect(JSON.parse(outputs['usage'] ?? '').attribution).toEqual(WHOSE);
  });

  test('a run that is killed has left whose it was, and is judged all the same', async () => {
    const killed = await job.step(wrap({ run: 'node agent.mjs 1 --stay' }), {
      onStart: (child) =>
        child.stdout?.on('data', (text: Buffer) => {
          if (text.includes('called')) child.kill('SIGKILL');
        }),
    });
    expect(killed.code).toBeNull();
    expect(ledgerHeader()).toMatchObject({ type: 'run', attribution: WHOSE });
    const post = await job.step({ mode: 'post', task: 'review', 'expect-requests': '1..1' });
    expect(post.outputs).toMatchObject({ verdict: 'unknown' });
  });

  test('a meter in the background tells it too', async () => {
    const started = await job.step(wrap({ run: '', background: 'true', agent: 'claude-code' }));
    expect(started.code).toBe(0);
    await job.run([process.execPath, 'agent.mjs']);
    expect(told()).toEqual({ ...TOLD, agent: 'claude-code' });
    const control = started.outputs['meter-control'] ?? '';
    const post = await job.step({ mode: 'post', task: 'review', 'meter-control': control });
    expect(JSON.parse(post.outputs['usage'] ?? '').attribution).toEqual({ ...WHOSE, agent: 'claude-code' });
    expect(post.annotations.map(({ message }) => message).join('\n')).toContain('x-litellm-api-key (1)');
  });
});
