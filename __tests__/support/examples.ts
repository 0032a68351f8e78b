/**
 * What an example needs around it: a model provider that is a gateway too, the Actions cache, GitHub's API, and the programs
 * its steps start. Each example then runs as a reader would run it.
 */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { type CacheService, startCacheService } from './cache-service.js';
import { type GitHubApi, startGitHubApi } from './github-api.js';
import { type Provider, startProvider } from './provider.js';
import { createArtifactStore, runWorkflow, type WorkflowOptions, type WorkflowResult } from './workflow.js';

const FOLDER = new URL('../../examples/', import.meta.url);
export const KEY = 'sk-key-of-the-examples';
/** USD that the gateway's key may spend, and what it had spent before. */
const BUDGET = { limit: 50, spent: 3 };
/** The agent: it asks the model as it is told, and ends with an error when it is refused, or when it sees a real key. */
export const AGENT = `#!/usr/bin/env node
const { AGENT_CALLS = '5', AGENT_MODEL = 'claude-sonnet-4-5', AGENT_MAX_TOKENS = '1000' } = process.env;
const calls = Number(AGENT_CALLS);
if (JSON.stringify(process.env).includes('sk-key-of-')) throw new Error('the agent sees the key');
for (let call = 0; call < calls; call += 1) {
  const response = await fetch(process.env.ANTHROPIC_BASE_URL + '/v1/messages', {
    method: 'POST',
    headers: { 'x-api-key': process.env.ANTHROPIC_API_KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ model: AGENT_MODEL, max_tokens: Number(AGENT_MAX_TOKENS), messages: [{ role: 'user', content: process.argv.slice(2).join(' ') + call }] }),
  });
  await response.text();
  if (!response.ok) process.exit(1);
}
console.log('agent: ' + JSON.stringify(process.argv.slice(2)));
`;
/** Installs nothing: what would be installed is there. */
const NPM = '#!/bin/sh\necho "npm $*"\n';

export const EXAMPLES = readdirSync(FOLDER).filter(
  (name) => name.endsWith('.yml') && !name.startsWith('gitlab'),
);

export function readExample(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

export interface World {
  readonly provider: Provider;
  readonly cache: CacheService;
  readonly github: GitHubApi;
  readonly artifacts: ReturnType<typeof createArtifactStore>;
  /** Folder of programs, in front of the path. */
  readonly bin: string;
  readonly path: string;
  /** USD that the gateway's key may spend; what is spent grows with the calls. */
  budgetUsd: number;
  run(example: string, options: WorkflowOptions): Promise<WorkflowResult>;
  close(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const cache = await startCacheService();
  const github = await startGitHubApi(cache);
  const artifacts = createArtifactStore();
  const bin = mkdtempSync(join(tmpdir(), 'spendgate-bin-'));
  addProgram(bin, 'claude', AGENT);
  addProgram(bin, 'npm', NPM);
  const path = [bin, dirname(process.execPath), process.env['PATH']].join(delimiter);
  const spentUsd = () => BUDGET.spent + world.provider.billed.reduce((sum, bill) => sum + costOf(bill), 0);
  const provider = await startProvider({
    routes: {
      '/key/info': () => ({ body: { info: { spend: spentUsd(), max_budget: world.budgetUsd } } }),
    },
  });
  const run = (example: string, options: WorkflowOptions) =>
    runWorkflow(readExample(example), {
      cache,
      artifacts,
      ...options,
      vars: { LLM_GATEWAY_URL: provider.url, ...options.vars },
      secrets: { LLM_KEY: KEY, ...options.secrets },
      environment: { GITHUB_API_URL: github.url, PATH: path, ...options.environment },
    });
  const close = async () => {
    await Promise.all([provider.close(), cache.close(), github.close()]);
    artifacts.clean();
    rmSync(bin, { recursive: true, force: true });
  };
  const world: World = { provider, cache, github, artifacts, bin, path, budgetUsd: BUDGET.limit, run, close };
  return world;
}

type Row = Record<string, unknown>;

/** What the emulated API keeps of a kind, such as `checks`; a test may add to it. */
export function kept({ github }: World, kind: 'checks' | 'issues' | 'pulls' | 'runs'): Row[] {
  const rows: unknown = Object.entries(github).find(([name]) => name === kind)?.[1];
  if (Array.isArray(rows)) return rows;
  throw new Error(`the emulated API keeps no ${kind}`);
}

/** A policy file that leads calls to a provider on loopback, for examples that name a real one. */
export function upstreamPolicy(url: string): Readonly<Record<string, string>> {
  return { '.github/spendgate.yml': `version: 1\ndefaults: { upstream: '${url}' }\n` };
}

export function addProgram(bin: string, name: string, text: string): void {
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), text);
  chmodSync(join(bin, name), 0o755);
}

/** The gateway counts at the prices of the model it serves. */
function costOf(bill: Provider['billed'][number]): number {
  return bill.input * 3e-6 + bill.cacheRead * 0.3e-6 + bill.cacheWrite * 3.75e-6 + bill.output * 15e-6;
}
