/**
 * The main job, without an account or a key: a scripted provider with a budget, the Actions cache and GitHub's API stand on
 * loopback, and the committed bundle runs pre, wrap and post as three jobs of a workflow. The first run is normal, in the
 * second the agent loops and the gate closes, the third is held back by the gate.
 */
import { marked } from 'marked';
import { markedTerminal } from 'marked-terminal';
import { startCacheService } from '../__tests__/support/cache-service.js';
import { startGitHubApi } from '../__tests__/support/github-api.js';
import { startProvider } from '../__tests__/support/provider.js';
import { createJob, type Job, type StepResult } from '../__tests__/support/runner.js';

const KEY = 'sk-demo-key-of-the-gateway';
const BUDGET_USD = 10;
const POLICY = `version: 1
gateway: { id: litellm, url-env: LLM_GATEWAY_URL }
tasks:
  triage:
    min-remaining: 5 USD
    expect: { input-tokens: 1k..6k, output-tokens: ..1k, requests: 1..5 }
    limits: { cost: 2 USD, requests: 20, timeout: 1m }
`;
/** The agent: it asks the model again and again, as often as it was told. */
const AGENT = `
const turns = Number(process.argv[2]);
for (let turn = 1; turn <= turns; turn += 1) {
  const response = await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': process.env.ANTHROPIC_API_KEY },
    body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 1000, stream: true, messages: [{ role: 'user', content: 'turn ' + turn }] }),
  });
  await response.text();
  console.log('agent: turn ' + turn + ' -> ' + response.status);
  if (!response.ok) process.exit(1);
}
`;

const bold = (text: string) => `\u001b[1m${text}\u001b[0m`;
const dim = (text: string) => `\u001b[2m${text}\u001b[0m`;
const say = (text = '') => process.stdout.write(`${text}\n`);
const failures: string[] = [];

function expect(what: string, isTrue: boolean): void {
  if (!isTrue) failures.push(what);
}

/** Markdown as a person sees it: entities and escapes undone, tables drawn. */
function show(markdown: string): void {
  marked.use(
    markedTerminal({ reflowText: false, showSectionPrefix: false }) as Parameters<typeof marked.use>[0],
  );
  const visible = markdown
    .replace(/<!--.*?-->\n?/g, '')
    .replace(/<details><summary>(.*?)<\/summary>/g, '▸ $1')
    .replace(/<br>/g, ' ')
    .replace(/<\/?(?:sub|span|details)>/g, '')
    .replaceAll('\u200b', '');
  say(String(marked.parse(visible)).trimEnd());
}

async function step(job: Job, name: string, inputs: Record<string, string>): Promise<StepResult> {
  say(bold(`  ▸ ${name}`));
  const started = Date.now();
  const result = await job.step(
    { 'gateway-key': KEY, 'github-token': 'write', task: 'triage', ...inputs },
    { onOutput: progress },
  );
  const mark = result.code === 0 ? '✅' : '🛑';
  say(`    ${mark} ${name} ended with ${result.code} ${dim(`after ${Date.now() - started} ms`)}`);
  return result;
}

/** Live: what the agent prints, and annotations in words. */
function progress(text: string): void {
  for (const line of text.split('\n')) {
    const [, level, message] = /^::(error|warning|notice)[^:]*(?:::)?.*?::(.*)$/.exec(line) ?? [];
    if (level !== undefined) say(`    ${level}: ${decodeURIComponent(message ?? '').slice(0, 260)}`);
    else if (line.startsWith('agent:') || line.startsWith('spendgate:')) say(dim(`    ${line}`));
  }
}

const cache = await startCacheService();
const github = await startGitHubApi(cache);
const provider = await startProvider();
/** The gateway of the demo counts at the prices of the model it serves. */
const spentUsd = () =>
  provider.billed.reduce(
    (sum, bill) =>
      sum + bill.input * 3e-6 + bill.cacheRead * 0.3e-6 + bill.cacheWrite * 3.75e-6 + bill.output * 15e-6,
    0,
  );
