/** claude-code-action.yml and codex-action.yml: agents that are steps of their own, behind a meter in the background. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { startWorld, upstreamPolicy, type World } from '../support/examples.js';
import type { StandIn } from '../support/workflow.js';

// A workflow is many processes, one after the other.
jest.setTimeout(120_000);

let world: World;

beforeEach(async () => {
  world = await startWorld();
});

afterEach(() => world.close());

/** Asks `path` of a URL with a key, as often as `CALLS` says, and fails when it is refused. */
const CLIENT = `
const [url, key, calls] = process.argv.slice(1);
const isResponses = url.endsWith('/responses');
for (let call = 0; call < Number(calls); call += 1) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer ' + key, 'x-api-key': key },
    body: JSON.stringify(isResponses
      ? { model: 'gpt-5-codex', input: 'turn ' + call, stream: true, max_output_tokens: 1000 }
      : { model: 'claude-sonnet-4-5', max_tokens: 1000, stream: true, messages: [{ role: 'user', content: 'turn ' + call }] }),
  });
  await response.text();
  if (!response.ok) process.exit(1);
}
`;
const client = (job: Parameters<StandIn>[0]['job'], words: readonly string[]) =>
  job.run([process.execPath, '--input-type=module', '-e', CLIENT, '--', ...words]);
/** The action finds its base URL in the environment of the job, and takes the key as an input. */
const claudeCodeAction =
  (calls: number): StandIn =>
  ({ job, inputs, environment }) =>
    job.run(
      [
        'bash',
        '-ec',
        'exec "$NODE" --input-type=module -e "$CLIENT" -- "$ANTHROPIC_BASE_URL/v1/messages" "$KEY" "$CALLS"',
      ],
      {
        environment: {
          ...environment,
          NODE: process.execPath,
          CLIENT,
          KEY: inputs['anthropic_api_key'] ?? '',
          CALLS: String(calls),
        },
      },
    );
/** The action's proxy takes where the Responses API is, and the key, as inputs. */
const codexAction =
  (calls: number): StandIn =>
  ({ job, inputs }) =>
    client(job, [inputs['responses-api-endpoint'] ?? '', inputs['openai-api-key'] ?? '', String(calls)]);

describe('claude-code-action.yml', () => {
  const comment = (association: string, body = '@claude fix this') => ({
    payload: { issue: { number: 7, pull_request: {} }, comment: { body, author_association: association } },
  });
  const run = (calls: number, more: object = comment('MEMBER')) =>
    world.run('claude-code-action.yml', {
      event: 'issue_comment',
      actions: { 'anthropics/claude-code-action': claudeCodeAction(calls) },
      ...more,
    });

  test('meters the action, whose step never sees the key', async () => {
    const { jobs, failed } = await run(4);
    expect(failed).toBe(false);
    const post = jobs[0]?.steps.at(-1);
    const { inputTokens } = world.provider.totals();
    expect(post?.outputs).toMatchObject({
      requests: '4',
      'input-tokens': String(inputTokens),
      verdict: 'within',
    });
    const keys = world.provider.requests
      .filter(({ path }) => path === '/v1/messages')
      .map(({ headers }) => headers['x-api-key']);
    expect(new Set(keys)).toEqual(new Set(['sk-key-of-the-examples']));
  });

  test('refuses its calls at a limit, and post says which one', async () => {
    const { jobs } = await run(90);
    expect(jobs[0]?.steps.at(-1)?.outputs).toMatchObject({
      requests: '80',
      'stop-reason': 'limit:max-requests',
    });
  });

  test('tells a run outside its range, and closes no gate, which it could not', async () => {
    const { jobs } = await run(90);
    const { annotations = [], outcome, outputs } = jobs[0]?.steps.at(-1) ?? {};
    expect([outcome, outputs?.['verdict']]).toEqual(['success', 'outside']);
    expect(outputs?.['gate']).not.toBe('closed');
    expect(outputs?.['findings']).not.toContain('gate-');
    expect(annotations.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test.each([
    ['a stranger', comment('NONE')],
    ['a comment to somebody else', comment('OWNER', 'thanks')],
  ])('starts nothing for %s', async (_who, more) => {
    const { jobs } = await run(4, more);
    expect(jobs.map(({ result }) => result)).toEqual(['skipped']);
    expect(world.provider.requests).toHaveLength(0);
  });
});

describe('codex-action.yml', () => {
  test('meters the action at the Responses API', async () => {
    const { jobs, failed } = await world.run('codex-action.yml', {
      event: 'pull_request',
      secrets: { OPENAI_API_KEY: 'sk-openai' },
      files: upstreamPolicy(world.provider.url),
      actions: { 'openai/codex-action': codexAction(3) },
    });
    expect(failed).toBe(false);
    const { inputTokens, outputTokens } = world.provider.totals();
    expect(jobs[0]?.steps[3]?.outputs).toMatchObject({ requests: '3', verdict: 'within' });
    expect(jobs[0]?.steps[4]?.stdout).toContain(`${inputTokens + outputTokens} tokens, 0.`);
  });
});
