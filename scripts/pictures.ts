/**
 * The pictures of the README: what the committed bundle really writes, rendered as GitHub does, in a headless Chromium. Jobs
 * run against the project's own provider; their summaries and the comment go through a GitHub-flavoured parser and GitHub's
 * own style sheet, in light and in dark. Nothing is fetched. Needs two programs (Debian: `apt-get install chromium pngquant`).
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import rehypeStringify from 'rehype-stringify';
import { unified } from 'unified';
import { startCacheService } from '../__tests__/support/cache-service.js';
import { renderGitHub } from '../__tests__/support/gfm.js';
import { type GitHubApi, startGitHubApi } from '../__tests__/support/github-api.js';
import { type Provider, startProvider } from '../__tests__/support/provider.js';
import { createJob, type Job } from '../__tests__/support/runner.js';

const OUT = fileURLToPath(new URL('../docs/pictures/', import.meta.url));
const CSS = fileURLToPath(new URL('../node_modules/github-markdown-css/', import.meta.url));
const MAX_BYTES = 150_000;
/** A comment has some 780 pixels for its text. */
const WIDTH = 830;
const KEY = 'sk-picture-key-of-the-gateway';
const INPUTS = {
  'gateway-key': KEY,
  'github-token': 'write',
  task: 'triage',
  gate: 'triage',
  agent: 'claude-code',
};
const COMMITS = ['3c9f1b7e', '7d20a4c5', 'e81f6a02'].map((start) => start.padEnd(40, '0'));
const BUDGET = { max_budget: 10, budget_duration: '1d', budget_reset_at: '2099-01-01T00:00:00Z' };
const POLICY = `version: 1
gateway: { id: litellm, url-env: LLM_GATEWAY_URL }
tasks:
  triage:
    min-remaining: 5 USD
    expect: { input-tokens: 5k..60k, output-tokens: ..4k, cost: ..0.25 USD, requests: 1..12 }
    limits: { cost: 2 USD, requests: 40, timeout: 1m }
`;
/** An agent with a subagent on a smaller model, which asks as often as it is told. */
const AGENT = `
const [turns, helps] = process.argv.slice(2).map(Number);
const ask = async (model, headers, turn) => {
  const response = await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': process.env.ANTHROPIC_API_KEY, 'x-claude-code-session-id': 's1', ...headers },
    body: JSON.stringify({ model, max_tokens: 1000, stream: true, messages: [{ role: 'user', content: 'turn ' + turn }] }),
  });
  await response.text();
};
for (let turn = 1; turn <= turns; turn += 1) await ask('claude-sonnet-4-5', {}, turn);
for (let turn = 1; turn <= helps; turn += 1) await ask('claude-haiku-4-5', { 'x-claude-code-agent-id': 'a1' }, turn);
`;

interface Page {
  readonly name: string;
  readonly markdown: string;
  /** Folded parts are shown open. */
  readonly isOpen?: boolean;
  /** What GitHub shows above the Markdown, where it is more than that. */
  readonly head?: Head;
}

interface Head {
  readonly title: string;
  readonly badge: string;
  readonly colour: 'red' | 'green';
  readonly note: string;
}

interface Stage {
  readonly comment: () => string;
  readonly checks: GitHubApi['checks'];
  readonly issues: GitHubApi['issues'];
  /** The job of the run at this index; every job is its own machine. */
  readonly job: (index: number) => Job;
  readonly close: () => Promise<unknown>;
}

async function startStage(): Promise<Stage> {
  const [cache, provider] = await Promise.all([startCacheService(), startProvider()]);
  const github = await startGitHubApi(cache);
  provider.setScript({
    bill: (call) => ({
      input: 3900 + 317 * call,
      cacheRead: 2100,
      output: 260 + 11 * call,
      cacheWrite: 0,
      reasoning: 0,
    }),
    routes: { '/key/info': () => ({ body: { info: { ...BUDGET, spend: 4.18 + spentUsd(provider) } } }) },
  });
  const environment = {
    ...cache.environment('refs/heads/main'),
    GITHUB_API_URL: github.url,
    LLM_GATEWAY_URL: provider.url,
  };
  const files = { '.github/spendgate.yml': POLICY, 'agent.mjs': AGENT };
  const place = { event: 'pull_request', ref: 'refs/heads/main', workflow: 'agents', files } as const;
  return {
    comment: () => github.comments[0]?.body ?? '',
    checks: github.checks,
    issues: github.issues,
    job: (index) =>
      createJob({
        ...place,
        runId: String(19_823_847_120 + 37 * index),
        environment: { ...environment, GITHUB_SHA: COMMITS[index] ?? '' },
      }),
    close: () => Promise.all([provider.close(), cache.close(), github.close()]),
  };
}

/** The gateway counts at the prices of the models it serves. */
function spentUsd({ requests, billed }: Provider): number {
  const models = requests.flatMap(({ path, body }) => (path.endsWith('/messages') ? [modelOf(body)] : []));
  return billed.reduce((sum, { input, cacheRead, output }, index) => {
    const factor = models[index]?.includes('haiku') ? 1 : 3;
    return sum + factor * (input * 1e-6 + cacheRead * 0.1e-6 + output * 5e-6);
  }, 0);
}

/** One job of these steps. @returns the summary of the last */
async function run(job: Job, ...steps: Readonly<Record<string, string>>[]): Promise<string> {
  let summary = '';
  for (const step of steps) summary = (await job.step({ ...INPUTS, ...step })).summary;
  job.clean();
  return summary;
}