provider.setScript({
  delayMs: 120,
  routes: {
    '/key/info': () => ({
      body: {
        info: {
          spend: spentUsd(),
          max_budget: BUDGET_USD,
          budget_duration: '1d',
          budget_reset_at: '2099-01-01T00:00:00Z',
        },
      },
    }),
  },
});

function newJob(run: number): Job {
  return createJob({
    event: 'schedule',
    runId: String(1000 + run),
    workflow: 'nightly',
    environment: {
      ...cache.environment('refs/heads/main'),
      GITHUB_API_URL: github.url,
      LLM_GATEWAY_URL: provider.url,
    },
    files: { '.github/spendgate.yml': POLICY, 'agent.mjs': AGENT },
  });
}

let summary = '';
try {
  say(bold('\nRun 1: a normal night'));
  const first = newJob(1);
  const pre = await step(first, 'pre', { mode: 'pre' });
  expect('pre lets the first run start', pre.outputs['allowed'] === 'true');
  say(`    ${pre.outputs['reason']}`);
  const wrap = await step(first, 'wrap', { mode: 'wrap', run: 'node agent.mjs 3' });
  expect(
    'the meter agrees with the bill',
    wrap.outputs['input-tokens'] === String(provider.totals().inputTokens),
  );
  say(
    `    ${wrap.outputs['requests']} calls, ${wrap.outputs['total-tokens']} tokens, ${wrap.outputs['cost-usd']} USD, ${wrap.outputs['stop-reason']}`,
  );
  const post = await step(first, 'post', { mode: 'post' });
  expect(
    'post finds the first run normal',
    post.outputs['verdict'] === 'within' && post.outputs['gate'] === 'open',
  );
  say(`    verdict ${post.outputs['verdict']}, gate ${post.outputs['gate']}`);

  say(bold('\nRun 2: the agent loops (on a pull request, so that there is a comment)'));
  const second = createJob({
    event: 'pull_request',
    ref: 'refs/heads/main',
    runId: '1002',
    workflow: 'nightly',
    environment: {
      ...cache.environment('refs/heads/main'),
      GITHUB_API_URL: github.url,
      LLM_GATEWAY_URL: provider.url,
    },
    files: { '.github/spendgate.yml': POLICY, 'agent.mjs': AGENT },
  });
  await step(second, 'pre', { mode: 'pre' });
  await step(second, 'wrap', { mode: 'wrap', run: 'node agent.mjs 12' });
  const outside = await step(second, 'post', { mode: 'post' });
  summary = outside.summary;
  expect(
    'post finds the second run outside and closes the gate',
    outside.outputs['verdict'] === 'outside' && outside.outputs['gate'] === 'closed',
  );
  say(`    verdict ${outside.outputs['verdict']}, gate ${outside.outputs['gate']}`);

  say(bold('\nRun 3: the next night waits for a person'));
  const third = newJob(3);
  const held = await step(third, 'pre', { mode: 'pre' });
  expect('pre holds the third run back', held.code === 3 && held.outputs['gate'] === 'closed');
  say(`    allowed ${held.outputs['allowed']}, gate ${held.outputs['gate']}`);
  for (const job of [first, second, third]) job.clean();

  say(bold('\n── The job summary of run 2, as a person sees it ──────────────────────────────'));
  show(summary);
  say(bold('\n── The comment on its pull request ────────────────────────────────────────────'));
  expect('there is one comment', github.comments.length === 1);
  show(github.comments[0]?.body ?? '');
} finally {
  await Promise.all([provider.close(), cache.close(), github.close()]);
}
for (const failure of failures) say(`\nDEMO FAILED: ${failure}`);
say(failures.length === 0 ? bold('\nThe gate is closed until somebody looks. That is the main job.\n') : '');
process.exitCode = failures.length === 0 ? 0 : 1;