/** Two good runs, one out of its range, and a fourth that the gate holds back. */
async function runJobs(stage: Stage): Promise<Page[]> {
  await run(stage.job(0), { mode: 'gate', 'gate-action': 'open', reason: 'First run.' });
  const summaries: string[] = [];
  for (const [index, turns] of ['5 2', '3 2', '12 9'].entries()) {
    const agent = { mode: 'wrap', run: `node agent.mjs ${turns}` };
    const judge = { mode: 'post', comment: 'always' };
    summaries.push(await run(stage.job(index), { mode: 'pre' }, agent, judge));
  }
  const pages = [
    { name: 'summary', markdown: summaries[0] ?? '' },
    { name: 'comment', markdown: stage.comment() },
    { name: 'comment-open', markdown: stage.comment(), isOpen: true },
    { name: 'held-back', markdown: await run(stage.job(3), { mode: 'pre' }) },
    ...(await runChecked(stage)),
  ];
  const empty = pages.find(({ markdown }) => markdown === '');
  if (empty) throw new Error(`${empty.name} has nothing to show`);
  return pages;
}

/** A run that is out of its range, with a check on its commit and its gate in an issue. */
async function runChecked(stage: Stage): Promise<Page[]> {
  const gate = { gate: 'nightly triage', 'gate-store': 'issue' };
  const check = { check: 'run' };
  const agent = { mode: 'wrap', run: 'node agent.mjs 12 9', ...check };
  await run(stage.job(2), { mode: 'pre', ...gate, ...check }, agent, { mode: 'post', ...gate, ...check });
  const { title = '', summary = '', text = '' } = stage.checks[0] ?? {};
  const issue = stage.issues[0];
  return [
    {
      name: 'check',
      markdown: `${summary}\n\n${text}`,
      head: { title, badge: 'failure', colour: 'red', note: 'spendgate' },
    },
    {
      name: 'gate-issue',
      markdown: issue?.body ?? '',
      head: {
        title: issue?.title ?? '',
        badge: issue?.state ?? '',
        colour: 'green',
        note: `${issue?.login} opened this issue · ${issue?.labels.join(', ')}`,
      },
    },
  ];
}

function modelOf(body: unknown): string {
  return typeof body === 'object' && body !== null && 'model' in body ? String(body.model) : '';
}

function headOf({ title, badge, colour, note }: Head): string {
  const said = [title, badge, note].map((text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;'));
  return `<header><h2>${said[0]}</h2><p><span class="badge ${colour}">${said[1]}</span> ${said[2]}</p></header>`;
}

function htmlOf({ markdown, isOpen = false, head }: Page, scheme: 'light' | 'dark'): string {
  const { tree } = renderGitHub(markdown);
  const body = unified().use(rehypeStringify).stringify(tree);
  const css = readFileSync(join(CSS, `github-markdown-${scheme}.css`), 'utf8');
  const [page, border] = scheme === 'light' ? ['#ffffff', '#d1d9e0'] : ['#0d1117', '#3d444d'];
  return `<!doctype html><meta charset="utf-8"><style>${css}
html, body { margin: 0; background: ${page}; }
.markdown-body { box-sizing: border-box; width: ${WIDTH}px; padding: 20px 24px; border: 1px solid ${border}; border-radius: 6px; font-size: 14px; }
.markdown-body header h2 { border: 0; font-size: 20px; margin: 0 0 8px; padding: 0; }
.markdown-body header p { border-bottom: 1px solid ${border}; padding-bottom: 12px; }
.badge { border-radius: 2em; color: #ffffff; padding: 3px 10px; }
.red { background: #cf222e; }
.green { background: #1f883d; }
</style><article class="markdown-body">${head ? headOf(head) : ''}${isOpen ? body.replaceAll('<details>', '<details open>') : body}</article>
<script>document.title = String(Math.ceil(document.querySelector('article').getBoundingClientRect().height));</script>`;
}

/** @returns what Chromium wrote to its output */
function chromium(profile: string, ...args: readonly string[]): string {
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--no-first-run',
    '--disable-background-networking',
  ];
  const quiet = [
    '--disable-component-update',
    '--disable-sync',
    '--hide-scrollbars',
    `--user-data-dir=${profile}`,
  ];
  return execFileSync('chromium', [...flags, ...quiet, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 60_000,
  });
}

function shoot(page: Page, scheme: 'light' | 'dark', work: string): void {
  const html = join(work, `${page.name}-${scheme}.html`);
  const file = join(OUT, `${page.name}-${scheme}.png`);
  writeFileSync(html, htmlOf(page, scheme));
  const url = pathToFileURL(html).href;
  const [, height = '600'] =
    /<title>(\d+)<\/title>/.exec(chromium(join(work, 'profile'), '--dump-dom', url)) ?? [];
  const size = `--window-size=${WIDTH},${height}`;
  chromium(join(work, 'profile'), size, '--force-device-scale-factor=1.5', `--screenshot=${file}`, url);
  execFileSync('pngquant', ['--force', '--strip', '--output', file, '64', file]);
  const { size: bytes } = statSync(file);
  console.log(`${file}: ${Math.round(bytes / 1000)} kB${bytes > MAX_BYTES ? ', too large' : ''}`);
  if (bytes > MAX_BYTES) process.exitCode = 1;
}

const SHOWN = new Set(process.argv.slice(2));
const work = mkdtempSync(join(tmpdir(), 'spendgate-pictures-'));
const stage = await startStage();
try {
  mkdirSync(OUT, { recursive: true });
  for (const page of await runJobs(stage))
    if (SHOWN.size === 0 || SHOWN.has(page.name))
      for (const scheme of ['light', 'dark'] as const) shoot(page, scheme, work);
} finally {
  await stage.close();
  rmSync(work, { recursive: true, force: true });
}
